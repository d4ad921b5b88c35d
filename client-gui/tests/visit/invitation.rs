//! Meeting somebody one knows, by a code.

use std::collections::BTreeMap;

use acaso_shared::ids::{Code, Fingerprint};
use acaso_shared::protocol::room::Closing;
use acaso_shared::server_link::ServerLink;
use acaso_shared::session::{Ending, Partner, Visit, Way};

use crate::prelude::*;

const CODE: &str = "7-crossover-clockwork";

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn invited(secs: u64) -> Event {
    Event::Invited {
        port: port(),
        code: code(CODE),
        good_for_millis: secs * 1000,
    }
}

/// Somebody with the code comes.
fn comes(id: u64, name: &str) -> Event {
    let Event::Paired(partner) = joins(id, name) else {
        panic!("somebody joins")
    };
    Event::Paired(Partner {
        had_code: true,
        ..partner
    })
}

fn ended(closing: Closing) -> Event {
    Event::Closed {
        conversation: None,
        ending: Ending::Closing(closing),
    }
}

/// The one visit that was asked for.
fn visit(ana: &Person) -> Visit {
    let asked = ana.asked();
    let [Command::Meet(visit)] = &asked[..] else {
        panic!("{asked:?}")
    };
    visit.clone()
}

impl Person {
    fn opens_invitations(&mut self) {
        self.presses_with(Modifiers::COMMAND, Key::I);
        assert!(self.sees("Meet somebody you know"));
    }

    fn makes_a_code(&mut self) {
        self.opens_invitations();
        self.presses(Key::Enter);
        self.hears(Event::Calling { attempt: 1 });
        self.hears(invited(581));
    }

    fn enters(&mut self, text: &str) {
        self.window
            .get_by_role_and_label(Role::RadioButton, "Code: Enter a code")
            .click();
        self.look();
        assert_eq!(self.keyboard_is_at(), "Code");
        self.types(text);
        self.presses(Key::Enter);
    }
}

#[test]
fn a_code_is_made_read_copied_and_somebody_comes() {
    let mut ana = Person::known();
    ana.clicks("Invitation");
    assert!(ana.sees("Meet somebody you know") && ana.sees("At chat.example.org, as Ana."));
    assert_eq!(ana.asked(), [], "nobody is called without a press");
    assert_eq!(ana.keyboard_is_at(), "Make a code");
    ana.presses(Key::Enter);
    assert_eq!(visit(&ana).way, Way::Invite);
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(invited(581));
    assert!(ana.sees(CODE) && ana.sees("Read this to one person"));
    assert!(ana.sees("Good for 9:41, for one person, once") && ana.sees("Waiting for them"));
    assert!(ana.sees("a wrong word spends the code, and so does a connection that breaks meanwhile."));
    ana.waits(2);
    assert!(ana.sees("Good for 9:39"));
    ana.clicks("Copy code");
    assert_eq!(ana.copied().as_deref(), Some(CODE));
    assert!(ana.sees("Copied"));
    ana.clicks("Copy link");
    assert_eq!(
        ana.copied().as_deref(),
        Some("acaso://chat.example.org/7-crossover-clockwork")
    );
    assert!(ana.sees("The link of this invitation, as a picture"));

    ana.hears(comes(1, "Marina"));
    assert!(ana.sees("Met with a code · encrypted between you two") && ana.sees("You met with a code"));
    assert!(
        !ana.sees("Next"),
        "one does not go on from somebody one knows by mistake"
    );
    let kept = ana.world.borrow().kept.clone().unwrap();
    assert!(!format!("{kept:?}").contains("crossover"));
}

#[test]
fn the_rules_of_a_server_are_read_before_a_code_is_made_there() {
    let mut beginning = Beginning::known();
    beginning.settings.rules_accepted.clear();
    let mut ana = beginning.open();
    ana.presses_with(Modifiers::COMMAND, Key::I);
    assert!(ana.sees("Before you meet anyone"));
    ana.window
        .get_by_role_and_label(Role::CheckBox, "I am 18 or older, and I will keep to these rules")
        .click();
    ana.look();
    ana.clicks("Agree and go on");
    assert!(ana.sees("Meet somebody you know"));
    assert_eq!(ana.asked(), []);
    ana.presses(Key::Escape);
    assert!(ana.is_at_first());
}

