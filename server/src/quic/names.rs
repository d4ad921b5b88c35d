//! What connections are called on the wire: at random, and so that a server knows its own names again after a restart.
//!
//! Not quinn's own names, of which there are but 2^24: whoever has proved an address is called by a new one before anybody looks whether
//! it is free, and with 18,000 people here, of some six names each, one in 160 would have been taken for somebody else and heard nothing.

use quinn_proto::{ConnectionId, ConnectionIdGenerator, InvalidCid};
use rand::RngExt;
use ring::hmac;
use tokio::time::Duration;

/// Bytes at random. With a million names in use, one in 280 million is taken.
const NONCE_BYTES: usize = 6;

/// Bytes that tell a name of ours from any other.
const SIGNATURE_BYTES: usize = 6;

/// Makes names, and knows them.
pub(super) struct Names(hmac::Key);

impl Names {
    pub(super) fn of(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    fn signature(&self, nonce: &[u8]) -> hmac::Tag {
        hmac::sign(&self.0, nonce)
    }
}

impl ConnectionIdGenerator for Names {
    fn generate_cid(&mut self) -> ConnectionId {
        let mut name = [0; NONCE_BYTES + SIGNATURE_BYTES];
        let (nonce, signature) = name.split_at_mut(NONCE_BYTES);
        rand::rng().fill(&mut *nonce);
        signature.copy_from_slice(&self.signature(nonce).as_ref()[..SIGNATURE_BYTES]);
        ConnectionId::new(&name)
    }

    fn validate(&self, name: &ConnectionId) -> Result<(), InvalidCid> {
        let ours = name
            .split_at_checked(NONCE_BYTES)
            .is_some_and(|(nonce, signature)| {
                // Nothing worse than a reset is to be had by guessing one.
                signature == &self.signature(nonce).as_ref()[..SIGNATURE_BYTES]
            });
        ours.then_some(()).ok_or(InvalidCid)
    }

    fn cid_len(&self) -> usize {
        NONCE_BYTES + SIGNATURE_BYTES
    }

    fn cid_lifetime(&self) -> Option<Duration> {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_server_knows_its_names_again_and_no_others() {
        let (mut before, after, other) = (
            Names::of(b"one key"),
            Names::of(b"one key"),
            Names::of(b"another"),
        );
        let name = before.generate_cid();
        assert_eq!(name.len(), before.cid_len());
        assert!(after.validate(&name).is_ok() && other.validate(&name).is_err());
        for wrong in [&name[..NONCE_BYTES], &[], &[0; 12]] {
            assert!(after.validate(&ConnectionId::new(wrong)).is_err());
        }
    }

    #[test]
    fn no_two_of_as_many_as_a_full_house_has_are_the_same() {
        let mut names = Names::of(b"a key");
        let all: HashSet<_> = (0..100_000).map(|_| names.generate_cid()).collect();
        assert_eq!(all.len(), 100_000);
    }
}
