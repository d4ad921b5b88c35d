//! End-to-end encryption between the two partners of a conversation: Noise `NN`, fresh each time, over a relay that is not
//! trusted. Values in, values out; who carries the envelopes, and in which order they are believed, is not known here.
//!
//! Nobody has an identity in it, so somebody in between could play both ends. The [`SafetyPhrase`] shows that: the initiator commits to a
//! nonce in the first message, the responder shows its own in the second, the initiator reveals, and nothing is opened before
//! that was checked.

mod channel;
mod handshake;
mod padding;
mod phrase;
mod secret;

use crate::ids::RoomPort;
use crate::protocol::partner::{Envelope, PartnerControl, PartnerMessage};
use crate::protocol::room::{Pairing, Role};
use channel::{Channel, Proof};
use handshake::{Asked, Handshake};
pub use phrase::SafetyPhrase;
use secret::Secret;

/// One end of one conversation's encryption.
#[derive(Debug)]
pub struct Sealed {
    state: State,
}

enum State {
    /// We spoke first, and wait for the answer.
    Asked(Box<Asked>),
    /// They speak first.
    Listening(Box<Handshake>),
    /// The handshake stands.
    Open(Box<Open>),
    /// It failed, and the conversation with it.
    Failed,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Asked(_) => "Asked",
            Self::Listening(_) => "Listening",
            Self::Open(_) => "Open",
            Self::Failed => "Failed",
        })
    }
}

struct Open {
    channel: Channel,
    /// The partner's part of the handshake: the same bytes may come again after a lost link, others may not.
    heard: Envelope,
    /// Our answer to it, if we answered.
    answered: Option<Envelope>,
}

/// What an envelope held.
#[derive(Debug, PartialEq, Eq)]
pub enum Opened {
    /// The handshake stands, and this is what the partner waits for: our answer, or as message 0 the nonce we committed to.
    Established(Envelope),
    /// A handshake message that was answered already came again, byte for byte; this is the answer, again.
    Again(Option<Envelope>),
    /// It came before the handshake stands, which happens when a link was lost in the middle of one: it will be sent again.
    Early,
    /// The initiator showed the nonce it had committed to: from here on there is a phrase, and what they say is believed.
    Revealed,
    /// The partner said something.
    Message(PartnerMessage),
    /// The partner's program said something.
    Control(PartnerControl),
}

/// Why an envelope cannot be accepted. The conversation ends with it: an honest partner and an honest relay never cause one.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// A handshake message at the wrong time, or a message before the initiator's nonce was shown.
    #[error("the envelope does not belong into this phase of the conversation")]
    OutOfPhase,
    /// Another handshake message than the one that was answered: somebody tries their luck a second time.
    #[error("a second, different handshake was begun")]
    OtherHandshake,
    /// The initiator showed another nonce than the one it had committed to: somebody in between chose it afterwards.
    #[error("the nonce is not the one that was committed to")]
    PromiseBroken,
    /// The bytes were not made by the partner, or were changed on the way.
    #[error("the envelope does not verify: {0}")]
    Forged(#[from] snow::Error),
    /// It verifies, but holds no message.
    #[error("the sealed bytes hold no message")]
    NoMessage,
}

impl Sealed {
    /// Begins the handshake of a conversation. The initiator has an envelope to send.
    ///
    /// # Errors
    /// The key exchange cannot begin; only a broken random number generator does that.
    pub fn begin(port: RoomPort, pairing: &Pairing) -> Result<(Self, Option<Envelope>), SealError> {
        let handshake = Handshake::new(port, pairing)?;
        let state = match pairing.role {
            Role::Initiator => State::Asked(Box::new(handshake.ask()?)),
            Role::Responder => State::Listening(Box::new(handshake)),
        };
        let sealed = Self { state };
        let first = sealed.unanswered();
        Ok((sealed, first))
    }

    /// Our first message, byte for byte, as long as it was not answered: sent again after a link was lost.
    pub fn unanswered(&self) -> Option<Envelope> {
        match &self.state {
            State::Asked(asked) => Some(Envelope::First(asked.first.clone())),
            State::Listening(_) | State::Open(_) | State::Failed => None,
        }
    }

    /// Whether the handshake stands.
    pub fn is_established(&self) -> bool {
        matches!(self.state, State::Open(_))
    }

