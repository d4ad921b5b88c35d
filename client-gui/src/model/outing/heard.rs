//! What the engine tells of plazas, and what becomes of it.

use acaso_shared::protocol::plaza::PlazaFacts;
use acaso_shared::session::plaza::PlazaNews;
use acaso_shared::session::{Ending, Problem};

use super::{Front, OfPlazas, Outing};
use crate::model::{AskedName, Effect, Failed, Model, Now, Plazas, Screen, Trouble};

impl Model {
    /// Takes in what the engine tells about plazas.
    pub fn heard_of_plazas(&mut self, told: OfPlazas, now: &Now) -> Vec<Effect> {
        match told {
            OfPlazas::Listed(found) => self.listed(found, now),
            OfPlazas::News(news) => self.happened(news, now),
        }
    }

    fn listed(&mut self, found: Result<Vec<PlazaFacts>, Problem>, now: &Now) -> Vec<Effect> {
        let choosing = matches!(self.outing, Some(Outing::Choosing(_)));
        let found = match found {
            Err(problem) if choosing && self.wants_login(&problem) => {
                return self.back_to_login(problem, now);
            }
            found => found,
        };
        match (&mut self.outing, found) {
            (Some(Outing::Choosing(plazas)), Ok(found)) => {
                plazas.found(found);
                self.remember_server()
            }
            (Some(Outing::Choosing(plazas)), Err(problem)) => {
                plazas.failed(problem, now);
                Vec::new()
            }
            // Asked only to offer one to somebody who waits: that it could not be answered is nothing they asked about.
            (None, Ok(found)) => {
                if let Screen::Waiting(waiting) = &mut self.screen {
                    waiting.plaza = found.into_iter().max_by_key(|plaza| plaza.people);
                }
                Vec::new()
            }
            (None, Err(_)) | (Some(Outing::Inside(_) | Outing::Door(_) | Outing::Circle(_)), _) => Vec::new(),
        }
    }

    pub(super) fn wants_login(&self, problem: &Problem) -> bool {
        let asked = matches!(problem, Problem::LoginNeeded { .. } | Problem::LoginWrong { .. });
        asked && matches!(self.screen, Screen::First)
    }

    /// The server asks for a login: its fields are on the first screen.
    pub(super) fn back_to_login(&mut self, problem: Problem, now: &Now) -> Vec<Effect> {
        self.outing = None;
        self.front = Front::Visit;
        let asked = self.ask_for_login(&Ending::Problem(problem.clone()));
        let at = now.local.clone();
        self.first
            .fail(Trouble::Problem(Box::new(Failed { problem, at })));
        asked
    }

    fn happened(&mut self, news: PlazaNews, now: &Now) -> Vec<Effect> {
        let seen = self.is_outing_seen();
        let (focused, told) = (self.focused, self.settings.notices);
        let Some(plaza) = self.plaza_mut() else {
            return Vec::new();
        };
        if let PlazaNews::Closed(ending) = &news
            && !plaza.was_inside()
        {
            let ending = ending.clone();
            return self.shut_out(ending, now);
        }
        let notice = plaza.hear(news, seen, now);
        notice
            .filter(|_| told && !focused)
            .map(Effect::Tell)
            .into_iter()
            .collect()
    }

    /// It did not let us in: back to the list, with the reason.
    fn shut_out(&mut self, ending: Ending, now: &Now) -> Vec<Effect> {
        let Some(Outing::Inside(plaza)) = self.outing.take() else {
            return Vec::new();
        };
        let mut plazas = Plazas::of(plaza.visit.visit.clone(), AskedName::default());
        self.keep_post(*plaza);
        match ending {
            Ending::Problem(problem) if self.wants_login(&problem) => {
                return self.back_to_login(problem, now);
            }
            Ending::Problem(problem) => plazas.failed(problem, now),
            Ending::Closing(_) => plazas.failed(Problem::Closing, now),
            Ending::Left => {
                self.front = Front::Visit;
                return Vec::new();
            }
        }
        // Who has turned away from it meanwhile is not called back.
        self.outing = (self.front == Front::Outing).then(|| Outing::Choosing(Box::new(plazas)));
        Vec::new()
    }
}
