//! Dialling TCP: one attempt under a time limit, its failure told in the terms a person can act on.

use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use super::ConnectError;
use crate::limits::CONNECT_TIMEOUT;

/// Dials from `source`, if one is chosen.
pub(super) async fn connect(address: SocketAddr, source: Option<IpAddr>) -> Result<TcpStream, ConnectError> {
    let socket = timeout(CONNECT_TIMEOUT, dial(address, source))
        .await
        .map_err(|_| ConnectError::TimedOut(address))?
        .map_err(|error| told_apart(address, &error))?;
    // A message waits for nothing: with Nagle's algorithm it could wait 88 ms for the acknowledgement of the one before.
    socket
        .set_nodelay(true)
        .map_err(|error| told_apart(address, &error))?;
    Ok(socket)
}

async fn dial(address: SocketAddr, source: Option<IpAddr>) -> io::Result<TcpStream> {
    let Some(source) = source else {
        return TcpStream::connect(address).await;
    };
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.bind((source, 0).into())?;
    socket.connect(address).await
}

/// "Refused" is an answer, also as a reset; everything else (no route, network down, time-out) is the lack of one.
fn told_apart(address: SocketAddr, error: &io::Error) -> ConnectError {
    tracing::debug!(%address, %error, "cannot connect");
    match error.kind() {
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => ConnectError::Refused(address),
        _ => ConnectError::TimedOut(address),
    }
}
