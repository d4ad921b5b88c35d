//! What becomes of a message, who is writing, and what the partner is told of it.

use acaso::prefs::Carrier;

use crate::prelude::*;

#[test]
fn a_message_is_on_its_way_then_there_then_seen() {
    let mut ana = Person::talking();
    ana.says("one");
    ana.says("two");
    ana.says("three");
    assert!(ana.sees("one (Sending)") && ana.sees("three (Sending)"));
    ana.hears(delivered(1, 1));
    assert!(ana.sees("one (Delivered)") && ana.sees("two (Delivered)") && ana.sees("three (Sending)"));
    ana.hears(seen(1, 0));
    assert!(ana.sees("one (Seen)") && ana.sees("two (Delivered)"));
    ana.hears(delivered(1, 0));
    assert!(ana.sees("two (Delivered)"), "it does not go back");
}

#[test]
fn what_may_never_have_arrived_is_marked() {
    let mut ana = Person::talking();
    ana.says("one");
    ana.says("two");
    ana.hears(delivered(1, 0));
    ana.hears(leaves(1));
    ana.hears(Event::NotDelivered {
        conversation: ConversationId(1),
        id: MessageId(1),
    });
    assert!(ana.sees("one (Delivered)") && ana.sees("two (Not delivered)"));
}

#[test]
fn typing_is_told_to_the_engine_and_shown() {
    let mut ana = Person::talking();
    ana.asked();
    ana.types("h");
    let typing_told = Command::Typing {
        conversation: ConversationId(1),
    };
    assert_eq!(ana.asked(), [typing_told]);
    ana.look();
    assert_eq!(ana.asked(), [], "only while it goes on");
    ana.hears(typing(1, true));
    assert!(ana.sees("Marina is writing"));
    ana.hears(writes(1, "hello"));
    assert!(!ana.sees("Marina is writing"));
    ana.hears(typing(1, true));
    ana.hears(typing(1, false));
    assert!(!ana.sees("Marina is writing"));
}

#[test]
fn what_is_looked_at_is_told_when_it_is_looked_at() {
    let looked = || Command::Looked {
        conversation: ConversationId(1),
    };
    let mut ana = Person::talking();
    ana.asked();
    ana.hears(writes(1, "hello"));
    assert_eq!(ana.asked(), [looked()]);
    ana.look();
    assert_eq!(ana.asked(), [], "once");
    ana.focuses(false);
    ana.hears(writes(1, "are you there?"));
    assert_eq!(ana.asked(), [], "another window is in front");
    ana.focuses(true);
    assert_eq!(ana.asked(), [looked()]);
    ana.presses_with(Modifiers::COMMAND, Key::Comma);
    ana.hears(writes(1, "hm"));
    assert_eq!(ana.asked(), [], "the settings are in front");
    ana.presses(Key::Escape);
    assert_eq!(ana.asked(), [looked()]);
}

#[test]
fn habits_go_with_the_visit_and_change_at_once() {
    let mut ana = Person::known();
    ana.presses(Key::Enter);
    let asked = ana.asked();
    let [Command::Meet(visit)] = &asked[..] else {
        panic!("{asked:?}")
    };
    assert_eq!((visit.habits.typing, visit.habits.seen), (true, false));
    assert_eq!(visit.transport, Transport::Auto);
    ana.hears(Event::Calling { attempt: 1 });
    ana = ana.goes_talking();
    ana.hears(typing(1, true));
    ana.asked();
    ana.chooses("Settings");
    for name in ["Show when I write", "Tell when I have read"] {
        ana.window.get_by_role_and_label(Role::Switch, name).click();
        ana.look();
    }
    ana.window
        .get_by_role_and_label(Role::RadioButton, "Transport: QUIC")
        .click();
    ana.look();
    let habits = |typing, seen| Command::Habits(Habits { typing, seen });
    assert_eq!(ana.asked(), [habits(false, false), habits(false, true)]);
    ana.presses(Key::Escape);
    assert!(!ana.sees("Marina is writing"), "who does not tell is not told");
    ana.hears(typing(1, true));
    assert!(!ana.sees("Marina is writing"));
    ana.asked();
    ana.clicks("Next");
    let asked = ana.asked();
    let [Command::Meet(visit)] = &asked[..] else {
        panic!("{asked:?}")
    };
    assert_eq!(
        (visit.habits.typing, visit.habits.seen, visit.transport),
        (false, true, Transport::Quic)
    );
}

#[test]
fn the_command_line_chooses_what_carries_one_run() {
    let mut beginning = Beginning::known();
    beginning.wanted.carrier = Some(Carrier::Tcp);
    let mut ana = beginning.open();
    ana.presses(Key::Enter);
    let asked = ana.asked();
    let [Command::Meet(visit)] = &asked[..] else {
        panic!("{asked:?}")
    };
    assert_eq!(visit.transport, Transport::Tcp);
    let kept = ana.world.borrow().kept.clone().unwrap();
    assert_eq!(kept.carrier, Carrier::Auto, "of this run only");
}
