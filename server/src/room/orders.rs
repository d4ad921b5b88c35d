//! What a room is asked, and the reservations it answers with.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use acaso_shared::ids::{ConversationNumber, RendezvousNumber, RoomPort, SecretHash, Ticket};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::room::Parting;
use tokio::sync::{mpsc, oneshot};

use super::{Arrival, OldArrival, VisitNumber, Wish};
use crate::budget::SeatPlaces;
use crate::guard::Guess;

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
    /// Somebody stands in the door with an old client, which has no ticket.
    OldArrived(Box<OldArrival>),
    /// Somebody whose link was lost shows the token of a seat here.
    Return(Return),
    /// Whoever opened this room to wait for somebody with a code waits elsewhere: what is left of them here is of no use.
    Void,
    /// The operator closes this room.
    Close,
    /// The operator takes people out.
    Remove(Removal),
}

/// Somebody to be expected.
#[derive(Debug)]
pub(crate) struct Expect {
    pub(crate) visit: VisitNumber,
    pub(crate) wish: Wish,
    pub(crate) errand: Errand,
    pub(crate) ticket: Ticket,
    pub(crate) places: SeatPlaces,
    pub(crate) answer: oneshot::Sender<Result<Reservation, Refusal>>,
}

/// What somebody comes for.
#[derive(Debug)]
pub(crate) enum Errand {
    /// To meet a stranger.
    Stranger,
    /// To wait for whom they share a code with: the room is theirs, and no stranger's.
    Waits(Appointment),
    /// To whoever waits for them; or for somebody else, if the code was guessed.
    Comes(Option<Guess>),
}

impl Errand {
    /// Nothing comes of it, and not for anything that they did.
    pub(crate) fn forgive(self) {
        if let Self::Comes(Some(guess)) = self {
            guess.take_back();
        }
    }
}

/// Where somebody waits for whom they share a code with, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Appointment {
    pub(crate) number: RendezvousNumber,
    pub(crate) until: Instant,
}

/// Somebody whose link was lost. If the seat is nobody's any more, the answer is dropped: the room's reports tell why.
#[derive(Debug)]
pub(crate) struct Return {
    pub(crate) token: SecretHash,
    pub(crate) returning: Returning,
    pub(crate) answer: oneshot::Sender<Result<WayBack, Refusal>>,
}

/// What somebody whose link was lost wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Returning {
    /// Back to the seat.
    Resume,
    /// To give it up, and not to meet the partner of that conversation again.
    Abandon { block: Option<ConversationNumber> },
}

/// What has become of a seat whose link was lost.
#[derive(Debug)]
pub(crate) enum WayBack {
    /// It is still there, and the door open.
    Seat(Reservation),
    /// The conversation has ended.
    Over(Parting),
}

/// Whom the operator takes out.
#[derive(Clone)]
pub(crate) struct Removal {
    /// Whether those who come from there are to go.
    pub(crate) is_from: Arc<dyn Fn(IpAddr) -> bool + Send + Sync>,
    /// For how long they are barred.
    pub(crate) remaining_secs: u32,
}

impl fmt::Debug for Removal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Removal({} s)", self.remaining_secs)
    }
}

/// A seat that is ready: the door listens and the row is written. Unless it is [kept](Self::keep), dropping it gives the seat
/// back at once.
#[derive(Debug)]
pub(crate) struct Reservation {
    port: RoomPort,
    ticket: Ticket,
    appointment: Option<Appointment>,
    room: Option<mpsc::WeakSender<Command>>,
}

impl Reservation {
    /// A seat in the room with that mailbox.
    pub(super) fn new(port: RoomPort, ticket: Ticket, room: mpsc::WeakSender<Command>) -> Self {
        Self {
            port,
            ticket,
            appointment: None,
            room: Some(room),
        }
    }

    /// The same, where somebody is to wait for whom they share a code with.
    pub(super) fn at(mut self, appointment: Option<Appointment>) -> Self {
        self.appointment = appointment;
        self
    }

    /// For whom somebody is to wait there, if not for a stranger.
    pub(crate) fn appointment(&self) -> Option<Appointment> {
        self.appointment
    }

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
