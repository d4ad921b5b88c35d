//! What lets ticket holders into a room: a listener on the room's port that is open exactly while a ticket is out. It brings
//! whoever shows a ticket before the room, which alone knows whether the ticket is good.

use std::collections::VecDeque;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use acaso_shared::ids::RoomPort;
use acaso_shared::link::{Link, LinkError};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::room::RoomRequest;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::{Duration, Instant, timeout_at};

use super::arrival::{Arrival, refuse};
use super::{Command, Context, OldArrival};
use crate::budget::Place;
use crate::entrance::{Caller, Entrance};

/// Connections on their way from one door to its room: two ticket holders, and some who have no business there.
const ARRIVALS_MAX: usize = 16;

/// Length of the door's queue. The room empties it at every turn, so it only has to hold a crowd that comes in one moment.
const BACKLOG: i32 = 128;

/// How long a door rests when the system gives no connection: descriptors come back as others leave.
const ACCEPT_REST: Duration = Duration::from_millis(100);

#[derive(Debug)]
pub(super) struct Door {
    entrance: Entrance,
    /// Those on their way in, the longest first.
    arrivals: VecDeque<AbortHandle>,
    _place: Option<Place>,
}

/// A connection that was accepted.
#[derive(Debug)]
pub(super) struct Knock {
    caller: Caller,
    place: Place,
}

impl Door {
    pub(super) fn listen(context: &Context, port: RoomPort) -> io::Result<Entrance> {
        Entrance::open(context.ip, port.get(), BACKLOG, context.quic.as_ref())
    }

    pub(super) fn new(entrance: Entrance, place: Option<Place>) -> Self {
        Self {
            entrance,
            arrivals: VecDeque::new(),
            _place: place,
        }
    }

    /// The next who knocks. Cancel-safe; never fails for good, since a door that stays is better than a room without one.
    pub(super) async fn knock(&self, context: &Context) -> Knock {
        loop {
            match self.entrance.accept().await {
                Ok(caller) => match context.budget.passing() {
                    Some(place) => return Knock { caller, place },
                    None if context.budget.may_complain(Instant::now()) => {
                        tracing::warn!("nobody can be let in at a door: too many are on their way");
                    }
                    None => {}
                },
                Err(error) if is_the_peers(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "a door gets no connection");
                    tokio::time::sleep(ACCEPT_REST).await;
                }
            }
        }
    }

    /// Keeps count of somebody on their way in. When there are too many, whoever has been on the way for longest goes: a
    /// ticket holder needs two round trips, a crowd that says nothing would stand in the way for seconds.
    pub(super) fn count(&mut self, arrival: AbortHandle) {
        self.arrivals.retain(|arrival| !arrival.is_finished());
        if self.arrivals.len() >= ARRIVALS_MAX
            && let Some(longest) = self.arrivals.pop_front()
        {
            longest.abort();
        }
        self.arrivals.push_back(arrival);
    }
}

impl Knock {
    /// Where they come from.
    pub(super) fn ip(&self) -> IpAddr {
        self.caller.ip()
    }
}

/// Somebody who was gone before they were let in is no fault of ours.
pub(crate) fn is_the_peers(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

/// Brings somebody from the door before the room. Ends within the time for an arrival, whatever they do.
///
/// Where somebody with an old client is expected from, whoever says nothing is taken for them.
pub(super) async fn arrive(
    knock: Knock,
    may_be_old: bool,
    context: Arc<Context>,
    room: mpsc::WeakSender<Command>,
) {
    if may_be_old {
        let first_word = knock.caller.speaks_within(context.timings.first_word);
        match context.stop.run_until_cancelled(first_word).await {
            Some(Ok(true)) => {}
            Some(Ok(false)) => return show_in_old(knock, &room).await,
            Some(Err(_)) | None => return,
        }
    }
    let until = Instant::now() + context.timings.arrival;
    let Knock { caller, place } = knock;
    let ip = caller.ip();
    let accepted = timeout_at(until, caller.answer(&context.presented));
    let stream = match context.stop.run_until_cancelled(accepted).await {
        Some(Ok(Ok(stream))) => stream,
        // Without a link there is nobody who could be told why.
        Some(Ok(Err(error))) => return tracing::debug!(%error, "somebody at a door speaks another language"),
        Some(Err(_)) | None => return,
    };
    let mut link = Link::new(stream);
    let heard = timeout_at(until, link.receive());
    let refusal = match context.stop.run_until_cancelled(heard).await {
        Some(Ok(Ok(RoomRequest::Enter { ticket, versions }))) => {
            let arrival = Arrival {
                link,
                ticket: ticket.hash(),
                versions,
                ip,
                place,
            };
            return arrival.show_in(&room, &context).await;
        }
        Some(Ok(Err(LinkError::Closed(_) | LinkError::NotReading(_) | LinkError::WriteTimeout(_)))) => return,
        Some(Ok(Ok(_) | Err(LinkError::Unexpected(_) | LinkError::FrameTooLong))) => Refusal::Unexpected,
        Some(Err(_)) => Refusal::TooSlow,
        None => Refusal::Closing,
    };
    refuse(link, refusal, &context).await;
    drop(place);
}

/// Brings somebody with an old client before the room. One that has ended closes the connection, which is all they understand.
async fn show_in_old(knock: Knock, room: &mpsc::WeakSender<Command>) {
    let (ip, place) = (knock.ip(), knock.place);
    if let (Caller::Tcp(line, _), Some(room)) = (knock.caller, room.upgrade()) {
        let arrival = Box::new(OldArrival { line, ip, place });
        // Whom the room does not take any more is dropped with the message.
        let _ = room.send(Command::OldArrived(arrival)).await;
    }
}
