//! The meeting: two paths over a lattice of rooms that end in one tile, drawn once for each conversation and never again.
//! Decoration only: comparing two of them proves nothing.

mod paths;

use egui::emath::GuiRounding;
use egui::{Color32, Context, Id, Mesh, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};

use acaso_shared::protocol::room::Role;

use crate::theme::{Palette, stroke};
use crate::widgets::draw::{first_part, whole_u8};
use crate::widgets::tile::{Seat, TileColours, tile};
use paths::{Cell, Paths, Walk};

/// Distance between two rooms of the lattice, in points.
const PITCH: f32 = 12.0;

/// How long their path takes to arrive, in seconds.
const ARRIVAL_SECS: f64 = 0.7;

/// What the picture shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scene {
    /// Your path, and a free seat.
    Waiting,
    /// Both paths; theirs is drawn as far as this share, from 0 to 1.
    Met(f32),
    /// Both paths, theirs as far as this share, without colour: nothing keeps what is said between the two.
    Unsealed(f32),
    /// Both paths, without colour, and a seat somebody left.
    Parted,
}

/// One picture.
pub struct Meeting<'a> {
    /// Decides the paths; both partners have the same.
    pub seed: &'a [u8; 32],
    /// Decides which of the two is yours: the partner sees the same picture from the other side of the table.
    pub role: Role,
    /// What it shows.
    pub scene: Scene,
    /// Side of the tile in points.
    pub tile: f32,
}

/// Draws the picture into a band; the walks run outwards from its middle, so that its width changes nothing.
pub fn meeting(painter: &Painter, band: Rect, palette: &Palette, meeting: &Meeting<'_>) {
    let lattice = Lattice::over(painter, band);
    let painter = painter.with_clip_rect(band.intersect(painter.clip_rect()));
    painter.add(lattice.dots(palette.line));
    let paths = Paths::new(meeting.seed, meeting.role, lattice.rows, entry(meeting.tile));
    for passer in &paths.passers {
        painter.line(lattice.line(passer), Stroke::new(stroke::LINE, palette.line));
    }
    let (you, they) = match meeting.scene {
        Scene::Parted | Scene::Unsealed(_) => (palette.field, palette.field),
        Scene::Waiting | Scene::Met(_) => (palette.tile, palette.ring),
    };
    painter.line(
        lattice.path_to_tile(&paths.you, meeting.tile, 1.0),
        Stroke::new(stroke::STRONG, you),
    );
    let arrived = match meeting.scene {
        Scene::Waiting => 0.0,
        Scene::Met(share) | Scene::Unsealed(share) => share,
        Scene::Parted => 1.0,
    };
    if arrived > 0.0 {
        let line = first_part(&lattice.path_to_tile(&paths.they, meeting.tile, -1.0), arrived);
        painter.extend(Shape::dashed_line(
            &line,
            Stroke::new(stroke::STRONG, they),
            5.0,
            3.0,
        ));
    }
    draw_tile(&painter, lattice.centre, palette, meeting, you, they);
}

fn draw_tile(
    painter: &Painter,
    centre: Pos2,
    palette: &Palette,
    meeting: &Meeting<'_>,
    you: Color32,
    they: Color32,
) {
    let seat = match meeting.scene {
        Scene::Met(share) | Scene::Unsealed(share) if share >= 1.0 => Seat::Taken,
        Scene::Waiting | Scene::Met(_) | Scene::Unsealed(_) => Seat::Free,
        Scene::Parted => Seat::Gone,
    };
    let their_colour = if seat == Seat::Free { palette.field } else { they };
    let colours = TileColours {
        fill: palette.surface,
        edge: you,
        they: their_colour,
        you,
    };
    let rect = Rect::from_center_size(centre, vec2(meeting.tile, meeting.tile));
    let clear = 3.0;
    painter.rect_filled(
        rect.expand(clear),
        whole_u8(meeting.tile * 0.25 + clear),
        palette.bg,
    );
    tile(painter, rect, &colours, seat, Seat::Taken);
}

/// Where your path ends: the first column beside the tile, at the height of your seat.
fn entry(tile: f32) -> Cell {
    #[expect(clippy::cast_possible_truncation, reason = "a tile is some ten points wide")]
    let column = (tile / 2.0 / PITCH).ceil() as i32;
    (column, if tile >= 40.0 { 1 } else { 0 })
}

/// The rooms under a band, counted from its middle.
struct Lattice {
    centre: Pos2,
    columns: i32,
    rows: i32,
}

impl Lattice {
    fn over(painter: &Painter, band: Rect) -> Self {
        let halves = |length: f32| -> i32 {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a window is at most some thousand points wide"
            )]
            let count = (length / PITCH).clamp(0.0, 1000.0) as i32;
            count
        };
        Self {
            centre: band.center().round_to_pixels(painter.pixels_per_point()),
            columns: halves(band.width() / 2.0) + 1,
            rows: halves((band.height() - PITCH) / 2.0),
        }
    }

    fn at(&self, cell: Cell) -> Pos2 {
        let (x, y) = cell;
        #[expect(clippy::cast_precision_loss, reason = "a few hundred cells")]
        let offset = vec2(x as f32, y as f32) * PITCH;
        self.centre + offset
    }

    /// One mesh for all dots: a shape each would be thousands.
    fn dots(&self, colour: Color32) -> Mesh {
        let mut mesh = Mesh::default();
        for y in -self.rows..=self.rows {
            for x in -self.columns..=self.columns {
                mesh.add_colored_rect(Rect::from_center_size(self.at((x, y)), vec2(2.0, 2.0)), colour);
            }
        }
        mesh
    }

    /// The part of a walk that the band shows, from its inner end to just beyond the edge.
    fn line(&self, walk: &Walk) -> Vec<Pos2> {
        let beyond = walk.iter().position(|(x, _)| x.abs() > self.columns);
        let shown = beyond.map_or(walk.len(), |last| last + 1);
        walk.iter().take(shown).map(|cell| self.at(*cell)).collect()
    }

    /// The walk from the edge of the band up to the side of the tile; `side` is 1 for right, -1 for left.
    fn path_to_tile(&self, walk: &Walk, tile: f32, side: f32) -> Vec<Pos2> {
        let mut line = self.line(walk);
        line.reverse();
        if let Some(last) = line.last().copied() {
            line.push(pos2(self.centre.x + side * tile / 2.0, last.y));
        }
        line
    }
}

/// How far their path has come: it starts when the picture is first shown, and at once complete where little should move or
/// nobody looks. Asks for repaints only while it moves.
pub fn arrival(ctx: &Context, picture: Id, little_motion: bool) -> f32 {
    let (now, focused) = ctx.input(|input| (input.time, input.focused));
    let complete = f64::NEG_INFINITY;
    let first_shown: f64 = ctx.data_mut(|data| {
        let start = data.get_temp_mut_or_insert_with(picture, || now);
        if little_motion || !focused {
            // Not begun again when the window comes back.
            *start = complete;
        }
        *start
    });
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
    let share = ((now - first_shown) / ARRIVAL_SECS).clamp(0.0, 1.0) as f32;
    if share < 1.0 {
        ctx.request_repaint();
    }
    1.0 - (1.0 - share).powi(2)
}

/// Forgets that the picture was shown: the next one under this name is another one.
pub fn forget(ctx: &Context, picture: Id) {
    ctx.data_mut(|data| data.remove::<f64>(picture));
}
