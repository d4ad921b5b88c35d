//! Choices: a box to tick, a switch, one of several.

use std::sync::Arc;

use egui::{Galley, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::theme::{palette, radius, role, stroke};
use crate::widgets::draw::whole_u8;
use crate::widgets::focus::focus_ring;
use crate::widgets::icon::{Icon, icon};

/// A box to tick, with the sentence one agrees to.
pub fn check(ui: &mut Ui, ticked: &mut bool, words: &str) -> Response {
    let palette = palette(ui);
    let (side, indent, padding) = (22.0, 34.0, 4.0);
    let width = ui.available_width();
    let words_galley = ui
        .painter()
        .layout_job(role::CHOICE.job_within(words, palette.text, width - indent));
    let height = words_galley.size().y.max(side) + 2.0 * padding;
    let size = vec2((words_galley.size().x + indent).min(width), height);
    let (rect, mut response) = ui.allocate_exact_size(size, Sense::click());
    if response.clicked() {
        *ticked = !*ticked;
        response.mark_changed();
    }
    let square = Rect::from_min_size(rect.min + vec2(0.0, padding), vec2(side, side));
    let painter = ui.painter();
    if *ticked {
        painter.rect_filled(square, radius::INNER - 1, palette.tile);
        icon(painter, square.center(), 16.0, Icon::Check, palette.on_tile);
    } else {
        let fill = if response.hovered() {
            palette.sunken
        } else {
            palette.surface
        };
        painter.rect(
            square,
            radius::INNER - 1,
            fill,
            Stroke::new(stroke::MARK, palette.field),
            StrokeKind::Inside,
        );
    }
    if response.has_focus() {
        focus_ring(ui, square, radius::INNER - 1);
    }
    painter.galley(rect.min + vec2(indent, padding), words_galley, palette.text);
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, *ticked, words));
    response
}

/// One of several rows, each with a word of explanation at its end. `group` is what is chosen.
pub fn pick(ui: &mut Ui, group: &str, chosen: bool, name: &str, about: &str) -> Response {
    let palette = palette(ui);
    let (height, indent, padding) = (36.0, 40.0, 14.0);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    paint_pick(ui, rect, chosen, response.hovered());
    let painter = ui.painter();
    let centre = rect.center().y;
    let about_galley = painter.layout_no_wrap(about.to_owned(), role::CODE.font(), palette.muted);
    let about_at = pos2(
        rect.right() - padding - about_galley.size().x,
        centre - about_galley.size().y / 2.0,
    );
    let mut job = role::LEAD.job(name, palette.text);
    let room = (about_at.x - rect.left() - indent - padding).max(0.0);
    job.wrap = egui::text::TextWrapping::truncate_at_width(room);
    let name_galley = painter.layout_job(job);
    let name_at = pos2(rect.left() + indent, centre - name_galley.size().y / 2.0);
    painter.galley(name_at.round(), name_galley, palette.text);
    painter.galley(about_at.round(), about_galley, palette.muted);
    if response.has_focus() {
        focus_ring(ui, rect, radius::CONTROL);
    }
    response.widget_info(|| {
        WidgetInfo::selected(
            Role::RadioButton,
            true,
            chosen,
            format!("{group}: {name}, {about}"),
        )
    });
    response
}

/// The row, and a ring in it that is filled where it is chosen.
fn paint_pick(ui: &Ui, rect: Rect, chosen: bool, hovered: bool) {
    let (painter, palette) = (ui.painter(), palette(ui));
    let fill = if hovered { palette.sunken } else { palette.surface };
    let (line, mark) = if chosen {
        (Stroke::new(stroke::STRONG, palette.link), palette.tile)
    } else {
        (Stroke::new(stroke::LINE, palette.field), palette.field)
    };
    painter.rect(rect, radius::CONTROL, fill, line, StrokeKind::Inside);
    let centre = pos2(rect.left() + 21.0, rect.center().y);
    painter.circle_stroke(centre, 7.0, Stroke::new(stroke::MARK, mark));
    if chosen {
        painter.circle_filled(centre, 3.5, mark);
    }
}

/// Something to be on or off, at once, with a name and an explanation.
pub fn switch(ui: &mut Ui, on: &mut bool, name: &str, about: &str) -> Response {
    let palette = palette(ui);
    let (mark, gap) = (vec2(40.0, 22.0), 24.0);
    let width = ui.available_width();
    let words_width = width - mark.x - gap;
    let name_galley = ui
        .painter()
        .layout_job(role::CHOICE.job_within(name, palette.text, words_width));
    let about_galley = ui
        .painter()
        .layout_job(role::NOTE.job_within(about, palette.muted, words_width));
    let height = name_galley.size().y + about_galley.size().y + 8.0;
    let (rect, mut response) = ui.allocate_exact_size(vec2(width, height), Sense::click());
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    let painter = ui.painter();
    let about_at = rect.min + vec2(0.0, 4.0 + name_galley.size().y);
    painter.galley(rect.min + vec2(0.0, 4.0), name_galley, palette.text);
    painter.galley(about_at, about_galley, palette.muted);
    let track = Rect::from_min_size(pos2(rect.right() - mark.x, rect.top() + 4.0), mark);
    paint_switch(ui, track, *on);
    if response.has_focus() {
        focus_ring(ui, track, whole_u8(mark.y / 2.0));
    }
    response.widget_info(|| WidgetInfo::selected(Role::Switch, true, *on, name));
    response
}

