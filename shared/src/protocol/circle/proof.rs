//! How a member proves to the server that the key is its own which it has the others told: all members know each other's keys, and
//! whoever could be introduced with another's would be called, and lost sight of, in its place.

use ring::signature::{ED25519, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

use crate::ids::Fingerprint;

/// What is signed besides the challenge, so that the signature means nothing anywhere else.
const LABEL: &[u8] = b"acaso circle key";

/// A SubjectPublicKeyInfo of Ed25519, up to the key itself (RFC 8410 §4, in DER).
const ED25519_SPKI: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// What is to be signed: said to one newcomer, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge([u8; 32]);

/// A signature over a [`Challenge`], and the key to look at it with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyProof {
    /// The Ed25519 key whose fingerprint was introduced.
    pub public: [u8; 32],
    /// By that key, over [`Challenge::to_be_signed`].
    #[serde(with = "serde_bytes")]
    pub signature: [u8; 64],
}

impl From<[u8; 32]> for Challenge {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl Challenge {
    /// One that nobody knows before.
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// What the owner of the key signs.
    pub fn to_be_signed(&self) -> Vec<u8> {
        [LABEL, &self.0].concat()
    }
}

impl KeyProof {
    /// The fingerprint that the key has on links between members.
    pub fn key(&self) -> Fingerprint {
        Fingerprint::of_spki(&[&ED25519_SPKI[..], &self.public].concat())
    }

    /// Whether whoever said it has the key that was introduced.
    #[must_use]
    pub fn holds(&self, introduced: Fingerprint, challenge: &Challenge) -> bool {
        let public = UnparsedPublicKey::new(&ED25519, self.public);
        self.key() == introduced && public.verify(&challenge.to_be_signed(), &self.signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{Ed25519KeyPair, KeyPair};

    use super::*;

    fn proof(seed: u8, challenge: &Challenge) -> KeyProof {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        let signature = pair.sign(&challenge.to_be_signed());
        KeyProof {
            public: pair.public_key().as_ref().try_into().unwrap(),
            signature: signature.as_ref().try_into().unwrap(),
        }
    }

    #[test]
    fn a_key_is_proved_by_its_owner_for_one_challenge() {
        let [challenge, another] = [Challenge::from([1; 32]), Challenge::from([2; 32])];
        let ana = proof(7, &challenge);
        assert!(ana.holds(ana.key(), &challenge));
        assert!(!ana.holds(ana.key(), &another), "said before");
        let eva = proof(8, &challenge);
        assert!(!eva.holds(ana.key(), &challenge), "another key");
        let claimed = KeyProof {
            public: ana.public,
            signature: eva.signature,
        };
        assert!(!claimed.holds(ana.key(), &challenge), "another's signature");
    }
}
