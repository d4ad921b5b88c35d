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
    let question = match closing {
        Closing::Draft { plaza } => Question {
            body: words.fill(Key::CloseDraft, &[("plaza", plaza.into())]),
            keep: words.get(Key::CloseKeep),
            close: words.get(Key::CloseAnyway),
            title,
        },
        Closing::Words { circle } => Question {
            body: words.fill(
                Key::CloseWords,
                &[("circle", words.circle(circle.as_deref()).into())],
            ),
            keep: words.get(Key::CloseKeep),
            close: words.get(Key::CloseAnyway),
            title,
        },
        Closing::Hosting { people } => Question {
            body: words.fill(Key::CloseHosting, &[("people", (*people).into())]),
            keep: words.get(Key::HostKeep),
            close: words.get(Key::CloseHostingAnyway),
            title,
        },
    };
    question_ui(ui, &question, take_focus, words).map(|close| match close {
        true => Action::CloseAnyway,
        false => Action::KeepOpen,
    })
}

/// Something that cannot be taken back.
pub(super) struct Question {
    /// What it is about.
    pub(super) title: String,
    /// What would be lost.
    pub(super) body: String,
    /// Not to do it.
    pub(super) keep: String,
    /// To do it.
    pub(super) close: String,
}

/// Asks over whatever is on screen. Answers whether it is to be done, once that is said.
pub(super) fn question_ui(ui: &Ui, question: &Question, take_focus: bool, words: &Words) -> Option<bool> {
    let Question {
        title,
        body,
        keep,
        close,
    } = question;
    let (answer, away) = sheet(ui, Id::unique("closing"), title, Place::Middle, |ui| {
        heading(ui, title);
        ui.add_space(gap::HAIR);
        text(ui, body, role::SECONDARY, palette(ui).text);
        ui.add_space(gap::BASE);
        let keep_button = Button::new(keep, Kind::Main)
            .height(36.0)
            .take_focus(take_focus)
            .tip(hint(words, keep, Shortcut::Escape));
        let close_button = Button::new(close, Kind::Danger).height(36.0);
        button_row(ui, vec![(keep_button, false), (close_button, true)])
    });
    answer.or(away.then_some(false))
}
