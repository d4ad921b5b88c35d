//! An engine that is out among others, beside the one for a stranger: one visit at a time, and the goodbyes of those before it.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;

use acaso_shared::limits::QUEUE_LEN;
use acaso_shared::session::{Ending, Problem};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{self, Receiver, error::TryRecvError};
use tokio::task::JoinHandle;

use super::{Wake, pass_on};

/// The engine of a visit to a plaza or a circle.
pub(super) trait Guest: Send + 'static {
    /// What is wished of it.
    type Command: Send;
    /// What it tells.
    type News: Send + 'static;

    /// Passes a wish on at once, or gives it back.
    fn pass(&self, command: Self::Command) -> Result<(), Self::Command>;
    /// Whether that is the goodbye.
    fn is_goodbye(command: &Self::Command) -> bool;
    /// What a wish that could not be passed on comes back as, if it holds something that was typed.
    fn returned(command: Self::Command) -> Option<Self::News>;
    /// That it is over.
    fn closed(ending: Ending) -> Self::News;
    /// Whether it tells that.
    fn is_closed(news: &Self::News) -> bool;
    /// Says goodbye, and ends.
    fn finish(self) -> impl Future<Output = ()> + Send;
}

/// The latest visit.
pub(super) struct Out<G: Guest> {
    inside: Option<Inside<G>>,
    /// What was typed and the engine's queue had no room for.
    returned: VecDeque<G::News>,
    /// Visits that are being ended.
    farewells: Vec<JoinHandle<()>>,
    wake: Wake,
}

struct Inside<G: Guest> {
    guest: G,
    news: Receiver<G::News>,
    /// It was told that it is over.
    over: bool,
}

impl<G: Guest> Out<G> {
    pub(super) fn new(wake: Wake) -> Self {
        Self {
            inside: None,
            returned: VecDeque::new(),
            farewells: Vec::new(),
            wake,
        }
    }

    /// Goes where `spawn` leads, and out of where one was before.
    pub(super) fn enter(&mut self, runtime: &Runtime, spawn: impl FnOnce() -> (G, Receiver<G::News>)) {
        self.leave(runtime);
        let (guest, news) = {
            let _inside = runtime.enter();
            spawn()
        };
        let (forward, forwarded) = mpsc::channel(QUEUE_LEN);
        runtime.spawn(pass_on(news, forward, Arc::clone(&self.wake)));
        self.inside = Some(Inside {
            guest,
            news: forwarded,
            over: false,
        });
    }

    /// Passes a wish on.
    pub(super) fn ask(&mut self, runtime: &Runtime, command: G::Command) {
        if G::is_goodbye(&command) {
            self.leave(runtime);
            return;
        }
        let taken = match &self.inside {
            Some(inside) => inside.guest.pass(command),
            None => Err(command),
        };
        if let Err(command) = taken
            && let Some(news) = G::returned(command)
        {
            self.returned.push_back(news);
            (self.wake)();
        }
    }

    /// Says goodbye. What the visit still tells is heard by nobody; but it must not wait for that.
    pub(super) fn leave(&mut self, runtime: &Runtime) {
        self.returned.clear();
        let Some(mut inside) = self.inside.take() else {
            return;
        };
        self.farewells.retain(|farewell| !farewell.is_finished());
        self.farewells.push(runtime.spawn(async move {
            let deaf = async { while inside.news.recv().await.is_some() {} };
            tokio::join!(inside.guest.finish(), deaf);
        }));
    }

    /// The goodbyes that are still being said.
    pub(super) fn farewells(&mut self) -> Vec<JoinHandle<()>> {
        std::mem::take(&mut self.farewells)
    }

    /// What there is to tell, if anything.
    pub(super) fn hear(&mut self) -> Option<G::News> {
        if let Some(news) = self.returned.pop_front() {
            return Some(news);
        }
        let inside = self.inside.as_mut().filter(|inside| !inside.over)?;
        let news = match inside.news.try_recv() {
            Ok(news) => news,
            Err(TryRecvError::Empty) => return None,
            // Only a mistake of ours ends an engine without a word; what was said stays on screen.
            Err(TryRecvError::Disconnected) => G::closed(Ending::Problem(Problem::LinkLost)),
        };
        inside.over = G::is_closed(&news);
        Some(news)
    }
}
