//! Owns a client's sockets, clocks and files, and does what the machine in `state` decides. One loop; nothing in it waits for one thing only.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::call::{self, Caller, Failed, Place, Seat};
use super::event::{Command, Event, Goodbye, Problem, Visit};
use super::state::{Abandoned, Action, Machine, Rules};
use super::{HANG_UP_PATIENCE, Options};
use crate::ids::{Fingerprint, VisitorToken};
use crate::known_servers::KnownServers;
use crate::link::{Exchanged, Link, LinkError, RoomGuest};
use crate::protocol::room::{RoomEvent, RoomRequest};
use crate::transport::Stream;

/// How long it is tried to tell a server that a seat is given up; after that its grace ends by itself.
const ABANDON_PATIENCE: Duration = Duration::from_secs(10);

/// Goodbyes on their way at once; whoever changes rooms faster than the network takes goodbyes is soon given up by the server anyway.
const FAREWELLS_MAX: usize = 16;

type Attempt = Pin<Box<dyn Future<Output = Result<Seat, Failed>> + Send>>;

pub(super) struct Driver {
    machine: Machine,
    commands: mpsc::Receiver<Command>,
    events: mpsc::Sender<Event>,
    caller: Caller,
    attempt: Option<Attempt>,
    room: Option<(Link<Stream, RoomGuest>, Place)>,
    farewells: JoinSet<()>,
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
            caller: Caller {
                visitor: VisitorToken::random(),
                servers: KnownServers::at(options.known_servers),
                dialler: options.dialler,
                authorities: options.authorities,
                versions: options.versions,
            },
            attempt: None,
            room: None,
            farewells: JoinSet::new(),
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
            exchanged = async { room.expect("guarded").0.exchange().await }, if room.is_some() => Woken::Link(exchanged),
            () = until(deadline), if deadline.is_some() => Woken::Clock,
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
            for action in self.machine.take_actions() {
                self.perform(action, now).await;
            }
            let Some((link, _)) = &self.room else { break };
            if !link.is_idle() {
                break;
            }
            self.machine.pump(now);
            let actions = self.machine.take_actions();
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
            Action::Resume(visit, token) => {
                self.attempt = Some(Box::pin(call::resume(visit, self.caller.clone(), token)));
            }
            Action::Abandon(visit, abandoned) => self.abandon(visit, abandoned),
            Action::Enter(port, ticket) => {
                if let Some((link, place)) = self.room.take() {
                    self.farewells.spawn(link.close(HANG_UP_PATIENCE));
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
                    self.farewells.spawn(link.close(HANG_UP_PATIENCE));
                }
            }
            Action::Trust(visit, shown) => self.trust(visit, shown).await,
        }
    }

    /// Tells the server that a seat is given up, beside everything else and as well as it goes.
    fn abandon(&mut self, visit: Visit, abandoned: Abandoned) {
        if self.farewells.len() >= FAREWELLS_MAX {
            return;
        }
        let telling = call::abandon(visit, self.caller.clone(), abandoned);
        self.farewells.spawn(async move {
            let told = tokio::time::timeout(ABANDON_PATIENCE, telling).await;
            if !matches!(told, Ok(Ok(()))) {
                tracing::debug!(?told, "the server was not told that a seat is given up");
            }
        });
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

async fn until(deadline: Option<Instant>) {
    if let Some(deadline) = deadline {
        tokio::time::sleep_until(deadline.into()).await;
    }
}
