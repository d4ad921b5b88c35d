//! The bar above a conversation: the room as it is now, who is there, one line about it, and the two ways out.

use egui::{Align, Frame, Label, Layout, Margin, Panel, Rect, Sense, Ui, pos2, vec2};

use crate::action::Action;
use crate::model::{Conversation, Presence};
use crate::theme::{Room, gap, palette, role, stroke};
use crate::views::hints::{Shortcut, hint};
use crate::widgets::button::{Button, Kind};
use crate::widgets::icon::Icon;
use crate::widgets::tile::{Seat, TileColours, tile};
use crate::wording::{Key, Words};

/// Draws the bar.
pub(super) fn header(ui: &mut Ui, conversation: &Conversation, words: &Words) -> Option<Action> {
    let room = Room::of(ui.ctx());
    let height = if room.compact() { 48.0 } else { 60.0 };
    let margin = if room.narrow() { 12 } else { 20 };
    let frame = Frame::NONE
        .fill(palette(ui).bg)
        .inner_margin(Margin::symmetric(margin, 0));
    let panel = Panel::top("conversation")
        .exact_size(height)
        .frame(frame)
        .show_separator_line(false);
    let shown = panel.show(ui, |ui| {
        let inside = ui.max_rect().expand2(vec2(f32::from(margin), 0.0));
        let line = Rect::from_min_max(pos2(inside.left(), inside.bottom() - stroke::LINE), inside.max);
        ui.painter().rect_filled(line, 0, palette(ui).line);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            content(ui, conversation, words, room)
        })
        .inner
    });
    shown.inner
}

fn content(ui: &mut Ui, conversation: &Conversation, words: &Words, room: Room) -> Option<Action> {
    ui.spacing_mut().item_spacing.x = gap::SNUG;
    let side = if room.compact() { 28.0 } else { 36.0 };
    let (rect, _) = ui.allocate_exact_size(vec2(side, side), Sense::hover());
    let seat = match conversation.presence {
        Presence::Talking => Seat::Taken,
        Presence::Left(_) => Seat::Free,
        Presence::Over(_) => Seat::Gone,
    };
    tile(ui.painter(), rect, &TileColours::room(palette(ui), seat), seat);

    let (next, leave) = (next_words(conversation, words), words.get(Key::ChatLeave));
    let buttons = buttons(conversation, &next, &leave, words, room);
    // Measured, so that any language fits: the title gives way, the buttons never do.
    let kept: f32 = buttons
        .iter()
        .map(|(button, _)| button.measure(ui) + gap::HAIR)
        .sum();
    let rest = (ui.available_width() - kept - gap::TIGHT).max(40.0);
    who(ui, rest, side, conversation, words, room);
    ui.spacing_mut().item_spacing.x = gap::HAIR;
    let mut pressed = None;
    for (button, action) in buttons {
        if button.show(ui).clicked() {
            pressed = Some(action);
        }
    }
    pressed
}

fn next_words(conversation: &Conversation, words: &Words) -> String {
    words.get(if conversation.asks_next_again() {
        Key::ChatNextAgain
    } else {
        Key::ChatNext
    })
}

fn buttons<'a>(
    conversation: &Conversation,
    next: &'a str,
    leave: &'a str,
    words: &Words,
    room: Room,
) -> [(Button<'a>, Action); 2] {
    let asked = conversation.asks_next_again();
    // A question has to be read, so it keeps its words even where the others give theirs up.
    let next_button = Button::new(next, if asked { Kind::Quiet } else { Kind::Bare })
        .icon(Icon::Next)
        .height(36.0)
        .icon_only(room.narrow() && !asked)
        .tip(hint(words, next, Shortcut::Control("N")));
    let leave_button = Button::new(leave, Kind::Bare)
        .icon(Icon::Leave)
        .height(36.0)
        .icon_only(room.narrow())
        .tip(hint(words, leave, Shortcut::Control("L")));
    [(next_button, Action::Next), (leave_button, Action::Leave)]
}

/// The name and the line under it; a low window has no room for the line.
fn who(ui: &mut Ui, width: f32, height: f32, conversation: &Conversation, words: &Words, room: Room) {
    let palette = palette(ui);
    let title = match conversation.presence {
        Presence::Talking | Presence::Over(_) => conversation.name.clone(),
        Presence::Left(_) => words.get(Key::WaitingTitle),
    };
    let layout = Layout::top_down(Align::LEFT);
    ui.allocate_ui_with_layout(vec2(width, height), layout, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.set_width(width);
        let line = role::HEADER_NAME.line;
        if room.compact() {
            ui.add_space((height - line) / 2.0);
        } else {
            ui.set_height(height);
        }
        let name = role::HEADER_NAME.job(title, palette.text);
        ui.add(Label::new(name).truncate().selectable(false));
        if !room.compact() {
            let status = role::SMALL.job(status(conversation, words), palette.muted);
            ui.add(Label::new(status).truncate().selectable(false));
        }
    });
}

fn status(conversation: &Conversation, words: &Words) -> String {
    // A port is a name in digits: as text, no language groups them into thousands.
    let port = ("port", conversation.port.to_string().into());
    let name = ("name", conversation.name.as_str().into());
    match &conversation.presence {
        Presence::Talking => words.fill(Key::ChatStatus, &[port]),
        Presence::Left(left) => words.fill(
            Key::ChatStatusLeft,
            &[port, name, ("time", words.time(&left.at).into())],
        ),
        Presence::Over(over) => words.fill(
            Key::ChatStatusOver,
            &[port, ("time", words.time(&over.at).into())],
        ),
    }
}
