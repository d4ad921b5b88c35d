//! A server of a story's own, in this process, and the check that is made every time: the registry, the server and the
//! guests agree on who sits where, and when everybody has gone nothing is left.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use acaso_server::{Config, Gateway, Limits, PlazaSetup, Rooms, Server, StartError, Timings};
use acaso_shared::ids::Name;
use acaso_shared::limits::ROOM_PORTS;
use acaso_shared::protocol::lobby::Access;
use acaso_shared::protocol::{VERSIONS, VersionRange};
use acaso_shared::session::{Options, Session, Visit};
use acaso_shared::transport::Dialler;
use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use tokio::net::TcpStream;

use crate::book::{Book, Seats};
use crate::carrier::Carrier;
use crate::faults::Network;
use crate::guest::Directions;
use crate::loopback::own_address;
use crate::patience::{seen, soon};
use crate::plaza::{Villager, named};
use crate::rows::rows;
use crate::rude::Rude;
use crate::stranger::{Errand, Stranger};

/// As long as a seat is kept by a server that forgets.
const BLINK: Duration = Duration::from_millis(50);

/// What a story needs its server to be.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The ports that rooms may have.
    pub rooms: RangeInclusive<u16>,
    /// Where rooms are entered; nothing in particular is through their own doors and through the lobby, each in a house of its own.
    pub entrance: Option<Entrance>,
    /// What carries the links; nothing in particular is everything, each in a house of its own.
    pub carrier: Option<Carrier>,
    /// The versions of the protocol that are spoken there.
    pub versions: VersionRange,
    /// What is asked of people before they are given a seat.
    pub access: Access,
    /// The public rooms for many.
    pub plazas: Vec<PlazaSetup>,
    /// The ways in for clients of older chats.
    pub gateways: Vec<Gateway>,
    /// What each network may use; this computer is exempt unless a story says otherwise.
    pub limits: Limits,
    /// Changed only where a story is about a time-out.
    pub timings: Timings,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            rooms: ROOM_PORTS,
            entrance: None,
            carrier: None,
            versions: VERSIONS,
            access: Access::Open,
            plazas: Vec::new(),
            gateways: Vec::new(),
            limits: Limits::default(),
            timings: Timings::default(),
        }
    }
}

impl Setup {
    /// A server without TLS.
    pub fn plain() -> Self {
        Self::default().over(Carrier::Plain)
    }

    /// The same, and links are carried by that alone.
    pub fn over(self, carrier: Carrier) -> Self {
        Self {
            carrier: Some(carrier),
            ..self
        }
    }

    /// The same, and rooms are entered there alone: where a story is about doors, or about there being none.
    pub fn by(self, entrance: Entrance) -> Self {
        Self {
            entrance: Some(entrance),
            ..self
        }
    }

    /// What carries the links of a house, where one is enough.
    fn first_carrier(&self) -> Carrier {
        self.carrier.unwrap_or(Carrier::Tls)
    }

    /// Where rooms are entered, where one is enough.
    fn first_entrance(&self) -> Entrance {
        self.entrance.unwrap_or(Entrance::Doors)
    }

    /// The same, with these rooms only.
    pub fn rooms(self, rooms: RangeInclusive<u16>) -> Self {
        Self { rooms, ..self }
    }

    /// The same, speaking these versions.
    pub fn versions(self, versions: VersionRange) -> Self {
        Self { versions, ..self }
    }

    /// The same, asking that of people.
    pub fn access(self, access: Access) -> Self {
        Self { access, ..self }
    }

    /// The same, with that plaza.
    pub fn plaza(mut self, plaza: PlazaSetup) -> Self {
        self.plazas.push(plaza);
        self
    }

    /// The same with other limits, from which nobody is exempt.
    pub fn limits(mut self, change: impl FnOnce(&mut Limits)) -> Self {
        self.limits.exempt.clear();
        change(&mut self.limits);
        self
    }

    /// The same, and whoever is cut off loses the seat at once, as near as can be: for stories of guests who vanish.
    pub fn forgetful(self) -> Self {
        self.timings(|timings| timings.grace = BLINK)
    }

    /// The same, with other times.
    pub fn timings(mut self, change: impl FnOnce(&mut Timings)) -> Self {
        change(&mut self.timings);
        self
    }

    /// What the server is told, at that address and with that directory.
    pub fn config(&self, bind: IpAddr, port: u16, data: &Path) -> Config {
        Config {
            bind,
            port,
            rooms: match self.first_entrance() {
                Entrance::Doors => Rooms::OwnPorts(self.rooms.clone()),
                Entrance::Lobby => Rooms::Shared(self.rooms.clone()),
            },
            data: data.to_owned(),
            plain: self.first_carrier() == Carrier::Plain,
            versions: self.versions,
            access: self.access,
            certificate: None,
            plazas: self.plazas.clone(),
            gateways: self.gateways.clone(),
            limits: self.limits.clone(),
            timings: self.timings.clone(),
        }
    }
}

