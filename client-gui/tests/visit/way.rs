//! From the first screen to the next partner.

use crate::prelude::*;

#[test]
fn the_first_time_one_names_a_server_reads_the_rules_and_meets_somebody() {
    let mut ana = Beginning::default().open();
    assert_eq!(ana.keyboard_is_at(), "Server", "nothing is known yet");
    ana.types("chat.example.org");
    ana.presses(Key::Tab);
    assert_eq!(ana.keyboard_is_at(), "Your name");
    ana.types("Ana");
    ana.presses(Key::Enter);
    assert!(ana.sees("Before you meet anyone") && ana.sees("Asked once for chat.example.org"));
    assert_eq!(ana.asked(), [], "nobody is called before the rules are read");

    ana.clicks("Agree and meet a stranger");
    assert_eq!(ana.asked(), [], "not confirmed");
    ana.window
        .get_by_role_and_label(Role::CheckBox, "I am 18 or older, and I will keep to these rules")
        .click();
    ana.look();
    ana.clicks("Agree and meet a stranger");
    let asked = ana.asked();
    let [Command::Meet(visit)] = &asked[..] else {
        panic!("{asked:?}")
    };
    assert_eq!(
        (visit.server.to_string().as_str(), visit.name.as_str()),
        ("chat.example.org", "Ana")
    );
    assert!(!visit.plain);

    ana.hears(Event::Calling { attempt: 1 });
    assert!(ana.sees("Calling chat.example.org"));
    ana.hears(Event::Waiting {
        port: port(),
        rooms_in_use: 107,
    });
    assert!(ana.sees("The other seat is free"));
    assert!(ana.sees("You are the only one waiting at chat.example.org. 107 rooms are in use."));
    ana.waits(8);
    assert!(ana.sees("Waiting for 0:08"));

    ana.hears(joins(1, "Marina"));
    assert!(ana.sees("Marina") && ana.sees("Room 4127 · encrypted between you two"));
    assert_eq!(ana.keyboard_is_at(), "Write to Marina");
    ana.says("olá 🌻 你好");
    assert_eq!(ana.said(), [(1, "olá 🌻 你好".to_owned())]);
    assert!(ana.sees("You, 14:02: olá 🌻 你好"));
    ana.hears(writes(1, "é você?"));
    assert!(ana.sees("Marina, 14:02: é você?"));

    ana.hears(leaves(1));
    assert!(
        ana.sees("Marina said goodbye") && ana.sees("é você?"),
        "the text stays"
    );
    ana.clicks("Wait here");
    ana.hears(joins(2, "Rui"));
    assert!(
        ana.sees("Write to Rui") && !ana.sees("é você?"),
        "and goes when somebody enters"
    );
    let kept = ana.world.borrow().kept.clone().unwrap();
    assert_eq!(
        (kept.server.as_str(), kept.name.as_str()),
        ("chat.example.org", "Ana")
    );
    assert_eq!(kept.servers, ["chat.example.org".parse().unwrap()]);
}

#[test]
fn the_second_time_one_enter_meets_somebody() {
    let mut ana = Person::known();
    assert_eq!(ana.keyboard_is_at(), "Meet a stranger");
    ana.presses(Key::Enter);
    assert!(matches!(ana.asked()[..], [Command::Meet(_)]));
}

#[test]
fn an_error_stands_beside_its_field_and_the_field_has_the_keyboard() {
    let mut ana = Person::known();
    ana.presses(Key::Enter);
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(closed(Problem::NameNotFound {
        host: "chat.exmaple.org".to_owned(),
    }));
    assert!(ana.sees("There is no server called chat.exmaple.org"));
    assert!(ana.sees("Check the address, then try again."));
    assert_eq!(ana.keyboard_is_at(), "Server");
    ana.types(".br");
    assert_eq!(
        ana.model().first.server,
        "chat.example.org.br",
        "the caret is at the end"
    );
    ana.presses(Key::Enter);
    assert!(!ana.sees("There is no server"));
}

#[test]
fn escape_goes_back_from_the_rules_and_from_waiting() {
    let mut beginning = Beginning::known();
    beginning.settings.rules_accepted.clear();
    let mut ana = beginning.open();
    ana.presses(Key::Enter);
    ana.presses(Key::Escape);
    assert!(ana.is_at_first());

    let mut ana = Person::waiting();
    ana.asked();
    ana.presses(Key::Escape);
    assert!(ana.is_at_first());
    assert_eq!(ana.asked(), [Command::Leave(Goodbye::Now)]);
}

#[test]
fn waiting_long_there_is_something_to_do_meanwhile() {
    let mut ana = Person::waiting();
    assert!(!ana.sees("Tell me when somebody comes"));
    ana.waits(16);
    ana.clicks("Tell me when somebody comes");
    ana.focuses(false);
    ana.hears(joins(1, "Marina"));
    let notices = ana.world.borrow().notices.clone();
    assert_eq!(
        notices.iter().map(|n| n.summary.as_str()).collect::<Vec<_>>(),
        ["Marina is here"]
    );
}

#[test]
fn a_lost_link_says_when_it_tries_again_and_can_be_told_to_at_once() {
    let mut ana = Person::waiting();
    ana.asked();
    ana.hears(Event::TryingAgain {
        problem: Problem::LinkLost,
        in_millis: 4_000,
    });
    assert!(ana.sees("Trying again in 4 s") && ana.sees("The connection was lost"));
    ana.waits(1);
    assert!(ana.sees("Trying again in 3 s"));
    ana.clicks("Try now");
    assert!(matches!(ana.asked()[..], [Command::Meet(_)]));
}
