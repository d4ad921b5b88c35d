//! Where the keyboard is: a ring everybody sees, and asking for it only once.

use egui::{Id, Rect, Stroke, StrokeKind, Ui};

use crate::theme::{palette, stroke};

/// How far outside a shape the ring stands, in points.
pub const RING_DISTANCE: f32 = 3.0;

/// Draws the focus ring around a shape with rounded corners.
pub fn focus_ring(ui: &Ui, rect: Rect, corner: u8) {
    let ring = rect.expand(RING_DISTANCE);
    let line = Stroke::new(stroke::STRONG, palette(ui).link);
    // Never cut off by a scroll area whose edge the shape touches.
    let room = ui.clip_rect().expand(RING_DISTANCE + stroke::STRONG);
    ui.painter()
        .with_clip_rect(room)
        .rect_stroke(ring, corner + 3, line, StrokeKind::Inside);
}

/// Gives the keyboard to a widget that is to have it, unless it has it. The memory is asked, not the response: a response has no
/// focus while the window has none, and asking anew in each frame then switches the input method on and off for ever.
pub fn claim_focus(ui: &Ui, widget: Id) {
    if !ui.memory(|memory| memory.has_focus(widget)) {
        ui.memory_mut(|memory| memory.request_focus(widget));
    }
}
