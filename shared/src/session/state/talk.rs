//! What goes on in a room between us and the other seat: nobody, a handshake, or a conversation.

use std::collections::VecDeque;
use std::time::Instant;

use super::HANDSHAKE_PATIENCE;
use crate::codec;
use crate::ids::{ConversationNumber, Generation, MessageText, Name, RoomPort};
use crate::limits::{MESSAGE_BURST, MESSAGES_PER_SECOND, OUTBOX_MESSAGES_MAX};
use crate::protocol::VERSIONS;
use crate::protocol::partner::{Envelope, PartnerMessage};
use crate::protocol::room::{Pairing, Role, RoomRequest, SealedFrame};
use crate::sealed::{Opened, SealError, Sealed};
use crate::session::event::{ConversationId, Event, MessageId, NotSent, Partner};
use crate::session::pacer::Pacer;

/// Seconds after which a full outbox surely has room again.
const OUTBOX_RETRY_SECS: u32 = 2;

#[derive(Debug)]
pub(super) enum Talk {
    /// The other seat is free, or about to be taken.
    Alone { generation: Generation },
    /// The other seat is taken; nobody is shown before the handshake stands and a name came.
    Greeting(Box<Greeting>),
    /// A conversation.
    Open(Box<Open>),
}

#[derive(Debug)]
pub(super) struct Greeting {
    pairing: Pairing,
    port: RoomPort,
    sealed: Sealed,
    received: u64,
    since: Instant,
}

#[derive(Debug)]
pub(super) struct Open {
    id: ConversationId,
    number: ConversationNumber,
    generation: Generation,
    sealed: Sealed,
    received: u64,
    outbox: VecDeque<(MessageId, MessageText)>,
    pacer: Pacer,
    /// When the next message may go, if the outbox waits for that.
    next_at: Option<Instant>,
    /// Say goodbye when the outbox is empty.
    leaving: bool,
}

/// What an envelope led to.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) replies: Vec<RoomRequest>,
    pub(super) event: Option<Event>,
    /// The conversation's id was used.
    pub(super) began: bool,
}

/// What is next to be said.
#[derive(Debug)]
pub(super) enum Said {
    Nothing,
    Frame(SealedFrame),
    /// Everything has been said, and leaving was asked for.
    Everything,
}

/// A pairing that contradicts what the room said before.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadPairing {
    #[error("we were told to be in generation {0:?} of this room")]
    Generation(Generation),
    #[error("the versions we were told are not ours, or not the highest both speak")]
    Version,
    #[error("there is a partner already")]
    Taken,
    #[error(transparent)]
    Handshake(#[from] SealError),
}

impl Talk {
    /// The conversation's number in this room, from the first handshake message on.
    pub(super) fn number(&self) -> Option<ConversationNumber> {
        match self {
            Self::Alone { .. } => None,
            Self::Greeting(greeting) => Some(greeting.pairing.conversation),
            Self::Open(open) => Some(open.number),
        }
    }

    /// The conversation, if it has been shown to the person.
    pub(super) fn conversation(&self) -> Option<ConversationId> {
        match self {
            Self::Open(open) => Some(open.id),
            Self::Alone { .. } | Self::Greeting(_) => None,
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Alone { .. } => None,
            Self::Greeting(greeting) => Some(greeting.since + HANDSHAKE_PATIENCE),
            Self::Open(open) => open.next_at,
        }
    }

    /// The time a message waited for has come; it goes as soon as the link takes it.
    pub(super) fn tick(&mut self, now: Instant) {
        if let Self::Open(open) = self
            && open.next_at.is_some_and(|next| next <= now)
        {
            open.next_at = None;
        }
    }

    pub(super) fn handshake_overdue(&self, now: Instant) -> bool {
        matches!(self, Self::Greeting(greeting) if greeting.since + HANDSHAKE_PATIENCE <= now)
    }

