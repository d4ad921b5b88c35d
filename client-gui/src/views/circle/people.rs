//! Who is in a circle and how they are reached: a column beside the talk, or a sheet where there is no room for one. A press on
//! somebody shows their key.

use acaso_shared::session::circle::Path;
use egui::text::TextWrapping;
use egui::{Color32, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::action::Action;
use crate::model::{Circle, Member, Reach};
use crate::theme::{Face, Room, gap, palette, radius, role, stroke};
use crate::views::hints::{Shortcut, hint};
use crate::widgets::button::{Button, Kind};
use crate::widgets::focus::focus_ring;
use crate::widgets::text::heading;
use crate::widgets::tile::{Seat, Side, seat};
use crate::wording::{Key, Words};

/// Height of somebody's row, and where their name stands in it, in points.
const ROW: f32 = 46.0;
const INDENT: f32 = 26.0;

/// Room for a focus ring at either side of a row.
const RING: f32 = 6.0;

/// A bare button's words stand so far within it.
const BARE_PADDING: f32 = 12.0;

/// What a sheet has besides the people, with the space around it.
const SHEET: f32 = 190.0;

/// The column beside the talk.
pub(super) fn column(ui: &mut Ui, circle: &Circle, words: &Words) -> Option<Action> {
    let place = ui.max_rect();
    let line = Rect::from_min_max(place.min, pos2(place.left() + stroke::LINE, place.bottom()));
    ui.painter().rect_filled(line, 0, palette(ui).line);
    if !circle.is_inside() {
        // On the way in nobody has said yet who is there, and when it is over nobody is.
        return None;
    }
    let inside = Rect::from_min_max(
        place.min + vec2(gap::ROOMY - RING, 16.0),
        place.max - vec2(gap::TIGHT, 0.0),
    );
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(inside));
    let says = words.fill(Key::CirclePeople, &[("people", circle.people().into())]);
    let ink = palette(&child).text;
    let galley = child.painter().layout_job(role::NAME.job(&says, ink));
    let (head, response) =
        child.allocate_exact_size(vec2(child.available_width(), role::NAME.line), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &says));
    child.painter().galley(head.min + vec2(RING, 0.0), galley, ink);
    child.add_space(gap::HAIR);
    ScrollArea::vertical()
        .id_salt("people in a circle")
        .auto_shrink(false)
        .show(&mut child, |ui| rows(ui, circle, words))
        .inner
}

/// The same over the talk.
pub(super) fn sheet(
    ui: &mut Ui,
    circle: &Circle,
    title: &str,
    take_focus: bool,
    words: &Words,
) -> Option<Action> {
    heading(ui, title);
    ui.add_space(gap::TIGHT);
    let height = (Room::of(ui.ctx()).height - SHEET).max(2.0 * ROW);
    let from_row = ScrollArea::vertical()
        .id_salt("people of a circle in a sheet")
        .max_height(height)
        .show(ui, |ui| rows(ui, circle, words))
        .inner;
    ui.add_space(gap::SNUG);
    let close = words.get(Key::Close);
    let button = Button::new(&close, Kind::Main)
        .height(36.0)
        .take_focus(take_focus)
        .tip(hint(words, &close, Shortcut::Escape));
    from_row.or(button.show(ui).clicked().then_some(Action::CloseSheet))
}

fn rows(ui: &mut Ui, circle: &Circle, words: &Words) -> Option<Action> {
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut pressed = row(ui, &own_row(ui, circle, words));
    for member in circle.members.shown() {
        pressed = pressed.or(row(ui, &member_row(ui, circle, member, words)));
    }
    pressed.or(try_now(ui, circle, words))
}

/// Whoever is missed is looked for at once, if that is wished; the server's strip has the same for all.
fn try_now(ui: &mut Ui, circle: &Circle, words: &Words) -> Option<Action> {
    if !circle.members.any_missing() || circle.lobby_lost.is_some() {
        return None;
    }
    ui.add_space(gap::HAIR);
    let says = words.get(Key::TryNow);
    let button = Button::new(&says, Kind::Bare)
        .height(32.0)
        .tip(hint(words, &says, Shortcut::Control("R")));
    let shown = ui.horizontal(|ui| {
        ui.add_space(RING + INDENT - BARE_PADDING);
        button.show(ui).clicked()
    });
    shown.inner.then_some(Action::TryNow)
}