#[test]
fn words_are_completed_by_tab_and_by_mouse() {
    let mut ana = Person::known();
    ana.opens_invitations();
    ana.window
        .get_by_role_and_label(Role::RadioButton, "Code: Enter a code")
        .click();
    ana.look();
    ana.types("7-cros");
    assert!(ana.sees("crossover"));
    ana.presses(Key::Tab);
    assert_eq!(ana.model().invitation.code, "7-crossover-");
    assert_eq!(ana.keyboard_is_at(), "Code", "Tab has not led away");
    ana.types("clo");
    ana.clicks("clockwork");
    assert_eq!(ana.model().invitation.code, CODE);
    assert_eq!(ana.keyboard_is_at(), "Code");
    ana.presses(Key::Tab);
    assert_ne!(ana.keyboard_is_at(), "Code", "there is nothing to complete");
    ana.clicks("Meet");
    assert_eq!(visit(&ana).way, Way::Code(code(CODE)));
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(comes(1, "Marina"));
    assert!(ana.sees("Met with a code"));
    ana.presses_with(Modifiers::COMMAND, Key::L);
    ana.opens_invitations();
    assert_eq!(ana.model().invitation.code, "", "it is used");
}

#[test]
fn what_is_no_code_is_said_under_the_field_and_stays_in_it() {
    let mut ana = Person::known();
    ana.opens_invitations();
    ana.enters("crossover");
    assert!(ana.sees("A code begins with its number, as in 7-crossover-clockwork."));
    assert_eq!(ana.keyboard_is_at(), "Code");
    for (typed, said) in [
        ("7-crossover", "A code has two words after its number, or four"),
        ("7-clockwork-crossover", "“clockwork” cannot be word 1 of a code"),
    ] {
        ana.presses_with(Modifiers::COMMAND, Key::A);
        ana.types(typed);
        ana.presses(Key::Enter);
        assert!(ana.sees(said), "{said}");
        assert_eq!(ana.model().invitation.code, typed);
    }
    assert_eq!(ana.asked(), [], "nobody was called");
    ana.presses(Key::Escape);
    ana.presses(Key::Escape);
    assert!(ana.is_at_first());
    ana.opens_invitations();
    assert!(ana.sees("7-clockwork-crossover"), "it is still there");
    let printed = format!("{:?} {:?}", ana.model().invitation, ana.world.borrow().kept);
    assert!(!printed.contains("clockwork"));
}

#[test]
fn a_wrong_word_and_a_code_nobody_waits_with_lead_back_to_the_field() {
    let mut ana = Person::known();
    ana.opens_invitations();
    ana.enters(CODE);
    for (problem, said) in [
        (
            Problem::WrongCode { spent: true },
            "The code is spent: make a new one.",
        ),
        (Problem::NoSuchInvitation, "Nobody waits with that code"),
        (Problem::CodeSpent, "This code is spent"),
    ] {
        ana.hears(Event::Calling { attempt: 1 });
        ana.hears(closed(problem));
        assert!(ana.sees(said) && ana.sees("Meet somebody you know"));
        assert_eq!(ana.keyboard_is_at(), "Code");
        assert_eq!(ana.model().invitation.code, CODE, "what was typed stays");
        ana.presses(Key::Enter);
        assert_eq!(ana.asked().len(), 1 + usize::from(said.contains("spent:")));
    }
}

#[test]
fn who_made_a_code_is_told_of_a_wrong_guess_and_can_make_another() {
    let mut ana = Person::known();
    ana.makes_a_code();
    ana.hears(closed(Problem::WrongCode { spent: true }));
    assert!(ana.sees("The words were not the same") && !ana.sees(CODE));
    ana.asked();
    ana.clicks("Make a code");
    assert_eq!(visit(&ana).way, Way::Invite);
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(invited(600));
    ana.hears(ended(Closing::NobodyCame));
    assert!(ana.sees("Nobody came in time") && ana.sees("The code is void."));
    assert_eq!(ana.keyboard_is_at(), "Make a code");
}

