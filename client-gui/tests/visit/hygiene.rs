//! Text of a stranger that would do harm: links, letters that pile up, names that look like others.

use crate::prelude::*;

#[test]
fn a_link_leads_nowhere_until_one_has_seen_to_whom() {
    let mut ana = Person::talking();
    ana.hears(writes(1, "look: https://bank.example@evil.example/login"));
    assert_eq!(ana.browsed(), None);
    ana.window
        .get_by_role_and_label(Role::Link, "https://bank.example@evil.example/login")
        .click();
    ana.look();
    assert!(ana.sees("Open this link?") && ana.sees("It leads to evil.example."));
    assert_eq!((ana.browsed(), ana.keyboard_is_at()), (None, "Cancel".to_owned()));
    ana.presses(Key::Escape);
    assert!(!ana.sees("Open this link?"));

    ana.hears(writes(1, "or https://аррӏе.com"));
    ana.window
        .get_by_role_and_label(Role::Link, "https://xn--80ak6aa92e.com/")
        .click();
    ana.look();
    assert!(ana.sees("The name in plain letters: xn--80ak6aa92e.com"));
    ana.clicks("Copy the link");
    assert_eq!(ana.copied(), Some("https://xn--80ak6aa92e.com/".to_owned()));
    assert!(!ana.sees("Open this link?"));
    ana.window
        .get_by_role_and_label(Role::Link, "https://xn--80ak6aa92e.com/")
        .click();
    ana.look();
    assert!(ana.sees("Open this link?"));
    ana.clicks("Open");
    assert!(!ana.sees("Open this link?"));
    assert_eq!(ana.browsed(), Some("https://xn--80ak6aa92e.com/".to_owned()));
}

#[test]
fn words_are_shown_as_people_write_them() {
    let mut ana = Person::talking();
    ana.hears(writes(1, &format!("Z{}\u{202E}\u{7}", "\u{301}".repeat(60))));
    assert!(ana.sees(&format!("Marina, 14:02: Z{}□", "\u{301}".repeat(4))));
    assert!(!ana.sees(&"\u{301}".repeat(5)) && !ana.sees("\u{202E}"));
}

#[test]
fn a_name_of_several_alphabets_is_flagged() {
    let mut ana = Person::waiting();
    ana.hears(joins(1, "Mаrina"));
    assert!(ana.sees("letters of several alphabets"));
    ana.hears(leaves(1));
    ana.hears(joins(2, "Марина"));
    assert!(
        !ana.sees("letters of several alphabets"),
        "one alphabet, whichever"
    );
    for size in [(480.0, 560.0), (320.0, 300.0)] {
        let mut beginning = Beginning::known();
        beginning.size = size;
        let mut ana = beginning.open().goes_waiting();
        ana.hears(joins(1, "Mаrina"));
        assert!(ana.sees("letters of several alphabets") && ana.sees("Mаrina"));
    }
}

#[test]
fn a_name_cannot_turn_the_title_around() {
    let mut ana = Person::waiting();
    ana.hears(joins(1, "Mari\u{202E}na \u{2069}"));
    assert!(ana.sees("Write to Marina "));
}
