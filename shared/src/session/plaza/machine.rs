//! What a visitor of a plaza does next: a pure machine. Inputs and the time go in, [`Action`]s come out in the order they are to be
//! done. It knows no sockets and no clock.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::{NotPosted, PlazaCommand, PlazaNews};
use crate::ids::{PostText, Subject};
use crate::limits::POSTS_UNANSWERED_MAX;
use crate::protocol::Refusal;
use crate::protocol::plaza::{MemberNumber, PlazaEvent, PlazaRequest, PostNumber, PostTag};
use crate::protocol::room::Closing;
use crate::session::Timings;
use crate::session::event::{Ending, MessageId, Problem};
use crate::session::state::{asked, passes, pause_before};

/// What the driver is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Tell the person.
    Tell(PlazaNews),
    /// Go to the plaza, for the posts after that one.
    Call(Option<PostNumber>),
    /// Drop the attempt under way.
    StopCalling,
    /// Say this there.
    Send(PlazaRequest),
    /// Say goodbye before anything that still waits, and close the link.
    TakeLeave,
    /// Close the link.
    HangUp,
}

/// A post whose answer has not come.
#[derive(Debug)]
struct Unanswered {
    id: MessageId,
    subject: Option<Subject>,
    text: PostText,
}

#[derive(Debug)]
enum State {
    /// On the way, for the n-th time since the person asked or since the link was lost.
    Calling { attempt: u32 },
    /// Waits for the next attempt.
    Resting { attempt: u32, until: Instant },
    /// Inside. When something was heard last, and whether a sign of life was asked for since.
    Inside { heard: Instant, asked: bool },
    /// It has ended.
    Over,
}

/// One visit to a plaza.
#[derive(Debug)]
pub(super) struct Machine {
    timings: Timings,
    state: State,
    /// We have been inside: passing problems are tried again.
    returning: bool,
    /// The last post we know of.
    seen: Option<PostNumber>,
    unanswered: BTreeMap<PostTag, Unanswered>,
    next_tag: u64,
    actions: Vec<Action>,
}

impl Machine {
    /// On the way for the first time.
    pub(super) fn new(timings: Timings) -> Self {
        let mut machine = Self {
            timings,
            state: State::Over,
            returning: false,
            seen: None,
            unanswered: BTreeMap::new(),
            next_tag: 0,
            actions: Vec::new(),
        };
        machine.call(1);
        machine
    }

