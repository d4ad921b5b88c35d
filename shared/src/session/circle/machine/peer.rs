//! Another member: the connections to it, of which at most one is in use, and what was said and heard. Whose key is the lower one chooses
//! which. Whatever happens to connections, nothing of what was said is lost, doubled or reordered while both remember each other.

use std::time::Instant;

use super::lobby::Met;
use super::search::{Places, Search, Wanted, pause_after};
use super::{Action, Around, LinkId, Target};
use crate::ids::{Fingerprint, MessageText, Name};
use crate::limits::OUTBOX_MESSAGES_MAX;
use crate::protocol::VERSIONS;
use crate::protocol::circle::CircleMember;
use crate::protocol::peer::{Acquaintance, PeerMessage};
use crate::session::Timings;
use crate::session::circle::{CircleNews, Path};
use crate::session::event::MessageId;
use crate::session::state::{Arrival, Delivery, Due, Impossible};
use crate::transport::quic::peers::Route;

/// Connections to one member that may stand or be made beside the one in use: one from each of its addresses, and as many to them, come
/// at once at worst; more is somebody who makes them for the sake of it.
const CANDIDATES_MAX: usize = 8;

/// A message that is kept until it is known to have arrived.
#[derive(Clone, Debug)]
struct Kept {
    sequence: u64,
    id: MessageId,
    text: MessageText,
}

/// What they are to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    /// Never reached, or not again after they were missed for too long.
    Introduced {
        /// The person was told that they cannot be reached.
        told: bool,
        /// The server knows them no more: then they are forgotten.
        until: Option<Instant>,
    },
    /// Their handshake stands.
    Here,
    /// The link is lost.
    Away { until: Instant },
    /// Not coming back with this key, or forgotten.
    Gone { for_good: bool },
}

/// A connection.
#[derive(Debug)]
struct Connection {
    link: LinkId,
    route: Route,
    since: Instant,
    stage: Stage,
    /// What we say in our `Hello` there of how well we know each other; said or not.
    greeting: Acquaintance,
    greeted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// It stands; another one may be chosen.
    Standing,
    /// Its stream is being opened, and the words are being proved.
    Beginning,
    /// The `Hello`s are on their way, or were heard.
    Greeting,
}

/// One other member.
#[derive(Debug)]
pub(super) struct Peer {
    key: Fingerprint,
    shown: CircleMember,
    number: Option<CircleMember>,
    places: Places,
    chooses: bool,
    presence: Presence,
    /// The connection in use.
    current: Option<Connection>,
    candidates: Vec<Connection>,
    search: Search,
    acquaintance: Acquaintance,
    delivery: Delivery<Kept>,
    /// Since when nothing came of what we said on the connection in use.
    unanswered: Option<Instant>,
}

impl Connection {
    fn path(&self) -> Path {
        match self.route {
            Route::Direct(_) => Path::Direct,
            Route::Relayed(_) => Path::Relayed,
        }
    }
}

impl Peer {
    /// Somebody of whom we know nothing but the key. If `chooses`, it is we who choose among connections.
    pub(super) fn new(key: Fingerprint, shown: CircleMember, chooses: bool, ours: u64) -> Self {
        Self {
            key,
            shown,
            number: None,
            places: Places::default(),
            chooses,
            presence: Presence::Introduced {
                told: false,
                until: None,
            },
            current: None,
            candidates: Vec::new(),
            search: Search::Idle,
            acquaintance: Acquaintance { ours, theirs: None },
            delivery: Delivery::new(),
            unanswered: None,
        }
    }

    pub(super) fn key(&self) -> Fingerprint {
        self.key
    }

    /// By which number the person knows them.
    pub(super) fn shown(&self) -> CircleMember {
        self.shown
    }

    /// By which number the server knows them at the moment.
    pub(super) fn number(&self) -> Option<CircleMember> {
        self.number
    }

    pub(super) fn has(&self, link: LinkId) -> bool {
        self.connections().any(|connection| connection.link == link)
    }

