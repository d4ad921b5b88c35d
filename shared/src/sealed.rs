//! End-to-end encryption between the two partners of a conversation: Noise `NN`, fresh each time, over a relay that is not
//! trusted. Values in, values out; who carries the envelopes is not known here.

mod handshake;
mod padding;
mod phrase;

use snow::StatelessTransportState;

use crate::codec;
use crate::ids::{RoomPort, sha256};
use crate::limits::PADDED_BYTES;
use crate::protocol::partner::{Envelope, PartnerMessage};
use crate::protocol::room::{Pairing, Role};
use handshake::Handshake;
pub use phrase::SafetyPhrase;

/// Bytes of the authentication tag at the end of each ciphertext (RFC 8439 §2.8).
const TAG_BYTES: usize = 16;

/// Sequence numbers end here: the upper half of the nonces is kept for another kind of message, so that no nonce is ever used twice.
const SEQUENCE_END: u64 = 1 << 63;

/// One end of one conversation's encryption.
#[derive(Debug)]
pub struct Sealed {
    state: State,
}

enum State {
    /// We spoke first, and wait for the answer.
    Asked(Box<Handshake>),
    /// They speak first.
    Listening(Box<Handshake>),
    /// The handshake stands.
    Open(Box<Channel>),
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Asked(_) => "Asked",
            Self::Listening(_) => "Listening",
            Self::Open(_) => "Open",
        })
    }
}

struct Channel {
    transport: StatelessTransportState,
    sent: u64,
    received: u64,
    meeting: [u8; 32],
}

/// What an envelope held.
#[derive(Debug, PartialEq, Eq)]
pub enum Opened {
    /// The handshake stands; if there is an envelope, it is the answer the partner waits for.
    Established(Option<Envelope>),
    /// The partner said something.
    Message(PartnerMessage),
}

/// Why an envelope cannot be accepted. The conversation ends with it: an honest partner and an honest relay never cause one.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// A handshake message at the wrong time, or a message before the handshake stands.
    #[error("the envelope does not belong into this phase of the handshake")]
    OutOfPhase,
    /// A number was left out or came twice.
    #[error("message {expected} was expected, {got} came")]
    OutOfOrder {
        /// The next in order.
        expected: u64,
        /// What came.
        got: u64,
    },
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
        let mut handshake = Box::new(Handshake::new(port, pairing)?);
        Ok(match pairing.role {
            Role::Initiator => {
                let first = handshake.write()?;
                (
                    Self {
                        state: State::Asked(handshake),
                    },
                    Some(Envelope::First(first)),
                )
            }
            Role::Responder => (
                Self {
                    state: State::Listening(handshake),
                },
                None,
            ),
        })
    }

    /// Opens what came from the partner.
    ///
    /// # Errors
    /// The envelope is not the next one that the partner could have sent. Nothing of it may be shown.
    pub fn open(&mut self, envelope: &Envelope) -> Result<Opened, SealError> {
        match (&mut self.state, envelope) {
            (State::Asked(handshake), Envelope::Second(message)) => {
                handshake.read(message)?;
                self.establish()?;
                Ok(Opened::Established(None))
            }
            (State::Listening(handshake), Envelope::First(message)) => {
                handshake.read(message)?;
                let second = handshake.write()?;
                self.establish()?;
                Ok(Opened::Established(Some(Envelope::Second(second))))
            }
            (State::Open(channel), Envelope::Data { sequence, ciphertext }) => {
                channel.open(*sequence, ciphertext).map(Opened::Message)
            }
            _ => Err(SealError::OutOfPhase),
        }
    }

    /// Seals the next message for the partner, padded so that its length tells little.
    ///
    /// # Errors
    /// The handshake does not stand yet.
    pub fn seal(&mut self, message: &PartnerMessage) -> Result<Envelope, SealError> {
        match &mut self.state {
            State::Open(channel) => channel.seal(message),
            State::Asked(_) | State::Listening(_) => Err(SealError::OutOfPhase),
        }
    }

    /// Bytes that both ends share and no other conversation has, for the picture of the meeting; `None` before the handshake stands.
    pub fn meeting(&self) -> Option<[u8; 32]> {
        match &self.state {
            State::Open(channel) => Some(channel.meeting),
            State::Asked(_) | State::Listening(_) => None,
        }
    }

    fn establish(&mut self) -> Result<(), SealError> {
        let (State::Asked(handshake) | State::Listening(handshake)) = &mut self.state else {
            return Err(SealError::OutOfPhase);
        };
        let (transport, hash) = handshake.finish()?;
        // A label of its own: the picture may be shared without giving away anything else derived from the handshake.
        let meeting = sha256(&[b"acaso meeting", &hash]);
        self.state = State::Open(Box::new(Channel {
            transport,
            sent: 0,
            received: 0,
            meeting,
        }));
        Ok(())
    }
}

impl Channel {
    fn seal(&mut self, message: &PartnerMessage) -> Result<Envelope, SealError> {
        let sequence = self.sent;
        if sequence >= SEQUENCE_END {
            return Err(SealError::OutOfPhase);
        }
        let padded = padding::pad(&codec::encode_body(message));
        let mut ciphertext = vec![0; padded.len() + TAG_BYTES];
        let length = self.transport.write_message(sequence, &padded, &mut ciphertext)?;
        ciphertext.truncate(length);
        self.sent += 1;
        Ok(Envelope::Data { sequence, ciphertext })
    }

    fn open(&mut self, sequence: u64, ciphertext: &[u8]) -> Result<PartnerMessage, SealError> {
        // The cipher accepts a number again if the bytes are the same, so the order is checked here.
        if sequence != self.received || sequence >= SEQUENCE_END {
            return Err(SealError::OutOfOrder {
                expected: self.received,
                got: sequence,
            });
        }
        let mut padded = [0; PADDED_BYTES[PADDED_BYTES.len() - 1] + TAG_BYTES];
        if ciphertext.len() > padded.len() {
            return Err(SealError::NoMessage);
        }
        let length = self.transport.read_message(sequence, ciphertext, &mut padded)?;
        let message = padded
            .get(..length)
            .and_then(padding::unpad)
            .ok_or(SealError::NoMessage)?;
        let message = codec::decode(message).map_err(|_| SealError::NoMessage)?;
        self.received += 1;
        Ok(message)
    }
}

#[cfg(test)]
mod tests;
