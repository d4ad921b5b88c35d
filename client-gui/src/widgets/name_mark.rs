//! The name mark: five letters on one circle. The first begins with a disc (you), the last is an open ring (they).

use std::f32::consts::{FRAC_PI_2, PI, TAU};

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, pos2};

use crate::widgets::draw::arc;

/// Draws the name with its base line at `origin`; `x_height` is the height of its letters in points. Returns its width.
pub fn name_mark(painter: &Painter, origin: Pos2, x_height: f32, ink: Color32, ring: Color32) -> f32 {
    let pen = Pen::new(painter, origin.y, x_height, ink);
    let gap = x_height * 0.24;
    let mut x = origin.x;
    pen.disc_with_stem(x);
    x += x_height + gap;
    pen.open_bowl(x);
    x += x_height * 0.86 + gap;
    pen.bowl(x, ink);
    pen.stem(x);
    x += x_height + gap;
    x += pen.snake(x) + gap;
    pen.bowl(x, ring);
    x + x_height - origin.x
}

/// What all five letters have in common.
struct Pen<'a> {
    painter: &'a Painter,
    weight: f32,
    radius: f32,
    centre_y: f32,
    half: f32,
    ink: Color32,
}

impl<'a> Pen<'a> {
    fn new(painter: &'a Painter, base_line: f32, x_height: f32, ink: Color32) -> Self {
        let weight = (x_height * 0.155).max(1.5);
        Self {
            painter,
            weight,
            radius: (x_height - weight) / 2.0,
            centre_y: base_line - x_height / 2.0,
            half: x_height / 2.0,
            ink,
        }
    }

    fn centre(&self, x: f32) -> Pos2 {
        pos2(x + self.half, self.centre_y)
    }

    fn stem(&self, x: f32) {
        let right = x + 2.0 * self.half;
        let top = pos2(right - self.weight, self.centre_y - self.half);
        self.painter.rect_filled(
            Rect::from_min_max(top, pos2(right, self.centre_y + self.half)),
            0,
            self.ink,
        );
    }

    fn disc_with_stem(&self, x: f32) {
        self.painter.circle_filled(self.centre(x), self.half, self.ink);
        self.stem(x);
    }

    fn bowl(&self, x: f32, colour: Color32) {
        // As a line: a circle's own stroke stands outside its radius, and the letters would differ in height.
        let mut ring = arc(self.centre(x), self.radius, 0.0, TAU);
        // The closed line comes back to its beginning by itself; twice the same point has no direction.
        ring.pop();
        self.painter
            .add(Shape::closed_line(ring, Stroke::new(self.weight, colour)));
    }

    fn open_bowl(&self, x: f32) {
        let opening = 0.78;
        let line = arc(self.centre(x), self.radius, opening, TAU - 2.0 * opening);
        self.painter.line(line, Stroke::new(self.weight, self.ink));
    }

    /// The s: two small arcs, a little wider than tall. Returns its width.
    fn snake(&self, x: f32) -> f32 {
        let (small, widen, tail) = (self.radius / 2.0, 1.22, 0.35);
        let centre = pos2(x + small * 1.25 + self.weight / 2.0, self.centre_y);
        let upper = arc(Pos2::ZERO, small, -tail, tail - 1.5 * PI);
        let lower = arc(Pos2::ZERO, small, -FRAC_PI_2, 1.5 * PI - tail);
        let line = upper
            .into_iter()
            .map(|p| pos2(centre.x + p.x * widen, centre.y + p.y - small))
            .chain(
                lower
                    .into_iter()
                    .map(|p| pos2(centre.x + p.x * widen, centre.y + p.y + small)),
            )
            .collect();
        self.painter.line(line, Stroke::new(self.weight, self.ink));
        small * 2.5 + self.weight
    }
}
