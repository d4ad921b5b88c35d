//! Members and servers that say what they should not, or too much of it.

use std::time::{Duration, Instant};

use crate::ids::{Fingerprint, MessageText, Name};
use crate::limits::{ACQUAINTANCES_MAX, MESSAGE_BURST, OUTBOX_MESSAGES_MAX};
use crate::protocol::VERSIONS;
use crate::protocol::circle::{CircleEvent, CircleMember, Introduction};
use crate::protocol::peer::{Acquaintance, PeerMessage};
use crate::session::Timings;
use crate::session::circle::machine::{Action, Arrival, LinkId, Machine, Route};
use crate::session::circle::{CircleCommand, CircleNews, NotSaid};
use crate::session::event::MessageId;

/// One machine, and whoever is around it.
struct Around {
    machine: Machine,
    now: Instant,
    next_link: u64,
}

fn key(number: u8) -> Fingerprint {
    Fingerprint::from([number; 32])
}

fn met(member: u32, key: Fingerprint) -> CircleEvent {
    CircleEvent::Met {
        member: CircleMember(member),
        seen_at: Some("192.0.2.7:9000".parse().unwrap()),
        introduction: Introduction {
            key,
            local: Vec::new(),
        },
    }
}

fn hello() -> PeerMessage {
    PeerMessage::Hello {
        versions: VERSIONS,
        name: Name::parse("Eva").unwrap(),
        acquaintance: Acquaintance {
            ours: 1,
            theirs: None,
        },
    }
}

fn route() -> Route {
    Route::Direct("192.0.2.7:9000".parse().unwrap())
}

impl Around {
    /// Introduced, with a key in the middle of all.
    fn new() -> Self {
        let now = Instant::now();
        let name = Name::parse("Ana").unwrap();
        let mut machine = Machine::new(Timings::default(), name, key(100), None);
        let arrival = Arrival {
            member: CircleMember(1),
            seen_at: None,
            relays: false,
            at_home: false,
        };
        machine.gathered(arrival, now);
        machine.take_actions();
        Self {
            machine,
            now,
            next_link: 0,
        }
    }

    fn told(&mut self, event: CircleEvent) -> Vec<Action> {
        self.machine.told(event, self.now);
        self.machine.take_actions()
    }

    fn connected(&mut self, key: Fingerprint) -> (LinkId, Vec<Action>) {
        self.next_link += 1;
        let link = LinkId(self.next_link);
        self.machine.connected(link, key, route(), self.now);
        (link, self.machine.take_actions())
    }

    /// A member whose stream stands and who has said nothing yet.
    fn begun(&mut self, key: Fingerprint) -> LinkId {
        self.told(met(2, key));
        let (link, _) = self.connected(key);
        self.machine.begun(link, self.now);
        link
    }

    fn hears(&mut self, link: LinkId, message: PeerMessage) -> Vec<Action> {
        self.machine.heard(link, message, self.now);
        self.machine.take_actions()
    }
}

fn went(actions: &[Action]) -> bool {
    let went = |action: &Action| matches!(action, Action::Tell(CircleNews::Went { left: false, .. }));
    actions.iter().any(went)
}

#[test]
fn who_says_what_cannot_be_is_parted_from_and_not_called_again() {
    let text = MessageText::parse("hi").unwrap();
    let first_words = [
        PeerMessage::Text { sequence: 0, text },
        PeerMessage::Sync { next: 0 },
        PeerMessage::Confirm([0; 32]),
        PeerMessage::Spake(vec![0; 33]),
        PeerMessage::Bye,
    ];
    for (at, words) in first_words.into_iter().enumerate() {
        let mut around = Around::new();
        let eva = key(if at % 2 == 0 { 1 } else { 200 });
        let link = around.begun(eva);
        let actions = around.hears(link, words.clone());
        assert!(actions.contains(&Action::Part { link }), "{words:?}: {actions:?}");
        assert!(!went(&actions), "nobody was shown: {words:?}");
        assert_eq!(around.told(met(3, eva)), [], "{words:?}");
    }
    let later = [
        hello(),
        PeerMessage::Ack { next: 1 },
        PeerMessage::Sync { next: u64::MAX },
        PeerMessage::Confirm([0; 32]),
    ];
    for words in later {
        let mut around = Around::new();
        let link = around.begun(key(1));
        around.hears(link, hello());
        let actions = around.hears(link, words.clone());
        assert!(
            actions.contains(&Action::Part { link }) && went(&actions),
            "{words:?}"
        );
        assert_eq!(around.told(met(3, key(1))), [], "{words:?}");
    }
}

