//! The server shows another identity.

use super::*;

#[test]
fn another_identity_blocks_until_trusted_or_left() {
    let mut person = Person::at_first();
    person.does(Action::Meet);
    person.hears(identity_changed());
    assert!(matches!(person.model.screen, Screen::Identity(_)));
    person.does(Action::OpenSettings);
    assert_eq!(person.model.page, None, "no way past it");
    person.does(Action::DoNotConnect);
    assert!(matches!(person.model.screen, Screen::First));

    person.does(Action::Meet);
    person.hears(identity_changed());
    let effects = person.does(Action::CopyFingerprints);
    let [Effect::Copy(Clipping(copied))] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(copied.lines().count(), 3);
    let effects = person.does(Action::TrustIdentity);
    let [Effect::Ask(Command::TrustIdentity { shown, .. })] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(*shown, Fingerprint::of_spki(b"shown"));
    assert!(matches!(person.model.screen, Screen::Waiting(_)));
}

#[test]
fn another_identity_while_words_are_on_screen_loses_none_of_them() {
    let mut person = Person::talking();
    person.hears(writes(1, "see you"));
    person.types("a draft");
    person.hears(leaves(1));
    person.hears(identity_changed());
    assert!(matches!(person.model.screen, Screen::Identity(_)));
    person.does(Action::DoNotConnect);
    assert_eq!(person.reads(), ["see you"]);
    assert_eq!(person.composer().text, "a draft");
    assert!(matches!(person.chat().presence, Presence::Over(_)));

    person.does(Action::Next);
    person.hears(identity_changed());
    person.does(Action::TrustIdentity);
    person.hears(Event::Calling { attempt: 1 });
    person.hears(joins(2, "Rui"));
    assert_eq!(person.composer().text, "a draft");
    assert_eq!(person.composer().kept_from(), Some(&named("Marina")));
}
