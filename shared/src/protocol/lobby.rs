//! What is said in the lobby: who speaks which versions, and where to go.

use serde::{Deserialize, Serialize};

use super::room::Parting;
use super::{Refusal, VersionRange};
use crate::ids::{AccountName, ConversationNumber, Password, ResumeToken, RoomPort, Ticket, VisitorToken};

/// What a client says in the lobby.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LobbyRequest {
    /// The first words: the versions the client speaks.
    Hello {
        /// The client's range.
        versions: VersionRange,
    },
    /// Answers a [`Welcome`](LobbyReply::Welcome) whose access is not open; before anything but `Resume` and `Abandon`.
    Login {
        /// Whose password; only where accounts are asked for.
        account: Option<AccountName>,
        /// The password.
        password: Password,
    },
    /// Asks for a seat beside a stranger.
    Join {
        /// Who asks, for this run of the client; kept as a hash, in memory only.
        visitor: VisitorToken,
    },
    /// Asks for the way back to a seat whose link was lost. The token is proof enough: no login, no limits, never "full".
    Resume {
        /// The newest token of that seat.
        token: ResumeToken,
    },
    /// Gives up a seat whose link was lost or took no goodbye, so that the partner need not wait for the grace to run out. Heard for a
    /// while after the seat is gone, too: for the block.
    Abandon {
        /// The newest token of that seat.
        token: ResumeToken,
        /// Never again beside the partner of that conversation in that seat, as by
        /// [`RoomRequest::Block`](super::room::RoomRequest::Block). By its number: the token outlives a conversation.
        block: Option<ConversationNumber>,
    },
}

/// What a server asks of people before it seats them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Access {
    /// Nothing.
    Open,
    /// One password for all.
    Password,
    /// An account's name and its password.
    Accounts,
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
        /// What is asked before a seat is given.
        access: Access,
    },
    /// The answer to a good `Login`.
    LoggedIn,
    /// The answer to `Join` and to `Resume`: the door is open and the registry's row committed.
    Assigned {
        /// The room, and the port its door listens on, at the lobby's own address.
        port: RoomPort,
        /// Opens that door once.
        ticket: Ticket,
    },
    /// The answer to a `Resume` that comes too late, and to `Abandon`: the conversation has ended.
    Over {
        /// Why.
        reason: Parting,
    },
    /// No, and why; the link closes after it.
    Refused(Refusal),
}
