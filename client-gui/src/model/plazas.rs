//! The plazas of a server, as somebody chooses among them.

use acaso_shared::protocol::plaza::PlazaFacts;
use acaso_shared::session::{Problem, Visit};

use super::{AskedName, Failed, Now};

/// The list, and what stands above it.
#[derive(Debug)]
pub struct Plazas {
    /// The server and how to get there; the name is the one to go by.
    pub visit: Visit,
    /// How far the question is.
    pub state: Looking,
    /// The name to go by, where the first screen had none.
    pub goes_by: AskedName,
    /// The first plaza, or what there is to do instead, wants the keyboard; the view takes it.
    pub focus: bool,
}

/// How far the question is which plazas there are.
#[derive(Debug)]
pub enum Looking {
    /// The server is asked.
    Asking,
    /// These, in the operator's order; perhaps none.
    Found(Vec<PlazaFacts>),
    /// It could not be asked, or one of them did not let us in.
    Failed(Box<Failed>),
}

impl Plazas {
    /// The list of that server, which is being asked; with a field for a name if there is none yet.
    pub(super) fn of(visit: Visit, goes_by: AskedName) -> Self {
        Self {
            visit,
            state: Looking::Asking,
            goes_by,
            focus: false,
        }
    }

    /// The server, as one would type it.
    pub fn host(&self) -> String {
        self.visit.server.to_string()
    }

    pub(super) fn look_again(&mut self) {
        self.state = Looking::Asking;
    }

    pub(super) fn found(&mut self, plazas: Vec<PlazaFacts>) {
        self.state = Looking::Found(plazas);
        self.focus = !self.goes_by.is_asked();
    }

    pub(super) fn failed(&mut self, problem: Problem, now: &Now) {
        let at = now.local.clone();
        self.state = Looking::Failed(Box::new(Failed { problem, at }));
        self.focus = !self.goes_by.is_asked();
    }
}
