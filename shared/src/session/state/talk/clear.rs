//! A conversation with somebody who has an old client: nothing is sealed, nothing is confirmed, and nobody comes back to it. Only in
//! a visit that allowed it, after the room said so, are words in clear believed.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::conversation::Ended;
use super::{Outcome, Said};
use crate::codec;
use crate::ids::{ConversationNumber, Generation, MessageText, Name, RoomPort};
use crate::limits::{MESSAGE_BURST, OUTBOX_MESSAGES_MAX};
use crate::protocol::partner::{Envelope, OpenWords};
use crate::protocol::room::{RoomRequest, SealedFrame};
use crate::session::event::{ConversationId, Event, MessageId, NotSent};
use crate::session::pacer::Pacer;
use crate::session::state::Rules;

/// Seconds after which a full outbox surely has room again.
const OUTBOX_RETRY_SECS: u32 = 2;

/// How long somebody who leaves when everything was handed over waits for the link to take it.
const LEAVING_PATIENCE: Duration = Duration::from_secs(5);

/// Where such a conversation takes place.
#[derive(Clone, Copy, Debug)]
pub(in crate::session::state) struct Begins {
    pub(in crate::session::state) id: ConversationId,
    pub(in crate::session::state) number: ConversationNumber,
    pub(in crate::session::state) port: RoomPort,
}

/// What came is nothing that belongs into such a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what came does not belong into a conversation in clear")]
pub(in crate::session::state) struct NotClear;

#[derive(Debug)]
pub(in crate::session::state) struct Clear {
    pub(super) id: ConversationId,
    pub(super) number: ConversationNumber,
    pub(super) generation: Generation,
    queue: VecDeque<(MessageId, MessageText)>,
    /// Given to the link, which has not taken it yet as far as we know.
    on_the_way: Option<MessageId>,
    pacer: Pacer,
    /// When the next message may go, if the queue waits for that.
    next_at: Option<Instant>,
    /// Leave when everything went, or then.
    leaving: Option<Instant>,
}

impl Clear {
    /// Our name goes at once: an old client's person sees who came.
    pub(super) fn begin(
        begins: Begins,
        generation: Generation,
        name: &Name,
        rules: &Rules,
    ) -> (Self, Outcome) {
        let Begins { id, number, port } = begins;
        let clear = Self {
            id,
            number,
            generation,
            queue: VecDeque::new(),
            on_the_way: None,
            pacer: Pacer::new(MESSAGE_BURST, rules.timings.message_every),
            next_at: None,
            leaving: None,
        };
        let name = name.clone();
        let introduction = RoomRequest::Sealed(clear.frame(OpenWords::Introduce { name }));
        let conversation = id;
        let outcome = Outcome {
            replies: vec![introduction],
            events: vec![Event::PairedOpen { conversation, port }],
            began: true,
        };
        (clear, outcome)
    }

    fn frame(&self, words: OpenWords) -> SealedFrame {
        SealedFrame {
            conversation: self.number,
            body: codec::encode_body(&Envelope::Open(words)),
        }
    }

    /// A frame came.
    pub(super) fn open(&self, body: &[u8]) -> Result<Outcome, NotClear> {
        let conversation = self.id;
        let event = match codec::decode(body) {
            Ok(Envelope::Open(OpenWords::Introduce { name })) => Event::Introduced { conversation, name },
            Ok(Envelope::Open(OpenWords::Text { text })) => Event::Message { conversation, text },
            // What two old clients say to each other is never ours to hear.
            Ok(_) | Err(_) => return Err(NotClear),
        };
        Ok(Outcome::events(vec![event]))
    }

    /// Puts a text into the queue, or gives it back.
    pub(super) fn queue(&mut self, id: MessageId, text: MessageText) -> Result<(), (MessageText, NotSent)> {
        if self.queue.len() >= OUTBOX_MESSAGES_MAX {
            let retry_after_secs = OUTBOX_RETRY_SECS;
            return Err((text, NotSent::TooFast { retry_after_secs }));
        }
        self.queue.push_back((id, text));
        Ok(())
    }

    /// The link has taken everything given to it: that went, and the next may go.
    pub(super) fn next_said(&mut self, now: Instant) -> Said {
        self.next_at = None;
        let conversation = self.id;
        if let Some(id) = self.on_the_way.take() {
            return Said::Went(Event::Sent { conversation, id });
        }
        if self.queue.is_empty() {
            return match self.leaving {
                Some(_) => Said::Everything,
                None => Said::Nothing,
            };
        }
        if let Err(later) = self.pacer.take(now) {
            self.next_at = Some(later);
            return Said::Nothing;
        }
        let Some((id, text)) = self.queue.pop_front() else {
            return Said::Nothing;
        };
        self.on_the_way = Some(id);
        if let Some(leaving) = &mut self.leaving {
            *leaving = now + LEAVING_PATIENCE;
        }
        Said::Frame(self.frame(OpenWords::Text { text }))
    }

    pub(super) fn leave_when_sent(&mut self, now: Instant) {
        self.leaving = Some(now + LEAVING_PATIENCE);
    }

    /// When whoever leaves does so in any case.
    pub(super) fn leaving(&self) -> Option<Instant> {
        self.leaving
    }

    /// Whether everything the person said went.
    pub(super) fn is_done(&self) -> bool {
        self.queue.is_empty() && self.on_the_way.is_none()
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        [self.next_at, self.leaving].into_iter().flatten().min()
    }

    pub(super) fn tick(&mut self, now: Instant) {
        self.next_at = self.next_at.filter(|next| *next > now);
    }

    pub(super) fn end(self) -> Ended {
        Ended {
            id: self.id,
            not_delivered: self.on_the_way.into_iter().collect(),
            typing: false,
            not_sent: self.queue,
        }
    }
}
