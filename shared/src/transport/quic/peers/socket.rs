//! One UDP socket, and beside it whatever is relayed: members who are reached through the server have addresses here that no computer has.
//! The endpoint takes them for addresses and knows nothing of it.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, IoSliceMut};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use quinn::udp::{RecvMeta, Transmit};
use quinn::{AsyncUdpSocket, Runtime, TokioRuntime, UdpPoller};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::sync::mpsc;

use super::Relayed;
use crate::limits::{DATAGRAM_BYTES_MAX, QUEUE_LEN};

/// Packets to these addresses are discarded wherever they come (RFC 6666), so that none is anybody's.
const NOBODYS: [u16; 4] = [0x100, 0, 0, 0];

/// The port of relayed members: there must be one.
const RELAYED_PORT: u16 = 1;

/// The socket of one visit.
pub(super) struct Crossing {
    socket: Arc<dyn AsyncUdpSocket>,
    is_v6: bool,
    leaving: mpsc::Sender<Relayed>,
    arrived: Arc<Arrived>,
}

/// What was relayed to us and not yet looked at: datagrams, so what finds no room is lost.
#[derive(Default)]
pub(super) struct Arrived(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    datagrams: VecDeque<Relayed>,
    endpoint: Option<Waker>,
}

impl Crossing {
    /// A socket for both families of addresses, or for IPv4 alone where there is no other; at that address if it is to be a certain one.
    /// What goes to relayed members comes out of the receiver.
    pub(super) fn open(source: Option<IpAddr>) -> io::Result<(Self, Arc<Arrived>, mpsc::Receiver<Relayed>)> {
        let socket = match source {
            Some(source) => UdpSocket::bind((source, 0))?,
            None => both_families().or_else(|_| UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)))?,
        };
        let is_v6 = socket.local_addr()?.is_ipv6();
        let (leaving, relayed) = mpsc::channel(QUEUE_LEN);
        let arrived = Arc::<Arrived>::default();
        let crossing = Self {
            socket: TokioRuntime.wrap_udp_socket(socket)?,
            is_v6,
            leaving,
            arrived: Arc::clone(&arrived),
        };
        Ok((crossing, arrived, relayed))
    }

    /// As the endpoint knows addresses: all of one family.
    fn shown(heard: SocketAddr) -> SocketAddr {
        match heard {
            SocketAddr::V4(v4) => SocketAddr::new(v4.ip().to_ipv6_mapped().into(), v4.port()),
            SocketAddr::V6(_) => heard,
        }
    }

    fn relay(&self, to: u32, contents: &[u8]) {
        let datagram = contents.to_vec();
        // A full queue loses it, as a busy router would.
        let _ = self.leaving.try_send(Relayed { member: to, datagram });
    }
}

fn both_families() -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::IPV6, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_only_v6(false)?;
    socket.bind(&SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)).into())?;
    Ok(socket.into())
}

/// The address that a relayed member has here.
pub(super) fn relayed_address(member: u32) -> SocketAddr {
    let [a, b, c, d] = member.to_be_bytes();
    let [high, low] = [u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])];
    let [n0, n1, n2, n3] = NOBODYS;
    SocketAddr::new(
        Ipv6Addr::new(n0, n1, n2, n3, 0, 0, high, low).into(),
        RELAYED_PORT,
    )
}

/// Which relayed member has that address, if any.
pub(super) fn relayed_member(address: SocketAddr) -> Option<u32> {
    let IpAddr::V6(ip) = address.ip() else { return None };
    let [n0, n1, n2, n3, .., high, low] = ip.segments();
    ([n0, n1, n2, n3] == NOBODYS).then(|| u32::from(high) << 16 | u32::from(low))
}

