//! Under the posts of a plaza: the composer with what has to be said about it, or, when the visit is over, why and what now.

use acaso_shared::limits::{POST_BYTES_MAX, SUBJECT_BYTES_MAX};
use egui::{Frame, Panel, Role, Sense, Ui, WidgetInfo, vec2};

use super::{composer_id, margin};
use crate::action::Action;
use crate::model::{Plaza, PostNote, Standing};
use crate::theme::{Room, column as width, gap, palette, role};
use crate::views::chat::ending;
use crate::views::hints::{Shortcut, hint};
use crate::views::note::note_strip;
use crate::widgets::button::{Button, Kind, button_row};
use crate::widgets::post_composer::{Part, PostComposer};
use crate::widgets::surface::{card, column};
use crate::widgets::text::{heading, secondary};
use crate::wording::{Key, Words};

/// Draws what stands under the posts.
pub(super) fn foot(ui: &mut Ui, plaza: &mut Plaza, words: &Words) -> Option<Action> {
    let frame = Frame::NONE.fill(palette(ui).bg);
    let panel = Panel::bottom("plaza foot")
        .resizable(false)
        .show_separator_line(false)
        .frame(frame);
    let margin = margin(ui);
    let shown = panel.show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        column(ui, width::CHAT, margin, |ui| content(ui, plaza, words))
    });
    shown.inner
}

fn content(ui: &mut Ui, plaza: &mut Plaza, words: &Words) -> Option<Action> {
    let compact = Room::of(ui.ctx()).compact();
    let over = over(ui, plaza, words);
    if plaza.is_over() && (compact || !plaza.draft.has_words()) {
        ui.add_space(gap::TIGHT);
        return over;
    }
    ui.add_space(gap::TIGHT);
    if let Some(note) = &plaza.draft.note {
        let head = words.get(if matches!(note, PostNote::Kept) {
            Key::NoteDraft
        } else {
            Key::NoteNotSent
        });
        note_strip(ui, &head, &note_words(note, words));
    }
    let posted = composer(ui, plaza, words);
    helper_line(ui, compact, words);
    over.or(posted.then_some(Action::Post))
}

fn composer(ui: &mut Ui, plaza: &mut Plaza, words: &Words) -> bool {
    let (subject, write) = (words.get(Key::PlazaSubject), words.get(Key::PlazaWrite));
    let send = words.get(Key::ChatSend);
    let tip = hint(words, &send, Shortcut::ControlEnter);
    let shut = plaza.is_over();
    let draft = &mut plaza.draft;
    let (to_text, to_subject) = (
        std::mem::take(&mut draft.focus),
        std::mem::take(&mut draft.subject_focus),
    );
    let take_focus = match (to_subject, to_text) {
        (true, _) => Some(Part::Subject),
        (false, true) => Some(Part::Text),
        (false, false) => None,
    };
    PostComposer {
        subject: &mut draft.subject,
        text: &mut draft.body.text,
        hints: (&subject, &write),
        send: (&send, &tip),
        shut,
        take_focus,
    }
    .show(ui, composer_id())
}

/// How it is sent. A low window has no room for it.
fn helper_line(ui: &mut Ui, compact: bool, words: &Words) {
    if compact {
        ui.add_space(gap::TIGHT);
        return;
    }
    let palette = palette(ui);
    let says = words.get(Key::PlazaHint);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 30.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &says));
    let galley = ui.painter().layout_job(role::META.job(says, palette.muted));
    ui.painter()
        .galley(rect.min + vec2(gap::BASE, 6.0), galley, palette.muted);
}

/// Why the visit is over, if it is, and what there is to do.
fn over(ui: &mut Ui, plaza: &Plaza, words: &Words) -> Option<Action> {
    let Standing::Over { ending: why, at } = &plaza.standing else {
        return None;
    };
    let sentence = ending(why, at, words)?;
    let (others, leave) = (words.get(Key::PlazaOthers), words.get(Key::ChatLeave));
    ui.add_space(gap::TIGHT);
    card(ui, |ui| {
        heading(ui, &sentence.what);
        ui.add_space(2.0);
        secondary(ui, &sentence.next);
        ui.add_space(gap::BASE);
        let leave_tip = hint(words, &leave, Shortcut::Control("L"));
        button_row(
            ui,
            vec![
                (Button::new(&others, Kind::Main), Action::Plazas),
                (Button::new(&leave, Kind::Bare).tip(leave_tip), Action::LeavePlaza),
            ],
        )
    })
}

fn note_words(note: &PostNote, words: &Words) -> String {
    match note {
        PostNote::TooFast { secs: 0 } => words.get(Key::PostTooFastNow),
        PostNote::TooFast { secs } => words.fill(Key::PostTooFast, &[("secs", (*secs).into())]),
        PostNote::Refused => words.get(Key::PostRefused),
        PostNote::Unknown => words.get(Key::PostUnknown),
        PostNote::NotTaken => words.get(Key::PostNotTaken),
        PostNote::TooLong { bytes } => words.fill(
            Key::PostTooLong,
            &[("max", POST_BYTES_MAX.into()), ("bytes", (*bytes).into())],
        ),
        PostNote::SubjectTooLong { bytes } => words.fill(
            Key::PostSubjectTooLong,
            &[("max", SUBJECT_BYTES_MAX.into()), ("bytes", (*bytes).into())],
        ),
        PostNote::SubjectControl => words.get(Key::PostSubjectControl),
        PostNote::Kept => words.get(Key::PostKept),
    }
}
