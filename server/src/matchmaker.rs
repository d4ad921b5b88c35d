//! Brings strangers together: owns who waits where and which ports are free, and starts the rooms. One task; the choice itself
//! is the policy's, a function of values, so that the same choice could be made elsewhere one day.

mod blocks;
mod desk;
mod memory;
#[cfg(test)]
mod model;
mod passes;
mod policy;
mod pool;
mod rendezvous;
mod ways;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use acaso_shared::ids::{ConversationNumber, RoomPort, SecretHash};
use acaso_shared::limits::QUEUE_LEN;
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::lobby::Rendezvous;
use acaso_shared::protocol::room::Parting;
use tokio::sync::mpsc::WeakSender;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::TaskTracker;

use self::desk::Desk;
use crate::guard::Pass;
use crate::room::{Command, Context, Removal, Report, Reservation, Return, Returning, WayBack, Wish};

/// Reports on their way. Full means that rooms change faster than one task can follow: they wait their turn.
pub(crate) const REPORTS_LEN: usize = 1024;

/// One room in use, as its operator sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomFacts {
    /// Its port.
    pub port: RoomPort,
    /// Seats reserved, taken or kept for somebody whose link was lost: 1 or 2.
    pub connections: u8,
    /// When it was opened.
    pub since: SystemTime,
}

/// Asks the matchmaker.
#[derive(Clone, Debug)]
pub(crate) struct Matchmaker {
    questions: mpsc::Sender<Question>,
    rooms_in_use: Arc<AtomicU32>,
    /// Owns what is on its way to rooms that are busy.
    tracker: TaskTracker,
}

enum Question {
    Seat(Ask),
    /// Where that token leads. If only to the end of the conversation that is to be its holder's last with that partner, that is noted.
    Way {
        token: SecretHash,
        block: Option<ConversationNumber>,
        answer: oneshot::Sender<Way>,
    },
    /// The mailbox of that room, or of all.
    Mailboxes(Option<RoomPort>, oneshot::Sender<Vec<WeakSender<Command>>>),
    Rooms(oneshot::Sender<Vec<RoomFacts>>),
}

/// Where somebody goes who shows a token.
enum Way {
    Room(WeakSender<Command>),
    Over(Parting),
    Nowhere,
}

/// Somebody wants a seat.
struct Ask {
    wish: Wish,
    whom: Whom,
    /// Their place in the count of their network.
    pass: Option<Pass>,
    answer: oneshot::Sender<Result<Reservation, Refusal>>,
}

/// Whom somebody wants to meet.
#[derive(Clone, Copy, Debug)]
enum Whom {
    Stranger,
    /// Whoever has the same code.
    At(Rendezvous),
}

impl Matchmaker {
    /// Starts the task, which runs until the context's stop; it ends once all rooms have.
    pub(crate) fn start(
        context: Arc<Context>,
        reports: mpsc::Receiver<(RoomPort, Report)>,
        ports: impl IntoIterator<Item = RoomPort>,
    ) -> (Self, tokio::task::JoinHandle<()>) {
        let (sender, questions) = mpsc::channel(QUEUE_LEN);
        let rooms_in_use = Arc::new(AtomicU32::new(0));
        let tracker = context.tracker.clone();
        let desk = Desk::new(context, ports, Arc::clone(&rooms_in_use));
        let task = tokio::spawn(desk.run(questions, reports));
        (
            Self {
                questions: sender,
                rooms_in_use,
                tracker,
            },
            task,
        )
    }

    /// Asks for a seat beside a stranger. The answer comes when the door listens and the row is written; dropping this
    /// future before gives the seat back.
    pub(crate) async fn seat(&self, wish: Wish, pass: Pass) -> Result<Reservation, Refusal> {
        self.ask_for_seat(wish, Whom::Stranger, pass).await
    }

    /// Asks for a seat at a rendezvous, in the same way. Whoever is the first there is told so by the reservation.
    pub(crate) async fn meet(&self, wish: Wish, at: Rendezvous, pass: Pass) -> Result<Reservation, Refusal> {
        self.ask_for_seat(wish, Whom::At(at), pass).await
    }

    async fn ask_for_seat(&self, wish: Wish, whom: Whom, pass: Pass) -> Result<Reservation, Refusal> {
        let (answer, reservation) = oneshot::channel();
        let ask = Ask {
            wish,
            whom,
            pass: Some(pass),
            answer,
        };
        let asked = self.questions.send(Question::Seat(ask)).await;
        match asked {
            Ok(()) => reservation.await.unwrap_or(Err(Refusal::Closing)),
            Err(_) => Err(Refusal::Closing),
        }
    }

