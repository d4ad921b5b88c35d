//! The keyboard: which keys work on which screen, beyond what the focused control takes for itself.

use egui::{Event, InputState, Key, Modifiers, Popup, Ui};

use crate::action::{Action, Change, Invite};
use crate::model::{Circle, Model, Outing, Presence, Screen, Standing, WaitState};
use crate::prefs::TEXT_PERCENTS;

/// Keys with Control that belong to the screen, or to every screen.
pub(super) fn shortcut(ui: &Ui, model: &Model) -> Option<Action> {
    let pressed = |key| ui.input_mut(|input| take(input, key));
    if let Some(percent) = text_size(&pressed, model.settings.text_percent) {
        return Some(Action::Change(Change::TextPercent(percent)));
    }
    let is_asking = model.closing.is_some() || model.host.question.is_some();
    if !is_asking && take_shifted(ui, Key::N) {
        return Some(Action::NewWindow);
    }
    if model.page.is_some() || is_asking {
        return None;
    }
    let asked = matches!(model.screen, Screen::Identity(_)) && model.outing_in_front().is_none();
    if !asked && pressed(Key::Comma) {
        return Some(Action::OpenSettings);
    }
    if !asked && model.host.offered && pressed(Key::H) {
        return Some(Action::OpenHost);
    }
    let keys = match model.outing_in_front() {
        Some(outing) => of_outing(outing),
        None => of_screen(model),
    };
    keys.into_iter()
        .find_map(|(key, action)| pressed(key).then_some(action))
}

/// A key that is held down was pressed once. Without this, whoever holds Enter a moment too long after `QUIT` meets the next
/// stranger, and confirms what wants a second, deliberate press.
pub(super) fn forget_repeats(ui: &Ui, model: &Model) {
    // Where Enter begins a new line, several may be wanted.
    let writing = matches!(model.outing_in_front(), Some(Outing::Inside(plaza)) if plaza.sheet.is_none());
    ui.input_mut(|input| {
        input.events.retain(|event| {
            let held = matches!(event, Event::Key { key: key @ (Key::Enter | Key::Space | Key::Escape), repeat: true, modifiers, .. }
                if !(modifiers.shift || writing && *key == Key::Enter));
            !held
        });
    });
}

/// Takes the press of this key with Control, if there is one. egui's own matching would also take it with Shift, which is another
/// shortcut, and with Alt, which on many keyboards is how a letter is typed.
fn take(input: &mut InputState, key: Key) -> bool {
    // The sign may need Shift, depending on the keyboard.
    let is_sign = matches!(key, Key::Plus | Key::Equals | Key::Minus);
    let is_it = |event: &Event| match event {
        Event::Key {
            key: pressed_key,
            pressed: true,
            repeat: false,
            modifiers,
            ..
        } => *pressed_key == key && modifiers.command && !modifiers.alt && (is_sign || !modifiers.shift),
        _ => false,
    };
    let before = input.events.len();
    input.events.retain(|event| !is_it(event));
    input.events.len() < before
}

/// Takes the press of this key with Control and Shift, if there is one.
fn take_shifted(ui: &Ui, key: Key) -> bool {
    let is_it = |event: &Event| match event {
        Event::Key {
            key: pressed_key,
            pressed: true,
            repeat: false,
            modifiers,
            ..
        } => *pressed_key == key && modifiers.command && modifiers.shift && !modifiers.alt,
        _ => false,
    };
    ui.input_mut(|input| {
        let before = input.events.len();
        input.events.retain(|event| !is_it(event));
        input.events.len() < before
    })
}

