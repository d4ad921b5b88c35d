//! One room: two seats, the door to them, and the row that records them, all owned by one task. The room alone gives and takes
//! its seats; it reports what it did and is asked to expect people, but does not know how they are chosen.

mod allowance;
mod arrival;
mod blame;
mod door;
mod line;
mod old_client;
mod orders;
mod relay;
mod seat;
mod table;
mod ways;

use std::net::IpAddr;

use acaso_shared::ids::{Generation, RoomPort, SecretHash};
use acaso_shared::protocol::VersionRange;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) use self::arrival::Arrival;
pub(crate) use self::door::is_the_peers;
pub(crate) use self::old_client::OldArrival;
pub(crate) use self::orders::{
    Appointment, Command, Errand, Expect, Removal, Reservation, Return, Returning, WayBack,
};
pub(crate) use self::relay::Carried;
pub(crate) use self::seat::Parted;
pub(crate) use self::table::run;
pub(crate) use self::ways::Ways;
use crate::budget::Budget;
use crate::config::Timings;
use crate::guard::Guard;
use crate::identity::Presented;
use crate::quic::Quic;
use crate::registry::Registry;

/// Length of a room's mailbox. It gets two people, their second thoughts and a move at most; full means that the room hangs,
/// and whoever would ask more of it takes another.
pub(crate) const MAILBOX_LEN: usize = 16;

/// What every room needs of the server.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) ip: IpAddr,
    pub(crate) presented: Presented,
    /// Whether rooms have no ports of their own: who comes is brought by the lobby.
    pub(crate) rooms_shared: bool,
    /// `None` without encryption.
    pub(crate) quic: Option<Quic>,
    /// The versions of the protocol that are spoken here.
    pub(crate) versions: VersionRange,
    pub(crate) registry: Registry,
    pub(crate) guard: Guard,
    pub(crate) budget: Budget,
    pub(crate) timings: Timings,
    pub(crate) carried: Carried,
    /// Owns whatever outlives the room: farewells, and people at the door.
    pub(crate) tracker: TaskTracker,
    pub(crate) stop: CancellationToken,
    pub(crate) reports: mpsc::Sender<(RoomPort, Report)>,
}

/// One visitor's claim to one seat, from the reservation until the seat is empty again. Never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct VisitNumber(pub(crate) u64);

/// Who wants a seat, and what there must be in common with whoever sits beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) visitor: SecretHash,
    pub(crate) versions: VersionRange,
    pub(crate) client: Client,
}

/// What somebody comes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    /// One of ours.
    Ours {
        /// Whether they would meet people with old ones.
        meets_old: bool,
    },
    /// An older chat's, which shows no ticket: whoever comes from that address first, without a word.
    Old(IpAddr),
}

/// What a room tells about itself.
#[derive(Debug)]
pub(crate) enum Report {
    /// That visit's ticket was used. The token leads back there, if the link is lost in a conversation.
    Seated(VisitNumber, SecretHash),
    /// Somebody came back and was told a new token.
    Renewed {
        fresh: SecretHash,
        /// Leads nowhere from now on.
        void: Option<SecretHash>,
    },
    /// That visit's seat is empty.
    Emptied(VisitNumber, Option<Bygone>),
    /// The first does not want to meet the second again.
    Blocked(SecretHash, SecretHash),
    /// The door did not open for them; they need another seat.
    DoorFailed(Expect),
    /// The room was ending when they were sent; they need another seat.
    Bounced(Expect),
    /// The move came to nothing; whoever sits here waits on.
    Stays,
}

/// What remains of somebody who sat here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bygone {
    pub(crate) ways: Ways,
    /// Who they were.
    pub(crate) visitor: SecretHash,
    /// Whether they said goodbye or were taken out, and do not come back.
    pub(crate) left: bool,
    /// Their last conversation here; `None` if there was none.
    pub(crate) parted: Option<Parted>,
}

/// How a room ended. Its row is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    /// Whether its port could be opened the last time that was tried.
    pub(crate) usable: bool,
}

/// Which room this is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity {
    pub(crate) port: RoomPort,
    pub(crate) generation: Generation,
}
