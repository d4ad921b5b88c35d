//! The safety phrase, and blocking somebody.

use crate::prelude::*;

/// The phrase that [`joins`] brings.
fn phrase() -> String {
    acaso_shared::sealed::SafetyPhrase::from_hash(&[7; 32]).to_string()
}

#[test]
fn the_safety_phrase_is_shown_copied_and_put_away() {
    let mut ana = Person::talking();
    assert!(!ana.sees(&phrase()));
    ana.clicks("Safety phrase");
    assert!(ana.sees(&phrase()) && ana.sees("Marina has the same one, if nobody is in between."));
    assert!(ana.sees("If you do not compare, a dishonest host could."));
    assert_eq!(ana.keyboard_is_at(), "Close");
    ana.clicks("Copy");
    assert_eq!(ana.copied(), Some(phrase()));
    assert!(ana.sees("Copied"));
    ana.presses(Key::Escape);
    assert!(!ana.sees(&phrase()));
    assert_eq!(ana.keyboard_is_at(), "Write to Marina", "one can go on writing");

    ana.presses_with(Modifiers::COMMAND, Key::S);
    assert!(ana.sees(&phrase()));
    ana.presses(Key::Enter);
    assert!(!ana.sees(&phrase()), "Close has the keyboard");
    assert_eq!(ana.said(), [], "and nothing was sent by it");
}

#[test]
fn the_phrase_is_in_reach_in_every_window_and_language() {
    for beginning in [Beginning::known().narrow(), Beginning::known().low()] {
        let mut ana = beginning.in_portuguese().open().goes_waiting().goes_talking();
        ana.clicks("Frase de segurança");
        assert!(ana.sees(&phrase()) && ana.sees("Marina tem a mesma, se não houver ninguém no meio."));
        ana.clicks("Fechar");
        assert!(!ana.sees(&phrase()));
    }
}

#[test]
fn who_has_left_can_be_compared_with_no_more() {
    let mut ana = Person::talking();
    ana.presses_with(Modifiers::COMMAND, Key::S);
    ana.hears(leaves(1));
    assert!(!ana.sees(&phrase()) && !ana.sees("Safety phrase"));
    ana.presses_with(Modifiers::COMMAND, Key::S);
    assert!(!ana.sees(&phrase()));
}

#[test]
fn blocking_asks_once_and_leaves() {
    let mut ana = Person::talking();
    ana.says("hello");
    ana.asked();
    ana.chooses("Block");
    assert!(ana.sees("You will not meet Marina again while both of you keep Acaso open. They are not told."));
    assert_eq!(ana.keyboard_is_at(), "Cancel");
    ana.presses(Key::Enter);
    assert_eq!(ana.asked(), [], "not so fast");
    ana.chooses("Block");
    ana.clicks("Block and leave");
    assert!(ana.is_at_first());
    let blocked = Command::Block {
        conversation: ConversationId(1),
    };
    assert_eq!(ana.asked(), [blocked, Command::Leave(Goodbye::Now)]);
}

#[test]
fn who_has_just_left_can_be_blocked_and_one_waits_on() {
    let mut ana = Person::talking();
    ana.hears(leaves(1));
    ana.asked();
    ana.clicks("Block");
    assert!(ana.sees("Block Marina?"));
    assert_eq!(ana.asked(), [], "it is only a question");
    ana.asked();
    // One is on the card, the other on the sheet in front of it.
    let buttons: Vec<_> = ana
        .window
        .query_all_by_role_and_label(Role::Button, "Block")
        .collect();
    assert_eq!(buttons.len(), 2);
    buttons[1].click();
    drop(buttons);
    ana.look();
    let blocked = Command::Block {
        conversation: ConversationId(1),
    };
    assert_eq!(ana.asked(), [blocked]);
    assert!(ana.sees("Blocked") && ana.sees("Meet the next stranger"));
    ana.hears(joins(2, "Rui"));
    assert!(ana.sees("Write to Rui"));
}
