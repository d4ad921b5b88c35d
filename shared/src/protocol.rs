//! What is said between client and server, phase by phase, and between the two partners. Only meaning: bytes are `codec`'s.
//!
//! Enums grow at their end and structs never gain fields: the position of a variant is its tag on the wire.

pub mod circle;
pub mod lobby;
pub mod partner;
pub mod peer;
pub mod plaza;
pub mod room;

mod list;

use serde::{Deserialize, Serialize};

/// The versions of this protocol that this program speaks.
pub const VERSIONS: VersionRange = VersionRange { min: 1, max: 1 };

/// Name of the protocol in the TLS handshake (ALPN, RFC 7301).
pub const ALPN: &[u8] = b"acaso/1";

/// A range of protocol versions, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct VersionRange {
    /// The oldest version spoken.
    pub min: u16,
    /// The newest version spoken.
    pub max: u16,
}

impl VersionRange {
    /// The highest version that both speak, if there is one.
    pub fn highest_common(self, other: Self) -> Option<u16> {
        let highest = self.max.min(other.max);
        (highest >= self.min.max(other.min)).then_some(highest)
    }
}

/// Why a server says no: always with what the person can do about it, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// No version in common; this is what the server speaks.
    Version(VersionRange),
    /// Every seat is taken, or the server holds as many connections as it may.
    Full {
        /// How many people are here.
        people: u32,
        /// When to try again, in seconds.
        retry_after_secs: u32,
    },
    /// The server is being stopped.
    Closing,
    /// The ticket is unknown, used, expired, or for another seat: go back to the lobby.
    BadTicket,
    /// What was said is not allowed in this phase, or is no message at all.
    Unexpected,
    /// The server cannot record a new room at the moment (its disk is full, or its registry is locked).
    Registry {
        /// When to try again, in seconds.
        retry_after_secs: u32,
    },
    /// Nothing was said for too long.
    TooSlow,
    /// The account or the password is not right.
    Login {
        /// When to try again, in seconds; grows with each wrong one from the same network.
        retry_after_secs: u32,
    },
    /// Too much, too fast, from one network.
    SlowDown {
        /// When to try again, in seconds.
        retry_after_secs: u32,
    },
    /// The operator barred this network.
    Banned {
        /// For how much longer, in seconds.
        remaining_secs: u32,
    },
    /// The resume token is of no conversation that this server knows: it was started anew, or the grace ran out long ago.
    Forgotten,
    /// There is no plaza of that name here.
    NoSuchPlaza,
    /// More waits to be read than a server keeps for somebody who does not read: come back.
    NotReading,
    /// Nobody waits at that number: the code was used, or spent by a wrong word, or it is too old, or its number was misheard.
    NoSuchInvitation,
    /// As many are in that circle as may be.
    CircleFull,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(min: u16, max: u16) -> VersionRange {
        VersionRange { min, max }
    }

    #[test]
    fn the_highest_common_version_is_chosen_or_none() {
        assert_eq!(range(1, 3).highest_common(range(2, 5)), Some(3));
        assert_eq!(range(2, 5).highest_common(range(1, 3)), Some(3));
        assert_eq!(range(1, 1).highest_common(range(2, 5)), None);
        assert_eq!(
            range(4, 2).highest_common(range(1, 9)),
            None,
            "a range that is none"
        );
    }
}
