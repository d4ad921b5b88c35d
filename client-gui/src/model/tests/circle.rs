//! Circles: the way in, what is said there, whom it reaches, and what is kept.

use acaso_shared::ids::{CircleName, Code};
use acaso_shared::protocol::circle::CircleMember;
use acaso_shared::session::circle::{self, CircleCommand, CircleNews, NotSaid, Path};

use super::*;
use crate::action::WhichCircle;

const ME: CircleMember = CircleMember(5);
const RUI: CircleMember = CircleMember(2);
const EWA: CircleMember = CircleMember(8);
const CODE: &str = "417318-crossover-clockwork-adroitness-crackdown";

fn comes(member: CircleMember, name: &str) -> CircleNews {
    CircleNews::Came {
        member,
        name: Name::parse(name).unwrap(),
        key: Fingerprint::of_spki(name.as_bytes()),
        path: Path::Direct,
    }
}

fn speaks(member: CircleMember, text: &str) -> CircleNews {
    CircleNews::Said {
        member,
        text: MessageText::parse(text).unwrap(),
    }
}

impl Person {
    fn news_of_circle(&mut self, news: CircleNews) -> Vec<Effect> {
        self.model.heard_of_circle(news, &self.now)
    }

    /// At the page that leads to a circle, which was agreed to before.
    fn at_a_door() -> Self {
        let mut person = Self::at_first();
        person.model.settings.circles_agreed = true;
        person.does(Action::Circles);
        person
    }

    fn door(&mut self) -> &mut CircleDoor {
        match &mut self.model.outing {
            Some(Outing::Door(door)) => door,
            other => panic!("no door but {other:?}"),
        }
    }

    fn enters(&mut self, name: &str) -> Vec<Effect> {
        name.clone_into(&mut self.door().name);
        self.does(Action::EnterCircle(WhichCircle::Named))
    }

    fn gathers(&mut self, code: Option<&str>) -> Vec<Effect> {
        self.news_of_circle(CircleNews::Gathered {
            member: ME,
            key: Fingerprint::of_spki(b"Ana"),
            code: code.map(|code| code.parse().unwrap()),
        })
    }

    /// In a circle with Rui, who was there, and Ewa, who came.
    fn in_a_circle() -> Self {
        let mut person = Self::at_a_door();
        person.enters("boat");
        person.gathers(None);
        person.news_of_circle(comes(RUI, "Rui"));
        person.news_of_circle(comes(EWA, "Ewa"));
        person
    }

    fn ring(&mut self) -> &mut Circle {
        self.model.circle_mut().expect("the person is in a circle")
    }

    fn speaks(&mut self, text: &str) -> Option<MessageId> {
        text.clone_into(&mut self.ring().draft.body.text);
        match self.does(Action::Say).pop() {
            Some(Effect::AskCircle(CircleCommand::Say { id, .. })) => Some(id),
            _ => None,
        }
    }

    fn arrives(&mut self, id: MessageId, member: CircleMember) {
        self.news_of_circle(CircleNews::Delivered { id, member });
    }

    /// What became of the messages of ours, in order.
    fn states(&mut self) -> Vec<Delivered> {
        let rows = self.ring().talk.rows();
        let state = |row: &TalkRow| match &row.what {
            Talked::Said(Said {
                by: Speaker::Me(delivery),
                ..
            }) => Some(delivery.state()),
            _ => None,
        };
        rows.iter().filter_map(state).collect()
    }

    /// What happened, with the names.
    fn happened(&mut self) -> Vec<(Happened, String)> {
        let rows = self.ring().talk.rows();
        let happened = |row: &TalkRow| match &row.what {
            Talked::Happened(what, names) => Some((*what, names.join(" "))),
            _ => None,
        };
        rows.iter().filter_map(happened).collect()
    }
}

fn missed(names: &[&str]) -> Delivered {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    Delivered::Missed { names }
}

