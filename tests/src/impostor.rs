//! Somebody who listens where a server is expected: with a key of their own, with another protocol, or in silence.

use std::net::SocketAddr;

use acaso_shared::ids::Fingerprint;
use acaso_shared::transport::{Acceptor, fingerprint};
use anyhow::{Result, bail};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::net::{TcpListener, TcpStream};

use crate::patience::soon;

/// Somebody who speaks the right protocol with the wrong key.
#[derive(Debug)]
pub struct Impostor {
    listener: TcpListener,
    acceptor: Acceptor,
    identity: Fingerprint,
}

impl Impostor {
    /// Listens there, with a key made for it.
    ///
    /// # Errors
    /// The port is taken.
    pub async fn new(address: SocketAddr) -> Result<Self> {
        let made = rcgen::generate_simple_self_signed(["acaso".to_owned()])?;
        let certificate = made.cert.der().clone();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        Ok(Self {
            listener: TcpListener::bind(address).await?,
            identity: fingerprint(&certificate)?,
            acceptor: Acceptor::tls(certificate, key)?,
        })
    }

    /// The identity of the wrong key.
    pub fn identity(&self) -> Fingerprint {
        self.identity
    }

    /// Somebody calls and hangs up before a word is said: not even the handshake is finished.
    ///
    /// # Errors
    /// Nobody calls, or somebody believes us.
    pub async fn is_turned_down(&self) -> Result<()> {
        let (socket, _) = soon("somebody calls", self.listener.accept()).await??;
        match self.acceptor.accept(socket).await {
            Ok(_) => bail!("somebody took us for the server"),
            Err(_) => Ok(()),
        }
    }
}

/// Somebody who accepts a call there and never says a word; kept by whoever wants the silence to last.
///
/// # Errors
/// Nobody calls.
pub async fn silence(listener: &TcpListener) -> Result<TcpStream> {
    Ok(soon("somebody calls", listener.accept()).await??.0)
}