/// Somebody's row.
struct Row {
    name: String,
    /// How they are reached.
    about: String,
    about_ink: Color32,
    /// How the screen reader calls it.
    says: String,
    tip: Option<String>,
    sign: (Seat, Side),
    action: Option<Action>,
}

fn own_row(ui: &Ui, circle: &Circle, words: &Words) -> Row {
    Row {
        name: words.fill(Key::CircleYou, &[("name", circle.called.as_str().into())]),
        about: words.get(Key::CircleYourKey),
        about_ink: palette(ui).muted,
        says: words.get(Key::CircleShowOwnKey),
        tip: None,
        sign: (Seat::Taken, Side::You),
        action: Some(Action::ShowKey(None)),
    }
}

fn member_row(ui: &Ui, circle: &Circle, member: &Member, words: &Words) -> Row {
    let palette = palette(ui);
    let name = called(circle, member, words);
    let (about, about_ink, tip, seat) = match member.reach {
        Reach::By(Path::Direct) => (Key::CircleDirect, palette.muted, None, Seat::Taken),
        Reach::By(Path::Relayed) => {
            let tip = Some(Key::CircleRelayedTip);
            (Key::CircleRelayed, palette.chance_ink, tip, Seat::Taken)
        }
        Reach::Away => {
            let tip = Some(Key::CircleAwayTip);
            (Key::CircleAway, palette.chance_ink, tip, Seat::Away)
        }
        Reach::Unreachable => {
            let tip = Some(Key::CircleUnreachableTip);
            (Key::CircleUnreachable, palette.danger, tip, Seat::Free)
        }
    };
    let about = words.get(about);
    let compares = member.known.is_some();
    let compare = words.fill(Key::CircleShowKey, &[("name", name.as_str().into())]);
    let says = if compares { compare } else { name.clone() };
    Row {
        says: format!("{says} · {about}"),
        tip: tip.map(|key| words.get(key)),
        sign: (seat, Side::They),
        action: compares.then_some(Action::ShowKey(Some(member.number))),
        name,
        about,
        about_ink,
    }
}

/// What somebody goes by, and who of two with one name.
pub(super) fn called(circle: &Circle, member: &Member, words: &Words) -> String {
    let number = || {
        let number = member.number.0.to_string();
        words.fill(Key::CircleNumber, &[("number", number.into())])
    };
    match member.name() {
        None => words.get(Key::CircleSomebody),
        Some(name) if circle.has_namesake(member.number, name) => format!("{name} · {}", number()),
        Some(name) => name.to_owned(),
    }
}

fn row(ui: &mut Ui, row: &Row) -> Option<Action> {
    let pressable = row.action.is_some();
    let sense = if pressable { Sense::click() } else { Sense::hover() };
    let (place, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), sense);
    let colours = palette(ui);
    let shape = place.shrink2(vec2(0.0, 1.0));
    if response.hovered() && pressable {
        ui.painter().rect_filled(shape, radius::CONTROL, colours.sunken);
    }
    if response.has_focus() {
        focus_ring(ui, shape.shrink(4.0), radius::INNER);
    }
    let (state, side) = row.sign;
    let (colour, size, ink) = match (side, state) {
        (Side::You, _) => (colours.tile, 5.0, colours.text),
        (Side::They, Seat::Taken) => (colours.ring, 6.0, colours.text),
        (Side::They, _) => (colours.ring, 6.0, colours.muted),
    };
    let left = place.left() + RING;
    seat(
        ui.painter(),
        pos2(left + 7.0, place.top() + 14.0),
        size,
        colour,
        state,
        side,
    );
    let face = if side == Side::You {
        Face::SemiBold
    } else {
        Face::Regular
    };
    let width = place.width() - INDENT - 2.0 * RING;
    let mut name = role::SECONDARY.in_face(face).job(&row.name, ink);
    let mut about = role::META.job(&row.about, row.about_ink);
    name.wrap = TextWrapping::truncate_at_width(width);
    about.wrap = TextWrapping::truncate_at_width(width);
    for (job, top) in [(name, 4.0), (about, 24.0)] {
        let galley = ui.painter().layout_job(job);
        ui.painter()
            .galley(pos2(left + INDENT, place.top() + top).round(), galley, ink);
    }
    let role = if pressable { Role::Button } else { Role::ListItem };
    response.widget_info(|| WidgetInfo::labeled(role, true, &row.says));
    let pressed = response.clicked();
    if let Some(tip) = &row.tip {
        response.on_hover_text(tip);
    }
    row.action.clone().filter(|_| pressed)
}
