//! Another member: the connections to it, of which at most one is in use, and what was said and heard. Whose key is the lower one chooses
//! which. Whatever happens to connections, nothing of what was said is lost, doubled or reordered while both remember each other.

mod chosen;
mod found;
mod said;

use std::time::{Duration, Instant};

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

/// After so many things said that cannot be nobody is called again with that key.
const MISTAKES_MAX: u32 = 3;

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
    /// When it was looked for last.
    searched: Option<Instant>,
    /// How often they said what cannot be.
    mistakes: u32,
    acquaintance: Acquaintance,
    delivery: Delivery<Kept>,
    /// Since when nothing came of what we said on the connection in use.
    unanswered: Option<Instant>,
}

impl Connection {
    /// How long it may be no more than a candidate. One that is being tried has less time than those that wait for it to fail.
    fn patience(&self, chooses: bool, timings: &Timings) -> Duration {
        match chooses && self.stage != Stage::Standing {
            true => timings.meeting,
            false => 2 * timings.meeting,
        }
    }

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
            searched: None,
            mistakes: 0,
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

    /// Since when, or until when, nobody would miss them much: the server has lost sight of them, and so have we.
    pub(super) fn spared(&self) -> Option<Option<Instant>> {
        match self.presence {
            _ if self.number.is_some() => None,
            Presence::Introduced { until, .. } => Some(until),
            Presence::Away { until } => Some(Some(until)),
            Presence::Here | Presence::Gone { .. } => None,
        }
    }

    /// Others are in their place.
    pub(super) fn forget(&mut self, around: &mut Around) {
        self.give_up(around);
        if self.is_known() || matches!(self.presence, Presence::Introduced { told: true, .. }) {
            self.tell_went(around, false);
        }
        self.go(around, false);
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
        let patience =
            candidates.map(|candidate| candidate.since + candidate.patience(self.chooses, timings));
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
impl Peer {
    /// Whether they said what cannot be, of which members who make no mistakes say nothing.
    pub(super) fn is_blamed(&self) -> bool {
        self.mistakes > 0
    }
}

#[cfg(test)]
impl Mistake {
    /// Plants it in this thread, or takes it out again.
    pub(super) fn plant(which: Option<Self>) {
        PLANTED.set(which);
    }
}
