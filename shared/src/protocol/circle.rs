//! What is said between the server and a member of a circle, on the lobby's link after
//! [`LobbyReply::Gathered`](super::lobby::LobbyReply::Gathered): who is there, and where. What the members say to each other does not go
//! this way.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::Refusal;
use crate::ids::{CircleName, Fingerprint, RendezvousNumber};

/// Which circle.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CircleKey {
    /// Whoever knows the name may come.
    Named(CircleName),
    /// Whoever knows the code may come; the members ask for its words, of which the server knows nothing.
    Coded(RendezvousNumber),
}

/// Names a member to the server and to the other members; never given twice in one circle. Of two the lower one came first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CircleMember(pub u32);

/// What a member has the others told of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Introduction {
    /// The key that it shows on every link between members.
    pub key: Fingerprint,
    /// Where it can be reached from its own network; at most [`ADDRESSES_MAX`](crate::limits::ADDRESSES_MAX) count, and only those that
    /// no stranger has: private ones, and this computer's where the server is on it too.
    #[serde(deserialize_with = "super::list::page")]
    pub local: Vec<SocketAddr>,
}

/// What a member says to the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CircleRequest {
    /// Its addresses have changed.
    Introduce(Introduction),
    /// A datagram for a member that cannot be reached otherwise; only where [`LobbyReply::Gathered`](super::lobby::LobbyReply::Gathered)
    /// said so. Like any datagram it may be lost.
    Relay {
        /// Who shall have it.
        to: CircleMember,
        /// At most [`DATAGRAM_BYTES_MAX`](crate::limits::DATAGRAM_BYTES_MAX): QUIC between the two, which the server cannot read.
        #[serde(with = "serde_bytes")]
        datagram: Vec<u8>,
    },
    /// Goodbye.
    Leave,
    /// Asks for a sign of life.
    Ping,
    /// A sign of life.
    Pong,
}

/// What the server says to a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CircleEvent {
    /// Somebody who is in the circle, or an introduction that has changed.
    Met {
        /// Who.
        member: CircleMember,
        /// Where they come from as the server sees it, if that can be reached: not over TCP.
        seen_at: Option<SocketAddr>,
        /// What they say of themselves.
        introduction: Introduction,
    },
    /// The server lost sight of that member. The others need not have.
    Went {
        /// Who.
        member: CircleMember,
    },
    /// A datagram from a member.
    Relayed {
        /// Whose.
        from: CircleMember,
        /// As it was said.
        #[serde(with = "serde_bytes")]
        datagram: Vec<u8>,
    },
    /// No, and why; the link closes after it.
    Refused(Refusal),
    /// Asks for a sign of life.
    Ping,
    /// A sign of life.
    Pong,
}
