//! Crowds without manners, before a server in a process of its own: whatever they say, and however many they are, it needs little
//! more memory for them, and two strangers meet meanwhile as if nobody else were there.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use acaso_shared::limits::ROOM_PORTS;
use acaso_shared::protocol::partner::PartnerControl;
use acaso_shared::protocol::room::Parting;
use acaso_shared::transport::Dialler;
use acaso_tests::book::Book;
use acaso_tests::carrier::Carrier;
use acaso_tests::guest::Directions;
use acaso_tests::loopback::own_address;
use acaso_tests::patience::soon;
use acaso_tests::rude::Rude;
use acaso_tests::stranger::{Errand, Stranger};
use acaso_tests::voice::Voice;
use acaso_tests::watched::Watched;
use anyhow::{Context, Result, ensure};
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;

use crate::programs::{ServerProgram, command_line, server_command};

/// What a server may need more while a crowd is there, in KiB: allocators keep some of what they once had.
const MORE_KIB: u64 = 48 * 1024;

/// Random byte strings said by the crowd; `ACASO_STRINGS` says how many instead.
const STRINGS: u64 = 10_000;

/// A server without TLS, so that what is said reaches what decodes it.
struct Besieged {
    server: ServerProgram,
    book: Book,
    data: TempDir,
    before_kib: u64,
}

impl Besieged {
    async fn new() -> Result<Self> {
        let data = TempDir::new()?;
        let mut command = server_command();
        command_line(&mut command, own_address().into(), 0, data.path()).arg("--plain");
        let besieged = Self {
            server: ServerProgram::start_by(&mut command).await?,
            book: Book::default(),
            before_kib: 0,
            data,
        };
        // What is needed for the first two is needed anyway.
        besieged.two_strangers_meet().await?;
        let before_kib = besieged.resident_kib()?;
        Ok(Self {
            before_kib,
            ..besieged
        })
    }

    fn directions(&self) -> Directions {
        Directions {
            lobby: self.server.lobby,
            identity: None,
            carrier: Carrier::Plain,
            shared_rooms: false,
            dialler: Dialler::default(),
            book: self.book.clone(),
        }
    }

    fn resident_kib(&self) -> Result<u64> {
        Watched(self.server.program.id()?).resident_kib()
    }

    /// Two with clients come, meet each other, talk and go; how long it took until they met.
    async fn two_strangers_meet(&self) -> Result<Duration> {
        let desk = TempDir::new_in(self.data.path())?;
        let errand = |name| {
            Ok::<_, anyhow::Error>(
                Errand::new(self.server.lobby, &desk.path().join(name))?.over(Carrier::Plain),
            )
        };
        let begin = Instant::now();
        let mut ana = Stranger::arrives("Ana", errand("Ana")?, &self.book).await?;
        ana.waits().await?;
        let mut bia = Stranger::arrives("Bia", errand("Bia")?, &self.book).await?;
        bia.meets("Ana").await?;
        ana.meets("Bia").await?;
        let took = begin.elapsed();
        bia.says("all well?").await?;
        ana.hears("all well?").await?;
        bia.leaves().await?;
        ana.is_left(Parting::Left).await?;
        ana.leaves().await?;
        Ok(took)
    }

