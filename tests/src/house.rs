//! A server of a story's own, in this process, and the check that is made every time: the registry, the server and the
//! guests agree on who sits where, and when everybody has gone nothing is left.

mod arrivals;
mod setup;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use acaso_server::{CirclesLook, Config, Server, StartError};
use acaso_shared::session::Session;
use acaso_shared::transport::Dialler;
use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use tokio::net::TcpStream;

pub use self::setup::{Entrance, Setup};
use crate::book::{Book, Seats};
use crate::carrier::Carrier;
use crate::faults::Network;
use crate::guest::Directions;
use crate::loopback::own_address;
use crate::patience::{seen, soon};
use crate::rows::rows;

/// Tells a story over each carrier that the setup leaves open, through doors and, where there is encryption, with all rooms behind the
/// lobby's port, in a house of its own each time; then checks that registry, server and guests agree, sends everybody home, checks
/// that nothing is left, and closes.
///
/// # Errors
/// The story went wrong, or the check did.
pub async fn story(setup: Setup, tell: impl AsyncFn(&House) -> Result<()>) -> Result<()> {
    let told = async |carrier, entrance| {
        let is_other_carrier = setup.carrier.is_some_and(|only| only != carrier);
        if is_other_carrier || setup.entrance.is_some_and(|only| only != entrance) {
            return Ok(());
        }
        story_once(setup.clone().over(carrier).by(entrance), &tell)
            .await
            .with_context(|| format!("over {carrier}, with {entrance:?} as entrance to rooms"))
    };
    // At once, since most of the time of a story is waiting.
    tokio::try_join!(
        told(Carrier::Plain, Entrance::Doors),
        told(Carrier::Tls, Entrance::Doors),
        told(Carrier::Quic, Entrance::Doors),
        told(Carrier::Tls, Entrance::Lobby),
        told(Carrier::Quic, Entrance::Lobby),
    )
    .map(drop)
}

/// Tells a story once, over what carries the links by default.
///
/// # Errors
/// The story went wrong, or the check did.
pub async fn story_once(setup: Setup, tell: impl AsyncFnOnce(&House) -> Result<()>) -> Result<()> {
    let house = House::open(setup).await?;
    tell(&house).await?;
    house.check().await?;
    house.closes().await
}

/// A server in this process, its directories, and its guests.
#[derive(Debug)]
pub struct House {
    server: Server,
    config: Config,
    carrier: Carrier,
    book: Book,
    engines: Mutex<Vec<Arc<Session>>>,
    networks: Mutex<Vec<Arc<Network>>>,
    data: TempDir,
    desks: TempDir,
}

impl House {
    /// Starts a server on an address of its own.
    ///
    /// # Errors
    /// It does not start.
    pub async fn open(setup: Setup) -> Result<Self> {
        Self::open_at((own_address(), 0).into(), setup).await
    }

    /// Starts a server there.
    ///
    /// # Errors
    /// It does not start.
    pub async fn open_at(lobby: SocketAddr, setup: Setup) -> Result<Self> {
        let data = TempDir::new()?;
        let config = setup.config(lobby.ip(), lobby.port(), data.path());
        Ok(Self {
            server: Server::start(config.clone()).await?,
            config,
            carrier: setup.first_carrier(),
            book: Book::default(),
            engines: Mutex::default(),
            networks: Mutex::default(),
            data,
            desks: TempDir::new()?,
        })
    }

    /// The lobby's address.
    pub fn lobby(&self) -> SocketAddr {
        self.server.address()
    }

    /// The address of a room's door.
    pub fn door(&self, port: u16) -> SocketAddr {
        SocketAddr::new(self.lobby().ip(), port)
    }

    /// The server's data directory.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// The server itself.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// What carries the links.
    pub fn carrier(&self) -> Carrier {
        self.carrier
    }

    /// What the server was told.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The list of those who hold a seat.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// The way here for those who speak the protocol by hand.
    pub fn directions(&self) -> Directions {
        Directions {
            lobby: self.lobby(),
            identity: self.server.fingerprint(),
            carrier: self.carrier,
            shared_rooms: self.config.rooms.are_shared(),
            dialler: Dialler::default(),
            book: self.book.clone(),
        }
    }

    /// The seats as the server knows them.
    pub async fn rooms(&self) -> Seats {
        let rooms = self.server.rooms().await;
        rooms
            .into_iter()
            .map(|room| (room.port.get(), room.connections))
            .collect()
    }

