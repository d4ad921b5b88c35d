//! What was typed for one partner never goes to another by accident.

use super::*;

#[test]
fn a_draft_stays_when_they_leave_and_goes_to_the_next_one_only_when_sent_twice() {
    let mut person = Person::talking();
    person.types("I had just found the recipe");
    person.hears(leaves(1));
    assert_eq!(person.presses_enter(), None, "nobody is there");
    assert_eq!(person.composer().text, "I had just found the recipe");

    person.waits(SECOND);
    person.hears(joins(2, "Rui"));
    assert_eq!(person.composer().text, "I had just found the recipe");
    assert_eq!(
        person.composer().note,
        Some(Note::Kept {
            from: named("Marina")
        })
    );
    assert_eq!(person.presses_enter(), None, "an Enter meant for Marina");
    assert_eq!(
        person.composer().note,
        Some(Note::Kept {
            from: named("Marina")
        }),
        "it does not even count"
    );
    person.waits(2 * SECOND);
    assert_eq!(person.presses_enter(), None);
    assert_eq!(
        person.composer().note,
        Some(Note::Sure {
            from: named("Marina")
        })
    );
    assert_eq!(person.presses_enter(), None, "a double click is one press");
    person.waits(SECOND);
    assert_eq!(
        person.presses_enter(),
        Some((
            ConversationId(2),
            MessageId(0),
            "I had just found the recipe".to_owned()
        ))
    );
    assert_eq!(
        person.says("and this is for you"),
        Some((ConversationId(2), MessageId(1), "and this is for you".to_owned()))
    );
}

#[test]
fn typing_on_does_not_make_a_kept_draft_the_newcomers() {
    let mut person = Person::talking();
    person.types("my address is");
    person.hears(leaves(1));
    person.hears(joins(2, "Rui"));
    person.waits(5 * SECOND);
    person.types("my address is 12, Rua");
    assert_eq!(person.presses_enter(), None);
    person.types("my address is 12, Rua Nova");
    assert_eq!(person.presses_enter(), None, "another text is another question");
    person.types("");
    person.waits(SECOND);
    assert!(person.says("hello").is_some(), "an empty composer is nobody's");
}

#[test]
fn who_appears_under_the_fingers_gets_nothing_for_a_second() {
    let mut person = Person::talking();
    person.hears(leaves(1));
    person.hears(joins(2, "Rui"));
    assert_eq!(person.says("to Marina, typed blind"), None);
    assert_eq!(
        person.composer().text,
        "to Marina, typed blind",
        "and nothing is lost"
    );
    person.waits(SECOND);
    assert!(person.presses_enter().is_some());
}

#[test]
fn a_draft_survives_next_and_waits_for_a_deliberate_press() {
    let mut person = Person::talking();
    person.types("half a thought");
    person.does(Action::Next);
    person.hears(not_sent(1, 0, "and one on its way", NotSent::ConversationEnded));
    person.hears(Event::Calling { attempt: 1 });
    person.hears(joins(2, "Rui"));
    assert_eq!(person.composer().text, "half a thought\nand one on its way");
    assert_eq!(person.composer().kept_from(), Some(&named("Marina")));
}

#[test]
fn what_comes_back_after_somebody_else_sits_there_is_nobodys() {
    let mut person = Person::talking();
    person.says("for Marina");
    person.hears(leaves(1));
    person.hears(joins(2, "Rui"));
    person.hears(not_sent(1, 0, "for Marina", NotSent::ConversationEnded));
    person.waits(5 * SECOND);
    assert_eq!(person.composer().text, "for Marina");
    assert_eq!(person.composer().note, Some(Note::Ended { who: named("Marina") }));
    assert_eq!(person.presses_enter(), None);
    assert_eq!(
        person.composer().note,
        Some(Note::Sure {
            from: named("Marina")
        })
    );
}

#[test]
fn a_draft_for_the_first_goes_on_being_theirs_past_the_second() {
    let mut person = Person::talking();
    person.types("for Marina");
    person.hears(leaves(1));
    person.hears(joins(2, "Rui"));
    person.hears(leaves(2));
    person.hears(joins(3, "Zé"));
    assert_eq!(person.composer().kept_from(), Some(&named("Marina")));
}
