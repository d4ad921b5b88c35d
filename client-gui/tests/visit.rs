//! One visit at the real window, from the first screen to the next partner, by what stands on the screen.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper that cannot help fails its test"
)]

mod support;

use acaso::prefs::{Language, ThemeChoice};
use acaso_shared::session::{Command, Goodbye, NotSent, Problem};
use acaso_shared::session::{ConversationId, Event, MessageId};
use eframe::egui::accesskit::Role;
use eframe::egui::{self, Key, Modifiers, Theme};
use egui_kittest::kittest::Queryable as _;
use support::*;

#[test]
fn the_first_time_one_names_a_server_reads_the_rules_and_meets_somebody() {
    let mut ana = Beginning::default().open();
    assert_eq!(ana.keyboard_is_at(), "Server", "nothing is known yet");
    ana.types("chat.example.org");
    ana.presses(Key::Tab);
    assert_eq!(ana.keyboard_is_at(), "Your name");
    ana.types("Ana");
    ana.presses(Key::Enter);
    assert!(ana.sees("Before you meet anyone") && ana.sees("Asked once for chat.example.org"));
    assert_eq!(ana.asked(), [], "nobody is called before the rules are read");

    ana.clicks("Agree and meet a stranger");
    assert_eq!(ana.asked(), [], "not confirmed");
    ana.window
        .get_by_role_and_label(Role::CheckBox, "I am 18 or older, and I will keep to these rules")
        .click();
    ana.look();
    ana.clicks("Agree and meet a stranger");
    let asked = ana.asked();
    let [Command::Meet(visit)] = &asked[..] else {
        panic!("{asked:?}")
    };
    assert_eq!(
        (visit.server.to_string().as_str(), visit.name.as_str()),
        ("chat.example.org", "Ana")
    );
    assert!(!visit.plain);

    ana.hears(Event::Calling { attempt: 1 });
    assert!(ana.sees("Calling chat.example.org"));
    ana.hears(Event::Waiting {
        port: port(),
        rooms_in_use: 107,
    });
    assert!(ana.sees("The other seat is free"));
    assert!(ana.sees("You are the only one waiting at chat.example.org. 107 rooms are in use."));
    ana.waits(8);
    assert!(ana.sees("Waiting for 0:08"));

    ana.hears(joins(1, "Marina"));
    assert!(ana.sees("Marina") && ana.sees("Room 4127 · encrypted between you two"));
    assert_eq!(ana.keyboard_is_at(), "Write to Marina");
    ana.says("olá 🌻 你好");
    assert_eq!(ana.said(), [(1, "olá 🌻 你好".to_owned())]);
    assert!(ana.sees("You, 14:02: olá 🌻 你好"));
    ana.hears(writes(1, "é você?"));
    assert!(ana.sees("Marina, 14:02: é você?"));

    ana.hears(leaves(1));
    assert!(
        ana.sees("Marina said goodbye") && ana.sees("é você?"),
        "the text stays"
    );
    ana.clicks("Wait here");
    ana.hears(joins(2, "Rui"));
    assert!(
        ana.sees("Write to Rui") && !ana.sees("é você?"),
        "and goes when somebody enters"
    );
    let kept = ana.world.borrow().kept.clone().unwrap();
    assert_eq!(
        (kept.server.as_str(), kept.name.as_str()),
        ("chat.example.org", "Ana")
    );
    assert_eq!(kept.servers, ["chat.example.org".parse().unwrap()]);
}

#[test]
fn the_second_time_one_enter_meets_somebody() {
    let mut ana = Person::known();
    assert_eq!(ana.keyboard_is_at(), "Meet a stranger");
    ana.presses(Key::Enter);
    assert!(matches!(ana.asked()[..], [Command::Meet(_)]));
}

#[test]
fn an_error_stands_beside_its_field_and_the_field_has_the_keyboard() {
    let mut ana = Person::known();
    ana.presses(Key::Enter);
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(closed(Problem::NameNotFound {
        host: "chat.exmaple.org".to_owned(),
    }));
    assert!(ana.sees("There is no server called chat.exmaple.org"));
    assert!(ana.sees("Check the address, then try again."));
    assert_eq!(ana.keyboard_is_at(), "Server");
    ana.types(".br");
    assert_eq!(
        ana.model().first.server,
        "chat.example.org.br",
        "the caret is at the end"
    );
    ana.presses(Key::Enter);
    assert!(!ana.sees("There is no server"));
}

