//! What was typed for one partner, and keys that count only when they are meant.

use crate::prelude::*;

#[test]
fn a_draft_for_one_partner_goes_to_another_only_when_asked_for_twice() {
    let mut ana = Person::talking();
    ana.types("I had just found the recipe");
    ana.asked();
    ana.hears(leaves(1));
    assert_eq!(ana.draft(), "I had just found the recipe");
    ana.presses(Key::Enter);
    ana.hears(joins(2, "Rui"));
    assert!(ana.sees("you wrote this to Marina"));
    ana.presses(Key::Enter);
    assert_eq!(ana.asked(), [], "an Enter meant for Marina");
    ana.waits(2);
    ana.presses(Key::Enter);
    assert_eq!(ana.said(), []);
    assert!(ana.sees("Press Enter again to send it to Rui"));
    ana.waits(1);
    ana.presses(Key::Enter);
    assert_eq!(ana.said(), [(2, "I had just found the recipe".to_owned())]);
}

#[test]
fn a_key_held_down_was_pressed_once() {
    let mut ana = Person::talking();
    ana.types("QUIT");
    ana.asked();
    for _ in 0..5 {
        ana.window.key_down(Key::Enter);
        ana.look();
    }
    assert_eq!(ana.asked(), [Command::Leave(Goodbye::Now)]);
    assert!(ana.is_at_first(), "and nobody else is met by it");
    ana.window.key_up(Key::Enter);
    ana.presses(Key::Enter);
    assert!(matches!(ana.asked()[..], [Command::Meet(_)]));

    let mut ana = Person::talking();
    ana.hears(writes(1, "oi"));
    ana.asked();
    for _ in 0..5 {
        ana.window.key_down_modifiers(Modifiers::COMMAND, Key::N);
        ana.look();
    }
    assert_eq!(ana.asked(), [], "nor is anybody left by it");
}

#[test]
fn next_wants_its_key_twice_once_words_were_exchanged() {
    let mut ana = Person::talking();
    ana.hears(writes(1, "oi"));
    ana.asked();
    ana.presses_with(Modifiers::COMMAND, Key::N);
    assert!(ana.sees("Press again"));
    assert_eq!(ana.asked(), []);
    ana.presses_with(Modifiers::COMMAND | Modifiers::SHIFT, Key::N);
    ana.presses_with(Modifiers::COMMAND | Modifiers::ALT, Key::N);
    assert_eq!(ana.asked(), [], "other keys are other wishes");
    ana.waits(4);
    assert!(!ana.sees("Press again"), "forgotten after three seconds");
    ana.clicks("Next");
    ana.clicks("Press again");
    assert!(matches!(ana.asked()[..], [Command::Meet(_)]));
    assert!(ana.sees("Calling chat.example.org"));
}

#[test]
fn a_conversation_that_breaks_stays_on_screen_with_its_draft_and_the_reason() {
    let mut ana = Person::talking();
    ana.hears(writes(1, "and then"));
    ana.types("yes?");
    ana.hears(closed(Problem::LinkLost));
    assert!(ana.sees("The connection was lost") && ana.sees("and then"));
    assert_eq!(ana.draft(), "yes?");
    ana.presses_with(Modifiers::COMMAND, Key::L);
    assert!(ana.is_at_first());
}
