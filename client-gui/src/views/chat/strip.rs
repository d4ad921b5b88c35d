//! The strip under the header while our own line is cut: what happened, when it is tried again, and how long the seat is kept.

use egui::{Align, Frame, Label, Layout, Margin, Panel, Rect, Sense, Ui, pos2, vec2};

use crate::action::Action;
use crate::model::{Conversation, Lost};
use crate::theme::{Face, Room, gap, palette, role, stroke};
use crate::views::hints::{Shortcut, hint};
use crate::widgets::button::{Button, Kind};
use crate::widgets::icon::{Icon, icon};
use crate::widgets::text::runs_job;
use crate::wording::{Key, Words};

/// Height of the strip, in points.
const HEIGHT: f32 = 52.0;

/// Draws the strip, if our line is cut.
pub(super) fn strip(ui: &mut Ui, conversation: &Conversation, words: &Words) -> Option<Action> {
    let lost = conversation.line.ours.as_ref()?;
    let room = Room::of(ui.ctx());
    let margin = if room.narrow() { 12 } else { 20 };
    let frame = Frame::NONE
        .fill(palette(ui).chance_soft)
        .inner_margin(Margin::symmetric(margin, 0));
    let panel = Panel::top("lost line")
        .exact_size(HEIGHT)
        .frame(frame)
        .show_separator_line(false);
    let shown = panel.show(ui, |ui| {
        grace(ui, lost, f32::from(margin));
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            content(ui, lost, words, room)
        })
        .inner
    });
    shown.inner
}

/// The time that is left, as a line that runs out: a step a second, as the numbers do.
fn grace(ui: &Ui, lost: &Lost, margin: f32) {
    let strip = ui.max_rect().expand2(vec2(margin, 0.0));
    #[expect(clippy::cast_precision_loss, reason = "seconds of at most an hour")]
    let share = (lost.kept_secs as f32 / lost.whole_secs as f32).clamp(0.0, 1.0);
    let line = Rect::from_min_max(
        pos2(strip.left(), strip.bottom() - stroke::STRONG),
        pos2(strip.left() + strip.width() * share, strip.bottom()),
    );
    ui.painter().rect_filled(line, 0, palette(ui).ring);
}

fn content(ui: &mut Ui, lost: &Lost, words: &Words, room: Room) -> Option<Action> {
    ui.spacing_mut().item_spacing.x = gap::SNUG;
    let colours = palette(ui);
    let (sign, _) = ui.allocate_exact_size(vec2(24.0, 20.0), Sense::hover());
    icon(ui.painter(), sign.center(), 20.0, Icon::Cut, colours.chance_ink);
    let (now, leave) = (words.get(Key::TryNow), words.get(Key::ChatLeave));
    let mut buttons = vec![(
        Button::new(&now, Kind::Quiet)
            .height(32.0)
            .tip(hint(words, &now, Shortcut::Control("R"))),
        Action::TryNow,
    )];
    // A narrow window has the same in its header.
    if !room.narrow() {
        let leave =
            Button::new(&leave, Kind::Bare)
                .height(32.0)
                .tip(hint(words, &leave, Shortcut::Control("L")));
        buttons.push((leave, Action::Leave));
    }
    let kept: f32 = buttons
        .iter()
        .map(|(button, _)| button.measure(ui) + gap::SNUG)
        .sum();
    let rest = (ui.available_width() - kept).max(40.0);
    let (head, says) = (words.get(Key::LostHead), format!(" {}", again(lost, words, room)));
    let bold = role::LEAD.in_face(Face::SemiBold);
    let job = runs_job(&[
        (&head, bold, colours.text),
        (&says, role::SECONDARY, colours.text),
    ]);
    ui.allocate_ui_with_layout(vec2(rest, HEIGHT), Layout::left_to_right(Align::Center), |ui| {
        ui.set_width(rest);
        ui.add(Label::new(job).truncate().selectable(false));
    });
    let mut pressed = None;
    for (button, action) in buttons {
        if button.show(ui).clicked() {
            pressed = Some(action);
        }
    }
    pressed
}

fn again(lost: &Lost, words: &Words, room: Room) -> String {
    let secs = ("secs", lost.retry_secs.into());
    match (lost.retry_secs, room.narrow()) {
        (0, false) => words.get(Key::LostNow),
        (0, true) => words.get(Key::LostNowShort),
        (_, false) => words.fill(Key::LostAgain, &[secs]),
        (_, true) => words.fill(Key::LostAgainShort, &[secs]),
    }
}
