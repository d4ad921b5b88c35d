//! What is said, what comes back, and *Next*.

use super::*;

#[test]
fn each_text_names_the_conversation_it_was_typed_for() {
    let mut person = Person::talking();
    assert_eq!(
        person.says("olá 🌻 你好"),
        Some((ConversationId(1), MessageId(0), "olá 🌻 你好".to_owned()))
    );
    assert_eq!(person.composer().text, "");
    assert_eq!(
        person.says("  two\nlines "),
        Some((ConversationId(1), MessageId(1), "  two\nlines ".to_owned()))
    );
    assert_eq!(person.says(" \n "), None, "nothing is never said");
    person.hears(writes(1, "oi"));
    assert_eq!(person.reads(), ["olá 🌻 你好", "  two\nlines ", "oi"]);
    person.hears(writes(9, "from nobody we know"));
    assert_eq!(person.reads().len(), 3);
}

#[test]
fn quit_leaves_erases_and_comes_back_to_the_first_screen_filled_in() {
    let mut person = Person::talking();
    person.hears(writes(1, "secret"));
    person.types("QUIT");
    assert_eq!(
        person.does(Action::Send),
        [Effect::Ask(Command::Leave(Goodbye::Now))]
    );
    assert!(matches!(person.model.screen, Screen::First));
    assert_eq!(person.model.first.server, "chat.example.org");
    person.hears(not_sent(1, 0, "half a sentence", NotSent::ConversationEnded));
    person.hears(Event::Closed {
        conversation: Some(ConversationId(1)),
        ending: Ending::Left,
    });
    person.does(Action::Meet);
    person.hears(Event::Calling { attempt: 1 });
    person.hears(joins(2, "Rui"));
    assert_eq!(person.reads(), [""; 0], "erased");
    assert_eq!(person.composer().text, "", "and so is what was on its way");
}

#[test]
fn say_quit_says_it() {
    let mut person = Person::talking();
    assert_eq!(person.says("/say QUIT").unwrap().2, "QUIT");
    assert_eq!(
        person.says("/leave").unwrap().2,
        "/leave",
        "no other text is special"
    );
    assert_eq!(person.reads(), ["QUIT", "/leave"]);
}

#[test]
fn a_text_too_long_stays_in_the_composer_and_says_so() {
    let mut person = Person::talking();
    let long = "ж".repeat(3_000);
    assert_eq!(person.says(&long), None);
    assert_eq!(person.composer().text, long);
    assert_eq!(person.composer().note, Some(Note::TooLong { bytes: 6_000 }));
    person.types("");
    person.waits(SECOND);
    assert_eq!(person.composer().note, None, "gone with the text");
}

#[test]
fn what_was_not_sent_comes_back_in_order_before_what_is_typed_now() {
    let mut person = Person::talking();
    person.says("one");
    person.says("two");
    person.types("thr");
    let too_fast = NotSent::TooFast { retry_after_secs: 3 };
    person.hears(not_sent(1, 0, "one", too_fast));
    person.hears(not_sent(1, 1, "two", too_fast));
    assert_eq!(person.composer().text, "one\ntwo\nthr");
    assert_eq!(person.composer().note, Some(Note::TooFast { secs: 3 }));
    assert_eq!(person.reads(), [""; 0], "nothing looks said that was not");
    person.waits(2 * SECOND);
    assert_eq!(person.composer().note, Some(Note::TooFast { secs: 1 }));
    person.waits(2 * SECOND);
    assert_eq!(person.composer().note, Some(Note::TooFast { secs: 0 }));
    assert!(
        person.presses_enter().is_some(),
        "to the one it was typed for it goes at one press"
    );
}

#[test]
fn next_wants_its_key_twice_once_words_were_exchanged() {
    let mut person = Person::talking();
    person.hears(writes(1, "oi"));
    assert_eq!(person.does(Action::Next), []);
    assert!(person.chat().asks_next_again());
    person.waits(4 * SECOND);
    assert!(!person.chat().asks_next_again());
    assert_eq!(person.does(Action::Next), [], "too late: this is the first again");
    person.waits(2 * SECOND);
    assert!(matches!(
        person.does(Action::Next)[..],
        [Effect::Ask(Command::Meet(_))]
    ));
    assert!(matches!(person.model.screen, Screen::Waiting(_)));

    let mut silent = Person::talking();
    assert!(
        matches!(silent.does(Action::Next)[..], [Effect::Ask(Command::Meet(_))]),
        "nothing to lose"
    );
}

#[test]
fn saying_something_takes_back_the_first_press_of_next() {
    let mut person = Person::talking();
    person.hears(writes(1, "oi"));
    person.does(Action::Next);
    person.says("wait");
    assert_eq!(person.does(Action::Next), []);
}
