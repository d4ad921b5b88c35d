//! In a plaza: posting, what becomes of it, and who is there.

use acaso_shared::ids::{PlazaName, PostText, Subject};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::plaza::{self, Member, MemberNumber, PlazaFacts, PostNumber};
use acaso_shared::session::plaza::{NotPosted, PlazaCommand, PlazaNews};

use super::*;

const ME: MemberNumber = MemberNumber(9);
/// 2026-03-14 14:00 UTC, eleven in the morning of the person's clock.
const AT: u64 = 1_773_496_800;

pub(super) fn facts(name: &str, people: u32) -> PlazaFacts {
    PlazaFacts {
        name: PlazaName::parse(name).unwrap(),
        people,
        people_max: 100,
        port: 1025,
        history: 0,
    }
}

fn member(number: u64, name: &str) -> Member {
    Member {
        number: MemberNumber(number),
        name: Name::parse(name).unwrap(),
    }
}

pub(super) fn posts(number: u64, name: &str, text: &str) -> PlazaNews {
    PlazaNews::Post(plaza::Post {
        number: PostNumber(number),
        author: member(number, name),
        subject: None,
        text: PostText::parse(text).unwrap(),
        unix_secs: AT,
    })
}

impl Person {
    pub(super) fn is_told(&mut self, told: OfPlazas) -> Vec<Effect> {
        self.model.heard_of_plazas(told, &self.now)
    }

    pub(super) fn news(&mut self, news: PlazaNews) -> Vec<Effect> {
        self.is_told(OfPlazas::News(news))
    }

    /// In Feira, with Rui.
    pub(super) fn in_a_plaza() -> Self {
        let mut person = Self::at_first();
        person.goes_in();
        person
    }

    pub(super) fn goes_in(&mut self) {
        self.goes_in_as(ME.0);
    }

    pub(super) fn goes_in_as(&mut self, number: u64) {
        self.does(Action::Plazas);
        self.is_told(OfPlazas::Listed(Ok(vec![facts("Feira", 1)])));
        self.does(Action::EnterPlaza(PlazaName::parse("Feira").unwrap()));
        self.news(PlazaNews::Entered {
            member: MemberNumber(number),
        });
        self.news(PlazaNews::Here(vec![member(number, "Ana"), member(3, "Rui")]));
    }

    pub(super) fn square(&mut self) -> &mut Plaza {
        self.model.plaza_mut().expect("the person is in a plaza")
    }

    pub(super) fn writes_post(&mut self, subject: &str, text: &str) -> Option<MessageId> {
        let draft = &mut self.square().draft;
        draft.subject = subject.to_owned();
        draft.body.text = text.to_owned();
        match self.does(Action::Post).pop() {
            Some(Effect::AskPlaza(PlazaCommand::Post { id, .. })) => Some(id),
            _ => None,
        }
    }

    pub(super) fn comes_back(
        &mut self,
        id: MessageId,
        subject: Option<&str>,
        text: &str,
        reason: NotPosted,
    ) -> Vec<Effect> {
        self.news(PlazaNews::NotPosted {
            id,
            subject: subject.map(|subject| Subject::parse(subject).unwrap()),
            text: PostText::parse(text).unwrap(),
            reason,
        })
    }

    pub(super) fn draft(&mut self) -> (String, String) {
        let draft = &self.square().draft;
        (draft.subject.clone(), draft.body.text.clone())
    }

    /// The posts, in order, with a star at those that wait for an answer.
    pub(super) fn sees_posts(&mut self) -> Vec<String> {
        let posts = &self.square().posts;
        let seen = |row| match posts.row(row).map(|row| &row.what) {
            Some(RowWhat::Post { post, .. }) => Some(post.text.clone()),
            Some(RowWhat::Day(_) | RowWhat::Moves(_)) => None,
            None => posts.waiting(row).map(|post| format!("{} *", post.text)),
        };
        (0..posts.count()).filter_map(seen).collect()
    }
}

#[test]
fn a_post_is_there_at_once_and_gets_its_place_and_time_with_the_answer() {
    let mut person = Person::in_a_plaza();
    let id = person.writes_post("Soup", "at seven\nor eight").unwrap();
    assert_eq!(person.draft(), Default::default(), "the next one is a new one");
    person.news(posts(3, "Rui", "hello"));
    assert_eq!(person.sees_posts(), ["hello", "at seven\nor eight *"]);
    person.news(PlazaNews::Posted {
        id,
        number: PostNumber(4),
        unix_secs: AT,
    });
    person.news(posts(3, "Rui", "eight"));
    assert_eq!(person.sees_posts(), ["hello", "at seven\nor eight", "eight"]);
    let Some(RowWhat::Post { post, mine: true }) = person.square().posts.row(1).map(|row| &row.what) else {
        panic!("ours is the second row")
    };
    assert_eq!(words().time(&post.at), "11:00", "by the clock here");
    assert_eq!(post.subject.as_deref(), Some("Soup"));
}

