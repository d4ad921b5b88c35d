//! Hosting: the form that starts a server in this program, and the servers that run. What happens there is counted and noted, never
//! what is said.

use std::collections::VecDeque;
use std::net::IpAddr;

use jiff::Zoned;

use super::{Effect, Model, Notice, Now, Page};
use crate::action::HostWish;
use crate::hosting::{
    Census, HostId, Line, Order, OwnAddress, Plan, Reach, Refused, RoomInUse, Standing, Told,
};
use crate::wording::{Key, Sentence, Words};

/// Entries of a server's log that are kept; more than that nobody reads.
const LOG_MAX: usize = 500;

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

/// What starts a server.
#[derive(Debug)]
pub struct HostForm {
    /// Addresses to choose from, besides this computer alone and everybody.
    pub own: Vec<OwnAddress>,
    /// The address chosen.
    pub bind: IpAddr,
    /// The port, as typed.
    pub port: String,
    /// All rooms behind the lobby's port.
    pub single_port: bool,
    /// The name of a plaza, as typed; empty is none.
    pub plaza: String,
    /// What stands in the way.
    pub trouble: Option<HostTrouble>,
    /// What wants the keyboard; the view takes it.
    pub focus: Option<HostField>,
    /// The server that was asked for and has not answered yet.
    pub starting: Option<HostId>,
    /// Somebody typed a port, so that none is proposed any more.
    proposed: Option<String>,
}

/// What can have the keyboard in the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostField {
    /// The choice of an address.
    Bind,
    /// The port.
    Port,
    /// The plaza's name.
    Plaza,
    /// The button that starts.
    Start,
}

/// What stands in the way of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostTrouble {
    /// The port field holds no port.
    Port,
    /// It was tried, and does not run.
    Refused(Refused),
}

/// A server that was started here.
#[derive(Debug)]
pub struct Hosted {
    /// Which one.
    pub id: HostId,
    /// Where it is.
    pub standing: Standing,
    /// How it is.
    pub state: HostState,
    /// Since when it runs.
    pub since: Zoned,
    /// Who is there.
    pub census: Census,
    /// Rises with each change of the rooms: a picture of them is drawn anew only then.
    pub revision: u64,
    /// What happened, the latest last.
    pub log: VecDeque<LogEntry>,
    /// The link was copied a moment ago.
    pub copied: bool,
}

/// How a server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostState {
    /// It runs.
    Running,
    /// It says goodbye.
    Stopping,
    /// A part of it has failed.
    Failed,
}

/// Something that happened at a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// When.
    pub at: Zoned,
    /// What.
    pub what: Logged,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Logged {
    /// It runs.
    Started,
    /// Seats of a room were given or became free.
    Room(RoomInUse),
    /// Nobody is in that room any more.
    RoomEmpty(u16),
    /// What it logged itself.
    Line(Line),
}

