//! The life of a room: who is expected, who sits down, who talks and who leaves, one event after the other.

mod away;
mod coming;
mod going;
mod keeping;
mod rendezvous;
mod talking;

use std::pin::{Pin, pin};
use std::sync::Arc;

use acaso_shared::ids::ConversationNumber;
use acaso_shared::protocol::Refusal;
use acaso_shared::transport::Stream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Duration, Instant, Sleep, sleep_until};

use self::keeping::Keeping;
use self::rendezvous::Rendezvous;
use super::door::{Door, Knock};
use super::relay::{Relay, Said};
use super::seat::{Seat, Side, Two};
use super::{Command, Context, Ended, Identity, Report, Reservation};

/// When nothing is to be watched.
const FAR_AWAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Runs a room until its last seat is empty and its row gone, or until nobody holds the other end of the mailbox.
pub(crate) async fn run(
    context: Arc<Context>,
    identity: Identity,
    mailbox: mpsc::Receiver<Command>,
    own_address: mpsc::WeakSender<Command>,
) -> Ended {
    let relay = Relay::new(context.carried.clone());
    let mut table = Table {
        context,
        identity,
        own_address,
        seats: Two::default(),
        relay,
        door: None,
        going: None,
        moving: None,
        rendezvous: None,
        conversations: 0,
        arrivals: 0,
        recorded: 0,
        usable: true,
    };
    table.host(mailbox).await
}

struct Table {
    context: Arc<Context>,
    identity: Identity,
    own_address: mpsc::WeakSender<Command>,
    seats: Two<Seat>,
    relay: Relay<Stream>,
    door: Option<Box<Door>>,
    going: Option<Conversation>,
    /// The seat that is being got ready elsewhere for whoever sits here alone.
    moving: Option<oneshot::Receiver<Result<Reservation, Refusal>>>,
    /// What this room is kept for, if not for strangers.
    rendezvous: Option<Rendezvous>,
    conversations: u32,
    arrivals: u64,
    /// What the row says, as far as known.
    recorded: u8,
    usable: bool,
}

/// What goes on between two who are seated.
#[derive(Clone, Debug)]
struct Conversation {
    number: ConversationNumber,
    /// When both must have said that their encryption stands; `None` once they have.
    ready_until: Option<Instant>,
    /// When even those who lost their links meanwhile must have said so.
    ready_at_last: Instant,
    ready: Two<bool>,
    /// One of the two has an old client: nothing is sealed, and a lost link is not waited for.
    open: bool,
    keeping: Keeping,
}

enum Event {
    Command(Command),
    /// Nobody can ask anything any more.
    ServerCloses,
    Said(Side, Said),
    Knock(Knock),
    /// The seat elsewhere is ready, or cannot be had.
    SeatElsewhere(Option<Reservation>),
    Alarm,
}

impl Table {
    async fn host(&mut self, mut mailbox: mpsc::Receiver<Command>) -> Ended {
        let mut alarm = pin!(sleep_until(Instant::now() + FAR_AWAY));
        loop {
            let event = self.next_event(&mut mailbox, alarm.as_mut()).await;
            if matches!(event, Event::ServerCloses) {
                return Box::pin(self.close()).await;
            }
            // Boxed, as all that is rare: what an idle room keeps is what 9,000 rooms keep.
            Box::pin(self.handle(event)).await;
            if self.given() == 0 {
                return Box::pin(self.end(mailbox)).await;
            }
            let due = self.next_alarm();
            if due != alarm.deadline() {
                alarm.as_mut().reset(due);
            }
        }
    }

    async fn next_event(&mut self, mailbox: &mut mpsc::Receiver<Command>, alarm: Pin<&mut Sleep>) -> Event {
        tokio::select! {
            // Those who talk without pause come last: they must not keep the server from closing, a time from running out
            // or a newcomer from the door.
            biased;
            command = mailbox.recv() => command.map_or(Event::ServerCloses, Event::Command),
            () = alarm => Event::Alarm,
            reservation = seat_elsewhere(self.moving.as_mut()) => Event::SeatElsewhere(reservation),
            knock = knock(self.door.as_deref(), &self.context) => Event::Knock(knock),
            (side, said) = self.relay.carry() => Event::Said(side, said),
        }
    }

    async fn handle(&mut self, event: Event) {
        match event {
            Event::Command(Command::Expect(expect)) => self.expect(expect).await,
            Event::Command(Command::Withdraw(ticket)) => self.ticket_unused(ticket).await,
            Event::Command(Command::Arrived(arrival)) => self.arrived(*arrival).await,
            Event::Command(Command::OldArrived(arrival)) => self.old_arrived(*arrival).await,
            Event::Command(Command::Move(seat_elsewhere)) => self.prepare_move(seat_elsewhere).await,
            Event::Command(Command::Return(returning)) => self.bring_back(returning).await,
            Event::Command(Command::Void) => self.void().await,
            Event::Command(Command::Close) => self.close_room().await,
            Event::Command(Command::Remove(removal)) => self.remove(removal).await,
            Event::SeatElsewhere(reservation) => self.move_out(reservation).await,
            Event::Said(side, said) => self.said(side, said).await,
            Event::Knock(knock) => self.let_in(knock),
            Event::Alarm => self.alarm().await,
            Event::ServerCloses => {}
        }
    }

    /// Seats reserved, taken or away: what the row says.
    fn given(&self) -> u8 {
        self.seats.iter().map(|seat| u8::from(!seat.is_empty())).sum()
    }

    async fn report(&self, report: Report) {
        // Nobody listens any more only when the server has stopped.
        let _ = self.context.reports.send((self.identity.port, report)).await;
    }
}

async fn knock(door: Option<&Door>, context: &Context) -> Knock {
    match door {
        Some(door) => door.knock(context).await,
        None => std::future::pending().await,
    }
}

async fn seat_elsewhere(
    moving: Option<&mut oneshot::Receiver<Result<Reservation, Refusal>>>,
) -> Option<Reservation> {
    match moving {
        Some(reservation) => reservation.await.ok().and_then(Result::ok),
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
