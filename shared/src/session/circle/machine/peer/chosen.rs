//! Which of the connections to another member is used, and what it is when both have said hello.

use super::{
    Acquaintance, Action, Around, CANDIDATES_MAX, CircleNews, Connection, Delivery, Instant, LinkId,
    MISTAKES_MAX, Mistake, Name, Path, Peer, PeerMessage, Presence, Route, Search, Stage, Timings, VERSIONS,
    mistaken,
};

impl Peer {
    /// A connection stands.
    pub(in crate::session::circle::machine) fn connected(
        &mut self,
        around: &mut Around,
        link: LinkId,
        route: Route,
        now: Instant,
    ) {
        if self.candidates.len() >= CANDIDATES_MAX {
            return around.act(Action::Part { link });
        }
        let stage = match self.chooses {
            true => Stage::Standing,
            false => Stage::Beginning,
        };
        self.candidates.push(Connection {
            link,
            route,
            since: now,
            stage,
            greeting: self.acquaintance,
            greeted: false,
        });
        if self.chooses {
            self.choose(around, now);
        } else {
            around.act(Action::Begin { link, opens: false });
        }
    }

    /// One after the other; those that are of no use are closed.
    pub(super) fn choose(&mut self, around: &mut Around, now: Instant) {
        if self
            .candidates
            .iter()
            .any(|candidate| candidate.stage != Stage::Standing)
        {
            return;
        }
        while let Some(first) = self.candidates.first() {
            let link = first.link;
            if self.is_of_use(first, &around.timings, now) {
                self.candidates[0].stage = Stage::Beginning;
                self.candidates[0].since = now;
                return around.act(Action::Begin { link, opens: true });
            }
            self.candidates.remove(0);
            around.act(Action::Part { link });
        }
    }

    /// Whoever has a link does not dial: if one comes when those of the search in which ours was found are over, they have lost it.
    pub(super) fn is_of_use(&self, candidate: &Connection, timings: &Timings, now: Instant) -> bool {
        if mistaken(Mistake::NobodyChooses) {
            return false;
        }
        self.current.as_ref().is_none_or(|current| {
            let shorter = current.path() == Path::Relayed && candidate.path() == Path::Direct;
            shorter || now.saturating_duration_since(current.since) > 2 * timings.meeting
        })
    }

    /// That connection's stream stands, and whoever is there may say their name.
    pub(in crate::session::circle::machine) fn begun(&mut self, link: LinkId, now: Instant) {
        let greeting = self.acquaintance;
        if let Some(candidate) = self.candidate(link) {
            candidate.stage = Stage::Greeting;
            candidate.since = now;
            candidate.greeting = greeting;
        }
    }

    pub(super) fn candidate(&mut self, link: LinkId) -> Option<&mut Connection> {
        self.candidates
            .iter_mut()
            .find(|candidate| candidate.link == link)
    }

    pub(super) fn is_current(&self, link: LinkId) -> bool {
        if mistaken(Mistake::AnyConnection) && self.current.is_some() {
            return true;
        }
        self.current.as_ref().is_some_and(|current| current.link == link)
    }

    /// A connection is no more.
    pub(in crate::session::circle::machine) fn broken(
        &mut self,
        around: &mut Around,
        link: LinkId,
        now: Instant,
    ) {
        if self.is_current(link) {
            return self.drop_current(around, now);
        }
        if self.candidate(link).is_some() {
            self.drop_candidates(around, |candidate| candidate.link == link);
            self.choose_again(around, now);
        }
    }

    pub(super) fn choose_again(&mut self, around: &mut Around, now: Instant) {
        if self.chooses {
            self.choose(around, now);
        }
    }

    pub(super) fn drop_late(&mut self, around: &mut Around, now: Instant) {
        let before = self.candidates.len();
        let (chooses, timings) = (self.chooses, around.timings);
        let is_late = |candidate: &Connection| candidate.since + candidate.patience(chooses, &timings) <= now;
        self.drop_candidates(around, is_late);
        if self.candidates.len() < before {
            self.choose_again(around, now);
        }
    }

    pub(super) fn drop_candidates(&mut self, around: &mut Around, which: impl Fn(&Connection) -> bool) {
        for candidate in self.candidates.extract_if(.., |candidate| which(candidate)) {
            let link = candidate.link;
            around.act(Action::Part { link });
        }
    }

