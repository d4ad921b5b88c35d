//! Before anybody is shown: the handshake, until the partner's name came.

use std::time::{Duration, Instant};

use super::Outcome;
use super::conversation::Conversation;
use super::exchange::{Broken, Exchange};
use super::keep::Keep;
use super::signs::Signs;
use crate::ids::{Code, Generation, Name, RoomPort};
use crate::limits::MESSAGE_BURST;
use crate::protocol::VersionRange;
use crate::protocol::partner::PartnerMessage;
use crate::protocol::room::{Pairing, Role, RoomRequest, SealedFrame};
use crate::sealed::SealError;
use crate::session::event::{ConversationId, Event, Habits, Partner};
use crate::session::pacer::Pacer;
use crate::session::state::{HANDSHAKE_PATIENCE, Rules};

#[derive(Debug)]
pub(in crate::session::state) struct Greeting {
    pub(super) pairing: Pairing,
    terms: Terms,
    pub(super) exchange: Exchange,
    /// When the partner has to have answered.
    until: Instant,
}

/// What holds for a conversation before it begins.
#[derive(Debug)]
pub(in crate::session::state) struct Terms {
    /// The room.
    pub(in crate::session::state) port: RoomPort,
    /// The versions that we speak.
    pub(in crate::session::state) versions: VersionRange,
    /// What the partner has to know, if it is not a stranger.
    pub(in crate::session::state) code: Option<Code>,
    /// The server knows how two can meet again.
    pub(in crate::session::state) can_keep: bool,
}

/// A pairing that contradicts what the room said before.
#[derive(Debug, thiserror::Error)]
pub(in crate::session::state) enum BadPairing {
    #[error("we were told to be in generation {0:?} of this room")]
    Generation(Generation),
    #[error("the versions we were told are not ours, or not the highest both speak")]
    Version,
    #[error("there is a partner already")]
    Taken,
    #[error(transparent)]
    Handshake(#[from] SealError),
}

impl Greeting {
    /// The initiator has something to say.
    pub(super) fn begin(
        generation: Generation,
        terms: Terms,
        pairing: &Pairing,
        now: Instant,
    ) -> Result<(Self, Option<SealedFrame>), BadPairing> {
        if generation != pairing.generation {
            return Err(BadPairing::Generation(generation));
        }
        if !speaks(pairing, terms.versions) {
            return Err(BadPairing::Version);
        }
        let (exchange, first) = Exchange::begin(terms.port, pairing, terms.code.as_ref())?;
        let greeting = Self {
            pairing: *pairing,
            terms,
            exchange,
            until: now + HANDSHAKE_PATIENCE,
        };
        Ok((greeting, first))
    }

    pub(super) fn deadline(&self) -> Instant {
        let acknowledge = self.exchange.deadline();
        acknowledge.map_or(self.until, |acknowledge| acknowledge.min(self.until))
    }

    pub(super) fn is_overdue(&self, now: Instant) -> bool {
        self.until <= now
    }

    /// The handshake stands: our name goes first, after what the partner still waits for.
    pub(super) fn introduce(
        &mut self,
        answer: Option<SealedFrame>,
        our_name: &Name,
    ) -> Result<Outcome, Broken> {
        let name = our_name.clone();
        self.exchange.say(&PartnerMessage::Introduce { name }, None)?;
        Ok(Outcome {
            replies: answer.map(RoomRequest::Sealed).into_iter().collect(),
            ..Outcome::default()
        })
    }

    /// One of the two is back: what was on the way of the handshake is said again.
    pub(super) fn again(&mut self, now: Instant) -> Outcome {
        self.until = now + HANDSHAKE_PATIENCE;
        Outcome {
            replies: self
                .exchange
                .reattached()
                .map(RoomRequest::Sealed)
                .into_iter()
                .collect(),
            ..Outcome::default()
        }
    }

    /// The partner's link is lost: the handshake waits for them as long as the room does.
    pub(super) fn partner_lost(&mut self, grace: Duration, now: Instant) {
        self.exchange.interrupted();
        self.until = now + HANDSHAKE_PATIENCE + grace;
    }

    /// The partner's name came: from here on there is a conversation.
    pub(super) fn meet(
        self,
        name: Name,
        id: ConversationId,
        habits: Habits,
        rules: &Rules,
    ) -> Result<(Conversation, Outcome), Broken> {
        let phrase_and_meeting = self.exchange.phrase_and_meeting();
        let (phrase, meeting) = phrase_and_meeting.ok_or(SealError::OutOfPhase)?;
        let partner = Partner {
            conversation: id,
            name,
            port: self.terms.port,
            role: self.pairing.role,
            phrase,
            meeting,
            can_keep: self.terms.can_keep,
            had_code: self.terms.code.is_some(),
        };
        let ready = RoomRequest::Ready {
            conversation: self.pairing.conversation,
        };
        let outcome = Outcome {
            replies: vec![ready],
            events: vec![Event::Paired(partner)],
            began: true,
        };
        let pacer = Pacer::new(MESSAGE_BURST, rules.timings.message_every);
        let generation = self.pairing.generation;
        let keep = Keep::new(self.terms.can_keep);
        let signs = Signs::new(habits);
        let conversation = Conversation::new(id, generation, self.exchange, signs, pacer, keep);
        Ok((conversation, outcome))
    }
}

/// Both being told the same lie would agree in the prologue, so each checks what it knows itself.
fn speaks(pairing: &Pairing, ours: VersionRange) -> bool {
    let told = match pairing.role {
        Role::Initiator => pairing.initiator_versions,
        Role::Responder => pairing.responder_versions,
    };
    let highest = pairing
        .initiator_versions
        .highest_common(pairing.responder_versions);
    told == ours && highest == Some(pairing.version)
}
