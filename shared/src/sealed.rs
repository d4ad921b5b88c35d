//! End-to-end encryption between the two partners of a conversation: Noise `NN`, fresh each time, over a relay that is not
//! trusted; `NNpsk0` between two who share a code. Values in, values out; who carries the envelopes, and in which order they are believed,
//! is not known here.
//!
//! Nobody has an identity in it, so somebody in between could play both ends. The [`SafetyPhrase`] shows that: the initiator commits to a
//! nonce in the first message, the responder shows its own in the second, the initiator reveals, and nothing is opened before
//! that was checked.

mod channel;
mod handshake;
mod padding;
mod phrase;
mod secret;
mod words;

use crate::ids::{Code, RoomPort};
use crate::protocol::partner::{Envelope, PartnerControl, PartnerMessage};
use crate::protocol::room::{Pairing, Role};
use channel::{Channel, Proof};
use handshake::{Asked, Handshake, prologue};
pub use phrase::SafetyPhrase;
use secret::Secret;
use words::Run;

/// One end of one conversation's encryption.
#[derive(Debug)]
pub struct Sealed {
    state: State,
    /// The partner's parts of the handshake, each with what we answered: the same bytes may come again after a lost link, others may not.
    heard: Vec<(Envelope, Option<Envelope>)>,
}

enum State {
    /// We have a code, and the two compare theirs first.
    Comparing(Box<Comparing>),
    /// We spoke first, and wait for the answer.
    Asked(Box<Asked>),
    /// They speak first.
    Listening(Box<Handshake>),
    /// The handshake stands.
    Open(Box<Channel>),
    /// It failed, and the conversation with it.
    Failed,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Comparing(_) => "Comparing",
            Self::Asked(_) => "Asked",
            Self::Listening(_) => "Listening",
            Self::Open(_) => "Open",
            Self::Failed => "Failed",
        })
    }
}

/// The one run for which a code is good, and the handshake that it leads to.
struct Comparing {
    run: Run,
    port: RoomPort,
    pairing: Pairing,
}

/// What an envelope held.
#[derive(Debug, PartialEq, Eq)]
pub enum Opened {
    /// The handshake stands, and this is what the partner waits for: our answer, or as message 0 the nonce we committed to.
    Established(Envelope),
    /// The partner's part of comparing the code: this is what it waits for. Whether the words were the same shows in what follows.
    Compared(Envelope),
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
    /// A handshake message at the wrong time, one with a code where none is had, or without where one is, or a message before the
    /// initiator's nonce was shown.
    #[error("the envelope does not belong into this phase of the conversation")]
    OutOfPhase,
    /// Another handshake message than the one that was answered: somebody tries their luck a second time.
    #[error("a second, different handshake was begun")]
    OtherHandshake,
    /// The partner's part of comparing the code is none.
    #[error("the code cannot be compared: {0}")]
    NotCompared(#[from] spake2::Error),
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
        Ok(Self::first(
            Handshake::new(port, pairing, None)?.begin(pairing.role)?,
        ))
    }

    /// The same for whoever has a code and will talk to nobody who has not. To be done once for a code that is no lasting one: each time
    /// is one guess for whoever sits in between.
    ///
    /// # Errors
    /// As for [`Sealed::begin`].
    pub fn begin_with(
        port: RoomPort,
        pairing: &Pairing,
        code: &Code,
    ) -> Result<(Self, Option<Envelope>), SealError> {
        let comparing = Comparing {
            run: Run::new(code, pairing.role, &prologue(port, pairing)),
            port,
            pairing: *pairing,
        };
        Ok(Self::first(State::Comparing(Box::new(comparing))))
    }

    fn first(state: State) -> (Self, Option<Envelope>) {
        let heard = Vec::new();
        let sealed = Self { state, heard };
        let first = sealed.unanswered();
        (sealed, first)
    }

    /// What we said first or next, byte for byte, as long as it was not answered: sent again after a link was lost.
    pub fn unanswered(&self) -> Option<Envelope> {
        match &self.state {
            State::Comparing(comparing) => comparing.first(),
            State::Asked(asked) => Some(Envelope::First(asked.first.clone())),
            State::Listening(_) | State::Open(_) | State::Failed => None,
        }
    }

