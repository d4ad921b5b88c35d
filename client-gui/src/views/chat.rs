//! The conversation: who sits opposite, what was said, and where to write. When they have left, what remains of it.

mod bubble;
mod farewell;
mod foot;
mod header;
mod keep;
mod rows;
mod sheets;
mod strip;

use acaso_shared::session::ConversationId;
use egui::text_edit::TextEditState;
use egui::{CentralPanel, Context, Frame, Id, Ui};

use super::news_pill::news_pill;
use crate::action::Action;
use crate::model::Conversation;
use crate::theme::{Room, gap, palette};
use crate::widgets::history::{self, history};
use crate::widgets::meeting;
use crate::wording::Words;
pub(super) use bubble::{Bubble, Mood};
pub(super) use farewell::ending;
use rows::ConversationRows;

/// Draws the conversation; `behind` is the plaza that goes on meanwhile.
pub fn chat_ui(
    ui: &mut Ui,
    conversation: &mut Conversation,
    behind: Option<&str>,
    words: &Words,
    little_motion: bool,
) -> Option<Action> {
    forget_others(ui.ctx(), conversation.id);
    let (from_header, phrase_button) = header::header(ui, conversation, behind, words);
    let from_strip = strip::strip(ui, conversation, words);
    let from_foot = foot::foot(ui, conversation, words);
    let fill = palette(ui).bg;
    let central = CentralPanel::default()
        .frame(Frame::NONE.fill(fill))
        .show(ui, |ui| {
            let to_end = std::mem::take(&mut conversation.to_newest);
            let mut rows = ConversationRows::new(ui, conversation, words, little_motion);
            let shown = history(ui, history_id(), to_end, &mut rows);
            let link = rows.pressed.take().map(Action::AskLink);
            conversation.at_bottom = shown.at_end;
            if link.is_some() || shown.at_end || conversation.below == 0 {
                return link;
            }
            news_pill(ui, shown.rect, conversation.below, words)
        });
    let from_sheet = sheets::sheets(ui, conversation, phrase_button, words);
    from_sheet
        .or(from_header)
        .or(from_strip)
        .or(from_foot)
        .or(central.inner)
}

fn history_id() -> Id {
    Id::unique("history")
}

fn composer_id() -> Id {
    Id::unique("composer")
}

fn picture_id() -> Id {
    Id::unique("picture of the meeting")
}

/// What the toolkit remembers is about one conversation: the next one begins without it.
fn forget_others(ctx: &Context, conversation: ConversationId) {
    let shown = Id::unique("conversation shown");
    if ctx.data(|data| data.get_temp::<u64>(shown)) != Some(conversation.0) {
        forget(ctx);
        ctx.data_mut(|data| data.insert_temp(shown, conversation.0));
    }
}

/// Forgets what the toolkit remembers of a conversation. The text one can go back to by undoing is among it: it was typed for
/// one person, and a conversation that is over is erased.
pub(super) fn forget(ctx: &Context) {
    ctx.data_mut(|data| data.remove::<TextEditState>(composer_id()));
    history::forget(ctx, history_id());
    meeting::forget(ctx, picture_id());
}

/// The margin beside the conversation's column, in points.
fn margin(ui: &Ui) -> f32 {
    if Room::of(ui.ctx()).narrow() {
        gap::SNUG
    } else {
        gap::WIDE
    }
}

#[cfg(test)]
mod tests;
