//! The screens: each draws a part of the model and returns what the person wishes. They own nothing and do no I/O.

mod chat;
mod first;
mod identity;
mod rules;
mod settings;
mod waiting;

mod hints;
mod top_bar;

pub use chat::chat_ui;
pub use first::first_ui;
pub use identity::identity_ui;
pub use rules::rules_ui;
pub use settings::settings_ui;
pub use waiting::waiting_ui;

use egui::Ui;

use crate::action::Action;
use crate::model::{Model, Page, Screen};
use crate::wording::Words;

/// Draws the window. `little_motion` is what the person and the desktop want together.
pub fn window_ui(ui: &mut Ui, model: &mut Model, words: &Words, little_motion: bool) -> Option<Action> {
    if !matches!(model.screen, Screen::Chat(_)) {
        chat::forget(ui.ctx());
    }
    match &mut model.page {
        Some(Page::Settings) => return settings_ui(ui, &model.settings, words),
        Some(Page::Rules(rules)) => return rules_ui(ui, rules, words),
        None => {}
    }
    match &mut model.screen {
        Screen::First => first_ui(ui, &mut model.first, words),
        Screen::Rules(rules) => rules_ui(ui, rules, words),
        Screen::Waiting(waiting) => waiting_ui(ui, waiting, words),
        Screen::Chat(conversation) => chat_ui(ui, conversation, words, little_motion),
        Screen::Identity(identity) => identity_ui(ui, identity, words),
    }
}