    /// Opens what came from the partner. It does not know the order of messages: the cipher would accept a number again, so the
    /// caller passes in each once, from 0, and controls with rising counters only.
    ///
    /// # Errors
    /// The envelope is not acceptable, and neither is anything after it.
    pub fn open(&mut self, envelope: &Envelope) -> Result<Opened, SealError> {
        match (&mut self.state, envelope) {
            (_, Envelope::Open(_) | Envelope::Spake(_)) => Err(SealError::NoMessage),
            (State::Open(open), Envelope::First(_) | Envelope::Second(_)) => open.again(envelope),
            (State::Open(open), Envelope::Data { sequence, ciphertext }) => {
                let message = open.channel.open(*sequence, ciphertext)?;
                Ok(message.map_or(Opened::Revealed, Opened::Message))
            }
            (State::Open(open), Envelope::Control { counter, ciphertext }) => open
                .channel
                .open_control(*counter, ciphertext)
                .map(Opened::Control),
            (State::Asked(_) | State::Listening(_), Envelope::Data { .. } | Envelope::Control { .. }) => {
                Ok(Opened::Early)
            }
            (State::Asked(_) | State::Listening(_) | State::Failed, _) => self.establish(envelope),
        }
    }

    /// Seals the next message for the partner, padded so that its length tells little.
    ///
    /// # Errors
    /// The handshake does not stand yet.
    pub fn seal(&mut self, message: &PartnerMessage) -> Result<Envelope, SealError> {
        let (sequence, ciphertext) = self.channel()?.seal(message)?;
        Ok(Envelope::Data { sequence, ciphertext })
    }

    /// Seals a control message: under a counter of its own, never to be sent again.
    ///
    /// # Errors
    /// The handshake does not stand yet.
    pub fn seal_control(&mut self, control: &PartnerControl) -> Result<Envelope, SealError> {
        let (counter, ciphertext) = self.channel()?.seal_control(control)?;
        Ok(Envelope::Control { counter, ciphertext })
    }

    /// What both read to each other; `None` before the handshake stands and the initiator's nonce was checked.
    pub fn phrase(&self) -> Option<SafetyPhrase> {
        self.secret().map(Secret::phrase)
    }

    /// Bytes that both ends share and no other conversation has, for the picture of the meeting; `None` as for the phrase, of which
    /// they say nothing.
    pub fn meeting(&self) -> Option<[u8; 32]> {
        self.secret().map(Secret::meeting)
    }

    fn secret(&self) -> Option<&Secret> {
        match &self.state {
            State::Open(open) => open.channel.secret(),
            State::Asked(_) | State::Listening(_) | State::Failed => None,
        }
    }

    fn channel(&mut self) -> Result<&mut Channel, SealError> {
        match &mut self.state {
            State::Open(open) => Ok(&mut open.channel),
            State::Asked(_) | State::Listening(_) | State::Failed => Err(SealError::OutOfPhase),
        }
    }

    /// The partner's part of the handshake came.
    fn establish(&mut self, envelope: &Envelope) -> Result<Opened, SealError> {
        let (open, ours) = match (std::mem::replace(&mut self.state, State::Failed), envelope) {
            (State::Listening(handshake), Envelope::First(first)) => answer(*handshake, first)?,
            (State::Asked(asked), Envelope::Second(second)) => answered(*asked, second)?,
            _ => return Err(SealError::OutOfPhase),
        };
        self.state = State::Open(Box::new(open));
        Ok(Opened::Established(ours))
    }
}

impl Open {
    fn again(&self, envelope: &Envelope) -> Result<Opened, SealError> {
        if *envelope == self.heard {
            Ok(Opened::Again(self.answered.clone()))
        } else {
            Err(SealError::OtherHandshake)
        }
    }
}

fn answer(handshake: Handshake, first: &[u8]) -> Result<(Open, Envelope), SealError> {
    let (standing, second, commitment) = handshake.answer(first)?;
    let proof = Proof::Promised {
        commitment,
        hash: standing.hash,
        ours: standing.ours,
    };
    let answer = Envelope::Second(second);
    let open = Open {
        channel: Channel::new(standing.transport, proof),
        heard: Envelope::First(first.to_vec()),
        answered: Some(answer.clone()),
    };
    Ok((open, answer))
}

fn answered(asked: Asked, second: &[u8]) -> Result<(Open, Envelope), SealError> {
    let (standing, theirs) = asked.answered(second)?;
    let proof = Proof::Known(Secret::new(&standing.hash, standing.ours, theirs));
    let mut channel = Channel::new(standing.transport, proof);
    let (sequence, ciphertext) = channel.seal(&PartnerMessage::Reveal {
        nonce: *standing.ours.as_bytes(),
    })?;
    let open = Open {
        channel,
        heard: Envelope::Second(second.to_vec()),
        answered: None,
    };
    Ok((open, Envelope::Data { sequence, ciphertext }))
}

#[cfg(test)]
mod tests;
