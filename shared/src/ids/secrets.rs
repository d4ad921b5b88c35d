//! Secrets of 128 random bits: what they are, and the hashes that are kept instead of them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{random_bytes, sha256};

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub struct $name([u8; 16]);

        impl $name {
            /// A fresh one, from the operating system's random numbers.
            pub fn random() -> Self {
                Self(random_bytes())
            }

            /// What is kept instead of the value itself: its SHA-256.
            pub fn hash(&self) -> SecretHash {
                SecretHash(sha256(&[&self.0]))
            }
        }

        impl From<[u8; 16]> for $name {
            fn from(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

secret! {
    /// The only way through a door: single use, good for ten seconds, for one seat of one generation of a room.
    Ticket
}
secret! {
    /// Who somebody is for one run of a client: the lobby does not bring the same two together at once again.
    VisitorToken
}

secret! {
    /// The way back to a seat whose link was lost: renewed each time it is taken, bound to one conversation.
    ResumeToken
}

/// SHA-256 of a secret of 128 random bits: enough to recognise it, useless to whoever reads memory or disk.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretHash([u8; 32]);

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        assert_eq!(format!("{:?}", Ticket::from([7; 16])), "Ticket(…)");
    }
}
