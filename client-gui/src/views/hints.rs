//! Tooltips that name a key beside what it does.

use crate::wording::{Key, Words};

/// A shortcut, as it is written in hints.
#[derive(Clone, Copy)]
pub(super) enum Shortcut {
    Enter,
    Escape,
    AltDown,
    /// Control with a letter or a sign.
    Control(&'static str),
    ControlEnd,
    ControlEnter,
    /// Control and Shift with a letter.
    ControlShift(&'static str),
}

/// What something does, with its shortcut in brackets.
pub(super) fn hint(words: &Words, what: &str, shortcut: Shortcut) -> String {
    let keys = keys(words, shortcut);
    words.fill(Key::KeyHint, &[("what", what.into()), ("keys", keys.into())])
}

/// A shortcut, as it is written.
pub(super) fn keys(words: &Words, shortcut: Shortcut) -> String {
    let control = |key: &str| words.fill(Key::KeyControl, &[("key", key.into())]);
    match shortcut {
        Shortcut::Enter => words.get(Key::KeyEnter),
        Shortcut::Escape => words.get(Key::KeyEscape),
        Shortcut::AltDown => words.get(Key::KeyAltDown),
        Shortcut::Control(key) => control(key),
        Shortcut::ControlShift(key) => words.fill(Key::KeyControlShift, &[("key", key.into())]),
        Shortcut::ControlEnd => control(&words.get(Key::KeyEnd)),
        Shortcut::ControlEnter => control(&words.get(Key::KeyEnter)),
    }
}