    pub(super) fn take_actions(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.actions)
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self.state, State::Over)
    }

    /// When [`Machine::tick`] is to be called.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match self.state {
            State::Resting { until, .. } => Some(until),
            State::Inside { heard, asked: false } => Some(heard + self.timings.ping_after),
            State::Inside { heard, asked: true } => Some(heard + self.timings.dead_after),
            State::Calling { .. } | State::Over => None,
        }
    }

    pub(super) fn tick(&mut self, now: Instant) {
        if self.deadline().is_none_or(|deadline| deadline > now) {
            return;
        }
        match &mut self.state {
            State::Resting { attempt, .. } => {
                let attempt = *attempt;
                self.call(attempt);
            }
            State::Inside {
                asked: asked @ false, ..
            } => {
                *asked = true;
                self.actions.push(Action::Send(PlazaRequest::Ping));
            }
            State::Inside { .. } => {
                self.actions.push(Action::HangUp);
                self.lost(Problem::LinkLost, now);
            }
            State::Calling { .. } | State::Over => {}
        }
    }

    pub(super) fn command(&mut self, command: PlazaCommand) {
        match command {
            PlazaCommand::Post { id, subject, text } => self.post(id, subject, text),
            PlazaCommand::TryNow => {
                if let State::Resting { attempt, .. } = self.state {
                    self.call(attempt);
                }
            }
            PlazaCommand::Leave => self.leave(),
        }
    }

    fn post(&mut self, id: MessageId, subject: Option<Subject>, text: PostText) {
        let is_inside = matches!(self.state, State::Inside { .. });
        if !is_inside || self.unanswered.len() >= POSTS_UNANSWERED_MAX {
            return self.tell(PlazaNews::NotPosted {
                id,
                subject,
                text,
                reason: NotPosted::NotTaken,
            });
        }
        self.next_tag += 1;
        let tag = PostTag(self.next_tag);
        self.actions.push(Action::Send(PlazaRequest::Post {
            tag,
            subject: subject.clone(),
            text: text.clone(),
        }));
        self.unanswered.insert(tag, Unanswered { id, subject, text });
    }

    fn leave(&mut self) {
        match self.state {
            State::Over => return,
            State::Inside { .. } => self.actions.push(Action::TakeLeave),
            State::Calling { .. } | State::Resting { .. } => self.actions.push(Action::StopCalling),
        }
        self.end(Ending::Left);
    }

    /// The attempt led inside.
    pub(super) fn entered(&mut self, member: MemberNumber, newest: Option<PostNumber>, now: Instant) {
        if !matches!(self.state, State::Calling { .. }) {
            return;
        }
        // What we know of is newer than anything there: the server was started anew, and counts anew.
        if newest < self.seen {
            self.seen = None;
        }
        self.state = State::Inside {
            heard: now,
            asked: false,
        };
        self.returning = true;
        self.tell(PlazaNews::Entered { member });
    }

    /// The attempt came to nothing.
    pub(super) fn failed(&mut self, problem: Problem, now: Instant) {
        if let State::Calling { attempt } = self.state {
            self.rest_or_end(attempt + 1, problem, now);
        }
    }

    /// The link broke.
    pub(super) fn lost(&mut self, problem: Problem, now: Instant) {
        if matches!(self.state, State::Inside { .. }) {
            self.give_back();
            self.rest_or_end(1, problem, now);
        }
    }

    fn rest_or_end(&mut self, attempt: u32, problem: Problem, now: Instant) {
        if !self.returning || !passes(&problem) {
            return self.end(Ending::Problem(problem));
        }
        let pause = pause_before(attempt, self.timings.pause).max(asked(&problem));
        self.tell(PlazaNews::LinkLost {
            retry_in_millis: millis(pause),
        });
        self.state = State::Resting {
            attempt,
            until: now + pause,
        };
    }

    pub(super) fn heard(&mut self, event: PlazaEvent, now: Instant) {
        let State::Inside { heard, asked } = &mut self.state else {
            return;
        };
        (*heard, *asked) = (now, false);
        match event {
            PlazaEvent::Here { members } => self.tell(PlazaNews::Here(members)),
            PlazaEvent::Came(member) => self.tell(PlazaNews::Came(member)),
            PlazaEvent::Went { member } => self.tell(PlazaNews::Went(member)),
            PlazaEvent::Post(post) => {
                if Some(post.number) > self.seen {
                    self.seen = Some(post.number);
                    self.tell(PlazaNews::Post(post));
                }
            }
            PlazaEvent::Posted {
                tag,
                number,
                unix_secs,
            } => self.posted(tag, number, unix_secs),
            PlazaEvent::NotPosted { tag, refusal } => self.not_posted(tag, NotPosted::Refused(refusal)),
            PlazaEvent::Refused(refusal) => self.refused(refusal, now),
            PlazaEvent::Ping => self.actions.push(Action::Send(PlazaRequest::Pong)),
            PlazaEvent::Pong => {}
        }
    }

    fn posted(&mut self, tag: PostTag, number: PostNumber, unix_secs: u64) {
        self.seen = self.seen.max(Some(number));
        if let Some(Unanswered { id, .. }) = self.unanswered.remove(&tag) {
            self.tell(PlazaNews::Posted {
                id,
                number,
                unix_secs,
            });
        }
    }

    fn not_posted(&mut self, tag: PostTag, reason: NotPosted) {
        if let Some(Unanswered { id, subject, text }) = self.unanswered.remove(&tag) {
            self.tell(PlazaNews::NotPosted {
                id,
                subject,
                text,
                reason,
            });
        }
    }

    /// The plaza takes leave of us.
    fn refused(&mut self, refusal: Refusal, now: Instant) {
        self.actions.push(Action::HangUp);
        if refusal == Refusal::Closing {
            return self.end(Ending::Closing(Closing::Server));
        }
        let problem = crate::session::call::refused(refusal, crate::protocol::VERSIONS);
        self.lost(problem, now);
    }

    /// What has no answer will never have one: it may have been taken.
    fn give_back(&mut self) {
        while let Some((tag, _)) = self.unanswered.first_key_value() {
            let tag = *tag;
            self.not_posted(tag, NotPosted::Unknown);
        }
    }

    fn end(&mut self, ending: Ending) {
        self.give_back();
        self.state = State::Over;
        self.tell(PlazaNews::Closed(ending));
    }

    fn call(&mut self, attempt: u32) {
        self.state = State::Calling { attempt };
        self.tell(PlazaNews::Calling { attempt });
        self.actions.push(Action::Call(self.seen));
    }

    fn tell(&mut self, news: PlazaNews) {
        self.actions.push(Action::Tell(news));
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
