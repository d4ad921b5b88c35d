//! The engines for plazas, beside the one for a stranger: a question which there are, and a visit to one. Each later question or
//! visit takes the place of the one before it.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use acaso_shared::limits::QUEUE_LEN;
use acaso_shared::session::plaza::{
    self, NotPosted, NotTaken, PlazaCommand, PlazaNews, PlazaSession, PlazaVisit,
};
use acaso_shared::session::{Ending, Options, Problem, Visit};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{self, Receiver, error::TryRecvError};
use tokio::task::{AbortHandle, JoinHandle};

use super::{Wake, pass_on};
use crate::model::OfPlazas;

/// What goes on about plazas.
pub(super) struct Plazas {
    known_servers: PathBuf,
    question: Option<Question>,
    inside: Option<Inside>,
    /// Posts that the engine's queue had no room for.
    returned: VecDeque<PlazaNews>,
    /// Visits that are being ended.
    farewells: Vec<JoinHandle<()>>,
    wake: Wake,
}

/// A server is asked which plazas it has.
struct Question {
    answer: Receiver<OfPlazas>,
    asking: AbortHandle,
}

/// A visit.
struct Inside {
    session: PlazaSession,
    news: Receiver<PlazaNews>,
    /// It was told that it is over.
    over: bool,
}

impl Plazas {
    pub(super) fn new(known_servers: PathBuf, wake: Wake) -> Self {
        Self {
            known_servers,
            question: None,
            inside: None,
            returned: VecDeque::new(),
            farewells: Vec::new(),
            wake,
        }
    }

    /// Asks a server which plazas there are.
    pub(super) fn look(&mut self, runtime: &Runtime, visit: Visit) {
        if let Some(before) = self.question.take() {
            before.asking.abort();
        }
        let (told, answer) = mpsc::channel(1);
        let (options, wake) = (Options::new(self.known_servers.clone()), Arc::clone(&self.wake));
        let asking = runtime.spawn(async move {
            let found = plaza::list(options, visit).await;
            // The only answer: there is room for it, unless nobody wants to hear it any more.
            told.try_send(OfPlazas::Listed(found)).ok();
            wake();
        });
        let asking = asking.abort_handle();
        self.question = Some(Question { answer, asking });
    }

    /// Goes into a plaza, and out of the one before.
    pub(super) fn enter(&mut self, runtime: &Runtime, visit: PlazaVisit) {
        self.leave(runtime);
        let options = Options::new(self.known_servers.clone());
        let (session, news) = {
            let _inside = runtime.enter();
            plaza::spawn(options, visit)
        };
        let (forward, forwarded) = mpsc::channel(QUEUE_LEN);
        runtime.spawn(pass_on(news, forward, Arc::clone(&self.wake)));
        self.inside = Some(Inside {
            session,
            news: forwarded,
            over: false,
        });
    }

    /// Passes a wish on.
    pub(super) fn ask(&mut self, runtime: &Runtime, command: PlazaCommand) {
        if command == PlazaCommand::Leave {
            self.leave(runtime);
            return;
        }
        let taken = match &self.inside {
            Some(inside) => inside.session.try_command(command),
            None => Err(NotTaken(command)),
        };
        if let Err(NotTaken(PlazaCommand::Post { id, subject, text })) = taken {
            self.returned.push_back(PlazaNews::NotPosted {
                id,
                subject,
                text,
                reason: NotPosted::NotTaken,
            });
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
            tokio::join!(inside.session.finish(), deaf);
        }));
    }

    /// The goodbyes that are still being said.
    pub(super) fn farewells(&mut self) -> Vec<JoinHandle<()>> {
        std::mem::take(&mut self.farewells)
    }

    /// What there is to tell, if anything.
    pub(super) fn hear(&mut self) -> Option<OfPlazas> {
        if let Some(news) = self.returned.pop_front() {
            return Some(OfPlazas::News(news));
        }
        if let Some(question) = &mut self.question
            && let Ok(answer) = question.answer.try_recv()
        {
            self.question = None;
            return Some(answer);
        }
        let inside = self.inside.as_mut().filter(|inside| !inside.over)?;
        let news = match inside.news.try_recv() {
            Ok(news) => news,
            Err(TryRecvError::Empty) => return None,
            // Only a mistake of ours ends an engine without a word; what was posted stays on screen.
            Err(TryRecvError::Disconnected) => PlazaNews::Closed(Ending::Problem(Problem::LinkLost)),
        };
        inside.over = matches!(news, PlazaNews::Closed(_));
        Some(OfPlazas::News(news))
    }
}
