//! What goes on in a room between us and the other seat: nobody, a handshake, or a conversation.

mod clear;
mod conversation;
mod greeting;

mod exchange;
mod keep;
mod signs;

use std::time::{Duration, Instant};

use super::Rules;
use crate::ids::{ConversationNumber, Generation, MessageText, Name};
use crate::protocol::partner::PartnerMessage;
use crate::protocol::room::{Pairing, RoomRequest, SealedFrame};
use crate::sealed::SealError;
use crate::session::event::{ConversationId, Event, Habits, MessageId, NotSent, Visit};
pub(super) use clear::Begins;
use clear::Clear;
use conversation::Conversation;
pub(super) use conversation::Ended;
pub(super) use exchange::Broken;
use exchange::Heard;
pub(super) use greeting::BadPairing;
use greeting::Greeting;
pub(super) use greeting::Terms;
use keep::NotAsked;

#[derive(Debug)]
pub(super) enum Talk {
    /// The other seat is free, or about to be taken.
    Alone { generation: Generation },
    /// The other seat is taken; nobody is shown before the handshake stands and a name came.
    Greeting(Box<Greeting>),
    /// A conversation.
    Open(Box<Conversation>),
    /// A conversation with somebody who has an old client.
    Clear(Box<Clear>),
}

/// How far a handshake came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// Nothing was heard of the partner.
    Silent,
    /// The partner said something.
    Begun,
    /// The partner has shown that it shares a key with us; with a code that it knew the words.
    Stands,
}

/// What an input led to.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) replies: Vec<RoomRequest>,
    pub(super) events: Vec<Event>,
    /// The conversation's id was used.
    pub(super) began: bool,
}

impl Outcome {
    fn reply(reply: RoomRequest) -> Self {
        Self {
            replies: vec![reply],
            ..Self::default()
        }
    }

    fn events(events: Vec<Event>) -> Self {
        Self {
            events,
            ..Self::default()
        }
    }
}

/// What is next to be said.
#[derive(Debug)]
pub(super) enum Said {
    Nothing,
    Frame(SealedFrame),
    /// Nothing, but the person is to be told that something went.
    Went(Event),
    /// Everything has been said and has arrived, and leaving was asked for.
    Everything,
}

impl Talk {
    /// The conversation's number in this room, from the first handshake message on.
    pub(super) fn number(&self) -> Option<ConversationNumber> {
        match self {
            Self::Alone { .. } => None,
            Self::Greeting(greeting) => Some(greeting.pairing.conversation),
            Self::Open(open) => Some(open.exchange.number()),
            Self::Clear(clear) => Some(clear.number),
        }
    }

    /// The conversation, if it has been shown to the person.
    pub(super) fn conversation(&self) -> Option<ConversationId> {
        match self {
            Self::Alone { .. } | Self::Greeting(_) => None,
            Self::Open(open) => Some(open.id),
            Self::Clear(clear) => Some(clear.id),
        }
    }

    fn open_ref(&self) -> Option<&Conversation> {
        match self {
            Self::Open(open) => Some(open),
            Self::Alone { .. } | Self::Greeting(_) | Self::Clear(_) => None,
        }
    }

    fn open_mut(&mut self) -> Option<&mut Conversation> {
        match self {
            Self::Open(open) => Some(open),
            Self::Alone { .. } | Self::Greeting(_) | Self::Clear(_) => None,
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Alone { .. } => None,
            Self::Greeting(greeting) => Some(greeting.deadline()),
            Self::Open(open) => open.deadline(),
            Self::Clear(clear) => clear.deadline(),
        }
    }

    /// What was due goes as soon as the link takes it.
    pub(super) fn tick(&mut self, now: Instant) -> Option<Event> {
        match self {
            Self::Alone { .. } => None,
            Self::Greeting(greeting) => {
                greeting.exchange.tick(now);
                None
            }
            Self::Open(open) => open.tick(now),
            Self::Clear(clear) => {
                clear.tick(now);
                None
            }
        }
    }

    pub(super) fn handshake_overdue(&self, now: Instant) -> bool {
        matches!(self, Self::Greeting(greeting) if greeting.is_overdue(now))
    }

