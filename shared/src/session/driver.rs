//! Owns a client's sockets, clocks and files, and does what the machine in `state` decides. One loop; nothing in it waits for one thing only.

use std::future::Future;
use std::pin::{Pin, pin};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::call::{self, Caller, Failed, Place, Seat};
use super::event::{Command, Event, Goodbye, Problem, Visit};
use super::state::{Abandoned, Action, Machine, Rules, pause_before};
use super::{HANG_UP_PATIENCE, HEARD_PATIENCE, Options};
use crate::ids::Fingerprint;
use crate::link::{Exchanged, Link, LinkError, RoomGuest};
use crate::protocol::room::{RoomEvent, RoomRequest};
use crate::transport::Stream;

/// How long each try to tell a server that a seat is given up may take.
const ABANDON_PATIENCE: Duration = Duration::from_secs(10);

/// How often it is tried. After that the seat's grace has ended by itself, and a partner to be blocked is soon forgotten.
const ABANDON_TRIES: u32 = 5;

/// Goodbyes on their way at once; whoever changes rooms faster than the network takes goodbyes is soon given up by the server anyway.
const FAREWELLS_MAX: usize = 16;

/// The same for those that say whom never to meet again: more than a person can ask for while one of them is tried.
const BLOCKS_MAX: usize = 64;

type Attempt = Pin<Box<dyn Future<Output = Result<Seat, Failed>> + Send>>;

pub(super) struct Driver {
    machine: Machine,
    commands: mpsc::Receiver<Command>,
    events: mpsc::Sender<Event>,
    caller: Caller,
    attempt: Option<Attempt>,
    room: Option<(Link<Stream, RoomGuest>, Place)>,
    farewells: JoinSet<()>,
    /// The first pause between tries to tell something.
    pause: Duration,
}

/// What the loop woke up for.
enum Woken {
    Command(Option<Command>),
    Attempt(Box<Result<Seat, Failed>>),
    Link(Result<Exchanged<RoomEvent>, LinkError>),
    Clock,
}

impl Driver {
    pub(super) fn new(
        options: Options,
        commands: mpsc::Receiver<Command>,
        events: mpsc::Sender<Event>,
    ) -> Self {
        Self {
            machine: Machine::new(Rules {
                versions: options.versions,
                timings: options.timings,
            }),
            commands,
            events,
            attempt: None,
            room: None,
            farewells: JoinSet::new(),
            pause: options.timings.pause,
            caller: Caller::new(options),
        }
    }

    /// Runs until the owner lets go of the session, then says goodbye.
    pub(super) async fn run(mut self) {
        loop {
            let woken = self.wake().await;
            let now = Instant::now();
            match woken {
                Woken::Command(Some(command)) => self.machine.command(command, now),
                Woken::Command(None) => break,
                Woken::Attempt(attempt) => self.attempted(*attempt, now),
                Woken::Link(Ok(Exchanged::Heard(event))) => self.machine.heard(event, now),
                Woken::Link(Ok(Exchanged::Said)) => {}
                Woken::Link(Err(error)) => self.broken(&error, now),
                Woken::Clock => self.machine.tick(now),
            }
            self.settle(now).await;
        }
        let now = Instant::now();
        self.machine.command(Command::Leave(Goodbye::Now), now);
        // Nobody is left to listen; a closed receiver makes `perform` skip what would be told.
        self.settle(now).await;
        while self.farewells.join_next().await.is_some() {}
    }

    async fn wake(&mut self) -> Woken {
        let deadline = self.machine.deadline();
        let attempt = self.attempt.as_mut();
        let room = self.room.as_mut();
        tokio::select! {
            // A person's wish first: leaving must work while a partner floods us.
            biased;
            command = self.commands.recv() => Woken::Command(command),
            outcome = async { attempt.expect("guarded").await }, if attempt.is_some() => {
                self.attempt = None;
                Woken::Attempt(Box::new(outcome))
            }
            // Before the link: a server that talks without pause does not stop our time.
            () = until(deadline), if deadline.is_some() => Woken::Clock,
            exchanged = async { room.expect("guarded").0.exchange().await }, if room.is_some() => Woken::Link(exchanged),
            Some(_) = self.farewells.join_next() => Woken::Clock,
        }
    }

    fn attempted(&mut self, attempt: Result<Seat, Failed>, now: Instant) {
        match attempt {
            Ok(seat) => {
                self.room = Some((seat.link, seat.place));
                self.machine.seated(seat.facts, now);
            }
            Err(failed) => self.machine.failed(failed, now),
        }
    }

    fn broken(&mut self, error: &LinkError, now: Instant) {
        tracing::debug!(%error, "the link to the room ended");
        self.room = None;
        self.machine.lost(call::broken(error), now);
    }

