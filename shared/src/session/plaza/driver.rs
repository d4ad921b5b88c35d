//! Owns the socket and the clock of a visit to a plaza, and does what the machine decides. One loop; nothing in it waits for one
//! thing only.

use std::collections::VecDeque;
use std::pin::Pin;
use std::time::Instant;

use tokio::sync::mpsc;

use super::machine::{Action, Machine};
use super::{PlazaCommand, PlazaNews, PlazaVisit};
use crate::link::{Exchanged, Link, LinkError, PlazaGuest};
use crate::protocol::plaza::PostNumber;
use crate::protocol::plaza::{PlazaEvent, PlazaRequest};
use crate::session::call::{self, Caller, Entrance};
use crate::session::event::Problem;
use crate::session::{HANG_UP_PATIENCE, Options};
use crate::transport::Stream;

type Attempt = Pin<Box<dyn Future<Output = Result<Entrance, Problem>> + Send>>;

pub(super) struct Driver {
    machine: Machine,
    visit: PlazaVisit,
    caller: Caller,
    commands: mpsc::Receiver<PlazaCommand>,
    news: mpsc::Sender<PlazaNews>,
    attempt: Option<Attempt>,
    link: Option<Link<Stream, PlazaGuest>>,
    /// What is still to be said, one after the other as the link takes it: posts without an answer, of which there are only so many,
    /// and at most one sign of life of each kind.
    outbox: VecDeque<PlazaRequest>,
}

/// What the loop woke up for.
enum Woken {
    Command(Option<PlazaCommand>),
    Attempt(Result<Entrance, Problem>),
    Link(Result<Exchanged<PlazaEvent>, LinkError>),
    Clock,
}

impl Driver {
    pub(super) fn new(
        options: Options,
        visit: PlazaVisit,
        commands: mpsc::Receiver<PlazaCommand>,
        news: mpsc::Sender<PlazaNews>,
    ) -> Self {
        Self {
            machine: Machine::new(options.timings),
            visit,
            caller: Caller::new(options),
            commands,
            news,
            attempt: None,
            link: None,
            outbox: VecDeque::new(),
        }
    }

    /// Runs until the visit is over or the owner lets go of it, then says goodbye.
    pub(super) async fn run(mut self) {
        self.settle().await;
        while !self.machine.is_over() {
            let woken = self.wake().await;
            let now = Instant::now();
            match woken {
                Woken::Command(command) => self.machine.command(command.unwrap_or(PlazaCommand::Leave)),
                Woken::Attempt(Ok(entrance)) => {
                    self.link = Some(entrance.link);
                    self.machine.entered(entrance.member, entrance.newest, now);
                }
                Woken::Attempt(Err(problem)) => self.machine.failed(problem, now),
                Woken::Link(Ok(Exchanged::Heard(event))) => self.machine.heard(event, now),
                Woken::Link(Ok(Exchanged::Said)) => {}
                Woken::Link(Err(error)) => self.broken(&error, now),
                Woken::Clock => self.machine.tick(now),
            }
            self.settle().await;
        }
    }

    async fn wake(&mut self) -> Woken {
        let deadline = self.machine.deadline();
        let (attempt, link) = (self.attempt.as_mut(), self.link.as_mut());
        tokio::select! {
            // A person's wish first: leaving must work however much is said.
            biased;
            command = self.commands.recv() => Woken::Command(command),
            outcome = async { attempt.expect("guarded").await }, if attempt.is_some() => {
                self.attempt = None;
                Woken::Attempt(outcome)
            }
            // Before the link: a plaza that talks without pause does not stop our time.
            () = until(deadline), if deadline.is_some() => Woken::Clock,
            exchanged = async { link.expect("guarded").exchange().await }, if link.is_some() => Woken::Link(exchanged),
        }
    }

    fn broken(&mut self, error: &LinkError, now: Instant) {
        tracing::debug!(%error, "the link to the plaza ended");
        self.let_go();
        self.machine.lost(call::broken(error), now);
    }

    fn let_go(&mut self) -> Option<Link<Stream, PlazaGuest>> {
        self.outbox.clear();
        self.link.take()
    }

    /// Does what the machine decided, and says what can be said.
    async fn settle(&mut self) {
        loop {
            for action in self.machine.take_actions() {
                self.perform(action).await;
            }
            let Err(error) = self.say_next() else { return };
            self.broken(&error, Instant::now());
        }
    }

    /// Passes the next thing to a link that has taken the one before.
    fn say_next(&mut self) -> Result<(), LinkError> {
        match &mut self.link {
            Some(link) if link.is_idle() => match self.outbox.pop_front() {
                Some(request) => link.queue(&request),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    async fn perform(&mut self, action: Action) {
        match action {
            // Whoever has closed everything has nothing to be told.
            Action::Tell(news) => drop(self.news.send(news).await),
            Action::Call(seen) => self.attempt = Some(self.call(seen)),
            Action::StopCalling => self.attempt = None,
            Action::Send(request) => {
                let is_post = matches!(request, PlazaRequest::Post { .. });
                // One sign of life is enough: a server that asks without reading gets no second one.
                if is_post || !self.outbox.contains(&request) {
                    self.outbox.push_back(request);
                }
            }
            Action::TakeLeave => {
                if let Some(mut link) = self.let_go() {
                    // A link that does not take it is closed without.
                    let _ = link.queue(&PlazaRequest::Leave);
                    link.close(HANG_UP_PATIENCE).await;
                }
            }
            Action::HangUp => {
                if let Some(link) = self.let_go() {
                    link.close(HANG_UP_PATIENCE).await;
                }
            }
        }
    }

    fn call(&self, seen: Option<PostNumber>) -> Attempt {
        let PlazaVisit { visit, plaza } = self.visit.clone();
        Box::pin(call::visit_plaza(visit, plaza, seen, self.caller.clone()))
    }
}

async fn until(deadline: Option<Instant>) {
    if let Some(deadline) = deadline {
        tokio::time::sleep_until(deadline.into()).await;
    }
}
