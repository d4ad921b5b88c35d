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
fn the_new_identity_can_be_trusted_deliberately() {
    let mut ana = Person::known();
    ana.presses(Key::Enter);
    ana.hears(identity_changed());
    ana.asked();
    ana.clicks("Trust the new identity");
    assert!(matches!(ana.asked()[..], [Command::TrustIdentity { .. }]));
}