#[test]
fn escape_goes_back_from_the_rules_and_from_waiting() {
    let mut beginning = Beginning::known();
    beginning.settings.rules_accepted.clear();
    let mut ana = beginning.open();
    ana.presses(Key::Enter);
    ana.presses(Key::Escape);
    assert!(ana.is_at_first());

    let mut ana = Person::waiting();
    ana.asked();
    ana.presses(Key::Escape);
    assert!(ana.is_at_first());
    assert_eq!(ana.asked(), [Command::Leave(Goodbye::Now)]);
}

#[test]
fn waiting_long_there_is_something_to_do_meanwhile() {
    let mut ana = Person::waiting();
    assert!(!ana.sees("Tell me when somebody comes"));
    ana.waits(16);
    ana.clicks("Tell me when somebody comes");
    ana.focuses(false);
    ana.hears(joins(1, "Marina"));
    let notices = ana.world.borrow().notices.clone();
    assert_eq!(
        notices.iter().map(|n| n.summary.as_str()).collect::<Vec<_>>(),
        ["Marina is here"]
    );
}

#[test]
fn a_lost_link_says_when_it_tries_again_and_can_be_told_to_at_once() {
    let mut ana = Person::waiting();
    ana.asked();
    ana.hears(Event::TryingAgain {
        problem: Problem::LinkLost,
        in_millis: 4_000,
    });
    assert!(ana.sees("Trying again in 4 s") && ana.sees("The connection was lost"));
    ana.waits(1);
    assert!(ana.sees("Trying again in 3 s"));
    ana.clicks("Try now");
    assert!(matches!(ana.asked()[..], [Command::Meet(_)]));
}

// ── The composer ──

#[test]
fn enter_sends_and_shift_enter_starts_a_line() {
    let mut ana = Person::talking();
    ana.types("one");
    ana.presses_with(Modifiers::SHIFT, Key::Enter);
    ana.types("two");
    assert_eq!(ana.said(), []);
    assert_eq!(ana.draft(), "one\ntwo");
    ana.presses(Key::Enter);
    assert_eq!(ana.said(), [(1, "one\ntwo".to_owned())]);
    assert_eq!(ana.draft(), "", "no line break of the Enter is left behind");
    ana.presses(Key::Enter);
    ana.says("  ");
    assert_eq!(ana.said(), [], "never empty");
}

#[test]
fn the_send_button_does_what_enter_does() {
    let mut ana = Person::talking();
    ana.types("by mouse");
    ana.clicks("Send");
    assert_eq!(ana.said(), [(1, "by mouse".to_owned())]);
    ana.types("on I type");
    assert_eq!(ana.draft(), "on I type", "the keyboard is back in the composer");
}

#[test]
fn enter_never_sends_while_an_input_method_is_composing() {
    let mut ana = Person::talking();
    ana.window.event(egui::Event::Ime(egui::ImeEvent::Preedit {
        text: "にほん".to_owned(),
        active_range_chars: None,
    }));
    ana.look();
    ana.presses(Key::Enter);
    assert_eq!(ana.said(), [], "that Enter was for the input method");
    ana.window
        .event(egui::Event::Ime(egui::ImeEvent::Commit("日本".to_owned())));
    ana.look();
    ana.presses(Key::Enter);
    assert_eq!(ana.said(), [(1, "日本".to_owned())]);
}

#[test]
fn quit_alone_leaves_and_say_quit_says_it() {
    let mut ana = Person::talking();
    ana.hears(writes(1, "a secret"));
    ana.asked();
    ana.says("/say QUIT");
    assert_eq!(ana.said(), [(1, "QUIT".to_owned())]);
    ana.says("QUIT");
    assert_eq!(ana.asked(), [Command::Leave(Goodbye::Now)]);
    assert!(ana.is_at_first() && !ana.sees("a secret"));
    assert_eq!(
        (ana.model().first.server.as_str(), ana.model().first.name.as_str()),
        ("chat.example.org", "Ana")
    );
}

