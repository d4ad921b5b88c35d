//! On the way to a seat: how often it was tried, what is worth trying again, and after how long.

use std::time::Duration;

use crate::limits::BACKOFF_SECS;
use crate::session::event::{Problem, Visit};

/// An attempt, or the pause before the next one.
#[derive(Clone, Debug)]
pub(super) struct Calling {
    pub(super) visit: Visit,
    /// Attempts since the person asked, or since the link was lost.
    pub(super) attempt: u32,
    /// Doors found shut in a row, and whether nothing listened at any of them.
    pub(super) shut: u32,
    pub(super) all_refused: bool,
    /// We have been in a room of this visit, and come back by ourselves: passing problems are tried again.
    pub(super) returning: bool,
}

impl Calling {
    pub(super) fn first(visit: Visit) -> Self {
        Self {
            visit,
            attempt: 1,
            shut: 0,
            all_refused: true,
            returning: false,
        }
    }

    pub(super) fn returning(visit: Visit) -> Self {
        Self {
            returning: true,
            ..Self::first(visit)
        }
    }
}

/// Whether waiting may help.
pub(super) fn passes(problem: &Problem) -> bool {
    match problem {
        Problem::NameNotFound { .. }
        | Problem::ConnectionRefused { .. }
        | Problem::TimedOut { .. }
        | Problem::Full { .. }
        | Problem::Registry { .. }
        | Problem::Closing
        | Problem::SlowDown { .. }
        | Problem::DoorShut
        | Problem::LinkLost => true,
        Problem::NotAcaso { .. }
        | Problem::PlainRefused { .. }
        | Problem::IdentityChanged { .. }
        | Problem::RoomIdentity { .. }
        | Problem::Version { .. }
        | Problem::RoomUnreachable { .. }
        | Problem::Unverified
        | Problem::LoginNeeded { .. }
        | Problem::LoginWrong { .. }
        | Problem::Banned { .. }
        | Problem::Protocol
        | Problem::Pins { .. } => false,
    }
}

/// 1, 2, 4 … 30 seconds, or what the server asked for; with up to half a second of chance, so that a thousand clients that lost
/// one server do not come back in one moment.
pub(super) fn pause_before(attempt: u32, problem: &Problem) -> Duration {
    let step = usize::try_from(attempt.saturating_sub(1)).unwrap_or(usize::MAX);
    let usual = BACKOFF_SECS[step.min(BACKOFF_SECS.len() - 1)];
    let asked = match problem {
        Problem::Full { retry_after_secs, .. }
        | Problem::Registry { retry_after_secs }
        | Problem::SlowDown { retry_after_secs } => u64::from(*retry_after_secs),
        _ => 0,
    };
    Duration::from_secs(usual.max(asked)) + Duration::from_millis(rand::random_range(0..500))
}
