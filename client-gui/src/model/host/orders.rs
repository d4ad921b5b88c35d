//! What the person wishes of servers, and what servers tell.

use super::{HostField, HostState, HostTrouble, Logged};
use crate::action::HostWish;
use crate::hosting::{Census, HostId, Order, Told};
use crate::model::{Effect, Model, Notice, Now, Page};

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
    pub(in crate::model) fn open_host(&mut self) -> Vec<Effect> {
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
    pub(in crate::model) fn wish_of_host(&mut self, wish: HostWish) -> Vec<Effect> {
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
        link.map(|link| Effect::Copy(link.to_string().into()))
            .into_iter()
            .collect()
    }

    /// Another window, at the server that is hosted here, if one is.
    pub(in crate::model) fn new_window(&self) -> Vec<Effect> {
        let hosted = self.host.shown().or_else(|| self.host.servers.last());
        let link = hosted.and_then(|server| Some(server.standing.link(server.standing.from_here()?)));
        vec![Effect::NewWindow {
            link: link.map(|link| link.to_string()),
            invitation: false,
        }]
    }
}
