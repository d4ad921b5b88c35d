//! The first screen and the rules: what is asked for, and how trouble is said.

use acaso_shared::address::ServerAddress;

use super::*;

#[test]
fn the_rules_of_a_server_are_asked_for_once_and_only_accepted_when_confirmed() {
    let mut person = Person::with(Settings::default());
    "Chat.Example.org".clone_into(&mut person.model.first.server);
    person.does(Action::Meet);
    assert!(matches!(person.model.screen, Screen::Rules(_)));
    assert_eq!(person.does(Action::AgreeToRules), [], "the box is not ticked");
    let Screen::Rules(rules) = &mut person.model.screen else {
        panic!("rules")
    };
    rules.confirmed = true;
    let effects = person.does(Action::AgreeToRules);
    assert!(matches!(
        effects[..],
        [Effect::Save, Effect::Ask(Command::Meet(_))]
    ));
    assert!(matches!(person.model.screen, Screen::Waiting(_)));

    person.does(Action::Cancel);
    person.does(Action::Meet);
    assert!(matches!(person.model.screen, Screen::Waiting(_)), "asked once");
    person.does(Action::Cancel);
    person.model.first.server.push_str(":2000");
    person.does(Action::Meet);
    assert!(matches!(person.model.screen, Screen::Rules(_)), "another server");
    person.does(Action::DeclineRules);
    assert!(matches!(person.model.screen, Screen::First));
}

#[test]
fn what_cannot_be_a_server_or_a_name_is_said_beside_its_field() {
    let mut person = Person::at_first();
    person.model.first.server.clear();
    assert_eq!(person.does(Action::Meet), []);
    assert_eq!(person.model.first.focus.take(), Some(Field::Server));
    "chat.example.org:99999".clone_into(&mut person.model.first.server);
    person.does(Action::Meet);
    assert_eq!(person.model.first.field_in_error(), Some(Field::Server));
    "chat.example.org".clone_into(&mut person.model.first.server);
    person.model.first.name = "x".repeat(40);
    person.does(Action::Meet);
    assert_eq!(person.model.first.field_in_error(), Some(Field::Name));
    person.model.first.name.clear();
    let effects = person.does(Action::Meet);
    let Some(Effect::Ask(Command::Meet(visit))) = effects.last() else {
        panic!("{effects:?}")
    };
    assert!(
        visit.name.as_str().starts_with("anonymous-"),
        "no name is a name, too"
    );
}

#[test]
fn a_problem_on_the_way_is_said_on_the_first_screen_filled_in() {
    let mut person = Person::at_first();
    person.does(Action::Meet);
    person.hears(Event::Calling { attempt: 1 });
    person.hears(closed(Problem::NameNotFound {
        host: "chat.example.org".to_owned(),
    }));
    assert!(matches!(person.model.screen, Screen::First));
    let first = &person.model.first;
    assert_eq!(
        (first.server.as_str(), first.name.as_str()),
        ("chat.example.org", "Ana")
    );
    assert_eq!(
        (first.field_in_error(), first.focus),
        (Some(Field::Server), Some(Field::Server))
    );
    let sentence = first.trouble.as_ref().unwrap().sentence(&words());
    assert_eq!(sentence.what, "There is no server called chat.example.org");
    person.does(Action::Meet);
    assert_eq!(person.model.first.trouble, None, "gone with the next try");
}

#[test]
fn a_problem_that_no_field_can_mend_leaves_the_keyboard_with_the_main_button() {
    let mut person = Person::at_first();
    person.does(Action::Meet);
    person.hears(Event::Closed {
        conversation: None,
        ending: Ending::Closing(Closing::Server),
    });
    assert_eq!(person.model.first.focus, Some(Field::Meet));
    assert_eq!(
        person.model.first.trouble,
        Some(Trouble::Closing(Closing::Server))
    );
}

#[test]
fn servers_that_let_us_in_are_remembered_the_latest_first() {
    let mut person = Person::waiting();
    assert_eq!(person.model.first.servers, ["chat.example.org".parse().unwrap()]);
    let again = person.hears(Event::Waiting {
        port: port(),
        rooms_in_use: 1,
    });
    assert_eq!(again, [], "nothing new to write");
    person.does(Action::Cancel);
    person.hears(Event::Closed {
        conversation: None,
        ending: Ending::Left,
    });
    let host: ServerAddress = "chat.example.org".parse().unwrap();
    let effects = person.does(Action::ForgetServer(host.clone()));
    assert_eq!(effects, [Effect::Save, Effect::Unremember(host)]);
    assert!(person.model.first.servers.is_empty() && person.model.settings.servers.is_empty());
}

#[test]
fn a_link_is_kept_with_its_identity_until_the_server_was_met() {
    let link = format!("acaso://chat.example.org/#{}", "ab".repeat(32));
    let mut person = Person::at_first();
    person.model.first.server.clone_from(&link);
    person.does(Action::Meet);
    assert_eq!(person.model.settings.server, link, "nobody was met yet");
    person.hears(Event::Calling { attempt: 1 });
    person.hears(closed(Problem::NameNotFound {
        host: "chat.example.org".to_owned(),
    }));
    assert_eq!(person.model.settings.server, link);

    let mut person = Person::with(person.model.settings.clone());
    let effects = person.does(Action::Meet);
    let Some(Effect::Ask(Command::Meet(visit))) = effects.last() else {
        panic!("{effects:?}")
    };
    assert!(visit.identity.is_some(), "after another start, too");
    person.hears(Event::Calling { attempt: 1 });
    let effects = person.hears(Event::Waiting {
        port: port(),
        rooms_in_use: 1,
    });
    assert_eq!(effects, [Effect::Save]);
    assert_eq!(person.model.settings.server, "chat.example.org");
}
