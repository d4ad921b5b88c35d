//! How a seat is given up, by whomever, and what that leaves of a conversation.

use std::time::Instant;

use super::talk::{Ended, Talk};
use super::{Abandoned, Action, Machine, State};
use crate::ids::ConversationNumber;
use crate::protocol::room::{Parting, RoomRequest};
use crate::session::event::{ConversationId, Ending, Event, Goodbye, NotSent};

impl Machine {
    pub(super) fn leave(&mut self, goodbye: Goodbye, now: Instant) {
        match self.talk() {
            Some(talk) if goodbye == Goodbye::WhenSent && !talk.is_done() => talk.leave_when_sent(now),
            _ => self.over(Ending::Left),
        }
    }

    /// Never again beside that partner. Of a conversation that is over only the last one can be, and only in its room.
    pub(super) fn block(&mut self, conversation: ConversationId) {
        let number = self.talk_of(conversation).and_then(|talk| talk.number());
        if number.is_some() {
            return self.end_visit(Ending::Left, number);
        }
        if let State::Seated(seated) = &self.state
            && let Some((last, number)) = seated.last
            && last == conversation
        {
            let block = RoomRequest::Block { conversation: number };
            self.actions.push(Action::Send(block));
        }
    }

    /// The partner is gone; we keep the seat.
    pub(super) fn partner_left(&mut self, reason: Parting) {
        let State::Seated(mut seated) = std::mem::replace(&mut self.state, State::Idle) else {
            return;
        };
        let number = seated.talk.number();
        let leaving = seated.talk.leaving().is_some();
        let ended = self.ended(&mut seated.talk);
        if leaving {
            let goodbye = [Action::Send(RoomRequest::Leave), Action::HangUp];
            self.actions.extend(goodbye);
            let (conversation, ending) = (ended, Ending::Left);
            return self.emit(Event::Closed { conversation, ending });
        }
        seated.last = ended.zip(number).or(seated.last);
        self.state = State::Seated(seated);
        if let Some(conversation) = ended {
            self.emit(Event::PartnerLeft { conversation, reason });
        }
    }

    /// The visit ends; whatever was not handed over comes back first.
    pub(super) fn over(&mut self, ending: Ending) {
        self.end_visit(ending, None);
    }

    fn end_visit(&mut self, ending: Ending, block: Option<ConversationNumber>) {
        let conversation = self.go_away(block);
        self.emit(Event::Closed { conversation, ending });
    }

    /// Gets up from wherever we are, with a goodbye. Tells which conversation ended by it.
    pub(super) fn go_away(&mut self, block: Option<ConversationNumber>) -> Option<ConversationId> {
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Idle => None,
            State::Calling(_) | State::Resting { .. } => {
                self.actions.push(Action::StopSeeking);
                None
            }
            State::Seated(mut seated) => {
                let block = block.map(|conversation| RoomRequest::Block { conversation });
                let last_words = [block, seated.talk.bye(), Some(RoomRequest::Leave)];
                self.actions
                    .extend(last_words.into_iter().flatten().map(Action::Send));
                self.actions.push(Action::HangUp);
                self.ended(&mut seated.talk)
            }
            State::Away(mut away) => {
                let token = away.token();
                let visit = away.seated.visit.clone();
                self.actions.push(Action::StopSeeking);
                self.actions
                    .push(Action::Abandon(visit, Abandoned { token, block }));
                self.ended(&mut away.seated.talk)
            }
        }
    }

    /// Ends what goes on with a partner, and tells the person what became of what they said.
    pub(super) fn ended(&mut self, talk: &mut Talk) -> Option<ConversationId> {
        let Ended {
            id: conversation,
            typing,
            not_delivered,
            not_sent,
        } = talk.end()?;
        if typing {
            let typing = false;
            self.emit(Event::Typing { conversation, typing });
        }
        for id in not_delivered {
            self.emit(Event::NotDelivered { conversation, id });
        }
        for (id, text) in not_sent {
            self.emit(Event::NotSent {
                conversation,
                id,
                text,
                reason: NotSent::ConversationEnded,
            });
        }
        Some(conversation)
    }
}