/// Where rooms are entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entrance {
    /// Each through a port of its own.
    Doors,
    /// All through the lobby's.
    Lobby,
}

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

    /// Somebody with a client comes for the first time and asks for a partner.
    ///
    /// # Errors
    /// The name is none.
    pub async fn arrives(&self, name: &str) -> Result<Stranger> {
        self.arrives_at(self.lobby(), name).await
    }

    /// The same by way of another address, which somebody in between listens on.
    ///
    /// # Errors
    /// The name is none.
    pub async fn arrives_at(&self, server: SocketAddr, name: &str) -> Result<Stranger> {
        self.arrives_as(server, name, |errand| errand).await
    }

    /// The same with another errand than the usual one.
    ///
    /// # Errors
    /// The name is none.
    pub async fn arrives_as(
        &self,
        server: SocketAddr,
        name: &str,
        change: impl FnOnce(Errand) -> Errand,
    ) -> Result<Stranger> {
        let desk = self.desks.path().join(self.engines().len().to_string());
        let errand = change(Errand::new(server, &desk)?.over(self.carrier));
        let stranger = Stranger::arrives(name, errand, &self.book).await?;
        self.engines().push(stranger.engine());
        Ok(stranger)
    }

    /// Somebody with a client goes to that plaza for the first time.
    ///
    /// # Errors
    /// The name is none.
    pub async fn goes_to(&self, plaza: &str, name: &str) -> Result<Villager> {
        let visit = self.visit(name)?;
        Ok(self.goes_by(visit, plaza))
    }

    /// A visit to this house, as somebody of that name.
    ///
    /// # Errors
    /// The name is none.
    pub fn visit(&self, name: &str) -> Result<Visit> {
        Ok(Visit {
            plain: self.carrier == Carrier::Plain,
            transport: self.carrier.transport(),
            ..Visit::new(self.lobby().to_string().parse()?, Name::parse(name)?)
        })
    }

    /// Somebody with a client goes to that plaza by that visit.
    pub fn goes_by(&self, visit: Visit, plaza: &str) -> Villager {
        self.goes_with(visit, plaza, |_| {})
    }

    /// The same with an engine that is set up in another way.
    pub fn goes_with(&self, visit: Visit, plaza: &str, change: impl FnOnce(&mut Options)) -> Villager {
        let desk = self.desks.path().join(format!("plaza-{}", visit.name));
        let mut options = Options::new(desk.join("known_servers.toml"));
        change(&mut options);
        Villager::goes(options, visit, named(plaza))
    }

    /// A network to this house, for some of its guests. It stands until the house closes, so that they can say goodbye.
    ///
    /// # Errors
    /// A port is taken.
    pub async fn network(&self) -> Result<Arc<Network>> {
        self.network_to(self.config.rooms.numbers().clone()).await
    }

    /// The same, and it lets nothing through but what goes to the lobby.
    ///
    /// # Errors
    /// A port is taken.
    pub async fn network_without_rooms(&self) -> Result<Arc<Network>> {
        self.network_to([]).await
    }

    async fn network_to(&self, rooms: impl IntoIterator<Item = u16>) -> Result<Arc<Network>> {
        let network = Arc::new(Network::new(self.lobby(), rooms, 1).await?);
        let mut networks = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        networks.push(Arc::clone(&network));
        Ok(network)
    }

    /// Two honest strangers come, meet each other and nobody else, talk and go: as if nothing were the matter.
    ///
    /// # Errors
    /// Something was.
    pub async fn two_strangers_meet(&self) -> Result<()> {
        let mut ana = self.arrives("Ana").await?;
        ana.waits().await?;
        let mut bia = self.arrives("Bia").await?;
        let there = bia.meets("Ana").await?.port;
        ensure!(ana.meets("Bia").await?.port == there, "in two rooms");
        ana.says("all well?").await?;
        bia.hears("all well?").await?;
        bia.leaves().await?;
        ana.is_left(acaso_shared::protocol::room::Parting::Left).await?;
        ana.leaves().await
    }

    /// Somebody knocks at the lobby without a word.
    ///
    /// # Errors
    /// Nothing listens there.
    pub async fn knock(&self) -> Result<Rude> {
        Rude::knocks(self.lobby()).await
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

    /// That door is shut: nothing listens there.
    ///
    /// # Errors
    /// Somebody does.
    pub async fn is_shut(&self, port: u16) -> Result<()> {
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
        for port in self.book.ports() {
            self.is_shut(port).await?;
        }
        Ok(())
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
