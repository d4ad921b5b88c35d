//! Two machines and a room between them, without a socket or a clock.

use std::net::{IpAddr, Ipv4Addr};

use super::*;
use crate::ids::{ConversationNumber, Name};
use crate::protocol::VERSIONS;
use crate::protocol::room::{Closing, Parting, Role};

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

/// A machine, what it told its person, and the time it lives in.
struct Client {
    machine: Machine,
    told: Vec<Event>,
    now: Instant,
}

impl Client {
    fn new() -> Self {
        Self {
            machine: Machine::new(),
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
        let seat = SeatFacts {
            port: port(),
            generation: Generation(1),
            rooms_in_use: 3,
        };
        client.machine.seated(seat, client.now);
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
        self.machine.command(command);
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

/// Carries what each says to the other until both fall silent, as the relay does.
fn relay(ana: &mut Client, bia: &mut Client, from_ana: Vec<Action>, from_bia: Vec<Action>) {
    let mut queue: std::collections::VecDeque<(bool, Action)> = from_ana
        .into_iter()
        .map(|a| (true, a))
        .chain(from_bia.into_iter().map(|a| (false, a)))
        .collect();
    while let Some((by_ana, action)) = queue.pop_front() {
        if let Action::Send(RoomRequest::Sealed(frame)) = action {
            let hearer = if by_ana { &mut *bia } else { &mut *ana };
            let answers = hearer.hears(RoomEvent::Sealed(frame));
            queue.extend(answers.into_iter().map(|answer| (!by_ana, answer)));
        }
    }
}

/// Two who have met as conversation `number` of their room.
fn meet(ana: &mut Client, bia: &mut Client, number: u32) {
    let first = ana.hears(pairing(number, Role::Initiator));
    let nothing = bia.hears(pairing(number, Role::Responder));
    assert_eq!((first.len(), nothing.len()), (1, 0));
    relay(ana, bia, first, nothing);
}

fn couple() -> (Client, Client) {
    let (mut ana, mut bia) = (Client::seated("Ana"), Client::seated("Bia"));
    meet(&mut ana, &mut bia, 1);
    let (Some(Event::Paired(hers)), Some(Event::Paired(his))) = (ana.told.pop(), bia.told.pop()) else {
        panic!("they did not meet")
    };
    assert_eq!((hers.name.as_str(), his.name.as_str()), ("Bia", "Ana"));
    assert_eq!(
        (hers.conversation, hers.meeting),
        (ConversationId(1), his.meeting)
    );
    assert!(hers.phrase == his.phrase);
    (ana, bia)
}

#[test]
fn two_meet_and_talk_both_ways() {
    let (mut ana, mut bia) = couple();
    ana.says(1, 1, "olá 🌻 你好");
    let said = ana.pumps();
    relay(&mut ana, &mut bia, said, Vec::new());
    assert_eq!(
        bia.told,
        [Event::Message {
            conversation: ConversationId(1),
            text: text("olá 🌻 你好")
        }]
    );
}

#[test]
fn a_burst_goes_at_once_and_the_rest_at_the_servers_pace() {
    let (mut ana, _bia) = couple();
    for id in 0..12 {
        ana.says(1, id, "quick");
    }
    assert_eq!(ana.pumps().len(), 10);
    let next = ana.machine.deadline().unwrap() - ana.now;
    assert_eq!(next, Duration::from_millis(200));
    ana.later(next);
    assert_eq!(ana.pumps().len(), 1);
    assert!(ana.told.is_empty());
}

#[test]
fn a_moment_that_came_while_the_link_was_busy_is_not_waited_for_again() {
    let (mut ana, _bia) = couple();
    for id in 0..11 {
        ana.says(1, id, "quick");
    }
    ana.pumps();
    ana.later(Duration::from_millis(200));
    assert!(
        ana.machine.deadline().unwrap() > ana.now,
        "or the driver would spin until the link takes more"
    );
}

#[test]
fn what_was_not_handed_over_when_the_partner_left_comes_back_and_goes_to_nobody_else() {
    let (mut ana, _bia) = couple();
    for id in 0..12 {
        ana.says(1, id, "for Bia only");
    }
    ana.pumps();
    let left = RoomEvent::PartnerLeft {
        conversation: ConversationNumber(1),
        reason: Parting::Left,
    };
    assert_eq!(ana.hears(left), []);
    let back = ana
        .told
        .iter()
        .filter(|event| matches!(event, Event::NotSent { .. }))
        .count();
    assert_eq!(back, 2);
    let parted = Event::PartnerLeft {
        conversation: ConversationId(1),
        reason: Parting::Left,
    };
    assert_eq!(ana.told.last(), Some(&parted));
    ana.says(1, 12, "typed as she left");
    assert!(matches!(
        ana.told.last(),
        Some(Event::NotSent {
            reason: NotSent::NoPartner,
            ..
        })
    ));

    let mut cleo = Client::seated("Cleo");
    meet(&mut ana, &mut cleo, 2);
    ana.says(1, 13, "still for Bia");
    assert!(matches!(
        ana.told.last(),
        Some(Event::NotSent {
            reason: NotSent::ConversationEnded,
            ..
        })
    ));
    assert_eq!(ana.pumps(), []);
}

#[test]
fn frames_of_an_ended_conversation_disturb_nobody() {
    let (mut ana, mut bia) = couple();
    bia.says(1, 1, "late");
    let late = bia.pumps();
    ana.hears(RoomEvent::PartnerLeft {
        conversation: ConversationNumber(1),
        reason: Parting::Lost,
    });
    ana.told.clear();
    relay(&mut ana, &mut bia, Vec::new(), late.clone());
    let mut cleo = Client::seated("Cleo");
    meet(&mut ana, &mut cleo, 2);
    ana.told.clear();
    relay(&mut ana, &mut bia, Vec::new(), late);
    assert_eq!(ana.told, []);
}

#[test]
fn leaving_says_goodbye_and_leaving_when_sent_says_everything_first() {
    let (mut ana, _bia) = couple();
    for id in 0..12 {
        ana.says(1, id, "before I go");
    }
    ana.wants(Command::Leave(Goodbye::WhenSent));
    assert_eq!(ana.pumps().len(), 10);
    ana.later(Duration::from_secs(1));
    let rest = ana.pumps();
    assert_eq!(rest.len(), 4);
    assert_eq!(rest[2..], [Action::Send(RoomRequest::Leave), Action::HangUp]);
    let left = Event::Closed {
        conversation: Some(ConversationId(1)),
        ending: Ending::Left,
    };
    assert_eq!(ana.told, [left]);
}

#[test]
fn leaving_at_once_gives_back_what_still_waited() {
    let (mut ana, _bia) = couple();
    ana.says(1, 1, "too late");
    let actions = ana.wants(Command::Leave(Goodbye::Now));
    assert_eq!(actions, [Action::Send(RoomRequest::Leave), Action::HangUp]);
    assert!(matches!(
        ana.told[..],
        [
            Event::NotSent { .. },
            Event::Closed {
                ending: Ending::Left,
                ..
            }
        ]
    ));
}

#[test]
fn a_shut_door_is_tried_three_times_again_and_then_told() {
    let mut ana = Client::new();
    ana.wants(Command::Meet(visit("Ana")));
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    for (refused, problem) in [
        (false, Problem::DoorShut),
        (
            true,
            Problem::RoomUnreachable {
                port: port(),
                address,
            },
        ),
    ] {
        for _ in 0..3 {
            ana.machine.failed(
                Failed::DoorShut {
                    port: port(),
                    address,
                    refused,
                },
                ana.now,
            );
            assert_eq!(ana.acts(), [Action::Seek(visit("Ana"))]);
        }
        ana.machine.failed(
            Failed::DoorShut {
                port: port(),
                address,
                refused,
            },
            ana.now,
        );
        assert_eq!(ana.acts(), []);
        let told = Event::Closed {
            conversation: None,
            ending: Ending::Problem(problem),
        };
        assert_eq!(ana.told.last(), Some(&told));
        ana.wants(Command::Meet(visit("Ana")));
    }
}

#[test]
fn the_first_attempt_tells_its_problem_at_once() {
    let mut ana = Client::new();
    ana.wants(Command::Meet(visit("Ana")));
    ana.machine.failed(
        Problem::TimedOut {
            host: "chat.example.org".into(),
        }
        .into(),
        ana.now,
    );
    assert_eq!(ana.acts(), []);
    assert!(matches!(
        ana.told.last(),
        Some(Event::Closed {
            ending: Ending::Problem(_),
            ..
        })
    ));
}

#[test]
fn who_waits_and_loses_the_link_waits_again_by_itself_until_cancelled() {
    let mut ana = Client::seated("Ana");
    ana.machine.lost(Problem::LinkLost, ana.now);
    assert_eq!(ana.acts(), [Action::HangUp]);
    for expected_secs in [1, 2, 4, 8, 16, 30, 30] {
        let Some(Event::TryingAgain { in_millis, .. }) = ana.told.pop() else {
            panic!("told nothing")
        };
        assert!(
            (expected_secs * 1000..expected_secs * 1000 + 500).contains(&in_millis),
            "{in_millis}"
        );
        assert_eq!(
            ana.later(Duration::from_millis(in_millis)),
            [Action::Seek(visit("Ana"))]
        );
        ana.machine.failed(
            Problem::ConnectionRefused {
                host: "x".into(),
                port: 1,
            }
            .into(),
            ana.now,
        );
        ana.acts();
    }
    assert_eq!(ana.wants(Command::Leave(Goodbye::Now)), [Action::StopSeeking]);
    assert!(matches!(
        ana.told.last(),
        Some(Event::Closed {
            ending: Ending::Left,
            ..
        })
    ));
    assert_eq!(ana.machine.deadline(), None);
}

#[test]
fn a_conversation_ends_with_its_link() {
    let (mut ana, _bia) = couple();
    ana.says(1, 1, "lost?");
    ana.machine.lost(Problem::LinkLost, ana.now);
    ana.acts();
    let ended = Event::Closed {
        conversation: Some(ConversationId(1)),
        ending: Ending::Problem(Problem::LinkLost),
    };
    assert!(matches!(&ana.told[..], [Event::NotSent { .. }, last] if *last == ended));
}

#[test]
fn silence_is_asked_about_and_then_taken_for_a_lost_link() {
    let (mut ana, _bia) = couple();
    assert_eq!(ana.later(PING_AFTER), [Action::Send(RoomRequest::Ping)]);
    assert_eq!(ana.later(Duration::from_secs(1)), []);
    ana.hears(RoomEvent::Pong);
    assert_eq!(ana.later(PING_AFTER), [Action::Send(RoomRequest::Ping)]);
    ana.later(DEAD_AFTER);
    assert!(matches!(
        ana.told.last(),
        Some(Event::Closed {
            ending: Ending::Problem(Problem::LinkLost),
            ..
        })
    ));
}

#[test]
fn a_server_that_asks_is_answered_and_one_that_closes_is_believed() {
    let (mut ana, _bia) = couple();
    assert_eq!(ana.hears(RoomEvent::Ping), [Action::Send(RoomRequest::Pong)]);
    ana.hears(RoomEvent::Closing(Closing::Server));
    let closing = Ending::Closing(Closing::Server);
    assert_eq!(
        ana.told,
        [Event::Closed {
            conversation: Some(ConversationId(1)),
            ending: closing
        }]
    );
}

#[test]
fn a_partner_who_never_greets_is_left_and_another_one_looked_for() {
    let mut ana = Client::seated("Ana");
    ana.hears(pairing(1, Role::Initiator));
    assert_eq!(
        ana.later(HANDSHAKE_PATIENCE - Duration::from_secs(1)),
        [Action::Send(RoomRequest::Ping)]
    );
    let actions = ana.later(Duration::from_secs(1));
    assert_eq!(
        actions,
        [
            Action::Send(RoomRequest::Leave),
            Action::HangUp,
            Action::Seek(visit("Ana"))
        ]
    );
    assert!(!ana.told.iter().any(|event| matches!(event, Event::Paired(_))));
}

#[test]
fn a_greeting_that_does_not_verify_is_not_shown_and_a_later_forgery_ends_the_conversation() {
    let mut ana = Client::seated("Ana");
    ana.hears(pairing(1, Role::Initiator));
    let forged = SealedFrame {
        conversation: ConversationNumber(1),
        body: vec![1, 1, 0],
    };
    let actions = ana.hears(RoomEvent::Sealed(forged.clone()));
    assert_eq!(
        actions,
        [
            Action::Send(RoomRequest::Leave),
            Action::HangUp,
            Action::Seek(visit("Ana"))
        ]
    );

    let (mut ana, _bia) = couple();
    ana.hears(RoomEvent::Sealed(forged));
    assert!(matches!(
        ana.told[..],
        [Event::Closed {
            ending: Ending::Problem(Problem::Unverified),
            ..
        }]
    ));
}

#[test]
fn versions_that_are_not_ours_or_not_the_highest_are_a_lie() {
    let lies: [fn(&mut Pairing); 3] = [
        |told| told.version = 77,
        |told| told.initiator_versions.max = 2,
        |told| told.responder_versions.min = 2,
    ];
    for lie in lies {
        let mut ana = Client::seated("Ana");
        let RoomEvent::Paired(mut told) = pairing(1, Role::Initiator) else {
            panic!("a pairing")
        };
        lie(&mut told);
        ana.hears(RoomEvent::Paired(told));
        assert!(matches!(
            ana.told[..],
            [Event::Closed {
                ending: Ending::Problem(Problem::Protocol),
                ..
            }]
        ));
    }
}

#[test]
fn who_waits_alone_can_be_moved_and_who_talks_cannot() {
    let mut ana = Client::seated("Ana");
    let ticket = Ticket::from([1; 16]);
    assert_eq!(
        ana.hears(RoomEvent::Move { port: port(), ticket }),
        [Action::Enter(port(), ticket)]
    );
    let (mut ana, _bia) = couple();
    ana.hears(RoomEvent::Move { port: port(), ticket });
    assert!(matches!(
        ana.told.last(),
        Some(Event::Closed {
            ending: Ending::Problem(Problem::Protocol),
            ..
        })
    ));
}

#[test]
fn meeting_the_next_one_leaves_this_one_with_a_goodbye() {
    let (mut ana, _bia) = couple();
    let actions = ana.wants(Command::Meet(visit("Ana")));
    assert_eq!(
        actions,
        [
            Action::Send(RoomRequest::Leave),
            Action::HangUp,
            Action::Seek(visit("Ana"))
        ]
    );
}

#[test]
fn a_seat_that_came_after_cancelling_is_given_back() {
    let mut ana = Client::new();
    ana.wants(Command::Meet(visit("Ana")));
    ana.wants(Command::Leave(Goodbye::Now));
    ana.machine.seated(
        SeatFacts {
            port: port(),
            generation: Generation(1),
            rooms_in_use: 0,
        },
        ana.now,
    );
    assert_eq!(ana.acts(), [Action::Send(RoomRequest::Leave), Action::HangUp]);
}

#[test]
fn trust_is_pinned_before_the_visit() {
    let mut ana = Client::new();
    let shown = Fingerprint::from([1; 32]);
    let actions = ana.wants(Command::TrustIdentity {
        visit: visit("Ana"),
        shown,
    });
    assert_eq!(
        actions,
        [Action::Trust(visit("Ana"), shown), Action::Seek(visit("Ana"))]
    );
}

#[test]
fn a_full_outbox_gives_the_text_back_with_a_time() {
    let (mut ana, _bia) = couple();
    for id in 0..300 {
        ana.says(1, id, "flood");
    }
    let refused = ana.told.iter().filter(|event| {
        matches!(
            event,
            Event::NotSent {
                reason: NotSent::TooFast { retry_after_secs: 2 },
                ..
            }
        )
    });
    assert_eq!(refused.count(), 300 - 256);
}
