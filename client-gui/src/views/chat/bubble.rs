//! One message: prose and code in a bubble, solid on the right for you, outlined on the left for them.

use std::ops::Range;
use std::sync::Arc;

use egui::text::CCursor;
use egui::text_selection::LabelSelectionState;
use egui::{
    Align, Color32, CornerRadius, Galley, Id, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui,
    Vec2, WidgetInfo, pos2, vec2,
};

use crate::hygiene::{Link, links};
use crate::model::By;
use crate::theme::{palette, radius, role, stroke};
use crate::widgets::focus::focus_ring;
use crate::widgets::message_text::{Block, blocks, is_right_to_left, linked_job};

/// A bubble is at most as wide as so much of its column, and as so many points: longer lines are hard to read.
const WIDTH_SHARE: f32 = 0.84;
const WIDTH_MAX: f32 = 520.0;

/// Space around the text of a bubble, and around the ground of code inside it.
const PADDING: Vec2 = vec2(14.0, 9.0);
const CODE_INSET: f32 = 6.0;

/// How far a link's line stands above the foot of its row.
const UNDERLINE: f32 = 3.5;

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
    /// Where its links stand in the laid-out text, a rectangle for each line, and where they lead.
    links: Vec<(Vec<Rect>, Link)>,
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
        let ink = (mood.ink(ui), mood.link_ink(ui));
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

    /// Draws it. Its text can be selected, and from one bubble to the next. Answers which of its links was pressed, too.
    pub(super) fn show(self, ui: &mut Ui, rect: Rect, id: Id, mood: Mood) -> (Response, Option<Link>) {
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
        let mut pressed = None;
        for (n, part) in self.parts.into_iter().enumerate() {
            pressed = part.show(ui, rect, id.with(n), mood, ink).or(pressed);
        }
        (response, pressed)
    }
}

impl Part {
    fn lay_out(ui: &Ui, block: Block<'_>, (ink, link_ink): (Color32, Color32), width: f32, top: f32) -> Self {
        let (mut job, found, right_to_left) = match block {
            Block::Prose(text) => {
                let (places, found): (Vec<_>, Vec<_>) = links(text).into_iter().unzip();
                let job = linked_job(text, role::BODY, ink, &places, link_ink);
                let found: Vec<_> = places.into_iter().zip(found).collect();
                (job, found, is_right_to_left(text))
            }
            Block::Code(text) => (role::CODE.job(text, ink), Vec::new(), false),
        };
        job.wrap.max_width = width;
        if right_to_left {
            job.halign = Align::RIGHT;
        }
        let galley = ui.painter().layout_job(job);
        Self {
            links: found
                .into_iter()
                .map(|(place, link)| (lines_of(&galley, place), link))
                .collect(),
            galley,
            top,
            code: matches!(block, Block::Code(_)),
            right_to_left,
        }
    }

    fn show(self, ui: &Ui, bubble: Rect, id: Id, mood: Mood, ink: Color32) -> Option<Link> {
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
        let line_ink = mood.link_ink(ui);
        let pressed = |(n, (lines, link))| {
            link_pressed(ui, id.with(("link", n)), at, lines, &link, line_ink).then_some(link)
        };
        self.links.into_iter().enumerate().filter_map(pressed).next()
    }
}

/// Where this range of a text stands once it is laid out: a rectangle for each line.
fn lines_of(galley: &Galley, range: Range<usize>) -> Vec<Rect> {
    let text = galley.text();
    let cursor = |byte: usize| CCursor::new(text[..byte].chars().count());
    let (from, to) = (cursor(range.start), cursor(range.end));
    let rows = galley.layout_from_cursor(from).row..=galley.layout_from_cursor(to).row;
    let (left, right) = (
        galley.pos_from_cursor(from).left(),
        galley.pos_from_cursor(to).left(),
    );
    let line = |row: usize| {
        let whole = galley.rows.get(row)?.rect();
        let left = if row == *rows.start() { left } else { whole.left() };
        let right = if row == *rows.end() { right } else { whole.right() };
        (right > left).then(|| Rect::from_min_max(pos2(left, whole.top()), pos2(right, whole.bottom())))
    };
    rows.clone().filter_map(line).collect()
}

/// A link as something to press, on each of its lines; Tab stops at it once.
fn link_pressed(ui: &Ui, id: Id, origin: Pos2, lines: Vec<Rect>, link: &Link, ink: Color32) -> bool {
    let mut pressed = false;
    for (n, line) in lines.into_iter().enumerate() {
        let sense = if n == 0 {
            Sense::click()
        } else {
            Sense::click() - Sense::FOCUSABLE
        };
        let place = line.translate(origin.to_vec2());
        let response = ui.interact(place, id.with(n), sense);
        // Close under the letters: the toolkit's own line stands at the foot of the row.
        let under = place.bottom() - UNDERLINE;
        ui.painter()
            .hline(place.x_range(), under, Stroke::new(stroke::LINE, ink));
        if response.hovered() {
            ui.set_cursor_icon(egui::CursorIcon::PointingHand);
        }
        if response.has_focus() {
            focus_ring(ui, place.shrink(2.0), radius::INNER - 3);
        }
        if n == 0 {
            response.widget_info(|| WidgetInfo::labeled(Role::Link, true, link.as_str()));
        }
        pressed |= response.clicked();
    }
    pressed
}

impl Mood {
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
