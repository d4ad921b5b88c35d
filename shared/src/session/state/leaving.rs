//! How a seat is given up, by whomever, and what that leaves of a conversation.

use std::time::Instant;

use super::talk::Ended;
use super::{Abandoned, Action, Machine, Past, Seated, State};
use crate::ids::{ConversationNumber, ResumeToken};
use crate::protocol::room::{Parting, RoomRequest};
use crate::session::event::{ConversationId, Ending, Event, Goodbye, NotSent};

impl Machine {
    pub(super) fn leave(&mut self, goodbye: Goodbye, now: Instant) {
        match self.talk() {
            Some(talk) if goodbye == Goodbye::WhenSent && !talk.is_done() => talk.leave_when_sent(now),
            _ => self.over(Ending::Left),
        }
    }

    /// Never again beside that partner, of now or of the last conversation.
    pub(super) fn block(&mut self, conversation: ConversationId) {
        let number = self.talk_of(conversation).and_then(|talk| talk.number());
        if number.is_some() {
            return self.end_visit(Ending::Left, number);
        }
        let Some(past) = self.past.as_mut().filter(|past| past.id == conversation) else {
            return;
        };
        match &self.state {
            State::Seated(seated) if seated.resume == past.token => {
                past.block_unsure = true;
                self.block_again();
            }
            // Told when we are back in the seat, or when we give it up.
            State::Away(away) if away.token() == past.token => past.block_unsure = true,
            _ => {
                let (token, block) = (past.token, Some(past.number));
                let told = Action::Abandon(past.visit.clone(), Abandoned { token, block });
                self.actions.push(told);
            }
        }
    }

    /// Tells the room what it may not have heard before.
    pub(super) fn block_again(&mut self) {
        if let Some(past) = self.past.as_ref().filter(|past| past.block_unsure) {
            let conversation = past.number;
            let block = RoomRequest::Block { conversation };
            self.actions.push(Action::Send(block));
        }
    }

    /// The block that the room of that token's seat may not have heard.
    pub(super) fn unsure_block(&self, token: ResumeToken) -> Option<ConversationNumber> {
        let past = self.past.as_ref()?;
        (past.block_unsure && past.token == token).then_some(past.number)
    }

    /// The seat of that token is gone. If its room may not have heard of a block, the lobby does.
    pub(super) fn block_in_the_lobby(&mut self, token: ResumeToken) {
        if let (Some(block), Some(past)) = (self.unsure_block(token), &self.past) {
            let block = Some(block);
            let told = Action::Abandon(past.visit.clone(), Abandoned { token, block });
            self.actions.push(told);
        }
    }

    /// The partner is gone; we keep the seat, unless it was just this one who was looked for.
    pub(super) fn partner_left(&mut self, reason: Parting) {
        let State::Seated(mut seated) = std::mem::replace(&mut self.state, State::Idle) else {
            return;
        };
        let leaving = seated.talk.leaving().is_some();
        let unmet = seated.unmet(reason);
        let ended = self.ended(&mut seated);
        if leaving {
            let given_up = Abandoned {
                token: seated.resume,
                block: None,
            };
            let goodbye = [
                Action::Send(RoomRequest::Leave),
                Action::GetUp(seated.visit, given_up),
            ];
            self.actions.extend(goodbye);
            let (conversation, ending) = (ended, Ending::Left);
            return self.emit(Event::Closed { conversation, ending });
        }
        self.state = State::Seated(seated);
        if let Some(conversation) = ended {
            self.emit(Event::PartnerLeft { conversation, reason });
        }
        match unmet {
            Some(ending) => self.over(ending),
            None => self.renew_seat(),
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
                let token = seated.resume;
                let given_up = Abandoned {
                    token,
                    block: block.or(self.unsure_block(token)),
                };
                let block = block.map(|conversation| RoomRequest::Block { conversation });
                let last_words = [block, seated.talk.bye(), Some(RoomRequest::Leave)];
                self.actions
                    .extend(last_words.into_iter().flatten().map(Action::Send));
                let visit = seated.visit.clone();
                self.actions.push(Action::GetUp(visit, given_up));
                self.ended(&mut seated)
            }
            State::Away(mut away) => {
                let token = away.token();
                let block = block.or(self.unsure_block(token));
                let visit = away.seated.visit.clone();
                self.actions.push(Action::StopSeeking);
                self.actions
                    .push(Action::Abandon(visit, Abandoned { token, block }));
                self.ended(&mut away.seated)
            }
        }
    }

    /// Ends what goes on with a partner, and tells the person what became of what they said.
    pub(super) fn ended(&mut self, seated: &mut Seated) -> Option<ConversationId> {
        let number = seated.talk.number();
        let Ended {
            id: conversation,
            typing,
            not_delivered,
            not_sent,
        } = seated.talk.end()?;
        self.past = number.map(|number| Past {
            visit: seated.visit.clone(),
            id: conversation,
            number,
            token: seated.resume,
            block_unsure: false,
        });
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