    /// Somebody sits in the other seat. The initiator has something to say.
    pub(super) fn begin(
        &mut self,
        port: RoomPort,
        pairing: &Pairing,
        now: Instant,
    ) -> Result<Option<SealedFrame>, BadPairing> {
        let Self::Alone { generation } = *self else {
            return Err(BadPairing::Taken);
        };
        if generation != pairing.generation {
            return Err(BadPairing::Generation(generation));
        }
        // Both being told the same lie would agree in the prologue, so each checks what it knows itself.
        let ours = match pairing.role {
            Role::Initiator => pairing.initiator_versions,
            Role::Responder => pairing.responder_versions,
        };
        let highest = pairing
            .initiator_versions
            .highest_common(pairing.responder_versions);
        if ours != VERSIONS || highest != Some(pairing.version) {
            return Err(BadPairing::Version);
        }
        let (sealed, first) = Sealed::begin(port, pairing)?;
        *self = Self::Greeting(Box::new(Greeting {
            pairing: *pairing,
            port,
            sealed,
            received: 0,
            since: now,
        }));
        Ok(first.map(|envelope| frame(pairing.conversation, &envelope)))
    }

    /// Opens what came from the other seat. `id` is for the conversation if this begins it.
    pub(super) fn open(
        &mut self,
        frame: &SealedFrame,
        id: ConversationId,
        our_name: &Name,
    ) -> Result<Outcome, SealError> {
        if self.number() != Some(frame.conversation) {
            // Of a conversation that ended while it was on the way.
            return Ok(Outcome::default());
        }
        let envelope: Envelope = codec::decode(&frame.body).map_err(|_| SealError::NoMessage)?;
        match self {
            Self::Alone { .. } => Ok(Outcome::default()),
            Self::Greeting(greeting) => {
                match in_order(&mut greeting.sealed, &mut greeting.received, &envelope)? {
                    Opened::Established(ours) => greeting.introduce(ours, our_name),
                    Opened::Again(_) | Opened::Revealed | Opened::Early | Opened::Control(_) => {
                        Ok(Outcome::default())
                    }
                    Opened::Message(PartnerMessage::Introduce { name }) => self.meet(name, id),
                    Opened::Message(PartnerMessage::Text { .. } | PartnerMessage::Reveal { .. }) => {
                        Err(SealError::OutOfPhase)
                    }
                }
            }
            Self::Open(open) => match in_order(&mut open.sealed, &mut open.received, &envelope)? {
                Opened::Message(PartnerMessage::Text { text }) => {
                    let event = Event::Message {
                        conversation: open.id,
                        text,
                    };
                    Ok(Outcome {
                        event: Some(event),
                        ..Outcome::default()
                    })
                }
                Opened::Again(_) | Opened::Control(_) => Ok(Outcome::default()),
                Opened::Message(PartnerMessage::Introduce { .. } | PartnerMessage::Reveal { .. })
                | Opened::Established(_)
                | Opened::Revealed
                | Opened::Early => Err(SealError::OutOfPhase),
            },
        }
    }

    /// The partner's name came: from here on there is a conversation.
    fn meet(&mut self, name: Name, id: ConversationId) -> Result<Outcome, SealError> {
        let Self::Greeting(greeting) = std::mem::replace(
            self,
            Self::Alone {
                generation: Generation(0),
            },
        ) else {
            return Err(SealError::OutOfPhase);
        };
        let Greeting {
            pairing,
            port,
            sealed,
            received,
            ..
        } = *greeting;
        let (Some(phrase), Some(meeting)) = (sealed.phrase(), sealed.meeting()) else {
            return Err(SealError::OutOfPhase);
        };
        let partner = Partner {
            conversation: id,
            name,
            port,
            role: pairing.role,
            phrase,
            meeting,
        };
        *self = Self::Open(Box::new(Open {
            id,
            number: pairing.conversation,
            generation: pairing.generation,
            sealed,
            received,
            outbox: VecDeque::new(),
            pacer: Pacer::new(MESSAGE_BURST, MESSAGES_PER_SECOND),
            next_at: None,
            leaving: false,
        }));
        Ok(Outcome {
            replies: vec![RoomRequest::Ready {
                conversation: pairing.conversation,
            }],
            event: Some(Event::Paired(partner)),
            began: true,
        })
    }

