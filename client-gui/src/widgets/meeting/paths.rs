//! The walks of a meeting, from 32 bytes: pure arithmetic on lattice cells, the same on every machine.

use acaso_shared::protocol::room::Role;

/// A room of the lattice: columns to the right and rows down, from the middle.
pub(super) type Cell = (i32, i32);

/// The corners of a way, from its inner end outwards.
pub(super) type Walk = Vec<Cell>;

/// Walks end this many columns out: beyond the edge of any window.
const COLUMNS_MAX: i32 = 240;

/// Others who pass by without meeting anybody.
const PASSERS: i32 = 2;

/// All walks of one picture, as one of the two sees them.
pub(super) struct Paths {
    /// Comes in from the right.
    pub(super) you: Walk,
    /// Comes in from the left.
    pub(super) they: Walk,
    /// To both sides, behind the tile.
    pub(super) passers: Vec<Walk>,
}

impl Paths {
    /// The initiator sees the picture as it is; the responder sees it turned by half a turn, as from the other side of a table,
    /// so that each finds the own path on the right. `rows` is how far it may go up and down, `entry` where your path ends: beside
    /// the tile, at the height of your seat.
    pub(super) fn new(seed: &[u8; 32], role: Role, rows: i32, entry: Cell) -> Self {
        let rows = rows.max(entry.1);
        let [initiator, responder, first, second] = quarters(seed);
        let from_right = walk(initiator, entry, rows);
        let from_left = turned(&walk(responder, entry, rows));
        let passers: Vec<Walk> = [first, second]
            .into_iter()
            .zip(0..PASSERS)
            .flat_map(|(seed, n)| {
                let row = -rows + (2 * rows * (2 * n + 1)) / (2 * PASSERS);
                [
                    walk(seed, (0, row), rows),
                    mirrored(&walk(seed.rotate_left(32), (0, row), rows)),
                ]
            })
            .collect();
        match role {
            Role::Initiator => Self {
                you: from_right,
                they: from_left,
                passers,
            },
            Role::Responder => Self {
                you: turned(&from_left),
                they: turned(&from_right),
                passers: passers.iter().map(turned).collect(),
            },
        }
    }
}

/// Each quarter of the seed draws one thing.
fn quarters(seed: &[u8; 32]) -> [u64; 4] {
    std::array::from_fn(|quarter| {
        let bytes = std::array::from_fn(|byte| seed[quarter * 8 + byte]);
        u64::from_le_bytes(bytes)
    })
}

fn turned(walk: &Walk) -> Walk {
    walk.iter().map(|&(x, y)| (-x, -y)).collect()
}

fn mirrored(walk: &Walk) -> Walk {
    walk.iter().map(|&(x, y)| (-x, y)).collect()
}

/// A way to the right: level for two to seven cells, then one or two cells up or down on the diagonal, and so on.
fn walk(seed: u64, start: Cell, rows: i32) -> Walk {
    let mut chance = SplitMix(seed);
    let (mut x, mut y) = start;
    let mut walk = vec![start];
    while x < COLUMNS_MAX {
        x += 2 + chance.below(6);
        walk.push((x, y));
        let step = 1 + chance.below(2);
        let wanted = if chance.below(2) == 0 { step } else { -step };
        let fits = |dy: i32| (y + dy).abs() <= rows;
        if let Some(dy) = [wanted, -wanted].into_iter().find(|dy| fits(*dy)) {
            x += step;
            y += dy;
            walk.push((x, y));
        }
    }
    walk
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, good enough for a drawing, and never to change, or the two ends would differ.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 up to, but not including, `bound`.
    fn below(&mut self, bound: i32) -> i32 {
        let bound = u64::try_from(bound.max(1)).unwrap_or(1);
        i32::try_from(self.next() % bound).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seed(first: u8) -> [u8; 32] {
        std::array::from_fn(|i| u8::try_from(i).unwrap().wrapping_mul(37).wrapping_add(first))
    }

    #[test]
    fn the_same_seed_draws_the_same_picture_and_another_one_another() {
        let draw = |first| Paths::new(&seed(first), Role::Initiator, 3, (2, 1));
        assert_eq!(draw(1).you, draw(1).you);
        assert_ne!(draw(1).you, draw(2).you);
        assert_ne!(draw(1).you, turned(&draw(1).they), "the two paths differ");
    }

    #[test]
    fn the_picture_never_changes_between_versions() {
        let paths = Paths::new(&seed(0), Role::Initiator, 3, (2, 1));
        assert_eq!(paths.you[..5], [(2, 1), (7, 1), (8, 2), (12, 2), (13, 3)]);
        assert_eq!(
            paths.they[..5],
            [(-2, -1), (-8, -1), (-10, 1), (-16, 1), (-18, 3)]
        );
    }

    #[test]
    fn the_partner_sees_the_same_picture_from_the_other_side_of_the_table() {
        let (here, there) = (
            Paths::new(&seed(9), Role::Initiator, 3, (2, 1)),
            Paths::new(&seed(9), Role::Responder, 3, (2, 1)),
        );
        assert_eq!(turned(&here.you), there.they);
        assert_eq!(turned(&here.they), there.you);
        assert_eq!(here.passers.iter().map(turned).collect::<Vec<_>>(), there.passers);
    }

    #[test]
    fn you_come_from_the_right_they_from_the_left_and_nobody_leaves_the_band() {
        for first in 0..=255 {
            for role in [Role::Initiator, Role::Responder] {
                let paths = Paths::new(&seed(first), role, 3, (2, 1));
                assert_eq!(paths.you[0], (2, 1), "enters at the height of the disc");
                assert_eq!(paths.they[0], (-2, -1), "enters at the height of the ring");
                assert!(paths.you.last().is_some_and(|(x, _)| *x >= COLUMNS_MAX));
                assert!(paths.they.last().is_some_and(|(x, _)| *x <= -COLUMNS_MAX));
                let everybody = [&paths.you, &paths.they].into_iter().chain(&paths.passers);
                assert!(everybody.flatten().all(|(_, y)| y.abs() <= 3));
            }
        }
    }

    #[test]
    fn a_band_of_one_row_draws_level_lines() {
        let paths = Paths::new(&seed(5), Role::Initiator, 0, (2, 0));
        assert!(paths.you.iter().chain(&paths.they).all(|(_, y)| *y == 0));
    }
}
