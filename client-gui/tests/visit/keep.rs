//! Keeping in touch: by both, by one, by none; kept on this computer, or not.

use acaso::prefs::{Acquaintance, AcquaintancesError};
use acaso_shared::ids::{Code, Name};
use acaso_shared::session::{Partner, Way};
use jiff::civil::date;

use crate::prelude::*;

const CODE: &str = "482913-crossover-clockwork-crossover-clockwork";

fn code() -> Code {
    CODE.parse().unwrap()
}

fn kept(id: u64) -> Event {
    Event::Kept {
        conversation: ConversationId(id),
        code: code(),
    }
}

fn keep(id: u64) -> Command {
    Command::Keep {
        conversation: ConversationId(id),
    }
}

fn marina() -> Acquaintance {
    Acquaintance {
        name: Name::parse("Marina").unwrap(),
        server: "192.0.2.7:2000".parse().unwrap(),
        code: code(),
        since: date(2026, 3, 7),
    }
}

/// Somebody at a server that cannot tell both.
fn joins_at_an_old_server(id: u64, name: &str) -> Event {
    let Event::Paired(partner) = joins(id, name) else {
        panic!("somebody joins")
    };
    Event::Paired(Partner {
        can_keep: false,
        ..partner
    })
}

impl Person {
    fn says_to_keep_in_touch(&mut self) {
        self.chooses("Keep in touch");
        assert!(self.sees("they never learn that you did"));
        self.clicks("Keep in touch");
    }
}

#[test]
fn both_said_so_and_both_have_a_code_that_is_shown_once() {
    let mut ana = Person::talking();
    ana.asked();
    ana.says_to_keep_in_touch();
    assert_eq!(ana.asked(), [keep(1)]);
    assert_eq!(ana.keyboard_is_at(), "Write to Marina");
    assert!(!ana.sees(CODE));
    ana.hears(kept(1));
    assert!(ana.sees("You both want to meet again") && ana.sees(CODE));
    assert!(ana.sees("It is for meeting Marina at chat.example.org"));
    assert!(ana.sees("if your safety phrases match: compare them now"));
    assert!(!ana.sees("nobody else"));
    assert_eq!(ana.keyboard_is_at(), "Copy", "a stray Enter does no harm");
    ana.presses(Key::Enter);
    assert_eq!(ana.copied().as_deref(), Some(CODE));
    ana.clicks("Only show it now");
    assert!(!ana.sees(CODE));
    assert_eq!(
        ana.world.borrow().people,
        [],
        "nothing is stored unless they say so"
    );
    ana.chooses("Code to meet Marina again");
    assert!(ana.sees(CODE), "as long as the conversation is on screen");
    ana.presses(Key::Escape);
    ana.hears(leaves(1));
    ana.clicks("Code to meet again");
    assert!(ana.sees(CODE), "also after they have left");
    ana.presses(Key::Escape);
    ana.presses_with(Modifiers::COMMAND, Key::L);
    ana.presses_with(Modifiers::COMMAND, Key::I);
    assert!(!ana.sees("People you kept") && !ana.sees("Marina"));
}

#[test]
fn one_alone_sees_that_they_said_so_and_says_it_once() {
    let mut ana = Person::talking();
    ana.asked();
    ana.says_to_keep_in_touch();
    assert_eq!(ana.asked(), [keep(1)]);
    ana.chooses("Keep in touch: chosen");
    assert!(ana.sees("You have chosen to keep in touch"));
    ana.presses(Key::Enter);
    assert_eq!(ana.asked(), [], "it is said once");
    ana.hears(leaves(1));
    assert!(!ana.sees("Code to meet again"));
}

#[test]
fn nobody_said_so_and_a_question_put_away_says_nothing() {
    let mut ana = Person::talking();
    ana.asked();
    ana.chooses("Keep in touch");
    assert_eq!(ana.keyboard_is_at(), "Close");
    ana.presses(Key::Enter);
    assert_eq!(ana.asked(), []);
    ana.chooses("Keep in touch");
    ana.hears(leaves(1));
    assert!(
        !ana.sees("they never learn that you did"),
        "there is nobody to keep"
    );
    assert_eq!(ana.asked(), []);
}

#[test]
fn where_the_server_cannot_tell_both_nothing_is_offered() {
    let mut ana = Beginning::known().open().goes_waiting();
    ana.hears(joins_at_an_old_server(1, "Marina"));
    ana.clicks("More");
    assert!(ana.sees("Block") && !ana.sees("Keep in touch"));
}