    /// Whether what is said is for them, too.
    pub(super) fn is_known(&self) -> bool {
        matches!(self.presence, Presence::Here | Presence::Away { .. })
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self.presence, Presence::Gone { .. })
    }

    /// Whether nobody comes with that key again.
    pub(super) fn has_left(&self) -> bool {
        self.presence == Presence::Gone { for_good: true }
    }

    fn connections(&self) -> impl Iterator<Item = &Connection> {
        self.current.iter().chain(&self.candidates)
    }

    pub(super) fn deadline(&self, timings: &Timings) -> Option<Instant> {
        let presence = match self.presence {
            Presence::Away { until } => Some(until),
            Presence::Introduced { until, .. } => until,
            Presence::Here | Presence::Gone { .. } => None,
        };
        let candidates = self.candidates.iter();
        let patience = candidates.map(|candidate| candidate.since + 2 * timings.meeting);
        let unanswered = self.unanswered.map(|since| since + timings.unanswered);
        let acknowledging = self.delivery.deadline().filter(|_| self.current.is_some());
        let own = [presence, self.search.deadline(), unanswered, acknowledging];
        own.into_iter().flatten().chain(patience).min()
    }

    pub(super) fn tick(&mut self, around: &mut Around, now: Instant) {
        self.delivery.tick(now);
        if self
            .unanswered
            .is_some_and(|since| since + around.timings.unanswered <= now)
        {
            self.drop_current(around, now);
        }
        self.drop_late(around, now);
        if self.search.deadline().is_some_and(|until| until <= now) {
            self.search_on(around, now);
        }
        match self.presence {
            Presence::Away { until } if until <= now => self.missed_for_too_long(around, now),
            Presence::Introduced {
                told,
                until: Some(until),
            } if until <= now => {
                if told {
                    self.tell_went(around, false);
                }
                self.go(around, false);
            }
            _ => {}
        }
    }

    // How they are found.

    /// The server says where they may be.
    pub(super) fn introduced(&mut self, around: &mut Around, met: Met, now: Instant) {
        self.number = Some(met.member);
        self.places.learn(met, around.at_home);
        if let Presence::Introduced { until, .. } = &mut self.presence {
            *until = None;
        }
        self.search_now(around, now);
    }

    /// The server was started anew, or we were: it has not said yet by which number it knows them now.
    pub(super) fn forget_number(&mut self, around: &Timings, now: Instant) {
        self.number = None;
        self.forget_at(now + around.grace);
    }

    /// The server lost sight of them. If we did not, that is all.
    pub(super) fn out_of_sight(&mut self, timings: &Timings, now: Instant) {
        self.number = None;
        self.forget_at(now + 2 * timings.meeting);
    }

    fn forget_at(&mut self, at: Instant) {
        if let Presence::Introduced { until, .. } = &mut self.presence {
            *until = Some(at);
        }
    }

    /// Looks for a way at once, unless there is one that leaves nothing to wish for.
    pub(super) fn search_now(&mut self, around: &mut Around, now: Instant) {
        let is_direct = |current: &Connection| current.path() == Path::Direct;
        if !self.current.as_ref().is_some_and(is_direct) {
            self.search(around, 1, now);
        }
    }

    fn search(&mut self, around: &mut Around, attempt: u32, now: Instant) {
        let targets = self.places.targets(around);
        if targets.is_empty() {
            return self.search_by_relay(around, attempt, now);
        }
        let until = now + around.timings.meeting;
        self.search = Search::Direct { until, attempt };
        around.act(Action::Dial {
            key: self.key,
            targets,
        });
    }

    fn search_by_relay(&mut self, around: &mut Around, attempt: u32, now: Instant) {
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

    fn search_on(&mut self, around: &mut Around, now: Instant) {
        match self.search {
            Search::Idle => {}
            Search::Direct { attempt, .. } => self.search_by_relay(around, attempt, now),
            Search::Relayed { attempt, .. } => self.found_nothing(around, attempt, now),
            Search::Resting { attempt, .. } => self.search(around, attempt, now),
        }
    }

    fn found_nothing(&mut self, around: &mut Around, attempt: u32, now: Instant) {
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

    fn rest(&mut self, around: &mut Around, attempt: u32, now: Instant) {
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

    // Which connection is used.

    /// A connection stands.
    pub(super) fn connected(&mut self, around: &mut Around, link: LinkId, route: Route, now: Instant) {
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
    fn choose(&mut self, around: &mut Around, now: Instant) {
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
                return around.act(Action::Begin { link, opens: true });
            }
            self.candidates.remove(0);
            around.act(Action::Part { link });
        }
    }

    /// Whoever has a link does not dial: if one comes when those of the search in which ours was found are over, they have lost it.
    fn is_of_use(&self, candidate: &Connection, timings: &Timings, now: Instant) -> bool {
        if mistaken(Mistake::NobodyChooses) {
            return false;
        }
        self.current.as_ref().is_none_or(|current| {
            let shorter = current.path() == Path::Relayed && candidate.path() == Path::Direct;
            shorter || now.saturating_duration_since(current.since) > 2 * timings.meeting
        })
    }

    /// That connection's stream stands, and whoever is there may say their name.
    pub(super) fn begun(&mut self, link: LinkId, now: Instant) {
        let greeting = self.acquaintance;
        if let Some(candidate) = self.candidate(link) {
            candidate.stage = Stage::Greeting;
            candidate.since = now;
            candidate.greeting = greeting;
        }
    }

    fn candidate(&mut self, link: LinkId) -> Option<&mut Connection> {
        self.candidates
            .iter_mut()
            .find(|candidate| candidate.link == link)
    }

    fn is_current(&self, link: LinkId) -> bool {
        if mistaken(Mistake::AnyConnection) && self.current.is_some() {
            return true;
        }
        self.current.as_ref().is_some_and(|current| current.link == link)
    }

    /// A connection is no more.
    pub(super) fn broken(&mut self, around: &mut Around, link: LinkId, now: Instant) {
        if self.is_current(link) {
            return self.drop_current(around, now);
        }
        if self.candidate(link).is_some() {
            self.drop_candidates(around, |candidate| candidate.link == link);
            self.choose_again(around, now);
        }
    }

    fn choose_again(&mut self, around: &mut Around, now: Instant) {
        if self.chooses {
            self.choose(around, now);
        }
    }

    fn drop_late(&mut self, around: &mut Around, now: Instant) {
        let patience = 2 * around.timings.meeting;
        let before = self.candidates.len();
        self.drop_candidates(around, |candidate| candidate.since + patience <= now);
        if self.candidates.len() < before {
            self.choose_again(around, now);
        }
    }

    fn drop_candidates(&mut self, around: &mut Around, which: impl Fn(&Connection) -> bool) {
        for candidate in self.candidates.extract_if(.., |candidate| which(candidate)) {
            let link = candidate.link;
            around.act(Action::Part { link });
        }
    }

    /// The link is lost: what is said is kept, and the way back is looked for.
    fn drop_current(&mut self, around: &mut Around, now: Instant) {
        let Some(Connection { link, .. }) = self.current.take() else {
            return;
        };
        around.act(Action::Part { link });
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
    pub(super) fn did_not_prove(&mut self, around: &mut Around, now: Instant) {
        if self.current.is_none() {
            self.rest(around, u32::MAX, now);
        }
    }

    /// That is not one of us: never with that key.
    pub(super) fn is_strange(&mut self, around: &mut Around) {
        if self.is_known() {
            self.give_up(around);
            self.tell_went(around, false);
        }
        self.go(around, true);
    }

    // What is said.

    /// A message for them. Whoever does not take them for so long is not waited for.
    pub(super) fn say(&mut self, around: &mut Around, id: MessageId, text: &MessageText) {
        let sequence = self.delivery.said();
        let text = text.clone();
        self.delivery.keep(Kept { sequence, id, text });
        if self.delivery.kept().len() > OUTBOX_MESSAGES_MAX {
            self.give_up(around);
            self.tell_went(around, false);
            self.go(around, false);
        }
    }

    pub(super) fn heard(&mut self, around: &mut Around, link: LinkId, message: PeerMessage, now: Instant) {
        if !self.is_current(link) {
            return self.greeted(around, link, message, now);
        }
        let possible = match message {
            PeerMessage::Text { sequence, text } => {
                self.text(around, sequence, text, now);
                Ok(())
            }
            PeerMessage::Sync { next } => {
                let arrived = self.delivery.synced(next);
                self.arrived(around, arrived, true, now)
            }
            PeerMessage::Ack { next } => {
                let arrived = self.delivery.acknowledged(next);
                self.arrived(around, arrived, false, now)
            }
            PeerMessage::Bye => {
                self.give_up(around);
                self.tell_went(around, true);
                self.go(around, true);
                Ok(())
            }
            PeerMessage::Spake(_) | PeerMessage::Confirm(_) | PeerMessage::Hello { .. } => Err(()),
        };
        if possible.is_err() {
            tracing::debug!("a member says what cannot be");
            self.is_strange(around);
        }
    }

    fn text(&mut self, around: &mut Around, sequence: u64, text: MessageText, now: Instant) {
        if self.delivery.arrival(sequence) == Arrival::Next {
            self.delivery.took(now);
            let member = self.shown;
            around.tell(CircleNews::Said { member, text });
        }
    }

    fn arrived(
        &mut self,
        around: &mut Around,
        arrived: Result<Vec<Kept>, Impossible>,
        settles: bool,
        now: Instant,
    ) -> Result<(), ()> {
        let arrived = arrived.map_err(|error| tracing::debug!(%error, "impossible"))?;
        if settles || !arrived.is_empty() {
            let waits = !self.delivery.kept().is_empty() || !self.delivery.is_settled();
            self.unanswered = waits.then_some(now);
        }
        let member = self.shown;
        for Kept { id, .. } in arrived {
            around.tell(CircleNews::Delivered { id, member });
        }
        Ok(())
    }

    /// The first words on a connection that is not in use yet.
    fn greeted(&mut self, around: &mut Around, link: LinkId, message: PeerMessage, now: Instant) {
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
            _ => self.is_strange(around),
        }
    }

    /// From here on that connection is the one in use.
    fn stands(
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

    fn tell_stands(&self, around: &mut Around, name: Name, path: Path, path_before: Option<Path>) {
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
    fn begin_anew(&mut self, around: &mut Around) {
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
    fn missed_for_too_long(&mut self, around: &mut Around, now: Instant) {
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

    /// What is next to be said on that connection.
    pub(super) fn due(&mut self, link: LinkId, name: &Name, now: Instant) -> Option<PeerMessage> {
        let mut connections = self.current.iter_mut().chain(&mut self.candidates);
        let connection = connections.find(|connection| connection.link == link)?;
        if connection.stage != Stage::Greeting {
            return None;
        }
        if !std::mem::replace(&mut connection.greeted, true) {
            return Some(PeerMessage::Hello {
                versions: VERSIONS,
                name: name.clone(),
                acquaintance: connection.greeting,
            });
        }
        if !self.is_current(link) {
            return None;
        }
        Some(match self.delivery.due()? {
            Due::Sync { next } => PeerMessage::Sync { next },
            Due::Ack { next } => PeerMessage::Ack { next },
            Due::Message(Kept { sequence, text, .. }) => {
                self.unanswered.get_or_insert(now);
                PeerMessage::Text { sequence, text }
            }
        })
    }

    // How it ends.

    /// What is not known to have arrived there never will be.
    pub(super) fn give_up(&self, around: &mut Around) {
        let member = self.shown;
        for Kept { id, .. } in self.delivery.kept() {
            around.tell(CircleNews::NotDelivered { id: *id, member });
        }
    }

    fn tell_went(&self, around: &mut Around, left: bool) {
        let member = self.shown;
        around.tell(CircleNews::Went { member, left });
    }

    fn go(&mut self, around: &mut Around, for_good: bool) {
        around.act(Action::StopDialling { key: self.key });
        self.drop_candidates(around, |_| true);
        if let Some(Connection { link, .. }) = self.current.take() {
            around.act(Action::Part { link });
        }
        self.search = Search::Idle;
        self.unanswered = None;
        self.presence = Presence::Gone { for_good };
    }
}

/// A planted mistake, for the simulation to find. None is ever there outside tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mistake {
    AlwaysGoesOn,
    AnyConnection,
    NobodyChooses,
}

#[cfg(not(test))]
fn mistaken(_: Mistake) -> bool {
    false
}

#[cfg(test)]
thread_local! {
    /// The mistake that is planted in this thread at the moment.
    static PLANTED: std::cell::Cell<Option<Mistake>> = const { std::cell::Cell::new(None) };
}

#[cfg(test)]
fn mistaken(which: Mistake) -> bool {
    PLANTED.get() == Some(which)
}

#[cfg(test)]
impl Mistake {
    /// Plants it in this thread, or takes it out again.
    pub(super) fn plant(which: Option<Self>) {
        PLANTED.set(which);
    }
}