#[test]
fn what_was_not_taken_comes_back_before_what_is_typed_now() {
    let mut person = Person::in_a_plaza();
    let first = person.writes_post("Soup", "at seven").unwrap();
    person.square().draft.body.text = "and now".to_owned();
    person.news(PlazaNews::NotPosted {
        id: first,
        subject: Some(Subject::parse("Soup").unwrap()),
        text: PostText::parse("at seven").unwrap(),
        reason: NotPosted::Refused(Refusal::SlowDown { retry_after_secs: 3 }),
    });
    assert_eq!(
        person.draft(),
        (String::new(), "Soup\nat seven\nand now".to_owned())
    );
    assert_eq!(person.sees_posts(), Vec::<String>::new());
    person.waits(SECOND);
    assert_eq!(person.square().draft.note, Some(PostNote::TooFast { secs: 2 }));
    let second = person.writes_post("Soup", "at eight").unwrap();
    person.news(PlazaNews::NotPosted {
        id: second,
        subject: Some(Subject::parse("Soup").unwrap()),
        text: PostText::parse("at eight").unwrap(),
        reason: NotPosted::Unknown,
    });
    assert_eq!(person.draft(), ("Soup".to_owned(), "at eight".to_owned()));
}

#[test]
fn a_post_whose_answer_was_lost_is_not_asked_for_twice() {
    let mut person = Person::in_a_plaza();
    let id = person.writes_post("", "hello").unwrap();
    person.news(PlazaNews::NotPosted {
        id,
        subject: None,
        text: PostText::parse("hello").unwrap(),
        reason: NotPosted::Unknown,
    });
    person.news(PlazaNews::LinkLost {
        retry_in_millis: 1000,
    });
    person.news(PlazaNews::Entered {
        member: MemberNumber(10),
    });
    assert_eq!(person.square().people.count(), 0, "who is here follows");
    person.news(posts(ME.0, "Ana", "hello"));
    assert_eq!(person.sees_posts(), ["hello"]);
    assert_eq!(person.draft().1, "", "it stands there");
    assert_eq!(person.square().unread, 0, "and is our own");
}

#[test]
fn each_post_whose_answer_was_lost_is_forgotten_when_it_comes() {
    let mut person = Person::in_a_plaza();
    let posted = ["A", "B", "C"].map(|text| (person.writes_post("", text).unwrap(), text));
    for (id, text) in posted {
        person.comes_back(id, None, text, NotPosted::Unknown);
    }
    assert_eq!(person.draft().1, "A\nB\nC");
    person.square().draft.body.text.push_str("\nand now");
    person.news(posts(ME.0, "Ana", "B"));
    assert_eq!(person.draft().1, "A\nC\nand now");
    assert_eq!(person.square().draft.note, Some(PostNote::Unknown));
    person.news(posts(3, "Rui", "C"));
    assert_eq!(person.draft().1, "A\nC\nand now", "that is Rui's");
    person.news(posts(ME.0, "Ana", "A"));
    person.news(posts(ME.0, "Ana", "C"));
    assert_eq!(person.draft().1, "and now", "typed text stays");
    assert_eq!(person.square().draft.note, None);
}

#[test]
fn what_came_back_and_was_changed_or_refused_is_not_forgotten() {
    let mut person = Person::in_a_plaza();
    let slow = NotPosted::Refused(Refusal::SlowDown { retry_after_secs: 3 });
    let first = person.writes_post("Soup", "A").unwrap();
    let second = person.writes_post("Soup", "B").unwrap();
    person.comes_back(first, Some("Soup"), "A", NotPosted::Unknown);
    person.comes_back(second, Some("Soup"), "B", slow);
    let a_post = |text| plaza::Post {
        number: PostNumber(1),
        author: member(ME.0, "Ana"),
        subject: Some(Subject::parse("Soup").unwrap()),
        text: PostText::parse(text).unwrap(),
        unix_secs: AT,
    };
    person.news(PlazaNews::Post(a_post("B")));
    assert_eq!(person.draft(), ("Soup".to_owned(), "A\nB".to_owned()));
    person.news(PlazaNews::Post(a_post("A")));
    assert_eq!(
        person.draft(),
        ("Soup".to_owned(), "B".to_owned()),
        "its subject is needed"
    );

    let id = person.writes_post("", "C").unwrap();
    person.comes_back(id, None, "C", NotPosted::Unknown);
    person.square().draft.body.text.push_str(", or so");
    person.news(posts(ME.0, "Ana", "C"));
    assert_eq!(person.draft().1, "C, or so");
}

#[test]
fn nothing_is_posted_that_the_wire_cannot_carry_and_nothing_of_it_is_lost() {
    let mut person = Person::in_a_plaza();
    assert_eq!(person.writes_post("", "  \n"), None);
    let long = "x".repeat(61_441);
    assert_eq!(person.writes_post("", &long), None);
    assert_eq!(
        person.square().draft.note,
        Some(PostNote::TooLong { bytes: 61_441 })
    );
    assert_eq!(person.draft().1, long);
    assert_eq!(person.writes_post(&"s".repeat(257), "hello"), None);
    assert!(person.square().draft.subject_focus);
    person.news(PlazaNews::LinkLost {
        retry_in_millis: 1000,
    });
    assert_eq!(
        person.writes_post("", "hello"),
        None,
        "not while the link is lost"
    );
    assert_eq!(person.draft().1, "hello");
    assert_eq!(person.square().draft.note, Some(PostNote::NotTaken));
    person.news(PlazaNews::Entered { member: ME });
    assert_eq!(person.square().draft.note, None, "now it can be");
}

