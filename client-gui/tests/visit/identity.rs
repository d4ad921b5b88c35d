//! The server shows another identity: every easy key stays away.

use crate::prelude::*;

#[test]
fn another_identity_blocks_and_staying_away_is_what_every_easy_key_does() {
    for key in [Key::Enter, Key::Escape, Key::Space] {
        let mut ana = Person::known();
        ana.presses(Key::Enter);
        ana.hears(identity_changed());
        ana.asked();
        assert!(ana.sees("This server shows another identity") && ana.sees("Do not connect"));
        assert_eq!(ana.keyboard_is_at(), "Do not connect");
        ana.presses(key);
        assert!(ana.is_at_first(), "{key:?}");
        assert_eq!(ana.asked(), [], "{key:?}");
    }
}

#[test]
fn a_certificate_that_has_expired_is_not_called_another_identity() {
    let mut ana = Person::known();
    ana.presses(Key::Enter);
    ana.hears(no_longer_vouched(b"known", Unvouched::Outdated));
    ana.asked();
    assert!(ana.sees("certificate is out of date") && ana.sees("clock is wrong"));
    assert!(ana.sees("It shows the key you know.") && ana.sees("the same key"));
    assert!(!ana.sees("another key") && !ana.sees("another identity"));
    assert_eq!(ana.keyboard_is_at(), "Do not connect");
    ana.clicks("Trust this key all the same");
    assert!(matches!(ana.asked()[..], [Command::TrustIdentity { .. }]));
}

#[test]
fn without_its_authority_another_key_is_told_from_the_same() {
    for (why, title) in [
        (Unvouched::Outdated, "certificate is out of date"),
        (Unvouched::Unsigned, "Nobody vouches for this server any more"),
    ] {
        for (key, says, trust) in [
            (
                &b"known"[..],
                "It shows the key you know.",
                "Trust this key all the same",
            ),
            (b"another", "And it shows another key", "Trust the new identity"),
        ] {
            let mut ana = Person::known();
            ana.presses(Key::Enter);
            ana.hears(no_longer_vouched(key, why));
            assert!(
                ana.sees(title) && ana.sees(says) && ana.sees(trust),
                "{title}: {says}"
            );
        }
    }
}

#[test]
fn the_new_identity_can_be_trusted_deliberately() {
    let mut ana = Person::known();
    ana.presses(Key::Enter);
    ana.hears(identity_changed());
    ana.asked();
    ana.clicks("Trust the new identity");
    assert!(matches!(ana.asked()[..], [Command::TrustIdentity { .. }]));
}
