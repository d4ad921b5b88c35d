//! Somebody with an old client: met only by who allows it, marked from the first moment, and named when they name themselves.

use crate::prelude::*;

fn allowing() -> Beginning {
    let mut beginning = Beginning::known();
    beginning.settings.old_clients = true;
    beginning
}

/// High enough for all settings at once.
fn tall(mut beginning: Beginning) -> Beginning {
    beginning.size = (960.0, 1100.0);
    beginning
}

fn joins_open(id: u64) -> Event {
    Event::PairedOpen {
        conversation: ConversationId(id),
        port: port(),
    }
}

fn introduced(id: u64, name: &str) -> Event {
    Event::Introduced {
        conversation: ConversationId(id),
        name: acaso_shared::ids::Name::parse(name).unwrap(),
    }
}

#[test]
fn old_clients_are_met_only_by_who_turns_it_on() {
    let mut ana = tall(Beginning::known()).open();
    ana.presses(Key::Enter);
    let asked = ana.asked();
    assert!(
        matches!(&asked[..], [Command::Meet(visit)] if !visit.old_clients),
        "{asked:?}"
    );
    ana.presses(Key::Escape);
    ana.hears(Event::Closed {
        conversation: None,
        ending: acaso_shared::session::Ending::Left,
    });
    ana.asked();

    ana.presses_with(Modifiers::COMMAND, Key::Comma);
    ana.window
        .get_by_role_and_label(Role::Switch, "Let old clients meet me")
        .click();
    ana.look();
    assert!(ana.world.borrow().kept.as_ref().unwrap().old_clients);
    ana.presses(Key::Escape);
    ana.presses(Key::Enter);
    let asked = ana.asked();
    assert!(
        matches!(&asked[..], [Command::Meet(visit)] if visit.old_clients),
        "{asked:?}"
    );
}

#[test]
fn a_conversation_with_an_old_client_is_marked_from_its_first_moment() {
    let sizes = [allowing(), allowing().narrow()];
    for beginning in sizes {
        let mut ana = beginning.open().goes_waiting();
        ana.hears(joins_open(1));
        assert!(ana.sees("Room 4127 · not private: old client"));
        assert!(ana.sees("The host can read this conversation."));
        assert!(ana.sees("Somebody with an old client joined"));
        assert!(!ana.sees("encrypted between you two") && !ana.sees("Safety phrase"));
        assert_eq!(ana.keyboard_is_at(), "Write to somebody with an old client");
        ana.presses_with(Modifiers::COMMAND, Key::S);
        assert!(
            !ana.sees("Read it to each other"),
            "there is no phrase to compare"
        );
    }
    let mut ana = allowing().low().open().goes_waiting();
    ana.hears(joins_open(1));
    assert!(
        ana.sees("not private"),
        "a low window has no room for the line, but for this"
    );
}

#[test]
fn the_name_they_type_stands_wherever_they_are_named() {
    let mut ana = allowing().open().goes_waiting();
    ana.hears(joins_open(1));
    ana.hears(writes(1, "is anybody there?"));
    assert!(ana.sees("Somebody with an old client, 14:02: is anybody there?"));
    ana.hears(introduced(1, "Rui"));
    assert!(ana.sees("Rui, 14:02: is anybody there?") && ana.sees("Rui joined"));
    assert!(!ana.sees("omebody with an old client"));
    assert_eq!(ana.keyboard_is_at(), "Write to Rui");
    assert!(ana.sees("not private: old client"), "a name keeps no secret");
    ana.hears(introduced(7, "Nobody"));
    assert!(!ana.sees("Nobody"), "of another conversation");
}

#[test]
fn nothing_confirms_what_went_to_an_old_client() {
    let mut ana = allowing().open().goes_waiting();
    ana.hears(joins_open(1));
    ana.asked();
    ana.types("oi");
    ana.presses(Key::Enter);
    ana.hears(writes(1, "oi!"));
    let asked = ana.asked();
    assert!(
        matches!(&asked[..], [Command::Say { .. }]),
        "neither typing nor looking is told: {asked:?}"
    );
    assert!(ana.sees("oi (Sending)"));
    ana.hears(Event::Sent {
        conversation: ConversationId(1),
        id: MessageId(0),
    });
    assert!(ana.sees("oi (Sent)"));
    ana.hears(leaves(1));
    assert!(ana.sees("oi (Sent)") && ana.sees("The host could read them."));
}

#[test]
fn a_lost_line_ends_it_and_nobody_is_waited_for() {
    let mut ana = allowing().open().goes_waiting();
    ana.hears(joins_open(1));
    ana.hears(introduced(1, "Rui"));
    ana.says("oi");
    ana.hears(Event::PartnerLeft {
        conversation: ConversationId(1),
        reason: acaso_shared::protocol::room::Parting::Lost,
    });
    assert!(ana.sees("The connection with Rui was lost") && ana.sees("oi (Not delivered)"));
    assert!(!ana.sees("Block"), "an old client is somebody new at each visit");
}

#[test]
fn what_was_typed_in_private_goes_to_an_old_client_only_when_asked_for_twice() {
    let mut ana = allowing().open().goes_waiting().goes_talking();
    ana.types("between us");
    ana.hears(leaves(1));
    ana.hears(joins_open(2));
    ana.asked();
    ana.waits(2);
    ana.presses(Key::Enter);
    assert_eq!(ana.said(), []);
    assert!(ana.sees("Press Enter again to send it to somebody with an old client."));
}

#[test]
fn who_turned_it_off_on_the_way_meets_somebody_else() {
    let mut ana = tall(allowing()).open().goes_waiting();
    ana.presses_with(Modifiers::COMMAND, Key::Comma);
    ana.window
        .get_by_role_and_label(Role::Switch, "Let old clients meet me")
        .click();
    ana.look();
    ana.asked();
    ana.hears(joins_open(1));
    let asked = ana.asked();
    assert!(
        matches!(&asked[..], [Command::Meet(visit)] if !visit.old_clients),
        "{asked:?}"
    );
    assert!(!ana.sees("old client joined"));
}

#[test]
fn a_notice_calls_them_by_what_they_came_with() {
    let mut ana = allowing().in_portuguese().open().goes_waiting();
    ana.focuses(false);
    ana.hears(joins_open(1));
    let notices = ana.world.borrow().notices.clone();
    assert_eq!(notices[0].summary, "Alguém com um cliente antigo chegou");
}
