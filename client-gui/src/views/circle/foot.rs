//! Under the talk of a circle: the composer with what has to be said about it, or, when the visit is over, why and what now.

use acaso_shared::limits::MESSAGE_BYTES_MAX;
use egui::{Frame, Panel, Role, Sense, Ui, WidgetInfo, vec2};

use super::{composer_id, margin};
use crate::action::Action;
use crate::model::{Circle, CircleNote, CircleStanding};
use crate::theme::{Room, column as width, gap, palette, role};
use crate::views::chat::ending;
use crate::views::hints::{Shortcut, hint};
use crate::views::note::note_strip;
use crate::widgets::button::{Button, Kind, button_row};
use crate::widgets::composer::Composer;
use crate::widgets::surface::{card, column};
use crate::widgets::text::{heading, secondary};
use crate::wording::{Key, Words};

/// Draws what stands under the talk.
pub(super) fn foot(ui: &mut Ui, circle: &mut Circle, words: &Words) -> Option<Action> {
    let frame = Frame::NONE.fill(palette(ui).bg);
    let panel = Panel::bottom("circle foot")
        .resizable(false)
        .show_separator_line(false)
        .frame(frame);
    let margin = margin(ui);
    let shown = panel.show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        column(ui, width::CHAT, margin, |ui| content(ui, circle, words))
    });
    shown.inner
}

fn content(ui: &mut Ui, circle: &mut Circle, words: &Words) -> Option<Action> {
    let compact = Room::of(ui.ctx()).compact();
    let over = over(ui, circle, words);
    ui.add_space(gap::TIGHT);
    if circle.is_over() && (compact || !circle.draft.has_words()) {
        return over;
    }
    if let Some(note) = circle.draft.note.filter(|_| !circle.is_over()) {
        let head = words.get(if note == CircleNote::Kept {
            Key::NoteDraft
        } else {
            Key::NoteNotSent
        });
        note_strip(ui, &head, &note_words(note, words));
    }
    let said = composer(ui, circle, words);
    helper_line(ui, compact, circle.is_over(), words);
    over.or(said.then_some(Action::Say))
}

fn composer(ui: &mut Ui, circle: &mut Circle, words: &Words) -> bool {
    let (write, send) = (words.get(Key::CircleWrite), words.get(Key::ChatSend));
    let tip = hint(words, &send, Shortcut::Enter);
    let shut = circle.is_over();
    let body = &mut circle.draft.body;
    let take_focus = std::mem::take(&mut body.focus);
    let shown = Composer {
        text: &mut body.text,
        hint: &write,
        send: (&send, &tip),
        shut,
        take_focus,
    }
    .show(ui, composer_id());
    shown.send
}

/// How it is sent, or what becomes of the draft. A low window has no room for it.
fn helper_line(ui: &mut Ui, compact: bool, over: bool, words: &Words) {
    if compact {
        ui.add_space(gap::TIGHT);
        return;
    }
    let palette = palette(ui);
    let says = words.get(if over { Key::LeftDraft } else { Key::ChatHint });
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 30.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &says));
    let mut job = role::META.job(says, palette.muted);
    job.wrap = egui::text::TextWrapping::truncate_at_width(rect.width() - 2.0 * gap::BASE);
    let galley = ui.painter().layout_job(job);
    ui.painter()
        .galley(rect.min + vec2(gap::BASE, 6.0), galley, palette.muted);
}

/// Why the visit is over, if it is, and what there is to do.
fn over(ui: &mut Ui, circle: &Circle, words: &Words) -> Option<Action> {
    let CircleStanding::Over { ending: why, at } = &circle.standing else {
        return None;
    };
    let sentence = ending(why, at, words)?;
    let (others, leave) = (words.get(Key::CircleOthers), words.get(Key::ChatLeave));
    ui.add_space(gap::TIGHT);
    card(ui, |ui| {
        heading(ui, &sentence.what);
        ui.add_space(2.0);
        secondary(ui, &sentence.next);
        ui.add_space(gap::BASE);
        let leave_tip = hint(words, &leave, Shortcut::Control("L"));
        let row = vec![
            (Button::new(&others, Kind::Main), Action::Circles),
            (
                Button::new(&leave, Kind::Bare).tip(leave_tip),
                Action::LeaveCircle,
            ),
        ];
        button_row(ui, row)
    })
}

fn note_words(note: CircleNote, words: &Words) -> String {
    match note {
        CircleNote::TooFast { secs: 0 } => words.get(Key::CircleNoteTooFastNow),
        CircleNote::TooFast { secs } => words.fill(Key::CircleNoteTooFast, &[("secs", secs.into())]),
        CircleNote::Nobody => words.get(Key::CircleNoteNobody),
        CircleNote::TooLong { bytes } => words.fill(
            Key::NoteTooLong,
            &[("max", MESSAGE_BYTES_MAX.into()), ("bytes", bytes.into())],
        ),
        CircleNote::Kept => words.get(Key::PostKept),
    }
}
