//! What is said at a door and in a room. `Sealed` is variant 0 in both directions, so that the relay hands over the bytes as they came.

use serde::{Deserialize, Serialize};

use super::{Refusal, VersionRange};
use crate::ids::{ConversationNumber, Generation, ResumeToken, RoomPort, Ticket};

/// What one partner says to the other, as the relay sees it: a conversation's number, and bytes it cannot read.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedFrame {
    /// The conversation these bytes belong to; frames of an earlier one are dropped, never handed to a newcomer.
    pub conversation: ConversationNumber,
    /// An encoded [`Envelope`](super::partner::Envelope).
    #[serde(with = "serde_bytes")]
    pub body: Vec<u8>,
}

impl std::fmt::Debug for SealedFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "SealedFrame(conversation {}, {} bytes)",
            self.conversation.0,
            self.body.len()
        )
    }
}

/// What a client says to a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoomRequest {
    /// For the partner.
    Sealed(SealedFrame),
    /// The first words at a door.
    Enter {
        /// The ticket from the lobby.
        ticket: Ticket,
        /// The versions the client speaks, for its partner.
        versions: VersionRange,
    },
    /// The partner's end-to-end handshake stands: from here on the other seat's silence is a matter between the two.
    Ready {
        /// The conversation whose handshake stands.
        conversation: ConversationNumber,
    },
    /// Goodbye: everything sent before it is handed over first.
    Leave,
    /// Never again beside the partner of that conversation, who is not told. Good for this run of both clients.
    Block {
        /// The conversation, going on or ended just before.
        conversation: ConversationNumber,
    },
    /// Asks for a sign of life.
    Ping,
    /// A sign of life.
    Pong,
    /// They would like to meet this partner again. Only the room knows until both said so. Only where
    /// [`Offers::RENDEZVOUS`](super::lobby::Offers::RENDEZVOUS) is offered.
    Keep {
        /// The conversation, going on.
        conversation: ConversationNumber,
    },
}

/// What a room says to a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoomEvent {
    /// From the partner.
    Sealed(SealedFrame),
    /// The answer to `Enter`: the seat is taken. If the other one is free, this is waiting.
    Seated {
        /// The room.
        port: RoomPort,
        /// Which opening of that port.
        generation: Generation,
        /// The way back to this seat if the link is lost during a conversation.
        resume: ResumeToken,
    },
    /// The answer to `Enter` with the ticket of a way back: the conversation goes on. `PartnerAway` follows if it is so.
    Resumed {
        /// The conversation.
        conversation: ConversationNumber,
        /// The next way back. The one used is void as soon as the client says anything: this answer may be lost with its link.
        resume: ResumeToken,
    },
    /// The partner's link was lost. What is sent to them is dropped until they are back.
    PartnerAway {
        /// The conversation.
        conversation: ConversationNumber,
        /// How long their seat is kept, in seconds.
        grace_secs: u32,
    },
    /// The partner is back.
    PartnerBack {
        /// The conversation.
        conversation: ConversationNumber,
    },
    /// Both seats are taken: a conversation begins with the end-to-end handshake.
    Paired(Pairing),
    /// The partner is gone; the seat beside is free and offered to the next stranger.
    PartnerLeft {
        /// The conversation that ended.
        conversation: ConversationNumber,
        /// Why.
        reason: Parting,
    },
    /// Two wait alone in two rooms: go to the other one, this seat is given up.
    Move {
        /// The other room.
        port: RoomPort,
        /// Opens its door.
        ticket: Ticket,
    },
    /// The room ends for everybody in it.
    Closing(Closing),
    /// No, and why; the link closes after it.
    Refused(Refusal),
    /// Asks for a sign of life.
    Ping,
    /// A sign of life.
    Pong,
    /// Both seats are taken, and one of the two has an old client: nothing can be sealed. The conversation begins at once, with
    /// [`Envelope::Open`](super::partner::Envelope::Open) and without a way back. Only said to who wished for it.
    PairedOpen {
        /// Which conversation of the room.
        conversation: ConversationNumber,
        /// Whether the partner, too, has an old client: then bytes go to and fro as they come.
        both: bool,
    },
    /// Both would like to meet again. Only said to who said so, to both or to nobody, while both are here.
    Kept {
        /// The conversation, going on.
        conversation: ConversationNumber,
    },
}

/// What each partner needs to begin the end-to-end handshake. Everything here enters its prologue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pairing {
    /// Which opening of the port.
    pub generation: Generation,
    /// Which conversation of the room.
    pub conversation: ConversationNumber,
    /// Which part this client takes in the handshake.
    pub role: Role,
    /// The highest version that both partners speak.
    pub version: u16,
    /// The versions of the initiator.
    pub initiator_versions: VersionRange,
    /// The versions of the responder.
    pub responder_versions: VersionRange,
}

/// The part in the handshake: who has been seated longer speaks first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Sends the first handshake message.
    Initiator,
    /// Answers it.
    Responder,
}

/// Why a partner is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Parting {
    /// They said goodbye.
    Left,
    /// Their connection broke.
    Lost,
    /// The operator took them out.
    Removed,
    /// They never finished the end-to-end handshake; nothing was said.
    NeverReady,
}

/// Why a room ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Closing {
    /// The server is being stopped.
    Server,
    /// The operator closed this room.
    Room,
    /// Nobody came to the rendezvous in time. Only said to who waited at one.
    NobodyCame,
    /// The conversation with whom one had a rendezvous is over; such a room takes no strangers. Only said to who had one.
    RendezvousOver,
}