#[test]
fn posts_are_bounded_by_number_and_by_size() {
    let mut person = Person::in_a_plaza();
    for n in 0..2_500 {
        person.news(posts(3, "Rui", &format!("post {n}")));
    }
    assert_eq!(person.square().posts.count(), 2_000);
    assert_eq!(person.sees_posts().last().unwrap(), "post 2499");
    let big = "x".repeat(60 * 1024);
    for _ in 0..100 {
        person.news(posts(3, "Rui", &big));
    }
    let held = person.square().posts.count();
    assert!(held <= 4 * 1024 * 1024 / big.len(), "{held}");
}

#[test]
fn people_come_and_go_and_those_of_one_name_are_told_apart() {
    let mut person = Person::in_a_plaza();
    person.news(PlazaNews::Came(member(4, "rui")));
    person.news(PlazaNews::Came(member(5, "Ewa")));
    let shown: Vec<String> = person
        .square()
        .people
        .shown()
        .iter()
        .map(|someone| someone.name.clone())
        .collect();
    assert_eq!(shown, ["Ana", "Ewa", "Rui", "rui"], "oneself first");
    assert!(person.square().has_namesake(MemberNumber(3), "Rui"));
    assert!(!person.square().has_namesake(MemberNumber(5), "Ewa"));
    person.news(PlazaNews::Went(MemberNumber(3)));
    assert!(!person.square().has_namesake(MemberNumber(4), "rui"));
    person.news(posts(3, "Rui", "back as another"));
    assert!(
        person.square().has_namesake(MemberNumber(4), "rui"),
        "posts count, too"
    );
    let Some(RowWhat::Moves(moves)) = person.square().posts.row(0).map(|row| &row.what) else {
        panic!("one line for all comings and goings")
    };
    assert_eq!((moves.came.names.len(), moves.went.names.len()), (2, 1));
}

#[test]
fn posts_behind_the_persons_back_are_counted_and_told() {
    let mut person = Person::in_a_plaza();
    person.model.focus(false);
    let effects = person.news(posts(3, "Rui", "hello"));
    assert_eq!(
        effects,
        [Effect::Tell(Notice::Posted {
            plaza: "Feira".to_owned(),
            name: "Rui".to_owned(),
            text: "hello".to_owned(),
        })]
    );
    assert_eq!(
        person.news(posts(3, "Rui", "and again")),
        [],
        "not each post of a busy plaza"
    );
    person.waits(10 * SECOND);
    assert_eq!(person.news(posts(3, "Rui", "hm")).len(), 1);
    assert_eq!(person.model.title(&words()), "(3) Feira · Acaso");
    person.model.focus(true);
    assert_eq!(person.model.title(&words()), "Feira · Acaso");
    person.does(Action::Change(Change::Notices(false)));
    person.model.focus(false);
    assert_eq!(person.news(posts(3, "Rui", "anybody?")), []);
}

#[test]
fn posts_of_another_day_have_it_above_them() {
    let mut person = Person::in_a_plaza();
    let of = |days: u64, text: &str| match posts(3, "Rui", text) {
        PlazaNews::Post(post) => PlazaNews::Post(plaza::Post {
            unix_secs: AT - days * 86_400,
            ..post
        }),
        other => other,
    };
    person.news(of(1, "yesterday"));
    person.news(of(0, "today"));
    let days: Vec<_> = (0..4)
        .filter_map(|row| match &person.square().posts.row(row)?.what {
            RowWhat::Day(day) => Some((row, *day)),
            _ => None,
        })
        .collect();
    assert_eq!(days, [(0, date(2026, 3, 13)), (2, date(2026, 3, 14))]);
}

#[test]
fn very_long_posts_are_folded_at_a_line_or_a_character() {
    let mut person = Person::in_a_plaza();
    let mut fold_of = |text: &str| {
        person.news(posts(3, "Rui", text));
        let posts = &person.square().posts;
        match posts.row(posts.count() - 1).map(|row| &row.what) {
            Some(RowWhat::Post { post, .. }) => post.fold,
            _ => panic!("a post is the last row"),
        }
    };
    assert_eq!(fold_of("short"), None);
    assert_eq!(fold_of(&"a\n".repeat(45)), None, "a few lines more are no reason");
    assert_eq!(fold_of(&"a\n".repeat(500)), Some(79), "after forty lines");
    let wide = "é".repeat(10_000);
    let end = fold_of(&wide).unwrap();
    assert!(end <= 6 * 1024 && wide.is_char_boundary(end));
}
