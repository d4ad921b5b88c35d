//! A running server: puts the parts together, watches over them, and takes them apart again.

mod binding;
mod operator;
mod plazas;
mod start_error;

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use acaso_shared::ids::{Fingerprint, PlazaName, RoomPort};
use acaso_shared::protocol::lobby::Offers;
use acaso_shared::transport::Liveness;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Duration, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use self::binding::{BoundGateway, Way};
pub use self::operator::BanError;
pub use self::start_error::StartError;
use crate::access::Gate;
use crate::budget::{Budget, Doors};
use crate::circles::Circles;
use crate::config::{CertificateFiles, Classic, Config, Gateway, Rooms};
use crate::data::DataDirectory;
use crate::entrance::Entrance;
use crate::gateways::tracker::Peers;
use crate::gateways::{self, IntoPlaza};
use crate::guard::Guard;
use crate::identity::{self, IdentityError, Presented};
use crate::lobby::{self, Guests, Hall};
use crate::matchmaker::{Matchmaker, REPORTS_LEN, RoomFacts};
use crate::plaza::Plazas;
use crate::quic::Quic;
use crate::registry::{OpenError, Registry};
use crate::room::{Carried, Context};

/// How long the registry may take to write its last, once everybody has gone.
const LAST_WRITE: Duration = Duration::from_millis(900);

/// What a running server can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// Strangers at once: as many as there are seats, or as descriptors carry.
    pub strangers: usize,
    /// Rooms at once.
    pub rooms: usize,
    /// Files and connections that the system lets this process hold.
    pub descriptors: u64,
}

/// A part of the server has failed, so that it can pair nobody any more: stop it and start it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a part of the server has failed and nobody can be paired any more: start it again, and please report this"
)]
pub struct Failed;

/// A running server. Dropping it ends it without a goodbye; [`stop`](Self::stop) is the polite way.
#[derive(Debug)]
pub struct Server {
    config: Config,
    address: SocketAddr,
    capacity: Capacity,
    gateways: Vec<Gateway>,
    hall: Arc<Hall>,
    context: Arc<Context>,
    failed: watch::Receiver<bool>,
    data: DataDirectory,
    _stop: DropGuard,
}