/// Escape: back, cancel, stay away. What is open or focused has taken it already.
pub(super) fn plain(ui: &Ui, model: &Model) -> Option<Action> {
    if Popup::is_any_open(ui.ctx()) || model.closing.is_some() || model.host.question.is_some() {
        return None;
    }
    if model.page.is_none()
        && matches!(
            model.outing_in_front(),
            Some(Outing::Inside(_) | Outing::Circle(_))
        )
    {
        return None;
    }
    let action = match (&model.page, &model.screen) {
        (Some(_), _) => Action::ClosePage,
        (None, _) if model.outing_in_front().is_some() => Action::ClosePage,
        (None, Screen::Rules(_)) => Action::DeclineRules,
        (None, Screen::Invitation) => Action::Invitation(Invite::Close),
        (None, Screen::Waiting(_)) => Action::Cancel,
        (None, Screen::Identity(_)) => Action::DoNotConnect,
        (None, Screen::First | Screen::Chat(_)) => return None,
    };
    ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))
        .then_some(action)
}

/// The keys of the screen, for what can be done there now.
fn of_screen(model: &Model) -> Vec<(Key, Action)> {
    match &model.screen {
        Screen::Rules(_) | Screen::Identity(_) => Vec::new(),
        Screen::Invitation => Vec::new(),
        Screen::First => vec![
            (Key::P, Action::Plazas),
            (Key::K, Action::Circles),
            (Key::I, Action::Invitation(Invite::Open)),
        ],
        Screen::Waiting(waiting) if !waiting.is_for_stranger() => vec![(Key::R, Action::TryNow)],
        Screen::Waiting(waiting) => match waiting.state {
            WaitState::TryingAgain { .. } => vec![(Key::R, Action::TryNow), (Key::P, Action::Plazas)],
            WaitState::Calling { .. } | WaitState::Seated { .. } => {
                vec![
                    (Key::B, Action::TellMe),
                    (Key::P, Action::Plazas),
                    (Key::I, Action::Invitation(Invite::Open)),
                ]
            }
        },
        Screen::Chat(conversation) => {
            let mut keys = vec![
                (Key::N, Action::Next),
                (Key::L, Action::Leave),
                (Key::End, Action::ToNewest),
                (Key::P, Action::ToPlaza),
            ];
            if conversation.is_talking() && !conversation.is_open() {
                keys.push((Key::S, Action::SafetyPhrase));
            }
            if conversation.line.ours.is_some() {
                keys.push((Key::R, Action::TryNow));
            }
            if let Presence::Left(left) = &conversation.presence {
                if !conversation.by_code {
                    keys.push((Key::E, Action::WaitHere));
                }
                if matches!(left.state, WaitState::TryingAgain { .. }) {
                    keys.push((Key::R, Action::TryNow));
                }
            }
            keys
        }
    }
}

/// The keys among others.
fn of_outing(outing: &Outing) -> Vec<(Key, Action)> {
    let plaza = match outing {
        Outing::Choosing(_) => return vec![(Key::R, Action::LookAgain)],
        Outing::Door(_) => return Vec::new(),
        Outing::Circle(circle) => return of_circle(circle),
        Outing::Inside(plaza) => plaza,
    };
    let mut keys = vec![
        (Key::L, Action::LeavePlaza),
        (Key::End, Action::ToNewest),
        (Key::M, Action::People),
    ];
    if plaza.sheet.is_none() {
        keys.push((Key::Enter, Action::Post));
    }
    if matches!(plaza.standing, Standing::Lost(_)) {
        keys.push((Key::R, Action::TryNow));
    }
    keys
}

/// The keys in a circle.
fn of_circle(circle: &Circle) -> Vec<(Key, Action)> {
    let mut keys = vec![
        (Key::L, Action::LeaveCircle),
        (Key::End, Action::ToNewest),
        (Key::M, Action::People),
    ];
    if circle.lobby_lost.is_some() || circle.members.any_missing() {
        keys.push((Key::R, Action::TryNow));
    }
    keys
}

/// The next larger or smaller text, or the usual one.
fn text_size(pressed: &impl Fn(Key) -> bool, now: u16) -> Option<u16> {
    if pressed(Key::Plus) || pressed(Key::Equals) {
        return TEXT_PERCENTS.into_iter().find(|percent| *percent > now);
    }
    if pressed(Key::Minus) {
        return TEXT_PERCENTS.into_iter().rev().find(|percent| *percent < now);
    }
    pressed(Key::Num0).then_some(100)
}
