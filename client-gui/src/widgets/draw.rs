//! Small helps for painters: arcs, dashes, whole numbers. No colours and no meaning.

use std::f32::consts::{FRAC_PI_2, PI, TAU};

use egui::{Painter, Pos2, Rect, Shape, Stroke, Vec2, pos2};

/// Points on an arc around `centre`, from the angle `start` over `sweep` radians, fine enough to look round.
pub(super) fn arc(centre: Pos2, radius: f32, start: f32, sweep: f32) -> Vec<Pos2> {
    // One step per 1.5 points of the way, and at most as many as a circle across a window needs.
    let wanted = (sweep.abs() * radius.max(4.0) / 1.5).ceil().clamp(6.0, 512.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 6..=512 just above"
    )]
    let steps = wanted as u16;
    (0..=steps)
        .map(|step| {
            let angle = start + sweep * f32::from(step) / f32::from(steps);
            centre + Vec2::angled(angle) * radius
        })
        .collect()
}

/// A circle of so many dashes.
pub(super) fn dashed_circle(painter: &Painter, centre: Pos2, radius: f32, line: Stroke, dashes: u8) {
    let step = TAU / f32::from(dashes);
    for dash in 0..dashes {
        painter.line(
            arc(centre, radius, step * (f32::from(dash) + 0.2), step * 0.6),
            line,
        );
    }
}

/// The outline of a rounded rectangle in dashes: something is shut.
pub(super) fn dashed_frame(painter: &Painter, rect: Rect, radius: f32, line: Stroke) {
    let rect = rect.shrink(line.width / 2.0);
    let inner = rect.shrink(radius);
    let corners = [
        (pos2(inner.right(), inner.top()), -FRAC_PI_2),
        (pos2(inner.right(), inner.bottom()), 0.0),
        (pos2(inner.left(), inner.bottom()), FRAC_PI_2),
        (pos2(inner.left(), inner.top()), PI),
    ];
    let mut outline: Vec<Pos2> = corners
        .into_iter()
        .flat_map(|(centre, start)| arc(centre, radius, start, FRAC_PI_2))
        .collect();
    outline.extend(outline.first().copied());
    painter.extend(Shape::dashed_line(&outline, line, 4.0, 4.0));
}

/// The first part of a line, as a share of its length.
pub(super) fn first_part(line: &[Pos2], share: f32) -> Vec<Pos2> {
    let length: f32 = line.windows(2).map(|leg| leg[0].distance(leg[1])).sum();
    let mut left = length * share.clamp(0.0, 1.0);
    let mut part: Vec<Pos2> = line.first().copied().into_iter().collect();
    for leg in line.windows(2) {
        let distance = leg[0].distance(leg[1]);
        if left <= 0.0 {
            break;
        }
        part.push(if distance <= left {
            leg[1]
        } else {
            leg[0].lerp(leg[1], left / distance)
        });
        left -= distance;
    }
    part
}

/// The nearest whole number that fits a corner radius.
pub(super) fn whole_u8(value: f32) -> u8 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=255"
    )]
    let whole = value.round().clamp(0.0, 255.0) as u8;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_line_is_as_long_as_its_share() {
        let line = [pos2(0.0, 0.0), pos2(10.0, 0.0), pos2(10.0, 10.0)];
        assert_eq!(
            first_part(&line, 0.75),
            [pos2(0.0, 0.0), pos2(10.0, 0.0), pos2(10.0, 5.0)]
        );
        assert_eq!(first_part(&line, 2.0), line);
        assert_eq!(first_part(&line, 0.0), [pos2(0.0, 0.0)]);
        assert_eq!(first_part(&[], 0.5), []);
    }

    #[test]
    fn an_arc_begins_and_ends_where_it_should() {
        let points = arc(Pos2::ZERO, 10.0, 0.0, FRAC_PI_2);
        assert!(points[0].distance(pos2(10.0, 0.0)) < 1e-3);
        assert!(points.last().is_some_and(|p| p.distance(pos2(0.0, 10.0)) < 1e-3));
    }
}