#[test]
fn what_it_means_is_asked_once_whatever_the_server() {
    let mut person = Person::at_first();
    assert_eq!(
        person.does(Action::Circles),
        [Effect::Save],
        "nobody is asked yet"
    );
    assert!(person.door().asks);
    assert!(person.enters("boat").is_empty(), "not before it was agreed to");
    assert_eq!(person.does(Action::AgreeToCircles), [Effect::Save]);
    assert!(person.model.settings.circles_agreed && !person.door().asks);
    person.does(Action::ClosePage);
    "elsewhere.example.org".clone_into(&mut person.model.first.server);
    person
        .model
        .settings
        .accept_rules(&"elsewhere.example.org".parse().unwrap());
    person.does(Action::Circles);
    assert!(!person.door().asks);
}

#[test]
fn who_does_not_agree_is_back_at_the_first_screen_and_is_asked_again() {
    let mut person = Person::at_first();
    person.does(Action::Circles);
    person.does(Action::ClosePage);
    assert!(person.model.outing.is_none() && !person.model.settings.circles_agreed);
    person.does(Action::Circles);
    assert!(person.door().asks);
}

#[test]
fn the_house_rules_come_first() {
    let mut person = Person::at_first();
    person.model.settings.rules_accepted.clear();
    person.does(Action::Circles);
    let Screen::Rules(rules) = &mut person.model.screen else {
        panic!("the rules were not shown");
    };
    rules.confirmed = true;
    person.does(Action::AgreeToRules);
    assert!(person.door().asks);
}

#[test]
fn a_circle_is_entered_by_its_name_by_its_code_or_anew() {
    let visited = |which, name: &str, code: &str| {
        let mut person = Person::at_a_door();
        name.clone_into(&mut person.door().name);
        code.clone_into(&mut person.door().code);
        match person.does(Action::EnterCircle(which)).pop() {
            Some(Effect::EnterCircle(visit)) => visit.circle,
            other => panic!("not entered but {other:?}"),
        }
    };
    let named = CircleName::parse("boat").unwrap();
    assert_eq!(
        visited(WhichCircle::Named, "boat", ""),
        circle::Circle::Named(named)
    );
    let code: Code = CODE.parse().unwrap();
    let spoken = CODE.replace('-', " ");
    assert_eq!(
        visited(WhichCircle::Coded, "", &spoken),
        circle::Circle::Coded(code)
    );
    assert_eq!(visited(WhichCircle::New, "", ""), circle::Circle::New);
}

#[test]
fn what_is_no_name_and_no_code_is_said_where_it_stands() {
    let mut person = Person::at_a_door();
    assert!(person.enters("  ").is_empty());
    assert_eq!(person.door().field_in_error(), Some(DoorField::Name));
    for (typed, trouble) in [("boat", "Code"), ("7-crossover-clockwork", "ForTwo")] {
        typed.clone_into(&mut person.door().code);
        let effects = person.does(Action::EnterCircle(WhichCircle::Coded));
        assert!(effects.is_empty());
        let door = person.door();
        assert_eq!((door.focus, door.code.as_str()), (Some(DoorField::Code), typed));
        let said = format!("{:?}", door.trouble.as_ref().unwrap());
        assert!(said.starts_with(trouble), "{said}");
    }
}

#[test]
fn who_is_turned_away_is_back_at_the_door_with_what_was_typed() {
    let mut person = Person::at_a_door();
    person.enters("boat");
    "hello".clone_into(&mut person.ring().draft.body.text);
    person.news_of_circle(CircleNews::Closed(Ending::Problem(Problem::CircleFull)));
    let door = person.door();
    assert_eq!(door.name, "boat");
    assert!(matches!(door.trouble, Some(DoorTrouble::Problem(_))));
    person.enters("boat");
    assert_eq!(person.ring().draft.body.text, "hello");
}

#[test]
fn a_server_that_asks_for_a_login_is_answered_on_the_first_screen() {
    let mut person = Person::at_a_door();
    person.enters("boat");
    person.news_of_circle(CircleNews::Closed(Ending::Problem(Problem::LoginNeeded {
        host: "chat.example.org".to_owned(),
        account: false,
    })));
    assert!(person.model.outing.is_none());
    assert!(person.model.first.login_fields().is_some());
}

