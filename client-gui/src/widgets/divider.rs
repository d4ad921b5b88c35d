//! Words in the middle of a line across a history: what the system says, as a widget of its own that no text can imitate.

use egui::text::TextWrapping;
use egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2};

use crate::theme::{palette, role, stroke};
use crate::widgets::icon::{Icon, icon};

/// Height of such a line, in points.
pub const DIVIDER: f32 = 24.0;

/// What the sign takes from the words, the least that is kept of the line on both sides, and its distance from the words.
const SIGN: f32 = 24.0;
const LINES: f32 = 48.0;
const BESIDE: f32 = 12.0;

/// Draws the words across `place`, with a sign before them; too long ones are cut.
pub fn divider(ui: &Ui, place: Rect, sign: Option<Icon>, says: &str) {
    let palette = palette(ui);
    let sign_width = if sign.is_some() { SIGN } else { 0.0 };
    let mut job = role::SYSTEM.job(says, palette.muted);
    job.wrap = TextWrapping::truncate_at_width((place.width() - sign_width - LINES).max(0.0));
    let galley = ui.painter().layout_job(job);
    let words_width = galley.size().x + sign_width;
    let begin = (place.center().x - words_width / 2.0).round();
    let y = place.center().y.round();
    for (from, to) in [
        (place.left(), begin - BESIDE),
        (begin + words_width + BESIDE, place.right()),
    ] {
        let line = Rect::from_min_max(pos2(from, y), pos2(to.max(from), y + stroke::LINE));
        ui.painter().rect_filled(line, 0, palette.line);
    }
    if let Some(sign) = sign {
        icon(ui.painter(), pos2(begin + 8.0, y), 16.0, sign, palette.muted);
    }
    let at = pos2(begin + sign_width, (y - galley.size().y / 2.0).round());
    ui.painter().galley(at, galley, palette.muted);
    let response = ui.interact(place, ui.scope_id().with("line"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, says));
}
