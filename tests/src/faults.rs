//! A network that fails on demand, between clients and a server: at an address of its own, with the lobby and the rooms at the
//! server's ports, over TCP and, for QUIC, over UDP. It reads nothing; what it does to links is told by a [`Fault`].

mod datagrams;
mod fault;
mod link;
mod tally;

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio::task::JoinSet;

use self::datagrams::Air;
pub use self::fault::{Fault, Kind, Way};
use self::link::Link;
pub use self::tally::Tally;
use crate::loopback::own_address;

/// Faults that may wait for one link; more than one at a time is rare.
const ORDERS: usize = 8;

/// Longer than any story.
const SHUT_AT_MOST: Duration = Duration::from_secs(60 * 60);

/// Somebody's only way to a server.
#[derive(Debug)]
pub struct Network {
    lobby: SocketAddr,
    links: Links,
    air: Arc<Air>,
    shut: Arc<AtomicBool>,
    tally: Tally,
    _carriers: JoinSet<()>,
}

/// Where each link that stands takes its orders from.
type Links = Arc<Mutex<Vec<mpsc::Sender<Fault>>>>;

impl Network {
    /// Listens at the lobby's port and those of the rooms, over TCP and UDP, and carries everything to the server unharmed. What it is
    /// ordered to do at random, it draws from that seed.
    ///
    /// # Errors
    /// A port is taken.
    pub async fn new(server: SocketAddr, rooms: impl IntoIterator<Item = u16>, seed: u64) -> Result<Self> {
        let address = IpAddr::from(own_address());
        let (links, tally) = (Links::default(), Tally::default());
        let air = Arc::new(Air::new(seed, tally.clone()));
        let shut = Arc::new(AtomicBool::new(false));
        let mut carriers = JoinSet::new();
        for port in rooms.into_iter().chain([server.port()]) {
            let here = SocketAddr::new(address, port);
            let target = SocketAddr::new(server.ip(), port);
            let taken = || format!("{here} is taken");
            let listener = TcpListener::bind(here).await.with_context(taken)?;
            let seat = port != server.port();
            let gate = Gate {
                listener,
                target,
                seat,
                shut: Arc::clone(&shut),
            };
            carriers.spawn(gate.run(links.clone(), tally.clone()));
            let socket = UdpSocket::bind(here).await.with_context(taken)?;
            carriers.spawn(datagrams::carry(socket, target, Arc::clone(&air)));
        }
        Ok(Self {
            lobby: SocketAddr::new(address, server.port()),
            links,
            air,
            shut,
            tally,
            _carriers: carriers,
        })
    }

    /// Where clients take this for the server.
    pub fn lobby(&self) -> SocketAddr {
        self.lobby
    }

    /// From here on, what happens at random is drawn from that seed.
    pub fn seeds(&self, seed: u64) {
        self.air.seeds(seed);
    }

    /// Lets that happen to every link that stands. Whether it did is counted in the [tally](Self::tally): there may be none, or one may
    /// end before its turn.
    pub fn strike(&self, fault: Fault) {
        self.air.strike(fault);
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        // A link with that many orders waiting has trouble enough.
        links.retain(|link| !matches!(link.try_send(fault), Err(TrySendError::Closed(_))));
    }

    /// Everybody is cut off, and nobody gets through any more.
    pub fn shuts(&self) {
        self.shut.store(true, Ordering::Relaxed);
        self.strike(Fault::Reset);
        self.strike(Fault::Outage(SHUT_AT_MOST));
    }

    /// Whoever tries gets through again.
    pub fn opens(&self) {
        self.shut.store(false, Ordering::Relaxed);
        self.calms();
    }

    /// From here on nothing more happens to any link. What was swallowed stays swallowed.
    pub fn calms(&self) {
        self.strike(Fault::Calm);
    }

    /// What has happened so far.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }
}

/// One port, over TCP.
struct Gate {
    listener: TcpListener,
    target: SocketAddr,
    seat: bool,
    shut: Arc<AtomicBool>,
}

impl Gate {
    async fn run(self, links: Links, tally: Tally) {
        let mut standing = JoinSet::new();
        while let Ok((client, _)) = self.listener.accept().await {
            while standing.try_join_next().is_some() {}
            if self.shut.load(Ordering::Relaxed) {
                continue;
            }
            // A door that is shut shuts this one too: the client sees its connection end.
            let Ok(server) = TcpStream::connect(self.target).await else {
                continue;
            };
            let (orders, taken) = mpsc::channel(ORDERS);
            links.lock().unwrap_or_else(PoisonError::into_inner).push(orders);
            standing.spawn(Link::new(client, server, self.seat, tally.clone()).carry(taken));
        }
    }
}

#[cfg(test)]
mod tests;
