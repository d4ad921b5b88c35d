//! The UDP sockets of all open ports, which look like one socket to the endpoint. Each rings a bell when it has something; only
//! those that rang are looked at. It does not know what is in a datagram.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::io::{self, IoSliceMut};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::task::{Context, Poll, Wake, Waker};

use quinn::udp::{RecvMeta, Transmit};
use quinn::{AsyncUdpSocket, Runtime, TokioRuntime, UdpPoller};

use super::address;
use crate::listen::datagrams;

/// All open ports.
pub(super) struct Ports {
    /// Locked for reading while a socket is used, so that a port is free once it has been taken out.
    open: RwLock<HashMap<u16, Port>>,
    rung: Arc<Rung>,
    lobby: AtomicU16,
    receive_segments: usize,
    may_fragment: bool,
}

struct Port {
    socket: Arc<dyn AsyncUdpSocket>,
    is_v6: bool,
    bell: Arc<Bell>,
    waker: Waker,
    leases: usize,
}

/// Keeps a port open.
#[derive(Debug)]
pub(super) struct Lease {
    port: u16,
    ports: Arc<Ports>,
}

/// Rung when a socket has something, or might.
struct Bell {
    port: u16,
    ringing: AtomicBool,
    rung: Arc<Rung>,
}

/// The ports whose bells rang, and who waits for one to. Never more than there are ports.
#[derive(Default)]
struct Rung(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    ports: VecDeque<u16>,
    endpoint: Option<Waker>,
}

impl Ports {
    /// None open yet.
    ///
    /// # Errors
    /// The system has no UDP for addresses like that one.
    pub(super) fn new(ip: IpAddr) -> io::Result<Arc<Self>> {
        // All sockets here are alike; one that is not kept tells how. It is nowhere in particular: whether the address is ours is
        // found out by whoever opens a port there.
        let anywhere = match ip {
            IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
        };
        let like = TokioRuntime.wrap_udp_socket(datagrams(anywhere, 0)?)?;
        Ok(Arc::new(Self {
            open: RwLock::default(),
            rung: Arc::default(),
            lobby: AtomicU16::new(0),
            receive_segments: like.max_receive_segments(),
            may_fragment: like.may_fragment(),
        }))
    }

    /// Opens a port, or keeps it open longer. The first is the lobby's.
    ///
    /// # Errors
    /// The operating system's word: another program has it, …
    pub(super) fn open(ports: &Arc<Self>, ip: IpAddr, port: u16) -> io::Result<Lease> {
        if let Some(lease) = Self::share(ports, port) {
            return Ok(lease);
        }
        let socket = TokioRuntime.wrap_udp_socket(datagrams(ip, port)?)?;
        let bell = Arc::new(Bell {
            port,
            ringing: AtomicBool::new(false),
            rung: Arc::clone(&ports.rung),
        });
        let opened = Port {
            socket,
            is_v6: ip.is_ipv6(),
            waker: Waker::from(Arc::clone(&bell)),
            bell: Arc::clone(&bell),
            leases: 1,
        };
        ports.write().insert(port, opened);
        // Looked at once, so that it knows whom to wake; not before it can be found.
        bell.ring();
        let ports = Arc::clone(ports);
        Ok(Lease { port, ports })
    }

    /// Keeps a port open that is.
    fn share(ports: &Arc<Self>, port: u16) -> Option<Lease> {
        ports.write().get_mut(&port)?.leases += 1;
        let ports = Arc::clone(ports);
        Some(Lease { port, ports })
    }

    /// Which of them is the lobby's.
    pub(super) fn set_lobby(&self, port: u16) {
        self.lobby.store(port, Ordering::Relaxed);
    }

    /// The peer of a connection, and the port it speaks to.
    pub(super) fn unmark(&self, marked: SocketAddr) -> (SocketAddr, u16) {
        address::unmark(marked, self.lobby.load(Ordering::Relaxed))
    }

    pub(super) fn close_all(&self) {
        self.write().clear();
    }

