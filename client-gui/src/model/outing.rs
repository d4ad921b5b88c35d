//! Out among others: choosing a plaza, and being in one. It stands in front of the visit to a stranger, whose place is kept meanwhile,
//! or behind it.

mod heard;

use acaso_shared::ids::{BadName, Name, PlazaName};
use acaso_shared::protocol::plaza::{MemberNumber, PlazaFacts};
use acaso_shared::session::plaza::{PlazaCommand, PlazaNews, PlazaVisit};
use acaso_shared::session::{Problem, Visit};

use super::{Effect, Model, Now, Plaza, PlazaDraft, Plazas, Rules, Screen, WaitState, Way, Who};
use crate::action::Action;

/// As many drafts are kept: twice as many as a server has plazas, so that none is lost to somebody who wanders about, and bounded, as
/// each may be of the size of a few posts.
const DRAFTS_MAX: usize = 64;

/// Where one is besides the visit to a stranger.
#[derive(Debug)]
pub enum Outing {
    /// Choosing a plaza.
    Choosing(Box<Plazas>),
    /// In one.
    Inside(Box<Plaza>),
}

/// What stands in front.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Front {
    /// The visit to a stranger, and everything before it.
    Visit,
    /// The outing.
    Outing,
}

/// What the engine has to tell about plazas; always of the latest question, and of the latest visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfPlazas {
    /// Which plazas there are.
    Listed(Result<Vec<PlazaFacts>, Problem>),
    /// What happened in the one.
    News(PlazaNews),
}

/// How the visit to a stranger stands while a plaza is in front of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aside {
    /// The place is kept.
    Waiting,
    /// Somebody is in the other seat.
    Met(Who),
    /// It has ended, or wants to be looked at.
    Ended,
}

/// What was not finished when its plaza was left.
#[derive(Debug)]
pub(super) struct KeptPost {
    pub(super) visit: PlazaVisit,
    pub(super) draft: PlazaDraft,
    /// Who we were there: what was posted then is ours still.
    pub(super) was_me: Vec<MemberNumber>,
}

impl Model {
    /// What stands in front of the visit to a stranger, if anything does.
    pub fn outing_in_front(&self) -> Option<&Outing> {
        self.outing.as_ref().filter(|_| self.front == Front::Outing)
    }

    /// The plaza one is in, whether it is in front or behind.
    pub fn plaza(&self) -> Option<&Plaza> {
        match &self.outing {
            Some(Outing::Inside(plaza)) => Some(plaza),
            _ => None,
        }
    }

    /// The same, to change it.
    pub(super) fn plaza_mut(&mut self) -> Option<&mut Plaza> {
        match &mut self.outing {
            Some(Outing::Inside(plaza)) => Some(plaza),
            _ => None,
        }
    }

    /// The plaza, if it stands in front.
    pub(super) fn plaza_in_front(&mut self) -> Option<&mut Plaza> {
        let in_front = self.front == Front::Outing;
        self.plaza_mut().filter(|_| in_front)
    }

    /// How the visit to a stranger stands, while a plaza is in front of it.
    pub fn aside(&self) -> Option<Aside> {
        match &self.screen {
            Screen::First | Screen::Rules(_) | Screen::Invitation => None,
            Screen::Waiting(waiting) if matches!(waiting.state, WaitState::TryingAgain { .. }) => {
                Some(Aside::Ended)
            }
            Screen::Waiting(_) => Some(Aside::Waiting),
            Screen::Chat(chat) if chat.is_talking() => Some(Aside::Met(chat.who.clone())),
            Screen::Chat(_) | Screen::Identity(_) => Some(Aside::Ended),
        }
    }

