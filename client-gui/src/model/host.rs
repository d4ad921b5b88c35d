//! Hosting: the form that starts a server in this program, and the servers that run. What happens there is counted and noted, never
//! what is said.

mod form;
mod hosted;
mod orders;

pub use self::form::{HostField, HostForm, HostTrouble};
pub use self::hosted::{HostState, Hosted, LogEntry, Logged};
use super::{Effect, Now};
use crate::hosting::{HostId, Order, Standing};

/// Everything about servers in this program.
#[derive(Debug)]
pub struct Host {
    /// Whether servers can be run here at all.
    pub offered: bool,
    /// What starts the next one.
    pub form: HostForm,
    /// Those that were started, in their order.
    pub servers: Vec<Hosted>,
    /// Which of them is before the eyes; the form, if none is.
    pub shown: Option<HostId>,
    /// Whether somebody's coming is worth a notice of the desktop.
    pub tell_joins: bool,
    /// The server that is to be stopped, once it was asked whether its people may be sent away.
    pub question: Option<HostId>,
    /// The keyboard goes to the answer that does no harm; the view takes it.
    pub question_focus: bool,
    /// The window closes as soon as all servers have said goodbye.
    closing: bool,
    next_id: u64,
}

impl Default for Host {
    fn default() -> Self {
        Self {
            offered: false,
            form: HostForm::default(),
            servers: Vec::new(),
            shown: None,
            tell_joins: false,
            question: None,
            question_focus: false,
            closing: false,
            next_id: 1,
        }
    }
}

impl Host {
    /// The server before the eyes, if it is not the form.
    pub fn shown(&self) -> Option<&Hosted> {
        let id = self.shown?;
        self.servers.iter().find(|server| server.id == id)
    }

    fn server_mut(&mut self, id: HostId) -> Option<&mut Hosted> {
        self.servers.iter_mut().find(|server| server.id == id)
    }

    /// How many people are at all servers of this program.
    pub fn people(&self) -> usize {
        self.servers.iter().map(|server| server.census.people()).sum()
    }

    /// Whether any server runs, or is about to.
    pub fn is_hosting(&self) -> bool {
        !self.servers.is_empty() || self.form.starting.is_some()
    }

    /// How many would be sent away from the server that is asked about.
    pub fn people_asked_about(&self) -> usize {
        let server = self
            .servers
            .iter()
            .find(|server| Some(server.id) == self.question);
        server.map_or(0, |server| server.census.people())
    }

    fn start(&mut self) -> Vec<Effect> {
        if self.form.starting.is_some() {
            return Vec::new();
        }
        match self.form.plan() {
            Ok(plan) => {
                let id = HostId(self.next_id);
                self.next_id += 1;
                self.form.trouble = None;
                self.form.starting = Some(id);
                vec![Effect::Host(Order::Start(id, plan))]
            }
            Err(trouble) => {
                self.form.fail(trouble);
                Vec::new()
            }
        }
    }

    fn stop(&mut self, id: HostId) -> Vec<Effect> {
        self.question = None;
        match self.server_mut(id) {
            Some(server) if server.state != HostState::Stopping => {
                server.state = HostState::Stopping;
                vec![Effect::Host(Order::Stop(id))]
            }
            _ => Vec::new(),
        }
    }

    /// All say goodbye; the window closes after the last.
    pub(super) fn stop_all(&mut self) -> Vec<Effect> {
        self.closing = true;
        self.question = None;
        // Whoever failed has said what there was to say.
        self.servers.retain(|server| server.state != HostState::Failed);
        for server in &mut self.servers {
            server.state = HostState::Stopping;
        }
        if !self.is_hosting() {
            return vec![Effect::Close];
        }
        let ids = self
            .servers
            .iter()
            .map(|server| server.id)
            .chain(self.form.starting);
        ids.map(|id| Effect::Host(Order::Stop(id))).collect()
    }

    /// The window stays open after all: what is started from now on stays, too.
    pub(super) fn stay(&mut self) {
        self.closing = false;
    }

    /// Whether all say goodbye because the window closes.
    pub(super) fn is_closing(&self) -> bool {
        self.closing
    }

    fn started(&mut self, id: HostId, standing: Standing, now: &Now) {
        self.form.starting = None;
        // The next server wants another port and another plaza.
        self.form.port.clear();
        self.form.plaza.clear();
        self.servers.push(Hosted::begun(id, standing, now));
        self.shown = Some(id);
    }

    /// It has ended: its place goes, and the one beside it, or the form, is shown.
    fn ended(&mut self, id: HostId) {
        if self.form.starting == Some(id) {
            self.form.starting = None;
        }
        self.servers.retain(|server| server.id != id);
        if self.question == Some(id) {
            self.question = None;
        }
        if self.shown == Some(id) {
            self.shown = self.servers.last().map(|server| server.id);
        }
    }
}