    /// Puts a text into the conversation's queue, or gives it back.
    pub(super) fn queue(&mut self, id: MessageId, text: MessageText) -> Result<(), (MessageText, NotSent)> {
        let Self::Open(open) = self else {
            return Err((text, NotSent::NoPartner));
        };
        if open.outbox.len() >= OUTBOX_MESSAGES_MAX {
            return Err((
                text,
                NotSent::TooFast {
                    retry_after_secs: OUTBOX_RETRY_SECS,
                },
            ));
        }
        open.outbox.push_back((id, text));
        Ok(())
    }

    pub(super) fn leave_when_sent(&mut self) {
        if let Self::Open(open) = self {
            open.leaving = true;
        }
    }

    /// The next message, if one waits and may go now. It is numbered only here, so nothing numbered is ever taken back.
    pub(super) fn next_said(&mut self, now: Instant) -> Said {
        let Self::Open(open) = self else {
            return Said::Nothing;
        };
        open.next_at = None;
        if open.outbox.is_empty() {
            return if open.leaving {
                Said::Everything
            } else {
                Said::Nothing
            };
        }
        if let Err(later) = open.pacer.take(now) {
            open.next_at = Some(later);
            return Said::Nothing;
        }
        let Some((id, text)) = open.outbox.pop_front() else {
            return Said::Nothing;
        };
        match open.sealed.seal(&PartnerMessage::Text { text: text.clone() }) {
            Ok(envelope) => Said::Frame(frame(open.number, &envelope)),
            Err(error) => {
                // Only after 2^63 messages; the text stays with the person.
                tracing::warn!(%error, "a message could not be sealed");
                open.outbox.push_front((id, text));
                Said::Nothing
            }
        }
    }

    /// The partner is gone, or we are. Tells which conversation ended by it, and what was not handed over.
    pub(super) fn end(&mut self) -> Option<(ConversationId, VecDeque<(MessageId, MessageText)>)> {
        let generation = match self {
            Self::Alone { generation } => *generation,
            Self::Greeting(greeting) => greeting.pairing.generation,
            Self::Open(open) => open.generation,
        };
        match std::mem::replace(self, Self::Alone { generation }) {
            Self::Open(open) => Some((open.id, open.outbox)),
            Self::Alone { .. } | Self::Greeting(_) => None,
        }
    }
}

impl Greeting {
    /// The handshake stands: our name goes first, after what the partner still waits for.
    fn introduce(&mut self, ours: Envelope, our_name: &Name) -> Result<Outcome, SealError> {
        let introduction = self.sealed.seal(&PartnerMessage::Introduce {
            name: our_name.clone(),
        })?;
        let replies = [ours, introduction]
            .into_iter()
            .map(|envelope| RoomRequest::Sealed(frame(self.pairing.conversation, &envelope)))
            .collect();
        Ok(Outcome {
            replies,
            ..Outcome::default()
        })
    }
}

/// Opens the envelope if it is the next one: the cipher would accept a number a second time.
fn in_order(sealed: &mut Sealed, received: &mut u64, envelope: &Envelope) -> Result<Opened, SealError> {
    if let Envelope::Data { sequence, .. } = envelope {
        if sequence != received {
            return Err(SealError::OutOfPhase);
        }
        *received += 1;
    }
    sealed.open(envelope)
}

fn frame(conversation: ConversationNumber, envelope: &Envelope) -> SealedFrame {
    SealedFrame {
        conversation,
        body: codec::encode_body(envelope),
    }
}