#[test]
fn whoever_was_there_is_told_apart_from_who_comes() {
    let mut person = Person::in_a_circle();
    let happened = [
        (Happened::Here, "Rui".to_owned()),
        (Happened::Came, "Ewa".to_owned()),
    ];
    assert_eq!(person.happened(), happened);
    assert_eq!(person.ring().people(), 3);
    person.news_of_circle(comes(CircleMember(9), "Yael"));
    assert_eq!(person.happened()[1].1, "Ewa Yael", "one line for both");
}

#[test]
fn who_comes_again_was_not_there_all_along() {
    let mut person = Person::in_a_circle();
    person.news_of_circle(CircleNews::Went {
        member: RUI,
        left: false,
    });
    person.news_of_circle(comes(RUI, "Rui"));
    assert_eq!(
        person.happened().last(),
        Some(&(Happened::Came, "Rui".to_owned()))
    );
}

#[test]
fn a_message_is_on_its_way_until_everybody_has_it() {
    let mut person = Person::in_a_circle();
    let first = person.speaks("one").unwrap();
    let second = person.speaks("two").unwrap();
    assert_eq!(person.states(), vec![Delivered::Some { has: 0, of: 2 }; 2]);
    person.arrives(first, RUI);
    assert_eq!(person.states()[0], Delivered::Some { has: 1, of: 2 });
    person.arrives(second, EWA);
    // Whoever has one has every one before it.
    let some = Delivered::Some { has: 1, of: 2 };
    assert_eq!(person.states(), [Delivered::All { of: 2 }, some]);
    person.news_of_circle(comes(CircleMember(9), "Yael"));
    person.arrives(second, RUI);
    assert_eq!(
        person.states(),
        vec![Delivered::All { of: 2 }; 2],
        "she came after it"
    );
}

#[test]
fn who_leaves_without_it_is_named() {
    let mut person = Person::in_a_circle();
    let id = person.speaks("one").unwrap();
    person.arrives(id, RUI);
    person.news_of_circle(CircleNews::Away { member: EWA });
    assert_eq!(
        person.states(),
        [Delivered::Some { has: 1, of: 2 }],
        "kept for her"
    );
    person.news_of_circle(CircleNews::NotDelivered { id, member: EWA });
    person.news_of_circle(CircleNews::Went {
        member: EWA,
        left: false,
    });
    assert_eq!(person.states(), [missed(&["Ewa"])]);
    assert_eq!(person.ring().people(), 2);
    let last = person.speaks("two").unwrap();
    // Gone before the engine says what became of it.
    person.news_of_circle(CircleNews::Went {
        member: RUI,
        left: true,
    });
    assert_eq!(person.states()[1], missed(&["Rui"]));
    person.news_of_circle(CircleNews::NotDelivered {
        id: last,
        member: RUI,
    });
    assert_eq!(person.states()[1], missed(&["Rui"]), "told once");
    let told = person.happened();
    assert_eq!(
        told[told.len() - 2..],
        [
            (Happened::Lost, "Ewa".to_owned()),
            (Happened::Left, "Rui".to_owned()),
        ]
    );
}

#[test]
fn nobody_hears_what_is_said_to_nobody_and_the_words_stay() {
    let mut person = Person::at_a_door();
    person.enters("boat");
    assert_eq!(person.speaks("on the way"), None);
    person.gathers(None);
    assert_eq!(person.speaks("alone"), None);
    assert_eq!(person.ring().draft.note, Some(CircleNote::Nobody));
    assert_eq!(person.ring().draft.body.text, "alone");
    person.news_of_circle(CircleNews::Unreachable { member: EWA });
    assert_eq!(person.speaks("alone"), None, "she does not hear it either");
    person.news_of_circle(comes(RUI, "Rui"));
    assert_eq!(person.ring().draft.note, None);
    assert!(person.speaks("alone").is_some());
}

