//! The nonces behind the safety phrase, and what is derived from them. The initiator commits to its nonce before it sees the other one,
//! so that somebody in between has one guess at a phrase instead of as many as a processor can try.

use crate::ids::{Code, random_bytes, sha256};
use crate::sealed::SafetyPhrase;

/// One end's share of the phrase's chance.
#[derive(Clone, Copy)]
pub(super) struct Nonce([u8; 32]);

/// What the initiator bound itself to: the hash of its nonce.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Commitment([u8; 32]);

/// What both ends of one conversation have in common and nobody else has, unless two conversations were made of one.
#[derive(Clone, Copy)]
pub(super) struct Secret([u8; 32]);

impl Nonce {
    pub(super) fn random() -> Self {
        Self(random_bytes())
    }

    pub(super) fn commitment(&self) -> Commitment {
        Commitment(sha256(&[b"acaso commit", &self.0]))
    }

    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Nonce {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl Commitment {
    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Commitment {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl Secret {
    pub(super) fn new(handshake_hash: &[u8], initiator: Nonce, responder: Nonce) -> Self {
        Self(sha256(&[
            b"acaso phrase",
            handshake_hash,
            &initiator.0,
            &responder.0,
        ]))
    }

    pub(super) fn phrase(&self) -> SafetyPhrase {
        SafetyPhrase::from_hash(&self.0)
    }

    /// Under a label of its own: a picture of the meeting may be shown around without giving the phrase away.
    pub(super) fn meeting(&self) -> [u8; 32] {
        sha256(&[b"acaso meeting", &self.0])
    }

    /// Under a label of its own, too: of what it comes from the server knows nothing, since the nonces travel sealed.
    pub(super) fn code(&self) -> Code {
        Code::from_secret(&sha256(&[b"acaso keep", &self.0]))
    }
}
