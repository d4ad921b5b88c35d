//! Who does not want to meet whom again. Hashes only, in memory only, bounded, for each visitor and in all.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::{Duration, Instant};

use acaso_shared::ids::SecretHash;

/// Wishes remembered at once: at one in a thousand conversations, days of a full house.
const BLOCKS_MAX: usize = 100_000;

/// Wishes of one visitor that are remembered at once: nobody's wishes push out those of many others.
const BLOCKS_EACH_MAX: usize = 64;

/// How long a wish is remembered: longer than most programs run, for one run of which it is good.
const BLOCK_SPAN: Duration = Duration::from_secs(24 * 60 * 60);

/// All wishes; past a ceiling the oldest are forgotten early.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    /// In the order in which they came.
    wishes: BTreeMap<u64, Wish>,
    /// Whom each visitor does not want to meet again, the oldest wish first.
    by: HashMap<SecretHash, VecDeque<(u64, SecretHash)>>,
    count: u64,
}

#[derive(Debug)]
struct Wish {
    since: Instant,
    by: SecretHash,
}

impl Blocks {
    /// Whether either does not want to meet the other.
    pub(super) fn holds(&self, a: SecretHash, b: SecretHash) -> bool {
        self.wants_gone(a, b) || self.wants_gone(b, a)
    }

    fn wants_gone(&self, by: SecretHash, whom: SecretHash) -> bool {
        let theirs = self.by.get(&by);
        theirs.is_some_and(|theirs| theirs.iter().any(|(_, gone)| *gone == whom))
    }

    /// The first does not want to meet the second again. What either said before about the other stands.
    pub(super) fn remember(&mut self, by: SecretHash, whom: SecretHash, now: Instant) {
        self.forget_older(now);
        if self.holds(by, whom) {
            return;
        }
        if self
            .by
            .get(&by)
            .is_some_and(|theirs| theirs.len() >= BLOCKS_EACH_MAX)
        {
            self.forget_oldest_of(by);
        }
        if self.wishes.len() >= BLOCKS_MAX {
            self.forget_oldest();
        }
        self.wishes.insert(self.count, Wish { since: now, by });
        self.by.entry(by).or_default().push_back((self.count, whom));
        self.count += 1;
    }

    /// Forgets the wishes whose time has passed.
    pub(super) fn forget_older(&mut self, now: Instant) {
        while let Some((_, oldest)) = self.wishes.first_key_value()
            && now.saturating_duration_since(oldest.since) >= BLOCK_SPAN
        {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some((_, oldest)) = self.wishes.first_key_value() {
            self.forget_oldest_of(oldest.by);
        }
    }

    fn forget_oldest_of(&mut self, by: SecretHash) {
        let Some(theirs) = self.by.get_mut(&by) else {
            return;
        };
        if let Some((number, _)) = theirs.pop_front() {
            self.wishes.remove(&number);
        }
        if theirs.is_empty() {
            self.by.remove(&by);
        }
    }
}

#[cfg(test)]
mod tests {
    use acaso_shared::ids::VisitorToken;

    use super::*;

    fn visitor() -> SecretHash {
        VisitorToken::random().hash()
    }

    #[test]
    fn a_wish_is_good_for_its_time_and_both_ways() {
        let ([ana, bo, cy], start) = ([visitor(), visitor(), visitor()], Instant::now());
        let mut blocks = Blocks::default();
        blocks.remember(ana, bo, start);
        blocks.remember(bo, ana, start);
        blocks.remember(ana, cy, start + Duration::from_secs(1));
        assert!(blocks.holds(ana, bo) && blocks.holds(bo, ana) && !blocks.holds(bo, cy));
        assert_eq!(blocks.wishes.len(), 2);
        blocks.forget_older(start + BLOCK_SPAN);
        assert!(!blocks.holds(ana, bo) && blocks.holds(cy, ana));
        blocks.forget_older(start + BLOCK_SPAN + Duration::from_secs(1));
        assert!(blocks.wishes.is_empty() && blocks.by.is_empty());
    }

    #[test]
    fn whoever_wants_everybody_gone_pushes_out_their_own_wishes_only() {
        let ([ana, bo, angry, first], start) = ([visitor(), visitor(), visitor(), visitor()], Instant::now());
        let mut blocks = Blocks::default();
        blocks.remember(ana, bo, start);
        blocks.remember(angry, first, start);
        let others: Vec<_> = (0..BLOCKS_EACH_MAX).map(|_| visitor()).collect();
        others
            .iter()
            .for_each(|whom| blocks.remember(angry, *whom, start));
        assert!(blocks.holds(ana, bo) && !blocks.holds(angry, first));
        assert!(others.iter().all(|whom| blocks.holds(angry, *whom)));
        assert_eq!(blocks.wishes.len(), BLOCKS_EACH_MAX + 1);
    }

    #[test]
    fn it_never_holds_more_than_its_ceiling() {
        let ([ana, bo], start) = ([visitor(), visitor()], Instant::now());
        let mut blocks = Blocks::default();
        blocks.remember(ana, bo, start);
        for _ in 0..BLOCKS_MAX {
            blocks.remember(visitor(), bo, start);
        }
        assert_eq!((blocks.wishes.len(), blocks.by.len()), (BLOCKS_MAX, BLOCKS_MAX));
        assert!(!blocks.holds(ana, bo));
    }
}
