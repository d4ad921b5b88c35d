//! Pairs of visitors: who met whom lately. Hashes only, in memory only, bounded.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use acaso_shared::ids::SecretHash;

/// Two visitors each, in the order in which it happened; past the ceiling the oldest are forgotten early.
#[derive(Debug)]
pub(super) struct Memory {
    span: Duration,
    ceiling: usize,
    /// In the order in which they met.
    meetings: VecDeque<(Instant, Pair)>,
    /// How many meetings of these two are remembered.
    times: HashMap<Pair, u32>,
}

/// Two visitors, in either order.
type Pair = (SecretHash, SecretHash);

impl Memory {
    pub(super) fn new(span: Duration, ceiling: usize) -> Self {
        Self {
            span,
            ceiling,
            meetings: VecDeque::new(),
            times: HashMap::new(),
        }
    }

    pub(super) fn holds(&self, a: SecretHash, b: SecretHash) -> bool {
        self.times.contains_key(&(a, b)) || self.times.contains_key(&(b, a))
    }

    pub(super) fn remember(&mut self, a: SecretHash, b: SecretHash, now: Instant) {
        self.forget_older(now);
        if self.meetings.len() >= self.ceiling {
            self.forget_oldest();
        }
        self.meetings.push_back((now, (a, b)));
        *self.times.entry((a, b)).or_default() += 1;
    }

    /// Forgets the meetings whose time has passed; constant time for each.
    pub(super) fn forget_older(&mut self, now: Instant) {
        while let Some((met, _)) = self.meetings.front()
            && now.saturating_duration_since(*met) >= self.span
        {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        let Some((_, pair)) = self.meetings.pop_front() else {
            return;
        };
        if let Some(times) = self.times.get_mut(&pair) {
            *times -= 1;
            if *times == 0 {
                self.times.remove(&pair);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use acaso_shared::ids::VisitorToken;

    use super::*;

    const CEILING: usize = 1 << 10;

    fn visitors<const N: usize>() -> [SecretHash; N] {
        std::array::from_fn(|_| VisitorToken::random().hash())
    }

    #[test]
    fn a_meeting_is_remembered_for_its_time_and_both_ways() {
        let ([ana, bo, cy], start) = (visitors(), Instant::now());
        let mut memory = Memory::new(Duration::from_secs(60), CEILING);
        memory.remember(ana, bo, start);
        memory.remember(ana, cy, start + Duration::from_secs(30));
        memory.forget_older(start + Duration::from_secs(59));
        assert!(memory.holds(ana, bo) && memory.holds(bo, ana));
        memory.forget_older(start + Duration::from_secs(60));
        assert!(!memory.holds(ana, bo) && !memory.holds(bo, ana));
        assert!(memory.holds(cy, ana) && !memory.holds(cy, bo));
    }

    #[test]
    fn who_met_twice_is_remembered_from_the_second_time() {
        let ([ana, bo], start) = (visitors(), Instant::now());
        let mut memory = Memory::new(Duration::from_secs(60), CEILING);
        memory.remember(ana, bo, start);
        memory.remember(bo, ana, start + Duration::from_secs(30));
        memory.forget_older(start + Duration::from_secs(70));
        assert!(memory.holds(ana, bo));
        memory.forget_older(start + Duration::from_secs(90));
        assert!(!memory.holds(ana, bo));
        assert!(memory.times.is_empty() && memory.meetings.is_empty());
    }

    #[test]
    fn it_never_holds_more_than_its_ceiling() {
        let (first, start) = (visitors::<2>(), Instant::now());
        let mut memory = Memory::new(Duration::from_secs(60), CEILING);
        memory.remember(first[0], first[1], start);
        for _ in 0..CEILING {
            let [a, b] = visitors();
            memory.remember(a, b, start);
        }
        assert_eq!(memory.meetings.len(), CEILING);
        assert_eq!(memory.times.len(), CEILING);
        assert!(!memory.holds(first[0], first[1]));
    }
}