    /// How far the handshake came.
    pub(super) fn progress(&self) -> Progress {
        match self {
            Self::Alone { .. } | Self::Clear(_) => Progress::Silent,
            Self::Greeting(greeting) => greeting.exchange.progress(),
            Self::Open(_) => Progress::Stands,
        }
    }

    /// When whoever leaves as soon as everything arrived does so in any case.
    pub(super) fn leaving(&self) -> Option<Instant> {
        match self {
            Self::Alone { .. } | Self::Greeting(_) => None,
            Self::Open(open) => open.leaving(),
            Self::Clear(clear) => clear.leaving(),
        }
    }

    /// When a partner who said goodbye and stays has left all the same.
    pub(super) fn farewell_until(&self) -> Option<Instant> {
        self.open_ref().and_then(Conversation::farewell_until)
    }

    /// Somebody sits in the other seat. The initiator has something to say.
    pub(super) fn begin(
        &mut self,
        terms: Terms,
        pairing: &Pairing,
        now: Instant,
    ) -> Result<Option<SealedFrame>, BadPairing> {
        let Self::Alone { generation } = *self else {
            return Err(BadPairing::Taken);
        };
        let (greeting, first) = Greeting::begin(generation, terms, pairing, now)?;
        *self = Self::Greeting(Box::new(greeting));
        Ok(first)
    }

    /// Whether the conversation is one with somebody who has an old client.
    pub(super) fn is_clear(&self) -> bool {
        matches!(self, Self::Clear(_))
    }

    /// Somebody with an old client sits in the other seat.
    pub(super) fn begin_clear(
        &mut self,
        begins: Begins,
        our_name: &Name,
        rules: &Rules,
    ) -> Result<Outcome, BadPairing> {
        let Self::Alone { generation } = *self else {
            return Err(BadPairing::Taken);
        };
        let (clear, outcome) = Clear::begin(begins, generation, our_name, rules);
        *self = Self::Clear(Box::new(clear));
        Ok(outcome)
    }

    /// Opens what came from the other seat. `id` is for the conversation if this begins it.
    pub(super) fn open(
        &mut self,
        frame: &SealedFrame,
        id: ConversationId,
        visit: &Visit,
        rules: &Rules,
        now: Instant,
    ) -> Result<Outcome, Broken> {
        if self.number() != Some(frame.conversation) {
            // Of a conversation that ended while it was on the way.
            return Ok(Outcome::default());
        }
        match self {
            Self::Alone { .. } => Ok(Outcome::default()),
            Self::Greeting(greeting) => match greeting.exchange.open(&frame.body, now)? {
                Heard::Message(PartnerMessage::Introduce { name }) => {
                    self.meet(name, id, visit.habits, rules)
                }
                Heard::Message(_) => Err(SealError::OutOfPhase.into()),
                Heard::Established(answer) => greeting.introduce(answer, &visit.name),
                Heard::Answer(frame) => Ok(Outcome::reply(RoomRequest::Sealed(frame))),
                Heard::Nothing | Heard::Arrived(_) | Heard::Bye(_) | Heard::Seen(_) | Heard::Typing => {
                    Ok(Outcome::default())
                }
            },
            Self::Open(open) => open.open(&frame.body, now),
            Self::Clear(clear) => Ok(clear.open(&frame.body)?),
        }
    }

    /// The partner's name came: from here on there is a conversation.
    fn meet(
        &mut self,
        name: Name,
        id: ConversationId,
        habits: Habits,
        rules: &Rules,
    ) -> Result<Outcome, Broken> {
        let nobody = Self::Alone {
            generation: Generation(0),
        };
        let Self::Greeting(greeting) = std::mem::replace(self, nobody) else {
            return Err(SealError::OutOfPhase.into());
        };
        let (conversation, outcome) = greeting.meet(name, id, habits, rules)?;
        *self = Self::Open(Box::new(conversation));
        Ok(outcome)
    }

    /// Puts a text into the conversation's queue, or gives it back.
    pub(super) fn queue(&mut self, id: MessageId, text: MessageText) -> Result<(), (MessageText, NotSent)> {
        match self {
            Self::Open(open) => open.queue(id, text),
            Self::Clear(clear) => clear.queue(id, text),
            Self::Alone { .. } | Self::Greeting(_) => Err((text, NotSent::NoPartner)),
        }
    }