impl Server {
    /// Starts a server: locks the data directory, binds the lobby, and only then touches the registry.
    ///
    /// # Errors
    /// Says in one sentence what is wrong and what to do; nothing is left running.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        config.check()?;
        let decided = config.clone();
        let ports = room_ports(config.rooms.numbers())?;
        let budget = Budget::raise(doors(&config))?;
        let data = DataDirectory::lock(&config.data)?;
        let presented = Presented::new(if config.plain {
            None
        } else {
            Some(identity::load(data.path(), config.certificate.as_ref())?)
        });
        let quic = Quic::new(&presented.acceptor(), data.path(), config.bind, liveness(&config))?;
        let (entrance, address) = binding::lobby(&config, quic.as_ref())?;
        let opened = plazas::open(&config, address, quic.as_ref())?;
        let gateways = binding::gateways(&config, &presented)?;
        let registry = Registry::open(data.path())?;
        let bans = registry.bans().await.map_err(|_| OpenError::Bans)?;
        let is_gateway = |port| gateways.iter().any(|bound| bound.gateway.port == Some(port));
        let is_entrance =
            |port| port == address.port() || opened.entrances.contains_key(&port) || is_gateway(port);
        let ports: Vec<_> = ports
            .into_iter()
            .filter(|port| config.rooms.are_shared() || !is_entrance(port.get()))
            .collect();
        let capacity = Capacity {
            strangers: budget.strangers().min(2 * ports.len()),
            rooms: ports.len(),
            descriptors: budget.limit(),
        };
        let stop = CancellationToken::new();
        let (reports, reported) = mpsc::channel(REPORTS_LEN);
        let context = Arc::new(Context {
            ip: config.bind,
            rooms_shared: config.rooms.are_shared(),
            presented,
            quic: quic.clone(),
            versions: config.versions,
            registry,
            guard: Guard::new(config.limits, config.timings.wrong_login, bans),
            budget,
            timings: config.timings,
            carried: Carried::default(),
            tracker: TaskTracker::new(),
            stop: stop.clone(),
            reports,
        });
        let (matchmaker, pairing) = Matchmaker::start(Arc::clone(&context), reported, ports);
        let (plazas, relaying) = Plazas::start(opened.plazas, &context);
        let (circles, introducing) = Circles::start(config.circles, &context);
        let hall = Arc::new(Hall {
            context: Arc::clone(&context),
            matchmaker: matchmaker.clone(),
            offers: offers(&config.rooms, &plazas, &circles),
            plazas,
            circles,
            guard: context.guard.clone(),
            gate: Gate::new(config.access, context.registry.clone()),
            peers: Peers::default(),
        });
        if let Some(quic) = quic {
            quic.set_lobby(address.port());
            context.tracker.spawn(quic.run(stop.clone()));
        }
        let ways_in: Vec<_> = gateways.iter().map(|bound| bound.gateway).collect();
        let plazas = opened.entrances.into_values();
        let mut entrances: Vec<_> = plazas.map(|entrance| (entrance, Guests::Ours)).collect();
        entrances.push((entrance, Guests::at_the_lobby(&ways_in)));
        let mut into_plazas = Vec::new();
        for BoundGateway { gateway, way } in gateways {
            match (gateway.classic, way) {
                (Classic::Pychat, Way::Tcp(entrance)) => entrances.push((entrance, Guests::Pychats)),
                (Classic::PythonChat, Way::Tcp(entrance)) => entrances.push((entrance, Guests::PythonChats)),
                (Classic::P2p, Way::Tcp(entrance)) => entrances.push((entrance, Guests::Peers)),
                (Classic::Aiochat, Way::Tcp(entrance)) => into_plazas.push(IntoPlaza::Aiochat(entrance)),
                (Classic::Jubilant, Way::Tcp(entrance)) => into_plazas.push(IntoPlaza::Jubilant(entrance)),
                (Classic::Web, Way::Tcp(entrance)) => into_plazas.push(IntoPlaza::Web(entrance)),
                (_, Way::Http3(opened)) => into_plazas.push(IntoPlaza::AiochatH3(opened)),
                (_, Way::Lobbys) | (Classic::AiochatH3, Way::Tcp(_)) => {}
            }
        }
        let first_plaza = config.plazas.first().map(|plaza| plaza.name.clone());
        let receiving = tokio::spawn(receive(entrances, into_plazas, first_plaza, Arc::clone(&hall)));
        let (failure, failed) = watch::channel(false);
        context.tracker.spawn(watch_over(
            receiving,
            [pairing, relaying, introducing],
            stop.clone(),
            failure,
        ));
        Ok(Self {
            config: decided,
            address,
            capacity,
            gateways: ways_in,
            hall,
            context,
            failed,
            data,
            _stop: stop.drop_guard(),
        })
    }

    /// Where the lobby listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The server's identity; `None` without TLS.
    pub fn fingerprint(&self) -> Option<Fingerprint> {
        self.context.presented.fingerprint()
    }

    /// Loads the certificate again, from these files or, without any, the server's own, and shows it to whoever comes from here on.
    /// Those who are there notice nothing. Tells the identity, which is the old one as long as the key is; `None` without TLS.
    ///
    /// # Errors
    /// Says which file is wrong and what to do; the old certificate stays.
    pub fn reload_identity(
        &self,
        files: Option<&CertificateFiles>,
    ) -> Result<Option<Fingerprint>, IdentityError> {
        if self.config.plain {
            return Ok(None);
        }
        let identity = identity::load(self.data.path(), files)?;
        if let Some(quic) = &self.context.quic {
            quic.show(&identity.acceptor)?;
        }
        let fingerprint = identity.fingerprint;
        self.context.presented.change(identity);
        Ok(Some(fingerprint))
    }

    /// The data directory.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// What this server can carry.
    pub fn capacity(&self) -> Capacity {
        self.capacity
    }

    /// The ways in for clients of older chats, with the ports they have; without one they share the lobby's.
    pub fn gateways(&self) -> &[Gateway] {
        &self.gateways
    }

    /// The rooms in use, by port.
    pub async fn rooms(&self) -> Vec<RoomFacts> {
        self.hall.matchmaker.rooms().await
    }

    /// Closes a room: whoever is in it is told so, its row goes. Tells whether there was such a room.
    pub async fn kick(&self, port: RoomPort) -> bool {
        self.hall.matchmaker.close_room(port).await
    }

    /// Waits until a part of the server fails; as long as it works, for ever.
    pub async fn failed(&self) -> Failed {
        let mut failed = self.failed.clone();
        if failed.wait_for(|failed| *failed).await.is_err() {
            // The watch went with the server, which was stopped.
            std::future::pending::<()>().await;
        }
        Failed
    }

    /// Stops: takes nobody in any more, says goodbye to everybody, closes all doors, removes all rows. Takes at most 3 s.
    pub async fn stop(self) {
        let Context {
            stop,
            tracker,
            registry,
            timings,
            quic,
            ..
        } = &*self.context;
        stop.cancel();
        tracker.close();
        if timeout(timings.goodbye, tracker.wait()).await.is_err() {
            tracing::warn!("{} farewells were cut short", tracker.len());
        }
        if let Some(quic) = quic {
            quic.close();
        }
        if timeout(LAST_WRITE, registry.close()).await.is_err() {
            tracing::warn!("the registry still lists rooms; the next start removes them");
        }
    }
}

