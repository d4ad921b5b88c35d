//! On the way to a partner: calling, waiting in a room, or about to try again.

use std::fmt;
use std::time::{Duration, Instant};

use acaso_shared::ids::{Code, RoomPort};
use acaso_shared::protocol::plaza::PlazaFacts;
use acaso_shared::session::{Problem, Way};
use jiff::Zoned;

use super::Now;
use crate::wording::{Key, Words};

/// A quiet moment: from here on there are things to do meanwhile.
const OFFERS_AFTER: Duration = Duration::from_secs(15);

/// Waiting for a partner.
#[derive(Debug)]
pub struct Waiting {
    /// The server, as one would type it.
    pub host: String,
    /// How far it is.
    pub state: WaitState,
    /// How long it has taken.
    pub elapsed: Duration,
    /// The person asked to be told when somebody comes.
    pub tell_me: bool,
    /// Seed of this person's half of the meeting.
    pub meeting: [u8; 32],
    /// The fullest plaza of the server, to look into meanwhile; nothing if there is none, or as long as nobody asked.
    pub plaza: Option<PlazaFacts>,
    /// The server was asked which plazas there are.
    pub(super) asked_plazas: bool,
    /// The code by which somebody can come.
    pub invited: Option<Box<Invited>>,
    /// Whom one waits for.
    way: Way,
    since: Instant,
}

/// A code that is good for a while.
#[derive(Clone, PartialEq, Eq)]
pub struct Invited {
    /// The code.
    pub code: Code,
    /// The link with it.
    pub link: String,
    /// Who was kept with it, fit to be shown.
    pub name: Option<String>,
    /// For how much longer it is good, in whole seconds.
    pub left_secs: u64,
    /// The code was copied last.
    pub copied_code: bool,
    /// The link was.
    pub copied_link: bool,
    until: Instant,
}

/// The words stay out of logs, and the link has them in it.
impl fmt::Debug for Invited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invited({:?}, {} s)", self.code, self.left_secs)
    }
}

/// How far the way to a partner is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitState {
    /// Looking the server up, connecting, asking for a seat.
    Calling {
        /// 1 for the first try.
        attempt: u32,
    },
    /// In a room whose other seat is free.
    Seated {
        /// The room.
        port: RoomPort,
        /// How many rooms were in use when the lobby was asked.
        rooms_in_use: u32,
    },
    /// Something broke; the engine tries again by itself.
    TryingAgain {
        /// What broke.
        problem: Box<Problem>,
        /// How long until then, in whole seconds.
        in_secs: u64,
        /// When.
        due: Instant,
        /// When it broke, in local time.
        at: Zoned,
    },
}

impl Waiting {
    /// Waiting begins.
    pub fn new(host: String, way: Way, now: &Now) -> Self {
        Self {
            host,
            invited: None,
            way,
            state: WaitState::Calling { attempt: 1 },
            elapsed: Duration::ZERO,
            tell_me: false,
            meeting: rand::random(),
            plaza: None,
            asked_plazas: false,
            since: now.instant,
        }
    }

    /// Whether it has taken so long that there are offers for what to do meanwhile. The place is kept.
    pub fn has_offers(&self) -> bool {
        self.is_for_stranger()
            && self.elapsed >= OFFERS_AFTER
            && matches!(self.state, WaitState::Seated { .. })
    }

    /// Whether it is a stranger who is waited for.
    pub fn is_for_stranger(&self) -> bool {
        self.way == Way::Stranger
    }

    /// The head of the screen.
    pub fn title(&self, words: &Words) -> String {
        match &self.state {
            WaitState::Calling { .. } => {
                words.fill(Key::WaitingCalling, &[("host", self.host.as_str().into())])
            }
            WaitState::Seated { .. } if self.invited.is_some() => self.waiting_for(words),
            WaitState::Seated { .. } if !self.is_for_stranger() => words.get(Key::InviteComparing),
            WaitState::Seated { .. } => words.get(Key::WaitingTitle),
            WaitState::TryingAgain { in_secs, .. } => {
                words.fill(Key::WaitingAgain, &[("secs", (*in_secs).into())])
            }
        }
    }

    /// Whom one waits for, who has a code.
    pub fn waiting_for(&self, words: &Words) -> String {
        match self.invited.as_ref().and_then(|invited| invited.name.as_ref()) {
            Some(name) => words.fill(Key::InviteWaitingFor, &[("name", name.into())]),
            None => words.get(Key::InviteWaiting),
        }
    }

    pub(super) fn tick(&mut self, now: &Now) -> Option<Duration> {
        if let Some(invited) = &mut self.invited {
            invited.tick(now);
        }
        self.elapsed = now.instant.saturating_duration_since(self.since);
        self.state.tick(now);
        Some(until_next_second(self.elapsed))
    }
}

impl Invited {
    /// A code that is good for so many milliseconds from now.
    pub(super) fn new(code: Code, link: String, name: Option<String>, millis: u64, now: &Now) -> Self {
        // A day is further off than any invitation's end; what is beyond it is no time but a mistake.
        let until = now.instant + Duration::from_millis(millis.min(86_400_000));
        let mut invited = Self {
            code,
            link,
            name,
            left_secs: 0,
            copied_code: false,
            copied_link: false,
            until,
        };
        invited.tick(now);
        invited
    }

    fn tick(&mut self, now: &Now) {
        let left = self.until.saturating_duration_since(now.instant);
        self.left_secs = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    }
}

impl WaitState {
    /// The engine tries again in so many milliseconds.
    pub(super) fn trying_again(problem: Problem, in_millis: u64, now: &Now) -> Self {
        // An hour is further off than any back-off; what is beyond it is no time but a mistake.
        let due = now.instant + Duration::from_millis(in_millis.min(3_600_000));
        let mut state = Self::TryingAgain {
            problem: Box::new(problem),
            in_secs: 0,
            due,
            at: now.local.clone(),
        };
        state.tick(now);
        state
    }

    /// Counts the seconds down.
    pub(super) fn tick(&mut self, now: &Now) {
        if let Self::TryingAgain { in_secs, due, .. } = self {
            let left = due.saturating_duration_since(now.instant);
            // Rounded up: “in 0 s” would be a lie until it happens.
            *in_secs = left.as_secs() + u64::from(left.subsec_nanos() > 0);
        }
    }
}

/// How long until this span has one more whole second.
pub(super) fn until_next_second(elapsed: Duration) -> Duration {
    Duration::from_secs(1) - Duration::from_nanos(u64::from(elapsed.subsec_nanos()))
}
