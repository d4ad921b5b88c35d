//! Circles: the page that leads to one, and being in one.

use acaso_shared::session::circle::{CircleCommand, CircleNews, CircleVisit};
use acaso_shared::session::{Ending, MessageId, Problem, Visit};

use super::{Front, Outing};
use crate::action::{Action, WhichCircle};
use crate::model::circle::{KeptWords, Wanted};
use crate::model::{Circle, CircleDoor, Effect, Model, Now, Rules, Screen, Way};

/// As many drafts are kept, each at most of the size of a few messages.
const DRAFTS_MAX: usize = 64;

impl Model {
    /// The circle one is in, whether it is in front or behind.
    pub fn circle(&self) -> Option<&Circle> {
        match &self.outing {
            Some(Outing::Circle(circle)) => Some(circle),
            _ => None,
        }
    }

    /// The same, to change it.
    pub fn circle_mut(&mut self) -> Option<&mut Circle> {
        match &mut self.outing {
            Some(Outing::Circle(circle)) => Some(circle),
            _ => None,
        }
    }

    /// The circle, if it stands in front.
    pub(in crate::model) fn circle_in_front(&mut self) -> Option<&mut Circle> {
        let in_front = self.front == Front::Outing;
        self.circle_mut().filter(|_| in_front)
    }

    /// Takes in what the person wishes about circles.
    pub(super) fn in_circle(&mut self, action: &Action, now: &Now) -> Vec<Effect> {
        match action {
            Action::Circles => return self.show_circles(),
            Action::AgreeToCircles => return self.agree_to_circles(),
            Action::EnterCircle(which) => return self.enter_circle(*which),
            Action::LeaveCircle => return self.leave_circle(),
            Action::Say => return self.say_in_circle(now),
            _ => {}
        }
        let Some(circle) = self.circle_in_front() else {
            return Vec::new();
        };
        match action {
            Action::ShowKey(of) => circle.show_key(*of),
            Action::CircleCode => circle.toggle_code(),
            Action::CopyFromSheet => {
                return circle
                    .copy_from_sheet()
                    .map(|text| Effect::Copy(text.into()))
                    .into_iter()
                    .collect();
            }
            _ => {}
        }
        Vec::new()
    }

    /// To the page that leads to a circle, from the first screen as one would meet a stranger; from a circle that is over as well.
    fn show_circles(&mut self) -> Vec<Effect> {
        match self.circle() {
            Some(circle) if circle.is_over() => {
                let visit = circle.visit.visit.clone();
                self.leave_circle();
                return self.open_door(visit);
            }
            Some(_) => return self.bring(Front::Outing),
            None => {}
        }
        if !matches!(self.screen, Screen::First) || self.outing.is_some() {
            return Vec::new();
        }
        let Some((visit, mut effects)) = self.filled_in() else {
            return Vec::new();
        };
        if self.settings.rules_accepted.contains(&visit.server) {
            effects.extend(self.open_door(visit));
        } else {
            self.screen = Screen::Rules(Rules::before(visit.server.clone(), Way::Circle));
            self.visit = Some(visit);
        }
        effects
    }

    /// Opens the page that leads to a circle of that server.
    pub(in crate::model) fn open_door(&mut self, visit: Visit) -> Vec<Effect> {
        let (visit, goes_by) = self.set_out(visit);
        let door = CircleDoor::of(visit, !self.settings.circles_agreed, goes_by);
        self.go_out(Outing::Door(Box::new(door)));
        Vec::new()
    }

    /// Asked once, ever.
    fn agree_to_circles(&mut self) -> Vec<Effect> {
        let Some(Outing::Door(door)) = &mut self.outing else {
            return Vec::new();
        };
        door.agree();
        self.settings.circles_agreed = true;
        vec![Effect::Save]
    }