#[test]
fn kept_on_this_computer_they_are_met_again_and_forgotten_when_one_says_so() {
    let mut ana = Person::talking();
    ana.says_to_keep_in_touch();
    ana.hears(kept(1));
    ana.clicks("Keep it on this computer");
    assert!(ana.sees("It is kept on this computer."));
    let people = ana.world.borrow().people.clone();
    assert_eq!(people.len(), 1);
    assert_eq!((people[0].name.as_str(), &people[0].code), ("Marina", &code()));
    assert_eq!(people[0].server, "chat.example.org".parse().unwrap());

    let mut beginning = Beginning::known();
    beginning.people = people;
    let mut ana = beginning.open();
    ana.presses_with(Modifiers::COMMAND, Key::I);
    assert!(ana.sees("People you kept") && ana.sees("chat.example.org · since 14 March"));
    ana.clicks("Meet Marina");
    let asked = ana.asked();
    let [Command::Meet(visit)] = &asked[..] else {
        panic!("{asked:?}")
    };
    assert_eq!(visit.way, Way::Code(code()));
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(Event::Invited {
        port: port(),
        code: code(),
        good_for_millis: 3_600_000,
    });
    assert!(ana.sees("Waiting for Marina") && ana.sees("Waiting for another 1:00:00"));
    ana.hears(Event::Closed {
        conversation: None,
        ending: acaso_shared::session::Ending::Closing(acaso_shared::protocol::room::Closing::NobodyCame),
    });
    assert!(ana.sees("The code is still good."));
    ana.clicks("Forget Marina");
    assert!(ana.sees("Forget the code to meet Marina again?"));
    ana.presses(Key::Enter);
    assert!(ana.sees("Meet Marina") || !ana.sees("People you kept"));
    assert_eq!(ana.world.borrow().people.len(), 1, "Keep it had the keyboard");
    ana.clicks("Forget Marina");
    ana.clicks("Forget");
    assert_eq!(ana.world.borrow().people, []);
    assert!(!ana.sees("People you kept"));
}

#[test]
fn who_is_kept_is_met_at_their_own_server() {
    let mut beginning = Beginning::known();
    beginning.people = vec![marina()];
    beginning
        .settings
        .accept_rules(&"192.0.2.7:2000".parse().unwrap());
    let mut ana = beginning.open();
    ana.presses_with(Modifiers::COMMAND, Key::I);
    ana.clicks("Meet Marina");
    let asked = ana.asked();
    let [Command::Meet(visit)] = &asked[..] else {
        panic!("{asked:?}")
    };
    assert_eq!(visit.server, "192.0.2.7:2000".parse().unwrap());
    assert_eq!(
        ana.model().first.server,
        "chat.example.org",
        "what was typed stays"
    );
    let written = ana.world.borrow().kept.clone().unwrap();
    assert_eq!(written.server, "chat.example.org");
}

#[test]
fn the_server_of_somebody_kept_asks_for_its_password_and_what_was_typed_comes_back() {
    let mut beginning = Beginning::known();
    beginning.people = vec![marina()];
    beginning
        .settings
        .accept_rules(&"192.0.2.7:2000".parse().unwrap());
    let mut ana = beginning.open();
    ana.presses_with(Modifiers::COMMAND, Key::I);
    ana.clicks("Meet Marina");
    ana.asked();
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(closed(Problem::LoginNeeded {
        host: "192.0.2.7:2000".to_owned(),
        account: false,
    }));
    assert_eq!(ana.keyboard_is_at(), "Password");
    ana.types("sésame");
    ana.clicks("Meet Marina");
    let asked = ana.asked();
    let [Command::Meet(visit)] = &asked[..] else {
        panic!("{asked:?}")
    };
    assert_eq!(visit.login.as_ref().unwrap().password.as_str(), "sésame");
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(Event::Invited {
        port: port(),
        code: code(),
        good_for_millis: 60_000,
    });
    ana.presses(Key::Escape);
    ana.presses(Key::Escape);
    assert!(ana.is_at_first());
    assert_eq!(ana.model().first.server, "chat.example.org");
}

#[test]
fn a_code_that_was_kept_does_not_vouch_for_the_server() {
    let mut beginning = Beginning::known();
    beginning.people = vec![Acquaintance {
        server: "chat.example.org".parse().unwrap(),
        ..marina()
    }];
    let mut ana = beginning.open();
    ana.presses_with(Modifiers::COMMAND, Key::I);
    ana.clicks("Meet Marina");
    ana.hears(Event::Calling { attempt: 1 });
    let Event::Paired(partner) = joins(1, "Marina") else {
        panic!("somebody joins")
    };
    ana.hears(Event::Paired(Partner {
        had_code: true,
        can_keep: false,
        ..partner
    }));
    assert!(ana.sees("You met with a code") && !ana.sees("Met with a code · encrypted"));
}

#[test]
fn a_disk_that_does_not_take_the_code_leaves_it_on_screen() {
    let mut ana = Person::talking();
    ana.world.borrow_mut().no_people = Some(AcquaintancesError::File {
        path: "/var/people.toml".into(),
        detail: "disk full".to_owned(),
    });
    ana.says_to_keep_in_touch();
    ana.hears(kept(1));
    ana.clicks("Keep it on this computer");
    assert!(ana.sees("/var/people.toml: disk full") && ana.sees(CODE));
    ana.world.borrow_mut().no_people = None;
    ana.clicks("Keep it on this computer");
    assert!(ana.sees("It is kept on this computer."), "tried again");
}

