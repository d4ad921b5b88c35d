//! One seam for whatever carries a link: dial and accept, over TCP, plain or under TLS, and over QUIC. It knows addresses and
//! keys, not the protocol.

mod dialler;
pub mod quic;
mod tcp;
mod tls;

mod authorities;

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, TlsStream};

pub use self::authorities::Authorities;
pub use self::dialler::{Dialler, Liveness};
pub use self::quic::Footing;
use self::quic::QuicStream;
use crate::ids::Fingerprint;

/// An open connection.
#[derive(Debug)]
pub enum Stream {
    /// TCP as it is: for trials.
    Plain(TcpStream),
    /// TLS 1.3 over TCP.
    Tls(Box<TlsStream<TcpStream>>),
    /// The one stream of a QUIC connection.
    Quic(Box<QuicStream>),
    /// No connection at all, but somebody in this process: a translator, for a peer who speaks another protocol.
    Memory(DuplexStream),
}

/// What carries a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// TCP.
    Tcp,
    /// QUIC over UDP.
    Quic,
}

/// How to dial.
#[derive(Clone, Copy, Debug)]
pub enum Security<'a> {
    /// TCP as it is.
    Plain,
    /// TLS 1.3.
    Tls(Demand<'a>),
}

/// What a server must prove.
#[derive(Clone, Copy, Debug)]
pub struct Demand<'a> {
    /// The host as the person typed it: name or address.
    pub host: &'a str,
    /// Which identities will do.
    pub expected: Expected,
    /// Those who can vouch for the host's name.
    pub authorities: &'a Authorities,
}

/// Which identities will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Any: at first use.
    Anybody,
    /// This one.
    Key(Fingerprint),
    /// Any for which an authority vouches.
    Vouched,
    /// Any for which an authority vouches, and this one.
    VouchedOr(Fingerprint),
}

impl Expected {
    /// Whether this one will do.
    pub fn accepts(self, shown: Shown) -> bool {
        match self {
            Self::Anybody => true,
            Self::Key(key) => key == shown.fingerprint,
            Self::Vouched => shown.vouched,
            Self::VouchedOr(key) => shown.vouched || key == shown.fingerprint,
        }
    }
}

/// Why a server is not vouched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unvouched {
    /// An authority does vouch for it, but for another time than this computer's clock shows: the certificate has expired, or the
    /// clock is wrong.
    Outdated,
    /// No authority known here has said that it belongs to this name, at any time.
    Unsigned,
}

/// The identity a server has proved to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its key.
    pub fingerprint: Fingerprint,
    /// Whether an authority says that the host of this name has it.
    pub vouched: bool,
}

impl<'a> Security<'a> {
    /// TLS 1.3 with whoever is there.
    pub fn first_use(host: &'a str) -> Self {
        Self::expecting(host, Expected::Anybody)
    }

    /// TLS 1.3 with nobody but the owner of that key.
    pub fn pinned(host: &'a str, key: Fingerprint) -> Self {
        Self::expecting(host, Expected::Key(key))
    }

    fn expecting(host: &'a str, expected: Expected) -> Self {
        Self::Tls(Demand {
            host,
            expected,
            authorities: Authorities::usual(),
        })
    }
}

/// Why a connection does not stand.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Nothing listens there.
    #[error("nothing listens at {0}")]
    Refused(SocketAddr),
    /// No answer in time, or no way there.
    #[error("no answer from {0}")]
    TimedOut(SocketAddr),
    /// The connection stands, but the TLS handshake got no answer in time.
    #[error("what answers at {0} is silent")]
    NoHandshake(SocketAddr),
    /// Something answers, but not with TLS 1.3 and this protocol.
    #[error("what answers at {0} does not speak this protocol over TLS 1.3: {1}")]
    NotOurs(SocketAddr, io::Error),
    /// The server shows another identity than the expected one; nothing was sent to it.
    #[error("the server shows the identity {shown}")]
    OtherIdentity {
        /// What it shows. That it has the key of it is not proved, since nothing more was said.
        shown: Fingerprint,
        /// Why no authority vouches for it; `None` if one does.
        unvouched: Option<Unvouched>,
    },
}

/// Connects over TCP, as [`Dialler::connect`] does.
///
/// # Errors
/// As there.
pub async fn connect(
    address: SocketAddr,
    security: Security<'_>,
) -> Result<(Stream, Option<Shown>), ConnectError> {
    Dialler::default().connect(address, security, Carrier::Tcp).await
}

/// How to accept.
#[derive(Clone)]
pub enum Acceptor {
    /// TCP as it is.
    Plain,
    /// TLS 1.3.
    Tls(TlsAcceptor),
}

impl Acceptor {
    /// An acceptor that shows this certificate, which those behind it in the chain vouch for.
    ///
    /// # Errors
    /// Key and certificate do not fit, or the key's kind is unknown.
    pub fn tls(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, rustls::Error> {
        tls::acceptor(chain, key).map(Self::Tls)
    }

    /// How to accept over QUIC with the same certificate; `None` without one, since QUIC is never unencrypted.
    ///
    /// # Errors
    /// The certificate cannot be used so.
    pub fn quic(&self, liveness: Liveness) -> Result<Option<quinn::ServerConfig>, rustls::Error> {
        match self {
            Self::Plain => Ok(None),
            Self::Tls(acceptor) => quic::server(Arc::clone(acceptor.config()), liveness).map(Some),
        }
    }

    /// The same certificate for peers who speak that protocol (ALPN) instead of ours; `None` without one.
    pub fn speaking(&self, protocol: &[u8]) -> Option<rustls::ServerConfig> {
        let Self::Tls(acceptor) = self else { return None };
        let mut config = rustls::ServerConfig::clone(acceptor.config());
        config.alpn_protocols = vec![protocol.to_vec()];
        Some(config)
    }

    /// Makes a link of an accepted socket, within [`TRANSPORT_HANDSHAKE_TIMEOUT`](crate::limits::TRANSPORT_HANDSHAKE_TIMEOUT).
    ///
    /// # Errors
    /// The peer went away, was too slow, or does not speak TLS 1.3 and this protocol.
    pub async fn accept(&self, socket: TcpStream) -> io::Result<Stream> {
        socket.set_nodelay(true)?;
        match self {
            Self::Plain => Ok(Stream::Plain(socket)),
            Self::Tls(acceptor) => {
                let stream = tls::accept(acceptor, socket).await?;
                Ok(Stream::Tls(Box::new(stream.into())))
            }
        }
    }
}

impl std::fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Plain => "Acceptor::Plain",
            Self::Tls(_) => "Acceptor::Tls",
        })
    }
}

/// The identity in a certificate: the fingerprint of its key.
///
/// # Errors
/// The bytes are no certificate.
pub fn fingerprint(certificate: &CertificateDer<'_>) -> Result<Fingerprint, rustls::Error> {
    tls::fingerprint(certificate)
}

impl Stream {
    /// Where the other end is now, as our own QUIC endpoint knows it; `None` if it is not carried by QUIC.
    pub fn footing(&self) -> Option<Footing> {
        match self {
            Self::Quic(stream) => stream.footing(),
            Self::Plain(_) | Self::Tls(_) | Self::Memory(_) => None,
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, into),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, into),
            Self::Quic(stream) => Pin::new(stream).poll_read(cx, into),
            Self::Memory(stream) => Pin::new(stream).poll_read(cx, into),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Quic(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Memory(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
            Self::Quic(stream) => Pin::new(stream).poll_flush(cx),
            Self::Memory(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Quic(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Memory(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

#[cfg(test)]
mod tests;