/// Lets everybody in by all ways, until the stop; ends before if one of them fails.
async fn receive(
    entrances: Vec<(Entrance, Guests)>,
    into_plazas: Vec<IntoPlaza>,
    plaza: Option<PlazaName>,
    hall: Arc<Hall>,
) {
    tokio::select! {
        () = lobby::run(entrances, Arc::clone(&hall)) => {}
        () = gateways::run(into_plazas, plaza, hall) => {}
    }
}

/// The server lives as long as all of these do. Until the stop, the end of any is a failure.
async fn watch_over(
    mut receiving: JoinHandle<()>,
    [mut pairing, mut relaying, mut introducing]: [JoinHandle<()>; 3],
    stop: CancellationToken,
    failure: watch::Sender<bool>,
) {
    let ended = tokio::select! {
        ended = &mut receiving => ended,
        ended = &mut pairing => ended,
        ended = &mut relaying => ended,
        ended = &mut introducing => ended,
    };
    if let Err(error) = ended {
        tracing::error!(%error, "a part of the server has failed");
    }
    if !stop.is_cancelled() {
        // Whoever watches may have gone; then nobody needs to know.
        let _ = failure.send(true);
        stop.cancelled().await;
    }
    // All rooms have ended once the pairing has, and everybody has left the plazas and the circles once those have. Whether one failed was
    // said above.
    for last in [pairing, relaying, introducing] {
        if !last.is_finished() {
            let _ = last.await;
        }
    }
}

fn room_ports(range: &RangeInclusive<u16>) -> Result<Vec<RoomPort>, StartError> {
    let ports: Result<Vec<_>, _> = range.clone().map(RoomPort::try_from).collect();
    match ports {
        Ok(ports) if !ports.is_empty() => Ok(ports),
        _ => Err(StartError::Rooms(range.clone())),
    }
}

fn doors(config: &Config) -> Doors {
    match (&config.rooms, config.plain) {
        (Rooms::Shared(_), _) => Doors::None,
        (Rooms::OwnPorts(_), true) => Doors::Tcp,
        (Rooms::OwnPorts(_), false) => Doors::TcpAndQuic,
    }
}

fn offers(rooms: &Rooms, plazas: &Plazas, circles: &Circles) -> Offers {
    let offers = [
        (rooms.are_shared(), Offers::ROOMS_IN_LOBBY),
        (plazas.are_there(), Offers::PLAZAS),
        (true, Offers::RENDEZVOUS),
        (circles.are_offered(), Offers::CIRCLES),
    ];
    let held = offers.into_iter().filter(|(holds, _)| *holds);
    held.fold(Offers::default(), |all, (_, offer)| all.and(offer))
}

fn liveness(config: &Config) -> Liveness {
    Liveness {
        ping_after: config.timings.ping_after,
        dead_after: config.timings.dead_after,
    }
}

#[cfg(test)]
mod tests;
