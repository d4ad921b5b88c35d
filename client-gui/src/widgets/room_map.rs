//! All rooms of a server as one picture: a cell for each number, larger where somebody sits; a ring where one waits. One mesh, made
//! anew only when something changes.

use std::sync::Arc;

use egui::epaint::Mesh;
use egui::{Color32, Rect, Response, Role, Sense, Shape, Ui, Vec2, WidgetInfo, pos2, vec2};

use crate::theme::{Palette, palette};

/// Distance of two cells, and the side of one, in points.
const PITCH: f32 = 4.0;
const CELL: f32 = 3.0;

/// The side of a cell in use, in points, so that it is found among nine thousand.
const USED: f32 = 7.0;

/// The line of a ring, in points.
const RING: f32 = 2.0;

/// What the picture shows.
pub struct RoomMap<'a> {
    /// The first number.
    pub first: u16,
    /// The last number.
    pub last: u16,
    /// Those in use, and how many seats of each are given.
    pub used: &'a [(u16, u8)],
    /// Another one for other content: only then the picture is made anew.
    pub revision: u64,
    /// What a screen reader says.
    pub name: &'a str,
}

/// What a mesh was made of.
#[derive(Clone, PartialEq)]
struct Made {
    revision: u64,
    first: u16,
    last: u16,
    place: Rect,
    dark: bool,
}

#[derive(Clone)]
struct Cached {
    made: Made,
    mesh: Arc<Mesh>,
}

impl RoomMap<'_> {
    /// Shows it in the full width there is. Answers with the number under the pointer.
    pub fn show(&self, ui: &mut Ui) -> (Response, Option<u16>) {
        let columns = columns(ui.available_width());
        let rows = self.count().div_ceil(columns);
        let size = vec2(f32::from(columns), f32::from(rows)) * PITCH - Vec2::splat(PITCH - CELL);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, self.name));
        if ui.is_rect_visible(rect) {
            let mesh = self.cached(ui, rect, columns);
            ui.painter().add(Shape::Mesh(mesh));
        }
        let under = response
            .hover_pos()
            .and_then(|at| self.number_at(at - rect.min, columns));
        (response, under)
    }

    fn count(&self) -> u16 {
        self.last.saturating_sub(self.first).saturating_add(1)
    }

    fn cached(&self, ui: &Ui, rect: Rect, columns: u16) -> Arc<Mesh> {
        let id = ui.scope_id().with("room map");
        let made = Made {
            revision: self.revision,
            first: self.first,
            last: self.last,
            place: rect,
            dark: ui.visuals().dark_mode,
        };
        let cached: Option<Cached> = ui.data(|data| data.get_temp(id));
        if let Some(cached) = cached.filter(|cached| cached.made == made) {
            return cached.mesh;
        }
        let mesh = Arc::new(self.mesh(rect, columns, palette(ui)));
        let cached = Cached {
            made,
            mesh: Arc::clone(&mesh),
        };
        ui.data_mut(|data| data.insert_temp(id, cached));
        mesh
    }

    fn mesh(&self, rect: Rect, columns: u16, palette: &Palette) -> Mesh {
        let mut mesh = Mesh::default();
        for nth in 0..self.count() {
            mesh.add_colored_rect(cell(rect, nth, columns), palette.cell);
        }
        for &(number, seats) in self.used {
            let Some(nth) = number.checked_sub(self.first).filter(|_| number <= self.last) else {
                continue;
            };
            let cell = cell(rect, nth, columns);
            let used = Rect::from_center_size(cell.center(), Vec2::splat(USED));
            // Neighbours keep their distance from it.
            mesh.add_colored_rect(used.expand(1.0), palette.surface);
            paint(&mut mesh, used, seats, palette);
        }
        mesh
    }

    /// The room in use nearest to that place: a cell is small, and a hand is not.
    fn number_at(&self, at: Vec2, columns: u16) -> Option<u16> {
        let near = |number: u16| {
            let nth = number.checked_sub(self.first)?;
            let middle = cell(Rect::from_min_size(pos2(0.0, 0.0), Vec2::ZERO), nth, columns).center();
            let distance = (middle.to_vec2() - at).length();
            (distance <= USED).then_some((distance, number))
        };
        let nearest = self.used.iter().filter_map(|(number, _)| near(*number));
        nearest
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, number)| number)
    }
}

/// The signs of the legend: what a free, a half and a fully taken room look like.
pub fn sign(ui: &mut Ui, seats: u8) {
    let side = USED + 2.0;
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
    let mut mesh = Mesh::default();
    paint(&mut mesh, rect, seats, palette(ui));
    ui.painter().add(Shape::mesh(mesh));
}

/// Two fill it; one is a ring around nothing yet.
fn paint(mesh: &mut Mesh, place: Rect, seats: u8, palette: &Palette) {
    match seats {
        0 => mesh.add_colored_rect(place, palette.cell),
        1 => {
            mesh.add_colored_rect(place, palette.ring);
            mesh.add_colored_rect(place.shrink(RING), opaque(palette.surface));
        }
        _ => mesh.add_colored_rect(place, palette.tile),
    }
}

fn opaque(colour: Color32) -> Color32 {
    colour.to_opaque()
}

fn cell(rect: Rect, nth: u16, columns: u16) -> Rect {
    let (row, column) = (nth / columns, nth % columns);
    let corner = rect.min + vec2(f32::from(column), f32::from(row)) * PITCH;
    Rect::from_min_size(corner, Vec2::splat(CELL))
}

/// As many cells as fit side by side.
fn columns(width: f32) -> u16 {
    let fitting = ((width + PITCH - CELL) / PITCH).floor().clamp(1.0, 4096.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 1..=4096 just above"
    )]
    let columns = fitting as u16;
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(used: &[(u16, u8)]) -> RoomMap<'_> {
        RoomMap {
            first: 1026,
            last: 9999,
            used,
            revision: 0,
            name: "",
        }
    }

    #[test]
    fn there_is_a_cell_for_each_room() {
        assert_eq!(map(&[]).count(), 8974);
        assert_eq!(columns(863.0), 216);
        let place = Rect::from_min_size(pos2(10.0, 20.0), vec2(863.0, 200.0));
        let empty = map(&[]).mesh(place, 216, &crate::theme::LIGHT);
        assert_eq!(empty.vertices.len(), 4 * 8974);
        // Distance, and square; the ring is two.
        let two = map(&[(1026, 2), (9999, 1)]).mesh(place, 216, &crate::theme::LIGHT);
        assert_eq!(two.vertices.len(), 4 * (8974 + 2 + 3));
        let elsewhere = map(&[(80, 2)]).mesh(place, 216, &crate::theme::LIGHT);
        assert_eq!(elsewhere.vertices.len(), empty.vertices.len());
    }

    #[test]
    fn the_pointer_finds_the_room_it_is_at() {
        let used = [(1026, 2), (1028, 1)];
        let map = map(&used);
        assert_eq!(map.number_at(vec2(1.0, 1.0), 216), Some(1026));
        assert_eq!(map.number_at(vec2(9.0, 2.0), 216), Some(1028));
        assert_eq!(map.number_at(vec2(90.0, 2.0), 216), None);
    }
}
