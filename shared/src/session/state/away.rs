//! A conversation whose link was lost: the seat is kept for the grace, and we try to come back to it.

use std::time::{Duration, Instant};

use super::calling::{Calling, pause_before};
use super::{Abandoned, Action, Machine, Seated, State};
use crate::ids::ResumeToken;
use crate::limits::GRACE_PAUSE_MAX;
use crate::protocol::room::{Parting, RoomRequest};
use crate::session::call::Failed;
use crate::session::event::{Ending, Event, Problem};

/// Longest attempt to come back: a lobby or a door that answers nothing may answer the next one.
const ATTEMPT_MAX: Duration = Duration::from_secs(15);

#[derive(Debug)]
pub(super) struct Away {
    pub(super) seated: Seated,
    /// Attempts so far.
    attempt: u32,
    step: Step,
    /// Until when the seat is kept, as far as we know.
    grace_ends: Instant,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Waiting for the next attempt.
    Pausing { until: Instant },
    /// An attempt is under way, and has so much time.
    Trying { until: Instant },
}

impl Away {
    pub(super) fn deadline(&self) -> Instant {
        let (Step::Pausing { until } | Step::Trying { until }) = self.step;
        let end = until.min(self.grace_ends);
        self.seated.talk.leaving().map_or(end, |leaving| leaving.min(end))
    }

    pub(super) fn token(&self) -> ResumeToken {
        self.seated.resume
    }
}

impl Machine {
    /// The link to the room broke in the middle of a conversation, or of the handshake before it.
    pub(super) fn link_lost(&mut self, now: Instant) {
        let State::Seated(mut seated) = std::mem::replace(&mut self.state, State::Idle) else {
            return;
        };
        let stopped = seated.talk.link_lost();
        self.actions.extend(stopped.map(Action::Emit));
        let away = Away {
            seated: *seated,
            attempt: 0,
            step: Step::Pausing { until: now },
            grace_ends: now + self.rules.timings.grace,
        };
        self.pause(Box::new(away), now);
    }

    /// Waits a little before the next attempt.
    fn pause(&mut self, mut away: Box<Away>, now: Instant) {
        away.attempt += 1;
        let pause = pause_before(away.attempt, self.rules.timings.pause).min(GRACE_PAUSE_MAX);
        let until = (now + pause).min(away.grace_ends);
        away.step = Step::Pausing { until };
        self.tell_lost(&away, until, now);
        self.state = State::Away(away);
    }

    /// Begins an attempt, unless one is under way.
    pub(super) fn try_to_come_back(&mut self, now: Instant) {
        let limit = self.rules.timings.dead_after.min(ATTEMPT_MAX);
        let State::Away(away) = &mut self.state else {
            return;
        };
        if let Step::Trying { .. } = away.step {
            return;
        }
        away.step = Step::Trying { until: now + limit };
        let resume = Action::Resume(away.seated.visit.clone(), away.token());
        let told = lost(away, now, now);
        self.actions.extend([Action::Emit(told), resume]);
    }

    fn tell_lost(&mut self, away: &Away, retry_at: Instant, now: Instant) {
        let told = lost(away, retry_at, now);
        self.emit(told);
    }

    pub(super) fn tick_away(&mut self, now: Instant) {
        let State::Away(away) = &self.state else { return };
        if away.seated.talk.leaving().is_some_and(|leaving| leaving <= now) {
            return self.over(Ending::Left);
        }
        if away.grace_ends <= now {
            return self.give_up();
        }
        match away.step {
            Step::Pausing { until } if until <= now => self.try_to_come_back(now),
            Step::Trying { until } if until <= now => {
                self.actions.push(Action::StopSeeking);
                let host = away.seated.visit.server.host().to_owned();
                self.failed(Problem::TimedOut { host }.into(), now);
            }
            Step::Pausing { .. } | Step::Trying { .. } => {}
        }
    }