    fn enter_circle(&mut self, which: WhichCircle) -> Vec<Effect> {
        let Some(Outing::Door(door)) = self.outing.as_mut().filter(|_| self.settings.circles_agreed) else {
            return Vec::new();
        };
        let mut visit = door.visit.clone();
        let Ok(name) = door.goes_by.read() else {
            return Vec::new();
        };
        let Some(circle) = door.read(which) else {
            return Vec::new();
        };
        let mut effects = self.go_by(name, &mut visit);
        let visit = CircleVisit { visit, circle };
        let kept = self.take_words(&visit);
        self.next_outing += 1;
        let inside = Circle::new(self.next_outing, visit.clone(), kept);
        self.go_out(Outing::Circle(Box::new(inside)));
        effects.push(Effect::EnterCircle(visit));
        effects
    }

    /// Out of the circle. What was being written there is there again when one comes back.
    fn leave_circle(&mut self) -> Vec<Effect> {
        let Some(Outing::Circle(circle)) = self.outing.take_if(|outing| matches!(outing, Outing::Circle(_)))
        else {
            return Vec::new();
        };
        let over = circle.is_over();
        self.keep_words(*circle);
        self.come_home();
        if over {
            Vec::new()
        } else {
            vec![Effect::AskCircle(CircleCommand::Leave)]
        }
    }

    fn say_in_circle(&mut self, now: &Now) -> Vec<Effect> {
        let id = MessageId(self.next_message);
        let Some(circle) = self.circle_in_front() else {
            return Vec::new();
        };
        match circle.say(id, now) {
            Wanted::Nothing => Vec::new(),
            Wanted::Leave => {
                circle.draft.body.text.clear();
                self.leave_circle()
            }
            Wanted::Say(command) => {
                self.next_message += 1;
                vec![Effect::AskCircle(command)]
            }
        }
    }

    /// Takes in what the engine tells about the circle.
    pub fn heard_of_circle(&mut self, news: CircleNews, now: &Now) -> Vec<Effect> {
        let seen = self.is_outing_seen();
        let (focused, told) = (self.focused, self.settings.notices);
        let Some(circle) = self.circle_mut() else {
            return Vec::new();
        };
        if let CircleNews::Closed(ending) = &news
            && !circle.was_inside()
        {
            let ending = ending.clone();
            return self.turned_away(ending, now);
        }
        let let_in = matches!(news, CircleNews::Gathered { .. });
        let notice = circle.hear(news, seen, now);
        let mut effects = if let_in {
            self.remember_server()
        } else {
            Vec::new()
        };
        effects.extend(notice.filter(|_| told && !focused).map(Effect::Tell));
        effects
    }

    /// It did not let us in: back to the page, with the reason.
    fn turned_away(&mut self, ending: Ending, now: &Now) -> Vec<Effect> {
        let Some(Outing::Circle(circle)) = self.outing.take() else {
            return Vec::new();
        };
        let visit = circle.visit.clone();
        self.keep_words(*circle);
        let problem = match ending {
            Ending::Problem(problem) if self.wants_login(&problem) => {
                return self.back_to_login(problem, now);
            }
            Ending::Problem(problem) => problem,
            Ending::Closing(_) => Problem::Closing,
            Ending::Left => {
                self.come_home();
                return Vec::new();
            }
        };
        // Who has turned away from it meanwhile is not called back.
        self.outing = (self.front == Front::Outing)
            .then(|| Outing::Door(Box::new(CircleDoor::back_from(visit, problem, now))));
        Vec::new()
    }

    /// Keeps what was being written as long as this window is open.
    fn keep_words(&mut self, circle: Circle) {
        if let Some(kept) = circle.unfinished() {
            self.words_kept.insert(0, kept);
            self.words_kept.truncate(DRAFTS_MAX);
        }
    }

    fn take_words(&mut self, visit: &CircleVisit) -> Option<String> {
        let same = |kept: &KeptWords| {
            kept.visit.circle == visit.circle && kept.visit.visit.server == visit.visit.server
        };
        let place = self.words_kept.iter().position(same)?;
        Some(self.words_kept.remove(place).text)
    }
}
