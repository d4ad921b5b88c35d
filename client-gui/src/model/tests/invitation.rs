//! Meeting somebody one knows, and keeping in touch: what the engine is asked for, and what stays.

use acaso_shared::ids::Code;
use acaso_shared::session::Way as WayThere;

use super::*;
use crate::action::{Invite, KeepWish};
use crate::prefs::{AcquaintancesError, Answer, Wish};

const CODE: &str = "7-crossover-clockwork";

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn invited(millis: u64) -> Event {
    Event::Invited {
        port: port(),
        code: code(CODE),
        good_for_millis: millis,
    }
}

fn ended(closing: Closing) -> Event {
    Event::Closed {
        conversation: None,
        ending: Ending::Closing(closing),
    }
}

impl Person {
    fn invites(&mut self, wish: Invite) -> Vec<Effect> {
        self.does(Action::Invitation(wish))
    }

    /// Has made a code and waits.
    fn inviting() -> Self {
        let mut person = Self::at_first();
        person.invites(Invite::Open);
        person.invites(Invite::Make);
        person.hears(Event::Calling { attempt: 1 });
        person.hears(invited(600_000));
        person
    }

    fn invited(&self) -> &Invited {
        match &self.model.screen {
            Screen::Waiting(waiting) => waiting.invited.as_ref().expect("there is a code"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn nothing_that_is_printed_has_the_words_in_it() {
    let mut person = Person::inviting();
    let copied = person.invites(Invite::CopyLink);
    let mut other = Person::at_first();
    other.invites(Invite::Open);
    other.model.invitation.code = "7-crossover-clokwork".to_owned();
    other.invites(Invite::Enter);
    assert!(matches!(other.model.first.trouble, Some(Trouble::Code(_))));
    let printed = format!("{:?} {copied:?} {:?}", person.model, other.model);
    assert!(
        !printed.contains("crossover") && !printed.contains("clokwork"),
        "{printed}"
    );
}

#[test]
fn the_time_left_is_counted_down_once_a_second() {
    let mut person = Person::inviting();
    assert_eq!(person.invited().left_secs, 600);
    assert_eq!(person.waits(SECOND / 2), Some(SECOND / 2));
    assert_eq!(person.invited().left_secs, 600, "rounded up");
    person.waits(SECOND);
    assert_eq!(person.invited().left_secs, 599);
    person.waits(SECOND * 1000);
    assert_eq!(person.invited().left_secs, 0);
}

#[test]
fn a_way_back_keeps_the_code_and_what_was_copied() {
    let mut person = Person::inviting();
    let copied = person.invites(Invite::CopyCode);
    assert_eq!(copied, [Effect::Copy(CODE.to_owned().into())]);
    person.hears(Event::TryingAgain {
        problem: Problem::LinkLost,
        in_millis: 1_000,
    });
    assert_eq!(person.invited().code, code(CODE));
    assert_eq!(person.does(Action::TryNow), [Effect::Ask(Command::TryNow)]);
    person.hears(Event::Calling { attempt: 2 });
    person.hears(invited(400_000));
    assert_eq!(person.invited().left_secs, 400);
    assert!(person.invited().copied_code);
}

#[test]
fn what_ends_an_invitation_leads_back_to_where_it_was_made() {
    for ending in [
        closed(Problem::WrongCode { spent: true }),
        closed(Problem::CodeSpent),
        ended(Closing::NobodyCame),
        ended(Closing::Server),
    ] {
        let mut person = Person::inviting();
        let effects = person.hears(ending);
        assert_eq!(effects, [Effect::People(Wish::Look)]);
        assert!(matches!(person.model.screen, Screen::Invitation));
        assert!(person.model.first.trouble.is_some());
        person.invites(Invite::Close);
        assert!(matches!(person.model.screen, Screen::First));
        assert_eq!(person.model.first.trouble, None);
    }
}

#[test]
fn a_stranger_met_afterwards_is_no_invitation() {
    let mut person = Person::inviting();
    person.hears(ended(Closing::NobodyCame));
    person.invites(Invite::Close);
    let effects = person.does(Action::Meet);
    let Some(Effect::Ask(Command::Meet(visit))) = effects.last() else {
        panic!("{effects:?}")
    };
    assert_eq!(visit.way, WayThere::Stranger);
    person.hears(Event::Calling { attempt: 1 });
    person.hears(joins(1, "Rui"));
    assert!(!person.chat().by_code);
}

#[test]
fn a_lasting_code_is_still_good_when_nobody_came() {
    let mut person = Person::at_first();
    person.invites(Invite::Open);
    person.model.invitation.code = Code::lasting().to_string();
    person.invites(Invite::Enter);
    person.hears(Event::Calling { attempt: 1 });
    person.hears(ended(Closing::NobodyCame));
    assert_eq!(person.model.first.trouble, Some(Trouble::NobodyCame));
    assert!(!person.model.invitation.code.is_empty());
}

#[test]
fn an_end_without_a_room_says_why_they_left() {
    let mut person = Person::inviting();
    person.hears(joins(1, "Marina"));
    person.hears(leaves(1));
    assert_eq!(person.does(Action::WaitHere), []);
    person.hears(ended(Closing::RendezvousOver));
    let Presence::Over(over) = &person.chat().presence else {
        panic!("it is over")
    };
    assert_eq!(over.parted, Some(Parting::Left));
    assert_eq!(person.does(Action::Leave), [], "the engine is idle");
    assert!(matches!(person.model.screen, Screen::First));
}

#[test]
fn a_press_asks_the_engine_once_and_changes_nothing_else() {
    let mut person = Person::talking();
    let keep = Effect::Ask(Command::Keep {
        conversation: ConversationId(1),
    });
    assert_eq!(person.does(Action::Keep(KeepWish::Say)), [keep]);
    assert_eq!(person.does(Action::Keep(KeepWish::Say)), []);
    assert_eq!(person.does(Action::Keep(KeepWish::Show)), []);
    assert_eq!(person.chat().sheet, None, "there is nothing to show");
    person.hears(leaves(1));
    assert!(!person.chat().can_keep());
}

#[test]
fn the_code_is_stored_only_when_asked_for_and_not_twice() {
    let mut person = Person::talking();
    person.does(Action::Keep(KeepWish::Say));
    let code = Code::lasting();
    let effects = person.hears(Event::Kept {
        conversation: ConversationId(1),
        code: code.clone(),
    });
    assert_eq!(effects, [], "nothing is written");
    assert_eq!(person.chat().sheet, Some(Sheet::Kept));
    let effects = person.does(Action::Keep(KeepWish::Store));
    let [Effect::People(to @ Wish::Keep(kept))] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!((kept.name.as_str(), &kept.code), ("Marina", &code));
    assert_eq!(
        person.does(Action::Keep(KeepWish::Store)),
        [],
        "it is being written"
    );
    let answer = |people| Answer {
        to: to.clone(),
        people,
    };
    person
        .model
        .heard_of_people(answer(Err(AcquaintancesError::Full)), &person.now);
    assert_ne!(
        person.does(Action::Keep(KeepWish::Store)),
        [],
        "and can be tried again"
    );
    person
        .model
        .heard_of_people(answer(Ok(vec![kept.clone()])), &person.now);
    assert_eq!(person.model.invitation.people.len(), 1);
    assert_eq!(person.does(Action::Keep(KeepWish::Store)), []);
    let printed = format!("{:?}", person.model);
    assert!(!printed.contains(code.words()[0]), "no code gets into a log");
}

#[test]
fn a_code_for_another_conversation_is_none_for_this_one() {
    let mut person = Person::talking();
    person.hears(Event::Kept {
        conversation: ConversationId(9),
        code: Code::lasting(),
    });
    assert!(person.chat().keep.kept.is_none());
}
