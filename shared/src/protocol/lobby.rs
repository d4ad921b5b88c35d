//! What is said in the lobby: who speaks which versions, and where to go.

use serde::{Deserialize, Serialize};

use super::{Refusal, VersionRange};
use crate::ids::{RoomPort, Ticket, VisitorToken};

/// What a client says in the lobby.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LobbyRequest {
    /// The first words: the versions the client speaks.
    Hello {
        /// The client's range.
        versions: VersionRange,
    },
    /// Asks for a seat beside a stranger.
    Join {
        /// Who asks, for this run of the client; kept as a hash, in memory only.
        visitor: VisitorToken,
    },
}

/// What the lobby answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LobbyReply {
    /// The answer to `Hello`.
    Welcome {
        /// The version spoken from here on: the highest that both speak.
        version: u16,
        /// How many rooms are in use.
        rooms_in_use: u32,
    },
    /// The answer to `Join`: the door is open and the registry's row committed.
    Assigned {
        /// The room, and the port its door listens on, at the lobby's own address.
        port: RoomPort,
        /// Opens that door once.
        ticket: Ticket,
    },
    /// No, and why; the link closes after it.
    Refused(Refusal),
}