#[test]
fn what_was_not_taken_comes_back_before_what_is_typed_now() {
    let mut person = Person::in_a_circle();
    let id = person.speaks("one").unwrap();
    "two".clone_into(&mut person.ring().draft.body.text);
    person.news_of_circle(CircleNews::NotSaid {
        id,
        text: MessageText::parse("one").unwrap(),
        reason: NotSaid::TooFast { retry_after_secs: 3 },
    });
    assert_eq!(person.ring().draft.body.text, "one\ntwo");
    assert_eq!(person.ring().draft.note, Some(CircleNote::TooFast { secs: 3 }));
    assert!(person.states().is_empty(), "it was never said");
    person.waits(Duration::from_secs(2));
    assert_eq!(person.ring().draft.note, Some(CircleNote::TooFast { secs: 1 }));
}

#[test]
fn what_is_too_long_stays() {
    let mut person = Person::in_a_circle();
    let long = "x".repeat(5000);
    assert_eq!(person.speaks(&long), None);
    assert_eq!(
        person.ring().draft.note,
        Some(CircleNote::TooLong { bytes: 5000 })
    );
    assert_eq!(person.ring().draft.body.text, long);
}

#[test]
fn the_circle_goes_on_without_the_server() {
    let mut person = Person::in_a_circle();
    person.news_of_circle(CircleNews::LobbyLost {
        retry_in_millis: 4000,
    });
    assert_eq!(person.ring().lobby_lost.as_ref().unwrap().secs, 4);
    assert!(person.speaks("still here").is_some());
    assert_eq!(
        person.does(Action::TryNow),
        [Effect::AskCircle(CircleCommand::TryNow)]
    );
    person.news_of_circle(CircleNews::Calling { attempt: 2 });
    assert!(person.ring().is_inside());
    assert_eq!(person.ring().lobby_lost.as_ref().unwrap().secs, 0);
    person.news_of_circle(CircleNews::LobbyBack);
    assert!(person.ring().lobby_lost.is_none());
}

#[test]
fn away_and_back_are_told_once_each() {
    let mut person = Person::in_a_circle();
    for _ in 0..2 {
        person.news_of_circle(CircleNews::Away { member: RUI });
    }
    let path = Path::Relayed;
    person.news_of_circle(CircleNews::Back { member: RUI, path });
    let told = person.happened();
    assert_eq!(
        told[2..],
        [
            (Happened::Away, "Rui".to_owned()),
            (Happened::Back, "Rui".to_owned()),
        ]
    );
    assert_eq!(person.ring().members.relayed(), 1);
    let path = Path::Direct;
    person.news_of_circle(CircleNews::Path { member: RUI, path });
    assert_eq!(person.ring().members.relayed(), 0);
}

#[test]
fn wrong_words_are_told_and_in_the_end_nobody_new_comes() {
    let mut person = Person::in_a_circle();
    person.news_of_circle(CircleNews::WrongWords { open: true });
    assert!(!person.ring().shut);
    person.news_of_circle(CircleNews::WrongWords { open: false });
    assert!(person.ring().shut);
    assert_eq!(person.happened().len(), 4, "a line for each");
}

#[test]
fn a_draft_is_kept_for_the_same_circle_and_no_other() {
    let mut person = Person::in_a_circle();
    "for the boat".clone_into(&mut person.ring().draft.body.text);
    assert_eq!(
        person.does(Action::LeaveCircle),
        [Effect::AskCircle(CircleCommand::Leave)]
    );
    assert!(!person.model.may_close(), "it is asked first");
    person.does(Action::KeepOpen);
    person.does(Action::Circles);
    person.enters("house");
    assert_eq!(person.ring().draft.body.text, "");
    person.does(Action::LeaveCircle);
    person.does(Action::Circles);
    person.enters("boat");
    assert_eq!(person.ring().draft.body.text, "for the boat");
    assert_eq!(person.ring().draft.note, Some(CircleNote::Kept));
}

#[test]
fn a_draft_for_a_circle_with_a_code_is_there_when_one_comes_back_by_it() {
    let mut person = Person::at_a_door();
    person.does(Action::EnterCircle(WhichCircle::New));
    person.gathers(Some(CODE));
    "half a".clone_into(&mut person.ring().draft.body.text);
    person.does(Action::LeaveCircle);
    person.does(Action::Circles);
    CODE.clone_into(&mut person.door().code);
    person.does(Action::EnterCircle(WhichCircle::Coded));
    assert_eq!(person.ring().draft.body.text, "half a");
}

