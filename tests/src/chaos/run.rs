//! What is to be said of a run when it is over.

use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

/// What became of what was said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) said: u64,
    pub(super) lost: u64,
    pub(super) duplicated: u64,
    pub(super) reordered: u64,
    pub(super) came_back: u64,
    /// From the last fault to the end.
    pub(super) longest: Duration,
}

impl Verdict {
    /// Of one direction: so many were said, and these were heard, in this order.
    pub(super) fn of(said: u64, heard: &[u64]) -> Self {
        let different: HashSet<_> = heard.iter().copied().collect();
        let mut verdict = Self {
            said,
            lost: (0..said).filter(|number| !different.contains(number)).count() as u64,
            duplicated: (heard.len() - different.len()) as u64,
            ..Self::default()
        };
        let mut latest = None;
        let mut before = HashSet::new();
        for number in heard {
            // What came twice is counted as that.
            if before.insert(number) && latest > Some(number) {
                verdict.reordered += 1;
            }
            latest = latest.max(Some(number));
        }
        verdict
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.said += other.said;
        self.lost += other.lost;
        self.duplicated += other.duplicated;
        self.reordered += other.reordered;
        self.came_back += other.came_back;
        self.longest = self.longest.max(other.longest);
    }

    /// Everything that was said was heard, once and in order.
    pub(super) fn is_good(&self) -> bool {
        (self.lost, self.duplicated, self.reordered) == (0, 0, 0)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "lost {} duplicated {} reordered {}",
            self.lost, self.duplicated, self.reordered
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(said: u64, heard: &[u64]) -> String {
        Verdict::of(said, heard).to_string()
    }

    #[test]
    fn what_is_missing_doubled_or_late_is_told_apart() {
        assert!(Verdict::of(3, &[0, 1, 2]).is_good());
        assert_eq!(of(4, &[0, 2]), "lost 2 duplicated 0 reordered 0");
        assert_eq!(of(3, &[0, 1, 1, 0, 2]), "lost 0 duplicated 2 reordered 0");
        assert_eq!(of(4, &[0, 2, 1, 3]), "lost 0 duplicated 0 reordered 1");
        assert_eq!(of(4, &[3, 3, 1]), "lost 2 duplicated 1 reordered 1");
    }
}
