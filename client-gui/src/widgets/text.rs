//! Text by role, and figures that keep their place.

use egui::text::LayoutJob;
use egui::{Align2, Color32, Label, Painter, Pos2, Response, Ui, pos2};

use crate::theme::{Room, TextRole, palette, role};

/// A text in a role and a colour; wraps.
pub fn text(ui: &mut Ui, words: &str, role: TextRole, colour: Color32) -> Response {
    ui.add(Label::new(role.job(words, colour)).wrap().selectable(false))
}

/// A screen's title.
pub fn title(ui: &mut Ui, words: &str) -> Response {
    let role = if Room::of(ui.ctx()).compact() {
        role::TITLE_COMPACT
    } else {
        role::TITLE
    };
    text(ui, words, role, palette(ui).text)
}

/// A card's heading.
pub fn heading(ui: &mut Ui, words: &str) -> Response {
    text(ui, words, role::HEADING, palette(ui).text)
}

/// What is read at length.
pub fn body(ui: &mut Ui, words: &str) -> Response {
    text(ui, words, role::BODY, palette(ui).text)
}

/// An explanation.
pub fn secondary(ui: &mut Ui, words: &str) -> Response {
    text(ui, words, role::SECONDARY, palette(ui).muted)
}

/// Small print.
pub fn small(ui: &mut Ui, words: &str) -> Response {
    text(ui, words, role::SMALL, palette(ui).muted)
}

/// One paragraph of runs in different weights or colours.
pub fn runs(ui: &mut Ui, runs: &[(&str, TextRole, Color32)]) -> Response {
    ui.add(Label::new(runs_job(runs)).wrap().selectable(false))
}

/// The paragraph of [`runs`], to be laid out elsewhere.
pub fn runs_job(runs: &[(&str, TextRole, Color32)]) -> LayoutJob {
    let mut job = LayoutJob::default();
    for (words, role, colour) in runs {
        job.append(words, 0.0, role.format(*colour));
    }
    job
}

/// Figures around a point, each in a cell of one width: the text font has no tabular figures that egui could switch on, and a
/// clock must not tremble.
pub fn tabular(painter: &Painter, centre: Pos2, figures: &str, role: TextRole, colour: Color32) {
    let cell = painter
        .layout_no_wrap("0".to_owned(), role.font(), colour)
        .size()
        .x;
    let advance = |c: char| if c.is_ascii_digit() { cell } else { cell * 0.5 };
    let width: f32 = figures.chars().map(advance).sum();
    let mut x = centre.x - width / 2.0;
    for c in figures.chars() {
        let middle = pos2(x + advance(c) / 2.0, centre.y);
        painter.text(middle, Align2::CENTER_CENTER, c, role.font(), colour);
        x += advance(c);
    }
}
