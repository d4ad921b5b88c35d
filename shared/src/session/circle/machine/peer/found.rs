//! How another member is found, and found again.

use super::{
    Action, Around, CircleNews, Connection, Instant, Met, Path, Peer, Presence, Route, Search, Target,
    Timings, Wanted, pause_after,
};

impl Peer {
    /// The server says where they may be.
    pub(in crate::session::circle::machine) fn introduced(
        &mut self,
        around: &mut Around,
        met: Met,
        now: Instant,
    ) {
        let is_new = self.number.replace(met.member).is_none() | self.places.learn(met, around.at_home);
        if let Presence::Introduced { until, .. } = &mut self.presence {
            *until = None;
        }
        if is_new {
            self.search_on_news(around, now);
        }
    }

    /// However often somebody's addresses change, they are not called at a higher rate: what is new is tried next, and soon.
    fn search_on_news(&mut self, around: &mut Around, now: Instant) {
        match &mut self.search {
            Search::Idle => self.search_now(around, now),
            Search::Resting { until, .. } => {
                let soonest = self.searched.map(|at| at + 2 * around.timings.meeting);
                *until = soonest.map_or(now, |soonest| soonest.max(now)).min(*until);
                if *until <= now {
                    self.search_on(around, now);
                }
            }
            Search::Direct { .. } | Search::Relayed { .. } => {}
        }
    }

    /// The server was started anew, or we were: it has not said yet by which number it knows them now.
    pub(in crate::session::circle::machine) fn forget_number(&mut self, around: &Timings, now: Instant) {
        self.number = None;
        self.forget_at(now + around.grace);
    }

    /// The server lost sight of them. If we did not, that is all.
    pub(in crate::session::circle::machine) fn out_of_sight(&mut self, timings: &Timings, now: Instant) {
        self.number = None;
        self.forget_at(now + 2 * timings.meeting);
    }

    pub(super) fn forget_at(&mut self, at: Instant) {
        if let Presence::Introduced { until, .. } = &mut self.presence {
            *until = Some(at);
        }
    }

    /// Looks for a way at once, unless there is one that leaves nothing to wish for.
    pub(in crate::session::circle::machine) fn search_now(&mut self, around: &mut Around, now: Instant) {
        let is_direct = |current: &Connection| current.path() == Path::Direct;
        if !self.current.as_ref().is_some_and(is_direct) {
            self.search(around, 1, now);
        }
    }

    pub(super) fn search(&mut self, around: &mut Around, attempt: u32, now: Instant) {
        let targets = self.places.targets(around);
        if targets.is_empty() {
            return self.search_by_relay(around, attempt, now);
        }
        let until = now + around.timings.meeting;
        self.search = Search::Direct { until, attempt };
        self.searched = Some(now);
        around.act(Action::Dial {
            key: self.key,
            targets,
        });
    }

    pub(super) fn search_by_relay(&mut self, around: &mut Around, attempt: u32, now: Instant) {
        if !around.relays || self.number.is_none() || self.current.is_some() {
            return self.found_nothing(around, attempt, now);
        }
        let until = now + around.timings.meeting;
        self.search = Search::Relayed { until, attempt };
        let through_the_server = Target {
            route: Route::Relayed(self.shown.0),
            after: std::time::Duration::ZERO,
        };
        around.act(Action::Dial {
            key: self.key,
            targets: vec![through_the_server],
        });
    }

    pub(super) fn search_on(&mut self, around: &mut Around, now: Instant) {
        match self.search {
            Search::Idle => {}
            Search::Direct { attempt, .. } => self.search_by_relay(around, attempt, now),
            Search::Relayed { attempt, .. } => self.found_nothing(around, attempt, now),
            Search::Resting { attempt, .. } => self.search(around, attempt, now),
        }
    }

    pub(super) fn found_nothing(&mut self, around: &mut Around, attempt: u32, now: Instant) {
        self.rest(around, attempt, now);
        // One that stands may still turn out to be the way.
        if let Presence::Introduced { told, .. } = &mut self.presence
            && self.candidates.is_empty()
            && !std::mem::replace(told, true)
        {
            let member = self.shown;
            around.tell(CircleNews::Unreachable { member });
        }
    }

    pub(super) fn rest(&mut self, around: &mut Around, attempt: u32, now: Instant) {
        around.act(Action::StopDialling { key: self.key });
        let wanted = match (&self.current, self.presence) {
            (Some(_), _) => Wanted::Shorter,
            (None, Presence::Away { .. }) => Wanted::Back,
            (None, _) => Wanted::First,
        };
        let until = now + pause_after(attempt, wanted, around.timings.pause);
        self.search = Search::Resting {
            until,
            attempt: attempt.saturating_add(1),
        };
    }
}
