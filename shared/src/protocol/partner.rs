//! What the two partners say to each other over the relay: a handshake, then sealed messages.

use serde::{Deserialize, Serialize};

use crate::ids::{MessageText, Name};

/// What stands in the body of a [`SealedFrame`](super::room::SealedFrame).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Envelope {
    /// Noise `NN`, the initiator's message.
    First(Vec<u8>),
    /// Noise `NN`, the responder's message.
    Second(Vec<u8>),
    /// A padded [`PartnerMessage`], encrypted under its sequence number as the nonce.
    Data {
        /// Counts from 0 in each direction.
        sequence: u64,
        /// Ciphertext and tag.
        ciphertext: Vec<u8>,
    },
}

/// What is inside the encryption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PartnerMessage {
    /// The first thing each says: the name it goes by. The server never learns it.
    Introduce {
        /// The name.
        name: Name,
    },
    /// A message of the conversation.
    Text {
        /// Its words.
        text: MessageText,
    },
}
