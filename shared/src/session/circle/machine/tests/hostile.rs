//! Members and servers that say what they should not, or too much of it.

use std::time::Duration;

use super::around::{Around, hello, key, met};
use crate::ids::{Code, Fingerprint, MessageText};
use crate::limits::{
    CIRCLE_MEMBERS_MAX, MESSAGE_BURST, OUTBOX_MESSAGES_MAX, WRONG_WORDS_FORGOTTEN_AFTER, WRONG_WORDS_MAX,
};
use crate::protocol::circle::{CircleEvent, CircleMember};
use crate::protocol::peer::PeerMessage;
use crate::session::Timings;
use crate::session::circle::machine::{Action, LinkId};
use crate::session::circle::{CircleCommand, CircleNews, NotSaid};
use crate::session::event::MessageId;

fn went(actions: &[Action]) -> bool {
    let went = |action: &Action| matches!(action, Action::Tell(CircleNews::Went { left: false, .. }));
    actions.iter().any(went)
}

/// Says hello or not, and then that.
fn blunders(
    around: &mut Around,
    eva: Fingerprint,
    greets: bool,
    words: &PeerMessage,
) -> (LinkId, Vec<Action>) {
    let link = around.begun(eva);
    if greets {
        around.hears(link, hello());
    }
    (link, around.hears(link, words.clone()))
}

