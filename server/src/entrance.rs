//! What people come in by: one port, the lobby's or a room's. Whoever comes is a [`Caller`] until they have answered the
//! handshake, which is theirs to wait for and not the entrance's.

use std::io;
use std::net::{IpAddr, SocketAddr};

use acaso_shared::transport::{Acceptor, Stream};
use tokio::net::{TcpListener, TcpStream};

use crate::listen::listen;

/// An open port.
#[derive(Debug)]
pub(crate) struct Entrance {
    tcp: TcpListener,
}

/// Somebody who came in, with whom no handshake was made yet.
#[derive(Debug)]
pub(crate) struct Caller {
    line: TcpStream,
    address: SocketAddr,
}

impl Entrance {
    /// Opens that port.
    ///
    /// # Errors
    /// The operating system's word: the port is taken, the address is not ours, …
    pub(crate) fn open(ip: IpAddr, port: u16, backlog: i32) -> io::Result<Self> {
        let tcp = listen(ip, port, backlog)?;
        Ok(Self { tcp })
    }

    /// Where this is.
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    /// The next who comes. Cancel-safe.
    pub(crate) async fn accept(&self) -> io::Result<Caller> {
        let (line, address) = self.tcp.accept().await?;
        Ok(Caller { line, address })
    }
}

impl Caller {
    /// Where they call from.
    pub(crate) fn ip(&self) -> IpAddr {
        self.address.ip().to_canonical()
    }

    /// Makes the handshake, within its time.
    ///
    /// # Errors
    /// They went away, were too slow, or speak another language.
    pub(crate) async fn answer(self, acceptor: &Acceptor) -> io::Result<Stream> {
        acceptor.accept(self.line).await
    }
}
