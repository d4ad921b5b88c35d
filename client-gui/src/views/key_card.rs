//! A key, as people read it to each other.

use acaso_shared::ids::Fingerprint;
use egui::{Color32, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use crate::theme::{gap, palette, radius, role, stroke};

/// A key, and whose it is.
pub(super) struct KeyCard<'a> {
    /// Whose.
    pub(super) head: String,
    /// What is known about it.
    pub(super) about: String,
    /// The key.
    pub(super) fingerprint: &'a Fingerprint,
    /// It should not be this one.
    pub(super) alarming: bool,
}

/// Height of a line of groups.
const LINE: f32 = role::KEY.line + 1.0;

/// A card with a key in it.
pub(super) fn key_card(ui: &mut Ui, width: f32, card: &KeyCard<'_>) {
    let palette = palette(ui);
    let padding = 20.0;
    let (rect, response) = ui.allocate_exact_size(vec2(width, 172.0), Sense::hover());
    let (line, ink): (Stroke, Color32) = if card.alarming {
        (Stroke::new(stroke::STRONG, palette.danger), palette.danger)
    } else {
        (Stroke::new(stroke::LINE, palette.line), palette.text)
    };
    let painter = ui.painter();
    painter.rect(rect, radius::CARD, palette.surface, line, StrokeKind::Inside);
    let mut place = Rect::from_min_size(rect.min + vec2(padding, 16.0), vec2(width - 2.0 * padding, LINE));
    painter.galley(
        place.min,
        painter.layout_job(role::SUBHEADING.job(&card.head, ink)),
        ink,
    );
    place = place.translate(vec2(0.0, 20.0));
    painter.galley(
        place.min,
        painter.layout_job(role::SMALL.job(&card.about, palette.muted)),
        palette.muted,
    );
    place = place.translate(vec2(0.0, 28.0));
    groups(ui, place.min, card.fingerprint);
    response.widget_info(|| {
        WidgetInfo::labeled(
            Role::Label,
            true,
            format!("{}, {}: {}", card.head, card.about, card.fingerprint),
        )
    });
}

/// A key by itself, under a heading that says whose it is.
pub(super) fn key_box(ui: &mut Ui, says: &str, fingerprint: &Fingerprint) {
    let (width, padding) = (ui.available_width(), gap::SNUG);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 4.0 * LINE + 2.0 * padding), Sense::hover());
    let fill = palette(ui).sunken;
    ui.painter().rect_filled(rect, radius::CONTROL, fill);
    groups(ui, rect.min + vec2(gap::BASE, padding), fingerprint);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, says));
}

/// Sixteen groups in four lines, as people read them to each other.
fn groups(ui: &Ui, corner: Pos2, fingerprint: &Fingerprint) {
    let (painter, ink) = (ui.painter(), palette(ui).text);
    let mut at = corner;
    for four in fingerprint.groups().chunks(4) {
        let galley = painter.layout_job(role::KEY.job(four.join(" "), ink));
        painter.galley(at, galley, ink);
        at.y += LINE;
    }
}
