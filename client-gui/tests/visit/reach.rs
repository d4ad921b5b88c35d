//! Everything is in reach: by Tab, in narrow windows, at large text, in both languages.

use crate::prelude::*;

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
    assert_eq!(
        round,
        [
            "Server",
            "Your name",
            "Meet a stranger",
            "Invitation",
            "Plaza",
            "Circle",
            "Host on this computer",
            "Settings"
        ]
    );

    let mut ana = Person::known();
    ana.presses_with(Modifiers::COMMAND, Key::P);
    ana.finds_feira();
    let round = tab_round(&mut ana);
    assert_eq!(round, ["Feira", "Look again", "Back"]);
    ana.presses(Key::Escape);
    let mut ana = ana.goes_to_the_plaza();
    ana.types("so that it can be posted");
    let round = tab_round(&mut ana);
    assert_eq!(
        round,
        ["Write to the plaza", "Send", "Leave", "Subject, if you like"]
    );

    let mut ana = Person::talking();
    ana.types("so that it can be sent");
    let round = tab_round(&mut ana);
    assert_eq!(
        round,
        [
            "Write to Marina",
            "Send",
            "Safety phrase",
            "Next",
            "Leave",
            "More"
        ]
    );
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
fn in_a_low_window_staying_away_is_in_sight_all_the_time() {
    let mut ana = Beginning::known().low().open().goes_waiting();
    ana.hears(identity_changed());
    let stay = ana
        .window
        .get_by_role_and_label(Role::Button, "Do not connect")
        .rect();
    assert!(stay.bottom() <= 300.0, "{stay:?}");
    assert_eq!(ana.keyboard_is_at(), "Do not connect");
    ana.presses(Key::Enter);
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
