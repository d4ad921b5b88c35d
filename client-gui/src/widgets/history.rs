//! A list of any length in which only what is seen is laid out. It stays at its end while it is there, and what is being read
//! does not move when something above it changes. What a row is, its owner knows.

mod heights;

use std::sync::{Arc, Mutex, PoisonError};

use egui::style::ScrollAnimation;
use egui::{Context, Id, NumExt, Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};

use heights::Heights;

/// The rows of a history.
pub trait Rows {
    /// A row, laid out for a width.
    type Laid;

    /// How many there are.
    fn count(&self) -> usize;

    /// What names a row for good. Ids grow from row to row.
    fn id(&self, row: usize) -> u64;

    /// Lays a row out for a width in points, and says how high it is then. Called for each visible row in each frame.
    fn lay_out(&self, ui: &Ui, row: usize, width: f32) -> (Self::Laid, f32);

    /// Shows a row where it belongs.
    fn show(&mut self, ui: &mut Ui, row: usize, laid: Self::Laid);
}

/// What became of a history.
pub struct Shown {
    /// The newest is in sight, and what comes next will be.
    pub at_end: bool,
    /// Where it was drawn.
    pub rect: Rect,
}

/// A row that nobody has seen yet is taken to be as high as a short message.
const GUESS: f32 = 56.0;

/// Above this many rows seen at once something is wrong with the heights; drawing stops there for the frame.
const VISIBLE_ROWS_MAX: usize = 500;

/// Rounds after which the place of the list is good enough for a frame.
const SETTLING_ROUNDS: usize = 6;

/// How much of a page the keys turn.
const PAGE_SHARE: f32 = 0.9;

/// What is remembered from frame to frame.
struct Memory {
    heights: Heights,
    /// The row that was the first in sight, and the height above it.
    anchor: Option<(u64, f64)>,
    at_end: bool,
    /// What is being read stays where it is in the next frame, even at the end.
    held: bool,
}

/// A history begins at its end.
impl Default for Memory {
    fn default() -> Self {
        Self {
            heights: Heights::default(),
            anchor: None,
            at_end: true,
            held: false,
        }
    }
}

/// egui's own memory hands out copies; this one is shared.
type Shared = Arc<Mutex<Memory>>;

/// Shows the rows in what is left of the `ui`; `to_end` goes to the newest. What it remembers under `id` belongs to one list:
/// [`forget`] it before another one is shown.
pub fn history(ui: &mut Ui, id: Id, to_end: bool, rows: &mut impl Rows) -> Shown {
    let memory = ui.data_mut(|data| data.get_temp_mut_or_default::<Shared>(id).clone());
    let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
    memory.heights.follow(rows.count(), |row| rows.id(row), GUESS);
    turn_pages(ui);
    let held = std::mem::take(&mut memory.held);
    memory.at_end &= !held;
    let mut area = ScrollArea::vertical()
        .id_salt(id)
        .auto_shrink(false)
        .animated(false)
        .stick_to_bottom(!held);
    let begins = memory.anchor.is_none();
    if to_end || begins {
        memory.at_end = true;
        // More than there is: the area itself knows where its end is.
        area = area.vertical_scroll_offset(rounded(memory.heights.total()) + GUESS);
    }
    let output = area.show_viewport(ui, |ui, viewport| show_rows(ui, viewport, &mut memory, rows));
    let below = output.content_size.y - output.state.clamped_offset().y - output.inner_rect.height();
    memory.at_end = to_end || begins || below < 2.0;
    Shown {
        at_end: memory.at_end,
        rect: output.inner_rect,
    }
}

/// A row is about to become higher at the reader's wish: what is in sight stays there, although it may have been the end.
pub fn hold(ctx: &Context, id: Id) {
    let memory = ctx.data_mut(|data| data.get_temp_mut_or_default::<Shared>(id).clone());
    memory.lock().unwrap_or_else(PoisonError::into_inner).held = true;
}

/// Forgets the list that was shown.
pub fn forget(ctx: &Context, id: Id) {
    ctx.data_mut(|data| data.remove::<Shared>(id));
}