#[test]
fn waiting_is_cancelled_back_to_where_the_code_was_made() {
    let mut ana = Person::known();
    ana.makes_a_code();
    ana.asked();
    ana.presses(Key::Escape);
    assert_eq!(ana.asked(), [Command::Leave(Goodbye::Now)]);
    assert!(ana.sees("Make a code") && !ana.sees(CODE));
}

#[test]
fn a_lost_link_keeps_the_code_on_screen_and_the_engine_goes_back_to_it() {
    let mut ana = Person::known();
    ana.makes_a_code();
    ana.asked();
    ana.hears(Event::TryingAgain {
        problem: Problem::LinkLost,
        in_millis: 4_000,
    });
    assert!(ana.sees(CODE) && ana.sees("Trying again in 4 s. The code stays good meanwhile."));
    ana.clicks("Try now");
    assert_eq!(
        ana.asked(),
        [Command::TryNow],
        "a new visit would have a new code"
    );
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(invited(500));
    assert!(ana.sees("Good for 8:20") && ana.sees("Waiting for them"));
}

#[test]
fn the_link_says_by_what_the_server_is_known() {
    let mut ana = Person::known();
    let pin = Fingerprint::from([0xAB; 32]);
    ana.world.borrow_mut().pin = Some(pin);
    ana.makes_a_code();
    ana.clicks("Copy link");
    let copied = ana.copied().unwrap();
    let link: ServerLink = copied.parse().unwrap();
    assert_eq!((link.identity, link.code), (Some(pin), Some(code(CODE))));
}

#[test]
fn once_somebody_came_the_code_is_off_the_screen_also_when_the_link_is_lost() {
    let mut ana = Person::known();
    ana.makes_a_code();
    ana.asked();
    ana.hears(Event::Comparing { port: port() });
    assert!(ana.sees("Comparing the words") && ana.sees("Nothing is said before"));
    let gone = |ana: &Person| !ana.sees(CODE) && !ana.sees("as a picture") && !ana.sees("Good for");
    assert!(gone(&ana));
    ana.hears(Event::TryingAgain {
        problem: Problem::LinkLost,
        in_millis: 4_000,
    });
    assert!(ana.sees("Trying again in 4 s") && !ana.sees("stays good") && gone(&ana));
    ana.clicks("Try now");
    assert_eq!(ana.asked(), [Command::TryNow]);
    ana.hears(Event::Comparing { port: port() });
    ana.hears(comes(1, "Marina"));
    assert!(ana.sees("Met with a code"));
}

#[test]
fn after_they_have_left_there_is_no_waiting_here() {
    let mut ana = Person::known();
    ana.makes_a_code();
    ana.hears(comes(1, "Marina"));
    ana.says("hello");
    ana.presses_with(Modifiers::COMMAND, Key::N);
    ana.presses_with(Modifiers::COMMAND, Key::N);
    assert!(ana.sees("Write to Marina"), "there is no next one");
    ana.hears(leaves(1));
    ana.hears(ended(Closing::RendezvousOver));
    assert!(ana.sees("Marina said goodbye") && ana.sees("hello") && !ana.sees("Wait here"));
    ana.asked();
    ana.clicks("Meet the next stranger");
    assert_eq!(visit(&ana).way, Way::Stranger);

    let mut ana = Person::known();
    ana.makes_a_code();
    ana.hears(comes(1, "Marina"));
    ana.hears(leaves(1));
    ana.hears(ended(Closing::RendezvousOver));
    ana.clicks("Make a new code");
    assert!(ana.sees("Meet somebody you know"));
    assert!(!ana.sees("Marina"), "the conversation is erased");
}

