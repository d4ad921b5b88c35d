//! One seam for whatever carries a link: dial and accept, plain or under TLS. It knows addresses and keys, not the protocol.

mod tcp;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, TlsStream};

use crate::ids::Fingerprint;

/// An open connection.
#[derive(Debug)]
pub enum Stream {
    /// TCP as it is: for trials.
    Plain(TcpStream),
    /// TLS 1.3 over TCP.
    Tls(Box<TlsStream<TcpStream>>),
}

/// How to dial.
#[derive(Clone, Copy, Debug)]
pub enum Security<'a> {
    /// TCP as it is.
    Plain,
    /// TLS 1.3.
    Tls {
        /// The host as the person typed it: name or address.
        host: &'a str,
        /// The identity the server must show; `None` at first use.
        expected: Option<Fingerprint>,
    },
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
        /// What it shows.
        shown: Fingerprint,
    },
}

/// Connects, within [`CONNECT_TIMEOUT`](crate::limits::CONNECT_TIMEOUT) and, under TLS,
/// [`TRANSPORT_HANDSHAKE_TIMEOUT`](crate::limits::TRANSPORT_HANDSHAKE_TIMEOUT) more. Tells the identity the server showed.
///
/// # Errors
/// Tells apart what a person can do something about.
pub async fn connect(
    address: SocketAddr,
    security: Security<'_>,
) -> Result<(Stream, Option<Fingerprint>), ConnectError> {
    let tcp = tcp::connect(address).await?;
    match security {
        Security::Plain => Ok((Stream::Plain(tcp), None)),
        Security::Tls { host, expected } => {
            let (stream, shown) = tls::connect(tcp, address, host, expected).await?;
            Ok((Stream::Tls(Box::new(stream)), Some(shown)))
        }
    }
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
    /// An acceptor that shows this certificate.
    ///
    /// # Errors
    /// Key and certificate do not fit, or the key's kind is unknown.
    pub fn tls(
        certificate: CertificateDer<'static>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, rustls::Error> {
        tls::acceptor(certificate, key).map(Self::Tls)
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

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, into),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, into),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

#[cfg(test)]
mod tests;