fn show_rows(ui: &mut Ui, viewport: Rect, memory: &mut Memory, rows: &mut impl Rows) {
    let origin = ui.max_rect().min;
    let width = ui.available_width();
    let (target, visible) = settle(ui, viewport, width, memory, rows);
    // Where the area believes it is, and where it should be: drawn there already, and told to the area for the next frame.
    let shift = target - viewport.top();
    if shift != 0.0 && !memory.at_end {
        ui.scroll_with_delta_animation(vec2(0.0, -shift), ScrollAnimation::none());
    }
    memory.anchor = visible
        .first()
        .map(|seen| (rows.id(seen.row), memory.heights.above(seen.row)));
    for seen in visible {
        let top = rounded(memory.heights.above(seen.row)) - shift;
        let place = Rect::from_min_size(origin + vec2(0.0, top), vec2(width, seen.height));
        let mut child = ui.new_child(UiBuilder::new().max_rect(place).id_salt(rows.id(seen.row)));
        rows.show(&mut child, seen.row, seen.laid);
    }
    let end = pos2(origin.x + width, origin.y + rounded(memory.heights.total()));
    ui.expand_to_include_rect(Rect::from_min_max(origin, end));
}

/// A row in sight.
struct Seen<L> {
    row: usize,
    laid: L,
    height: f32,
}

/// Finds the height at which the list has to be looked at, and the rows in sight from there. Laying rows out tells their
/// heights, which may move that place: a few rounds, and it rests.
fn settle<R: Rows>(
    ui: &Ui,
    viewport: Rect,
    width: f32,
    memory: &mut Memory,
    rows: &R,
) -> (f32, Vec<Seen<R::Laid>>) {
    let mut target = target(viewport, memory);
    let mut visible = lay_out_visible(ui, target, viewport.height(), width, memory, rows);
    for _ in 1..SETTLING_ROUNDS {
        let moved = self::target(viewport, memory);
        if (moved - target).abs() < 0.5 {
            break;
        }
        target = moved;
        visible = lay_out_visible(ui, target, viewport.height(), width, memory, rows);
    }
    (target, visible)
}

/// At the end, so high that the newest row is the last in sight; elsewhere, so that the row that was the first in sight stays
/// where it is, whatever happened above it.
fn target(viewport: Rect, memory: &Memory) -> f32 {
    if memory.at_end {
        return (rounded(memory.heights.total()) - viewport.height()).max(0.0);
    }
    let moved = memory.anchor.and_then(|(id, above)| {
        let row = memory.heights.position(id)?;
        Some(rounded(memory.heights.above(row) - above))
    });
    viewport.top() + moved.unwrap_or(0.0)
}

/// Lays out what is in sight from this height on, and notes how high it is.
fn lay_out_visible<R: Rows>(
    ui: &Ui,
    top: f32,
    view_height: f32,
    width: f32,
    memory: &mut Memory,
    rows: &R,
) -> Vec<Seen<R::Laid>> {
    let first = memory.heights.row_at(f64::from(top));
    let mut visible = Vec::new();
    let mut bottom = rounded(memory.heights.above(first));
    for row in (first..rows.count()).take(VISIBLE_ROWS_MAX) {
        if bottom > top + view_height {
            break;
        }
        let (laid, height) = rows.lay_out(ui, row, width);
        memory.heights.set(row, height);
        bottom += height;
        visible.push(Seen { row, laid, height });
    }
    visible
}

/// The keys for a page up and down work while the keyboard is in the composer.
fn turn_pages(ui: &Ui) {
    let pages = ui.input_mut(|input| {
        let mut pages = 0.0;
        for (key, direction) in [(egui::Key::PageUp, 1.0), (egui::Key::PageDown, -1.0)] {
            if input.consume_key(egui::Modifiers::NONE, key) {
                pages += direction;
            }
        }
        pages
    });
    if pages != 0.0 {
        let page = ui.available_height().at_least(GUESS) * PAGE_SHARE;
        ui.scroll_with_delta_animation(vec2(0.0, pages * page), ScrollAnimation::none());
    }
}

/// As egui counts. A history holds some ten thousand rows, so that half a point is its error at most.
fn rounded(points: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "a coordinate on a screen")]
    let points = points as f32;
    points
}

#[cfg(test)]
mod tests;
