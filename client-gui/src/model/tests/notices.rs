//! What happens behind the person's back.

use super::*;

#[test]
fn what_happens_behind_the_persons_back_is_counted_and_told() {
    let mut person = Person::waiting();
    person.model.focus(false);
    let effects = person.hears(joins(1, "Marina"));
    assert_eq!(effects, [Effect::Tell(Notice::Joined { who: named("Marina") })]);
    for words in ["hello", "anybody?"] {
        let effects = person.hears(writes(1, words));
        let (who, text) = (named("Marina"), words.to_owned());
        assert_eq!(effects, [Effect::Tell(Notice::Wrote { who, text })]);
    }
    assert_eq!(person.model.title(&words()), "(2) Marina · Acaso");
    assert_eq!(person.model.focus(true), [Effect::Withdraw]);
    assert_eq!(person.model.title(&words()), "Marina · Acaso");
    assert_eq!(
        person.hears(writes(1, "there you are")),
        [],
        "nothing for a window in front"
    );
    assert_eq!(person.model.title(&words()), "Marina · Acaso");
}

#[test]
fn notices_can_be_switched_off_and_asked_for_once() {
    let mut person = Person::waiting();
    person.does(Action::Change(Change::Notices(false)));
    assert_eq!(person.does(Action::TellMe), [Effect::Minimise]);
    person.model.focus(false);
    assert_eq!(person.hears(joins(1, "Marina")).len(), 1, "asked for");
    assert_eq!(person.hears(writes(1, "hello")), [], "switched off");
    assert_eq!(
        person.model.title(&words()),
        "(1) Marina · Acaso",
        "the title counts all the same"
    );
}

#[test]
fn what_comes_while_the_settings_are_open_counts_until_they_are_closed() {
    let mut person = Person::talking();
    person.does(Action::OpenSettings);
    assert_eq!(person.hears(writes(1, "psst")), []);
    assert_eq!(person.model.title(&words()), "(1) Marina · Acaso");
    person.does(Action::ReadRules);
    assert!(matches!(
        person.model.page,
        Some(Page::Rules(Rules { server: None, .. }))
    ));
    person.does(Action::ClosePage);
    assert_eq!(person.model.page, Some(Page::Settings));
    person.does(Action::ClosePage);
    assert_eq!(person.model.title(&words()), "Marina · Acaso");
}

#[test]
fn somebody_who_comes_closes_the_settings() {
    let mut person = Person::waiting();
    person.does(Action::OpenSettings);
    person.does(Action::Change(Change::Language(Language::Portuguese)));
    person.hears(joins(1, "Marina"));
    assert_eq!(person.model.page, None);
    assert_eq!(person.model.settings.language, Language::Portuguese);
}

#[test]
fn the_pill_counts_what_comes_below_the_screen() {
    let mut person = Person::talking();
    person.hears(writes(1, "seen"));
    assert_eq!(person.chat().below, 0);
    person.chat().at_bottom = false;
    person.hears(writes(1, "below"));
    person.hears(writes(1, "below, too"));
    assert_eq!(person.chat().below, 2);
    person.does(Action::ToNewest);
    assert!(std::mem::take(&mut person.chat().to_newest));
    assert_eq!(person.chat().below, 0);
}
