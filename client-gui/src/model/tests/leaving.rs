//! They leave, or the visit breaks: what stays on the screen.

use super::*;

#[test]
fn when_they_leave_the_text_stays_until_somebody_enters() {
    let mut person = Person::talking();
    person.hears(writes(1, "my tram is here"));
    person.hears(leaves(1));
    assert_eq!(person.reads(), ["my tram is here"]);
    let Presence::Left(left) = &person.chat().presence else {
        panic!("left")
    };
    assert_eq!((left.reason, left.staying), (Parting::Left, false));
    person.hears(writes(1, "an echo"));
    assert_eq!(person.reads().len(), 1);
    person.does(Action::WaitHere);
    person.waits(8 * SECOND);
    let Presence::Left(left) = &person.chat().presence else {
        panic!("left")
    };
    assert_eq!((left.staying, left.elapsed.as_secs()), (true, 8));
    person.hears(joins(2, "Rui"));
    assert_eq!(person.reads(), [""; 0], "the old text goes");
    assert!(person.chat().is_talking());
}

#[test]
fn alone_next_needs_no_second_press_and_leave_erases() {
    let mut person = Person::talking();
    person.hears(writes(1, "bye"));
    person.hears(leaves(1));
    assert!(matches!(
        person.does(Action::Next)[..],
        [Effect::Ask(Command::Meet(_))]
    ));

    let mut person = Person::talking();
    person.hears(leaves(1));
    assert_eq!(
        person.does(Action::Leave),
        [Effect::Ask(Command::Leave(Goodbye::Now))]
    );
    assert!(matches!(person.model.screen, Screen::First));
}

#[test]
fn a_seat_lost_while_alone_is_looked_for_again_over_the_old_text() {
    let mut person = Person::talking();
    person.hears(writes(1, "bye"));
    person.hears(leaves(1));
    person.hears(Event::TryingAgain {
        problem: Problem::LinkLost,
        in_millis: 1_000,
    });
    person.hears(Event::Calling { attempt: 2 });
    person.hears(Event::Waiting {
        port: port(),
        rooms_in_use: 3,
    });
    assert_eq!(person.reads(), ["bye"]);
    let Presence::Left(left) = &person.chat().presence else {
        panic!("left")
    };
    assert!(matches!(left.state, WaitState::Seated { .. }));
}

#[test]
fn a_conversation_that_breaks_keeps_its_text_and_its_draft_on_screen() {
    let mut person = Person::talking();
    person.hears(writes(1, "and then"));
    person.types("yes?");
    person.hears(Event::Closed {
        conversation: Some(ConversationId(1)),
        ending: Ending::Problem(Problem::LinkLost),
    });
    let Presence::Over(over) = &person.chat().presence else {
        panic!("over")
    };
    assert_eq!(over.ending, Ending::Problem(Problem::LinkLost));
    assert_eq!(person.reads(), ["and then"]);
    assert_eq!(person.presses_enter(), None);
    assert_eq!(person.composer().text, "yes?");
    assert!(matches!(
        person.does(Action::Next)[..],
        [Effect::Ask(Command::Meet(_))]
    ));
    person.hears(Event::Calling { attempt: 1 });
    person.hears(joins(2, "Rui"));
    assert_eq!(person.composer().text, "yes?", "survives the next visit, too");
}

#[test]
fn leaving_what_is_over_asks_nothing_of_the_engine() {
    let mut person = Person::talking();
    person.hears(closed(Problem::LinkLost));
    assert_eq!(person.does(Action::Leave), []);
    assert!(matches!(person.model.screen, Screen::First));
    person.does(Action::Meet);
    person.hears(Event::Calling { attempt: 1 });
    person.hears(joins(2, "Rui"));
    assert_eq!(person.chat().who, named("Rui"));
}
