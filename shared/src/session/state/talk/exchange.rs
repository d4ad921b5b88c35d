//! What is sealed for the partner, in which order, and kept until it arrived: the handshake's envelopes and the numbered messages.

use std::time::Instant;

use super::Progress;
use super::clear::NotClear;
use crate::codec;
use crate::ids::{Code, ConversationNumber, RoomPort};
use crate::protocol::partner::{Envelope, PartnerControl, PartnerMessage};
use crate::protocol::room::{Pairing, SealedFrame};
use crate::sealed::{Opened, SafetyPhrase, SealError, Sealed};
use crate::session::event::MessageId;
use crate::session::state::delivery::{Arrival, Delivery, Due, Impossible};

#[derive(Debug)]
pub(super) struct Exchange {
    number: ConversationNumber,
    sealed: Sealed,
    delivery: Delivery<Kept>,
}

/// A message as it is said, as often as it takes.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) sequence: u64,
    /// The person's number for it; none for what the programs say to each other.
    pub(super) id: Option<MessageId>,
    body: Vec<u8>,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Kept(number {}, {:?})", self.sequence, self.id)
    }
}

/// What came of a frame.
#[derive(Debug)]
pub(super) enum Heard {
    /// Nothing to be told.
    Nothing,
    /// An answer that goes at once.
    Answer(SealedFrame),
    /// The handshake stands; the responder has an answer that goes at once.
    Established(Option<SealedFrame>),
    /// The next message.
    Message(PartnerMessage),
    /// These of ours arrived.
    Arrived(Vec<Kept>),
    /// These of ours arrived, and the partner is leaving.
    Bye(Vec<Kept>),
    /// Everything of ours before that number was looked at.
    Seen(u64),
    /// They type.
    Typing,
}