    /// Does what the machine decided, and hands over what may be said, until there is nothing more to do.
    async fn settle(&mut self, now: Instant) {
        loop {
            // Before anything is handed over: doing something may have led to more, as a link that broke under it does.
            let mut actions = self.machine.take_actions();
            if actions.is_empty() && self.room.as_ref().is_some_and(|(link, _)| link.is_idle()) {
                self.machine.pump(now);
                actions = self.machine.take_actions();
            }
            if actions.is_empty() {
                break;
            }
            for action in actions {
                self.perform(action, now).await;
            }
        }
    }

    async fn perform(&mut self, action: Action, now: Instant) {
        match action {
            // A person who has closed everything has nothing to be told.
            Action::Emit(event) => drop(self.events.send(event).await),
            Action::Seek(visit) => {
                self.attempt = Some(Box::pin(call::seek(visit, self.caller.clone())));
            }
            Action::MeetAt(visit, at) => {
                self.attempt = Some(Box::pin(call::meet_at(visit, self.caller.clone(), at)));
            }
            Action::Resume(visit, token) => {
                self.attempt = Some(Box::pin(call::resume(visit, self.caller.clone(), token)));
            }
            Action::Abandon(visit, abandoned) => self.abandon(visit, abandoned),
            Action::Enter(port, ticket) => {
                if let Some((link, place)) = self.room.take() {
                    self.farewells.spawn(close(link));
                    self.attempt = Some(Box::pin(call::enter(place, port, ticket, self.caller.versions)));
                }
            }
            Action::StopSeeking => self.attempt = None,
            Action::Send(request) => {
                if let Some((link, _)) = &mut self.room
                    // One sign of life is enough: a server that asks without reading gets no second one.
                    && (request != RoomRequest::Pong || link.is_idle())
                    && let Err(error) = link.queue(&request)
                {
                    self.broken(&error, now);
                }
            }
            Action::HangUp => {
                if let Some((link, _)) = self.room.take() {
                    self.farewells.spawn(close(link));
                }
            }
            Action::GetUp(visit, given_up) => self.get_up(visit, given_up),
            Action::Trust(visit, shown) => self.trust(visit, shown).await,
        }
    }

    /// Closes the link after a goodbye; what the room may not have heard is told to the lobby.
    fn get_up(&mut self, visit: Visit, given_up: Abandoned) {
        let Some((link, _)) = self.room.take() else {
            return self.abandon(visit, given_up);
        };
        if !self.may_tell(given_up) {
            self.farewells.spawn(close(link));
            return;
        }
        let telling = self.telling(visit, given_up);
        self.farewells.spawn(async move {
            let mut closed = pin!(link.close(HANG_UP_PATIENCE));
            match tokio::time::timeout(HEARD_PATIENCE, closed.as_mut()).await {
                Ok(true) => {}
                Ok(false) => telling.await,
                Err(_) => _ = tokio::join!(closed, telling),
            }
        });
    }

    /// Tells the server that a seat is given up, beside everything else and as well as it goes.
    fn abandon(&mut self, visit: Visit, abandoned: Abandoned) {
        if self.may_tell(abandoned) {
            let telling = self.telling(visit, abandoned);
            self.farewells.spawn(telling);
        }
    }

    /// Whether there is room for one more goodbye on its way. A person's block waits for no other's.
    fn may_tell(&self, abandoned: Abandoned) -> bool {
        let max = match abandoned.block {
            Some(_) => BLOCKS_MAX,
            None => FAREWELLS_MAX,
        };
        self.farewells.len() < max
    }

    /// Tries a few times, ever more slowly.
    fn telling(&self, visit: Visit, abandoned: Abandoned) -> impl Future<Output = ()> + Send + 'static {
        let (caller, shortest) = (self.caller.clone(), self.pause);
        async move {
            for attempt in 1..=ABANDON_TRIES {
                let telling = call::abandon(visit.clone(), caller.clone(), abandoned);
                let told = tokio::time::timeout(ABANDON_PATIENCE, telling).await;
                if matches!(told, Ok(Ok(()))) {
                    return;
                }
                tracing::debug!(?told, "the server was not told that a seat is given up");
                if attempt < ABANDON_TRIES {
                    tokio::time::sleep(pause_before(attempt, shortest)).await;
                }
            }
        }
    }

    /// Pins what the person has just seen and accepted. If that fails the next visit finds the old pin and says so again.
    async fn trust(&mut self, visit: Visit, shown: Fingerprint) {
        let servers = self.caller.servers.clone();
        let pinned = tokio::task::spawn_blocking(move || servers.trust(&visit.server, shown)).await;
        if let Ok(Err(error)) = pinned {
            let problem = Problem::Pins {
                detail: error.to_string(),
            };
            tracing::warn!(%problem, "the identity was not pinned");
        }
    }
}

/// Closes a link whose end needs no other word.
async fn close(link: Link<Stream, RoomGuest>) {
    link.close(HANG_UP_PATIENCE).await;
}

async fn until(deadline: Option<Instant>) {
    if let Some(deadline) = deadline {
        tokio::time::sleep_until(deadline.into()).await;
    }
}