    /// How many datagrams a port had, which were put there; 0 also if it is open no longer.
    fn receive(&self, port: u16, bufs: &mut [IoSliceMut<'_>], meta: &mut [RecvMeta]) -> usize {
        let open = self.read();
        let Some(open) = open.get(&port) else { return 0 };
        open.bell.stop();
        let mut cx = Context::from_waker(&open.waker);
        let received = match open.socket.poll_recv(&mut cx, bufs, meta) {
            Poll::Pending => return 0,
            Poll::Ready(Ok(received)) => received,
            // Some systems report so that an earlier datagram found nobody.
            Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::ConnectionReset => 0,
            Poll::Ready(Err(error)) => {
                tracing::error!(port, %error, "nothing can be heard over QUIC any more");
                return 0;
            }
        };
        // There may be more; the others come first.
        open.bell.ring();
        let lobby = self.lobby.load(Ordering::Relaxed);
        for meta in &mut meta[..received] {
            meta.addr = address::mark(meta.addr, port, lobby);
        }
        received
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<u16, Port>> {
        self.open.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<u16, Port>> {
        self.open.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsyncUdpSocket for Ports {
    fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
        Box::pin(AlwaysWritable)
    }

    fn try_send(&self, transmit: &Transmit<'_>) -> io::Result<()> {
        let (peer, port) = self.unmark(transmit.destination);
        let open = self.read();
        // What is for a port that has closed is lost, as it would be on the way.
        let Some(open) = open.get(&port) else {
            return Ok(());
        };
        let transmit = Transmit {
            destination: if open.is_v6 { mapped(peer) } else { peer },
            ecn: transmit.ecn,
            contents: transmit.contents,
            segment_size: transmit.segment_size,
            src_ip: transmit.src_ip,
        };
        match open.socket.try_send(&transmit) {
            // As lost as any datagram, and sent again as any: nobody waits for one socket of thousands.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            sent => sent,
        }
    }

    fn poll_recv(
        &self,
        cx: &mut Context<'_>,
        bufs: &mut [IoSliceMut<'_>],
        meta: &mut [RecvMeta],
    ) -> Poll<io::Result<usize>> {
        loop {
            let mut received = 0;
            while received < bufs.len()
                && let Some(port) = self.rung.next()
            {
                let got = self.receive(port, &mut bufs[received..], &mut meta[received..]);
                received += got;
            }
            if received > 0 {
                return Poll::Ready(Ok(received));
            }
            if self.rung.is_silent(cx.waker()) {
                return Poll::Pending;
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        // All addresses here look like this family's.
        Ok(SocketAddr::new(IpAddr::V6(Ipv6Addr::UNSPECIFIED), 0))
    }

    fn max_receive_segments(&self) -> usize {
        self.receive_segments
    }

    fn may_fragment(&self) -> bool {
        self.may_fragment
    }
}

fn mapped(peer: SocketAddr) -> SocketAddr {
    match peer {
        SocketAddr::V4(v4) => SocketAddr::new(IpAddr::V6(v4.ip().to_ipv6_mapped()), v4.port()),
        v6 @ SocketAddr::V6(_) => v6,
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut open = self.ports.write();
        if let Some(port) = open.get_mut(&self.port) {
            port.leases -= 1;
            if port.leases == 0 {
                open.remove(&self.port);
            }
        }
    }
}

impl Bell {
    fn ring(&self) {
        if !self.ringing.swap(true, Ordering::AcqRel) {
            self.rung.add(self.port);
        }
    }

    fn stop(&self) {
        self.ringing.store(false, Ordering::Release);
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.ring();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.ring();
    }
}

impl Rung {
    fn add(&self, port: u16) {
        let endpoint = {
            let mut queue = self.queue();
            queue.ports.push_back(port);
            queue.endpoint.take()
        };
        if let Some(endpoint) = endpoint {
            endpoint.wake();
        }
    }

    fn next(&self) -> Option<u16> {
        self.queue().ports.pop_front()
    }

    /// Whether no bell rings; then this one is woken when one does.
    fn is_silent(&self, endpoint: &Waker) -> bool {
        let mut queue = self.queue();
        if queue.ports.is_empty() {
            queue.endpoint = Some(endpoint.clone());
        }
        queue.ports.is_empty()
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sending never waits.
#[derive(Debug)]
struct AlwaysWritable;

impl UdpPoller for AlwaysWritable {
    fn poll_writable(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl fmt::Debug for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ports").field("open", &self.read().len()).finish()
    }
}
