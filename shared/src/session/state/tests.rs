//! Two machines and a room between them, without a socket or a clock.

mod away;
mod calling;
mod clear;
mod hostile;
mod keep;
mod leaving;
mod rendezvous;
mod signs;
mod talking;

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr};

use super::*;
use crate::codec;
use crate::ids::Name;
use crate::limits::{DEAD_AFTER, PING_AFTER};
use crate::protocol::VERSIONS;
use crate::protocol::partner::Envelope;
use crate::protocol::room::{Closing, Pairing, Parting, Role, RoomEvent, SealedFrame};
use crate::session::call::Failed;
use crate::session::event::{Ending, Goodbye, Partner, Problem};

const PORT: u16 = 4127;

fn port() -> RoomPort {
    RoomPort::try_from(PORT).unwrap()
}

fn visit(name: &str) -> Visit {
    Visit::new("chat.example.org".parse().unwrap(), Name::parse(name).unwrap())
}

fn text(words: &str) -> MessageText {
    MessageText::parse(words).unwrap()
}

/// The token of a seat's first way back.
const TOKEN: [u8; 16] = [1; 16];

fn seat() -> SeatFacts {
    SeatFacts {
        port: port(),
        rooms_in_use: 3,
        resume: TOKEN.into(),
        entered: Entered::New(Generation(1)),
        invitation: None,
        can_keep: false,
    }
}

/// A machine, what it told its person, and the time it lives in.
struct Client {
    machine: Machine,
    told: Vec<Event>,
    now: Instant,
}

impl Client {
    fn new() -> Self {
        Self {
            machine: Machine::new(Rules {
                versions: VERSIONS,
                timings: Timings::default(),
            }),
            told: Vec::new(),
            now: Instant::now(),
        }
    }

    /// A client that has been seated and waits.
    fn seated(name: &str) -> Self {
        let mut client = Self::new();
        assert_eq!(
            client.wants(Command::Meet(visit(name))),
            [Action::Seek(visit(name))]
        );
        client.machine.seated(seat(), client.now);
        assert_eq!(client.acts(), []);
        assert_eq!(
            client.told.pop(),
            Some(Event::Waiting {
                port: port(),
                rooms_in_use: 3
            })
        );
        client.told.clear();
        client
    }

    fn wants(&mut self, command: Command) -> Vec<Action> {
        self.machine.command(command, self.now);
        self.acts()
    }

    fn hears(&mut self, event: RoomEvent) -> Vec<Action> {
        self.machine.heard(event, self.now);
        self.acts()
    }

    fn says(&mut self, conversation: u64, id: u64, words: &str) {
        let say = Command::Say {
            conversation: ConversationId(conversation),
            id: MessageId(id),
            text: text(words),
        };
        assert_eq!(self.wants(say), []);
    }

    /// What is to be done, with what is to be told put aside.
    fn acts(&mut self) -> Vec<Action> {
        let mut rest = Vec::new();
        for action in self.machine.take_actions() {
            match action {
                Action::Emit(event) => self.told.push(event),
                other => rest.push(other),
            }
        }
        rest
    }

    /// What the link is given, while it takes everything.
    fn pumps(&mut self) -> Vec<Action> {
        let mut all = Vec::new();
        loop {
            self.machine.pump(self.now);
            let actions = self.acts();
            if actions.is_empty() {
                return all;
            }
            all.extend(actions);
        }
    }

    fn later(&mut self, by: Duration) -> Vec<Action> {
        self.now += by;
        self.machine.tick(self.now);
        self.acts()
    }
}

/// How Ana gets up from the seat of [`TOKEN`].
fn gets_up(block: Option<ConversationNumber>) -> Action {
    let token = TOKEN.into();
    Action::GetUp(visit("Ana"), Abandoned { token, block })
}

fn pairing(conversation: u32, role: Role) -> RoomEvent {
    RoomEvent::Paired(Pairing {
        generation: Generation(1),
        conversation: ConversationNumber(conversation),
        role,
        version: 1,
        initiator_versions: VERSIONS,
        responder_versions: VERSIONS,
    })
}

/// What is inside a frame that goes to the partner, as far as the relay can see.
fn envelope(action: &Action) -> Option<Envelope> {
    match action {
        Action::Send(RoomRequest::Sealed(frame)) => codec::decode(&frame.body).ok(),
        _ => None,
    }
}

/// Without what the two programs say to each other about it.
fn plain(mut actions: Vec<Action>) -> Vec<Action> {
    actions.retain(|action| !matches!(envelope(action), Some(Envelope::Control { .. })));
    actions
}

/// The numbers of the messages among it.
fn numbers(actions: &[Action]) -> Vec<u64> {
    let number = |action| match envelope(action)? {
        Envelope::Data { sequence, .. } => Some(sequence),
        _ => None,
    };
    actions.iter().filter_map(number).collect()
}

/// Carries what each says to the other until both fall silent, as the relay does.
fn relay(ana: &mut Client, bia: &mut Client, from_ana: Vec<Action>, from_bia: Vec<Action>) {
    let mut queue: VecDeque<(bool, Action)> = from_ana
        .into_iter()
        .map(|a| (true, a))
        .chain(from_bia.into_iter().map(|a| (false, a)))
        .collect();
    loop {
        while let Some((by_ana, action)) = queue.pop_front() {
            if let Action::Send(RoomRequest::Sealed(frame)) = action {
                let hearer = if by_ana { &mut *bia } else { &mut *ana };
                let answers = hearer.hears(RoomEvent::Sealed(frame));
                queue.extend(answers.into_iter().map(|answer| (!by_ana, answer)));
            }
        }
        queue.extend(ana.pumps().into_iter().map(|action| (true, action)));
        queue.extend(bia.pumps().into_iter().map(|action| (false, action)));
        if queue.is_empty() {
            return;
        }
    }
}

/// Carries what waits at either, both ways.
fn settle(ana: &mut Client, bia: &mut Client) {
    relay(ana, bia, Vec::new(), Vec::new());
}

/// Enough time for everything that arrived to be acknowledged.
fn acknowledge(ana: &mut Client, bia: &mut Client) {
    for client in [&mut *ana, &mut *bia] {
        client.later(Duration::from_millis(100));
    }
    settle(ana, bia);
}

/// Two who have met as conversation `number` of their room.
fn meet(ana: &mut Client, bia: &mut Client, number: u32) {
    let first = ana.hears(pairing(number, Role::Initiator));
    let nothing = bia.hears(pairing(number, Role::Responder));
    assert_eq!((first.len(), nothing.len()), (1, 0));
    relay(ana, bia, first, nothing);
}

fn met(client: &mut Client) -> Partner {
    match client.told.pop() {
        Some(Event::Paired(partner)) => partner,
        other => panic!("they did not meet: {other:?}"),
    }
}

fn couple() -> (Client, Client) {
    let (mut ana, mut bia) = (Client::seated("Ana"), Client::seated("Bia"));
    meet(&mut ana, &mut bia, 1);
    let (hers, his) = (met(&mut ana), met(&mut bia));
    assert_eq!((hers.name.as_str(), his.name.as_str()), ("Bia", "Ana"));
    assert_eq!(
        (hers.conversation, hers.meeting),
        (ConversationId(1), his.meeting)
    );
    assert!(hers.phrase == his.phrase);
    (ana, bia)
}
