//! One room: two seats, the door to them, and the row that records them, all owned by one task. The room alone gives and takes
//! its seats; it reports what it did and is asked to expect people, but does not know how they are chosen.

mod blame;
mod door;
mod line;
mod relay;
mod seat;
mod table;

use std::net::IpAddr;

use acaso_shared::ids::{Generation, RoomPort, SecretHash, Ticket};
use acaso_shared::protocol::Refusal;
use acaso_shared::transport::Acceptor;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::door::Arrival;
pub(crate) use self::door::is_the_peers;
pub(crate) use self::table::run;
use crate::budget::{Budget, SeatPlaces};
use crate::config::Timings;
use crate::registry::Registry;

/// Length of a room's mailbox. It gets two people, their second thoughts and a move at most; full means that the room hangs,
/// and whoever would ask more of it takes another.
pub(crate) const MAILBOX_LEN: usize = 16;

/// What every room needs of the server.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) ip: IpAddr,
    pub(crate) acceptor: Acceptor,
    pub(crate) registry: Registry,
    pub(crate) budget: Budget,
    pub(crate) timings: Timings,
    /// Owns whatever outlives the room: farewells, and people at the door.
    pub(crate) tracker: TaskTracker,
    pub(crate) stop: CancellationToken,
    pub(crate) reports: mpsc::Sender<(RoomPort, Report)>,
}

/// One visitor's claim to one seat, from the reservation until the seat is empty again. Never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct VisitNumber(pub(crate) u64);

/// What a room is asked. When nobody can ask any more, the server is closing, and so does the room.
#[derive(Debug)]
pub(crate) enum Command {
    /// Somebody is to get a seat: open the door, write the row, and answer.
    Expect(Expect),
    /// The holder of that ticket is not coming.
    Withdraw(SecretHash),
    /// Whoever sits here alone is to go to another room, once a seat there is ready.
    Move(oneshot::Receiver<Result<Reservation, Refusal>>),
    /// Somebody stands in the door with a ticket.
    Arrived(Box<Arrival>),
}

/// Somebody to be expected.
#[derive(Debug)]
pub(crate) struct Expect {
    pub(crate) visit: VisitNumber,
    pub(crate) visitor: SecretHash,
    pub(crate) ticket: Ticket,
    pub(crate) places: SeatPlaces,
    pub(crate) answer: oneshot::Sender<Result<Reservation, Refusal>>,
}

/// A seat that is ready: the door listens and the row is written. Unless it is [kept](Self::keep), dropping it gives the seat
/// back at once.
#[derive(Debug)]
pub(crate) struct Reservation {
    port: RoomPort,
    ticket: Ticket,
    room: Option<mpsc::WeakSender<Command>>,
}

impl Reservation {
    pub(crate) fn port(&self) -> RoomPort {
        self.port
    }

    pub(crate) fn ticket(&self) -> Ticket {
        self.ticket
    }

    /// The ticket is on its way to the client: from here on its own time decides.
    pub(crate) fn keep(mut self) {
        self.room = None;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if let Some(room) = self.room.take().and_then(|room| room.upgrade()) {
            // A mailbox that is full is no loss: the ticket runs out soon.
            let _ = room.try_send(Command::Withdraw(self.ticket.hash()));
        }
    }
}

/// What a room tells about itself.
#[derive(Debug)]
pub(crate) enum Report {
    /// That visit's ticket was used.
    Seated(VisitNumber),
    /// That visit's seat is empty.
    Emptied(VisitNumber),
    /// The door did not open for them; they need another seat.
    DoorFailed(Expect),
    /// The room was ending when they were sent; they need another seat.
    Bounced(Expect),
    /// The move came to nothing; whoever sits here waits on.
    Stays,
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