#[test]
fn somebody_who_comes_meanwhile_does_not_take_the_code_from_the_screen() {
    let mut ana = Person::talking();
    ana.says_to_keep_in_touch();
    ana.hears(kept(1));
    ana.hears(leaves(1));
    assert!(ana.sees(CODE));
    ana.hears(joins(2, "Rui"));
    assert!(ana.sees(CODE) && ana.sees("It is for meeting Marina"));
    ana.clicks("Keep it on this computer");
    assert_eq!(ana.world.borrow().people[0].name.as_str(), "Marina");
    ana.presses(Key::Escape);
    ana.asked();
    ana.says_to_keep_in_touch();
    assert_eq!(ana.asked(), [keep(2)], "Rui can be kept, too");
}

#[test]
fn the_phrase_is_compared_from_the_code_and_leads_back_to_it() {
    let mut ana = Person::talking();
    ana.says_to_keep_in_touch();
    ana.hears(kept(1));
    ana.window
        .get_all_by_role_and_label(Role::Button, "Safety phrase")
        .last()
        .unwrap()
        .click();
    ana.look();
    assert!(ana.sees("Read it to each other") && !ana.sees(CODE));
    ana.presses(Key::Escape);
    assert!(ana.sees(CODE), "nobody has put it away");
    ana.presses(Key::Escape);
    assert!(!ana.sees(CODE) && !ana.sees("Read it to each other"));
}

#[test]
fn a_second_code_does_not_take_the_place_of_the_first() {
    const RUI: &str = "482913-hurricane-snowslide-hurricane-snowslide";
    let mut ana = Person::talking();
    ana.says_to_keep_in_touch();
    ana.hears(kept(1));
    ana.hears(leaves(1));
    ana.hears(joins(2, "Rui"));
    ana.presses(Key::Escape);
    ana.says_to_keep_in_touch();
    ana.hears(Event::Kept {
        conversation: ConversationId(2),
        code: RUI.parse().unwrap(),
    });
    assert!(ana.sees(RUI) && !ana.sees(CODE));
    ana.presses(Key::Escape);
    ana.chooses("Code to meet Marina again");
    assert!(ana.sees(CODE) && !ana.sees(RUI));
    ana.presses(Key::Escape);
    ana.chooses("Code to meet Rui again");
    assert!(ana.sees(RUI));
}

#[test]
fn leaving_with_a_code_before_ones_eyes_does_not_take_it_away() {
    let mut ana = Person::talking();
    ana.says_to_keep_in_touch();
    ana.hears(kept(1));
    ana.presses_with(Modifiers::COMMAND, Key::L);
    assert!(ana.is_at_first() && ana.sees("The code to meet Marina again is not kept yet"));
    ana.presses_with(Modifiers::COMMAND, Key::I);
    assert!(ana.sees(CODE));
    ana.clicks("Copy");
    assert_eq!(ana.copied().as_deref(), Some(CODE));
    ana.clicks("Only show it now");
    assert!(!ana.sees(CODE));
    assert_eq!(ana.world.borrow().people, []);
}

#[test]
fn a_disk_that_refuses_after_the_conversation_went_gives_the_code_back() {
    let mut ana = Person::talking();
    let refuses = || AcquaintancesError::File {
        path: "/var/people.toml".into(),
        detail: "disk full".to_owned(),
    };
    ana.world.borrow_mut().late = true;
    ana.says_to_keep_in_touch();
    ana.hears(kept(1));
    ana.world.borrow_mut().no_people = Some(refuses());
    ana.clicks("Keep it on this computer");
    ana.presses(Key::Escape);
    ana.presses_with(Modifiers::COMMAND, Key::L);
    assert!(!ana.sees("is not kept yet"), "the disk has not answered");
    ana.world.borrow_mut().late = false;
    ana.look();
    assert!(ana.sees("The code to meet Marina again is not kept yet"));
    ana.presses_with(Modifiers::COMMAND, Key::I);
    assert!(ana.sees(CODE) && ana.sees("/var/people.toml: disk full"));
    ana.world.borrow_mut().no_people = None;
    ana.clicks("Keep it on this computer");
    assert_eq!(ana.world.borrow().people[0].code, code());
    assert!(!ana.sees(CODE) && ana.sees("Meet Marina"));
}

#[test]
fn the_draft_is_where_it_was_when_the_code_is_put_away() {
    let mut ana = Person::talking();
    ana.says_to_keep_in_touch();
    ana.types("I was just saying");
    ana.hears(kept(1));
    ana.presses(Key::Escape);
    assert_eq!(ana.draft(), "I was just saying");
    assert_eq!(ana.keyboard_is_at(), "Write to Marina");
}