#[test]
fn what_was_not_sent_is_back_in_the_composer_with_the_reason() {
    let mut ana = Person::talking();
    ana.says("Wait, which tram was it?");
    ana.hears(Event::NotSent {
        conversation: ConversationId(1),
        id: MessageId(0),
        text: text("Wait, which tram was it?"),
        reason: NotSent::TooFast { retry_after_secs: 3 },
    });
    assert_eq!(ana.draft(), "Wait, which tram was it?");
    assert!(ana.sees("you wrote faster than the server allows") && ana.sees("send it in 3 s"));
    assert!(!ana.sees("You, 14:02"), "nothing looks said that was not");
    ana.asked();
    ana.presses(Key::Enter);
    assert_eq!(ana.said(), [(1, "Wait, which tram was it?".to_owned())]);
}

// ── Never the wrong person ──

#[test]
fn a_draft_for_one_partner_goes_to_another_only_when_asked_for_twice() {
    let mut ana = Person::talking();
    ana.types("I had just found the recipe");
    ana.asked();
    ana.hears(leaves(1));
    assert_eq!(ana.draft(), "I had just found the recipe");
    ana.presses(Key::Enter);
    ana.hears(joins(2, "Rui"));
    assert!(ana.sees("you wrote this to Marina"));
    ana.presses(Key::Enter);
    assert_eq!(ana.asked(), [], "an Enter meant for Marina");
    ana.waits(2);
    ana.presses(Key::Enter);
    assert_eq!(ana.said(), []);
    assert!(ana.sees("Press Enter again to send it to Rui"));
    ana.waits(1);
    ana.presses(Key::Enter);
    assert_eq!(ana.said(), [(2, "I had just found the recipe".to_owned())]);
}

#[test]
fn a_key_held_down_was_pressed_once() {
    let mut ana = Person::talking();
    ana.types("QUIT");
    ana.asked();
    for _ in 0..5 {
        ana.window.key_down(Key::Enter);
        ana.look();
    }
    assert_eq!(ana.asked(), [Command::Leave(Goodbye::Now)]);
    assert!(ana.is_at_first(), "and nobody else is met by it");
    ana.window.key_up(Key::Enter);
    ana.presses(Key::Enter);
    assert!(matches!(ana.asked()[..], [Command::Meet(_)]));

    let mut ana = Person::talking();
    ana.hears(writes(1, "oi"));
    ana.asked();
    for _ in 0..5 {
        ana.window.key_down_modifiers(Modifiers::COMMAND, Key::N);
        ana.look();
    }
    assert_eq!(ana.asked(), [], "nor is anybody left by it");
}

#[test]
fn next_wants_its_key_twice_once_words_were_exchanged() {
    let mut ana = Person::talking();
    ana.hears(writes(1, "oi"));
    ana.asked();
    ana.presses_with(Modifiers::COMMAND, Key::N);
    assert!(ana.sees("Press again"));
    assert_eq!(ana.asked(), []);
    ana.presses_with(Modifiers::COMMAND | Modifiers::SHIFT, Key::N);
    ana.presses_with(Modifiers::COMMAND | Modifiers::ALT, Key::N);
    assert_eq!(ana.asked(), [], "other keys are other wishes");
    ana.waits(4);
    assert!(!ana.sees("Press again"), "forgotten after three seconds");
    ana.clicks("Next");
    ana.clicks("Press again");
    assert!(matches!(ana.asked()[..], [Command::Meet(_)]));
    assert!(ana.sees("Calling chat.example.org"));
}

#[test]
fn a_conversation_that_breaks_stays_on_screen_with_its_draft_and_the_reason() {
    let mut ana = Person::talking();
    ana.hears(writes(1, "and then"));
    ana.types("yes?");
    ana.hears(closed(Problem::LinkLost));
    assert!(ana.sees("The connection was lost") && ana.sees("and then"));
    assert_eq!(ana.draft(), "yes?");
    ana.presses_with(Modifiers::COMMAND, Key::L);
    assert!(ana.is_at_first());
}

// ── Another identity ──

#[test]
fn another_identity_blocks_and_staying_away_is_what_every_easy_key_does() {
    for key in [Key::Enter, Key::Escape, Key::Space] {
        let mut ana = Person::known();
        ana.presses(Key::Enter);
        ana.hears(identity_changed());
        ana.asked();
        assert!(ana.sees("This server shows another identity") && ana.sees("Do not connect"));
        assert_eq!(ana.keyboard_is_at(), "Do not connect");
        ana.presses(key);
        assert!(ana.is_at_first(), "{key:?}");
        assert_eq!(ana.asked(), [], "{key:?}");
    }
}

