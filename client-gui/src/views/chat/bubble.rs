//! One message: prose and code in a bubble, solid on the right for you, outlined on the left for them.

use egui::{Color32, CornerRadius, Id, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2, vec2};

use crate::hygiene::Link;
use crate::model::By;
use crate::theme::{palette, radius, stroke};
use crate::widgets::prose::{Inks, Prose};

/// A bubble is at most as wide as so much of its column, and as so many points: longer lines are hard to read.
const WIDTH_SHARE: f32 = 0.84;
const WIDTH_MAX: f32 = 520.0;

/// Space around the text of a bubble.
const PADDING: Vec2 = vec2(14.0, 9.0);

/// A message, laid out.
pub(in crate::views) struct Bubble {
    /// Its size, padding included.
    pub(in crate::views) size: Vec2,
    prose: Prose,
}

/// Whose, and whether it is over.
#[derive(Clone, Copy)]
pub(in crate::views) struct Mood {
    pub(in crate::views) by: By,
    pub(in crate::views) past: bool,
}

impl Bubble {
    /// Lays a message out in a column of this width.
    pub(in crate::views) fn lay_out(ui: &Ui, text: &str, mood: Mood, column_width: f32) -> Self {
        let width = (column_width * WIDTH_SHARE).min(WIDTH_MAX) - 2.0 * PADDING.x;
        let prose = Prose::lay_out(ui, text, mood.inks(ui), width);
        let size = (prose.size + 2.0 * PADDING).ceil();
        Self { size, prose }
    }

    /// Draws it. Its text can be selected, and from one bubble to the next. Answers which of its links was pressed, too.
    pub(in crate::views) fn show(
        self,
        ui: &mut Ui,
        rect: Rect,
        id: Id,
        mood: Mood,
    ) -> (Response, Option<Link>) {
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
        let inks = mood.inks(ui);
        let pressed = self.prose.show(ui, rect.shrink2(PADDING), id, inks);
        (response, pressed)
    }
}

impl Mood {
    fn inks(self, ui: &Ui) -> Inks {
        Inks {
            text: self.ink(ui),
            link: self.link_ink(ui),
            code_ground: self.code_ground(ui),
        }
    }

    fn ink(self, ui: &Ui) -> Color32 {
        match (self.past, self.by) {
            (true, _) => palette(ui).muted,
            (false, By::Me) => palette(ui).mine_text,
            (false, By::Them) => palette(ui).text,
        }
    }

    /// On your own bubble a link differs by its line alone: there is no second colour to be read there.
    fn link_ink(self, ui: &Ui) -> Color32 {
        match (self.past, self.by) {
            (false, By::Them) => palette(ui).link,
            _ => self.ink(ui),
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
