//! What the window asks before it closes: only if something is lost by it that nobody else has.

use super::{Circle, Effect, Model, Plaza};

/// What would be lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closing {
    /// Something written to this plaza, and not posted for certain.
    Draft {
        /// The plaza, fit to be shown.
        plaza: String,
    },
    /// Something written to this circle, and not known to have arrived.
    Words {
        /// Its name, if it has one, fit to be shown.
        circle: Option<String>,
    },
    /// The servers that run in this program, and with them who is there.
    Hosting {
        /// How many people.
        people: usize,
    },
}

impl Model {
    /// The window is asked to close. Answers whether it may; else it asks.
    pub fn may_close(&mut self) -> bool {
        if self.sure_to_close {
            return true;
        }
        self.closing = self.lost_by_closing();
        self.closing_focus = self.closing.is_some();
        self.closing.is_none()
    }

    /// What is of others is asked about first, and once: servers that say goodbye do so also while the window closes.
    fn lost_by_closing(&self) -> Option<Closing> {
        if self.host.is_hosting() && !self.host.is_closing() {
            let people = self.host.people();
            return Some(Closing::Hosting { people });
        }
        self.lost_of_circles().or_else(|| self.lost_of_plazas())
    }

    fn lost_of_circles(&self) -> Option<Closing> {
        let writing = self.circle().filter(|circle| circle.has_unfinished());
        let circle = writing
            .map(|circle| circle.name.clone())
            .or_else(|| self.words_kept.first().map(|kept| Circle::shown(&kept.visit)))?;
        Some(Closing::Words { circle })
    }

    fn lost_of_plazas(&self) -> Option<Closing> {
        let writing = self.plaza().filter(|plaza| plaza.has_unfinished());
        let plaza = writing
            .map(|plaza| plaza.name.clone())
            .or_else(|| self.posts_kept.first().map(|kept| Plaza::shown(&kept.visit)))?;
        Some(Closing::Draft { plaza })
    }

    /// The window stays open.
    pub(super) fn keep_open(&mut self) -> Vec<Effect> {
        self.closing = None;
        self.host.stay();
        self.bring(self.front)
    }

    /// The window closes all the same.
    pub(super) fn close_anyway(&mut self) -> Vec<Effect> {
        if let Some(Closing::Hosting { .. }) = self.closing.take() {
            // A goodbye to everybody comes first; then the window is asked to close again.
            return self.host.stop_all();
        }
        self.sure_to_close = true;
        vec![Effect::Close]
    }
}
