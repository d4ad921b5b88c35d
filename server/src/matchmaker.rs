//! Brings strangers together: owns who waits where and which ports are free, and starts the rooms. One task; the choice itself
//! is the policy's, a function of values, so that the same choice could be made elsewhere one day.

mod blocks;
mod memory;
#[cfg(test)]
mod model;
mod passes;
mod policy;
mod pool;
mod ways;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

use acaso_shared::ids::{ConversationNumber, RoomPort, SecretHash, Ticket};
use acaso_shared::limits::QUEUE_LEN;
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::room::Parting;
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::sync::mpsc::WeakSender;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tokio::time::MissedTickBehavior;
use tokio_util::task::{JoinMap, TaskTracker};

use self::passes::Passes;
use self::policy::{Move, NoSeat, Policy, Reserved, Rules};
use self::ways::{Lead, Ways};
use crate::budget::SeatPlaces;
use crate::config::Timings;
use crate::guard::Pass;
use crate::room::{
    self, Command, Context, Ended, Expect, Identity, MAILBOX_LEN, Removal, Report, Reservation, Return,
    Returning, WayBack, Wish,
};

/// When a stranger who found every seat taken may ask again: conversations last minutes.
const FULL_RETRY_SECS: u32 = 30;

/// When somebody who holds too many seats may ask again: tickets that nobody used are void by then.
const TOO_MANY_RETRY_SECS: u32 = 10;

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
    /// Their place in the count of their network.
    pass: Option<Pass>,
    answer: oneshot::Sender<Result<Reservation, Refusal>>,
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
        let desk = Desk {
            policy: Policy::new(Rules::from(&context.timings), ports),
            ways: Ways::default(),
            rng: StdRng::from_rng(&mut rand::rng()),
            passes: Passes::default(),
            mailboxes: HashMap::new(),
            rooms: JoinMap::new(),
            unsent: VecDeque::new(),
            rooms_in_use: Arc::clone(&rooms_in_use),
            context,
        };
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
        let (answer, reservation) = oneshot::channel();
        let pass = Some(pass);
        let ask = Ask { wish, pass, answer };
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

    /// Closes a room: whoever is in it is told so. Tells whether there was one.
    pub(crate) async fn close_room(&self, port: RoomPort) -> bool {
        let rooms = self.ask(|answer| Question::Mailboxes(Some(port), answer)).await;
        let mut told = false;
        for room in rooms.unwrap_or_default() {
            told |= self.tell_soon(room, Command::Close);
        }
        told
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

impl From<&Timings> for Rules {
    fn from(timings: &Timings) -> Self {
        Self {
            lonely: timings.lonely,
            repair_patience: timings.repair_patience,
            repair_memory: timings.repair_memory,
            port_retry: timings.port_retry,
        }
    }
}

/// The task.
struct Desk {
    policy: Policy,
    ways: Ways,
    rng: StdRng,
    passes: Passes,
    /// The only lasting senders: a room whose mailbox is dropped closes.
    mailboxes: HashMap<RoomPort, mpsc::Sender<Command>>,
    rooms: JoinMap<RoomPort, Ended>,
    /// Those whom no room took. Heard once every move that was decided with theirs has begun: until then the policy knows of
    /// rooms that are not open yet.
    unsent: VecDeque<(RoomPort, Report)>,
    rooms_in_use: Arc<AtomicU32>,
    context: Arc<Context>,
}

impl Desk {
    async fn run(
        mut self,
        mut questions: mpsc::Receiver<Question>,
        mut reports: mpsc::Receiver<(RoomPort, Report)>,
    ) {
        let context = Arc::clone(&self.context);
        let mut look = tokio::time::interval(look_interval(context.timings.lonely));
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                // What has happened comes before what is wanted, so that choices are made on what is true.
                biased;
                () = context.stop.cancelled() => break,
                _ = look.tick(), if self.policy.is_restless() => self.move_the_lonely(),
                Some((port, report)) = reports.recv() => self.hear(port, report),
                Some((port, ended)) = self.rooms.join_next() => self.room_ended(port, ended.ok()),
                Some(question) = questions.recv() => self.answer(question),
            }
            while let Some((port, report)) = self.unsent.pop_front() {
                self.hear(port, report);
            }
            let rooms = u32::try_from(self.policy.rooms_in_use()).unwrap_or(u32::MAX);
            self.rooms_in_use.store(rooms, Ordering::Relaxed);
        }
        drop(questions);
        self.close(reports).await;
    }

    fn answer(&mut self, question: Question) {
        match question {
            Question::Seat(ask) => match self.context.budget.seat() {
                Some(places) => self.seat(ask, places),
                None => self.refuse_full(ask),
            },
            // Whoever asked may have gone.
            Question::Way { token, block, answer } => _ = answer.send(self.way(token, block)),
            Question::Mailboxes(port, answer) => _ = answer.send(self.mailboxes_of(port)),
            Question::Rooms(answer) => _ = answer.send(self.facts()),
        }
    }

    fn seat(&mut self, ask: Ask, places: SeatPlaces) {
        if ask.answer.is_closed() {
            return;
        }
        match self.policy.join(ask.wish, Instant::now(), &mut self.rng) {
            Ok(reserved) => self.expect(reserved, ask, places),
            Err(NoSeat::Full) => self.refuse_full(ask),
            // Whoever asked may have gone.
            Err(NoSeat::TooMany) => {
                _ = ask.answer.send(Err(Refusal::SlowDown {
                    retry_after_secs: TOO_MANY_RETRY_SECS,
                }));
            }
        }
    }

    fn way(&mut self, token: SecretHash, block: Option<ConversationNumber>) -> Way {
        let now = Instant::now();
        self.ways.forget_older(now);
        match self.ways.lead(token) {
            Lead::Room(port) => match self.mailboxes.get(&port) {
                Some(mailbox) => Way::Room(mailbox.downgrade()),
                None => Way::Nowhere,
            },
            Lead::Over(past) => {
                if block == Some(past.parted.conversation) {
                    self.policy.block(past.visitor, past.parted.partner, now);
                }
                Way::Over(past.parted.why)
            }
            Lead::Nowhere => Way::Nowhere,
        }
    }

    fn mailboxes_of(&self, port: Option<RoomPort>) -> Vec<WeakSender<Command>> {
        let asked = |room: &RoomPort| port.is_none_or(|port| port == *room);
        let mailboxes = self.mailboxes.iter().filter(|(room, _)| asked(room));
        mailboxes.map(|(_, mailbox)| mailbox.downgrade()).collect()
    }

    fn refuse_full(&self, ask: Ask) {
        let people = u32::try_from(self.policy.people()).unwrap_or(u32::MAX);
        let retry_after_secs = FULL_RETRY_SECS;
        // Whoever asked may have gone.
        let _ = ask.answer.send(Err(Refusal::Full {
            people,
            retry_after_secs,
        }));
    }

    /// Tells the room to expect somebody; the room answers them. One that cannot take them is passed over.
    fn expect(&mut self, reserved: Reserved, ask: Ask, places: SeatPlaces) {
        let Reserved { port, visit, .. } = reserved;
        if let Some(pass) = ask.pass {
            self.passes.keep(port, visit, pass);
        }
        // Not only a fresh one: whoever it was opened for may have been called off before.
        if !self.mailboxes.contains_key(&port) {
            self.open(reserved);
        }
        let expect = Expect {
            visit,
            wish: ask.wish,
            ticket: Ticket::random(),
            places,
            answer: ask.answer,
        };
        let sent = match self.mailboxes.get(&port) {
            Some(mailbox) => mailbox.try_send(Command::Expect(expect)),
            None => Err(TrySendError::Closed(Command::Expect(expect))),
        };
        match sent {
            Err(TrySendError::Closed(Command::Expect(expect))) => {
                self.unsent.push_back((port, Report::Bounced(expect)));
            }
            // It is busy beyond measure. Whoever sits there is moved, as from behind a door that does not open.
            Err(TrySendError::Full(Command::Expect(expect))) => {
                self.unsent.push_back((port, Report::DoorFailed(expect)));
            }
            Ok(()) | Err(_) => {}
        }
    }

    fn open(&mut self, Reserved { port, generation, .. }: Reserved) {
        let (mailbox, commands) = mpsc::channel(MAILBOX_LEN);
        let own_address = mailbox.downgrade();
        let room = room::run(
            Arc::clone(&self.context),
            Identity { port, generation },
            commands,
            own_address,
        );
        self.rooms.spawn(port, room);
        self.mailboxes.insert(port, mailbox);
    }

    fn hear(&mut self, port: RoomPort, report: Report) {
        let now = Instant::now();
        match report {
            Report::Seated(visit, token) => {
                self.ways.open(token, port);
                self.policy.seated(port, visit, now);
            }
            Report::Renewed { fresh, void } => {
                self.ways.open(fresh, port);
                void.into_iter().for_each(|void| self.ways.void(void));
            }
            Report::Emptied(visit, bygone) => {
                self.passes.take(port, visit);
                bygone.into_iter().for_each(|bygone| self.ways.close(bygone, now));
                self.policy.emptied(port, visit, now);
            }
            Report::Blocked(by, whom) => self.policy.block(by, whom, now),
            Report::Stays => self.policy.stays(port, now),
            Report::DoorFailed(expect) => {
                let pass = self.passes.take(port, expect.visit);
                self.policy.door_failed(port, expect.visit, now);
                self.seat_elsewhere(expect, pass);
            }
            Report::Bounced(expect) => {
                self.policy.ending(port, now);
                let pass = self.passes.take(port, expect.visit);
                self.policy.emptied(port, expect.visit, now);
                self.seat_elsewhere(expect, pass);
            }
        }
    }

    fn seat_elsewhere(&mut self, expect: Expect, pass: Option<Pass>) {
        let Expect {
            wish, answer, places, ..
        } = expect;
        let ask = Ask { wish, pass, answer };
        self.seat(ask, places);
    }

    fn room_ended(&mut self, port: RoomPort, ended: Option<Ended>) {
        self.mailboxes.remove(&port);
        self.passes.forget(port);
        if let Some(ended) = ended {
            return self.policy.closed(port, ended.usable, Instant::now());
        }
        // A panic ends one room, not the server; but its row has to go before its port is used again.
        tracing::error!(%port, "a room has failed; whoever was in it has lost the connection");
        self.policy.ending(port, Instant::now());
        self.ways.room_failed(port);
        let registry = self.context.registry.clone();
        self.rooms.spawn(port, async move {
            registry.lower(port, 0).await;
            Ended { usable: true }
        });
    }

    fn move_the_lonely(&mut self) {
        for step in self.policy.due(Instant::now(), &mut self.rng) {
            self.start_move(step);
        }
    }

    fn start_move(&mut self, Move { from, wish, to }: Move) {
        let (answer, seat_elsewhere) = oneshot::channel();
        let told = self.context.budget.seat().filter(|_| {
            let mailbox = self.mailboxes.get(&from);
            mailbox.is_some_and(|mailbox| mailbox.try_send(Command::Move(seat_elsewhere)).is_ok())
        });
        match told {
            Some(places) => {
                let pass = self.passes.of_the_only_one(from);
                let ask = Ask { wish, pass, answer };
                self.expect(to, ask, places);
            }
            None => self.policy.call_off(from, to, Instant::now()),
        }
    }

    fn facts(&self) -> Vec<RoomFacts> {
        let (now, now_by_calendar) = (Instant::now(), SystemTime::now());
        let mut rooms: Vec<_> = self
            .policy
            .list()
            .map(|room| RoomFacts {
                port: room.port,
                connections: room.connections,
                since: now_by_calendar - now.saturating_duration_since(room.opened),
            })
            .collect();
        rooms.sort_by_key(|room| room.port);
        rooms
    }

    /// Closes all rooms and waits for the last. Whoever still asks for a seat hears that the server is closing, since the
    /// answers are dropped.
    async fn close(mut self, mut reports: mpsc::Receiver<(RoomPort, Report)>) {
        self.mailboxes.clear();
        loop {
            tokio::select! {
                // Rooms wait until their reports are taken, even if nobody cares any more.
                Some(report) = reports.recv() => drop(report),
                ended = self.rooms.join_next() => if ended.is_none() { break },
            }
        }
    }
}

/// How often it is looked whether people who are alone are to be brought together.
fn look_interval(lonely: Duration) -> Duration {
    (lonely / 8).clamp(Duration::from_millis(5), Duration::from_millis(250))
}
