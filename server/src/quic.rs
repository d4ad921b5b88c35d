//! QUIC for the lobby and all rooms: one endpoint over the UDP sockets of all open ports. Whoever calls is handed to the entrance of
//! the port they called, or refused; the handshake is the entrance's business.
//!
//! One endpoint, since each has receive buffers of megabytes: with an endpoint for each room, 9,000 rooms needed 12 GB.

mod address;
mod keys;
mod names;
mod ports;

use std::collections::HashMap;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use acaso_shared::transport::{Acceptor, Footing, Liveness, Stream, quic};
use quinn::{Endpoint, Incoming, ServerConfig, TokioRuntime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

pub(crate) use self::keys::for_this_run;
use self::ports::{Lease, Ports};
use crate::identity::IdentityError;

/// Handshakes at once, over all ports: some 700 µs of work each, so this many are done within half a second.
const HANDSHAKES_MAX: usize = 512;

/// From so many handshakes on, callers have to prove that their address is theirs before anything is worked out for them, also at
/// the doors of rooms; in the lobby they always have to.
const HANDSHAKES_UNPROVEN: usize = HANDSHAKES_MAX / 2;

/// Callers that wait at one entrance at most.
const KNOCKS_MAX: usize = 256;

/// What one caller, and all callers together, can have kept before anybody turns to them, in bytes.
const WAITING_BYTES: (u64, u64) = (16 * 1024, 4 * 1024 * 1024);

/// The endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Quic(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    endpoint: Endpoint,
    liveness: Liveness,
    ports: Arc<Ports>,
    doors: Mutex<HashMap<u16, Bellpull>>,
    handshakes: Arc<Semaphore>,
}

/// Where callers of a port are announced.
#[derive(Clone, Debug)]
struct Bellpull {
    knocks: mpsc::Sender<QuicCaller>,
    lease: Arc<Lease>,
    /// Whether who calls is counted by their address.
    counted: bool,
}

/// One open port.
#[derive(Debug)]
pub(crate) struct QuicDoor {
    quic: Quic,
    port: u16,
    knocks: Mutex<mpsc::Receiver<QuicCaller>>,
}

/// Somebody who called over QUIC. Dropped without an answer they are refused.
#[derive(Debug)]
pub(crate) struct QuicCaller {
    incoming: Incoming,
    address: SocketAddr,
    /// Keeps the port open for as long as they need it, also once its door has closed.
    lease: Arc<Lease>,
    turn: OwnedSemaphorePermit,
}

impl Quic {
    /// An endpoint without ports; `None` without encryption, where there is no QUIC. What makes it recognise its connections
    /// after a restart is kept in that directory.
    ///
    /// # Errors
    /// A file there cannot be used, or the system has no UDP.
    pub(crate) fn new(
        acceptor: &Acceptor,
        data: &Path,
        ip: IpAddr,
        liveness: Liveness,
    ) -> Result<Option<Self>, IdentityError> {
        let Some(config) = server_config(acceptor, liveness)? else {
            return Ok(None);
        };
        let keys = keys::load_or_make(data)?;
        let no_udp = |error| IdentityError::NoUdp { ip, error };
        let ports = Ports::new(ip).map_err(no_udp)?;
        let socket = Arc::clone(&ports);
        let endpoint = Endpoint::new_with_abstract_socket(keys, Some(config), socket, Arc::new(TokioRuntime))
            .map_err(no_udp)?;
        Ok(Some(Self(Arc::new(Inner {
            endpoint,
            liveness,
            ports,
            doors: Mutex::default(),
            handshakes: Arc::new(Semaphore::new(HANDSHAKES_MAX)),
        }))))
    }

    /// Opens a port; callers come to its door until it is dropped.
    ///
    /// # Errors
    /// The operating system's word: another program has it, …
    pub(crate) fn open(&self, ip: IpAddr, port: u16) -> io::Result<QuicDoor> {
        let lease = Arc::new(Ports::open(&self.0.ports, ip, port)?);
        let (sender, knocks) = mpsc::channel(KNOCKS_MAX);
        let bellpull = Bellpull {
            knocks: sender,
            lease,
            counted: false,
        };
        self.doors().insert(port, bellpull);
        Ok(QuicDoor {
            quic: self.clone(),
            port,
            knocks: Mutex::new(knocks),
        })
    }

    /// Which port is the lobby's.
    pub(crate) fn set_lobby(&self, port: u16) {
        self.0.ports.set_lobby(port);
        self.count_at(port);
    }

