//! Somebody who listens where a server is expected: with a key of their own, or in silence; and nobody at all.

use std::net::SocketAddr;

use acaso_shared::ids::Fingerprint;
use acaso_shared::transport::{Acceptor, fingerprint};
use anyhow::{Result, bail};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use socket2::{Domain, Socket, Type};
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
            acceptor: Acceptor::tls(vec![certificate], key)?,
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

/// A port where calls go unanswered, as behind a firewall that drops them, for as long as this is kept.
#[derive(Debug)]
pub struct BlackHole {
    _listener: Socket,
    _only_guest: TcpStream,
}

impl BlackHole {
    /// Opens it there: a queue for one caller, who is in it. The system drops whatever else comes.
    ///
    /// # Errors
    /// The port is taken.
    pub async fn new(address: SocketAddr) -> Result<Self> {
        let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        listener.bind(&address.into())?;
        listener.listen(0)?;
        Ok(Self {
            _listener: listener,
            _only_guest: soon("the only guest comes", TcpStream::connect(address)).await??,
        })
    }
}