#[test]
fn closing_is_asked_about_while_something_has_not_arrived() {
    let mut person = Person::in_a_circle();
    assert!(person.model.may_close());
    let id = person.speaks("one").unwrap();
    assert!(!person.model.may_close());
    let circle = Some("boat".to_owned());
    assert_eq!(
        person.model.closing,
        Some(crate::model::Closing::Words { circle })
    );
    person.does(Action::KeepOpen);
    person.arrives(id, RUI);
    person.arrives(id, EWA);
    assert!(person.model.may_close());
}

#[test]
fn quit_leaves_and_nothing_is_said() {
    let mut person = Person::in_a_circle();
    "QUIT".clone_into(&mut person.ring().draft.body.text);
    assert_eq!(
        person.does(Action::Say),
        [Effect::AskCircle(CircleCommand::Leave)]
    );
    assert!(
        person.model.circle().is_none() && person.model.may_close(),
        "no draft"
    );
}

#[test]
fn what_happens_behind_ones_back_is_told_and_counted() {
    let mut person = Person::in_a_circle();
    person.model.focus(false);
    let told = person.news_of_circle(speaks(RUI, "hello"));
    let notice = Notice::SaidInCircle {
        circle: Some("boat".to_owned()),
        name: "Rui".to_owned(),
        text: "hello".to_owned(),
    };
    assert_eq!(told, [Effect::Tell(notice)]);
    assert!(
        person.news_of_circle(speaks(RUI, "you there?")).is_empty(),
        "not each"
    );
    assert_eq!(person.ring().unread, 2);
    let told = person.news_of_circle(comes(CircleMember(9), "Yael"));
    assert!(matches!(told[..], [Effect::Tell(Notice::CameToCircle { .. })]));
    let words = Words::speaking(Spoken::English);
    assert_eq!(person.model.title(&words), "(2) boat · Acaso");
    person.model.focus(true);
    assert_eq!(person.ring().unread, 0);
}

#[test]
fn a_stranger_to_the_window_says_nothing_in_it() {
    let mut person = Person::in_a_circle();
    person.news_of_circle(speaks(CircleMember(77), "boo"));
    assert_eq!(person.ring().talk.rows().len(), 2);
}

#[test]
fn when_it_ends_what_was_on_its_way_did_not_arrive() {
    let mut person = Person::in_a_circle();
    let id = person.speaks("one").unwrap();
    person.arrives(id, RUI);
    person.news_of_circle(CircleNews::Closed(Ending::Problem(Problem::Protocol)));
    assert_eq!(person.states(), [missed(&["Ewa"])]);
    assert!(
        person.does(Action::LeaveCircle).is_empty(),
        "nobody to take leave of"
    );
}

#[test]
fn keys_are_shown_as_they_are_and_copied() {
    let mut person = Person::in_a_circle();
    person.does(Action::ShowKey(Some(RUI)));
    let key = Fingerprint::of_spki(b"Rui");
    assert_eq!(
        person.does(Action::CopyFromSheet),
        [Effect::Copy(key.to_string().into())]
    );
    assert_eq!(
        person.ring().sheet,
        Some(CircleSheet::Key {
            name: Some("Rui".to_owned()),
            key,
            copied: true
        })
    );
    person.does(Action::ShowKey(None));
    let own = Fingerprint::of_spki(b"Ana");
    assert_eq!(
        person.does(Action::CopyFromSheet),
        [Effect::Copy(own.to_string().into())]
    );
    person.does(Action::CloseSheet);
    assert!(person.ring().sheet.is_none() && person.ring().draft.body.focus);
}

#[test]
fn very_much_talk_is_bounded() {
    let mut person = Person::in_a_circle();
    let long = "x".repeat(4000);
    for _ in 0..1200 {
        person.news_of_circle(speaks(RUI, &long));
    }
    let rows = person.ring().talk.rows().len();
    assert!(rows * 4000 <= 4 * 1024 * 1024 && rows > 1000, "{rows} rows");
    for _ in 0..5000 {
        person.news_of_circle(speaks(RUI, "y"));
    }
    assert_eq!(person.ring().talk.rows().len(), 4000);
}