    /// The seat is not kept any longer.
    fn give_up(&mut self) {
        let State::Away(away) = &self.state else { return };
        // What the room may not have heard of a block is told by whatever ends this.
        let abandoned = Abandoned {
            token: away.token(),
            block: None,
        };
        let abandon = Action::Abandon(away.seated.visit.clone(), abandoned);
        self.actions.extend([Action::StopSeeking, abandon]);
        self.parted(Parting::Lost);
    }

    /// The attempt to come back failed: the conversation is over, or the next attempt may do better.
    pub(super) fn way_back_failed(&mut self, away: Box<Away>, failed: Failed, now: Instant) {
        match failed {
            Failed::Over(reason) => {
                self.state = State::Away(away);
                self.parted(reason);
            }
            Failed::Problem(problem) if !helps_to_wait(&problem) => {
                self.state = State::Away(away);
                self.over(Ending::Problem(*problem));
            }
            Failed::Problem(_) | Failed::DoorShut { .. } => self.pause(away, now),
        }
    }

    /// The conversation ended while we were away; the next stranger is looked for, unless it was just this one.
    fn parted(&mut self, reason: Parting) {
        let State::Away(mut away) = std::mem::replace(&mut self.state, State::Idle) else {
            return;
        };
        let leaving = away.seated.talk.leaving().is_some();
        self.block_in_the_lobby(away.token());
        let unmet = away.seated.unmet(reason);
        let conversation = self.ended(&mut away.seated);
        if leaving {
            let ending = Ending::Left;
            return self.emit(Event::Closed { conversation, ending });
        }
        if let Some(conversation) = conversation {
            self.emit(Event::PartnerLeft { conversation, reason });
        }
        match unmet {
            Some(ending) => self.over(ending),
            None => self.call(Calling::returning(away.seated.visit)),
        }
    }

    /// The attempt ended in our seat.
    pub(super) fn came_back(&mut self, away: Away, resume: ResumeToken, now: Instant) {
        if let Some(past) = self.past.as_mut().filter(|past| past.token == away.token()) {
            past.token = resume;
            self.block_again();
        }
        let mut seated = Seated {
            resume,
            heard: now,
            pinged: false,
            ..away.seated
        };
        if seated.talk.conversation().is_none() {
            // Nobody was shown yet, so for the person this is waiting, unless for somebody in particular, who came. And a responder has
            // nothing to say before it is spoken to, but the room has to hear something before it can know that we have the new way back.
            let port = seated.port;
            self.emit(match seated.appointment {
                Some(_) => Event::Comparing { port },
                None => Event::Waiting {
                    port,
                    rooms_in_use: seated.rooms_in_use,
                },
            });
            self.actions.push(Action::Send(RoomRequest::Ping));
        }
        let outcome = seated.talk.link_back(now);
        self.state = State::Seated(Box::new(seated));
        self.carry_out(outcome);
    }
}

/// What the person is told: who has a partner hears of the conversation, who does not hears that it is tried again.
fn lost(away: &Away, retry_at: Instant, now: Instant) -> Event {
    let millis = |until: Instant| super::talk::millis(until.saturating_duration_since(now));
    match away.seated.talk.conversation() {
        Some(conversation) => Event::LinkLost {
            conversation,
            retry_in_millis: millis(retry_at),
            grace_left_millis: millis(away.grace_ends),
        },
        None => Event::TryingAgain {
            problem: Problem::LinkLost,
            in_millis: millis(retry_at),
        },
    }
}

/// Whether the next attempt may do better. All that goes wrong on a network, or with a disk that is full, may pass within the grace;
/// another identity does not.
fn helps_to_wait(problem: &Problem) -> bool {
    !matches!(
        problem,
        Problem::PlainRefused { .. }
            | Problem::IdentityChanged { .. }
            | Problem::OtherThanLinked { .. }
            | Problem::RoomIdentity { .. }
            | Problem::Version { .. }
            | Problem::Banned { .. }
    )
}
