//! QUIC between members of a circle: one socket that listens and dials, and carries the link to the server too, so that the server sees
//! where the others can reach it. It knows keys and addresses, not what is said.

mod identity;
mod socket;

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use quinn::{
    ClientConfig, Connection, Endpoint, EndpointConfig, IdleTimeout, Incoming, ServerConfig, TokioRuntime,
    TransportConfig, VarInt,
};
use tokio::sync::mpsc;
use tokio::time::timeout;

pub(crate) use self::identity::VisitKey;
use self::identity::{Identity, NoIdentity};
use self::socket::{Arrived, Crossing};
use super::QuicStream;
use crate::ids::Fingerprint;
use crate::limits::TRANSPORT_HANDSHAKE_TIMEOUT;
use crate::transport::{Dialler, Liveness};

/// What may be on its way in each direction between two members, in bytes: some texts, and what one can make the other hold.
const WINDOW_BYTES: u32 = 64 * 1024;

/// A first guess at the time to another member and back; QUIC's own would send a second packet through a router that is just being opened
/// only after a second.
const FIRST_ROUND_TRIP: Duration = Duration::from_millis(60);

/// Connections that wait to be looked at, and bytes that each may have said by then. Strangers who find the port get no more.
const INCOMING_MAX: usize = 32;
const INCOMING_BYTES_MAX: u64 = 16 * 1024;

/// A datagram that goes through the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Relayed {
    /// Whose it is, or for whom: a number of our own choice.
    pub(crate) member: u32,
    pub(crate) datagram: Vec<u8>,
}

/// How another member is to be reached, or was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Route {
    /// From computer to computer.
    Direct(SocketAddr),
    /// Through the server; by our own number for the member.
    Relayed(u32),
}

/// Why another member was not reached.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotReached {
    /// The connection does not stand.
    #[error("no connection: {0}")]
    Connection(#[from] quinn::ConnectionError),
    /// It cannot even be tried.
    #[error("it cannot be tried: {0}")]
    Untried(#[from] quinn::ConnectError),
    /// Our key cannot be shown.
    #[error(transparent)]
    Identity(#[from] NoIdentity),
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// Whoever it is has shown no key.
    #[error("no key was shown")]
    NoKey,
}

/// The socket of one visit to a circle, and who we are there.
pub(crate) struct PeerEndpoint {
    endpoint: Endpoint,
    identity: Identity,
    liveness: Liveness,
    arrived: Arc<Arrived>,
}

impl PeerEndpoint {
    /// A new identity at a new port. What is to be relayed comes out of the receiver.
    pub(crate) fn open(dialler: &Dialler, liveness: Liveness) -> io::Result<(Self, mpsc::Receiver<Relayed>)> {
        let (crossing, arrived, leaving) = Crossing::open(dialler.source())?;
        let identity = Identity::random().map_err(io::Error::other)?;
        let listening = identity.listening().map_err(io::Error::other)?;
        let mut server = ServerConfig::with_crypto(Arc::new(listening));
        server
            .transport_config(Arc::new(transport(liveness)))
            .max_incoming(INCOMING_MAX)
            .incoming_buffer_size(INCOMING_BYTES_MAX)
            .incoming_buffer_size_total(INCOMING_BYTES_MAX * 4);
        server.validation_token.sent(0);
        let endpoint = Endpoint::new_with_abstract_socket(
            EndpointConfig::default(),
            Some(server),
            Arc::new(crossing),
            Arc::new(TokioRuntime),
        )?;
        let opened = Self {
            endpoint,
            identity,
            liveness,
            arrived,
        };
        Ok((opened, leaving))
    }

    /// The key that others see of us.
    pub(crate) fn key(&self) -> Fingerprint {
        self.identity.key.fingerprint()
    }

    /// The same, to prove it with.
    pub(crate) fn visit_key(&self) -> VisitKey {
        self.identity.key.clone()
    }

    /// The port of ours.
    pub(crate) fn port(&self) -> io::Result<u16> {
        Ok(self.endpoint.local_addr()?.port())
    }

    /// One like that which calls servers from this socket.
    pub(crate) fn dialler(&self, like: &Dialler) -> Dialler {
        like.over(&self.endpoint)
    }

    /// A datagram was relayed to us.
    pub(crate) fn relayed(&self, relayed: Relayed) {
        self.arrived.put(relayed);
    }

    /// Begins to dial the owner of that key; done when the connection stands. Dropped before, it says nothing.
    pub(crate) fn dial(
        &self,
        route: Route,
        key: Fingerprint,
    ) -> impl Future<Output = Result<PeerConnection, NotReached>> + Send + 'static {
        let dialled = self.begin(route, key);
        async move {
            let connection = dialled?.await?;
            PeerConnection::of(connection)
        }
    }

    fn begin(&self, route: Route, key: Fingerprint) -> Result<quinn::Connecting, NotReached> {
        let crypto = self.identity.dialling(key)?;
        let mut config = ClientConfig::new(Arc::new(crypto));
        config.transport_config(Arc::new(transport(self.liveness)));
        let address = match route {
            Route::Direct(address) => address,
            Route::Relayed(member) => socket::relayed_address(member),
        };
        // Who is meant is told by the key; TLS wants a name all the same.
        Ok(self.endpoint.connect_with(config, address, "member.invalid")?)
    }

    /// The next who dials us; `None` once the endpoint is closed. Cancel-safe.
    pub(crate) async fn accept(&self) -> Option<Dialled> {
        self.endpoint.accept().await.map(Dialled)
    }

    /// Ends every connection, those to servers too, and waits a little until the others were told.
    pub(crate) async fn close(&self, patience: Duration) {
        self.endpoint.close(VarInt::from_u32(0), b"");
        // Whoever was not told finds out by the silence.
        let _ = timeout(patience, self.endpoint.wait_idle()).await;
    }
}

impl fmt::Debug for PeerEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PeerEndpoint")
            .field("key", &self.key())
            .finish_non_exhaustive()
    }
}