    /// Whoever calls at that open port is counted by their address, as in the lobby. From IPv6 nobody can prove it there: such a call
    /// is refused, and its client comes by TCP, or to the lobby.
    pub(crate) fn count_at(&self, port: u16) {
        if let Some(door) = self.doors().get_mut(&port) {
            door.counted = true;
        }
    }

    /// Shows another certificate to whoever calls from here on.
    ///
    /// # Errors
    /// It cannot be used.
    pub(crate) fn show(&self, acceptor: &Acceptor) -> Result<(), IdentityError> {
        let config = server_config(acceptor, self.0.liveness)?;
        self.0.endpoint.set_server_config(config);
        Ok(())
    }

    /// Hands callers to the doors they called at, until the stop.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let calls = async {
            while let Some(incoming) = self.0.endpoint.accept().await {
                self.receive(incoming);
            }
            tracing::error!("nobody can come over QUIC any more");
        };
        let _ = stop.run_until_cancelled(calls).await;
    }

    /// Never waits: the handshakes of those who were let in go on meanwhile.
    fn receive(&self, incoming: Incoming) {
        let marked = incoming.remote_address();
        let (address, port) = self.0.ports.unmark(marked);
        let Some(door) = self.doors().get(&port).cloned() else {
            return incoming.refuse();
        };
        let Ok(turn) = Arc::clone(&self.0.handshakes).try_acquire_owned() else {
            return incoming.refuse();
        };
        let busy = self.0.handshakes.available_permits() < HANDSHAKES_MAX - HANDSHAKES_UNPROVEN;
        // The lobby counts visits by address: nobody may be counted for whoever forged theirs. At a door the ticket decides.
        if (door.counted || busy) && !incoming.remote_address_validated() {
            return ask_for_proof(incoming, marked);
        }
        // A door with a long queue, or just being shut, refuses: the caller is dropped.
        let _ = door.knocks.try_send(QuicCaller {
            incoming,
            address,
            lease: door.lease,
            turn,
        });
    }

    /// Where the other end of a stream seems to be; only of one that came here over QUIC.
    pub(crate) fn footing(&self, stream: &Stream) -> Option<Footing> {
        let marked = stream.footing()?;
        let (address, _) = self.0.ports.unmark(marked.address);
        Some(Footing { address, ..marked })
    }

    /// Closes all ports, whoever still uses them.
    pub(crate) fn close(&self) {
        self.0.endpoint.close(0u8.into(), b"");
        self.0.ports.close_all();
    }

    fn doors(&self) -> MutexGuard<'_, HashMap<u16, Bellpull>> {
        self.0.doors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // The endpoint's own task would keep them open until its last connection is forgotten.
        self.ports.close_all();
    }
}

impl QuicDoor {
    /// The next who calls. Cancel-safe.
    pub(crate) async fn accept(&self) -> QuicCaller {
        let called = poll_fn(|cx| {
            let mut knocks = self.knocks.lock().unwrap_or_else(PoisonError::into_inner);
            knocks.poll_recv(cx)
        });
        match called.await {
            Some(caller) => caller,
            // The port was opened anew behind this one's back, which nobody does.
            None => std::future::pending().await,
        }
    }
}

impl Drop for QuicDoor {
    fn drop(&mut self) {
        self.quic.doors().remove(&self.port);
    }
}

impl QuicCaller {
    /// Where they call from.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Makes the handshake and waits for the first word, each within its time.
    ///
    /// # Errors
    /// They went away, were too slow, or speak another language.
    pub(crate) async fn answer(self) -> io::Result<Stream> {
        let stream = quic::accept(self.incoming, self.lease, self.turn).await?;
        Ok(Stream::Quic(Box::new(stream)))
    }
}

fn ask_for_proof(incoming: Incoming, marked: SocketAddr) {
    // What proves an address carries it without what was marked beside it: see `address`.
    if marked == SocketAddr::new(marked.ip(), marked.port()) {
        // Only who has proved it already cannot be asked.
        let _ = incoming.retry();
    } else {
        incoming.refuse();
    }
}

fn server_config(acceptor: &Acceptor, liveness: Liveness) -> Result<Option<ServerConfig>, IdentityError> {
    let config = acceptor.quic(liveness);
    let config = config.map_err(|error| IdentityError::NotForQuic(error.to_string()))?;
    Ok(config.map(|mut config| {
        config
            .max_incoming(HANDSHAKES_MAX)
            .incoming_buffer_size(WAITING_BYTES.0)
            .incoming_buffer_size_total(WAITING_BYTES.1);
        config
    }))
}

#[cfg(test)]
mod tests;
