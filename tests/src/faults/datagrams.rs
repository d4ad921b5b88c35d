//! Datagrams, each carried by itself, as well as the weather allows.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::net::UdpSocket;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::fault::{Fault, Kind};
use super::tally::Tally;

/// The longest datagram there is.
const DATAGRAM_BYTES_MAX: usize = 64 * 1024;

/// Clients of one port at once; a client makes a socket of its own for each attempt at most.
const CLIENTS_MAX: usize = 256;

/// Datagrams that are late at once in one direction; the rest of them is lost, as in any full queue.
const LATE_MAX: usize = 1024;

/// By how much a datagram that is overtaken comes later.
const OVERTAKEN_BY: Duration = Duration::from_millis(15);

/// The weather for all datagrams.
#[derive(Debug)]
pub(super) struct Air {
    weather: Mutex<Weather>,
    /// Counts how often the server is to see another port.
    port_changes: watch::Sender<u64>,
    tally: Tally,
}

#[derive(Debug)]
struct Weather {
    dice: StdRng,
    loss: Chance,
    reorder: Chance,
    duplicate: Chance,
    late: Option<(Duration, Instant)>,
    frozen_until: Option<Instant>,
    out_until: Option<Instant>,
}

/// So many in a hundred, until then.
type Chance = Option<(u32, Instant)>;

/// What becomes of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Lost,
    Passes,
    PassesTwice,
    Later(Instant),
}

impl Air {
    pub(super) fn new(seed: u64, tally: Tally) -> Self {
        let weather = Weather {
            dice: StdRng::seed_from_u64(seed),
            loss: None,
            reorder: None,
            duplicate: None,
            late: None,
            frozen_until: None,
            out_until: None,
        };
        Self {
            weather: Mutex::new(weather),
            port_changes: watch::Sender::new(0),
            tally,
        }
    }

    /// From here on the dice are those of that seed.
    pub(super) fn seeds(&self, seed: u64) {
        self.weather().dice = StdRng::seed_from_u64(seed);
    }

    /// Takes a fault that befalls datagrams. Others are none of its business, except those that befall both.
    pub(super) fn strike(&self, fault: Fault) {
        let now = Instant::now();
        let mut weather = self.weather();
        match fault {
            Fault::Loss { percent, lasting } => weather.loss = Some((percent, now + lasting)),
            Fault::Reorder { percent, lasting } => weather.reorder = Some((percent, now + lasting)),
            Fault::Duplicate { percent, lasting } => weather.duplicate = Some((percent, now + lasting)),
            Fault::Delay { each, lasting } => weather.late = Some((each, now + lasting)),
            Fault::Freeze(time) => weather.frozen_until = Some(now + time),
            Fault::Outage(time) => {
                weather.out_until = Some(now + time);
                self.tally.note(Kind::Outage, true);
            }
            Fault::Rebind => {
                self.port_changes.send_modify(|times| *times += 1);
                self.tally.note(Kind::Rebind, true);
            }
            Fault::Calm => weather.clear(),
            // A connection over TCP is not made of datagrams.
            _ => {}
        }
    }

    fn fate(&self) -> Fate {
        let (fate, kind) = self.weather().fate(Instant::now());
        if let Some(kind) = kind {
            self.tally.note(kind, true);
        }
        fate
    }

