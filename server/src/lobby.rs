//! The one well-known port: lets visitors in, each in a task of its own, and takes nobody's word before their turn.

mod crowd;
mod visitor;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::lobby::Offers;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use self::crowd::{Crowd, Standing};
use crate::access::Gate;
use crate::budget::Place;
use crate::circles::Circles;
use crate::config::{Classic, Gateway};
use crate::entrance::{Caller, Entrance};
use crate::gateways::tracker::Peers;
use crate::guard::{Guard, Pass};
use crate::matchmaker::Matchmaker;
use crate::plaza::Plazas;
use crate::room::{Context, is_the_peers};

/// Visits at once. A visit takes a few round trips, so this many come and go within a second; when there are more, somebody
/// makes room who has asked for nothing.
const VISITS_MAX: usize = 1024;

/// Length of the listener's queue.
pub(crate) const BACKLOG: i32 = 1024;

/// People at once who are told that they may not come; under an assault the rest find the line cut, which costs less.
const FAREWELLS_MAX: usize = 64;

/// How long the lobby rests when the system gives no connection: descriptors come back as others leave.
const ACCEPT_REST: Duration = Duration::from_millis(100);

/// What every visit needs.
#[derive(Debug)]
pub(crate) struct Hall {
    pub(crate) context: Arc<Context>,
    pub(crate) matchmaker: Matchmaker,
    pub(crate) plazas: Plazas,
    pub(crate) circles: Circles,
    pub(crate) guard: Guard,
    pub(crate) gate: Gate,
    /// Those of the P2P group who came lately.
    pub(crate) peers: Peers,
    /// What there is beside what every server offers.
    pub(crate) offers: Offers,
}

/// Whom an entrance is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guests {
    /// People with our clients.
    Ours,
    /// They, and people with Pychat's, who are told from them by their silence.
    OursAndPychats,
    /// People with Pychat's client alone.
    Pychats,
    /// People with python-chat's client alone.
    PythonChats,
    /// Peers of the P2P group alone.
    Peers,
}

impl Guests {
    /// Whom the lobby's own port is for, if these gateways are open.
    pub(crate) fn at_the_lobby(gateways: &[Gateway]) -> Self {
        let shared = Gateway {
            classic: Classic::Pychat,
            port: None,
        };
        if gateways.contains(&shared) {
            Self::OursAndPychats
        } else {
            Self::Ours
        }
    }
}

/// Somebody who may come in.
#[derive(Debug)]
struct Newcomer {
    caller: Caller,
    pass: Pass,
    place: Place,
}

/// Who is in the lobby, by whatever entrance they came.
#[derive(Debug)]
struct Floor {
    turns: Arc<Semaphore>,
    farewells: Arc<Semaphore>,
    /// Locked for a few steps, never while anything is awaited.
    crowd: Mutex<Crowd>,
}

/// Lets those in by all entrances whom each is for, until the context's stop; ends before that if one of them fails.
pub(crate) async fn run(entrances: Vec<(Entrance, Guests)>, hall: Arc<Hall>) {
    let floor = Arc::new(Floor {
        turns: semaphore(VISITS_MAX),
        farewells: semaphore(FAREWELLS_MAX),
        crowd: Mutex::default(),
    });
    let mut receiving = JoinSet::new();
    for (entrance, guests) in entrances {
        let (floor, hall) = (Arc::clone(&floor), Arc::clone(&hall));
        let stop = hall.context.stop.clone();
        receiving.spawn(async move {
            let _ = stop
                .run_until_cancelled(receive_all(&entrance, guests, &floor, &hall))
                .await;
        });
    }
    while let Some(ended) = receiving.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "nobody is let in by one of the entrances any more");
            return;
        }
    }
}

async fn receive_all(entrance: &Entrance, guests: Guests, floor: &Floor, hall: &Arc<Hall>) {
    loop {
        let newcomer = next(entrance, guests, &floor.farewells, hall).await;
        let turn = floor.turn().await;
        let standing = Standing::default();
        let address = newcomer.caller.ip();
        let visit = visitor::receive(newcomer, guests, standing.clone(), Arc::clone(hall));
        let visit = hall.context.tracker.spawn(async move {
            visit.await;
            drop(turn);
        });
        floor.crowd().count(visit.abort_handle(), address, standing);
    }
}

impl Floor {
    /// A turn for one visit; while there are none, somebody makes room who has asked for nothing.
    async fn turn(&self) -> OwnedSemaphorePermit {
        if self.turns.available_permits() == 0 {
            self.crowd().make_room();
        }
        let turn = self.turns.clone().acquire_owned().await;
        turn.expect("the lobby's semaphores are never closed")
    }

    fn crowd(&self) -> MutexGuard<'_, Crowd> {
        // Nothing that is done to it can panic half-way.
        self.crowd.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The next who may come in; whoever may not is told why.
async fn next(entrance: &Entrance, guests: Guests, farewells: &Arc<Semaphore>, hall: &Arc<Hall>) -> Newcomer {
    loop {
        let place = hall.context.budget.wait_passing().await;
        let caller = accept(entrance).await;
        match hall.guard.enter(caller.ip()) {
            Ok(pass) => return Newcomer { caller, pass, place },
            // Their clients know no reasons.
            Err(refusal) if matches!(guests, Guests::Pychats | Guests::PythonChats | Guests::Peers) => {
                tracing::debug!(?refusal, "somebody with an old client may not come");
            }
            Err(refusal) => show_out(caller, refusal, place, farewells, hall),
        }
    }
}

async fn accept(entrance: &Entrance) -> Caller {
    loop {
        match entrance.accept().await {
            Ok(caller) => return caller,
            Err(error) if is_the_peers(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "the lobby gets no connection");
                tokio::time::sleep(ACCEPT_REST).await;
            }
        }
    }
}

fn show_out(caller: Caller, refusal: Refusal, place: Place, farewells: &Arc<Semaphore>, hall: &Arc<Hall>) {
    let Ok(farewell) = farewells.clone().try_acquire_owned() else {
        return tracing::debug!("somebody who may not come was cut off: too many are being told so");
    };
    let told = visitor::refuse(caller, refusal, place, Arc::clone(hall));
    hall.context.tracker.spawn(async move {
        told.await;
        drop(farewell);
    });
}

fn semaphore(permits: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(permits))
}
