//! What a client does next: a pure machine. Inputs and the time go in, [`Action`]s come out in the order they are to be done.

mod calling;
mod talk;

use std::time::{Duration, Instant};

use super::call::Failed;
use super::event::{Command, ConversationId, Ending, Event, Goodbye, MessageId, NotSent, Problem, Visit};
use crate::ids::{Fingerprint, Generation, MessageText, RoomPort, Ticket};
use crate::limits::{DEAD_AFTER, PING_AFTER, SEALED_HANDSHAKE_TIMEOUT, SHUT_DOOR_RETRIES};
use crate::protocol::Refusal;
use crate::protocol::room::{Pairing, RoomEvent, RoomRequest, SealedFrame};
use calling::{Calling, passes, pause_before};
use talk::{Said, Talk};

/// What the driver is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Tell the person.
    Emit(Event),
    /// Visit the lobby and enter a room; whatever attempt was under way is dropped.
    Seek(Visit),
    /// Go through this door of the same server; the seat held until now is given up.
    Enter(RoomPort, Ticket),
    /// Drop the attempt under way.
    StopSeeking,
    /// Say this in the room.
    Send(RoomRequest),
    /// Close the link to the room once everything said was taken.
    HangUp,
    /// Pin this identity before anything that follows.
    Trust(Visit, Fingerprint),
}

/// The facts of a seat that the machine needs; the link stays with the driver.
#[derive(Clone, Copy, Debug)]
pub(super) struct SeatFacts {
    pub(super) port: RoomPort,
    pub(super) generation: Generation,
    pub(super) rooms_in_use: u32,
}

/// The client, between two inputs.
#[derive(Debug)]
pub(super) struct Machine {
    state: State,
    conversations: u64,
    actions: Vec<Action>,
}

#[derive(Debug)]
enum State {
    Idle,
    /// An attempt is under way.
    Calling(Calling),
    /// Waiting for the next attempt.
    Resting {
        calling: Calling,
        until: Instant,
    },
    /// In a room.
    Seated(Box<Seated>),
}

#[derive(Debug)]
struct Seated {
    visit: Visit,
    port: RoomPort,
    heard: Instant,
    pinged: bool,
    talk: Talk,
}

impl Machine {
    pub(super) fn new() -> Self {
        Self {
            state: State::Idle,
            conversations: 0,
            actions: Vec::new(),
        }
    }