#[test]
fn the_new_identity_can_be_trusted_deliberately() {
    let mut ana = Person::known();
    ana.presses(Key::Enter);
    ana.hears(identity_changed());
    ana.asked();
    ana.clicks("Trust the new identity");
    assert!(matches!(ana.asked()[..], [Command::TrustIdentity { .. }]));
}

// ── Title, notices, pill ──

#[test]
fn a_window_behind_others_counts_in_its_title_and_gives_notice() {
    let mut ana = Person::talking();
    ana.hears(writes(1, "seen"));
    assert_eq!(ana.world.borrow().notices, [], "nothing for a window in front");
    ana.focuses(false);
    ana.hears(writes(1, "hello"));
    ana.hears(writes(1, "are you there?"));
    assert_eq!(
        ana.model().title(ana.window.state().words()),
        "(2) Marina · Acaso"
    );
    {
        let world = ana.world.borrow();
        let told: Vec<_> = world
            .notices
            .iter()
            .map(|n| (n.summary.as_str(), n.body.as_str()))
            .collect();
        assert_eq!(told, [("Marina", "hello"), ("Marina", "are you there?")]);
    }
    ana.focuses(true);
    assert_eq!(ana.model().title(ana.window.state().words()), "Marina · Acaso");
    assert_eq!(ana.world.borrow().withdrawn, 1);
}

#[test]
fn a_pill_counts_what_comes_below_and_leads_there() {
    let mut ana = Person::talking();
    for i in 0..60 {
        ana.world
            .borrow_mut()
            .events
            .push_back(writes(1, &format!("line {i}")));
    }
    ana.look();
    assert!(
        ana.sees("line 59") && !ana.sees("new message"),
        "at the bottom it stays there"
    );
    ana.window.hover_at(egui::pos2(480.0, 300.0));
    ana.window.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, 600.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: Modifiers::NONE,
    });
    ana.look();
    ana.hears(writes(1, "far below"));
    ana.hears(writes(1, "further below"));
    assert!(ana.sees("2 new messages") && !ana.sees("further below"));
    ana.clicks("2 new messages");
    assert!(ana.sees("further below") && !ana.sees("new messages"));
}

// ── Settings ──

#[test]
fn settings_take_effect_at_once_and_are_kept() {
    let mut ana = Person::known();
    ana.presses_with(Modifiers::COMMAND, Key::Comma);
    ana.window
        .get_by_role_and_label(Role::RadioButton, "Theme: Dark")
        .click();
    ana.look();
    assert_eq!(ana.window.ctx.theme(), Theme::Dark);
    ana.window
        .get_by_role_and_label(Role::RadioButton, "Language: Português")
        .click();
    ana.look();
    assert!(ana.sees("Aparência") && ana.sees("Idioma"));
    ana.window.get_by_role_and_label(Role::Switch, "Avisos").click();
    ana.look();
    ana.clicks("Reler as regras da casa");
    assert!(ana.sees("Seja gentil, ou vá embora.") && !ana.sees("Tenho 18 anos"));
    ana.presses(Key::Escape);
    ana.presses(Key::Escape);
    assert!(ana.is_at_first() && ana.sees("Conhecer alguém"));
    let kept = ana.world.borrow().kept.clone().unwrap();
    assert_eq!(
        (kept.theme, kept.language, kept.notices),
        (ThemeChoice::Dark, Language::Portuguese, false)
    );
}

#[test]
fn the_desktop_chooses_light_or_dark_unless_somebody_has() {
    let mut ana = Person::known();
    assert_eq!(ana.window.ctx.theme(), Theme::Light, "nobody knows");
    ana.desktop.send_modify(|desktop| desktop.dark = Some(true));
    ana.window.step();
    ana.look();
    assert_eq!(ana.window.ctx.theme(), Theme::Dark);
}

#[test]
fn the_keyboard_makes_text_larger_and_smaller() {
    let mut ana = Person::known();
    ana.presses_with(Modifiers::COMMAND, Key::Plus);
    assert_eq!(ana.model().settings.text_percent, 125);
    ana.presses_with(Modifiers::COMMAND, Key::Minus);
    ana.presses_with(Modifiers::COMMAND, Key::Minus);
    assert_eq!(ana.model().settings.text_percent, 100);
}

