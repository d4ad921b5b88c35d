//! The bar above a conversation and above a plaza: what stands at its left, a name with one line about it, and what one can do.

use egui::{
    Align, Color32, Frame, Label, Layout, Margin, Panel, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2,
};

use crate::theme::{Room, gap, palette, role, stroke};
use crate::widgets::icon::{Icon, icon};

/// Draws the bar.
pub(super) fn header_bar<R>(ui: &mut Ui, id: &str, add: impl FnOnce(&mut Ui, Room) -> R) -> R {
    let room = Room::of(ui.ctx());
    let height = if room.compact() { 48.0 } else { 60.0 };
    let margin = if room.narrow() { 12 } else { 20 };
    let frame = Frame::NONE
        .fill(palette(ui).bg)
        .inner_margin(Margin::symmetric(margin, 0));
    let panel = Panel::top(id.to_owned())
        .exact_size(height)
        .frame(frame)
        .show_separator_line(false);
    let shown = panel.show(ui, |ui| {
        let inside = ui.max_rect().expand2(vec2(f32::from(margin), 0.0));
        let line = Rect::from_min_max(pos2(inside.left(), inside.bottom() - stroke::LINE), inside.max);
        ui.painter().rect_filled(line, 0, palette(ui).line);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| add(ui, room))
            .inner
    });
    shown.inner
}

/// The side of the sign at the left of the bar, in points.
pub(super) fn sign_side(room: Room) -> f32 {
    if room.compact() { 28.0 } else { 36.0 }
}

/// What has to be known beside a name.
pub(super) struct Mark {
    /// What it looks like.
    pub(super) sign: Icon,
    /// What it says.
    pub(super) says: String,
    /// What that means.
    pub(super) about: String,
    /// There is no room for words.
    pub(super) sign_only: bool,
}

/// A name with its mark, and the line under it.
pub(super) struct Titled {
    /// The name.
    pub(super) title: String,
    /// Beside it.
    pub(super) mark: Option<Mark>,
    /// Under it, and in which colour; a low window has no room for it.
    pub(super) status: (String, Color32),
}

impl Titled {
    /// Draws them in this width.
    pub(super) fn show(self, ui: &mut Ui, width: f32, room: Room) {
        let height = sign_side(room);
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
            name_line(ui, &self.title, self.mark);
            if !room.compact() {
                let (says, ink) = self.status;
                ui.add(
                    Label::new(role::SMALL.job(says, ink))
                        .truncate()
                        .selectable(false),
                );
            }
        });
    }
}

/// The name, and its mark beside it.
fn name_line(ui: &mut Ui, title: &str, mark: Option<Mark>) {
    let palette = palette(ui);
    let name = role::HEADER_NAME.job(title, palette.text);
    let label = |name| Label::new(name).truncate().selectable(false);
    let Some(mark) = mark else {
        ui.add(label(name));
        return;
    };
    let shown = if mark.sign_only { "" } else { &mark.says };
    let galley = ui.painter().layout_job(role::META.job(shown, palette.chance_ink));
    let (sign, line) = (16.0, role::HEADER_NAME.line);
    let hint_width = sign + gap::HAIR + galley.size().x;
    let row = vec2(ui.available_width(), line);
    ui.allocate_ui_with_layout(row, Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = gap::TIGHT;
        ui.spacing_mut().interact_size.y = line;
        let rest = (ui.available_width() - hint_width - gap::TIGHT).max(24.0);
        ui.scope(|ui| {
            ui.set_max_width(rest);
            ui.add(label(name));
        });
        let (rect, response) = ui.allocate_exact_size(vec2(hint_width, line), Sense::hover());
        let centre = pos2(rect.left() + sign / 2.0, rect.center().y);
        icon(ui.painter(), centre, sign, mark.sign, palette.chance_ink);
        let at = pos2(
            rect.left() + sign + gap::HAIR,
            rect.center().y - galley.size().y / 2.0,
        );
        ui.painter().galley(at.round(), galley, palette.chance_ink);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &mark.says));
        response.on_hover_text(mark.about);
    });
}
