//! A small menu under a button: a few rows with an icon and words.

use egui::{
    Frame, Popup, PopupCloseBehavior, Response, Role, Sense, SetOpenCommand, Ui, WidgetInfo, pos2, vec2,
};

use crate::theme::{palette, radius, role};
use crate::widgets::focus::focus_ring;
use crate::widgets::icon::{Icon, icon};

/// Height of a row, space around the rows, and space beside the words, in points.
const ROW: f32 = 40.0;
const MARGIN: f32 = 6.0;
const BESIDE: (f32, f32) = (42.0, 20.0);

/// Shows the menu while it is open; a click on the button opens it. Returns what was chosen.
pub fn menu<T>(button: &Response, name: &str, rows: Vec<(Icon, String, T)>) -> Option<T> {
    let open = button.clicked().then_some(SetOpenCommand::Toggle);
    let frame = Frame::popup(&button.ctx.global_style())
        .inner_margin(MARGIN)
        .corner_radius(radius::ROW);
    let popup = Popup::menu(button)
        .open_memory(open)
        .align(egui::RectAlign::BOTTOM_END)
        .gap(4.0)
        .frame(frame)
        .close_behavior(PopupCloseBehavior::CloseOnClick)
        .accessible_name(name);
    popup
        .show(|ui| {
            ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
            let width = width(ui, rows.iter().map(|(_, words, _)| words.as_str()));
            let chosen = |(sign, words, meaning): (Icon, String, T)| {
                row(ui, width, sign, &words).clicked().then_some(meaning)
            };
            // Every row is shown, whichever is chosen.
            rows.into_iter().filter_map(chosen).last()
        })?
        .inner
}

fn width<'a>(ui: &Ui, words: impl Iterator<Item = &'a str>) -> f32 {
    let one = |words: &str| {
        let galley = ui.painter().layout_job(role::LEAD.job(words, palette(ui).text));
        galley.size().x + BESIDE.0 + BESIDE.1
    };
    words.map(one).fold(140.0, f32::max).ceil()
}

fn row(ui: &mut Ui, width: f32, sign: Icon, words: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(width, ROW), Sense::click());
    let palette = palette(ui);
    if response.hovered() {
        ui.painter().rect_filled(rect, radius::INNER, palette.sunken);
    }
    if response.has_focus() {
        // Rows touch each other: the ring stands inside.
        focus_ring(ui, rect.shrink(4.0), radius::INNER - 3);
    }
    let middle = rect.center().y;
    icon(
        ui.painter(),
        pos2(rect.left() + 20.0, middle),
        18.0,
        sign,
        palette.text,
    );
    let galley = ui.painter().layout_job(role::LEAD.job(words, palette.text));
    let at = pos2(rect.left() + BESIDE.0, middle - galley.size().y / 2.0);
    ui.painter().galley(at.round(), galley, palette.text);
    response.widget_info(|| WidgetInfo::labeled(Role::MenuItem, true, words));
    response
}
