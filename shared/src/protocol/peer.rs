//! What two members of a circle say to each other, on the one stream of the QUIC connection between them. Whose key is the lower one opens
//! that stream, on the connection that is to be used: of several that stand the others are closed.

use serde::{Deserialize, Serialize};

use super::VersionRange;
use crate::ids::{MessageText, Name};

/// Name of the protocol in the TLS handshake between members (ALPN, RFC 7301).
pub const PEER_ALPN: &[u8] = b"acaso-circle/1";

/// What one member says to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PeerMessage {
    /// In a circle with a code, before anything else: each one's message of SPAKE2 (RFC 9382), that of whoever opened the stream first.
    Spake(#[serde(with = "serde_bytes")] Vec<u8>),
    /// The proof that the words are the same: whoever did not open the stream says it first, together with its `Spake`.
    Confirm([u8; 32]),
    /// Who this is. Said by both as the first words, or the first after the proof.
    Hello {
        /// The versions spoken.
        versions: VersionRange,
        /// The name to go by.
        name: Name,
        /// Which acquaintance goes on.
        acquaintance: Acquaintance,
    },
    /// A message to the circle. Kept by its sender and said again, on a new connection if need be, until it is acknowledged.
    Text {
        /// Counts from 0 in each direction between two members.
        sequence: u64,
        /// Its words.
        text: MessageText,
    },
    /// Said by both after the `Hello`s: what follows was not received.
    Sync {
        /// The next sequence number this end waits for.
        next: u64,
    },
    /// Everything before this arrived.
    Ack {
        /// The next sequence number this end waits for.
        next: u64,
    },
    /// Goodbye: this member leaves the circle.
    Bye,
}

/// Two who meet again on another connection go on where they were if both remember the same; otherwise both begin anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acquaintance {
    /// This end's number for it; never used twice with one key.
    pub ours: u64,
    /// The other end's number for it, if it was heard.
    pub theirs: Option<u64>,
}

impl Acquaintance {
    /// Whether what we remember goes on with somebody who remembers that.
    pub fn goes_on_with(self, other: Self) -> bool {
        let fits = |heard: Option<u64>, said| heard.is_none_or(|heard| heard == said);
        fits(self.theirs, other.ours) && fits(other.theirs, self.ours)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acquaintance_goes_on_if_neither_remembers_another() {
        let met = |ours, theirs| Acquaintance { ours, theirs };
        for (one, other, goes_on) in [
            (met(1, None), met(2, None), true),
            (met(1, Some(2)), met(2, Some(1)), true),
            // One did not hear that the other had heard it.
            (met(1, Some(2)), met(2, None), true),
            (met(1, Some(2)), met(3, None), false),
            (met(1, Some(2)), met(2, Some(7)), false),
            (met(4, None), met(2, Some(1)), false),
        ] {
            assert_eq!(one.goes_on_with(other), goes_on, "{one:?}, {other:?}");
            assert_eq!(other.goes_on_with(one), goes_on, "both come to the same");
        }
    }
}
