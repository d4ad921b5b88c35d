//! Two who share a code prove it to each other without telling it: SPAKE2 (RFC 9382, over Ed25519). Its key is the PSK of the handshake
//! that follows, which stands only if both had the same words. Whoever sits in between learns whether one guess was right, and no more.

use spake2::{Ed25519Group, Identity, Password, Spake2};

use super::SealError;
use crate::ids::{Code, sha256};
use crate::protocol::room::Role;

/// What both must have in common beside their conversation.
pub(super) type Psk = [u8; 32];

/// One end's run, which is good for one answer of the other end: a second one would be a second guess.
pub(super) struct Run {
    spake: Spake2<Ed25519Group>,
    said: Vec<u8>,
}

impl Run {
    /// Begins one about those words, for that conversation and no other.
    pub(super) fn new(code: &Code, role: Role, conversation: &[u8]) -> Self {
        let number = code.number().get().to_be_bytes();
        let words = Password::new([b"acaso words", number.as_slice(), code.bytes()].concat());
        let part = |name: &[u8]| Identity::new(&[name, conversation].concat());
        let (first, second) = (part(b"acaso initiator"), part(b"acaso responder"));
        let (spake, said) = match role {
            Role::Initiator => Spake2::start_a(&words, &first, &second),
            Role::Responder => Spake2::start_b(&words, &first, &second),
        };
        Self { spake, said }
    }

    /// What the other end has to hear.
    pub(super) fn said(&self) -> &[u8] {
        &self.said
    }

    /// The other end's part came. With other words the key is another one, which only the handshake shows.
    pub(super) fn finish(self, heard: &[u8]) -> Result<Psk, SealError> {
        let key = self.spake.finish(heard)?;
        Ok(sha256(&[b"acaso code key", &key]))
    }
}
