//! Heights of the rows of a long list: guessed until seen, summed in a Fenwick tree (Fenwick 1994) so that finding the row at a
//! height and the height above a row cost O(log n). Knows nothing of what a row is but its id.

/// The heights of all rows, in points. Ids grow from row to row.
#[derive(Clone, Debug, Default)]
pub(super) struct Heights {
    rows: Vec<(u64, f32)>,
    /// Node `i` (from 1) holds the sum over the `i & -i` rows that end at row `i - 1`. Doubles: single precision drifts after
    /// some ten thousand corrections.
    sums: Vec<f64>,
}

impl Heights {
    /// Takes on the list as it is now: `len` rows with these ids. Rows that stay keep their height, wherever they are now; new
    /// ones get the guess. Rows added at the end cost O(log n) each, anything else O(n).
    pub(super) fn follow(&mut self, len: usize, id: impl Fn(usize) -> u64, guess: f32) {
        let known = self.rows.len();
        let same_first = known == 0 || (len > 0 && self.rows[0].0 == id(0));
        let same_last = known == 0 || (len >= known && self.rows[known - 1].0 == id(known - 1));
        if !(same_first && same_last) {
            let before = std::mem::take(self);
            for row in 0..len {
                let id = id(row);
                self.push(
                    id,
                    before.position(id).map_or(guess, |known| before.rows[known].1),
                );
            }
            return;
        }
        for row in known..len {
            self.push(id(row), guess);
        }
    }

    /// Where the row with this id stands.
    pub(super) fn position(&self, id: u64) -> Option<usize> {
        self.rows.binary_search_by_key(&id, |(id, _)| *id).ok()
    }

    /// Notes the height of a row. Rows beyond the end are ignored.
    pub(super) fn set(&mut self, row: usize, height: f32) {
        let Some((_, known)) = self.rows.get_mut(row) else {
            return;
        };
        let change = f64::from(height) - f64::from(*known);
        *known = height;
        if change == 0.0 {
            return;
        }
        let mut node = row + 1;
        while let Some(sum) = self.sums.get_mut(node - 1) {
            *sum += change;
            node += lowest_bit(node);
        }
    }

    /// The sum of the heights of the first `rows` rows.
    pub(super) fn above(&self, rows: usize) -> f64 {
        let mut node = rows.min(self.rows.len());
        let mut sum = 0.0;
        while node > 0 {
            sum += self.sums[node - 1];
            node -= lowest_bit(node);
        }
        sum
    }

    /// The sum of all heights.
    pub(super) fn total(&self) -> f64 {
        self.above(self.rows.len())
    }

    /// The row that covers the height `y`: the first one above everything, the last one below everything.
    pub(super) fn row_at(&self, y: f64) -> usize {
        let mut step = self.rows.len().checked_next_power_of_two().unwrap_or(0);
        let (mut passed, mut left) = (0, y);
        while step > 0 {
            if let Some(sum) = self.sums.get(passed + step - 1)
                && *sum <= left
            {
                passed += step;
                left -= sum;
            }
            step /= 2;
        }
        passed.min(self.rows.len().saturating_sub(1))
    }

    fn push(&mut self, id: u64, height: f32) {
        let node = self.rows.len() + 1;
        let begin = node - lowest_bit(node);
        // Everything its range covers besides itself is summed already.
        let sum = self.above(node - 1) - self.above(begin) + f64::from(height);
        self.rows.push((id, height));
        self.sums.push(sum);
    }
}

fn lowest_bit(node: usize) -> usize {
    node & node.wrapping_neg()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUESS: f32 = 56.0;

    fn follow(heights: &mut Heights, ids: &[u64]) {
        heights.follow(ids.len(), |row| ids[row], GUESS);
    }

    fn of(values: &[f32]) -> Heights {
        let mut heights = Heights::default();
        heights.follow(values.len(), |row| u64::try_from(row).unwrap(), GUESS);
        for (row, height) in values.iter().enumerate() {
            heights.set(row, *height);
        }
        heights
    }

    #[test]
    fn sums_and_rows_are_found() {
        let heights = of(&[10.0, 20.0, 30.0, 40.0, 50.0]);
        assert_eq!(
            [0, 1, 2, 3, 4, 5, 9].map(|n| heights.above(n)),
            [0.0, 10.0, 30.0, 60.0, 100.0, 150.0, 150.0]
        );
        let rows = [-5.0, 0.0, 9.9, 10.0, 59.9, 60.0, 149.0, 999.0].map(|y| heights.row_at(y));
        assert_eq!(rows, [0, 0, 0, 1, 2, 3, 4, 4]);
    }

    #[test]
    fn a_new_height_moves_everything_below_and_nothing_above() {
        let mut heights = of(&[GUESS; 9]);
        heights.set(4, 100.0);
        assert_eq!(heights.above(4), 4.0 * 56.0);
        assert_eq!(heights.above(5), 4.0 * 56.0 + 100.0);
        assert_eq!(heights.total(), 8.0 * 56.0 + 100.0);
        assert_eq!(heights.row_at(4.0 * 56.0 + 99.0), 4);
        heights.set(99, 1.0);
        assert_eq!(
            heights.total(),
            8.0 * 56.0 + 100.0,
            "a row that is not there is not made"
        );
    }

    #[test]
    fn rows_that_stay_keep_their_height_whatever_goes_or_comes() {
        let mut heights = Heights::default();
        follow(&mut heights, &[1, 2, 3, 4]);
        for row in 0..4 {
            heights.set(row, 10.0);
        }
        follow(&mut heights, &[1, 2, 3, 4, 5]);
        assert_eq!(heights.total(), 40.0 + 56.0, "one more at the end");
        follow(&mut heights, &[1, 2, 4, 5]);
        assert_eq!(
            (heights.total(), heights.position(4)),
            (30.0 + 56.0, Some(2)),
            "one taken out"
        );
        follow(&mut heights, &[4, 5, 6]);
        assert_eq!(heights.total(), 10.0 + 56.0 + 56.0, "the oldest dropped");
        follow(&mut heights, &[]);
        assert_eq!((heights.total(), heights.row_at(5.0)), (0.0, 0));
        follow(&mut heights, &[9]);
        assert_eq!(heights.total(), 56.0);
    }

    #[test]
    fn it_agrees_with_plain_addition_over_a_long_random_life() {
        let (mut heights, mut plain) = (Heights::default(), Vec::<(u64, f32)>::new());
        let mut random = 0x2545_F491_4F6C_DD1D_u64;
        let mut next = || {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            usize::try_from(random >> 40).unwrap()
        };
        for id in 0..4_000 {
            match next() % 8 {
                0..=3 => plain.push((id, GUESS)),
                4..=6 if !plain.is_empty() => {
                    let (row, height) = (next() % plain.len(), u16::try_from(next() % 300).unwrap());
                    heights.set(row, f32::from(height));
                    plain[row].1 = f32::from(height);
                }
                _ if !plain.is_empty() => {
                    plain.remove(next() % plain.len());
                }
                _ => {}
            }
            heights.follow(plain.len(), |row| plain[row].0, GUESS);
            let upto = next() % (plain.len() + 1);
            let sum: f64 = plain[..upto].iter().map(|(_, height)| f64::from(*height)).sum();
            assert_eq!(heights.above(upto), sum);
            let mut passed = 0.0;
            let found = plain.iter().position(|(_, height)| {
                passed += f64::from(*height);
                passed > sum + 0.5
            });
            assert_eq!(
                heights.row_at(sum + 0.5),
                found.unwrap_or(plain.len().saturating_sub(1))
            );
        }
    }
}
