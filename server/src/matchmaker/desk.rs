//! The matchmaker's task: owns the policy, the rooms and the ways back into them, answers what is asked and hears what rooms
//! report.

mod by_number;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

use acaso_shared::ids::{ConversationNumber, RoomPort, SecretHash, Ticket};
use acaso_shared::protocol::Refusal;
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::sync::mpsc::WeakSender;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tokio::time::MissedTickBehavior;
use tokio_util::task::JoinMap;

use self::by_number::NOT_NOW;
use super::passes::Passes;
use super::policy::{Move, NoSeat, Policy, Reserved, Rules};
use super::ways::{Lead, Ways};
use super::{Ask, Question, RoomFacts, Way, Whom};
use crate::budget::SeatPlaces;
use crate::config::Timings;
use crate::room::{self, Command, Context, Ended, Errand, Expect, Identity, MAILBOX_LEN, Report};

/// When a stranger who found every seat taken may ask again: conversations last minutes.
const FULL_RETRY_SECS: u32 = 30;

/// When somebody who holds too many seats may ask again: tickets that nobody used are void by then.
const TOO_MANY_RETRY_SECS: u32 = 10;

/// What is said to somebody with a code while the door to whoever waits for them does not open: there is no other.
const DOOR_FAILED: Refusal = Refusal::SlowDown { retry_after_secs: 5 };

/// The task.
pub(super) struct Desk {
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
    pub(super) fn new(
        context: Arc<Context>,
        ports: impl IntoIterator<Item = RoomPort>,
        rooms_in_use: Arc<AtomicU32>,
    ) -> Self {
        Self {
            policy: Policy::new(Rules::from(&context.timings), ports),
            ways: Ways::default(),
            rng: StdRng::from_rng(&mut rand::rng()),
            passes: Passes::default(),
            mailboxes: HashMap::new(),
            rooms: JoinMap::new(),
            unsent: VecDeque::new(),
            rooms_in_use,
            context,
        }
    }

    /// Runs until the context's stop; ends once all rooms have.
    pub(super) async fn run(
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
        match ask.whom {
            Whom::Stranger => self.seat_beside_a_stranger(ask, places),
            Whom::At(at) => self.meet(ask, at, places),
        }
    }

    fn seat_beside_a_stranger(&mut self, ask: Ask, places: SeatPlaces) {
        match self.policy.join(ask.wish, Instant::now(), &mut self.rng) {
            Ok(reserved) => self.expect(reserved, Errand::Stranger, ask, places),
            Err(none) => self.refuse(ask, none),
        }
    }

    fn refuse(&self, ask: Ask, none: NoSeat) {
        match none {
            NoSeat::Full => self.refuse_full(ask),
            NoSeat::TooMany => ask.refuse(Refusal::SlowDown {
                retry_after_secs: TOO_MANY_RETRY_SECS,
            }),
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
        let weak = mpsc::Sender::downgrade;
        match port {
            Some(port) => self.mailboxes.get(&port).map(weak).into_iter().collect(),
            None => self.mailboxes.values().map(weak).collect(),
        }
    }

    fn refuse_full(&self, ask: Ask) {
        let people = u32::try_from(self.policy.people()).unwrap_or(u32::MAX);
        let retry_after_secs = FULL_RETRY_SECS;
        ask.refuse(Refusal::Full {
            people,
            retry_after_secs,
        });
    }

    /// Tells the room to expect somebody; the room answers them. One that cannot take them is passed over.
    fn expect(&mut self, reserved: Reserved, errand: Errand, ask: Ask, places: SeatPlaces) {
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
            errand,
            ticket: Ticket::random_for(port),
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
                if bygone.is_some_and(|bygone| bygone.left) {
                    self.policy.gives_up(port, visit);
                }
                bygone.into_iter().for_each(|bygone| self.ways.close(bygone, now));
                self.policy.emptied(port, visit, now);
            }
            Report::Blocked(by, whom) => self.policy.block(by, whom, now),
            Report::Stays => self.policy.stays(port, now),
            Report::DoorFailed(expect) => {
                let pass = self.passes.take(port, expect.visit);
                self.policy.door_failed(port, expect.visit, now);
                self.seat_elsewhere(expect, pass, DOOR_FAILED);
            }
            Report::Bounced(expect) => {
                self.policy.ending(port, now);
                let pass = self.passes.take(port, expect.visit);
                self.policy.emptied(port, expect.visit, now);
                // Whoever waited there may only have lost the link.
                self.seat_elsewhere(expect, pass, NOT_NOW);
            }
        }
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
                let ask = Ask {
                    wish,
                    whom: Whom::Stranger,
                    pass,
                    answer,
                };
                self.expect(to, Errand::Stranger, ask, places);
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

impl From<&Timings> for Rules {
    fn from(timings: &Timings) -> Self {
        Self {
            lonely: timings.lonely,
            repair_patience: timings.repair_patience,
            repair_memory: timings.repair_memory,
            port_retry: timings.port_retry,
            invitation: timings.invitation,
            rendezvous: timings.rendezvous,
        }
    }
}

/// How often it is looked whether people who are alone are to be brought together.
fn look_interval(lonely: Duration) -> Duration {
    (lonely / 8).clamp(Duration::from_millis(5), Duration::from_millis(250))
}
