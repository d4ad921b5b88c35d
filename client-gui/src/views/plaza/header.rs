//! The bar above a plaza: its name, that it is public, how many are here, and the way out.

use egui::{Role, Sense, Ui, WidgetInfo, vec2};

use crate::action::Action;
use crate::model::{Plaza, PlazaSheet, Standing};
use crate::theme::{Room, gap, palette};
use crate::views::header_bar::{Mark, Titled, header_bar, sign_side};
use crate::views::hints::{Shortcut, hint};
use crate::widgets::button::{Button, Kind};
use crate::widgets::icon::Icon;
use crate::widgets::tile::plaza_tile;
use crate::wording::{Key, Words};

/// Draws the bar; a narrow window has a button for the people in it.
pub(super) fn header(ui: &mut Ui, plaza: &Plaza, wide: bool, words: &Words) -> Option<Action> {
    header_bar(ui, "plaza", |ui, room| content(ui, plaza, wide, words, room))
}

fn content(ui: &mut Ui, plaza: &Plaza, wide: bool, words: &Words, room: Room) -> Option<Action> {
    ui.spacing_mut().item_spacing.x = gap::SNUG;
    let side = sign_side(room);
    let (rect, _) = ui.allocate_exact_size(vec2(side, side), Sense::hover());
    plaza_tile(ui.painter(), rect, palette(ui));
    let people = people(plaza, words);
    let leave = words.get(Key::ChatLeave);
    let mut buttons = Vec::new();
    if !wide && plaza.people.count() > 0 {
        let button = Button::new(&people, Kind::Bare)
            .icon(Icon::Plaza)
            .height(36.0)
            .icon_only(room.narrow())
            .enabled(!plaza.is_over())
            .held(plaza.sheet == Some(PlazaSheet::People))
            .tip(hint(words, &people, Shortcut::Control("M")));
        buttons.push((button, Action::People));
    }
    let button = Button::new(&leave, Kind::Bare)
        .icon(Icon::Leave)
        .height(36.0)
        .icon_only(room.narrow())
        .tip(hint(words, &leave, Shortcut::Control("L")));
    buttons.push((button, Action::LeavePlaza));
    let kept: f32 = buttons
        .iter()
        .map(|(button, _)| button.measure(ui) + gap::HAIR)
        .sum();
    let rest = (ui.available_width() - kept - gap::TIGHT).max(40.0);
    titled(ui, plaza, &people, words, room).show(ui, rest, room);
    ui.spacing_mut().item_spacing.x = gap::HAIR;
    let mut pressed = None;
    for (button, action) in buttons {
        if button.show(ui).clicked() {
            pressed = Some(action);
        }
    }
    pressed
}

/// How many are here, in words.
fn people(plaza: &Plaza, words: &Words) -> String {
    words.fill(Key::PlazaPeople, &[("people", plaza.people.count().into())])
}

fn titled(ui: &Ui, plaza: &Plaza, people: &str, words: &Words, room: Room) -> Titled {
    let says = match plaza.standing {
        Standing::Inside | Standing::Lost(_) => words.fill(Key::PlazaStatus, &[("people", people.into())]),
        Standing::Calling { .. } | Standing::Over { .. } => words.get(Key::PlazaPublic),
    };
    // A low bar has no room for the line that says so.
    let mark = room.compact().then(|| Mark {
        sign: Icon::Eye,
        says: words.get(Key::PlazaMark),
        about: words.get(Key::PlazaPublic),
        sign_only: false,
    });
    Titled {
        title: plaza.name.clone(),
        mark,
        status: (says, palette(ui).chance_ink),
    }
}

/// Names the place of a row to a screen reader.
pub(super) fn list_item(response: &egui::Response, says: &str) {
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, says));
}
