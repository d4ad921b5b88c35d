//! What is said in the lobby: who speaks which versions, and where to go.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::circle::{Challenge, CircleKey, CircleMember, Introduction};
use super::plaza::{MemberNumber, PlazaFacts, PostNumber};
use super::room::Parting;
use super::{Refusal, VersionRange};
use crate::ids::{
    AccountName, ConversationNumber, Name, Password, PlazaName, RendezvousNumber, ResumeToken, RoomPort,
    Ticket, VisitorToken,
};

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
        /// What else they wish.
        wishes: Wishes,
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
    /// Instead of `Hello`, the first words of a link that goes through the lobby's own port into a room: what
    /// [`RoomRequest::Enter`](super::room::RoomRequest::Enter) is at a door. The room answers, and from here on the link is the room's.
    Enter {
        /// The ticket from an earlier visit.
        ticket: Ticket,
        /// The versions the client speaks, for its partner.
        versions: VersionRange,
    },
    /// Asks which plazas there are. Anything may follow.
    Plazas,
    /// Asks to come into a plaza. From the answer on the link is the plaza's.
    Visit {
        /// Which.
        plaza: PlazaName,
        /// The name to go by; public, unlike that in a room.
        name: Name,
        /// The last post that was seen there, by whoever was cut off: only later ones are shown.
        seen: Option<PostNumber>,
    },
    /// Asks for a room with somebody one knows instead of with a stranger. Only where [`Offers::RENDEZVOUS`] is offered.
    Rendezvous {
        /// Who asks, as in `Join`. Whoever opens the same rendezvous again, having lost the link, is known by it.
        visitor: VisitorToken,
        /// Where.
        at: Rendezvous,
    },
    /// Asks to be introduced to the members of a circle. From the answer on the link is the circle's. Only where [`Offers::CIRCLES`] is
    /// offered. Over QUIC, from the socket on which other members are to reach this one, if they are to reach it.
    Gather {
        /// Which circle; the first who comes makes it.
        circle: CircleKey,
        /// What the others are told.
        introduction: Introduction,
    },
}

/// Where two look for each other who share a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rendezvous {
    /// At a number that the server chooses: an invitation. Answered by `Invited`.
    Open,
    /// Where somebody waits already. Answered by `Assigned`, or `NoSuchInvitation`.
    Come {
        /// The number of their code.
        number: RendezvousNumber,
    },
    /// Where both know the number: whoever comes first waits (`Invited`), the other is `Assigned`.
    Either {
        /// The number of their code.
        number: RendezvousNumber,
    },
}

/// What somebody wishes beside a seat. Bits that a server does not know are wishes it cannot fulfil.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Wishes(pub u32);

impl Wishes {
    /// To meet people with old clients too, with whom nothing can be sealed.
    pub const OLD_CLIENTS: Self = Self(1);

    /// These and those.
    #[must_use]
    pub fn and(self, also: Self) -> Self {
        Self(self.0 | also.0)
    }

    /// Whether all of these are among them.
    pub fn include(self, all: Self) -> bool {
        self.0 & all.0 == all.0
    }
}

/// What a server offers beside what every server does. Bits that a client does not know are offers it cannot use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Offers(pub u32);

impl Offers {
    /// A room is entered through the lobby's own port only, by [`LobbyRequest::Enter`]; its number is no port that listens. Without
    /// this offer a room is entered through its own port, and through the lobby's as well.
    pub const ROOMS_IN_LOBBY: Self = Self(1);
    /// There are plazas.
    pub const PLAZAS: Self = Self(1 << 1);
    /// [`LobbyRequest::Rendezvous`] and [`RoomRequest::Keep`](super::room::RoomRequest::Keep) are understood.
    pub const RENDEZVOUS: Self = Self(1 << 2);
    /// [`LobbyRequest::Gather`] is understood.
    pub const CIRCLES: Self = Self(1 << 3);

    /// These and those.
    #[must_use]
    pub fn and(self, also: Self) -> Self {
        Self(self.0 | also.0)
    }

    /// Whether all of these are among them.
    pub fn include(self, all: Self) -> bool {
        self.0 & all.0 == all.0
    }
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
        /// What else there is.
        offers: Offers,
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
    /// The answer to `Plazas`, in the operator's order; at most [`LIST_LEN_MAX`](crate::limits::LIST_LEN_MAX).
    Plazas(#[serde(deserialize_with = "super::list::page")] Vec<PlazaFacts>),
    /// The answer to `Visit`: what follows is said by the plaza.
    Entered {
        /// Who the newcomer is there.
        member: MemberNumber,
        /// The newest post; what was written before and is shown follows.
        newest: Option<PostNumber>,
    },
    /// The answer to `Rendezvous` for whoever is the first there: a seat as by `Assigned`, in a room that no stranger is sent to.
    Invited {
        /// Where the other one is to come.
        number: RendezvousNumber,
        /// For how long, in seconds.
        life_secs: u32,
        /// The room.
        port: RoomPort,
        /// Opens its door once.
        ticket: Ticket,
    },
    /// The answer to `Gather`: what follows is said in the circle's phase, first of all who is there.
    Gathered {
        /// Who the newcomer is there.
        member: CircleMember,
        /// Where the server sees it, if others can reach it there.
        seen_at: Option<SocketAddr>,
        /// Whether datagrams are relayed between members who cannot reach each other.
        relays: bool,
        /// To be signed with the introduced key before anything else is said.
        challenge: Challenge,
    },
}
