//! One server on a thread of its own, from its start to its goodbye.

use std::path::PathBuf;
use std::sync::mpsc as std_mpsc;
use std::time::Duration;

use acaso_server::{
    Config, DataError, Decisions, PlazaSetup, Rooms, Server, StartError, addresses_of_this_computer,
};
use acaso_shared::ids::PlazaName;
use acaso_shared::limits::ROOM_PORTS;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::Sender;
use tokio::sync::oneshot;
use tokio::time::{MissedTickBehavior, interval};

use super::log::HostLog;
use super::plazas::Plazas;
use crate::bridge::Wake;
use crate::hosting::{Census, HostId, Plan, Reach, Refused, RoomInUse, Standing, Told};

/// How often it is looked who is there. A person sees no difference; and the window is woken only if there is one.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// Threads of a hosted server: it is a guest on somebody's desktop.
const THREADS: usize = 2;

/// How many of a plaza's posts are kept for whoever comes later.
const PLAZA_HISTORY: u32 = 20;

/// Longest wait for tasks that do not end with their server.
const TASKS_PATIENCE: Duration = Duration::from_millis(100);

/// What one server's thread needs.
pub(super) struct Errand {
    pub(super) id: HostId,
    pub(super) plan: Plan,
    pub(super) data: PathBuf,
    pub(super) log: HostLog,
    pub(super) tell: Sender<Told>,
    pub(super) wake: Wake,
    /// Answered when the server is to end.
    pub(super) stopped: oneshot::Receiver<()>,
    /// Dropped with the thread.
    pub(super) _alive: std_mpsc::SyncSender<()>,
}

/// Says that the server has ended, whether its thread returned or failed.
struct Farewell {
    id: HostId,
    tell: Sender<Told>,
    wake: Wake,
}

impl Drop for Farewell {
    fn drop(&mut self) {
        // Outside any runtime, so waiting is allowed; a window that is gone does not keep us.
        if self.tell.blocking_send(Told::Stopped(self.id)).is_ok() {
            (self.wake)();
        }
    }
}

/// Runs a server until it is told to end, or until it fails.
pub(super) fn run(errand: Errand) {
    let farewell = Farewell {
        id: errand.id,
        tell: errand.tell.clone(),
        wake: errand.wake.clone(),
    };
    let _listening = errand.log.listen(errand.id);
    match runtime(errand.id) {
        Ok(runtime) => {
            runtime.block_on(host(errand));
            runtime.shutdown_timeout(TASKS_PATIENCE);
        }
        Err(error) => {
            let detail = error.to_string();
            let refused = Told::NotStarted(errand.id, Refused::Other { detail });
            // As with the farewell.
            let _ = errand.tell.blocking_send(refused);
        }
    }
    drop(farewell);
}

/// What its threads log is this server's.
fn runtime(id: HostId) -> std::io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(THREADS)
        .thread_name(format!("acaso-host-{}", id.0))
        .on_thread_start(move || HostLog::belong_to(id))
        .enable_all()
        .build()
}

async fn host(mut errand: Errand) {
    let server = match start(&errand.plan, errand.data.clone()).await {
        Ok(server) => server,
        Err(refused) => {
            errand.say(Told::NotStarted(errand.id, refused)).await;
            return;
        }
    };
    errand.say(Told::Started(errand.id, standing(&server))).await;
    let (mut census, mut plazas) = (Census::default(), Plazas::default());
    let mut look = interval(LOOK_EVERY);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            _ = &mut errand.stopped => break,
            _ = server.failed() => {
                errand.say(Told::Failed(errand.id)).await;
                break;
            }
            _ = look.tick() => {
                errand.count(&server, &mut plazas, &mut census).await;
                errand.log();
            }
        }
    }
    server.stop().await;
    errand.log();
}

impl Errand {
    /// Says something that has to be known. A window that is gone needs to know nothing.
    async fn say(&self, told: Told) {
        if self.tell.send(told).await.is_ok() {
            (self.wake)();
        }
    }

    /// Says what may as well be said later. Tells whether it was.
    fn mention(&self, told: Told) -> bool {
        let said = self.tell.try_send(told).is_ok();
        if said {
            (self.wake)();
        }
        said
    }

    async fn count(&self, server: &Server, plazas: &mut Plazas, before: &mut Census) {
        let now = census(server, plazas).await;
        if now != *before && self.mention(Told::Counted(self.id, now.clone())) {
            *before = now;
        }
    }

    fn log(&self) {
        let lines = self.log.take(self.id);
        if !lines.is_empty() {
            self.mention(Told::Logged(self.id, lines));
        }
    }
}

async fn start(plan: &Plan, data: PathBuf) -> Result<Server, Refused> {
    let config = config(plan, data)?;
    Server::start(config).await.map_err(refused)
}

/// A server as the window's form says; whatever that leaves open is as usual.
fn config(plan: &Plan, data: PathBuf) -> Result<Config, Refused> {
    let plaza = match &plan.plaza {
        Some(name) => {
            let name = PlazaName::parse(name).map_err(|_| Refused::Plaza)?;
            Some(PlazaSetup {
                history: PLAZA_HISTORY,
                ..PlazaSetup::new(name)
            })
        }
        None => None,
    };
    let decisions = Decisions {
        port: Some(plan.port),
        rooms: plan.single_port.then_some(Rooms::Shared(ROOM_PORTS)),
        plazas: plaza.map(|plaza| vec![plaza]),
        ..Decisions::default()
    };
    decisions.config(plan.bind, data).map_err(|error| Refused::Other {
        detail: error.to_string(),
    })
}

fn refused(error: StartError) -> Refused {
    match error {
        StartError::PortTaken { address, .. } => Refused::PortTaken { port: address.port() },
        StartError::PortForbidden { address, .. } => Refused::PortForbidden { port: address.port() },
        StartError::NotOurs { address } => Refused::NotOurs { ip: address },
        StartError::Data(DataError::Locked { path, .. }) => Refused::DataHeld {
            path: path.display().to_string(),
        },
        other => Refused::Other {
            detail: other.to_string(),
        },
    }
}

fn standing(server: &Server) -> Standing {
    let (config, address) = (server.config(), server.address());
    let own = match Reach::of(address.ip()) {
        Reach::Everybody => addresses_of_this_computer(),
        Reach::ThisComputer | Reach::OneAddress => Vec::new(),
    };
    let listens = |ip: &std::net::IpAddr| address.is_ipv6() || ip.is_ipv4();
    let mut own: Vec<_> = own.into_iter().map(|(ip, _)| ip).filter(listens).collect();
    // The older kind is shorter to type.
    own.sort_by_key(std::net::IpAddr::is_ipv6);
    Standing {
        address,
        identity: server.fingerprint(),
        rooms: config.rooms.numbers().clone(),
        single_port: config.rooms.are_shared(),
        own,
    }
}

async fn census(server: &Server, plazas: &mut Plazas) -> Census {
    let rooms = server.rooms().await.into_iter().map(|room| RoomInUse {
        port: room.port.get(),
        seats: room.connections,
    });
    Census {
        rooms: rooms.collect(),
        carried: server.frames_carried(),
        plazas: plazas.look(server).await,
    }
}