    /// Waits until the registry has just these rooms, with just so many connections.
    ///
    /// # Errors
    /// It never has.
    pub async fn registers(&self, expected: &[(u16, u8)]) -> Result<()> {
        let expected: Seats = expected.iter().copied().collect();
        seen(format!("the rows {expected:?}"), async || {
            let rows = rows(self.data())?;
            Ok(if rows == expected {
                Ok(())
            } else {
                Err(format!("{rows:?}"))
            })
        })
        .await
    }

    /// The registry, the server and the guests say the same about who sits where.
    ///
    /// # Errors
    /// They never do.
    pub async fn check(&self) -> Result<()> {
        seen("registry, server and guests agree", async || {
            let (rows, rooms, guests) = (rows(self.data())?, self.rooms().await, self.book.seats());
            let agree = rows == rooms && rooms == guests;
            Ok(if agree {
                Ok(())
            } else {
                Err(format!("registry {rows:?}, server {rooms:?}, guests {guests:?}"))
            })
        })
        .await
    }

    /// That door is shut: nothing listens there. Where rooms share a port their numbers are none, and another program may well listen.
    ///
    /// # Errors
    /// Somebody does.
    pub async fn is_shut(&self, port: u16) -> Result<()> {
        if self.config.rooms.are_shared() {
            return Ok(());
        }
        refuses(self.door(port)).await
    }

    /// Everybody goes; then no row, no room and no open door is left.
    ///
    /// # Errors
    /// Something is.
    pub async fn empties(&self) -> Result<()> {
        let engines = std::mem::take(&mut *self.engines());
        for engine in engines {
            // Whoever the story still holds is still there, and the check below says so.
            if let Some(engine) = Arc::into_inner(engine) {
                engine.finish().await;
            }
        }
        self.registers(&[]).await?;
        self.check().await?;
        self.plazas_empty().await?;
        self.circles_empty().await?;
        for port in self.book.ports() {
            self.is_shut(port).await?;
        }
        Ok(())
    }

    /// Nobody is in any circle.
    ///
    /// # Errors
    /// Somebody stays.
    async fn circles_empty(&self) -> Result<()> {
        seen("nobody is in a circle", async || {
            Ok(match self.server.circles().await {
                CirclesLook {
                    circles: 0,
                    people: 0,
                } => Ok(()),
                other => Err(format!("{other:?}")),
            })
        })
        .await
    }

    /// Nobody is in any plaza, neither as it is told nor as the places in it are counted.
    ///
    /// # Errors
    /// Somebody stays.
    async fn plazas_empty(&self) -> Result<()> {
        for plaza in self.server.plazas() {
            seen(format!("nobody is in {}", plaza.name), async || {
                let people = self.server.plazas().iter().map(|plaza| plaza.people).max();
                let look = self.server.plaza(&plaza.name, None).await;
                let members = look.context("a plaza that is no more")?.members.len();
                Ok(match (people, members) {
                    (Some(0), 0) => Ok(()),
                    other => Err(format!("{other:?}")),
                })
            })
            .await?;
        }
        Ok(())
    }

    /// Sends everybody home, and stops.
    ///
    /// # Errors
    /// Something is left behind.
    pub async fn closes(self) -> Result<()> {
        self.empties().await?;
        self.stops().await
    }

    /// Stops with everybody there; tells nothing to the story's guests, who have heard it by themselves.
    ///
    /// # Errors
    /// Something is left behind.
    pub async fn stops(self) -> Result<()> {
        let lobby = self.lobby();
        soon("the server stops", self.server.stop()).await?;
        let left = rows(self.data.path())?;
        ensure!(left.is_empty(), "rows after the end: {left:?}");
        refuses(lobby).await
    }

    fn engines(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Session>>> {
        self.engines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tries to start a second server with the directory of one that runs.
///
/// # Errors
/// It started.
pub async fn no_second_server(setup: &Setup, data: &Path) -> Result<StartError> {
    let config = setup.config(own_address().into(), 0, data);
    let started = soon("the server starts or not", Server::start(config)).await?;
    started.err().context("a second server started")
}

/// Waits until nothing listens there.
///
/// # Errors
/// Somebody does, and goes on.
pub async fn refuses(address: SocketAddr) -> Result<()> {
    seen(format!("nothing listens at {address}"), async || {
        Ok(match TcpStream::connect(address).await {
            Ok(_) => Err("somebody does".to_owned()),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => Ok(()),
            Err(error) => Err(error.to_string()),
        })
    })
    .await
}
