//! Out among others: choosing a plaza, coming back to one, and the visit to a stranger that goes on meanwhile.

use acaso_shared::ids::PlazaName;
use acaso_shared::session::plaza::{PlazaCommand, PlazaNews};

use super::plaza::{facts, posts};
use super::*;

#[test]
fn a_plaza_is_chosen_after_the_rules_and_under_a_name() {
    let mut person = Person::with(Settings {
        server: "chat.example.org".to_owned(),
        ..Settings::default()
    });
    assert_eq!(person.does(Action::Plazas), [Effect::Save]);
    let Screen::Rules(rules) = &mut person.model.screen else {
        panic!("the rules come first")
    };
    assert_eq!(rules.way, Way::Plaza);
    rules.confirmed = true;
    let effects = person.does(Action::AgreeToRules);
    assert!(
        matches!(&effects[..], [Effect::Save, Effect::LookForPlazas(visit)] if visit.server.to_string() == "chat.example.org"),
        "{effects:?}"
    );
    person.is_told(OfPlazas::Listed(Ok(vec![facts("Feira", 31)])));
    let Some(Outing::Choosing(plazas)) = &mut person.model.outing else {
        panic!("the list is open")
    };
    plazas.goes_by.typed = Some("a\tb".to_owned());
    let enter = || Action::EnterPlaza(PlazaName::parse("Feira").unwrap());
    assert_eq!(person.does(enter()), [], "that is no name");
    let Some(Outing::Choosing(plazas)) = &mut person.model.outing else {
        panic!("the list is open still")
    };
    assert!(plazas.goes_by.bad.is_some());
    plazas.goes_by.typed = Some("Ana".to_owned());
    let effects = person.does(enter());
    assert!(
        matches!(&effects[..], [Effect::Save, Effect::EnterPlaza(visit)] if visit.visit.name.as_str() == "Ana"),
        "{effects:?}"
    );
    assert_eq!(person.model.settings.name, "Ana");
}

#[test]
fn a_list_that_fails_says_why_and_one_that_asks_for_a_login_asks_on_the_first_screen() {
    let mut person = Person::at_first();
    person.does(Action::Plazas);
    person.is_told(OfPlazas::Listed(Err(Problem::LinkLost)));
    assert!(
        matches!(&person.model.outing, Some(Outing::Choosing(p)) if matches!(p.state, Looking::Failed(_)))
    );
    assert!(matches!(
        person.does(Action::LookAgain)[..],
        [Effect::LookForPlazas(_)]
    ));
    let effects = person.is_told(OfPlazas::Listed(Err(Problem::LoginNeeded {
        host: "chat.example.org".to_owned(),
        account: false,
    })));
    assert!(matches!(effects[..], [Effect::Recall(_)]));
    assert!(person.model.outing.is_none() && person.model.first.login.is_some());
    person.model.first.login.as_mut().unwrap().password = "sesame".to_owned();
    let effects = person.does(Action::Plazas);
    let login = effects.iter().find_map(|effect| match effect {
        Effect::LookForPlazas(visit) => visit.login.clone(),
        _ => None,
    });
    assert!(login.is_some(), "{effects:?}");
}

#[test]
fn the_place_beside_a_stranger_is_kept_while_one_is_in_a_plaza() {
    let mut person = Person::waiting();
    person.waits(20 * SECOND);
    assert!(
        matches!(person.model.noticed()[..], [Effect::LookForPlazas(_)]),
        "the server is asked what there is to offer"
    );
    assert_eq!(person.model.noticed(), [], "once");
    person.is_told(OfPlazas::Listed(Ok(vec![facts("Café", 2), facts("Feira", 31)])));
    let Screen::Waiting(waiting) = &person.model.screen else {
        panic!("still waiting")
    };
    assert_eq!(waiting.plaza.as_ref().unwrap().people, 31);

    person.goes_in();
    assert_eq!(person.model.aside(), Some(Aside::Waiting));
    person.square().draft.body.text = "half a".to_owned();
    person.hears(joins(1, "Marina"));
    assert!(person.model.outing_in_front().is_some(), "nobody is torn away");
    assert_eq!(person.model.aside(), Some(Aside::Met(named("Marina"))));
    person.hears(writes(1, "hello?"));
    assert_eq!(person.chat().unread, 1, "not seen yet");
    person.does(Action::ToRoom);
    assert_eq!(person.chat().unread, 0);
    assert!(person.says("here I am").is_some());
    person.news(posts(3, "Rui", "where is Ana?"));
    person.does(Action::Leave);
    assert!(
        person.model.outing_in_front().is_some(),
        "and back among the others"
    );
    assert_eq!(person.draft().1, "half a");
    assert_eq!(person.model.aside(), None);
    person.does(Action::LeavePlaza);
    assert!(matches!(person.model.screen, Screen::First));
}