    /// What is to be done now, in this order.
    pub(super) fn take_actions(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.actions)
    }

    /// When [`Machine::tick`] wants to be called.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match &self.state {
            State::Idle | State::Calling(_) => None,
            State::Resting { until, .. } => Some(*until),
            State::Seated(seated) => {
                let alive = seated.heard + if seated.pinged { DEAD_AFTER } else { PING_AFTER };
                Some(seated.talk.deadline().map_or(alive, |talk| talk.min(alive)))
            }
        }
    }

    /// A person wants something.
    pub(super) fn command(&mut self, command: Command) {
        match command {
            Command::Meet(visit) => {
                self.go_away();
                self.call(Calling::first(visit));
            }
            Command::TrustIdentity { visit, shown } => {
                self.go_away();
                self.actions.push(Action::Trust(visit.clone(), shown));
                self.call(Calling::first(visit));
            }
            Command::Say {
                conversation,
                id,
                text,
            } => self.say(conversation, id, text),
            Command::Leave(goodbye) => self.leave(goodbye),
            Command::Typing { .. }
            | Command::Looked { .. }
            | Command::Habits(_)
            | Command::TryNow
            | Command::Block { .. } => {}
        }
    }

    /// The attempt ended with a seat.
    pub(super) fn seated(&mut self, seat: SeatFacts, now: Instant) {
        let State::Calling(calling) = std::mem::replace(&mut self.state, State::Idle) else {
            // The attempt was given up while its last packet was on the way.
            self.actions
                .extend([Action::Send(RoomRequest::Leave), Action::HangUp]);
            return;
        };
        self.emit(Event::Waiting {
            port: seat.port,
            rooms_in_use: seat.rooms_in_use,
        });
        self.state = State::Seated(Box::new(Seated {
            visit: calling.visit,
            port: seat.port,
            heard: now,
            pinged: false,
            talk: Talk::Alone {
                generation: seat.generation,
            },
        }));
    }

    /// The attempt ended without one.
    pub(super) fn failed(&mut self, failed: Failed, now: Instant) {
        let State::Calling(mut calling) = std::mem::replace(&mut self.state, State::Idle) else {
            return;
        };
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
            Failed::Problem(problem) => self.rest_or_close(calling, problem, now),
        }
    }

    /// The room said something.
    pub(super) fn heard(&mut self, event: RoomEvent, now: Instant) {
        let State::Seated(seated) = &mut self.state else {
            return;
        };
        seated.heard = now;
        seated.pinged = false;
        match event {
            RoomEvent::Sealed(frame) => self.sealed(&frame),
            RoomEvent::Paired(pairing) => self.paired(&pairing, now),
            RoomEvent::PartnerLeft { conversation, reason } => {
                if seated.talk.number() == Some(conversation)
                    && let Some((conversation, unsent)) = seated.talk.end()
                {
                    self.not_sent(conversation, unsent, NotSent::ConversationEnded);
                    self.emit(Event::PartnerLeft { conversation, reason });
                }
            }
            RoomEvent::Move { port, ticket } => self.moved(port, ticket),
            RoomEvent::Closing(closing) => self.over(Ending::Closing(closing)),
            RoomEvent::Refused(Refusal::TooSlow) => self.lost(Problem::LinkLost, now),
            RoomEvent::Refused(refusal) => self.over(Ending::Problem(super::call::refused(refusal))),
            RoomEvent::Ping => self.actions.push(Action::Send(RoomRequest::Pong)),
            RoomEvent::Pong => {}
            RoomEvent::Resumed { .. }
            | RoomEvent::PartnerAway { .. }
            | RoomEvent::PartnerBack { .. }
            | RoomEvent::Seated { .. } => self.over(Ending::Problem(Problem::Protocol)),
        }
    }

    /// The link to the room broke. Who was alone waits again by itself; a conversation ends.
    pub(super) fn lost(&mut self, problem: Problem, now: Instant) {
        match &self.state {
            State::Seated(seated) if seated.talk.conversation().is_none() => {
                let calling = Calling::returning(seated.visit.clone());
                self.actions.push(Action::HangUp);
                self.rest_or_close(calling, problem, now);
            }
            State::Seated(_) => self.over(Ending::Problem(problem)),
            State::Idle | State::Calling(_) | State::Resting { .. } => {}
        }
    }

    /// Time passed.
    pub(super) fn tick(&mut self, now: Instant) {
        match &mut self.state {
            State::Idle | State::Calling(_) => {}
            State::Resting { calling, until } => {
                if *until <= now {
                    let calling = calling.clone();
                    self.call(calling);
                }
            }
            State::Seated(seated) => {
                seated.talk.tick(now);
                if seated.talk.handshake_overdue(now) {
                    return self.start_over();
                }
                if seated.heard + DEAD_AFTER <= now {
                    return self.lost(Problem::LinkLost, now);
                }
                if !seated.pinged && seated.heard + PING_AFTER <= now {
                    seated.pinged = true;
                    self.actions.push(Action::Send(RoomRequest::Ping));
                }
            }
        }
    }

    /// The link has taken everything so far: hands over what waits its turn, as fast as is allowed.
    pub(super) fn pump(&mut self, now: Instant) {
        let State::Seated(seated) = &mut self.state else {
            return;
        };
        match seated.talk.next_said(now) {
            Said::Nothing => {}
            Said::Frame(frame) => self.actions.push(Action::Send(RoomRequest::Sealed(frame))),
            Said::Everything => self.over(Ending::Left),
        }
    }

    /// A person's text: joins the queue of its own conversation, or comes straight back.
    fn say(&mut self, conversation: ConversationId, id: MessageId, text: MessageText) {
        let refused = match &mut self.state {
            State::Seated(seated) => match seated.talk.conversation() {
                Some(open) if open == conversation => seated.talk.queue(id, text).err(),
                Some(_) => Some((text, NotSent::ConversationEnded)),
                None => Some((text, NotSent::NoPartner)),
            },
            State::Idle | State::Calling(_) | State::Resting { .. } => Some((text, NotSent::NoPartner)),
        };
        if let Some((text, reason)) = refused {
            self.emit(Event::NotSent {
                conversation,
                id,
                text,
                reason,
            });
        }
    }

    fn leave(&mut self, goodbye: Goodbye) {
        match &mut self.state {
            State::Seated(seated) if goodbye == Goodbye::WhenSent && seated.talk.conversation().is_some() => {
                seated.talk.leave_when_sent();
            }
            State::Seated(_) => self.over(Ending::Left),
            State::Calling(_) | State::Resting { .. } | State::Idle => {
                self.state = State::Idle;
                self.actions.push(Action::StopSeeking);
                self.emit(Event::Closed {
                    conversation: None,
                    ending: Ending::Left,
                });
            }
        }
    }

    fn paired(&mut self, pairing: &Pairing, now: Instant) {
        let State::Seated(seated) = &mut self.state else {
            return;
        };
        match seated.talk.begin(seated.port, pairing, now) {
            Ok(first) => self
                .actions
                .extend(first.map(|frame| Action::Send(RoomRequest::Sealed(frame)))),
            Err(error) => {
                tracing::debug!(%error, "the pairing makes no sense");
                self.over(Ending::Problem(Problem::Protocol));
            }
        }
    }

    fn sealed(&mut self, frame: &SealedFrame) {
        let State::Seated(seated) = &mut self.state else {
            return;
        };
        let next = ConversationId(self.conversations + 1);
        match seated.talk.open(frame, next, &seated.visit.name) {
            Ok(opened) => {
                if opened.began {
                    self.conversations += 1;
                }
                self.actions.extend(opened.replies.into_iter().map(Action::Send));
                self.actions.extend(opened.event.map(Action::Emit));
            }
            // Nobody was shown yet: this partner is not worth a word, the next one may be.
            Err(error) if seated.talk.conversation().is_none() => {
                tracing::debug!(%error, "the handshake failed");
                self.start_over();
            }
            Err(error) => {
                tracing::debug!(%error, "a sealed frame does not verify");
                self.over(Ending::Problem(Problem::Unverified));
            }
        }
    }

    fn moved(&mut self, port: RoomPort, ticket: Ticket) {
        let State::Seated(seated) = &self.state else {
            return;
        };
        if seated.talk.conversation().is_some() {
            return self.over(Ending::Problem(Problem::Protocol));
        }
        self.state = State::Calling(Calling::returning(seated.visit.clone()));
        self.actions.push(Action::Enter(port, ticket));
    }

    /// Leaves this room and goes back to the lobby, as if the person had asked.
    fn start_over(&mut self) {
        let State::Seated(seated) = &self.state else {
            return;
        };
        let calling = Calling::returning(seated.visit.clone());
        self.go_away();
        self.call(calling);
    }

    fn call(&mut self, calling: Calling) {
        self.emit(Event::Calling {
            attempt: calling.attempt,
        });
        self.actions.push(Action::Seek(calling.visit.clone()));
        self.state = State::Calling(calling);
    }

    fn rest_or_close(&mut self, mut calling: Calling, problem: Problem, now: Instant) {
        if !calling.returning || !passes(&problem) {
            self.state = State::Idle;
            return self.emit(Event::Closed {
                conversation: None,
                ending: Ending::Problem(problem),
            });
        }
        let pause = pause_before(calling.attempt, &problem);
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

    /// The visit ends; whatever was not handed over comes back first.
    fn over(&mut self, ending: Ending) {
        let conversation = self.go_away();
        self.emit(Event::Closed { conversation, ending });
    }

    /// Gets up from wherever we are, with a goodbye. Tells which conversation ended by it.
    fn go_away(&mut self) -> Option<ConversationId> {
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Idle => None,
            State::Calling(_) | State::Resting { .. } => {
                self.actions.push(Action::StopSeeking);
                None
            }
            State::Seated(mut seated) => {
                let ended = seated.talk.end();
                self.actions
                    .extend([Action::Send(RoomRequest::Leave), Action::HangUp]);
                ended.map(|(conversation, unsent)| {
                    self.not_sent(conversation, unsent, NotSent::ConversationEnded);
                    conversation
                })
            }
        }
    }

    fn not_sent(
        &mut self,
        conversation: ConversationId,
        unsent: impl IntoIterator<Item = (MessageId, MessageText)>,
        reason: NotSent,
    ) {
        for (id, text) in unsent {
            self.emit(Event::NotSent {
                conversation,
                id,
                text,
                reason,
            });
        }
    }

    fn emit(&mut self, event: Event) {
        self.actions.push(Action::Emit(event));
    }
}

/// A partner's handshake may take twice what the server allows: it is the server who judges, we only do not wait for ever.
const HANDSHAKE_PATIENCE: Duration = SEALED_HANDSHAKE_TIMEOUT.saturating_mul(2);

#[cfg(test)]
mod tests;
