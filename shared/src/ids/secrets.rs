//! Secrets of 128 random bits (a ticket: 112 and its room): what they are, and the hashes that are kept instead of them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{RoomPort, random_bytes, sha256};

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
impl Ticket {
    /// A fresh one for that room. Which room it is for is told by the ticket itself, to whoever knows where to look: the rest of it
    /// is random, 112 bits.
    pub fn random_for(room: RoomPort) -> Self {
        let mut ticket = Self::random();
        let [high, low] = room.get().to_be_bytes();
        (ticket.0[0], ticket.0[1]) = (high, low);
        ticket
    }

    /// Which room it is for, if a server of ours made it. What anybody makes up may be for any room, or for none.
    pub fn room(&self) -> Option<RoomPort> {
        let [high, low, ..] = self.0;
        RoomPort::try_from(u16::from_be_bytes([high, low])).ok()
    }
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

    #[test]
    fn a_ticket_says_which_room_it_is_for_and_is_no_easier_to_guess_twice() {
        for port in [1026, 2000, 9999] {
            let room = RoomPort::try_from(port).unwrap();
            let (one, other) = (Ticket::random_for(room), Ticket::random_for(room));
            assert_eq!((one.room(), other.room()), (Some(room), Some(room)));
            assert!(one != other && one.hash() != other.hash());
        }
        assert_eq!(Ticket::from([0; 16]).room(), None, "no room has that number");
    }
}
