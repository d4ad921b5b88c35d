//! A list of any length in which only what is seen is laid out. It stays at its end while it is there, and what is being read
//! does not move when something above it changes. What a row is, its owner knows.

mod heights;

use std::sync::{Arc, Mutex, PoisonError};

use egui::style::ScrollAnimation;
use egui::{Id, NumExt, Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};

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

/// How much of a page the keys turn.
const PAGE_SHARE: f32 = 0.9;

/// What is remembered from frame to frame.
#[derive(Default)]
struct Memory {
    heights: Heights,
    /// The row that was the first in sight, and the height above it.
    anchor: Option<(u64, f64)>,
    at_end: bool,
}

/// egui's own memory hands out copies; this one is shared.
type Shared = Arc<Mutex<Memory>>;

/// Shows the rows in what is left of the `ui`. `name` tells one conversation from the next; `to_end` goes to the newest.
pub fn history(ui: &mut Ui, name: Id, to_end: bool, rows: &mut impl Rows) -> Shown {
    let memory = ui.data_mut(|data| data.get_temp_mut_or_default::<Shared>(name).clone());
    let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
    memory.heights.follow(rows.count(), |row| rows.id(row), GUESS);
    turn_pages(ui);
    let mut area = ScrollArea::vertical()
        .id_salt(name)
        .auto_shrink(false)
        .animated(false)
        .stick_to_bottom(true);
    if to_end {
        // More than there is: the area itself knows where its end is.
        area = area.vertical_scroll_offset(rounded(memory.heights.total()) + GUESS);
    }
    let output = area.show_viewport(ui, |ui, viewport| show_rows(ui, viewport, &mut memory, rows));
    let below = output.content_size.y - output.state.clamped_offset().y - output.inner_rect.height();
    memory.at_end = to_end || below < 2.0;
    Shown {
        at_end: memory.at_end,
        rect: output.inner_rect,
    }
}

fn show_rows(ui: &mut Ui, viewport: Rect, memory: &mut Memory, rows: &mut impl Rows) {
    let origin = ui.max_rect().min;
    let width = ui.available_width();
    let first = memory.heights.row_at(f64::from(viewport.top()));
    let visible = lay_out_visible(ui, viewport, width, first, memory, rows);
    let shift = if memory.at_end { 0.0 } else { anchor_shift(memory) };
    if shift != 0.0 {
        ui.scroll_with_delta_animation(vec2(0.0, -shift), ScrollAnimation::none());
    }
    let mut top = rounded(memory.heights.above(first)) - shift;
    for (row, laid, height) in visible {
        let place = Rect::from_min_size(origin + vec2(0.0, top), vec2(width, height));
        let mut child = ui.new_child(UiBuilder::new().max_rect(place).id_salt(rows.id(row)));
        rows.show(&mut child, row, laid);
        top += height;
    }
    memory.anchor = (first < rows.count()).then(|| (rows.id(first), memory.heights.above(first)));
    let end = pos2(origin.x + width, origin.y + rounded(memory.heights.total()));
    ui.expand_to_include_rect(Rect::from_min_max(origin, end));
}

/// Lays out what is in sight, from the first row on, and notes how high it is.
fn lay_out_visible<R: Rows>(
    ui: &Ui,
    viewport: Rect,
    width: f32,
    first: usize,
    memory: &mut Memory,
    rows: &R,
) -> Vec<(usize, R::Laid, f32)> {
    let mut visible = Vec::new();
    let mut bottom = rounded(memory.heights.above(first));
    for row in (first..rows.count()).take(VISIBLE_ROWS_MAX) {
        if bottom > viewport.bottom() {
            break;
        }
        let (laid, height) = rows.lay_out(ui, row, width);
        memory.heights.set(row, height);
        bottom += height;
        visible.push((row, laid, height));
    }
    visible
}

/// By how much the row that was the first in sight has been moved by what happened above it.
fn anchor_shift(memory: &Memory) -> f32 {
    let Some((id, above)) = memory.anchor else {
        return 0.0;
    };
    let moved = memory
        .heights
        .position(id)
        .map(|row| memory.heights.above(row) - above);
    moved.map_or(0.0, rounded)
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