/// Somebody who dials us.
pub(crate) struct Dialled(Incoming);

impl Dialled {
    /// Whether they are known to be where the packets say.
    pub(crate) fn is_there(&self) -> bool {
        self.0.remote_address_validated() || !self.0.may_retry()
    }

    /// Has them say that they are where the packets say, and dial again with that.
    pub(crate) fn ask_again(self) {
        // Whoever has asked back already is refused.
        let _ = self.0.retry();
    }

    /// The connection, once it stands.
    pub(crate) async fn stand(self) -> Result<PeerConnection, NotReached> {
        let stood = timeout(TRANSPORT_HANDSHAKE_TIMEOUT, self.0);
        let connection = stood.await.map_err(|_| NotReached::TimedOut)??;
        PeerConnection::of(connection)
    }
}

/// A connection between two members, both of whom have proved their keys. Clones are the same connection.
#[derive(Clone, Debug)]
pub(crate) struct PeerConnection {
    connection: Connection,
    /// Who is at the other end.
    pub(crate) key: Fingerprint,
}

impl PeerConnection {
    fn of(connection: Connection) -> Result<Self, NotReached> {
        let key = identity::shown(&connection).ok_or(NotReached::NoKey)?;
        Ok(Self { connection, key })
    }

    /// Where it leads.
    pub(crate) fn route(&self) -> Route {
        let address = self.connection.remote_address();
        match socket::relayed_member(address) {
            Some(member) => Route::Relayed(member),
            None => Route::Direct(SocketAddr::new(address.ip().to_canonical(), address.port())),
        }
    }

    /// Opens its stream, or takes the one that the other end opens, and says nothing yet.
    pub(crate) async fn stream(&self, ours: bool) -> Result<QuicStream, quinn::ConnectionError> {
        let (send, receive) = match ours {
            true => self.connection.open_bi().await?,
            false => self.connection.accept_bi().await?,
        };
        Ok(QuicStream::new(self.connection.clone(), send, receive, None))
    }

    /// When the other end has closed it, or it broke.
    pub(crate) async fn closed(&self) {
        self.connection.closed().await;
    }
}

/// The address of this computer by which it goes there. Nothing is sent.
pub(crate) fn way_to(there: SocketAddr) -> Option<IpAddr> {
    let any: IpAddr = match there {
        SocketAddr::V4(_) => std::net::Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => std::net::Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = std::net::UdpSocket::bind((any, 0)).ok()?;
    socket.connect(there).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// One stream, of the making of either.
fn transport(liveness: Liveness) -> TransportConfig {
    let mut config = TransportConfig::default();
    let idle = IdleTimeout::try_from(liveness.dead_after);
    config
        .max_concurrent_bidi_streams(1u8.into())
        .max_concurrent_uni_streams(0u8.into())
        .stream_receive_window(VarInt::from_u32(WINDOW_BYTES))
        .receive_window(VarInt::from_u32(WINDOW_BYTES))
        .send_window(WINDOW_BYTES.into())
        .datagram_receive_buffer_size(None)
        .initial_rtt(FIRST_ROUND_TRIP)
        // What is relayed has no room for more than the smallest, and what people write needs none.
        .mtu_discovery_config(None)
        // A length tells what was said.
        .pad_to_mtu(true)
        .keep_alive_interval(Some(liveness.ping_after))
        .max_idle_timeout(Some(idle.expect("no time here is longer than 146 million years")));
    config
}

#[cfg(test)]
mod tests;