    /// The link is lost: what is said is kept, and the way back is looked for.
    pub(super) fn drop_current(&mut self, around: &mut Around, now: Instant) {
        let Some(Connection { link, .. }) = self.current.take() else {
            return;
        };
        around.act(Action::Part { link });
        // Maybe it is we who have moved.
        around.act(Action::LookAround);
        self.delivery.interrupted();
        self.unanswered = None;
        if self.presence == Presence::Here {
            let until = now + around.timings.grace;
            self.presence = Presence::Away { until };
            let member = self.shown;
            around.tell(CircleNews::Away { member });
        }
        self.search(around, 1, now);
    }

    /// Whoever is there did not know the words, or did not stay to hear it: not looked for so soon.
    pub(in crate::session::circle::machine) fn did_not_prove(&mut self, around: &mut Around, now: Instant) {
        if self.current.is_none() {
            self.rest(around, u32::MAX, now);
        }
    }

    /// What was said cannot be: one of the two has made a mistake, and both begin anew. Whoever makes them for the sake of it is not called
    /// for ever.
    pub(super) fn is_mistaken(&mut self, around: &mut Around, now: Instant) {
        self.mistakes += 1;
        if self.mistakes >= MISTAKES_MAX {
            return self.is_strange(around);
        }
        self.drop_current(around, now);
        self.missed_for_too_long(around, now);
    }

    /// That is not one of us: never with that key.
    pub(in crate::session::circle::machine) fn is_strange(&mut self, around: &mut Around) {
        if self.is_known() {
            self.give_up(around);
            self.tell_went(around, false);
        }
        self.go(around, true);
    }

    /// The first words on a connection that is not in use yet.
    pub(super) fn greeted(&mut self, around: &mut Around, link: LinkId, message: PeerMessage, now: Instant) {
        let at = |candidate: &Connection| candidate.link == link && candidate.stage == Stage::Greeting;
        let Some(at) = self.candidates.iter().position(at) else {
            return;
        };
        match message {
            PeerMessage::Hello {
                versions,
                name,
                acquaintance,
            } if VERSIONS.highest_common(versions).is_some() => {
                let connection = self.candidates.remove(at);
                self.stands(around, connection, name, acquaintance, now);
            }
            _ => self.is_mistaken(around, now),
        }
    }

    /// From here on that connection is the one in use.
    pub(super) fn stands(
        &mut self,
        around: &mut Around,
        mut connection: Connection,
        name: Name,
        theirs: Acquaintance,
        now: Instant,
    ) {
        let path = connection.path();
        let goes_on = connection.greeting.goes_on_with(theirs) || mistaken(Mistake::AlwaysGoesOn);
        self.drop_candidates(around, |_| true);
        self.places.reached(connection.route);
        connection.since = now;
        let before = self.current.replace(connection);
        let path_before = before.as_ref().map(Connection::path);
        if let Some(Connection { link, .. }) = before {
            around.act(Action::Part { link });
        }
        if !goes_on {
            self.begin_anew(around);
        }
        self.acquaintance.theirs = Some(theirs.ours);
        self.delivery.reattached();
        self.unanswered = Some(now);
        self.tell_stands(around, name, path, path_before);
        self.presence = Presence::Here;
        match path {
            Path::Direct => {
                around.act(Action::StopDialling { key: self.key });
                self.search = Search::Idle;
            }
            Path::Relayed => self.rest(around, 1, now),
        }
    }

    pub(super) fn tell_stands(&self, around: &mut Around, name: Name, path: Path, path_before: Option<Path>) {
        let (member, key) = (self.shown, self.key);
        around.tell(match self.presence {
            Presence::Introduced { .. } | Presence::Gone { .. } => CircleNews::Came {
                member,
                name,
                key,
                path,
            },
            Presence::Away { .. } => CircleNews::Back { member, path },
            Presence::Here if path_before == Some(path) => return,
            Presence::Here => CircleNews::Path { member, path },
        });
    }

    /// One of the two remembers another acquaintance: what was not delivered then never will be.
    pub(super) fn begin_anew(&mut self, around: &mut Around) {
        self.give_up(around);
        self.delivery = Delivery::new();
        if self.is_known() {
            self.tell_went(around, false);
            self.presence = Presence::Introduced {
                told: true,
                until: None,
            };
        }
    }

    /// Nobody waits for them any more. If the server still knows them they may come as somebody new.
    pub(super) fn missed_for_too_long(&mut self, around: &mut Around, now: Instant) {
        let next = self.acquaintance.ours + 1;
        // On those we may have said that we remember them.
        self.drop_candidates(around, |_| true);
        self.begin_anew(around);
        self.acquaintance = Acquaintance {
            ours: next,
            theirs: None,
        };
        if self.number.is_none() {
            return self.go(around, false);
        }
        self.search(around, 1, now);
    }
}