#[test]
fn who_was_not_introduced_is_not_talked_to() {
    let mut around = Around::new();
    let (link, actions) = around.connected(key(7));
    assert_eq!(actions, [Action::Part { link }]);
    // Nor are we to ourselves.
    assert_eq!(around.told(met(9, key(100))), []);
}

#[test]
fn who_connects_again_and_again_has_only_so_many_connections() {
    for eva in [key(1), key(200)] {
        let mut around = Around::new();
        around.told(met(2, eva));
        let parted = |actions: &[Action]| matches!(actions, [Action::Part { .. }]);
        let open = (0..100).filter(|_| !parted(&around.connected(eva).1)).count();
        assert!((1..20).contains(&open), "{open}");
        // And those that come to nothing are closed.
        around.now += 3 * Timings::default().meeting;
        around.machine.tick(around.now);
        let actions = around.machine.take_actions();
        let closed = actions
            .iter()
            .filter(|action| matches!(action, Action::Part { .. }));
        assert!(closed.count() >= open - 1, "{actions:?}");
    }
}

#[test]
fn a_server_that_introduces_without_end_has_us_call_only_so_many_and_so_often() {
    let mut around = Around::new();
    let mut dialled = 0;
    for number in 0..=u16::MAX {
        let [high, low] = number.to_be_bytes();
        let mut bytes = [low; 32];
        bytes[0] = high;
        let actions = around.told(met(u32::from(number), Fingerprint::from(bytes)));
        dialled += actions
            .iter()
            .filter(|action| matches!(action, Action::Dial { .. }))
            .count();
    }
    assert!(dialled <= ACQUAINTANCES_MAX, "{dialled}");
    let again = Around::new().told(met(2, key(7)));
    assert!(matches!(again[..], [Action::Dial { .. }]));
    let mut around = Around::new();
    around.told(met(2, key(7)));
    for _ in 0..1000 {
        assert_eq!(around.told(met(2, key(7))), [], "it is being tried");
    }
}

#[test]
fn who_types_too_fast_has_the_text_back() {
    let mut around = Around::new();
    let link = around.begun(key(1));
    around.hears(link, hello());
    let mut refused = 0;
    for id in 0..2 * u64::try_from(OUTBOX_MESSAGES_MAX).unwrap() {
        let text = MessageText::parse("hi").unwrap();
        let say = CircleCommand::Say {
            id: MessageId(id),
            text,
        };
        around.machine.command(say, around.now);
        for action in around.machine.take_actions() {
            let Action::Tell(CircleNews::NotSaid { reason, .. }) = action else {
                panic!("{action:?}");
            };
            assert!(matches!(reason, NotSaid::TooFast { .. }));
            refused += 1;
        }
    }
    let burst = usize::try_from(MESSAGE_BURST).unwrap();
    assert_eq!(refused, OUTBOX_MESSAGES_MAX - burst);
}

#[test]
fn who_takes_nothing_is_missed_and_the_others_are_not_kept_waiting() {
    let mut around = Around::new();
    let link = around.begun(key(1));
    around.hears(link, hello());
    let text = MessageText::parse("hi").unwrap();
    let say = CircleCommand::Say {
        id: MessageId(1),
        text,
    };
    around.machine.command(say, around.now);
    while around.machine.due(link, around.now).is_some() {}
    around.now += Timings::default().unanswered + Duration::from_millis(1);
    around.machine.tick(around.now);
    let actions = around.machine.take_actions();
    assert!(actions.contains(&Action::Part { link }), "{actions:?}");
    let away = |action: &Action| matches!(action, Action::Tell(CircleNews::Away { .. }));
    assert!(actions.iter().any(away), "{actions:?}");
}