impl AsyncUdpSocket for Crossing {
    fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
        Arc::clone(&self.socket).create_io_poller()
    }

    fn try_send(&self, transmit: &Transmit<'_>) -> io::Result<()> {
        if let Some(member) = relayed_member(transmit.destination) {
            for datagram in transmit
                .contents
                .chunks(transmit.segment_size.unwrap_or(DATAGRAM_BYTES_MAX))
            {
                self.relay(member, datagram);
            }
            return Ok(());
        }
        let unmapped = SocketAddr::new(
            transmit.destination.ip().to_canonical(),
            transmit.destination.port(),
        );
        let destination = match (self.is_v6, unmapped) {
            (true, _) => transmit.destination,
            (false, SocketAddr::V4(_)) => unmapped,
            // There is no way there from here.
            (false, SocketAddr::V6(_)) => return Ok(()),
        };
        self.socket.try_send(&Transmit {
            destination,
            ecn: transmit.ecn,
            contents: transmit.contents,
            segment_size: transmit.segment_size,
            src_ip: transmit.src_ip,
        })
    }

    fn poll_recv(
        &self,
        cx: &mut Context<'_>,
        bufs: &mut [IoSliceMut<'_>],
        meta: &mut [RecvMeta],
    ) -> Poll<io::Result<usize>> {
        let relayed = self.arrived.take(cx.waker(), bufs, meta);
        if relayed > 0 {
            return Poll::Ready(Ok(relayed));
        }
        let received = std::task::ready!(self.socket.poll_recv(cx, bufs, meta))?;
        for meta in &mut meta[..received] {
            meta.addr = Self::shown(meta.addr);
            if relayed_member(meta.addr).is_some() {
                // Nobody has such an address: whoever pretends to would be taken for somebody relayed.
                meta.len = 0;
            }
        }
        Poll::Ready(Ok(received))
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        // All addresses here look like this family's.
        let port = self.socket.local_addr()?.port();
        Ok(SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), port))
    }

    fn max_receive_segments(&self) -> usize {
        self.socket.max_receive_segments()
    }

    fn may_fragment(&self) -> bool {
        self.socket.may_fragment()
    }
}

impl Arrived {
    /// Passes a datagram to the endpoint.
    pub(super) fn put(&self, relayed: Relayed) {
        let endpoint = {
            let mut queue = self.queue();
            if queue.datagrams.len() >= QUEUE_LEN || relayed.datagram.len() > DATAGRAM_BYTES_MAX {
                return;
            }
            queue.datagrams.push_back(relayed);
            queue.endpoint.take()
        };
        if let Some(endpoint) = endpoint {
            endpoint.wake();
        }
    }

    /// How many there were, which were put there; if none, this one is woken when there is one.
    fn take(&self, endpoint: &Waker, bufs: &mut [IoSliceMut<'_>], meta: &mut [RecvMeta]) -> usize {
        let mut queue = self.queue();
        let mut taken = 0;
        while let (Some(buf), Some(meta)) = (bufs.get_mut(taken), meta.get_mut(taken)) {
            let Some(Relayed { member, datagram }) = queue.datagrams.pop_front() else {
                break;
            };
            let Some(room) = buf.get_mut(..datagram.len()) else {
                // It is longer than any of ours: lost, and the next takes its place.
                continue;
            };
            room.copy_from_slice(&datagram);
            *meta = RecvMeta {
                addr: relayed_address(member),
                len: datagram.len(),
                stride: datagram.len(),
                ecn: None,
                dst_ip: None,
            };
            taken += 1;
        }
        if taken == 0 {
            queue.endpoint = Some(endpoint.clone());
        }
        taken
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Crossing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crossing")
            .field("socket", &self.socket)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Arrived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Arrived")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relayed_members_are_told_apart_and_nobody_else_is_taken_for_one() {
        for member in [0, 1, 0x1_0000, u32::MAX] {
            assert_eq!(relayed_member(relayed_address(member)), Some(member));
        }
        for address in [
            "192.0.2.7:1",
            "[::ffff:192.0.2.7]:1",
            "[2001:db8::1]:1",
            "[::1]:1",
        ] {
            assert_eq!(relayed_member(address.parse().unwrap()), None, "{address}");
        }
    }

    #[test]
    fn a_datagram_that_finds_no_room_leaves_its_place_to_the_next() {
        let arrived = Arrived::default();
        for (member, bytes) in [(1, 1500), (2, 3)] {
            arrived.put(Relayed {
                member,
                datagram: vec![7; bytes],
            });
        }
        let mut buffers = [[0; 1472], [0; 1472]];
        let [first, second] = &mut buffers;
        let mut bufs = [IoSliceMut::new(first), IoSliceMut::new(second)];
        let mut meta = [RecvMeta::default(), RecvMeta::default()];
        assert_eq!(arrived.take(Waker::noop(), &mut bufs, &mut meta), 1);
        assert_eq!((meta[0].addr, meta[0].len), (relayed_address(2), 3));
        assert_eq!(buffers[0][..3], [7; 3]);
    }
}
