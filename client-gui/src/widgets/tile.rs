//! The tile: a room seen from above with its two seats. It is the sign of Acaso, and in a header the live state of the room.

use std::f32::consts::PI;

use egui::{Color32, CornerRadius, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, vec2};

use crate::theme::{Palette, stroke};
use crate::widgets::draw::{arc, dashed_circle, whole_u8};

/// What sits in a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seat {
    /// Somebody: you are a disc, they are a ring.
    Taken,
    /// Nobody: a dashed ring.
    Free,
    /// Nobody any more: a dot where somebody sat.
    Gone,
    /// Somebody whose line is cut: the same form, broken in two along the diagonal.
    Away,
}

/// Whose seat it is; decides the form, so that nothing depends on colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Filled, solid, on the right.
    You,
    /// Outlined, on the left.
    They,
}

/// The tile's colours.
#[derive(Clone, Copy)]
pub struct TileColours {
    /// The ground.
    pub fill: Color32,
    /// The border, if it has one.
    pub edge: Color32,
    /// Their seat.
    pub they: Color32,
    /// Your seat.
    pub you: Color32,
}

impl TileColours {
    /// As the sign of the program.
    pub fn sign(palette: &Palette) -> Self {
        Self {
            fill: palette.sign,
            edge: Color32::TRANSPARENT,
            they: palette.sign_ring,
            you: palette.sign_disc,
        }
    }

    /// As the state of a room.
    pub fn room(palette: &Palette, they: Seat) -> Self {
        let their_colour = if matches!(they, Seat::Taken | Seat::Away) {
            palette.ring
        } else {
            palette.field
        };
        Self {
            fill: palette.surface,
            edge: palette.field,
            they: their_colour,
            you: palette.tile,
        }
    }
}

/// Draws the tile into a square: what sits in their seat, and in yours.
pub fn tile(painter: &Painter, rect: Rect, colours: &TileColours, they: Seat, you: Seat) {
    let side = rect.width();
    let corner = CornerRadius::same(whole_u8((side * 0.25).max(3.0)));
    let edge = Stroke::new(stroke::LINE, colours.edge);
    painter.rect(rect, corner, colours.fill, edge, StrokeKind::Inside);
    let radius = side * 0.158;
    seat(
        painter,
        rect.min + vec2(side, side) * 0.33,
        radius,
        colours.they,
        they,
        Side::They,
    );
    seat(
        painter,
        rect.min + vec2(side, side) * 0.67,
        radius,
        colours.you,
        you,
        Side::You,
    );
}

/// Draws a plaza into a square: many around one, who is you.
pub fn plaza_tile(painter: &Painter, rect: Rect, palette: &Palette) {
    let side = rect.width();
    let corner = CornerRadius::same(whole_u8((side * 0.25).max(3.0)));
    let edge = Stroke::new(stroke::LINE, palette.field);
    painter.rect(rect, corner, palette.surface, edge, StrokeKind::Inside);
    let radius = side * 0.125;
    for (x, y) in [(0.28, 0.28), (0.72, 0.28), (0.28, 0.72), (0.72, 0.72)] {
        let centre = rect.min + vec2(x, y) * side;
        seat(painter, centre, radius, palette.ring, Seat::Taken, Side::They);
    }
    seat(
        painter,
        rect.center(),
        radius * 0.85,
        palette.tile,
        Seat::Taken,
        Side::You,
    );
}

/// Draws a circle into a square: a ring of people, of whom one is you.
pub fn circle_tile(painter: &Painter, rect: Rect, palette: &Palette) {
    let side = rect.width();
    let corner = CornerRadius::same(whole_u8((side * 0.25).max(3.0)));
    let edge = Stroke::new(stroke::LINE, palette.field);
    painter.rect(rect, corner, palette.surface, edge, StrokeKind::Inside);
    let radius = side * 0.115;
    for n in 1..CIRCLE_SEATS {
        let centre = rect.center() + ring_place(n) * side * 0.285;
        seat(painter, centre, radius, palette.ring, Seat::Taken, Side::They);
    }
    let centre = rect.center() + ring_place(0) * side * 0.285;
    seat(
        painter,
        centre,
        radius * 0.9,
        palette.tile,
        Seat::Taken,
        Side::You,
    );
}

/// As many people stand in the picture of a circle.
pub const CIRCLE_SEATS: u8 = 5;

/// Where the n-th of them stands around the middle; the first at the bottom.
pub fn ring_place(n: u8) -> Vec2 {
    Vec2::angled(PI * (0.5 + 2.0 * f32::from(n) / f32::from(CIRCLE_SEATS)))
}

/// Draws one seat: in a tile, and as the mark of a group of messages.
pub fn seat(painter: &Painter, centre: Pos2, radius: f32, colour: Color32, state: Seat, side: Side) {
    let weight = (radius * 0.38).clamp(1.3, 16.0);
    match (state, side) {
        (Seat::Taken, Side::You) => {
            painter.circle_filled(centre, radius + weight * 0.1, colour);
        }
        (Seat::Taken, Side::They) => {
            painter.circle_stroke(centre, radius - weight * 0.4, Stroke::new(weight, colour));
        }
        (Seat::Away, side) => broken(painter, centre, radius, colour, weight, side),
        (Seat::Free, _) => {
            let line = Stroke::new((weight * 0.6).max(1.0), colour);
            dashed_circle(painter, centre, radius - weight * 0.3, line, 8);
        }
        (Seat::Gone, _) => {
            painter.circle_filled(centre, (radius * 0.3).max(1.5), colour);
        }
    }
}

/// Two halves, moved apart across the diagonal.
fn broken(painter: &Painter, centre: Pos2, radius: f32, colour: Color32, weight: f32, side: Side) {
    for start in [-0.25 * PI, 0.75 * PI] {
        let apart = |share: f32| Vec2::angled(start + 0.5 * PI) * (radius * share).max(1.0);
        match side {
            Side::You => {
                let half = arc(centre + apart(0.2), radius, start, PI);
                painter.add(Shape::convex_polygon(half, colour, Stroke::NONE));
            }
            Side::They => {
                // A little less than half, or the two ends would touch again.
                let half = arc(
                    centre + apart(0.25),
                    radius - weight * 0.4,
                    start + 0.06 * PI,
                    0.88 * PI,
                );
                painter.line(half, Stroke::new(weight, colour));
            }
        }
    }
}
