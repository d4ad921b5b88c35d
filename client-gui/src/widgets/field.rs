//! A field for one line of text, with its label above and, where there is something to choose from, a menu.

use egui::epaint::RectShape;
use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use egui::{
    Align, Frame, Id, Layout, Margin, Rect, Response, Role, Sense, Shape, Stroke, StrokeKind, TextEdit, Ui,
    UiBuilder, WidgetInfo, pos2, vec2,
};

use crate::theme::{palette, radius, role, stroke};
use crate::widgets::focus::{claim_focus, focus_ring};
use crate::widgets::icon::{Icon, icon};
use crate::widgets::text::text;

/// A field.
pub struct Field<'a> {
    /// What it is for; also its accessible name.
    pub label: &'a str,
    /// What stands in it while it is empty.
    pub hint: &'a str,
    /// What was typed.
    pub value: &'a mut String,
    /// Something about it has to be mended.
    pub in_error: bool,
    /// Take the keyboard now, the caret at the end.
    pub take_focus: bool,
    /// Shows as many dots as it has letters.
    pub secret: bool,
    /// Name and tooltip of the button that opens its menu, if it has one.
    pub menu: Option<(&'a str, &'a str)>,
}

/// What became of a field.
pub struct FieldShown {
    /// The text.
    pub edit: Response,
    /// The button of the menu.
    pub menu: Option<Response>,
    /// The border around both.
    pub frame: Rect,
}

/// Height of a field's frame, in points.
const HEIGHT: f32 = 44.0;

impl Field<'_> {
    /// Shows the field in the full width there is.
    pub fn show(self, ui: &mut Ui, id: Id) -> FieldShown {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            let label = text(ui, self.label, role::LABEL, palette(ui).text);
            let (frame, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
            let ground = ui.painter().add(Shape::Noop);
            let (menu_name, in_error, take_focus) = (self.menu, self.in_error, self.take_focus);
            let edit = self.edit(ui, id, frame, label.id);
            if take_focus {
                focus_at_end(ui, id);
                // A low window may show another part of the page.
                ui.scroll_to_rect(frame, Some(Align::Center));
            }
            let line = match (in_error, edit.has_focus()) {
                (true, _) => Stroke::new(stroke::STRONG, palette(ui).danger),
                (false, true) => Stroke::new(stroke::STRONG, palette(ui).link),
                (false, false) => Stroke::new(stroke::LINE, palette(ui).field),
            };
            let fill = palette(ui).surface;
            ui.painter().set(
                ground,
                RectShape::new(frame, radius::CONTROL, fill, line, StrokeKind::Inside),
            );
            let menu = menu_name.map(|(name, tip)| menu_button(ui, id, frame, name, tip));
            FieldShown { edit, menu, frame }
        })
        .inner
    }

    fn edit(self, ui: &mut Ui, id: Id, frame: Rect, label: Id) -> Response {
        let right = if self.menu.is_some() { 44.0 } else { 14.0 };
        let inside = Rect::from_min_max(frame.min + vec2(14.0, 12.0), frame.max - vec2(right, 8.0));
        let layout = Layout::left_to_right(Align::Center);
        let mut child = ui.new_child(UiBuilder::new().max_rect(inside).layout(layout));
        let hint = role::BODY.job(self.hint, palette(ui).muted);
        let edit = TextEdit::singleline(self.value)
            .id(id)
            .password(self.secret)
            .frame(Frame::NONE)
            .margin(Margin::ZERO)
            .desired_width(inside.width())
            .font(role::BODY.font())
            .hint_text(hint);
        child.add(edit).labelled_by(label)
    }
}

/// Gives a text field the keyboard, the caret at the end of its text.
pub fn focus_at_end(ui: &Ui, id: Id) {
    claim_focus(ui, id);
    let mut state = TextEditState::load(ui.ctx(), id).unwrap_or_default();
    // Beyond the end of any text: the field puts it to the end.
    let end = CCursor::new(usize::MAX / 2);
    state.cursor.set_char_range(Some(CCursorRange::one(end)));
    state.store(ui.ctx(), id);
}

fn menu_button(ui: &Ui, field: Id, frame: Rect, name: &str, tip: &str) -> Response {
    let palette = palette(ui);
    let centre = pos2(frame.right() - 22.0, frame.center().y);
    let rect = Rect::from_center_size(centre, vec2(32.0, 32.0));
    let response = ui.interact(rect, field.with("menu"), Sense::click());
    if response.hovered() {
        ui.painter().rect_filled(rect, radius::INNER, palette.sunken);
    }
    if response.has_focus() {
        focus_ring(ui, rect.shrink(3.0), radius::INNER - 2);
    }
    icon(ui.painter(), centre, 18.0, Icon::Chevron, palette.muted);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    response.on_hover_text(tip)
}
