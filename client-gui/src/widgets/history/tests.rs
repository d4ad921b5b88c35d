//! The list of messages under scrolling, growth and change of width, without a window.

use egui::{Context, Event, Key, Modifiers, RawInput, pos2};

use super::*;

const WINDOW: egui::Vec2 = vec2(400.0, 600.0);

/// Rows of known heights, and where they were seen in the last frame.
struct Fake {
    heights: Vec<(u64, f32)>,
    seen: Vec<(u64, f32)>,
}

impl Rows for Fake {
    type Laid = ();

    fn count(&self) -> usize {
        self.heights.len()
    }

    fn id(&self, row: usize) -> u64 {
        self.heights[row].0
    }

    fn lay_out(&self, _ui: &Ui, row: usize, _width: f32) -> ((), f32) {
        ((), self.heights[row].1)
    }

    fn show(&mut self, ui: &mut Ui, row: usize, (): ()) {
        self.seen.push((self.heights[row].0, ui.max_rect().top()));
    }
}

/// A window with nothing but a history.
struct Window {
    ctx: Context,
    rows: Fake,
    at_end: bool,
}

impl Window {
    fn with_rows(count: u64) -> Self {
        // From 30 to 119 points, with no order to rely on.
        let height = |id: u64| 30.0 + f32::from(u8::try_from(id * 7919 % 90).unwrap());
        let rows = Fake {
            heights: (0..count).map(|id| (id, height(id))).collect(),
            seen: Vec::new(),
        };
        let mut window = Self {
            ctx: Context::default(),
            rows,
            at_end: false,
        };
        window.frame(&[], false);
        window.frame(&[], false);
        window
    }

    fn frame(&mut self, keys: &[Key], to_end: bool) {
        let key = |key: &Key| Event::Key {
            key: *key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: Modifiers::NONE,
        };
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), WINDOW)),
            events: keys.iter().map(key).collect(),
            ..Default::default()
        };
        self.rows.seen.clear();
        let (rows, at_end) = (&mut self.rows, &mut self.at_end);
        let mut output = self.ctx.run_ui(input, |ui| {
            rows.seen.clear();
            *at_end = history(ui, Id::unique("history"), to_end, rows).at_end;
        });
        output.textures_delta.clear();
    }

    /// Where the row with this id was seen.
    fn place(&self, id: u64) -> Option<f32> {
        self.rows
            .seen
            .iter()
            .find(|(seen, _)| *seen == id)
            .map(|(_, top)| *top)
    }

    fn bottom_of_newest(&self) -> Option<f32> {
        let (id, height) = *self.rows.heights.last()?;
        self.place(id).map(|top| top + height)
    }

    /// The first row in sight, and where it begins.
    fn first(&self) -> (u64, f32) {
        self.rows.seen[0]
    }
}

fn close(a: f32, b: f32) -> bool {
    (a - b).abs() <= 1.0
}

#[test]
fn it_begins_at_the_newest_and_draws_only_what_is_seen() {
    let window = Window::with_rows(10_000);
    assert!(window.at_end);
    assert!(close(window.bottom_of_newest().unwrap(), WINDOW.y));
    assert!(
        window.rows.seen.len() < 30,
        "{} rows were drawn",
        window.rows.seen.len()
    );
}

#[test]
fn at_the_end_a_new_row_is_in_sight_at_once() {
    let mut window = Window::with_rows(100);
    window.rows.heights.push((100, 111.0));
    window.frame(&[], false);
    window.frame(&[], false);
    assert!(window.at_end);
    assert!(close(window.bottom_of_newest().unwrap(), WINDOW.y));
}

#[test]
fn turning_back_through_rows_nobody_has_measured_moves_nothing_but_by_the_page() {
    let mut window = Window::with_rows(1_000);
    for _ in 0..40 {
        let (id, before) = window.first();
        window.frame(&[Key::PageUp], false);
        window.frame(&[], false);
        let after = window.place(id).expect("a page is less than the window");
        assert!(
            close(after - before, WINDOW.y * PAGE_SHARE),
            "row {id} went from {before} to {after}"
        );
        assert!(!window.at_end);
    }
}

#[test]
fn what_is_being_read_stays_when_rows_come_below_or_go_above() {
    let mut window = Window::with_rows(300);
    window.frame(&[Key::PageUp], false);
    window.frame(&[Key::PageUp], false);
    window.frame(&[], false);
    let (id, before) = window.first();
    window.rows.heights.push((300, 80.0));
    window.frame(&[], false);
    assert!(close(window.place(id).unwrap(), before), "a row came below");
    window.rows.heights.drain(..50);
    window.frame(&[], false);
    window.frame(&[], false);
    assert!(close(window.place(id).unwrap(), before), "fifty rows went above");
    assert!(!window.at_end);
}

#[test]
fn to_the_newest_and_it_stays_there() {
    let mut window = Window::with_rows(300);
    window.frame(&[Key::PageUp], false);
    window.frame(&[], false);
    assert!(!window.at_end);
    window.frame(&[], true);
    window.frame(&[], false);
    assert!(window.at_end);
    assert!(close(window.bottom_of_newest().unwrap(), WINDOW.y));
    window.rows.heights.push((300, 44.0));
    window.frame(&[], false);
    window.frame(&[], false);
    assert!(close(window.bottom_of_newest().unwrap(), WINDOW.y));
}

#[test]
fn a_short_history_stands_at_the_top() {
    let window = Window::with_rows(2);
    assert_eq!(window.place(0), Some(0.0));
    assert!(window.at_end);
}