    /// Asks for the way back to a seat whose link was lost. Dropping this future, or the reservation, leaves the seat as it was.
    pub(crate) async fn resume(&self, token: SecretHash) -> Result<WayBack, Refusal> {
        self.bring_back(token, Returning::Resume).await
    }

    /// Gives up a seat whose link was lost. Its holder never meets the partner of that conversation again, even if it ended lately.
    pub(crate) async fn abandon(
        &self,
        token: SecretHash,
        block: Option<ConversationNumber>,
    ) -> Result<WayBack, Refusal> {
        self.bring_back(token, Returning::Abandon { block }).await
    }

    async fn bring_back(&self, token: SecretHash, returning: Returning) -> Result<WayBack, Refusal> {
        let block = match returning {
            Returning::Abandon { block } => block,
            Returning::Resume => None,
        };
        // The seat may be given up, and the room end, before it is asked. Its reports come before the second question, and tell
        // why.
        for _ in 0..2 {
            let way = |answer| Question::Way { token, block, answer };
            let room = match self.ask(way).await {
                Some(Way::Room(room)) => room,
                Some(Way::Over(why)) => return Ok(WayBack::Over(why)),
                Some(Way::Nowhere) => return Err(Refusal::Forgotten),
                None => return Err(Refusal::Closing),
            };
            if let Some(answered) = ask_room(room, token, returning).await {
                return answered;
            }
        }
        Err(Refusal::Forgotten)
    }

    /// The mailbox of that room, if it is in use; it may end before it is told anything.
    pub(crate) async fn room(&self, port: RoomPort) -> Option<WeakSender<Command>> {
        let mut found = self.ask(|answer| Question::Mailboxes(Some(port), answer)).await?;
        found.pop()
    }

    /// Closes a room: whoever is in it is told so. Tells whether there was one.
    pub(crate) async fn close_room(&self, port: RoomPort) -> bool {
        let room = self.room(port).await;
        room.is_some_and(|room| self.tell_soon(room, Command::Close))
    }

    /// Takes people out of all rooms.
    pub(crate) async fn remove(&self, removal: Removal) {
        let rooms = self.ask(|answer| Question::Mailboxes(None, answer)).await;
        for room in rooms.unwrap_or_default() {
            self.tell_soon(room, Command::Remove(removal.clone()));
        }
    }

    /// Tells a room something, unless it has ended, without waiting for it: one that is busy beyond measure holds up no other.
    fn tell_soon(&self, room: WeakSender<Command>, command: Command) -> bool {
        let Some(mailbox) = room.upgrade() else {
            return false;
        };
        match mailbox.try_send(command) {
            Ok(()) => true,
            Err(TrySendError::Closed(_)) => false,
            Err(TrySendError::Full(command)) => {
                self.tracker.spawn(async move { tell(&room, command).await });
                true
            }
        }
    }

    /// Asks the task something; `None` once it has ended.
    async fn ask<T>(&self, question: impl FnOnce(oneshot::Sender<T>) -> Question) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        self.questions.send(question(answer)).await.ok()?;
        answered.await.ok()
    }

    /// All rooms in use, by port.
    pub(crate) async fn rooms(&self) -> Vec<RoomFacts> {
        // Once the task has ended there are no rooms.
        self.ask(Question::Rooms).await.unwrap_or_default()
    }

    /// How many rooms are in use.
    pub(crate) fn rooms_in_use(&self) -> u32 {
        self.rooms_in_use.load(Ordering::Relaxed)
    }
}

/// Asks a room about one of its seats; `None` if it has no such seat any more.
async fn ask_room(
    room: WeakSender<Command>,
    token: SecretHash,
    returning: Returning,
) -> Option<Result<WayBack, Refusal>> {
    let (answer, answered) = oneshot::channel();
    let request = Return {
        token,
        returning,
        answer,
    };
    tell(&room, Command::Return(request)).await;
    answered.await.ok()
}

/// Tells a room something, unless it has ended. Its mailbox is held only until there is a place in it.
async fn tell(room: &WeakSender<Command>, command: Command) -> bool {
    match room.upgrade() {
        Some(room) => room.send(command).await.is_ok(),
        None => false,
    }
}
