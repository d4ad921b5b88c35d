//! On the way to a partner, and giving it up.

use super::*;

#[test]
fn waiting_counts_the_time_and_offers_things_after_a_while() {
    let mut person = Person::waiting();
    assert_eq!(
        person.waits(Duration::from_millis(8_300)),
        Some(Duration::from_millis(700))
    );
    let Screen::Waiting(waiting) = &person.model.screen else {
        panic!("waiting")
    };
    assert_eq!(waiting.elapsed.as_secs(), 8);
    assert!(!waiting.has_offers());
    person.waits(7 * SECOND);
    let Screen::Waiting(waiting) = &person.model.screen else {
        panic!("waiting")
    };
    assert!(waiting.has_offers());
}

#[test]
fn a_lost_link_says_what_and_counts_down_to_the_next_try() {
    let mut person = Person::waiting();
    person.hears(Event::TryingAgain {
        problem: Problem::LinkLost,
        in_millis: 3_500,
    });
    let secs = |person: &Person| match &person.model.screen {
        Screen::Waiting(Waiting {
            state: WaitState::TryingAgain { in_secs, problem, .. },
            ..
        }) => {
            assert_eq!(**problem, Problem::LinkLost);
            *in_secs
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(secs(&person), 4);
    person.waits(SECOND);
    assert_eq!(secs(&person), 3);
    let effects = person.does(Action::TryNow);
    assert!(matches!(effects[..], [Effect::Ask(Command::Meet(_))]));
}

#[test]
fn cancelling_is_instant_and_whatever_comes_late_changes_nothing() {
    let mut person = Person::waiting();
    assert_eq!(
        person.does(Action::Cancel),
        [Effect::Ask(Command::Leave(Goodbye::Now))]
    );
    assert!(matches!(person.model.screen, Screen::First));
    person.hears(joins(1, "Marina"));
    person.hears(writes(1, "hello?"));
    assert!(matches!(person.model.screen, Screen::First), "too late");
    person.hears(Event::Closed {
        conversation: Some(ConversationId(1)),
        ending: Ending::Left,
    });
    assert_eq!(person.model.first.trouble, None);
    person.does(Action::Meet);
    person.hears(Event::Calling { attempt: 1 });
    person.hears(joins(2, "Rui"));
    assert_eq!(person.chat().who, named("Rui"), "the next visit is heard");
}

#[test]
fn meeting_again_before_the_goodbye_is_answered_is_not_answered_by_it() {
    let mut person = Person::waiting();
    person.does(Action::Cancel);
    person.does(Action::Meet);
    person.hears(Event::Closed {
        conversation: None,
        ending: Ending::Left,
    });
    assert!(
        matches!(person.model.screen, Screen::Waiting(_)),
        "that was the visit before"
    );
    person.hears(Event::Calling { attempt: 1 });
    person.hears(Event::Waiting {
        port: port(),
        rooms_in_use: 3,
    });
    let Screen::Waiting(waiting) = &person.model.screen else {
        panic!("waiting")
    };
    assert!(matches!(waiting.state, WaitState::Seated { rooms_in_use: 3, .. }));
}

#[test]
fn the_engine_hears_at_once_whether_old_clients_are_welcome() {
    let turned = |on| Action::Change(Change::OldClients(on));
    let told = |on| [Effect::Save, Effect::Ask(Command::OldClients(on))];
    for mut person in [Person::waiting(), Person::talking()] {
        assert_eq!(person.does(turned(true)), told(true));
        assert_eq!(person.does(turned(true)), [Effect::Save], "nothing has changed");
        assert_eq!(person.does(turned(false)), told(false));
    }
    assert_eq!(Person::at_first().does(turned(true)), [Effect::Save]);
}

#[test]
fn an_identity_is_trusted_with_the_settings_as_they_are_by_then() {
    let mut person = Person::at_first();
    person.does(Action::Change(Change::OldClients(true)));
    person.does(Action::Meet);
    person.hears(Event::Calling { attempt: 1 });
    person.does(Action::Change(Change::OldClients(false)));
    person.hears(identity_changed());
    let asked = person.does(Action::TrustIdentity);
    let [Effect::Ask(Command::TrustIdentity { visit, .. })] = &asked[..] else {
        panic!("{asked:?}")
    };
    assert!(!visit.old_clients);
}
