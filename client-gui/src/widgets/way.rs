//! A way in besides the main one: a tile with its sign, its name and what it means. Tiles stand side by side, and where there is no
//! room each is a row.

use egui::{Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::focus::focus_ring;
use super::icon::{Icon, icon};
use super::surface::offer;
use crate::theme::{Room, gap, palette, radius, role, stroke};

/// One way in.
pub struct Way {
    sign: Icon,
    name: String,
    about: String,
    tip: String,
}

/// Height of a tile, and the distance of what is in it from its upper edge: of the middle of the sign, and of the name.
const HEIGHT: f32 = 88.0;
const SIGN_AT: f32 = 24.0;
const NAME_AT: f32 = 41.0;

/// Space beside the words in a tile.
const BESIDE: f32 = 8.0;

impl Way {
    /// With a sign, a name, what it means, and a tooltip.
    pub fn new(sign: Icon, name: String, about: String, tip: String) -> Self {
        Self {
            sign,
            name,
            about,
            tip,
        }
    }
}

/// Shows the ways, and answers which was chosen.
pub fn way_row<T>(ui: &mut Ui, ways: Vec<(Way, T)>) -> Option<T> {
    let mut chosen = None;
    if Room::of(ui.ctx()).compact() || ways.len() < 2 {
        for (way, meaning) in ways {
            let row = offer(ui, way.sign, &way.name, &way.about, &way.tip);
            if row.clicked() {
                chosen = Some(meaning);
            }
            ui.add_space(gap::TIGHT);
        }
        return chosen;
    }
    #[expect(clippy::cast_precision_loss, reason = "a handful of ways")]
    let count = ways.len() as f32;
    let width = ((ui.available_width() - gap::SNUG * (count - 1.0)) / count).floor();
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = gap::SNUG;
        for (way, meaning) in ways {
            if tile(ui, width, &way).clicked() {
                chosen = Some(meaning);
            }
        }
    });
    chosen
}

fn tile(ui: &mut Ui, width: f32, way: &Way) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::click());
    let colours = palette(ui);
    let fill = if response.hovered() {
        colours.sunken
    } else {
        colours.surface
    };
    let line = Stroke::new(stroke::LINE, colours.field);
    ui.painter()
        .rect(rect, radius::ROW, fill, line, StrokeKind::Inside);
    if response.has_focus() {
        focus_ring(ui, rect, radius::ROW);
    }
    let sign_at = pos2(rect.center().x, rect.top() + SIGN_AT);
    icon(ui.painter(), sign_at, 22.0, way.sign, colours.link);
    let name_bottom = centred(ui, rect, NAME_AT, role::SUBHEADING.job(&way.name, colours.text));
    centred(ui, rect, name_bottom, role::NOTE.job(&way.about, colours.muted));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &way.name));
    response.on_hover_text(&way.tip)
}

/// One line in the middle of a tile, so far below its upper edge; too long ones are cut. Answers where it ends.
fn centred(ui: &Ui, rect: Rect, top: f32, mut job: egui::text::LayoutJob) -> f32 {
    job.wrap = egui::text::TextWrapping::truncate_at_width(rect.width() - 2.0 * BESIDE);
    let galley = ui.painter().layout_job(job);
    let at = pos2(rect.center().x - galley.size().x / 2.0, rect.top() + top);
    let bottom = top + galley.size().y;
    ui.painter().galley(at.round(), galley, palette(ui).text);
    bottom
}