#[test]
fn who_says_what_cannot_be_is_parted_from_and_after_the_third_time_not_called_again() {
    let text = MessageText::parse("hi").unwrap();
    let words = [
        (false, PeerMessage::Text { sequence: 0, text }),
        (false, PeerMessage::Sync { next: 0 }),
        (false, PeerMessage::Confirm([0; 32])),
        (false, PeerMessage::Spake(vec![0; 33])),
        (false, PeerMessage::Bye),
        (true, hello()),
        (true, PeerMessage::Ack { next: 1 }),
        (true, PeerMessage::Sync { next: u64::MAX }),
        (true, PeerMessage::Confirm([0; 32])),
    ];
    for (at, (greets, words)) in words.into_iter().enumerate() {
        let mut around = Around::new();
        let eva = key(if at % 2 == 0 { 1 } else { 200 });
        for time in 1..=3 {
            let (link, actions) = blunders(&mut around, eva, greets, &words);
            assert!(actions.contains(&Action::Part { link }), "{words:?}: {actions:?}");
            assert_eq!(went(&actions), greets, "nobody else was shown: {words:?}");
            let (again, actions) = around.connected(eva);
            let is_over = actions == [Action::Part { link: again }];
            assert_eq!(is_over, time == 3, "{words:?}, time {time}: {actions:?}");
            around.machine.broken(again, around.now);
            around.machine.take_actions();
        }
        assert_eq!(around.told(met(3, eva)), [], "{words:?}");
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
    assert!(dialled < CIRCLE_MEMBERS_MAX, "{dialled}");
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

#[test]
fn guessers_who_fall_silent_are_counted_and_told_however_many_guess_at_once() {
    let mut around = Around::with(Some(Code::lasting()));
    let judged = |actions: &[Action]| {
        actions
            .iter()
            .any(|action| matches!(action, Action::Judge { .. }))
    };
    let mut learnt = 0;
    for guesser in 1..=4 {
        around.told(met(u32::from(guesser) + 1, key(guesser)));
        for _ in 0..8 {
            let (link, _) = around.connected(key(guesser));
            learnt += usize::from(judged(&around.asks(link)));
        }
    }
    assert_eq!(learnt, WRONG_WORDS_MAX, "of 32 at once");
    let actions = around.later(3 * Timings::default().meeting);
    let told = actions.iter().filter_map(|action| match action {
        Action::Tell(CircleNews::WrongWords { open }) => Some(*open),
        _ => None,
    });
    let told: Vec<_> = told.collect();
    assert_eq!(told.len(), WRONG_WORDS_MAX, "{actions:?}");
    assert_eq!(told.iter().position(|open| !open), Some(WRONG_WORDS_MAX - 1));
    let (link, actions) = around.connected(key(1));
    assert_eq!(actions, [Action::Part { link }], "nobody new is let in");
    around.later(WRONG_WORDS_FORGOTTEN_AFTER);
    let (link, _) = around.connected(key(1));
    assert!(judged(&around.asks(link)), "for a while");
}

#[test]
fn nothing_that_a_server_says_of_a_member_ends_a_link() {
    let mut around = Around::new();
    let link = around.begun(key(1));
    around.hears(link, hello());
    let mut elsewhere = met(9, key(1));
    if let CircleEvent::Met { seen_at, .. } = &mut elsewhere {
        *seen_at = Some("198.51.100.7:9000".parse().unwrap());
    }
    for event in [
        elsewhere,
        CircleEvent::Went {
            member: CircleMember(9),
        },
        CircleEvent::Went {
            member: CircleMember(2),
        },
    ] {
        assert_eq!(around.told(event.clone()), [], "{event:?}");
    }
    let text = MessageText::parse("still here").unwrap();
    let said = around.hears(link, PeerMessage::Text { sequence: 0, text });
    assert!(
        matches!(said[..], [Action::Tell(CircleNews::Said { .. })]),
        "{said:?}"
    );
}

#[test]
fn who_finds_no_room_is_looked_for_when_there_is_some() {
    let mut around = Around::new();
    let last = u8::try_from(CIRCLE_MEMBERS_MAX).unwrap();
    for member in 1..=last {
        around.told(met(u32::from(member) + 1, key(member)));
    }
    let dials = |actions: &[Action], wanted| {
        let is_it = |action: &Action| matches!(action, Action::Dial { key, .. } if *key == wanted);
        actions.iter().any(is_it)
    };
    // One of those who have it is reached.
    let (link, _) = around.connected(key(1));
    around.machine.begun(link, around.now);
    let actions = around.hears(link, hello());
    assert!(dials(&actions, key(last)), "{actions:?}");
    // The server loses sight of one of them: whoever comes next need not wait for it to be forgotten.
    around.told(CircleEvent::Went {
        member: CircleMember(3),
    });
    let actions = around.told(met(90, key(90)));
    assert!(dials(&actions, key(90)), "{actions:?}");
}

#[test]
fn whose_addresses_change_without_an_end_are_called_no_more_often_and_found_to_be_out_of_reach() {
    let mut around = Around::new();
    let (mut dialled, mut unreachable) = (0, false);
    for second in 0_u16..60 {
        let mut changed = met(2, key(7));
        if let CircleEvent::Met { seen_at, .. } = &mut changed {
            *seen_at = Some(format!("192.0.2.7:{}", 9000 + second).parse().unwrap());
        }
        let actions = [around.told(changed), around.later(Duration::from_secs(1))].concat();
        for action in actions {
            dialled += usize::from(matches!(action, Action::Dial { .. }));
            unreachable |= matches!(action, Action::Tell(CircleNews::Unreachable { .. }));
        }
    }
    assert!(unreachable && (2..=8).contains(&dialled), "{dialled}");
}

#[test]
fn who_is_not_waited_for_any_longer_may_come_as_somebody_new() {
    let mut around = Around::new();
    let link = around.begun(key(1));
    around.hears(link, hello());
    around.machine.broken(link, around.now);
    around.machine.take_actions();
    let mut gone = false;
    for id in 0..=u64::try_from(OUTBOX_MESSAGES_MAX).unwrap() {
        let text = MessageText::parse("hi").unwrap();
        let say = CircleCommand::Say {
            id: MessageId(id),
            text,
        };
        around.machine.command(say, around.now);
        gone |= went(&around.later(Timings::default().message_every));
    }
    assert!(gone);
    let (link, actions) = around.connected(key(1));
    assert!(!actions.contains(&Action::Part { link }), "{actions:?}");
}

#[test]
fn whoever_misses_somebody_or_is_asked_to_try_looks_whether_it_is_they_who_have_moved() {
    let mut around = Around::new();
    let link = around.begun(key(1));
    around.hears(link, hello());
    around.machine.broken(link, around.now);
    assert!(around.machine.take_actions().contains(&Action::LookAround));
    around.machine.command(CircleCommand::TryNow, around.now);
    assert!(around.machine.take_actions().contains(&Action::LookAround));
    let actions = around.later(Timings::default().ping_after);
    assert!(actions.contains(&Action::LookAround), "{actions:?}");
}

#[test]
fn of_connections_that_wait_the_next_has_its_turn_when_the_first_comes_to_nothing() {
    let mut around = Around::new();
    // Whose key is higher is not the one to choose.
    around.told(met(2, key(200)));
    let (first, actions) = around.connected(key(200));
    assert_eq!(
        actions,
        [Action::Begin {
            link: first,
            opens: true
        }]
    );
    let (second, actions) = around.connected(key(200));
    assert_eq!(actions, []);
    let actions = around.later(Timings::default().meeting);
    assert!(actions.contains(&Action::Part { link: first }), "{actions:?}");
    let begun = Action::Begin {
        link: second,
        opens: true,
    };
    assert!(actions.contains(&begun), "{actions:?}");
}