/// On is a disc on the right, off a ring on the left: as with the seats, form says it and not only colour.
fn paint_switch(ui: &Ui, track: Rect, on: bool) {
    let palette = palette(ui);
    let painter = ui.painter();
    let half = track.height() / 2.0;
    let corner = whole_u8(half);
    if on {
        painter.rect_filled(track, corner, palette.tile);
        painter.circle_filled(
            pos2(track.right() - half, track.center().y),
            half - 3.5,
            palette.on_tile,
        );
    } else {
        let line = Stroke::new(stroke::MARK, palette.field);
        painter.rect(track, corner, palette.surface, line, StrokeKind::Inside);
        let knob = pos2(track.left() + half, track.center().y);
        painter.circle_stroke(knob, half - 5.5, Stroke::new(stroke::STRONG, palette.field));
    }
}

/// One of several, side by side; too many for the width go on in the next line. Returns what was chosen now.
pub fn segmented<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: &str,
    chosen: T,
    choices: &[(T, String)],
) -> Option<T> {
    let lines = segment_lines(ui, choices);
    let mut newly = None;
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        for line in lines {
            newly = segment_line(ui, name, chosen, &line).or(newly);
        }
    });
    newly
}

/// Space inside a segment beside its words, and around all segments.
const SEGMENT: (f32, f32) = (28.0, 3.0);

/// The width that all choices side by side would take, in points.
pub fn segmented_width<T>(ui: &Ui, choices: &[(T, String)]) -> f32 {
    let words: f32 = choices
        .iter()
        .map(|(_, words)| segment_words(ui, words).size().x + SEGMENT.0)
        .sum();
    words + 2.0 * SEGMENT.1
}

fn segment_words(ui: &Ui, words: &str) -> Arc<Galley> {
    ui.painter()
        .layout_no_wrap(words.to_owned(), role::BUTTON.font(), palette(ui).text)
}

fn segment_lines<'a, T: Copy>(ui: &Ui, choices: &'a [(T, String)]) -> Vec<Vec<&'a (T, String)>> {
    let available = ui.available_width() - 2.0 * SEGMENT.1;
    let mut lines: Vec<Vec<&(T, String)>> = Vec::new();
    let mut used = f32::INFINITY;
    for choice in choices {
        let width = segment_words(ui, &choice.1).size().x + SEGMENT.0;
        if used + width > available {
            lines.push(Vec::new());
            used = 0.0;
        }
        used += width;
        if let Some(line) = lines.last_mut() {
            line.push(choice);
        }
    }
    lines
}

fn segment_line<T: Copy + PartialEq>(ui: &mut Ui, name: &str, chosen: T, line: &[&(T, String)]) -> Option<T> {
    let palette = palette(ui);
    let (padding, inset) = SEGMENT;
    let widths: Vec<f32> = line
        .iter()
        .map(|(_, words)| segment_words(ui, words).size().x + padding)
        .collect();
    let size = vec2(widths.iter().sum::<f32>() + 2.0 * inset, 36.0);
    let (frame, _) = ui.allocate_exact_size(size, Sense::hover());
    let line_style = Stroke::new(stroke::LINE, palette.field);
    ui.painter().rect(
        frame,
        radius::CONTROL,
        palette.surface,
        line_style,
        StrokeKind::Inside,
    );
    let mut left = frame.left() + inset;
    let mut newly = None;
    for ((value, words), width) in line.iter().zip(widths) {
        let rect = Rect::from_min_size(pos2(left, frame.top() + inset), vec2(width, 30.0));
        if segment(ui, rect, name, words, *value == chosen).clicked() && *value != chosen {
            newly = Some(*value);
        }
        left += width;
    }
    newly
}

fn segment(ui: &Ui, rect: Rect, name: &str, words: &str, chosen: bool) -> Response {
    let palette = palette(ui);
    let response = ui.interact(rect, ui.scope_id().with((name, words)), Sense::click());
    let painter = ui.painter();
    if chosen {
        painter.rect_filled(rect, radius::INNER, palette.tile);
    } else if response.hovered() {
        painter.rect_filled(rect, radius::INNER, palette.sunken);
    }
    if response.has_focus() {
        focus_ring(ui, rect, radius::INNER);
    }
    let ink = if chosen { palette.on_tile } else { palette.text };
    let galley = painter.layout_no_wrap(words.to_owned(), role::BUTTON.font(), ink);
    painter.galley((rect.center() - galley.size() / 2.0).round(), galley, ink);
    // The name of the whole choice belongs to each part: “Dark” alone says little to somebody who does not see the row.
    response
        .widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, format!("{name}: {words}")));
    response
}
