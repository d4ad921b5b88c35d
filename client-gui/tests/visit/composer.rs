//! What Enter does, and what comes back.

use crate::prelude::*;

#[test]
fn enter_sends_and_shift_enter_starts_a_line() {
    let mut ana = Person::talking();
    ana.types("one");
    ana.presses_with(Modifiers::SHIFT, Key::Enter);
    ana.types("two");
    assert_eq!(ana.said(), []);
    assert_eq!(ana.draft(), "one\ntwo");
    ana.presses(Key::Enter);
    assert_eq!(ana.said(), [(1, "one\ntwo".to_owned())]);
    assert_eq!(ana.draft(), "", "no line break of the Enter is left behind");
    ana.presses(Key::Enter);
    ana.says("  ");
    assert_eq!(ana.said(), [], "never empty");
}

#[test]
fn the_send_button_does_what_enter_does() {
    let mut ana = Person::talking();
    ana.types("by mouse");
    ana.clicks("Send");
    assert_eq!(ana.said(), [(1, "by mouse".to_owned())]);
    ana.types("on I type");
    assert_eq!(ana.draft(), "on I type", "the keyboard is back in the composer");
}

#[test]
fn enter_never_sends_while_an_input_method_is_composing() {
    let mut ana = Person::talking();
    ana.window.event(egui::Event::Ime(egui::ImeEvent::Preedit {
        text: "にほん".to_owned(),
        active_range_chars: None,
    }));
    ana.look();
    ana.presses(Key::Enter);
    assert_eq!(ana.said(), [], "that Enter was for the input method");
    ana.window
        .event(egui::Event::Ime(egui::ImeEvent::Commit("日本".to_owned())));
    ana.look();
    ana.presses(Key::Enter);
    assert_eq!(ana.said(), [(1, "日本".to_owned())]);
}

#[test]
fn quit_alone_leaves_and_say_quit_says_it() {
    let mut ana = Person::talking();
    ana.hears(writes(1, "a secret"));
    ana.asked();
    ana.says("/say QUIT");
    assert_eq!(ana.said(), [(1, "QUIT".to_owned())]);
    ana.types("QUIT");
    ana.asked();
    ana.presses(Key::Enter);
    assert_eq!(ana.asked(), [Command::Leave(Goodbye::Now)]);
    assert!(ana.is_at_first() && !ana.sees("a secret"));
    assert_eq!(
        (ana.model().first.server.as_str(), ana.model().first.name.as_str()),
        ("chat.example.org", "Ana")
    );
}

#[test]
fn what_was_not_sent_is_back_in_the_composer_with_the_reason() {
    let mut ana = Person::talking();
    ana.says("Wait, which tram was it?");
    ana.hears(Event::NotSent {
        conversation: ConversationId(1),
        id: MessageId(0),
        text: text("Wait, which tram was it?"),
        reason: NotSent::TooFast { retry_after_secs: 3 },
    });
    assert_eq!(ana.draft(), "Wait, which tram was it?");
    assert!(ana.sees("you wrote faster than the server allows") && ana.sees("send it in 3 s"));
    assert!(!ana.sees("You, 14:02"), "nothing looks said that was not");
    ana.asked();
    ana.presses(Key::Enter);
    assert_eq!(ana.said(), [(1, "Wait, which tram was it?".to_owned())]);
}