#[test]
fn a_disk_that_does_not_keep_settings_is_said_on_the_first_screen() {
    let mut ana = Person::known();
    ana.world.borrow_mut().complaint = Some("disk full".to_owned());
    ana.window.step();
    ana.look();
    assert!(ana.sees("Your settings could not be saved") && ana.sees("disk full"));
}

// ── Keyboard, width, languages ──

/// The names that Tab comes by, from where the keyboard is until it is there again.
fn tab_round(ana: &mut Person) -> Vec<String> {
    let mut names = vec![ana.keyboard_is_at()];
    for _ in 0..30 {
        ana.presses(Key::Tab);
        let name = ana.keyboard_is_at();
        if name == names[0] {
            return names;
        }
        names.push(name);
    }
    panic!("Tab does not come round: {names:?}");
}

#[test]
fn tab_follows_the_eye() {
    let mut ana = Beginning::default().open();
    let round = tab_round(&mut ana);
    assert_eq!(round, ["Server", "Your name", "Meet a stranger", "Settings"]);

    let mut ana = Person::talking();
    ana.types("so that it can be sent");
    let round = tab_round(&mut ana);
    assert_eq!(round, ["Write to Marina", "Send", "Next", "Leave"]);
}

#[test]
fn a_narrow_window_has_everything() {
    let mut ana = Beginning::known().narrow().open();
    assert!(ana.sees("Meet a stranger") && ana.sees("Server") && ana.sees("Your name"));
    ana = ana.goes_waiting().goes_talking();
    ana.says("hello");
    assert_eq!(ana.said(), [(1, "hello".to_owned())]);
    ana.clicks("Leave");
    assert!(ana.is_at_first());
}

#[test]
fn at_double_text_size_the_main_things_are_in_reach() {
    let mut beginning = Beginning::known();
    beginning.settings.text_percent = 200;
    beginning.size = (800.0, 600.0);
    let mut ana = beginning.open();
    assert!(ana.sees("Meet a stranger"));
    ana = ana.goes_waiting();
    ana.clicks("Cancel");
    ana = ana.goes_waiting().goes_talking();
    ana.says("hello");
    assert_eq!(ana.said(), [(1, "hello".to_owned())]);
    ana.hears(leaves(1));
    ana.clicks("Meet the next stranger");
    assert!(matches!(ana.asked()[..], [Command::Meet(_)]));
    ana.hears(identity_changed());
    ana.presses(Key::Escape);
    assert!(ana.is_at_first());
}

#[test]
fn every_screen_speaks_portuguese() {
    let mut beginning = Beginning::known().in_portuguese();
    beginning.settings.rules_accepted.clear();
    let mut ana = beginning.open();
    assert!(ana.sees("Conheça alguém por acaso"));
    ana.presses(Key::Enter);
    assert!(ana.sees("Antes de conhecer alguém"));
    ana.window.get_by_role(Role::CheckBox).click();
    ana.look();
    ana.clicks("Aceitar e conhecer alguém");
    ana.hears(Event::Calling { attempt: 1 });
    ana.hears(Event::Waiting {
        port: port(),
        rooms_in_use: 1,
    });
    assert!(ana.sees("Só você espera em chat.example.org. Uma sala em uso."));
    ana.waits(16);
    assert!(ana.sees("Avise quando alguém chegar"));
    ana.hears(joins(1, "Marina"));
    assert!(ana.sees("Sala 4127 · cifrada entre vocês"));
    ana.hears(leaves(1));
    assert!(ana.sees("Marina se despediu") && ana.sees("Esperar aqui"));
    ana.hears(closed(Problem::LinkLost));
    assert!(ana.sees("A conexão caiu"));
    ana.clicks("Sair");
    ana.clicks("Conhecer alguém");
    ana.hears(identity_changed());
    assert!(ana.sees("Este servidor mostra outra identidade") && ana.sees("desde 3 de março, 41 visitas"));
}

#[test]
fn closing_the_window_says_goodbye() {
    let ana = Person::talking();
    let world = std::rc::Rc::clone(&ana.world);
    let mut app = ana.window.into_state();
    eframe::App::on_exit(&mut app, None);
    assert!(world.borrow().ended);
}