#[test]
fn a_password_is_asked_for_on_the_same_screen() {
    let mut ana = Person::known();
    ana.world.borrow_mut().keyring = Some(BTreeMap::new());
    ana.opens_invitations();
    ana.enters(CODE);
    ana.asked();
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(closed(Problem::LoginNeeded {
        host: "chat.example.org".to_owned(),
        account: false,
    }));
    assert!(ana.sees("This server asks for a password") && ana.sees(CODE));
    assert_eq!(ana.keyboard_is_at(), "Password");
    ana.types("sésame");
    ana.presses(Key::Enter);
    let visit = visit(&ana);
    assert_eq!(visit.way, Way::Code(code(CODE)));
    assert_eq!(visit.login.unwrap().password.as_str(), "sésame");
}

#[test]
fn who_waits_for_a_stranger_invites_in_another_window_and_keeps_the_place() {
    let mut ana = Person::waiting();
    ana.asked();
    ana.waits(16);
    ana.clicks("Invite somebody you know");
    assert_eq!(
        ana.world.borrow().invitations,
        [Some("chat.example.org".to_owned())]
    );
    assert_eq!(ana.asked(), []);
    assert!(ana.sees("The other seat is free"));

    let mut beginning = Beginning::known();
    beginning.wanted.invitation = true;
    let other = beginning.open();
    assert!(other.sees("Meet somebody you know"));
    assert_eq!(other.asked(), []);
}

#[test]
fn a_link_with_a_code_fills_everything_in_and_calls_nobody_by_itself() {
    let identity = "ab".repeat(32);
    let link = format!("acaso://chat.example.org/{CODE}#{identity}");
    let mut beginning = Beginning::known();
    beginning.wanted.server = Some(link.clone());
    let mut ana = beginning.open();
    assert!(ana.sees("Meet somebody you know"));
    assert_eq!(ana.model().invitation.code, CODE);
    assert_eq!(ana.keyboard_is_at(), "Code");
    assert_eq!(ana.asked(), [], "nobody is called without a press");
    ana.presses(Key::Enter);
    let visit = visit(&ana);
    assert_eq!(visit.way, Way::Code(code(CODE)));
    assert!(visit.identity.is_some(), "the link says whom to find there");
    let kept = ana.world.borrow().kept.clone().unwrap();
    assert!(
        !format!("{kept:?}").contains("crossover"),
        "the code is not written down"
    );

    let mut ana = Person::known();
    ana.window.get_by_label("Server").focus();
    ana.look();
    ana.presses_with(Modifiers::COMMAND, Key::A);
    ana.types(&link);
    assert!(ana.sees("Go to this invitation"));
    ana.presses(Key::Enter);
    assert!(ana.sees("Meet somebody you know") && ana.sees(CODE));
    assert_eq!(ana.asked(), []);
    ana.presses(Key::Escape);
    assert_eq!(
        ana.model().first.server,
        format!("acaso://chat.example.org/#{}", identity.to_uppercase())
    );
}

#[test]
fn a_link_to_an_unknown_server_asks_for_its_rules_first() {
    let mut beginning = Beginning::known();
    beginning.wanted.server = Some(format!("acaso://192.0.2.9:2000/{CODE}"));
    let mut ana = beginning.open();
    assert!(ana.sees("Asked once for 192.0.2.9:2000"));
    ana.window
        .get_by_role_and_label(Role::CheckBox, "I am 18 or older, and I will keep to these rules")
        .click();
    ana.look();
    ana.clicks("Agree and go on");
    assert!(ana.sees(CODE) && ana.sees("At 192.0.2.9:2000, as Ana."));
    assert_eq!(ana.asked(), []);
}

#[test]
fn everything_is_in_reach_in_small_windows_and_in_portuguese() {
    for beginning in [Beginning::known().narrow(), Beginning::known().low()] {
        let mut ana = beginning.in_portuguese().open();
        ana.presses_with(Modifiers::COMMAND, Key::I);
        assert!(ana.sees("Encontrar um conhecido"));
        ana.presses(Key::Enter);
        ana.hears(Event::Calling { attempt: 1 });
        ana.hears(invited(581));
        assert!(ana.sees(CODE) && ana.sees("Vale por 9:41"));
        ana.clicks("Copiar link");
        ana.clicks("Cancelar");
        assert!(ana.sees("Criar um código"));
    }
}
