//! One connection over TCP, carried both ways until somebody closes it or a fault ends it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy, sink};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::fault::{Fault, Kind, Way};
use super::tally::Tally;

/// How much is carried at once: a large sealed frame and a little more.
const PIECE_BYTES: usize = 8 * 1024;

/// How long an end that was told nothing is kept at most.
const UNAWARE_AT_MOST: Duration = Duration::from_secs(120);

/// A connection that stands.
#[derive(Debug)]
pub(super) struct Link {
    client: TcpStream,
    server: TcpStream,
    /// Whether it leads to a seat, not to the lobby.
    seat: bool,
    sky: Sky,
    tally: Tally,
}

/// How a link ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Both closed it.
    Closed,
    /// Both are told.
    Reset,
    /// The bytes on it brought that about; both are told.
    Cut(Kind),
    /// One is told, the other is not.
    ToldOnly(Way),
}

impl Link {
    pub(super) fn new(client: TcpStream, server: TcpStream, seat: bool, tally: Tally) -> Self {
        // What is carried late is late on purpose.
        for socket in [&client, &server] {
            let _ = socket.set_nodelay(true);
        }
        Self {
            client,
            server,
            seat,
            sky: Sky::default(),
            tally,
        }
    }

    /// Carries bytes until the link ends, and ends it as it must.
    pub(super) async fn carry(mut self, mut orders: Receiver<Fault>) {
        let fate = {
            let (from_client, to_client) = self.client.split();
            let (from_server, to_server) = self.server.split();
            let both = async {
                tokio::try_join!(
                    pass(Way::Up, from_client, to_server, &self.sky),
                    pass(Way::Down, from_server, to_client, &self.sky),
                )
            };
            tokio::select! {
                // A fault comes before the bytes that it befalls.
                biased;
                fate = obey(&mut orders, &self.sky, &self.tally, self.seat) => fate,
                passed = both => passed.map_or_else(|fate| fate, |_| Fate::Closed),
            }
        };
        if let Fate::Cut(kind) = fate {
            self.tally.note(kind, self.seat);
        }
        self.end(fate).await;
    }

    async fn end(self, fate: Fate) {
        let (told, unaware) = match fate {
            Fate::Closed => return,
            Fate::Reset | Fate::Cut(_) => {
                return [self.client, self.server].iter().for_each(reset_when_dropped);
            }
            Fate::ToldOnly(Way::Down) => (self.client, self.server),
            Fate::ToldOnly(Way::Up) => (self.server, self.client),
        };
        reset_when_dropped(&told);
        drop(told);
        let mut unaware = unaware;
        // Until it finds out by itself; how that ends does not matter any more.
        let _ = timeout(UNAWARE_AT_MOST, copy(&mut unaware, &mut sink())).await;
    }
}

/// Takes orders until one ends the link.
async fn obey(orders: &mut Receiver<Fault>, sky: &Sky, tally: &Tally, seat: bool) -> Fate {
    while let Some(fault) = orders.recv().await {
        let (kind, fate) = match fault {
            Fault::Reset => (Kind::Reset, Some(Fate::Reset)),
            Fault::ClientReset => (Kind::ClientReset, Some(Fate::ToldOnly(Way::Down))),
            Fault::ServerReset => (Kind::ServerReset, Some(Fate::ToldOnly(Way::Up))),
            Fault::HalfOpen(_) => (Kind::HalfOpen, None),
            Fault::Swallowed => (Kind::Swallowed, None),
            Fault::Freeze(_) => (Kind::Freeze, None),
            Fault::Delay { .. } => (Kind::Delay, None),
            // These two are counted when they have cut, and the rest does not befall a connection.
            _ => {
                sky.now().turn(fault);
                continue;
            }
        };
        if sky.now().turn(fault) {
            tally.note(kind, seat);
        }
        if let Some(fate) = fate {
            return fate;
        }
    }
    // The network itself has gone; the link ends when its ends do.
    std::future::pending().await
}

/// Carries what goes one way.
async fn pass(way: Way, mut from: ReadHalf<'_>, mut to: WriteHalf<'_>, sky: &Sky) -> Result<(), Fate> {
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let read = from.read(&mut piece).await;
        sky.hold().await;
        let length = match read {
            Ok(length @ 1..) => length,
            // An end that is swallowed is told to nobody either.
            Ok(0) | Err(_) if sky.now().swallows(way) => return Ok(()),
            Ok(_) => return to.shutdown().await.map_err(|_| Fate::Closed),
            Err(_) => return Err(Fate::Reset),
        };
        let (arrive, cut) = sky.now().arrive(way, length);
        let sent = to.write_all(&piece[..arrive]).await;
        match cut {
            Some(kind) => return Err(Fate::Cut(kind)),
            None => sent.map_err(|_| Fate::Reset)?,
        }
    }
}

fn reset_when_dropped(socket: &TcpStream) {
    // A socket that cannot be told so is closed in the ordinary way: a cut all the same.
    let _ = SockRef::from(socket).set_linger(Some(Duration::ZERO));
}

/// What hangs over a link.
#[derive(Debug, Default)]
struct Sky(Mutex<Weather>);

#[derive(Debug, Default)]
struct Weather {
    frozen_until: Option<Instant>,
    slow: Option<(Duration, Instant)>,
    swallows: [bool; 2],
    cut: Option<(Way, usize)>,
    torn: Option<Way>,
}

impl Sky {
    fn now(&self) -> MutexGuard<'_, Weather> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits as long as bytes that have just come must.
    async fn hold(&self) {
        let slow = self.now().slow;
        if let Some((each, until)) = slow
            && Instant::now() < until
        {
            sleep(each).await;
        }
        // A second freeze may have come while the first one lasted.
        loop {
            let frozen = self.now().frozen_until;
            match frozen {
                Some(until) if until > Instant::now() => sleep_until(until).await,
                _ => return,
            }
        }
    }
}

impl Weather {
    /// Takes a fault; whether it changed anything.
    fn turn(&mut self, fault: Fault) -> bool {
        let now = Instant::now();
        let swallowed = self.swallows;
        match fault {
            Fault::HalfOpen(way) => self.swallows[way as usize] = true,
            Fault::Swallowed => self.swallows = [true; 2],
            Fault::Freeze(time) => self.frozen_until = Some(now + time),
            Fault::Delay { each, lasting } => self.slow = Some((each, now + lasting)),
            Fault::CutAfter(way, bytes) => self.cut = Some((way, bytes)),
            Fault::Torn(way) => self.torn = Some(way),
            Fault::Calm => (self.frozen_until, self.slow, self.cut, self.torn) = (None, None, None, None),
            _ => {}
        }
        !matches!(fault, Fault::HalfOpen(_) | Fault::Swallowed) || swallowed != self.swallows
    }

    fn swallows(&self, way: Way) -> bool {
        self.swallows[way as usize]
    }

    /// How many of the bytes that just came arrive, and as what the link is cut behind them.
    fn arrive(&mut self, way: Way, length: usize) -> (usize, Option<Kind>) {
        if self.swallows(way) {
            return (0, None);
        }
        if self.torn == Some(way) {
            return (length / 2, Some(Kind::Torn));
        }
        match &mut self.cut {
            Some((cut, left)) if *cut == way && length > *left => (*left, Some(Kind::CutAfter)),
            Some((cut, left)) if *cut == way => {
                *left -= length;
                (length, None)
            }
            _ => (length, None),
        }
    }
}
