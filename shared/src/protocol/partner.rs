//! What the two partners say to each other over the relay: a handshake, then sealed messages.

use serde::{Deserialize, Serialize};

use crate::ids::{MessageText, Name};

/// What stands in the body of a [`SealedFrame`](super::room::SealedFrame).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Envelope {
    /// Noise `NN`, the initiator's message.
    First(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Noise `NN`, the responder's message.
    Second(#[serde(with = "serde_bytes")] Vec<u8>),
    /// A padded [`PartnerMessage`], encrypted under its sequence number as the nonce. Kept by its sender and sent again, byte for
    /// byte, until it is acknowledged.
    Data {
        /// Counts from 0 in each direction, below 2^63.
        sequence: u64,
        /// Ciphertext and tag.
        #[serde(with = "serde_bytes")]
        ciphertext: Vec<u8>,
    },
    /// A padded [`PartnerControl`], encrypted under `2^63 | counter`: always fresh, never sent again.
    Control {
        /// Rises with each one in each direction, below 2^63.
        counter: u64,
        /// Ciphertext and tag.
        #[serde(with = "serde_bytes")]
        ciphertext: Vec<u8>,
    },
    /// Words in clear: only in a conversation that began with [`PairedOpen`](super::room::RoomEvent::PairedOpen), a breach of the
    /// protocol anywhere else.
    Open(OpenWords),
    /// Before the handshake of two who share a code: each one's message of SPAKE2 (RFC 9382), the initiator's first. What comes of
    /// it is the key (PSK) of Noise `NNpsk0`.
    Spake(#[serde(with = "serde_bytes")] Vec<u8>),
}

/// What is said where one of the two has an old client, which can seal nothing. The server reads along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OpenWords {
    /// From one old client to another: bytes as they came.
    Verbatim(#[serde(with = "serde_bytes")] Vec<u8>),
    /// The name they go by.
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

/// What is inside the encryption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PartnerMessage {
    /// The initiator's first: the nonce it committed to in the handshake. Nothing is shown before it was checked.
    Reveal {
        /// The nonce.
        nonce: [u8; 32],
    },
    /// The name each goes by, said once, before any text. The server never learns it.
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

/// What is inside the encryption and about it: nothing a person typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PartnerControl {
    /// Said by both whenever either is back: what follows was not received.
    Sync {
        /// The next sequence number this end waits for.
        next: u64,
    },
    /// Everything before this arrived.
    Ack {
        /// The next sequence number this end waits for.
        next: u64,
    },
    /// Everything before this was looked at. Only said by whoever chose to tell.
    Seen {
        /// The first sequence number not looked at.
        next: u64,
    },
    /// Something is being typed. Only said by whoever chose to tell.
    Typing,
    /// Everything of theirs arrived, and nothing more will be sent: the seat need not be kept.
    Bye {
        /// The next sequence number this end waits for.
        next: u64,
    },
}
