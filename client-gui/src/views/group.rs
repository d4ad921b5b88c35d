//! The marks of a group of messages: who said it above theirs, what became of it below yours.

use egui::text::TextWrapping;
use egui::{Color32, Pos2, Ui, pos2, vec2};

use crate::theme::{palette, role};
use crate::widgets::icon::{Icon, icon};
use crate::widgets::tile::{Seat, Side, seat};

/// On either side of the bubbles, for the seats that mark the groups, in points.
pub(super) const GUTTER: f32 = 24.0;

/// Before a group, and between the bubbles of one.
pub(super) const GROUP_GAP: f32 = 16.0;
pub(super) const BUBBLE_GAP: f32 = 3.0;

/// The name above their group, and the time below yours.
pub(super) const NAME_LINE: f32 = 22.0;
pub(super) const TIME_LINE: f32 = 20.0;

/// Between a name and what stands beside it.
const BESIDE: f32 = 8.0;

/// Above their group, from this corner on in a column of this width: their ring, their name, the time. `past` if they are gone.
pub(super) fn name_above(ui: &Ui, left_top: Pos2, width: f32, name: &str, beside: &str, past: bool) {
    let (palette, painter) = (palette(ui), ui.painter());
    let (ring, ink) = if past {
        (palette.field, palette.muted)
    } else {
        (palette.ring, palette.text)
    };
    seat(
        painter,
        left_top + vec2(8.0, 9.0),
        5.5,
        ring,
        Seat::Taken,
        Side::They,
    );
    let beside = painter.layout_job(role::META.job(beside, palette.muted));
    let mut name = role::NAME.job(name, ink);
    let room = (width - GUTTER - BESIDE - beside.size().x).max(40.0);
    name.wrap = TextWrapping::truncate_at_width(room);
    let name = painter.layout_job(name);
    let after_name = left_top + vec2(GUTTER + name.size().x + BESIDE, 1.5);
    painter.galley(left_top + vec2(GUTTER, 0.0), name, ink);
    painter.galley(after_name, beside, palette.muted);
}

/// What stands below your group.
pub(super) struct Below<'a> {
    /// What became of it, and when.
    pub(super) says: &'a str,
    /// In which colour.
    pub(super) ink: Color32,
    /// Before it.
    pub(super) sign: Option<Icon>,
    /// How your own seat is.
    pub(super) seat: Seat,
    /// Nobody is there any more.
    pub(super) past: bool,
}

/// Below your group, up to this corner in a column of this width: what became of it, your disc.
pub(super) fn state_below(ui: &Ui, right_top: Pos2, width: f32, below: &Below<'_>) {
    let (palette, painter) = (palette(ui), ui.painter());
    let disc = if below.past { palette.field } else { palette.tile };
    let y = right_top.y + TIME_LINE / 2.0 + 2.0;
    let centre = pos2(right_top.x - 8.0, y);
    seat(painter, centre, 5.0, disc, below.seat, Side::You);
    let mut job = role::META.job(below.says, below.ink);
    job.wrap = TextWrapping::truncate_at_width((width - 2.0 * GUTTER).max(40.0));
    let galley = painter.layout_job(job);
    let at = pos2(right_top.x - GUTTER - galley.size().x, y - galley.size().y / 2.0);
    painter.galley(at.round(), galley, below.ink);
    if let Some(sign) = below.sign {
        icon(painter, pos2(at.x - 13.0, y), 16.0, sign, below.ink);
    }
}
