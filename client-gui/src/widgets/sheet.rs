//! What lies over a screen: a question, or something to read. It holds the keyboard until it is put away, by Escape or by a press
//! beside it.

use egui::{Align2, Area, Frame, Id, Modal, Order, Pos2, Role, Ui, UiKind, Vec2, WidgetInfo};

use crate::theme::{Room, gap, palette, radius};

/// Width of a sheet, in points, where the window is wide enough.
pub const WIDTH: f32 = 400.0;

/// Room for a focus ring around what stands at the edge, in points.
const RING: f32 = 6.0;

/// Where a sheet lies.
#[derive(Clone, Copy)]
pub enum Place {
    /// In the middle of the window, which is dimmed.
    Middle,
    /// With the middle of its upper edge here, like a menu, as far as the window has room.
    Under(Pos2),
}

/// Shows a sheet of this accessible name. Answers what `add` does, and whether it is to be put away.
pub fn sheet<R>(ui: &Ui, id: Id, name: &str, place: Place, add: impl FnOnce(&mut Ui) -> R) -> (R, bool) {
    let room = Room::of(ui.ctx());
    let margin = if room.compact() { gap::SNUG } else { gap::ROOMY };
    let height_max = room.height - 2.0 * margin - gap::SNUG;
    let width = WIDTH.min(room.width - 2.0 * gap::SNUG);
    let frame = Frame::popup(ui.style())
        .inner_margin(margin - RING)
        .corner_radius(radius::FLOATING);
    let area = Area::new(id)
        .kind(UiKind::Modal)
        .order(Order::Foreground)
        .sense(egui::Sense::hover())
        .interactable(true)
        .constrain(true);
    let (area, backdrop) = match place {
        Place::Middle => (area.anchor(Align2::CENTER_CENTER, Vec2::ZERO), palette(ui).shadow),
        Place::Under(corner) => (
            area.fixed_pos(corner).pivot(Align2::CENTER_TOP),
            egui::Color32::TRANSPARENT,
        ),
    };
    let shown = Modal::new(id)
        .area(area)
        .backdrop_color(backdrop)
        .frame(frame)
        .show(ui.ctx(), |ui| {
            ui.set_width(width - 2.0 * (margin - RING));
            ui.spacing_mut().item_spacing.y = 0.0;
            egui::ScrollArea::vertical()
                .max_height(height_max)
                // Otherwise it keeps to the height that the last sheet had.
                .min_scrolled_height(height_max)
                .show(ui, |ui| {
                    ui.spacing_mut().item_spacing.y = 0.0;
                    // Focus rings stand outside their shapes, and are cut off at the edge of what scrolls.
                    Frame::NONE.inner_margin(RING).show(ui, add).inner
                })
                .inner
        });
    shown
        .response
        .widget_info(|| WidgetInfo::labeled(Role::Dialog, true, name));
    let away = shown.should_close();
    (shown.inner, away)
}
