//! AIO-CHAT's clients over HTTP/3: a WebSocket in an extended CONNECT, on a UDP port of its own. They say their name with each line.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use acaso_http3::{Rules, Tunnel};
use acaso_shared::ids::PlazaName;
use acaso_shared::limits::TRANSPORT_HANDSHAKE_TIMEOUT;
use quinn::crypto::rustls::QuicServerConfig;
use quinn::{Endpoint, Incoming, ServerConfig, TokioRuntime};
use tokio::time::timeout;

use super::doorway::Doorkeeper;
use super::talk::{Dialect, Visit, talk};
use super::wire::Web;
use crate::identity::Presented;
use crate::listen::datagrams;
use crate::lobby::Hall;

/// Silence that ends a connection, as long as AIO-CHAT's own server waits.
const IDLE: Duration = Duration::from_secs(60);

/// What is granted: the one path that these clients ask for, and their one subprotocol.
const RULES: Rules<'_> = Rules {
    path: "/ws",
    protocols: &["chat"],
};

/// Handshakes that wait for us at most, and what each and all together can have kept meanwhile, in bytes.
const INCOMING_MAX: usize = 64;
const WAITING_BYTES: (u64, u64) = (16 * 1024, 512 * 1024);

/// An open UDP port. Nobody is let in yet.
#[derive(Debug)]
pub(crate) struct Opened(Endpoint);

/// Opens it; there is none without a certificate, since QUIC is never unencrypted.
///
/// # Errors
/// The port cannot be had, or the certificate cannot be used so.
pub(crate) fn open(ip: IpAddr, port: u16, presented: &Presented) -> io::Result<Opened> {
    let config = config(presented)?;
    let socket = datagrams(ip, port)?;
    let endpoint = Endpoint::new(
        crate::quic::for_this_run(),
        Some(config),
        socket,
        Arc::new(TokioRuntime),
    )?;
    Ok(Opened(endpoint))
}

impl Opened {
    /// Which port it is.
    ///
    /// # Errors
    /// The operating system's word.
    pub(crate) fn port(&self) -> io::Result<u16> {
        Ok(self.0.local_addr()?.port())
    }

    /// Lets people into that plaza until the context's stop.
    pub(crate) async fn run(self, plaza: PlazaName, hall: Arc<Hall>) {
        let plaza = Arc::new(plaza);
        let doorkeeper = Doorkeeper::new(&hall);
        let receiving = async {
            loop {
                let place = doorkeeper.place().await;
                let Some(incoming) = self.0.accept().await else {
                    return tracing::error!("nobody can come over HTTP/3 any more");
                };
                let Some(incoming) = proven(incoming) else {
                    continue;
                };
                let ip = incoming.remote_address().ip().to_canonical();
                let Some(newcomer) = doorkeeper.admit(ip, place) else {
                    incoming.refuse();
                    continue;
                };
                let (plaza, hall) = (Arc::clone(&plaza), Arc::clone(&hall));
                doorkeeper.spawn(async move {
                    let answered = answer(incoming, &hall.context.presented);
                    let answered = hall.context.stop.run_until_cancelled(answered).await;
                    let Some(Some(tunnel)) = answered else {
                        return;
                    };
                    let visit = Visit::new(&hall, &plaza, newcomer);
                    talk(Web::new(tunnel).await, Dialect::NameInLine, visit).await;
                });
            }
        };
        let _ = hall.context.stop.run_until_cancelled(receiving).await;
    }
}

/// Nobody is counted for whoever forged their address, so each has to prove theirs: one more round trip.
fn proven(incoming: Incoming) -> Option<Incoming> {
    if incoming.remote_address_validated() {
        return Some(incoming);
    }
    // Only who has proved it already cannot be asked.
    let _ = incoming.retry();
    None
}

/// Makes the handshakes, each within its time, with the certificate that is shown now.
async fn answer(incoming: Incoming, presented: &Presented) -> Option<Tunnel> {
    let shaken = async {
        let config = config(presented)?;
        let connection = incoming.accept_with(Arc::new(config))?.await?;
        acaso_http3::accept(connection, RULES)
            .await
            .map_err(io::Error::other)
    };
    match timeout(2 * TRANSPORT_HANDSHAKE_TIMEOUT, shaken).await {
        Ok(Ok(tunnel)) => Some(tunnel),
        Ok(Err(error)) => {
            tracing::debug!(%error, "somebody at HTTP/3's door speaks another language");
            None
        }
        Err(_) => None,
    }
}

fn config(presented: &Presented) -> io::Result<ServerConfig> {
    let tls = presented.acceptor().speaking(acaso_http3::ALPN);
    let tls = tls.ok_or_else(|| io::Error::other("there is no certificate without TLS"))?;
    let crypto = QuicServerConfig::try_from(tls).map_err(io::Error::other)?;
    let mut config = ServerConfig::with_crypto(Arc::new(crypto));
    config
        .transport_config(Arc::new(acaso_http3::transport(IDLE)))
        .max_incoming(INCOMING_MAX)
        .incoming_buffer_size(WAITING_BYTES.0)
        .incoming_buffer_size_total(WAITING_BYTES.1);
    // No tokens for later: they would link two visits.
    config.validation_token.sent(0);
    Ok(config)
}
