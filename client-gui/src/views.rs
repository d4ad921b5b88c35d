//! The screens: each draws a part of the model and returns what the person wishes. They own nothing and do no I/O.

mod chat;
mod circle;
mod circle_door;
mod closing;
mod first;
mod host;
mod identity;
mod invitation;
mod invited;
mod plaza;
mod plazas;
mod rules;
mod settings;
mod waiting;

mod code_words;
mod group;
mod header_bar;
mod hints;
mod key_card;
mod name_field;
mod news_pill;
mod note;
mod sheet_link;
mod strips;
mod top_bar;

pub use chat::chat_ui;
pub use circle::circle_ui;
pub use circle_door::door_ui;
use closing::closing_ui;
pub use first::first_ui;
pub use identity::identity_ui;
pub use invitation::invitation_ui;
use invited::invited_ui;
pub use plaza::plaza_ui;
pub use plazas::plazas_ui;
pub use rules::rules_ui;
pub use settings::settings_ui;
pub use waiting::waiting_ui;

use egui::Ui;

use crate::action::Action;
use crate::model::{Front, Model, Outing, Page, Screen};
use crate::wording::Words;

/// Draws the window. `little_motion` is what the person and the desktop want together.
pub fn window_ui(ui: &mut Ui, model: &mut Model, words: &Words, little_motion: bool) -> Option<Action> {
    let wished = front_ui(ui, model, words, little_motion);
    if model.host.question.is_some() && model.closing.is_none() {
        return host::stop_question_ui(ui, &mut model.host, words);
    }
    let take_focus = std::mem::take(&mut model.closing_focus);
    match &model.closing {
        // What lies under a question is not pressed.
        Some(closing) => closing_ui(ui, closing, take_focus, words),
        None => wished,
    }
}

/// What stands in front, of page, outing and screen.
fn front_ui(ui: &mut Ui, model: &mut Model, words: &Words, little_motion: bool) -> Option<Action> {
    if !matches!(model.screen, Screen::Chat(_)) {
        chat::forget(ui.ctx());
    }
    if !matches!(model.outing, Some(Outing::Inside(_))) {
        plaza::forget(ui.ctx());
    }
    if !matches!(model.outing, Some(Outing::Circle(_))) {
        circle::forget(ui.ctx());
    }
    match &mut model.page {
        Some(Page::Settings) => return settings_ui(ui, &model.settings, words),
        Some(Page::Rules(rules)) => return rules_ui(ui, rules, words),
        Some(Page::Host) => return host::host_ui(ui, &mut model.host, words),
        None => {}
    }
    let aside = model.aside();
    match &mut model.outing {
        Some(Outing::Choosing(plazas)) if model.front == Front::Outing => {
            return plazas_ui(ui, plazas, words);
        }
        Some(Outing::Inside(plaza)) if model.front == Front::Outing => {
            return plaza_ui(ui, plaza, aside.as_ref(), words);
        }
        Some(Outing::Door(door)) if model.front == Front::Outing => {
            return door_ui(ui, door, words);
        }
        Some(Outing::Circle(circle)) if model.front == Front::Outing => {
            return circle_ui(ui, circle, aside.as_ref(), words);
        }
        Some(_) | None => {}
    }
    let behind = model.company(words);
    let behind = behind.as_deref();
    match &mut model.screen {
        Screen::First => first_ui(ui, &mut model.first, &model.host, words),
        Screen::Rules(rules) => rules_ui(ui, rules, words),
        Screen::Invitation => invitation_ui(ui, &mut model.invitation, &mut model.first, words),
        Screen::Waiting(waiting) => waiting_ui(ui, waiting, behind, words),
        Screen::Chat(conversation) => chat_ui(ui, conversation, behind, words, little_motion),
        Screen::Identity(identity) => identity_ui(ui, identity, words),
    }
}
