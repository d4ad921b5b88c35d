//! QUIC: the same TLS 1.3 over UDP, one stream in each connection. A connection goes on when the client's address changes.

pub(crate) mod peers;
mod stream;

use std::any::Any;
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;

use quinn::crypto::rustls::{HandshakeData, QuicClientConfig, QuicServerConfig};
use quinn::{
    ClientConfig, Connecting, Connection, ConnectionError, Endpoint, EndpointConfig, IdleTimeout, Incoming,
    ServerConfig, TokioRuntime, TransportConfig, TransportErrorCode, VarInt,
};
use tokio::time::timeout;

pub use self::stream::{Footing, QuicStream};
use super::tls::{self, Verifier};
use super::{ConnectError, Demand, Liveness, Shown};
use crate::limits::TRANSPORT_HANDSHAKE_TIMEOUT;
use crate::protocol::ALPN;

/// What may be on its way in each direction, in bytes: more than a whole outbox of ordinary messages, and what one peer can make
/// the other hold.
const WINDOW_BYTES: u32 = 128 * 1024;

/// An endpoint that only dials.
pub(super) fn client(socket: UdpSocket) -> io::Result<Endpoint> {
    Endpoint::new(EndpointConfig::default(), None, socket, Arc::new(TokioRuntime))
}

pub(super) async fn connect(
    endpoint: &Endpoint,
    address: SocketAddr,
    demand: Demand<'_>,
    liveness: Liveness,
) -> Result<(QuicStream, Shown), ConnectError> {
    let (config, verifier, name) = tls::client(address, demand)?;
    let crypto = QuicClientConfig::try_from(config).map_err(|error| not_ours(address, error))?;
    let mut config = ClientConfig::new(Arc::new(crypto));
    config.transport_config(Arc::new(transport(liveness, 0)));
    let connecting = endpoint
        .connect_with(config, address, &name.to_str())
        .map_err(|error| not_ours(address, error))?;
    let connection = handshake(connecting, address, &verifier).await?;
    let shown = verifier
        .accepted()
        .ok_or_else(|| not_ours(address, "no certificate"))?;
    if protocol(&connection).as_deref() != Some(ALPN) {
        return Err(not_ours(address, "another protocol (ALPN)"));
    }
    // At once: the server grants one stream from the beginning.
    let (send, receive) = connection
        .open_bi()
        .await
        .map_err(|error| not_ours(address, error))?;
    Ok((QuicStream::new(connection, send, receive, None), shown))
}

async fn handshake(
    connecting: Connecting,
    address: SocketAddr,
    verifier: &Verifier,
) -> Result<Connection, ConnectError> {
    let error = match timeout(TRANSPORT_HANDSHAKE_TIMEOUT, connecting).await {
        Ok(Ok(connection)) => return Ok(connection),
        Ok(Err(error)) => error,
        Err(_) => return Err(ConnectError::TimedOut(address)),
    };
    if let Some(other) = verifier.turned_down() {
        return Err(other);
    }
    Err(match error {
        ConnectionError::ConnectionClosed(close)
            if close.error_code == TransportErrorCode::CONNECTION_REFUSED =>
        {
            ConnectError::Refused(address)
        }
        ConnectionError::TimedOut | ConnectionError::LocallyClosed => ConnectError::TimedOut(address),
        error => not_ours(address, error),
    })
}

fn protocol(connection: &Connection) -> Option<Vec<u8>> {
    let data = connection.handshake_data()?.downcast::<HandshakeData>().ok()?;
    data.protocol
}

fn not_ours(address: SocketAddr, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ConnectError {
    ConnectError::NotOurs(address, io::Error::other(error))
}

/// How a server accepts.
pub(super) fn server(
    config: Arc<rustls::ServerConfig>,
    liveness: Liveness,
) -> Result<ServerConfig, rustls::Error> {
    let crypto =
        QuicServerConfig::try_from(config).map_err(|error| rustls::Error::General(error.to_string()))?;
    let mut config = ServerConfig::with_crypto(Arc::new(crypto));
    config.transport_config(Arc::new(transport(liveness, 1)));
    // No tokens for later: they would link two visits.
    config.validation_token.sent(0);
    Ok(config)
}

/// Makes a stream of a connection that comes in: the handshake and then the peer's first word have [`TRANSPORT_HANDSHAKE_TIMEOUT`]
/// each. `port` is kept for as long as the stream needs the socket that it came by; `turn` is dropped as soon as the handshake stands,
/// since whoever is silent from there on costs no more work.
///
/// # Errors
/// The peer went away, was too slow, or does not speak this protocol.
pub async fn accept(
    incoming: Incoming,
    port: Arc<dyn Any + Send + Sync>,
    turn: impl Send,
) -> io::Result<QuicStream> {
    let connection = timeout(TRANSPORT_HANDSHAKE_TIMEOUT, incoming).await??;
    drop(turn);
    let (send, receive) = timeout(TRANSPORT_HANDSHAKE_TIMEOUT, connection.accept_bi()).await??;
    Ok(QuicStream::new(connection, send, receive, Some(port)))
}

/// One stream of the client's making, nothing besides it.
fn transport(liveness: Liveness, streams: u8) -> TransportConfig {
    let mut config = TransportConfig::default();
    let idle = IdleTimeout::try_from(liveness.dead_after);
    config
        .max_concurrent_bidi_streams(streams.into())
        .max_concurrent_uni_streams(0u8.into())
        .stream_receive_window(VarInt::from_u32(WINDOW_BYTES))
        .receive_window(VarInt::from_u32(WINDOW_BYTES))
        .send_window(WINDOW_BYTES.into())
        .datagram_receive_buffer_size(None)
        .keep_alive_interval(Some(liveness.ping_after))
        .max_idle_timeout(Some(idle.expect("no time here is longer than 146 million years")));
    config
}
