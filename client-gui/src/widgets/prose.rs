//! What somebody wrote, laid out: prose whose links can be pressed, and code on a ground of its own. All of it can be selected, and
//! from one text to the next.

use std::ops::Range;
use std::sync::Arc;

use egui::text::CCursor;
use egui::text_selection::LabelSelectionState;
use egui::{Align, Color32, Galley, Id, Pos2, Rect, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};

use crate::hygiene::{Link, links};
use crate::theme::{radius, role, stroke};
use crate::widgets::focus::focus_ring;
use crate::widgets::message_text::{Block, blocks, is_right_to_left, linked_job};

/// How far the ground of code reaches beyond its text.
const CODE_AROUND: Vec2 = vec2(8.0, 2.5);

/// How far a link's line stands above the foot of its row.
const UNDERLINE: f32 = 3.5;

/// Space between prose and code.
const BLOCK_GAP: f32 = 9.0;

/// A text, laid out.
pub struct Prose {
    /// Its size, in points.
    pub size: Vec2,
    parts: Vec<Part>,
}

/// The colours of a text.
#[derive(Clone, Copy)]
pub struct Inks {
    /// Of the words.
    pub text: Color32,
    /// Of links.
    pub link: Color32,
    /// Under code.
    pub code_ground: Color32,
}

struct Part {
    galley: Arc<Galley>,
    /// Distance of its top from the top of the text.
    top: f32,
    code: bool,
    right_to_left: bool,
    /// Where its links stand in the laid-out text, a rectangle for each line, and where they lead.
    links: Vec<(Vec<Rect>, Link)>,
}

impl Prose {
    /// Lays a text out in lines of this width.
    pub fn lay_out(ui: &Ui, text: &str, inks: Inks, width: f32) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        let (mut top, mut widest) = (0.0, 0.0_f32);
        for block in blocks(text) {
            if !parts.is_empty() {
                top += BLOCK_GAP;
            }
            let part = Part::lay_out(ui, block, (inks.text, inks.link), width, top);
            top += part.galley.size().y;
            widest = widest.max(part.galley.size().x);
            parts.push(part);
        }
        let size = vec2(widest, top);
        Self { size, parts }
    }

    /// Draws it into `place`. Answers which of its links was pressed.
    pub fn show(self, ui: &Ui, place: Rect, id: Id, inks: Inks) -> Option<Link> {
        let mut pressed = None;
        for (n, part) in self.parts.into_iter().enumerate() {
            pressed = part.show(ui, place, id.with(n), inks).or(pressed);
        }
        pressed
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

    fn show(self, ui: &Ui, text: Rect, id: Id, inks: Inks) -> Option<Link> {
        let height = self.galley.size().y;
        if self.code {
            let top = text.top() + self.top;
            let code = Rect::from_x_y_ranges(text.x_range(), top..=top + height);
            let ground = code.expand2(CODE_AROUND);
            ui.painter()
                .rect_filled(ground, radius::CONTROL - 1, inks.code_ground);
        }
        let x = if self.right_to_left {
            text.right()
        } else {
            text.left()
        };
        let at = pos2(x, text.top() + self.top).round();
        let place = self.galley.rect.translate(at.to_vec2());
        // As egui's own labels: text is selected with the pointer, and Tab does not stop at it.
        let sense = Sense::click_and_drag() - Sense::FOCUSABLE;
        let response = ui.interact(place, id, sense);
        if response.hovered() {
            ui.set_cursor_icon(egui::CursorIcon::Text);
        }
        LabelSelectionState::label_text_selection(ui, &response, at, self.galley, inks.text, Stroke::NONE);
        let line_ink = inks.link;
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
