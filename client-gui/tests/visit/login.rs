//! A server that asks for a password, or for an account.

use std::collections::BTreeMap;

use acaso_shared::ids::{AccountName, Password};

use crate::prelude::*;

fn needed(account: bool) -> Event {
    closed(Problem::LoginNeeded {
        host: "chat.example.org".to_owned(),
        account,
    })
}

fn wrong(account: bool) -> Event {
    closed(Problem::LoginWrong {
        account,
        retry_after_secs: 2,
    })
}

/// The login of the one visit that was asked for.
fn login(ana: &Person) -> Option<Login> {
    let asked = ana.asked();
    let [Command::Meet(visit)] = &asked[..] else {
        panic!("{asked:?}")
    };
    visit.login.as_deref().cloned()
}

fn password(password: &str) -> Login {
    Login {
        account: None,
        password: Password::parse(password).unwrap(),
    }
}

#[test]
fn a_password_is_asked_for_when_the_server_asks_and_kept_for_this_run() {
    let mut ana = Person::known();
    assert!(!ana.sees("Password"));
    ana.presses(Key::Enter);
    assert_eq!(login(&ana), None);
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(needed(false));
    assert!(
        ana.sees("This server asks for a password") && ana.sees("Ask the host for it, then type it here.")
    );
    assert_eq!(ana.keyboard_is_at(), "Password");
    assert!(!ana.sees("Remember"), "there is no keyring");
    ana.types("Sésame");
    assert!(!ana.sees("Sésame"), "nobody reads it over a shoulder");
    ana.presses(Key::Enter);
    assert_eq!(login(&ana), Some(password("Sésame")));
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(wrong(false));
    assert!(ana.sees("That password is not right") && ana.sees("Look at capitals, then try again in 2 s."));
    assert_eq!(ana.keyboard_is_at(), "Password");
    ana.types("sésame");
    ana = ana.goes_waiting().goes_talking();
    assert_eq!(login(&ana), Some(password("sésame")));
    ana.clicks("Next");
    assert_eq!(login(&ana), Some(password("sésame")), "known from now on");
    ana.presses(Key::Escape);
    assert!(ana.is_at_first() && !ana.sees("Password"));
    ana.asked();
    ana.presses(Key::Enter);
    assert_eq!(login(&ana), Some(password("sésame")));
    let printed = format!("{:?} {:?}", ana.model(), ana.world.borrow().kept);
    assert!(!printed.contains("sésame") && !printed.contains("Sésame"));
}

#[test]
fn an_account_is_asked_for_and_mistakes_are_said_beside_their_field() {
    let mut ana = Beginning::known().narrow().open();
    ana.presses(Key::Enter);
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(needed(true));
    assert!(ana.sees("This server asks for an account and its password"));
    assert_eq!(ana.keyboard_is_at(), "Account");
    ana.types("ana maria");
    ana.presses(Key::Enter);
    assert!(ana.sees("That is not the name of an account"));
    assert_eq!(ana.keyboard_is_at(), "Account");
    ana.presses_with(Modifiers::COMMAND, Key::A);
    ana.types("Ana.M");
    ana.presses(Key::Enter);
    assert!(ana.sees("The password is missing, or too long"));
    assert_eq!(ana.keyboard_is_at(), "Password");
    ana.types("x");
    ana.asked();
    ana.presses(Key::Enter);
    let said = login(&ana).unwrap();
    assert_eq!(said.account, Some(AccountName::parse("ana.m").unwrap()));
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(wrong(true));
    assert!(ana.sees("That account or its password is not right") && ana.sees("Ana.M"));
}

#[test]
fn another_server_is_not_told_what_this_one_asked_for() {
    let mut ana = Person::known();
    ana.presses(Key::Enter);
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(needed(false));
    ana.types("sésame");
    ana.window.get_by_label("Server").focus();
    ana.look();
    ana.types(".br");
    assert!(!ana.sees("Password"));
}

#[test]
fn the_keyring_keeps_it_where_there_is_one() {
    let mut ana = Person::known();
    ana.world.borrow_mut().keyring = Some(BTreeMap::new());
    ana.presses(Key::Enter);
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(needed(false));
    ana.types("sésame");
    ana.window
        .get_by_role_and_label(Role::CheckBox, "Remember it in this computer's keyring")
        .click();
    ana.look();
    ana.clicks("Meet a stranger");
    assert_eq!(
        ana.world.borrow().keyring,
        Some(BTreeMap::new()),
        "not before it was right"
    );
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(Event::Waiting {
        port: port(),
        rooms_in_use: 1,
    });
    let kept = ana.world.borrow().keyring.clone().unwrap();
    assert_eq!(kept.get("chat.example.org"), Some(&password("sésame")));

    let mut ana = Person::known();
    ana.world.borrow_mut().keyring = Some(kept);
    ana.presses(Key::Enter);
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(needed(false));
    assert_eq!(ana.keyboard_is_at(), "Meet a stranger", "filled in already");
    ana.asked();
    ana.presses(Key::Enter);
    assert_eq!(login(&ana), Some(password("sésame")));
}

#[test]
fn what_else_a_server_refuses_is_said_with_its_time() {
    let mut ana = Person::known();
    ana.presses(Key::Enter);
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(closed(Problem::SlowDown { retry_after_secs: 30 }));
    assert!(ana.sees("Too many tries from your network") && ana.sees("Wait 30 s, then try again."));
    ana.presses(Key::Enter);
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(closed(Problem::Banned {
        remaining_secs: 3_600,
    }));
    assert!(ana.sees("You are barred here until 15:02"));
    ana.waits(60);
    assert!(ana.sees("until 15:02"), "a time does not move");
    ana.presses(Key::Enter);
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(closed(Problem::Banned {
        remaining_secs: 86_400,
    }));
    assert!(ana.sees("You are barred here until Sunday 14:03"));
}

#[test]
fn in_a_low_window_the_field_that_is_asked_for_comes_into_sight() {
    let mut ana = Beginning::known().low().open();
    ana.presses(Key::Enter);
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(needed(true));
    let field = ana
        .window
        .get_by_role_and_label(Role::TextInput, "Account")
        .rect();
    let said = ana.window.get_by_role(Role::Alert).rect();
    assert!(
        field.top() > 48.0 && field.bottom() <= said.top(),
        "{field:?} {said:?}"
    );
}
