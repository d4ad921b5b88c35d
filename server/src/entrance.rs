//! What people come in by: one port, the lobby's or a room's, for TCP and for QUIC. Whoever comes is a [`Caller`] until they have
//! answered the handshake, which is theirs to wait for and not the entrance's.

use std::io;
use std::net::{IpAddr, SocketAddr};

use acaso_shared::transport::Stream;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Duration, timeout};

use crate::identity::Presented;
use crate::listen::listen;
use crate::quic::{Quic, QuicCaller, QuicDoor};

/// An open port.
#[derive(Debug)]
pub(crate) struct Entrance {
    tcp: TcpListener,
    quic: Option<QuicDoor>,
}

/// Somebody who came in, with whom no handshake was made yet.
#[derive(Debug)]
pub(crate) enum Caller {
    /// Over TCP, from that address.
    Tcp(TcpStream, SocketAddr),
    /// Over QUIC.
    Quic(Box<QuicCaller>),
}

impl Entrance {
    /// Opens that port for TCP and, if there is QUIC, for both or neither.
    ///
    /// # Errors
    /// The operating system's word: the port is taken, the address is not ours, …
    pub(crate) fn open(ip: IpAddr, port: u16, backlog: i32, quic: Option<&Quic>) -> io::Result<Self> {
        let tcp = listen(ip, port, backlog)?;
        let port = tcp.local_addr()?.port();
        let quic = quic.map(|quic| quic.open(ip, port)).transpose()?;
        Ok(Self { tcp, quic })
    }

    /// Where this is.
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    /// The next who comes. Cancel-safe.
    pub(crate) async fn accept(&self) -> io::Result<Caller> {
        let Some(quic) = &self.quic else {
            return over_tcp(&self.tcp).await;
        };
        tokio::select! {
            caller = over_tcp(&self.tcp) => caller,
            caller = quic.accept() => Ok(Caller::Quic(Box::new(caller))),
        }
    }
}

async fn over_tcp(tcp: &TcpListener) -> io::Result<Caller> {
    let (line, address) = tcp.accept().await?;
    Ok(Caller::Tcp(line, address))
}

impl Caller {
    /// Where they call from.
    pub(crate) fn ip(&self) -> IpAddr {
        let address = match self {
            Self::Tcp(_, address) => *address,
            Self::Quic(caller) => caller.address(),
        };
        address.ip().to_canonical()
    }

    /// Where a member of a circle who comes so can be reached, which they have proved: only over QUIC, and only where callers are counted.
    pub(crate) fn seen_at(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(..) => None,
            Self::Quic(caller) => Some(caller.address()),
        }
    }

    /// Whether they say anything within that time. Nothing of it is taken: it is there for whoever listens next.
    ///
    /// # Errors
    /// They went away.
    pub(crate) async fn speaks_within(&self, patience: Duration) -> io::Result<bool> {
        match timeout(patience, self.speaks()).await {
            Ok(spoke) => spoke.map(|()| true),
            Err(_) => Ok(false),
        }
    }

    /// Waits until they say something, of which nothing is taken.
    ///
    /// # Errors
    /// They went away.
    pub(crate) async fn speaks(&self) -> io::Result<()> {
        match self {
            Self::Tcp(line, _) => match line.peek(&mut [0]).await? {
                0 => Err(io::ErrorKind::UnexpectedEof.into()),
                _ => Ok(()),
            },
            // Nobody comes over QUIC without a word.
            Self::Quic(_) => Ok(()),
        }
    }

    /// Makes the handshake, within its time.
    ///
    /// # Errors
    /// They went away, were too slow, or speak another language.
    pub(crate) async fn answer(self, presented: &Presented) -> io::Result<Stream> {
        match self {
            Self::Tcp(line, _) => presented.acceptor().accept(line).await,
            Self::Quic(caller) => caller.answer().await,
        }
    }
}
