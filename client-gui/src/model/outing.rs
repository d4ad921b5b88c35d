//! Out among others: choosing a plaza or a circle, and being in one. It stands in front of the visit to a stranger, whose place is kept meanwhile,
//! or behind it.

mod circles;
mod heard;

use acaso_shared::ids::{Name, PlazaName};
use acaso_shared::protocol::plaza::{MemberNumber, PlazaFacts};
use acaso_shared::session::plaza::{PlazaCommand, PlazaNews, PlazaVisit};
use acaso_shared::session::{Problem, Visit};

use super::{
    AskedName, Circle, CircleDoor, Effect, Model, Now, Plaza, PlazaDraft, Plazas, Rules, Screen, WaitState,
    Way, Who,
};
use crate::action::Action;
use crate::wording::Words;

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
    /// On the way to a circle.
    Door(Box<CircleDoor>),
    /// In one.
    Circle(Box<Circle>),
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

/// How the visit to a stranger stands while a plaza or a circle is in front of it.
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

    /// What one is in besides the visit to a stranger, by its name.
    pub fn company(&self, words: &Words) -> Option<String> {
        match self.outing.as_ref()? {
            Outing::Inside(plaza) => Some(plaza.name.clone()),
            Outing::Circle(circle) => Some(words.circle(circle.name.as_deref())),
            Outing::Choosing(_) | Outing::Door(_) => None,
        }
    }

    /// How the visit to a stranger stands, while something is in front of it.
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
                self.toggle_people();
                Vec::new()
            }
            action => self.in_circle(&action, now),
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
        let (visit, goes_by) = self.set_out(visit);
        self.go_out(Outing::Choosing(Box::new(Plazas::of(visit.clone(), goes_by))));
        vec![Effect::LookForPlazas(visit)]
    }

    /// A visit that begins at the first screen or beside the one that goes on, and whether a name is asked for.
    fn set_out(&mut self, visit: Visit) -> (Visit, AskedName) {
        let visit = self.as_set(visit);
        if matches!(self.screen, Screen::First | Screen::Rules(_)) {
            self.screen = Screen::First;
            self.visit = Some(visit.clone());
        }
        let nameless = self.first.name.trim().is_empty();
        (visit, AskedName::new(nameless))
    }

    /// That is where one is now.
    fn go_out(&mut self, outing: Outing) {
        self.outing = Some(outing);
        self.front = Front::Outing;
        self.page = None;
    }

    fn look_again(&mut self) -> Vec<Effect> {
        let Some(Outing::Choosing(plazas)) = &mut self.outing else {
            return Vec::new();
        };
        plazas.look_again();
        vec![Effect::LookForPlazas(plazas.visit.clone())]
    }

    /// Back from the list of plazas, or from the page that leads to a circle.
    pub(super) fn stop_choosing(&mut self) -> bool {
        let choosing = matches!(
            self.outing_in_front(),
            Some(Outing::Choosing(_) | Outing::Door(_))
        );
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
        let Ok(name) = plazas.goes_by.read() else {
            return Vec::new();
        };
        let mut effects = self.go_by(name, &mut visit);
        let visit = PlazaVisit { visit, plaza };
        let kept = self.take_post(&visit);
        self.next_outing += 1;
        let inside = Plaza::new(self.next_outing, visit.clone(), kept);
        self.go_out(Outing::Inside(Box::new(inside)));
        effects.push(Effect::EnterPlaza(visit));
        effects
    }

    /// Goes by the name that was typed, if one was, here and from now on.
    fn go_by(&mut self, name: Option<Name>, visit: &mut Visit) -> Vec<Effect> {
        let Some(name) = name else {
            return Vec::new();
        };
        name.as_str().clone_into(&mut self.first.name);
        self.settings.name.clone_from(&self.first.name);
        visit.name = name;
        vec![Effect::Save]
    }

    /// Out of the plaza. What was being written there, and what was posted without an answer, is there again when one comes back.
    fn leave_plaza(&mut self) -> Vec<Effect> {
        let Some(Outing::Inside(plaza)) = self.outing.take_if(|outing| matches!(outing, Outing::Inside(_)))
        else {
            return Vec::new();
        };
        let over = plaza.is_over();
        self.keep_post(*plaza);
        self.come_home();
        if over {
            Vec::new()
        } else {
            vec![Effect::AskPlaza(PlazaCommand::Leave)]
        }
    }

    /// Not out any more.
    fn come_home(&mut self) {
        self.front = Front::Visit;
        if matches!(self.screen, Screen::First) {
            self.first.focus_first();
        }
    }

    /// Shows who is here over the plaza or the circle in front, or puts it away.
    fn toggle_people(&mut self) {
        if let Some(plaza) = self.plaza_in_front() {
            plaza.toggle_people();
        } else if let Some(circle) = self.circle_in_front() {
            circle.toggle_people();
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
                if let Some(circle) = self.circle_mut() {
                    circle.draft.body.focus = true;
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

    /// Whether the plaza or the circle is before the person's eyes.
    pub(super) fn is_outing_seen(&self) -> bool {
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
