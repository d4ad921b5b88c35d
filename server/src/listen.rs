//! Opening a port, for connections or for datagrams, in the one way that all must share.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;

/// Listens on that address and port.
///
/// # Errors
/// The operating system's word: the port is taken, the address is not ours, …
pub(crate) fn listen(ip: IpAddr, port: u16, backlog: i32) -> io::Result<TcpListener> {
    let address = SocketAddr::new(ip, port);
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // Without it a port could not be opened again while connections of its last room linger; on every listener, or on none.
    // On Windows the same option would let two programs share a port; REUSEPORT would do so everywhere.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    if ip.is_ipv6() && ip.is_unspecified() {
        // "All addresses" means IPv4 as well.
        socket.set_only_v6(false)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(backlog)?;
    TcpListener::from_std(socket.into())
}

/// A socket for datagrams at that address and port.
///
/// # Errors
/// The operating system's word: the port is taken, the address is not ours, …
pub(crate) fn datagrams(ip: IpAddr, port: u16) -> io::Result<UdpSocket> {
    let address = SocketAddr::new(ip, port);
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    // No SO_REUSEADDR: for datagrams it would let another program share the port, and nothing lingers here.
    if ip.is_ipv6() && ip.is_unspecified() {
        // "All addresses" means IPv4 as well.
        socket.set_only_v6(false)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[tokio::test]
    async fn a_port_is_held_by_one_listener_only_and_free_at_once_afterwards() {
        let ip = Ipv4Addr::LOCALHOST.into();
        let first = listen(ip, 0, 1).unwrap();
        let port = first.local_addr().unwrap().port();
        let _client = tokio::net::TcpStream::connect((ip, port)).await.unwrap();
        let (_accepted, _) = first.accept().await.unwrap();
        assert_eq!(listen(ip, port, 1).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        drop(first);
        assert!(listen(ip, port, 1).is_ok());
    }
}
