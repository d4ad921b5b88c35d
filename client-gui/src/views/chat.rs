//! The conversation: who sits opposite, what was said, and where to write. When they have left, what remains of it.

mod bubble;
mod farewell;
mod foot;
mod header;
mod rows;
mod sheets;
mod strip;

use acaso_shared::session::ConversationId;
use egui::epaint::Shadow;
use egui::text_edit::TextEditState;
use egui::{CentralPanel, Context, Frame, Id, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::hints::{Shortcut, hint};
use crate::action::Action;
use crate::model::Conversation;
use crate::theme::{Face, Room, gap, palette, role};
use crate::widgets::focus::focus_ring;
use crate::widgets::history::{self, history};
use crate::widgets::icon::{Icon, icon};
use crate::widgets::meeting;
use crate::wording::{Key, Words};
use rows::ConversationRows;

/// Draws the conversation.
pub fn chat_ui(
    ui: &mut Ui,
    conversation: &mut Conversation,
    words: &Words,
    little_motion: bool,
) -> Option<Action> {
    forget_others(ui.ctx(), conversation.id);
    let (from_header, phrase_button) = header::header(ui, conversation, words);
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
            pill(ui, shown.rect, conversation.below, words)
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

/// What came below while something older was being read; it leads there.
fn pill(ui: &Ui, history: Rect, count: usize, words: &Words) -> Option<Action> {
    let palette = palette(ui);
    let says = words.fill(Key::ChatNewMessages, &[("count", count.into())]);
    let role_of_words = role::BUTTON_SMALL.in_face(Face::SemiBold);
    let galley = ui
        .painter()
        .layout_job(role_of_words.job(&says, palette.on_chance));
    let (icon_size, padding, height) = (16.0, 16.0, 36.0);
    let width = galley.size().x + icon_size + gap::TIGHT + 2.0 * padding;
    let centre = pos2(history.center().x, history.bottom() - height / 2.0 - 6.0);
    let rect = Rect::from_center_size(centre, vec2(width, height)).round();
    let response = ui.interact(rect, Id::unique("new messages"), Sense::click());
    let painter = ui.painter();
    let corner = 18;
    let shadow = Shadow {
        offset: [0, 3],
        blur: 12,
        spread: 0,
        color: palette.shadow,
    };
    painter.add(shadow.as_shape(rect, corner));
    painter.rect_filled(rect, corner, palette.chance);
    if response.has_focus() {
        focus_ring(ui, rect, corner);
    }
    icon(
        painter,
        rect.left_center() + vec2(padding + icon_size / 2.0, 0.0),
        icon_size,
        Icon::Down,
        palette.on_chance,
    );
    let at = rect.left_center() + vec2(padding + icon_size + gap::TIGHT, -galley.size().y / 2.0);
    painter.galley(at.round(), galley, palette.on_chance);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &says));
    let pressed = response.clicked();
    response.on_hover_text(hint(words, &says, Shortcut::ControlEnd));
    pressed.then_some(Action::ToNewest)
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