impl Default for Host {
    fn default() -> Self {
        Self {
            offered: false,
            form: HostForm {
                own: Vec::new(),
                bind: Reach::THIS_COMPUTER,
                port: String::new(),
                single_port: false,
                plaza: String::new(),
                trouble: None,
                focus: None,
                starting: None,
                proposed: None,
            },
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

impl HostForm {
    /// The field to mark and to focus, if what is wrong can be mended there.
    pub fn field_in_error(&self) -> Option<HostField> {
        match self.trouble.as_ref()? {
            HostTrouble::Port => Some(HostField::Port),
            HostTrouble::Refused(refused) => match refused {
                // The directory belongs to the port, so another port has another one.
                Refused::PortTaken { .. } | Refused::PortForbidden { .. } | Refused::DataHeld { .. } => {
                    Some(HostField::Port)
                }
                Refused::NotOurs { .. } => Some(HostField::Bind),
                Refused::Plaza => Some(HostField::Plaza),
                Refused::Other { .. } => None,
            },
        }
    }

    fn fail(&mut self, trouble: HostTrouble) {
        self.trouble = Some(trouble);
        self.focus = Some(self.field_in_error().unwrap_or(HostField::Start));
    }

    fn plan(&self) -> Result<Plan, HostTrouble> {
        let port = match self.port.trim().parse() {
            Ok(0) | Err(_) => return Err(HostTrouble::Port),
            Ok(port) => port,
        };
        let plaza = Some(self.plaza.trim()).filter(|name| !name.is_empty());
        Ok(Plan {
            bind: self.bind,
            port,
            single_port: self.single_port,
            plaza: plaza.map(str::to_owned),
        })
    }

    /// A free port is put into the field, unless somebody wrote another one there.
    fn propose(&mut self, port: u16) {
        let untouched = self.port.is_empty() || self.proposed.as_ref() == Some(&self.port);
        if untouched {
            self.port = port.to_string();
            self.proposed = Some(self.port.clone());
        }
    }
}

impl HostTrouble {
    /// It, in words.
    pub fn sentence(&self, words: &Words) -> Sentence {
        let Self::Refused(refused) = self else {
            return words.sentence(Key::HostBadPort, Key::HostBadPortNext, &[]);
        };
        let port = |port: &u16| [("port", port.to_string().into())];
        match refused {
            Refused::PortTaken { port: taken } => {
                words.sentence(Key::HostPortTaken, Key::HostPortTakenNext, &port(taken))
            }
            Refused::PortForbidden { port: kept } => {
                words.sentence(Key::HostPortForbidden, Key::HostPortForbiddenNext, &port(kept))
            }
            Refused::NotOurs { ip } => words.sentence(
                Key::HostNotOurs,
                Key::HostNotOursNext,
                &[("ip", ip.to_string().into())],
            ),
            Refused::DataHeld { path } => {
                words.sentence(Key::HostDataHeld, Key::HostDataHeldNext, &[("path", path.into())])
            }
            Refused::Plaza => words.sentence(Key::HostBadPlaza, Key::HostBadPlazaNext, &[]),
            Refused::Other { detail } => words.sentence(
                Key::HostNotStarted,
                Key::HostNotStartedNext,
                &[("detail", detail.into())],
            ),
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
        let mut server = Hosted {
            id,
            standing,
            state: HostState::Running,
            since: now.local.clone(),
            census: Census::default(),
            revision: 0,
            log: VecDeque::new(),
            copied: false,
        };
        server.note(Logged::Started, now);
        self.servers.push(server);
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

impl Hosted {
    fn note(&mut self, what: Logged, now: &Now) {
        let at = now.local.clone();
        self.log.push_back(LogEntry { at, what });
        while self.log.len() > LOG_MAX {
            self.log.pop_front();
        }
    }

    /// Takes in who is there now. Tells how many more people there are than before.
    fn count(&mut self, census: Census, now: &Now) -> usize {
        let before = std::mem::replace(&mut self.census, census);
        let more = self.census.people().saturating_sub(before.people());
        if before.rooms == self.census.rooms {
            return more;
        }
        self.revision += 1;
        let gone = before
            .rooms
            .iter()
            .filter(|room| self.census.room(room.port).is_none());
        let gone: Vec<_> = gone.map(|room| Logged::RoomEmpty(room.port)).collect();
        let new = self
            .census
            .rooms
            .iter()
            .filter(|room| before.room(room.port) != Some(**room));
        let new: Vec<_> = new.map(|room| Logged::Room(*room)).collect();
        gone.into_iter().chain(new).for_each(|what| self.note(what, now));
        more
    }
}

impl Model {
    /// Takes in what a server of this program tells.
    pub fn heard_of_host(&mut self, told: Told, now: &Now) -> Vec<Effect> {
        match told {
            Told::Surveyed { own, port } => {
                self.host.form.own = own;
                self.host.form.propose(port);
            }
            Told::Started(id, standing) => {
                self.host.started(id, standing, now);
                if self.host.closing {
                    return self.host.stop_all();
                }
            }
            Told::NotStarted(id, refused) if self.host.form.starting == Some(id) => {
                self.host.form.starting = None;
                self.host.form.fail(HostTrouble::Refused(refused));
                self.host.shown = None;
            }
            Told::NotStarted(..) => {}
            Told::Counted(id, census) => return self.counted(id, census, now),
            Told::Logged(id, lines) => {
                if let Some(server) = self.host.server_mut(id) {
                    lines
                        .into_iter()
                        .for_each(|line| server.note(Logged::Line(line), now));
                }
            }
            Told::Failed(id) => {
                if let Some(server) = self.host.server_mut(id) {
                    server.state = HostState::Failed;
                }
            }
            Told::Stopped(id) => return self.host_ended(id),
        }
        Vec::new()
    }

    fn counted(&mut self, id: HostId, census: Census, now: &Now) -> Vec<Effect> {
        let Some(server) = self.host.server_mut(id) else {
            return Vec::new();
        };
        let more = server.count(census, now);
        let people = server.census.people();
        if more > 0 && self.host.tell_joins && !self.focused {
            return vec![Effect::Tell(Notice::Arrived { people })];
        }
        Vec::new()
    }

    fn host_ended(&mut self, id: HostId) -> Vec<Effect> {
        // One that failed stays to be read about, until it is put away; in a window that closes nobody reads.
        let failed = self
            .host
            .server_mut(id)
            .is_some_and(|server| server.state == HostState::Failed);
        if failed && !self.host.closing {
            return Vec::new();
        }
        self.host.ended(id);
        if self.host.closing && !self.host.is_hosting() {
            return vec![Effect::Close];
        }
        if self.page == Some(Page::Host) && self.host.shown.is_none() {
            return vec![Effect::Host(Order::Survey)];
        }
        Vec::new()
    }

    /// The page of hosting, on which the keyboard starts a server.
    pub(super) fn open_host(&mut self) -> Vec<Effect> {
        if !self.host.offered {
            return Vec::new();
        }
        self.turn_to(Some(Page::Host));
        if self.page != Some(Page::Host) {
            return Vec::new();
        }
        self.host.form.focus = Some(HostField::Start);
        vec![Effect::Host(Order::Survey)]
    }

    /// What the person wishes about servers.
    pub(super) fn wish_of_host(&mut self, wish: HostWish) -> Vec<Effect> {
        match wish {
            HostWish::Start => self.host.start(),
            HostWish::Show(id) => {
                self.host.shown = Some(id);
                Vec::new()
            }
            HostWish::Another => {
                self.host.shown = None;
                self.host.form.focus = Some(HostField::Start);
                vec![Effect::Host(Order::Survey)]
            }
            HostWish::CopyLink => self.copy_link(),
            HostWish::TellJoins(tell) => {
                self.host.tell_joins = tell;
                Vec::new()
            }
            HostWish::Stop => self.stop_shown(),
            HostWish::KeepHosting => {
                self.host.question = None;
                Vec::new()
            }
            HostWish::StopAnyway => match self.host.question {
                Some(id) => self.host.stop(id),
                None => Vec::new(),
            },
        }
    }

    /// Nobody is sent away without a question; where nobody is, there is none. A server that failed is only put away.
    fn stop_shown(&mut self) -> Vec<Effect> {
        let Some(server) = self.host.shown() else {
            return Vec::new();
        };
        let (id, state, people) = (server.id, server.state, server.census.people());
        match state {
            HostState::Failed => {
                self.host.ended(id);
                vec![Effect::Host(Order::Survey)]
            }
            HostState::Running if people > 0 => {
                self.host.question = Some(id);
                self.host.question_focus = true;
                Vec::new()
            }
            HostState::Running | HostState::Stopping => self.host.stop(id),
        }
    }

    fn copy_link(&mut self) -> Vec<Effect> {
        let Some(id) = self.host.shown else {
            return Vec::new();
        };
        let Some(server) = self.host.server_mut(id) else {
            return Vec::new();
        };
        server.copied = true;
        let link = server.standing.link_for_others();
        link.map(|link| Effect::Copy(link.to_string()))
            .into_iter()
            .collect()
    }

    /// Another window, at the server that is hosted here, if one is.
    pub(super) fn new_window(&self) -> Vec<Effect> {
        let hosted = self.host.shown().or_else(|| self.host.servers.last());
        let link = hosted.and_then(|server| Some(server.standing.link(server.standing.from_here()?)));
        vec![Effect::NewWindow(link.map(|link| link.to_string()))]
    }
}
