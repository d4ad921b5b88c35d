//! The proof that an HTTP/3 which is not ours gets along with ours: a client made of aioquic and wsproto joins a plaza, hears and is
//! heard. It needs Python and its packages; where they cannot be had, the chore says so and is skipped.

use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::cargo::{Profile, Program, build, root};
use crate::run::{run, succeeds};
use crate::server::Server;

const PACKAGES: [&str; 2] = ["aioquic", "wsproto"];

/// Starts a server and has the script talk there.
///
/// # Errors
/// They did not understand each other.
pub(crate) fn aioquic() -> Result<()> {
    let python = match python() {
        Ok(python) => python,
        Err(error) => {
            println!("aioquic: SKIPPED, since its Python packages cannot be had: {error:#}");
            return Ok(());
        }
    };
    let [program] = build(Profile::Dev, [Program::Server])?;
    let data = TempDir::new()?;
    let (http3, tcp) = free_ports()?;
    let gateways = [format!("aiochat-h3={http3}"), format!("aiochat={tcp}")];
    let arguments = [
        "--plaza",
        "Square",
        "--classic",
        &gateways[0],
        "--classic",
        &gateways[1],
    ];
    let server = Server::start(&program, data.path(), &arguments)?;
    let talked = run(Command::new(python)
        .arg(root().join("tests").join("aioquic").join("chat.py"))
        .args(["127.0.0.1", &http3.to_string(), &tcp.to_string()])
        .arg(data.path().join("certificate.pem")));
    server.stop()?;
    talked
}

/// A Python that has the packages, in an environment of its own beside what cargo builds.
fn python() -> Result<PathBuf> {
    let environment = root().join("target").join("aioquic");
    let python = environment.join("bin").join("python3");
    let has_packages = |python: &Path| succeeds(Command::new(python).args(["-c", "import aioquic, wsproto"]));
    if !has_packages(&python) {
        run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
        let install = ["-m", "pip", "install", "--quiet"];
        run(Command::new(&python).args(install).args(PACKAGES))?;
    }
    Ok(python)
}

/// A UDP and a TCP port that were free a moment ago.
fn free_ports() -> Result<(u16, u16)> {
    let any = (Ipv4Addr::LOCALHOST, 0);
    let udp = UdpSocket::bind(any).and_then(|socket| socket.local_addr());
    let tcp = TcpListener::bind(any).and_then(|listener| listener.local_addr());
    Ok((
        udp.context("no UDP port is free")?.port(),
        tcp.context("no TCP port is free")?.port(),
    ))
}
