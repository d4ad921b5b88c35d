//! Under the history: the composer with what has to be said about it, or, when they have left, what to do now.

use acaso_shared::limits::MESSAGE_BYTES_MAX;
use egui::{Frame, Panel, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::farewell::farewell;
use super::{composer_id, margin};
use crate::action::Action;
use crate::model::{Conversation, Note, Who};
use crate::theme::{Room, column as width, gap, palette, role};
use crate::views::hints::{Shortcut, hint};
use crate::views::note::note_strip;
use crate::widgets::composer::Composer;
use crate::widgets::surface::column;
use crate::widgets::tile::{Seat, Side, seat};
use crate::wording::{Key, Words};

/// Draws what stands under the history.
pub(super) fn foot(ui: &mut Ui, conversation: &mut Conversation, words: &Words) -> Option<Action> {
    let frame = Frame::NONE.fill(palette(ui).bg);
    let panel = Panel::bottom("foot")
        .resizable(false)
        .show_separator_line(false)
        .frame(frame);
    let margin = margin(ui);
    let shown = panel.show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        column(ui, width::CHAT, margin, |ui| content(ui, conversation, words))
    });
    shown.inner
}

fn content(ui: &mut Ui, conversation: &mut Conversation, words: &Words) -> Option<Action> {
    let compact = Room::of(ui.ctx()).compact();
    let talking = conversation.is_talking();
    let from_farewell = farewell(ui, conversation, words);
    if talking {
        typing_line(ui, conversation, compact, words);
    } else {
        ui.add_space(gap::SNUG);
    }
    if !talking && compact {
        return from_farewell;
    }
    let has_draft = !conversation.composer.text.trim().is_empty();
    if !talking && !has_draft {
        ui.add_space(gap::HAIR);
        return from_farewell;
    }
    if talking && let Some(note) = &conversation.composer.note {
        let head = words.get(if note.is_not_sent() {
            Key::NoteNotSent
        } else {
            Key::NoteDraft
        });
        note_strip(ui, &head, &note_words(note, &conversation.who, words));
    }
    let sent = composer(ui, conversation, words);
    helper_line(ui, conversation, compact, words);
    from_farewell.or(sent.then_some(Action::Send))
}

fn composer(ui: &mut Ui, conversation: &mut Conversation, words: &Words) -> bool {
    let placeholder = words.fill(
        Key::ChatWriteTo,
        &[("name", conversation.who.called(words).into())],
    );
    let send = words.get(Key::ChatSend);
    let tip = hint(words, &send, Shortcut::Enter);
    let talking = conversation.is_talking();
    let wanted = std::mem::take(&mut conversation.composer.focus);
    let shown = Composer {
        text: &mut conversation.composer.text,
        hint: &placeholder,
        send: (&send, &tip),
        shut: !talking,
        take_focus: wanted,
    }
    .show(ui, composer_id());
    conversation.composer.typed |= shown.typed;
    shown.send
}

/// Where it says that they are writing. Its room is kept, so that nothing moves when they begin.
fn typing_line(ui: &mut Ui, conversation: &Conversation, compact: bool, words: &Words) {
    let height = if compact { 18.0 } else { 24.0 };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    if !conversation.typing {
        return;
    }
    let palette = palette(ui);
    let middle = rect.center().y;
    for n in [0.0, 1.0, 2.0] {
        let centre = pos2(rect.left() + 5.0 + n * 10.0, middle);
        seat(ui.painter(), centre, 4.0, palette.ring, Seat::Taken, Side::They);
    }
    let says = words.fill(
        Key::ChatTyping,
        &[("name", conversation.who.called_first(words).into())],
    );
    let mut job = role::SMALL.job(&says, palette.muted);
    job.wrap = egui::text::TextWrapping::truncate_at_width(rect.width() - 48.0);
    let galley = ui.painter().layout_job(job);
    let at = pos2(rect.left() + 36.0, middle - galley.size().y / 2.0);
    ui.painter().galley(at.round(), galley, palette.muted);
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &says));
}

/// How it is sent, or what becomes of the draft. A low window has no room for it.
fn helper_line(ui: &mut Ui, conversation: &Conversation, compact: bool, words: &Words) {
    if compact {
        ui.add_space(gap::TIGHT);
        return;
    }
    let palette = palette(ui);
    let says = words.get(match &conversation.line.ours {
        Some(_) => Key::LostHint,
        None if conversation.is_talking() => Key::ChatHint,
        None => Key::LeftDraft,
    });
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 30.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &says));
    let mut job = role::META.job(says, palette.muted);
    job.wrap = egui::text::TextWrapping::truncate_at_width(rect.width() - 2.0 * gap::BASE);
    let galley = ui.painter().layout_job(job);
    ui.painter()
        .galley(rect.min + vec2(gap::BASE, 6.0), galley, palette.muted);
}

fn note_words(note: &Note, who: &Who, words: &Words) -> String {
    match note {
        Note::TooFast { secs: 0 } => words.get(Key::NoteTooFastNow),
        Note::TooFast { secs } => words.fill(Key::NoteTooFast, &[("secs", (*secs).into())]),
        Note::NoPartner => words.get(Key::NoteNoPartner),
        Note::Ended { who } => words.fill(Key::NoteEnded, &[("name", who.called(words).into())]),
        Note::TooLong { bytes } => words.fill(
            Key::NoteTooLong,
            &[("max", MESSAGE_BYTES_MAX.into()), ("bytes", (*bytes).into())],
        ),
        Note::Kept { from } => words.fill(Key::NoteKept, &[("from", from.called(words).into())]),
        Note::Sure { from } => words.fill(
            Key::NoteSure,
            &[
                ("from", from.called(words).into()),
                ("name", who.called(words).into()),
            ],
        ),
    }
}
