//! Settings take effect at once and are kept.

use acaso::prefs::{Language, ThemeChoice};

use crate::prelude::*;

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