    /// Whether the partner has said anything of the handshake, right or wrong.
    pub fn has_heard(&self) -> bool {
        !self.heard.is_empty() || matches!(self.state, State::Failed)
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
            (_, Envelope::Open(_)) => Err(SealError::NoMessage),
            (State::Failed, _) => Err(SealError::OutOfPhase),
            (_, Envelope::First(_) | Envelope::Second(_) | Envelope::Spake(_)) => self.shake(envelope),
            (State::Open(channel), Envelope::Data { sequence, ciphertext }) => {
                let message = channel.open(*sequence, ciphertext)?;
                Ok(message.map_or(Opened::Revealed, Opened::Message))
            }
            (State::Open(channel), Envelope::Control { counter, ciphertext }) => {
                channel.open_control(*counter, ciphertext).map(Opened::Control)
            }
            (_, Envelope::Data { .. } | Envelope::Control { .. }) => Ok(Opened::Early),
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

    /// The code by which the two can meet again, which nobody else can know; `None` as for the phrase, of which it says nothing.
    pub fn code(&self) -> Option<Code> {
        self.secret().map(Secret::code)
    }

    fn secret(&self) -> Option<&Secret> {
        match &self.state {
            State::Open(channel) => channel.secret(),
            State::Comparing(_) | State::Asked(_) | State::Listening(_) | State::Failed => None,
        }
    }

    fn channel(&mut self) -> Result<&mut Channel, SealError> {
        match &mut self.state {
            State::Open(channel) => Ok(channel),
            State::Comparing(_) | State::Asked(_) | State::Listening(_) | State::Failed => {
                Err(SealError::OutOfPhase)
            }
        }
    }

    /// A part of the handshake came: the next one, or one that came before.
    fn shake(&mut self, envelope: &Envelope) -> Result<Opened, SealError> {
        if let Some((_, answer)) = self.heard.iter().find(|(heard, _)| heard == envelope) {
            return Ok(Opened::Again(answer.clone()));
        }
        if let State::Open(_) = self.state {
            return Err(SealError::OtherHandshake);
        }
        let (state, opened, answer) = self.advance(envelope)?;
        self.state = state;
        self.heard.push((envelope.clone(), answer));
        Ok(opened)
    }

    /// The partner's next part of the handshake. Tells where that leads, what is made of it, and what is answered should it come again.
    fn advance(&mut self, envelope: &Envelope) -> Result<(State, Opened, Option<Envelope>), SealError> {
        match (std::mem::replace(&mut self.state, State::Failed), envelope) {
            (State::Comparing(comparing), Envelope::Spake(theirs)) => {
                let (state, answer) = comparing.compared(theirs)?;
                Ok((state, Opened::Compared(answer.clone()), Some(answer)))
            }
            (State::Listening(handshake), Envelope::First(first)) => {
                let (channel, answer) = answer(*handshake, first)?;
                let opened = Opened::Established(answer.clone());
                Ok((State::Open(Box::new(channel)), opened, Some(answer)))
            }
            (State::Asked(asked), Envelope::Second(second)) => {
                let (channel, reveal) = answered(*asked, second)?;
                Ok((State::Open(Box::new(channel)), Opened::Established(reveal), None))
            }
            _ if self.heard.is_empty() => Err(SealError::OutOfPhase),
            _ => Err(SealError::OtherHandshake),
        }
    }
}

impl Handshake {
    fn begin(self, role: Role) -> Result<State, SealError> {
        Ok(match role {
            Role::Initiator => State::Asked(Box::new(self.ask()?)),
            Role::Responder => State::Listening(Box::new(self)),
        })
    }
}

impl Comparing {
    /// The initiator speaks first.
    fn first(&self) -> Option<Envelope> {
        match self.pairing.role {
            Role::Initiator => Some(Envelope::Spake(self.run.said().to_vec())),
            Role::Responder => None,
        }
    }

    /// The partner's part came: the responder says its own, the initiator goes on with the handshake.
    fn compared(self, theirs: &[u8]) -> Result<(State, Envelope), SealError> {
        let ours = self.run.said().to_vec();
        let key = self.run.finish(theirs)?;
        let handshake = Handshake::new(self.port, &self.pairing, Some(&key))?;
        let state = handshake.begin(self.pairing.role)?;
        let answer = match &state {
            State::Asked(asked) => Envelope::First(asked.first.clone()),
            _ => Envelope::Spake(ours),
        };
        Ok((state, answer))
    }
}

fn answer(handshake: Handshake, first: &[u8]) -> Result<(Channel, Envelope), SealError> {
    let (standing, second, commitment) = handshake.answer(first)?;
    let proof = Proof::Promised {
        commitment,
        hash: standing.hash,
        ours: standing.ours,
    };
    Ok((Channel::new(standing.transport, proof), Envelope::Second(second)))
}

fn answered(asked: Asked, second: &[u8]) -> Result<(Channel, Envelope), SealError> {
    let (standing, theirs) = asked.answered(second)?;
    let proof = Proof::Known(Secret::new(&standing.hash, standing.ours, theirs));
    let mut channel = Channel::new(standing.transport, proof);
    let (sequence, ciphertext) = channel.seal(&PartnerMessage::Reveal {
        nonce: *standing.ours.as_bytes(),
    })?;
    Ok((channel, Envelope::Data { sequence, ciphertext }))
}

#[cfg(test)]
mod tests;