    /// Takes in what the person wishes about plazas.
    pub(super) fn out(&mut self, action: Action, now: &Now) -> Vec<Effect> {
        match action {
            Action::Plazas => self.show_plazas(),
            Action::LookAgain => self.look_again(),
            Action::EnterPlaza(plaza) => self.enter(plaza),
            Action::LeavePlaza => self.leave_plaza(),
            Action::ToRoom => self.bring(Front::Visit),
            Action::ToPlaza => self.bring(Front::Outing),
            Action::Post => self.post(now),
            Action::Unfold(row) => {
                if let Some(plaza) = self.plaza_in_front() {
                    plaza.unfold(row);
                }
                Vec::new()
            }
            Action::People => {
                if let Some(plaza) = self.plaza_in_front() {
                    plaza.toggle_people();
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// To the list of plazas: from the first screen as one would meet a stranger, while waiting with the visit that waits, and back to
    /// the one that one is in.
    fn show_plazas(&mut self) -> Vec<Effect> {
        match self.plaza() {
            Some(plaza) if plaza.is_over() => {
                let visit = plaza.visit.visit.clone();
                self.leave_plaza();
                return self.look_for_plazas(visit);
            }
            Some(_) => return self.bring(Front::Outing),
            None => {}
        }
        match &self.screen {
            Screen::First => {
                let Some((visit, save)) = self.filled_in() else {
                    return Vec::new();
                };
                if !self.settings.rules_accepted.contains(&visit.server) {
                    self.screen = Screen::Rules(Rules::before(visit.server.clone(), Way::Plaza));
                    self.visit = Some(visit);
                    return save;
                }
                let mut effects = save;
                effects.extend(self.look_for_plazas(visit));
                effects
            }
            Screen::Waiting(_) => match self.visit.clone() {
                Some(visit) => self.look_for_plazas(visit),
                None => Vec::new(),
            },
            Screen::Rules(_) | Screen::Invitation | Screen::Chat(_) | Screen::Identity(_) => Vec::new(),
        }
    }

    /// Opens the list of that server's plazas.
    pub(super) fn look_for_plazas(&mut self, visit: Visit) -> Vec<Effect> {
        let visit = self.as_set(visit);
        if matches!(self.screen, Screen::First | Screen::Rules(_)) {
            self.screen = Screen::First;
            self.visit = Some(visit.clone());
        }
        let nameless = self.first.name.trim().is_empty();
        self.outing = Some(Outing::Choosing(Box::new(Plazas::of(visit.clone(), nameless))));
        self.front = Front::Outing;
        self.page = None;
        vec![Effect::LookForPlazas(visit)]
    }

    fn look_again(&mut self) -> Vec<Effect> {
        let Some(Outing::Choosing(plazas)) = &mut self.outing else {
            return Vec::new();
        };
        plazas.look_again();
        vec![Effect::LookForPlazas(plazas.visit.clone())]
    }

    /// Back from the list of plazas.
    pub(super) fn close_plazas(&mut self) -> bool {
        let choosing = matches!(self.outing_in_front(), Some(Outing::Choosing(_)));
        if choosing {
            self.outing = None;
            self.front = Front::Visit;
            self.first.focus_first();
        }
        choosing
    }

    /// Into a plaza of the list, under the name that is known or typed there.
    fn enter(&mut self, plaza: PlazaName) -> Vec<Effect> {
        let Some(Outing::Choosing(plazas)) = &mut self.outing else {
            return Vec::new();
        };
        let mut visit = plazas.visit.clone();
        let mut effects = Vec::new();
        match plazas.typed_name().map(Name::parse) {
            None | Some(Err(BadName::Empty)) => {}
            Some(Ok(name)) => {
                name.as_str().clone_into(&mut self.first.name);
                self.settings.name.clone_from(&self.first.name);
                visit.name = name;
                effects.push(Effect::Save);
            }
            Some(Err(bad)) => {
                plazas.refuse_name(bad);
                return Vec::new();
            }
        }
        let visit = PlazaVisit { visit, plaza };
        let kept = self.take_post(&visit);
        self.next_plaza += 1;
        let inside = Plaza::new(self.next_plaza, visit.clone(), kept);
        self.outing = Some(Outing::Inside(Box::new(inside)));
        self.front = Front::Outing;
        effects.push(Effect::EnterPlaza(visit));
        effects
    }

    /// Out of the plaza. What was being written there, and what was posted without an answer, is there again when one comes back.
    fn leave_plaza(&mut self) -> Vec<Effect> {
        let Some(Outing::Inside(plaza)) = self.outing.take_if(|outing| matches!(outing, Outing::Inside(_)))
        else {
            return Vec::new();
        };
        self.front = Front::Visit;
        let over = plaza.is_over();
        self.keep_post(*plaza);
        if matches!(self.screen, Screen::First) {
            self.first.focus_first();
        }
        if over {
            Vec::new()
        } else {
            vec![Effect::AskPlaza(PlazaCommand::Leave)]
        }
    }

    /// Brings the visit or the outing to the front.
    pub(super) fn bring(&mut self, front: Front) -> Vec<Effect> {
        // Where one writes has the keyboard then.
        if front == Front::Outing && self.outing.is_none() {
            return Vec::new();
        }
        self.front = front;
        match front {
            Front::Outing => {
                if let Some(plaza) = self.plaza_mut() {
                    plaza.draft.focus = true;
                }
            }
            Front::Visit => {
                if let Some(conversation) = self.conversation_mut() {
                    conversation.composer.focus = true;
                }
            }
        }
        self.see();
        Vec::new()
    }

    fn post(&mut self, now: &Now) -> Vec<Effect> {
        let id = acaso_shared::session::MessageId(self.next_message);
        let Some(plaza) = self.plaza_in_front() else {
            return Vec::new();
        };
        let Some(command) = plaza.post(id, now) else {
            return Vec::new();
        };
        self.next_message += 1;
        vec![Effect::AskPlaza(command)]
    }

    /// Whether the plaza is before the person's eyes.
    pub(super) fn is_plaza_seen(&self) -> bool {
        self.focused && self.page.is_none() && self.front == Front::Outing
    }

    /// Keeps what was being written, or posted without an answer, as long as this window is open.
    fn keep_post(&mut self, plaza: Plaza) {
        if let Some(kept) = plaza.unfinished() {
            self.posts_kept.insert(0, kept);
            self.posts_kept.truncate(DRAFTS_MAX);
        }
    }

    fn take_post(&mut self, visit: &PlazaVisit) -> Option<KeptPost> {
        let same = |kept: &KeptPost| {
            kept.visit.plaza == visit.plaza && kept.visit.visit.server == visit.visit.server
        };
        let place = self.posts_kept.iter().position(same)?;
        Some(self.posts_kept.remove(place))
    }
}
