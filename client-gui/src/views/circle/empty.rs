//! A circle in which nothing has happened yet: who can come, and the code that they need.

use egui::{Align, Layout, Rect, Role, Ui, UiBuilder, WidgetInfo, vec2};

use super::margin;
use crate::action::Action;
use crate::model::Circle;
use crate::theme::{Room, gap, palette, role};
use crate::widgets::button::{Button, Kind};
use crate::widgets::icon::Icon;
use crate::widgets::text::text;
use crate::wording::{Key, Words};

/// Draws it, in the middle of what is left of the window.
pub(super) fn empty(ui: &mut Ui, circle: &Circle, words: &Words) -> Option<Action> {
    let says = words.get(if !circle.is_inside() {
        Key::CircleCalling
    } else if circle.code.is_some() {
        Key::CircleEmptyCode
    } else {
        Key::CircleEmptyName
    });
    let inside = ui.max_rect().shrink2(vec2(margin(ui), gap::BASE));
    let code = circle.code.as_ref().filter(|_| circle.is_inside());
    let height = if code.is_some() { 150.0 } else { 40.0 };
    let top = (inside.center().y - height / 2.0).max(inside.top()).round();
    let place = Rect::from_min_max(egui::pos2(inside.left(), top), inside.max);
    let layout = Layout::top_down(Align::Center);
    let mut child = ui.new_child(UiBuilder::new().max_rect(place).layout(layout));
    let (ink, muted) = (palette(ui).text, palette(ui).muted);
    let response = text(&mut child, &says, role::SECONDARY, muted);
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &says));
    let code = code?;
    child.add_space(gap::SNUG);
    let large = if Room::of(ui.ctx()).narrow() {
        role::HEADING
    } else {
        role::ADDRESS
    };
    text(&mut child, &code.to_string(), large, ink);
    child.add_space(gap::SNUG);
    let copy = words.get(Key::CircleCodeCopy);
    let button = Button::new(&copy, Kind::Quiet).icon(Icon::Copy).height(36.0);
    let pressed = button.show(&mut child).clicked();
    pressed.then(|| Action::Copy(code.to_string()))
}
