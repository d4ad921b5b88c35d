//! The bar above a circle: what it is called, how its members are reached, and the way out.

use egui::{Sense, Ui, vec2};

use crate::action::Action;
use crate::model::{Circle, CircleSheet, CircleStanding};
use crate::theme::{Room, gap, palette};
use crate::views::header_bar::{Titled, header_bar, sign_side};
use crate::views::hints::{Shortcut, hint};
use crate::widgets::button::{Button, Kind};
use crate::widgets::icon::Icon;
use crate::widgets::tile::circle_tile;
use crate::wording::{Key, Words};

/// Draws the bar; a window without room for a column has a button for the people in it.
pub(super) fn header(ui: &mut Ui, circle: &Circle, wide: bool, words: &Words) -> Option<Action> {
    header_bar(ui, "circle", |ui, room| content(ui, circle, wide, words, room))
}

fn content(ui: &mut Ui, circle: &Circle, wide: bool, words: &Words, room: Room) -> Option<Action> {
    ui.spacing_mut().item_spacing.x = gap::SNUG;
    let side = sign_side(room);
    let (rect, _) = ui.allocate_exact_size(vec2(side, side), Sense::hover());
    circle_tile(ui.painter(), rect, palette(ui));
    let (code, leave) = (words.get(Key::CircleShowCode), words.get(Key::ChatLeave));
    let people = words.fill(Key::CirclePeople, &[("people", circle.people().into())]);
    let button = |says, icon| {
        Button::new(says, Kind::Bare)
            .icon(icon)
            .height(36.0)
            .icon_only(room.narrow())
    };
    let mut buttons = Vec::new();
    if circle.code.is_some() && !circle.is_over() {
        let held = matches!(circle.sheet, Some(CircleSheet::Code { .. }));
        buttons.push((button(&code, Icon::Phrase).held(held), Action::CircleCode));
    }
    if !wide && circle.is_inside() {
        let button = button(&people, Icon::Circle)
            .held(circle.sheet == Some(CircleSheet::People))
            .tip(hint(words, &people, Shortcut::Control("M")));
        buttons.push((button, Action::People));
    }
    let leave_tip = hint(words, &leave, Shortcut::Control("L"));
    buttons.push((button(&leave, Icon::Leave).tip(leave_tip), Action::LeaveCircle));
    let kept: f32 = buttons
        .iter()
        .map(|(button, _)| button.measure(ui) + gap::HAIR)
        .sum();
    let rest = (ui.available_width() - kept - gap::TIGHT).max(40.0);
    titled(ui, circle, words).show(ui, rest, room);
    ui.spacing_mut().item_spacing.x = gap::HAIR;
    let mut pressed = None;
    for (button, action) in buttons {
        if button.show(ui).clicked() {
            pressed = Some(action);
        }
    }
    pressed
}

fn titled(ui: &Ui, circle: &Circle, words: &Words) -> Titled {
    let people = ("people", circle.people().into());
    let says = match circle.standing {
        CircleStanding::Calling { .. } => words.get(Key::CircleCalling),
        CircleStanding::Over { .. } => words.get(Key::CircleStatusOver),
        CircleStanding::Inside => match circle.members.relayed() {
            0 => words.fill(Key::CircleStatus, &[people]),
            relayed => words.fill(Key::CircleStatusRelayed, &[people, ("relayed", relayed.into())]),
        },
    };
    Titled {
        title: words.circle(circle.name.as_deref()),
        mark: None,
        status: (says, palette(ui).muted),
    }
}