    pub(super) fn leave_when_sent(&mut self, now: Instant) {
        match self {
            Self::Open(open) => open.leave_when_sent(now),
            Self::Clear(clear) => clear.leave_when_sent(now),
            Self::Alone { .. } | Self::Greeting(_) => {}
        }
    }

    /// Whether nothing of the person's is on its way.
    pub(super) fn is_done(&self) -> bool {
        match self {
            Self::Alone { .. } | Self::Greeting(_) => true,
            Self::Open(open) => open.is_done(),
            Self::Clear(clear) => clear.is_done(),
        }
    }

    pub(super) fn types(&mut self, now: Instant) {
        if let Some(open) = self.open_mut() {
            open.types(now);
        }
    }

    pub(super) fn looks(&mut self) {
        if let Some(open) = self.open_mut() {
            open.looks();
        }
    }

    pub(super) fn change(&mut self, habits: Habits) -> Option<Event> {
        self.open_mut().and_then(|open| open.change(habits))
    }

    /// What the room is to hear of the wish to meet again.
    pub(super) fn keep(&mut self) -> Option<RoomRequest> {
        self.open_mut().and_then(Conversation::keep)
    }

    /// Both have that wish, says the room. Tells the event, the first time.
    ///
    /// # Errors
    /// We never said so.
    pub(super) fn kept(&mut self) -> Result<Option<Event>, NotAsked> {
        self.open_mut().ok_or(NotAsked)?.kept()
    }

    /// The next thing to be said, if there is one and it may go now.
    pub(super) fn next_said(&mut self, now: Instant) -> Said {
        match self {
            Self::Alone { .. } => Said::Nothing,
            Self::Greeting(greeting) => greeting.exchange.due().map_or(Said::Nothing, Said::Frame),
            Self::Open(open) => open.next_said(now),
            Self::Clear(clear) => clear.next_said(now),
        }
    }

    /// Our link is lost, and the seat is kept.
    pub(super) fn link_lost(&mut self) -> Option<Event> {
        match self {
            Self::Alone { .. } => None,
            Self::Greeting(greeting) => {
                greeting.exchange.interrupted();
                None
            }
            Self::Open(open) => open.link_lost(),
            // Nobody comes back to one of those.
            Self::Clear(_) => None,
        }
    }

    /// We are back in the seat.
    pub(super) fn link_back(&mut self, now: Instant) -> Outcome {
        match self {
            Self::Alone { .. } => Outcome::default(),
            Self::Greeting(greeting) => greeting.again(now),
            Self::Open(open) => open.link_back(),
            Self::Clear(_) => Outcome::default(),
        }
    }

    /// The partner's link is lost, and their seat is kept.
    pub(super) fn partner_lost(&mut self, grace: Duration, now: Instant) -> Outcome {
        match self {
            Self::Alone { .. } => Outcome::default(),
            Self::Greeting(greeting) => {
                greeting.partner_lost(grace, now);
                Outcome::default()
            }
            Self::Open(open) => open.partner_lost(grace),
            Self::Clear(_) => Outcome::default(),
        }
    }

    /// The partner is back.
    pub(super) fn partner_back(&mut self, now: Instant) -> Outcome {
        match self {
            Self::Alone { .. } => Outcome::default(),
            Self::Greeting(greeting) => greeting.again(now),
            Self::Open(open) => open.partner_back(),
            Self::Clear(_) => Outcome::default(),
        }
    }

    /// What is said to the partner before we leave: what arrived of theirs.
    pub(super) fn bye(&mut self) -> Option<RoomRequest> {
        self.open_mut().and_then(Conversation::bye)
    }

    /// The partner is gone, or we are. Tells what that leaves of a conversation.
    pub(super) fn end(&mut self) -> Option<Ended> {
        let generation = match self {
            Self::Alone { generation } => *generation,
            Self::Greeting(greeting) => greeting.pairing.generation,
            Self::Open(open) => open.generation,
            Self::Clear(clear) => clear.generation,
        };
        match std::mem::replace(self, Self::Alone { generation }) {
            Self::Open(open) => Some(open.end()),
            Self::Clear(clear) => Some(clear.end()),
            Self::Alone { .. } | Self::Greeting(_) => None,
        }
    }
}

pub(super) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