#[test]
fn a_plaza_that_lets_nobody_in_leads_back_to_the_list_and_one_that_ends_stays_on_screen() {
    let mut person = Person::at_first();
    person.does(Action::Plazas);
    person.is_told(OfPlazas::Listed(Ok(vec![facts("Feira", 1)])));
    person.does(Action::EnterPlaza(PlazaName::parse("Feira").unwrap()));
    person.news(PlazaNews::Closed(Ending::Problem(Problem::NoSuchPlaza)));
    assert!(
        matches!(&person.model.outing, Some(Outing::Choosing(p)) if matches!(p.state, Looking::Failed(_)))
    );

    let mut person = Person::in_a_plaza();
    person.writes_post("", "on its way").unwrap();
    person.news(posts(3, "Rui", "hello"));
    person.news(PlazaNews::Closed(Ending::Problem(Problem::Closing)));
    assert!(person.square().is_over());
    assert_eq!(person.sees_posts(), ["hello"]);
    assert_eq!(person.draft().1, "on its way", "nobody can say what became of it");
    assert_eq!(
        person.does(Action::LeavePlaza),
        [],
        "there is nobody to take leave of"
    );
}

#[test]
fn a_draft_is_there_again_when_one_comes_back_to_that_plaza() {
    let mut person = Person::in_a_plaza();
    person.square().draft.subject = "Soup".to_owned();
    person.square().draft.body.text = "half a".to_owned();
    assert_eq!(
        person.does(Action::LeavePlaza),
        [Effect::AskPlaza(PlazaCommand::Leave)]
    );
    assert!(person.model.outing.is_none());
    person.does(Action::Plazas);
    person.does(Action::EnterPlaza(PlazaName::parse("Café").unwrap()));
    assert_eq!(person.draft(), Default::default(), "not in another one");
    person.does(Action::LeavePlaza);
    person.goes_in();
    assert_eq!(person.draft(), ("Soup".to_owned(), "half a".to_owned()));
    assert_eq!(person.square().draft.note, Some(PostNote::Kept));
}

#[test]
fn what_had_no_answer_when_the_plaza_was_left_is_there_again_until_it_is_seen_to_stand_there() {
    let mut person = Person::in_a_plaza();
    person.writes_post("Soup", "at seven").unwrap();
    person.writes_post("", "or eight").unwrap();
    person.square().draft.body.text = "half a".to_owned();
    person.does(Action::LeavePlaza);
    person.goes_in_as(12);
    assert_eq!(
        person.draft(),
        (String::new(), "Soup\nat seven\nor eight\nhalf a".to_owned())
    );
    assert_eq!(person.square().draft.note, Some(PostNote::Unknown));
    person.news(posts(9, "Ana", "or eight"));
    assert_eq!(person.draft().1, "Soup\nat seven\nhalf a", "posted after all");
    assert_eq!(person.square().unread, 0, "by oneself");
}

#[test]
fn the_window_asks_before_a_post_without_an_answer_or_a_mere_subject_is_lost() {
    let mut person = Person::in_a_plaza();
    assert!(person.model.may_close());
    person.square().draft.subject = "Soup".to_owned();
    assert!(!person.model.may_close());
    person.square().draft.subject.clear();
    let id = person.writes_post("", "at seven").unwrap();
    assert!(!person.model.may_close());
    person.does(Action::LeavePlaza);
    assert!(!person.model.may_close(), "nor once it was left");
    person.goes_in();
    person.square().draft.body.text.clear();
    person.waits(SECOND);
    assert!(person.model.may_close());
    assert_ne!(person.writes_post("", "at eight"), Some(id));
}

#[test]
fn drafts_of_all_plazas_of_a_server_are_kept() {
    let mut person = Person::at_first();
    let names: Vec<String> = (0..32).map(|n| format!("Feira {n}")).collect();
    for name in &names {
        person.does(Action::Plazas);
        person.does(Action::EnterPlaza(PlazaName::parse(name).unwrap()));
        person.square().draft.body.text.clone_from(name);
        person.does(Action::LeavePlaza);
    }
    for name in &names {
        person.does(Action::Plazas);
        person.does(Action::EnterPlaza(PlazaName::parse(name).unwrap()));
        assert_eq!(person.draft().1, *name);
        person.does(Action::LeavePlaza);
    }
}