/// Why the conversation cannot go on: an honest partner and an honest relay never cause one.
#[derive(Debug, thiserror::Error)]
pub(in crate::session::state) enum Broken {
    #[error(transparent)]
    Sealed(#[from] SealError),
    #[error(transparent)]
    Clear(#[from] NotClear),
    #[error(transparent)]
    Acknowledged(#[from] Impossible),
}

impl Exchange {
    /// The initiator has a frame to send.
    pub(super) fn begin(
        port: RoomPort,
        pairing: &Pairing,
        code: Option<&Code>,
    ) -> Result<(Self, Option<SealedFrame>), SealError> {
        let (sealed, first) = match code {
            Some(code) => Sealed::begin_with(port, pairing, code)?,
            None => Sealed::begin(port, pairing)?,
        };
        let number = pairing.conversation;
        let exchange = Self {
            number,
            sealed,
            delivery: Delivery::new(),
        };
        Ok((exchange, first.map(|envelope| frame(number, &envelope))))
    }

    pub(super) fn number(&self) -> ConversationNumber {
        self.number
    }

    pub(super) fn delivery(&self) -> &Delivery<Kept> {
        &self.delivery
    }

    /// How far the handshake came.
    pub(super) fn progress(&self) -> Progress {
        match (self.sealed.is_established(), self.sealed.has_heard()) {
            (true, _) => Progress::Stands,
            (false, true) => Progress::Begun,
            (false, false) => Progress::Silent,
        }
    }

    /// By which the two can meet again.
    pub(super) fn code(&self) -> Option<Code> {
        self.sealed.code()
    }

    pub(super) fn phrase_and_meeting(&self) -> Option<(SafetyPhrase, [u8; 32])> {
        self.sealed.phrase().zip(self.sealed.meeting())
    }

    /// Numbers a message and keeps it; it goes as soon as it is its turn.
    pub(super) fn say(&mut self, message: &PartnerMessage, id: Option<MessageId>) -> Result<(), SealError> {
        let envelope = self.sealed.seal(message)?;
        self.keep(&envelope, id);
        Ok(())
    }

    fn keep(&mut self, envelope: &Envelope, id: Option<MessageId>) {
        let sequence = self.delivery.said();
        debug_assert!(matches!(envelope, Envelope::Data { sequence: sealed, .. } if *sealed == sequence));
        let body = codec::encode_body(envelope);
        self.delivery.keep(Kept { sequence, id, body });
    }

    /// A control message, to be sent at once or never.
    pub(super) fn control(&mut self, control: &PartnerControl) -> Option<SealedFrame> {
        match self.sealed.seal_control(control) {
            Ok(envelope) => Some(frame(self.number, &envelope)),
            Err(error) => {
                tracing::debug!(%error, "nothing can be sealed yet");
                None
            }
        }
    }

    /// The last words: everything of theirs that arrived, and that nothing more follows.
    pub(super) fn bye(&mut self) -> Option<SealedFrame> {
        let next = self.delivery.say_where_we_stand();
        self.control(&PartnerControl::Bye { next })
    }

    /// What goes next besides new messages.
    pub(super) fn due(&mut self) -> Option<SealedFrame> {
        if !self.sealed.is_established() {
            return None;
        }
        match self.delivery.due()? {
            Due::Sync { next } => self.control(&PartnerControl::Sync { next }),
            Due::Ack { next } => self.control(&PartnerControl::Ack { next }),
            Due::Message(Kept { body, .. }) => Some(SealedFrame {
                conversation: self.number,
                body,
            }),
        }
    }

    /// One of the two lost the link.
    pub(super) fn interrupted(&mut self) {
        self.delivery.interrupted();
    }

    /// One of the two is back. An initiator that was not answered asks again.
    pub(super) fn reattached(&mut self) -> Option<SealedFrame> {
        self.delivery.reattached();
        let first = self.sealed.unanswered()?;
        Some(frame(self.number, &first))
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.delivery.deadline()
    }

    pub(super) fn tick(&mut self, now: Instant) {
        self.delivery.tick(now);
    }

    /// What the partner looked at has arrived, whether it said so before or not.
    pub(super) fn seen(&mut self, next: u64) -> Result<Vec<Kept>, Impossible> {
        if next <= self.delivery.first_kept() {
            return Ok(Vec::new());
        }
        self.delivery.acknowledged(next)
    }

    /// Opens what came, if it is its turn.
    pub(super) fn open(&mut self, body: &[u8], now: Instant) -> Result<Heard, Broken> {
        let envelope: Envelope = codec::decode(body).map_err(|_| SealError::NoMessage)?;
        let turn = match &envelope {
            // Words in clear are refused below, whoever says so.
            Envelope::First(_) | Envelope::Second(_) | Envelope::Open(_) | Envelope::Spake(_) => true,
            Envelope::Data { sequence, .. } => self.delivery.arrival(*sequence) == Arrival::Next,
            Envelope::Control { counter, .. } => self.delivery.is_fresh(*counter),
        };
        if !turn {
            return Ok(Heard::Nothing);
        }
        let opened = self.sealed.open(&envelope)?;
        match (&envelope, &opened) {
            (Envelope::Data { .. }, Opened::Message(_) | Opened::Revealed) => self.delivery.took(now),
            (Envelope::Control { counter, .. }, Opened::Control(_)) => self.delivery.took_control(*counter),
            _ => {}
        }
        self.opened(opened)
    }

    fn opened(&mut self, opened: Opened) -> Result<Heard, Broken> {
        Ok(match opened {
            Opened::Established(ours @ Envelope::Data { .. }) => {
                self.keep(&ours, None);
                Heard::Established(None)
            }
            Opened::Established(ours) => Heard::Established(Some(frame(self.number, &ours))),
            Opened::Compared(ours) => Heard::Answer(frame(self.number, &ours)),
            Opened::Again(Some(ours)) => {
                // Who asks again has not heard anything yet, so neither where we stand.
                self.delivery.sync_again();
                Heard::Answer(frame(self.number, &ours))
            }
            Opened::Again(None) | Opened::Early | Opened::Revealed => Heard::Nothing,
            Opened::Message(message) => Heard::Message(message),
            Opened::Control(control) => self.controlled(control)?,
        })
    }

    fn controlled(&mut self, control: PartnerControl) -> Result<Heard, Impossible> {
        Ok(match control {
            PartnerControl::Sync { next } => Heard::Arrived(self.delivery.synced(next)?),
            PartnerControl::Ack { next } => Heard::Arrived(self.delivery.acknowledged(next)?),
            PartnerControl::Bye { next } => Heard::Bye(self.delivery.acknowledged(next)?),
            PartnerControl::Seen { next } => Heard::Seen(next),
            PartnerControl::Typing => Heard::Typing,
        })
    }
}

fn frame(conversation: ConversationNumber, envelope: &Envelope) -> SealedFrame {
    SealedFrame {
        conversation,
        body: codec::encode_body(envelope),
    }
}
