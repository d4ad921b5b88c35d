//! On the way to a seat: how often it was tried, what is worth trying again, and after how long.

use std::time::{Duration, Instant};

use super::{Action, Appointment, Machine, State};
use crate::limits::{BACKOFF_SECS, SHUT_DOOR_RETRIES, TAKEN_SEAT_RETRIES};
use crate::session::call::Failed;
use crate::session::event::{Ending, Event, Problem, Visit};

/// An attempt, or the pause before the next one.
#[derive(Clone, Debug)]
pub(super) struct Calling {
    pub(super) visit: Visit,
    /// Whom we are to meet, if not a stranger.
    pub(super) appointment: Option<Appointment>,
    /// Attempts since the person asked, or since the link was lost.
    pub(super) attempt: u32,
    /// Doors found shut in a row, and whether nothing listened at any of them.
    shut: u32,
    all_refused: bool,
    /// How often the seat beside whom we are to meet was not free.
    taken: u32,
    /// We have been in a room of this visit, and come back by ourselves: passing problems are tried again.
    returning: bool,
}

impl Calling {
    pub(super) fn first(visit: Visit) -> Self {
        Self {
            appointment: Appointment::of(&visit),
            visit,
            attempt: 1,
            shut: 0,
            all_refused: true,
            taken: 0,
            returning: false,
        }
    }

    /// Back to where a stranger is found.
    pub(super) fn returning(visit: Visit) -> Self {
        Self::back_to(visit, None)
    }

    /// The same for whoever has an appointment, and goes on waiting for that.
    pub(super) fn back_to(visit: Visit, appointment: Option<Appointment>) -> Self {
        Self {
            returning: true,
            appointment,
            ..Self::first(visit)
        }
    }

    /// Whether the next attempt may do better, and is to be made.
    fn goes_on_after(&mut self, problem: &Problem) -> bool {
        if let Problem::SeatTaken { .. } = problem {
            self.taken += 1;
            return self.returning || self.taken <= TAKEN_SEAT_RETRIES;
        }
        self.returning && passes(problem)
    }
}

impl Machine {
    pub(super) fn call(&mut self, calling: Calling) {
        self.emit(Event::Calling {
            attempt: calling.attempt,
        });
        let visit = calling.visit.clone();
        self.actions.push(match &calling.appointment {
            None => Action::Seek(visit),
            Some(appointment) => Action::MeetAt(visit, appointment.at()),
        });
        self.state = State::Calling(calling);
    }

    /// The attempt ended without a seat.
    pub(in crate::session) fn failed(&mut self, failed: Failed, now: Instant) {
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Calling(calling) => self.call_failed(calling, failed, now),
            State::Away(away) => self.way_back_failed(away, failed, now),
            other => self.state = other,
        }
    }

    fn call_failed(&mut self, mut calling: Calling, failed: Failed, now: Instant) {
        if self.appointment_is_void(calling.appointment.as_ref(), &failed, now) {
            return;
        }
        match failed {
            Failed::DoorShut { refused, .. } if calling.shut < SHUT_DOOR_RETRIES => {
                calling.shut += 1;
                calling.all_refused &= refused;
                calling.attempt += 1;
                self.call(calling);
            }
            Failed::DoorShut {
                port,
                address,
                refused,
            } => {
                let problem = if refused && calling.all_refused {
                    Problem::RoomUnreachable { port, address }
                } else {
                    Problem::DoorShut
                };
                self.rest_or_close(calling, problem, now);
            }
            Failed::Problem(problem) => {
                let problem = match &calling.appointment {
                    Some(appointment) => appointment.in_particular(*problem),
                    None => *problem,
                };
                self.rest_or_close(calling, problem, now);
            }
            // The answer to a question that was not asked.
            Failed::Over(_) => self.rest_or_close(calling, Problem::Protocol, now),
        }
    }

    pub(super) fn rest_or_close(&mut self, mut calling: Calling, problem: Problem, now: Instant) {
        if !calling.goes_on_after(&problem) {
            self.state = State::Idle;
            return self.emit(Event::Closed {
                conversation: None,
                ending: Ending::Problem(problem),
            });
        }
        self.rest(calling, problem, now);
    }

    /// Waits for the next attempt.
    pub(super) fn rest(&mut self, mut calling: Calling, problem: Problem, now: Instant) {
        let pause = pause_before(calling.attempt, self.rules.timings.pause).max(asked(&problem));
        calling.attempt += 1;
        calling.shut = 0;
        calling.all_refused = true;
        let in_millis = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        self.emit(Event::TryingAgain { problem, in_millis });
        self.state = State::Resting {
            calling,
            until: now + pause,
        };
    }
}

/// Whether waiting may help somebody who has been in a room of that server before.
pub(in crate::session) fn passes(problem: &Problem) -> bool {
    match problem {
        Problem::NameNotFound { .. }
        | Problem::ConnectionRefused { .. }
        | Problem::TimedOut { .. }
        // It was Acaso a moment ago: rather a link that broke in its first words.
        | Problem::NotAcaso { .. }
        | Problem::Full { .. }
        | Problem::Registry { .. }
        | Problem::Closing
        | Problem::SlowDown { .. }
        | Problem::SeatTaken { .. }
        | Problem::DoorShut
        | Problem::LinkLost => true,
        Problem::PlainRefused { .. }
        | Problem::IdentityChanged { .. }
        | Problem::OtherThanLinked { .. }
        | Problem::RoomIdentity { .. }
        | Problem::Version { .. }
        | Problem::RoomUnreachable { .. }
        | Problem::Unverified
        | Problem::LoginNeeded { .. }
        | Problem::LoginWrong { .. }
        | Problem::Banned { .. }
        | Problem::NoSuchPlaza
        | Problem::NoSuchInvitation
        | Problem::WrongCode { .. }
        | Problem::CodeSpent
        | Problem::NotOffered { .. }
        | Problem::CircleFull
        | Problem::Protocol
        | Problem::Pins { .. } => false,
    }
}

/// 1, 2, 4 … 30 times the shortest pause; with up to half of it by chance, so that a thousand clients that lost one server do not
/// come back in one moment.
pub(in crate::session) fn pause_before(attempt: u32, shortest: Duration) -> Duration {
    let step = usize::try_from(attempt.saturating_sub(1)).unwrap_or(usize::MAX);
    let times = BACKOFF_SECS[step.min(BACKOFF_SECS.len() - 1)];
    let times = u32::try_from(times).unwrap_or(u32::MAX);
    let chance = u64::try_from(shortest.as_millis() / 2).unwrap_or(u64::MAX);
    shortest.saturating_mul(times) + Duration::from_millis(rand::random_range(0..=chance))
}

/// However long a server asks us to wait, it is asked again after an hour.
const ASKED_MAX: Duration = Duration::from_secs(60 * 60);

/// How long the server asked us to wait.
pub(in crate::session) fn asked(problem: &Problem) -> Duration {
    let asked = match problem {
        Problem::Full { retry_after_secs, .. }
        | Problem::Registry { retry_after_secs }
        | Problem::SlowDown { retry_after_secs }
        | Problem::SeatTaken { retry_after_secs } => Duration::from_secs(u64::from(*retry_after_secs)),
        _ => Duration::ZERO,
    };
    asked.min(ASKED_MAX)
}
