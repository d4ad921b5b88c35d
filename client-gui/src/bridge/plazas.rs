//! The engines for plazas: a question which there are, and a visit to one. Each later question or visit takes the place of the one
//! before it.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;

use acaso_shared::session::plaza::{
    self, NotPosted, NotTaken, PlazaCommand, PlazaNews, PlazaSession, PlazaVisit,
};
use acaso_shared::session::{Ending, Options, Visit};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{self, Receiver};
use tokio::task::{AbortHandle, JoinHandle};

use super::Wake;
use super::guest::{Guest, Out};
use crate::model::OfPlazas;

/// What goes on about plazas.
pub(super) struct Plazas {
    known_servers: PathBuf,
    question: Option<Question>,
    out: Out<PlazaSession>,
    wake: Wake,
}

/// A server is asked which plazas it has.
struct Question {
    answer: Receiver<OfPlazas>,
    asking: AbortHandle,
}

impl Guest for PlazaSession {
    type Command = PlazaCommand;
    type News = PlazaNews;

    fn pass(&self, command: PlazaCommand) -> Result<(), PlazaCommand> {
        self.try_command(command).map_err(|NotTaken(command)| command)
    }

    fn is_goodbye(command: &PlazaCommand) -> bool {
        *command == PlazaCommand::Leave
    }

    fn returned(command: PlazaCommand) -> Option<PlazaNews> {
        match command {
            PlazaCommand::Post { id, subject, text } => Some(PlazaNews::NotPosted {
                id,
                subject,
                text,
                reason: NotPosted::NotTaken,
            }),
            _ => None,
        }
    }

    fn closed(ending: Ending) -> PlazaNews {
        PlazaNews::Closed(ending)
    }

    fn is_closed(news: &PlazaNews) -> bool {
        matches!(news, PlazaNews::Closed(_))
    }

    fn finish(self) -> impl Future<Output = ()> + Send {
        PlazaSession::finish(self)
    }
}

impl Plazas {
    pub(super) fn new(known_servers: PathBuf, wake: Wake) -> Self {
        Self {
            known_servers,
            question: None,
            out: Out::new(Arc::clone(&wake)),
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
        let options = Options::new(self.known_servers.clone());
        self.out.enter(runtime, || plaza::spawn(options, visit));
    }

    /// Passes a wish on.
    pub(super) fn ask(&mut self, runtime: &Runtime, command: PlazaCommand) {
        self.out.ask(runtime, command);
    }

    /// Says goodbye.
    pub(super) fn leave(&mut self, runtime: &Runtime) {
        self.out.leave(runtime);
    }

    /// The goodbyes that are still being said.
    pub(super) fn farewells(&mut self) -> Vec<JoinHandle<()>> {
        self.out.farewells()
    }

    /// What there is to tell, if anything.
    pub(super) fn hear(&mut self) -> Option<OfPlazas> {
        if let Some(question) = &mut self.question
            && let Ok(answer) = question.answer.try_recv()
        {
            self.question = None;
            return Some(answer);
        }
        self.out.hear().map(OfPlazas::News)
    }
}
