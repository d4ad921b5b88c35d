//! The two programs that are measured, each in a process of its own: this one, started again with other arguments.

use std::net::SocketAddr;
use std::process::Stdio;

use acaso_shared::ids::Fingerprint;
use acaso_shared::transport::Dialler;
use acaso_tests::book::Book;
use acaso_tests::carrier::Carrier;
use acaso_tests::guest::Directions;
use acaso_tests::house::{Entrance, House, Setup};
use acaso_tests::loopback::own_address;
use acaso_tests::patience::soon;
use acaso_tests::plaza::praca;
use acaso_tests::watched::Watched;
use anyhow::{Context, Result};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::net::TcpListener;
use tokio::process::{Child, ChildStdout, Command};

/// A program that is measured. It ends when this is dropped, at the latest.
pub(crate) struct Measured {
    process: Child,
    address: SocketAddr,
    output: Lines<BufReader<ChildStdout>>,
}

impl Measured {
    /// Starts this program again with these arguments.
    pub(crate) async fn start(arguments: &[&str]) -> Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = process.stdout.take().context("its output is a pipe")?;
        let mut output = BufReader::new(output).lines();
        let address = said(&mut output).await?.parse()?;
        Ok(Self {
            process,
            address,
            output,
        })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The way to it, if it is a server.
    pub(crate) async fn directions(&mut self) -> Result<Directions> {
        let identity = match said(&mut self.output).await?.as_str() {
            "plain" => None,
            identity => Some(identity.parse::<Fingerprint>()?),
        };
        Ok(Directions {
            lobby: self.address,
            identity,
            carrier: if identity.is_some() {
                Carrier::Tls
            } else {
                Carrier::Plain
            },
            shared_rooms: false,
            dialler: Dialler::default(),
            book: Book::default(),
        })
    }

    /// The process, to be looked at.
    pub(crate) fn watched(&self) -> Result<Watched> {
        Ok(Watched(self.process.id().context("it has ended")?))
    }

    /// Ends it.
    pub(crate) async fn end(mut self) -> Result<()> {
        drop(self.process.stdin.take());
        soon("the measured program ends", self.process.wait()).await??;
        Ok(())
    }
}

async fn said(output: &mut Lines<BufReader<ChildStdout>>) -> Result<String> {
    soon("the measured program says something", output.next_line())
        .await??
        .context("the measured program has ended")
}

/// A server, until the end of input.
pub(crate) async fn serve(plain: bool, shared: bool, plaza: bool) -> Result<()> {
    let setup = if plain { Setup::plain() } else { Setup::default() };
    let setup = if plaza { setup.plaza(praca()) } else { setup };
    let entrance = if shared { Entrance::Lobby } else { Entrance::Doors };
    let house = House::open(setup.by(entrance)).await?;
    println!("{}", house.lobby());
    match house.directions().identity {
        Some(identity) => println!("{identity}"),
        None => println!("plain"),
    }
    end_of_input().await?;
    house.stops().await
}

/// A relay for every two connections, one after the other, that carries bytes and knows nothing of them.
pub(crate) async fn carry() -> Result<()> {
    let listener = TcpListener::bind((own_address(), 0)).await?;
    println!("{}", listener.local_addr()?);
    tokio::select! {
        ended = end_of_input() => ended,
        failed = connect_pairs(&listener) => failed,
    }
}

async fn connect_pairs(listener: &TcpListener) -> Result<()> {
    loop {
        let (mut one, _) = listener.accept().await?;
        let (mut other, _) = listener.accept().await?;
        one.set_nodelay(true)?;
        other.set_nodelay(true)?;
        // How it ends does not matter: the pair has finished.
        tokio::spawn(async move { tokio::io::copy_bidirectional(&mut one, &mut other).await });
    }
}

async fn end_of_input() -> Result<()> {
    let mut rest = Vec::new();
    tokio::io::stdin().read_to_end(&mut rest).await?;
    Ok(())
}
