//! The question before the window closes, over whatever is on screen.

use egui::{Id, Ui};

use super::hints::{Shortcut, hint};
use crate::action::Action;
use crate::model::Closing;
use crate::theme::{gap, palette, role};
use crate::widgets::button::{Button, Kind, button_row};
use crate::widgets::sheet::{Place, sheet};
use crate::widgets::text::{heading, text};
use crate::wording::{Key, Words};

/// Draws it. To stay has the keyboard: closing cannot be taken back.
pub(super) fn closing_ui(ui: &Ui, closing: &Closing, take_focus: bool, words: &Words) -> Option<Action> {
    let title = words.get(Key::CloseTitle);
    let Closing::Draft { plaza } = closing;
    let body = words.fill(Key::CloseDraft, &[("plaza", plaza.into())]);
    let (keep, close) = (words.get(Key::CloseKeep), words.get(Key::CloseAnyway));
    let (action, away) = sheet(ui, Id::unique("closing"), &title, Place::Middle, |ui| {
        heading(ui, &title);
        ui.add_space(gap::HAIR);
        text(ui, &body, role::SECONDARY, palette(ui).text);
        ui.add_space(gap::BASE);
        let keep_button = Button::new(&keep, Kind::Main)
            .height(36.0)
            .take_focus(take_focus)
            .tip(hint(words, &keep, Shortcut::Escape));
        let close_button = Button::new(&close, Kind::Danger).height(36.0);
        button_row(
            ui,
            vec![
                (keep_button, Action::KeepOpen),
                (close_button, Action::CloseAnyway),
            ],
        )
    });
    action.or(away.then_some(Action::KeepOpen))
}
