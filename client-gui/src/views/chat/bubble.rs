//! One message: prose and code in a bubble, solid on the right for you, outlined on the left for them.

use std::sync::Arc;

use egui::text_selection::LabelSelectionState;
use egui::{
    Align, Color32, CornerRadius, Galley, Id, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2, pos2, vec2,
};

use crate::model::By;
use crate::theme::{palette, radius, role, stroke};
use crate::widgets::message_text::{Block, blocks, is_right_to_left, message_job};

/// A bubble is at most as wide as so much of its column, and as so many points: longer lines are hard to read.
const WIDTH_SHARE: f32 = 0.84;
const WIDTH_MAX: f32 = 520.0;

/// Space around the text of a bubble, and around the ground of code inside it.
const PADDING: Vec2 = vec2(14.0, 9.0);
const CODE_INSET: f32 = 6.0;

/// Space between prose and code.
const BLOCK_GAP: f32 = 9.0;

/// A message, laid out.
pub(super) struct Bubble {
    /// Its size, padding included.
    pub(super) size: Vec2,
    parts: Vec<Part>,
}

struct Part {
    galley: Arc<Galley>,
    /// Distance of its top from the top of the bubble.
    top: f32,
    code: bool,
    right_to_left: bool,
}

/// Whose, and whether it is over.
#[derive(Clone, Copy)]
pub(super) struct Mood {
    pub(super) by: By,
    pub(super) past: bool,
}

impl Bubble {
    /// Lays a message out in a column of this width.
    pub(super) fn lay_out(ui: &Ui, text: &str, mood: Mood, column_width: f32) -> Self {
        let width = (column_width * WIDTH_SHARE).min(WIDTH_MAX) - 2.0 * PADDING.x;
        let ink = mood.ink(ui);
        let mut parts: Vec<Part> = Vec::new();
        let (mut top, mut widest) = (PADDING.y, 0.0_f32);
        for block in blocks(text) {
            if !parts.is_empty() {
                top += BLOCK_GAP;
            }
            let part = Part::lay_out(ui, block, ink, width, top);
            top += part.galley.size().y;
            widest = widest.max(part.galley.size().x);
            parts.push(part);
        }
        let size = vec2(widest + 2.0 * PADDING.x, top + PADDING.y).ceil();
        Self { size, parts }
    }

    /// Draws it. Its text can be selected, and from one bubble to the next.
    pub(super) fn show(self, ui: &mut Ui, rect: Rect, id: Id, mood: Mood) -> Response {
        let response = ui.interact(rect, id, Sense::hover());
        let (fill, line) = mood.ground(ui);
        let mut corner = CornerRadius::same(radius::CARD);
        // The sharp corner points to who says it.
        match mood.by {
            By::Me => corner.se = 4,
            By::Them => corner.nw = 4,
        }
        ui.painter().rect(
            rect,
            corner,
            fill,
            Stroke::new(stroke::LINE, line),
            StrokeKind::Inside,
        );
        if mood.by == By::Me && !mood.past {
            // The usual ground of a selection is nearly the bubble's own colour.
            ui.visuals_mut().selection.bg_fill = palette(ui).mine_text.gamma_multiply(0.3);
        }
        let ink = mood.ink(ui);
        for (n, part) in self.parts.into_iter().enumerate() {
            part.show(ui, rect, id.with(n), mood, ink);
        }
        response
    }
}

impl Part {
    fn lay_out(ui: &Ui, block: Block<'_>, ink: Color32, width: f32, top: f32) -> Self {
        let (mut job, code, right_to_left) = match block {
            Block::Prose(text) => (message_job(text, role::BODY, ink), false, is_right_to_left(text)),
            Block::Code(text) => (role::CODE.job(text, ink), true, false),
        };
        job.wrap.max_width = width;
        if right_to_left {
            job.halign = Align::RIGHT;
        }
        Self {
            galley: ui.painter().layout_job(job),
            top,
            code,
            right_to_left,
        }
    }

    fn show(self, ui: &Ui, bubble: Rect, id: Id, mood: Mood, ink: Color32) {
        let height = self.galley.size().y;
        if self.code {
            let top = bubble.top() + self.top - (PADDING.y - CODE_INSET) / 2.0;
            let ground = Rect::from_min_max(
                pos2(bubble.left() + CODE_INSET, top - 1.0),
                pos2(bubble.right() - CODE_INSET, top + height + 4.0),
            );
            ui.painter()
                .rect_filled(ground, radius::CONTROL - 1, mood.code_ground(ui));
        }
        let x = if self.right_to_left {
            bubble.right() - PADDING.x
        } else {
            bubble.left() + PADDING.x
        };
        let at = pos2(x, bubble.top() + self.top).round();
        let place = self.galley.rect.translate(at.to_vec2());
        // As egui's own labels: text is selected with the pointer, and Tab does not stop at it.
        let sense = Sense::click_and_drag() - Sense::FOCUSABLE;
        let response = ui.interact(place, id, sense);
        if response.hovered() {
            ui.set_cursor_icon(egui::CursorIcon::Text);
        }
        LabelSelectionState::label_text_selection(ui, &response, at, self.galley, ink, Stroke::NONE);
    }
}

impl Mood {
    fn ink(self, ui: &Ui) -> Color32 {
        match (self.past, self.by) {
            (true, _) => palette(ui).muted,
            (false, By::Me) => palette(ui).mine_text,
            (false, By::Them) => palette(ui).text,
        }
    }

    /// Fill and border.
    fn ground(self, ui: &Ui) -> (Color32, Color32) {
        let palette = palette(ui);
        match (self.by, self.past) {
            (By::Me, false) => (palette.mine, Color32::TRANSPARENT),
            (By::Me, true) => (palette.sunken, Color32::TRANSPARENT),
            (By::Them, false) => (palette.surface, palette.line),
            (By::Them, true) => (palette.bg, palette.line),
        }
    }

    fn code_ground(self, ui: &Ui) -> Color32 {
        let palette = palette(ui);
        match (self.by, self.past) {
            (By::Me, false) => palette.mine_sunken,
            (By::Me, true) => palette.bg,
            (By::Them, _) => palette.sunken,
        }
    }
}