    /// It goes on as before, and did not need much more.
    async fn stands(mut self) -> Result<()> {
        self.two_strangers_meet().await?;
        let (before, after) = (self.before_kib, self.resident_kib()?);
        ensure!(
            after < before + MORE_KIB,
            "{before} KiB before the crowd, {after} after it"
        );
        self.server.quits().await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_bytes_at_the_lobby_and_at_a_door() -> Result<()> {
    let strings = std::env::var("ACASO_STRINGS").map_or(Ok(STRINGS), |strings| strings.parse())?;
    let besieged = Besieged::new().await?;
    // Nobody else sits down beside these two, so this door stays open as long as the ticket is good.
    let door = besieged.directions().assigned().await?.gives_up().0;
    let addresses = [
        besieged.server.lobby,
        SocketAddr::new(besieged.server.lobby.ip(), door.get()),
    ];
    let said = Arc::new(AtomicU64::new(0));
    let mut crowd = JoinSet::new();
    for guest in 0..32 {
        let said = Arc::clone(&said);
        crowd.spawn(async move {
            let mut dice = StdRng::seed_from_u64(guest);
            // Addresses of their own, or the ports of one would run out.
            let from = Ipv4Addr::new(127, 1, 0, u8::try_from(guest)? + 1);
            while said.fetch_add(1, Ordering::Relaxed) < strings {
                says_something(from, addresses[dice.random_range(0..2)], &mut dice).await?;
            }
            Ok::<_, anyhow::Error>(())
        });
    }
    while !crowd.is_empty() {
        tokio::select! {
            done = crowd.join_next() => done.context("somebody is there")???,
            met = besieged.two_strangers_meet() => drop(met?),
        }
    }
    besieged.stands().await
}

/// Says a random string, short or long, with or without a plausible length before it, and listens until shown out.
async fn says_something(from: Ipv4Addr, address: SocketAddr, dice: &mut StdRng) -> Result<()> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((from, 0).into())?;
    // The door shuts when its ticket has run out.
    let Ok(mut stream) = socket.connect(address).await else {
        return Ok(());
    };
    let mut string = vec![0; dice.random_range(0..600)];
    dice.fill_bytes(&mut string);
    if dice.random() && string.len() > 4 {
        let body = u32::try_from(string.len() - 4)?;
        string[..4].copy_from_slice(&body.to_le_bytes());
        // Most kinds of message have a small number.
        if let Some(kind) = string.get_mut(4) {
            *kind %= 8;
        }
    }
    // It may have had enough before everything was said.
    let _ = stream.write_all(&string).await;
    let _ = stream.shutdown().await;
    is_shown_out(stream).await
}

async fn is_shown_out(mut stream: TcpStream) -> Result<()> {
    let mut sink = tokio::io::sink();
    let heard = tokio::io::copy(&mut stream, &mut sink);
    // A reset is as good as an end.
    drop(soon("the connection is closed", heard).await?);
    Ok(())
}

#[tokio::test]
async fn a_thousand_who_say_nothing() -> Result<()> {
    let besieged = Besieged::new().await?;
    let mut crowd = Vec::new();
    for _ in 0..1000 {
        crowd.push(Rude::knocks(besieged.server.lobby).await?);
    }
    let took = besieged.two_strangers_meet().await?;
    // A second is the promise; on a computer that does much else besides it may take a little more.
    ensure!(took < Duration::from_secs(4), "they waited {took:?}");
    besieged.stands().await
}

#[tokio::test]
async fn somebody_who_tries_every_door() -> Result<()> {
    let besieged = Besieged::new().await?;
    let assigned = besieged.directions().assigned().await?;
    let nobody = own_address().into();
    let mut open = Vec::new();
    for port in ROOM_PORTS {
        // Where another program listens at every address, somebody is behind that port on this one too.
        if answers(besieged.server.lobby.ip(), port).await && !answers(nobody, port).await {
            open.push(port);
        }
    }
    open.retain(|port| *port != besieged.server.lobby.port());
    ensure!(open == [assigned.port.get()], "open doors: {open:?}");
    assigned.enters().await?.leaves().await?;
    besieged.stands().await
}

async fn answers(address: IpAddr, port: u16) -> bool {
    TcpStream::connect((address, port)).await.is_ok()
}

#[tokio::test]
async fn a_partner_who_never_stops() -> Result<()> {
    let besieged = Besieged::new().await?;
    let desk = TempDir::new()?;
    let errand = Errand::new(besieged.server.lobby, desk.path())?.over(Carrier::Plain);
    let mut ana = Stranger::arrives("Ana", errand, &besieged.book).await?;
    ana.waits().await?;
    let (mut rude, _) = Voice::begins(besieged.directions().seated().await?).await?;
    rude.introduces("Rude").await?;
    ana.meets("Rude").await?;
    let talking = async { while rude.says_control(&PartnerControl::Typing).await.is_ok() {} };
    let others = async {
        for _ in 0..3 {
            besieged.two_strangers_meet().await?;
        }
        // She is not kept from going.
        ana.leaves().await
    };
    tokio::select! {
        () = talking => anyhow::bail!("whoever talks too much was shown out"),
        done = others => done?,
    }
    drop(rude);
    besieged.stands().await
}