    fn weather(&self) -> MutexGuard<'_, Weather> {
        self.weather.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Weather {
    fn clear(&mut self) {
        (self.loss, self.reorder, self.duplicate) = (None, None, None);
        (self.late, self.frozen_until, self.out_until) = (None, None, None);
    }

    /// What becomes of a datagram that comes now, and what that is counted as.
    fn fate(&mut self, now: Instant) -> (Fate, Option<Kind>) {
        if self.out_until.is_some_and(|until| until > now) {
            return (Fate::Lost, None);
        }
        if let Some(until) = self.frozen_until.filter(|until| *until > now) {
            return (Fate::Later(until), Some(Kind::Freeze));
        }
        if self.comes_up(self.loss, now) {
            return (Fate::Lost, Some(Kind::Loss));
        }
        if let Some((each, _)) = self.late.filter(|(_, until)| *until > now) {
            return (Fate::Later(now + each), Some(Kind::Delay));
        }
        if self.comes_up(self.reorder, now) {
            return (Fate::Later(now + OVERTAKEN_BY), Some(Kind::Reorder));
        }
        if self.comes_up(self.duplicate, now) {
            return (Fate::PassesTwice, Some(Kind::Duplicate));
        }
        (Fate::Passes, None)
    }

    fn comes_up(&mut self, chance: Chance, now: Instant) -> bool {
        chance.is_some_and(|(percent, until)| until > now && self.dice.random_range(0..100) < percent)
    }
}

/// Carries what comes to that socket to the target, and the answers back, for as long as it is run.
pub(super) async fn carry(socket: UdpSocket, target: SocketAddr, air: Arc<Air>) {
    let socket = Arc::new(socket);
    let mut clients: HashMap<SocketAddr, Client> = HashMap::new();
    let mut up = Late::default();
    let mut datagram = vec![0; DATAGRAM_BYTES_MAX];
    loop {
        // The system tells of ports that are shut; whoever asked will ask again or not.
        let Ok((length, from)) = socket.recv_from(&mut datagram).await else {
            continue;
        };
        if !clients.contains_key(&from) {
            if clients.len() >= CLIENTS_MAX {
                clients.clear();
            }
            let Ok(client) = Client::new(from, Arc::clone(&socket), target, &air).await else {
                continue;
            };
            clients.insert(from, client);
        }
        let Some(client) = clients.get(&from) else {
            continue;
        };
        let upstream = client.upstream.borrow().clone();
        let whereto = Whereto {
            socket: upstream,
            to: None,
        };
        up.send(&whereto, &datagram[..length], air.fate()).await;
    }
}

/// A client, and the socket that stands for it before the server.
struct Client {
    upstream: watch::Receiver<Arc<UdpSocket>>,
    _answers: JoinSet<()>,
}

impl Client {
    async fn new(
        client: SocketAddr,
        facing: Arc<UdpSocket>,
        target: SocketAddr,
        air: &Arc<Air>,
    ) -> std::io::Result<Self> {
        let first = connected(target).await?;
        let (sockets, upstream) = watch::channel(first);
        let whereto = Whereto {
            socket: facing,
            to: Some(client),
        };
        let mut answers = JoinSet::new();
        answers.spawn(carry_back(whereto, target, sockets, Arc::clone(air)));
        Ok(Self {
            upstream,
            _answers: answers,
        })
    }
}

/// Carries what the server answers, and changes the port when it is told to.
async fn carry_back(
    client: Whereto,
    target: SocketAddr,
    sockets: watch::Sender<Arc<UdpSocket>>,
    air: Arc<Air>,
) {
    let mut changes = air.port_changes.subscribe();
    let mut down = Late::default();
    let mut datagram = vec![0; DATAGRAM_BYTES_MAX];
    loop {
        let upstream = sockets.borrow().clone();
        tokio::select! {
            changed = changes.changed() => match (changed, connected(target).await) {
                (Ok(()), Ok(socket)) => sockets.send_modify(|upstream| *upstream = socket),
                _ => return,
            },
            received = upstream.recv(&mut datagram) => {
                let Ok(length) = received else { continue };
                down.send(&client, &datagram[..length], air.fate()).await;
            }
        }
    }
}

async fn connected(target: SocketAddr) -> std::io::Result<Arc<UdpSocket>> {
    // From the very address that it goes to: the server's own network, as seen from the server.
    let socket = UdpSocket::bind((target.ip(), 0)).await?;
    socket.connect(target).await?;
    Ok(Arc::new(socket))
}

/// A socket, and to whom it sends unless it is connected.
#[derive(Clone)]
struct Whereto {
    socket: Arc<UdpSocket>,
    to: Option<SocketAddr>,
}

impl Whereto {
    async fn send(&self, datagram: &[u8]) {
        // What cannot be sent is lost, as datagrams are.
        let _ = match self.to {
            Some(to) => self.socket.send_to(datagram, to).await,
            None => self.socket.send(datagram).await,
        };
    }
}

/// Datagrams of one direction that are late.
#[derive(Default)]
struct Late(JoinSet<()>);

impl Late {
    async fn send(&mut self, whereto: &Whereto, datagram: &[u8], fate: Fate) {
        while self.0.try_join_next().is_some() {}
        match fate {
            Fate::Lost => {}
            Fate::Passes => whereto.send(datagram).await,
            Fate::PassesTwice => {
                whereto.send(datagram).await;
                whereto.send(datagram).await;
            }
            Fate::Later(_) if self.0.len() >= LATE_MAX => {}
            Fate::Later(when) => {
                let (whereto, datagram) = (whereto.clone(), datagram.to_vec());
                self.0.spawn(async move {
                    sleep_until(when).await;
                    whereto.send(&datagram).await;
                });
            }
        }
    }
}
