//! The routers are what they are called: without that the stories would prove nothing.

use std::net::{SocketAddr, UdpSocket};
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::internet::{Internet, Nat};

/// How long an answer may take on a computer that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn a_cone_has_one_port_for_all_and_a_symmetric_router_one_for_each_and_neither_lets_strangers_in()
-> Result<()> {
    let Some(internet) = Internet::with(&[(Nat::Cone, 1), (Nat::Symmetric, 1)])? else {
        return Ok(());
    };
    for (home, is_cone) in [(0, true), (1, false)] {
        let socket = internet.computer(home, 0)?.socket()?;
        socket.set_read_timeout(Some(PATIENCE))?;
        let mirrors = [
            mirror(internet.public().socket()?)?,
            mirror(internet.public().socket()?)?,
        ];
        let seen = [asks(&socket, mirrors[0])?, asks(&socket, mirrors[1])?];
        ensure!(
            seen.iter()
                .all(|seen| seen.ip() != socket.local_addr().map(|own| own.ip()).unwrap_or(seen.ip()))
        );
        ensure!((seen[0] == seen[1]) == is_cone, "home {home}: {seen:?}");
        let stranger = internet.public().socket()?;
        stranger.send_to(b"psst", seen[0])?;
        // What had come from the stranger would be heard before the answer to what is asked after that.
        ensure!(
            asks(&socket, mirrors[0])? == seen[0],
            "home {home}: another port after a while"
        );
    }
    Ok(())
}

/// Tells everybody where they are seen, as long as somebody asks.
fn mirror(socket: UdpSocket) -> Result<SocketAddr> {
    let address = socket.local_addr()?;
    socket.set_read_timeout(Some(PATIENCE))?;
    thread::spawn(move || {
        while let Ok((_, from)) = socket.recv_from(&mut [0; 16]) {
            if socket.send_to(from.to_string().as_bytes(), from).is_err() {
                return;
            }
        }
    });
    Ok(address)
}

fn asks(socket: &UdpSocket, mirror: SocketAddr) -> Result<SocketAddr> {
    socket.send_to(b"where am I?", mirror)?;
    let mut answer = [0; 64];
    let (length, from) = socket.recv_from(&mut answer)?;
    ensure!(from == mirror, "{from} spoke, who was not asked");
    Ok(std::str::from_utf8(&answer[..length])?.parse()?)
}
