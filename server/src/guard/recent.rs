//! When something happened lately, counted over a window of time.

use std::collections::VecDeque;
use std::time::Duration;

use super::ledger::Wait;

/// How long things are counted.
pub(super) const WINDOW: Duration = Duration::from_secs(10 * 60);

/// When each happened, in whole seconds, the longest ago first.
#[derive(Debug, Default)]
pub(super) struct Recent(VecDeque<u32>);

impl Recent {
    /// Counts one more, unless it were more than `most` in the window.
    pub(super) fn count(&mut self, most: u32, now: Duration) -> Result<(), Wait> {
        self.forget_older(now);
        if self.0.len() >= usize::try_from(most).unwrap_or(usize::MAX) {
            // Room for one more is there when the first of the last `most` is forgotten.
            let first = self.0.len() - usize::try_from(most).unwrap_or(usize::MAX);
            let first = self.0.get(first).or(self.0.back());
            let since = first.map_or(now, |secs| Duration::from_secs((*secs).into()));
            return Err(Wait((since + WINDOW).saturating_sub(now)));
        }
        self.0.push_back(second(now));
        Ok(())
    }

    /// Takes out one that was counted at that time.
    pub(super) fn take_back(&mut self, at: Duration) {
        if let Some(at) = self.0.iter().rposition(|secs| *secs == second(at)) {
            self.0.remove(at);
        }
    }

    pub(super) fn forget_older(&mut self, now: Duration) {
        let over = |secs: &u32| Duration::from_secs((*secs).into()) + WINDOW <= now;
        while self.0.front().is_some_and(over) {
            self.0.pop_front();
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

fn second(time: Duration) -> u32 {
    u32::try_from(time.as_secs()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_back_makes_room_and_nothing_else_does_before_its_time() {
        let mut recent = Recent::default();
        for at in [10, 20, 20] {
            recent.count(3, Duration::from_millis(at * 1000 + 999)).unwrap();
        }
        let now = Duration::from_secs(30);
        assert_eq!(recent.count(3, now), Err(Wait(Duration::from_secs(580))));
        recent.take_back(Duration::from_secs(15));
        assert_eq!(recent.len(), 3, "nothing was counted then");
        recent.take_back(Duration::from_secs(20));
        assert_eq!(recent.count(3, now), Ok(()));
        assert_eq!(recent.count(3, now), Err(Wait(Duration::from_secs(580))));
        recent.forget_older(now + WINDOW);
        assert!(recent.is_empty());
        recent.take_back(now);
    }
}
