//! Who is let into a circle with a code: guesses are counted, and after a few of them nobody new is.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::Fingerprint;
use crate::limits::{ACQUAINTANCES_MAX, WRONG_WORDS_MAX};

/// Who knew the words, and who did not.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// As many as can be in the circle at once, and then some; others prove themselves anew.
    proved: BTreeSet<Fingerprint>,
    /// At most as many as are counted.
    wrong: BTreeMap<Fingerprint, u32>,
}

impl Words {
    /// Whether newcomers are asked for the words at all.
    pub(super) fn is_open(&self) -> bool {
        self.wrong.values().sum::<u32>() < WRONG_WORDS_MAX
    }

    /// Whether that one is asked.
    pub(super) fn let_in(&self, key: Fingerprint) -> bool {
        self.is_open() || self.proved.contains(&key)
    }

    /// Whoever knows the words was not guessing before either: a link that broke in the middle counted as a guess.
    pub(super) fn proved(&mut self, key: Fingerprint) {
        self.wrong.remove(&key);
        if self.proved.len() < ACQUAINTANCES_MAX {
            self.proved.insert(key);
        }
    }

    pub(super) fn were_wrong(&mut self, key: Fingerprint) {
        if self.is_open() {
            *self.wrong.entry(key).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u8) -> Fingerprint {
        Fingerprint::from([number; 32])
    }

    #[test]
    fn after_a_few_guesses_nobody_new_is_let_in() {
        let mut words = Words::default();
        words.proved(key(100));
        for guess in 0..WRONG_WORDS_MAX {
            assert!(words.let_in(key(50)), "after {guess}");
            words.were_wrong(key(u8::try_from(guess).unwrap()));
        }
        assert!(!words.is_open() && !words.let_in(key(50)));
        assert!(words.let_in(key(100)), "who was inside comes back");
    }

    #[test]
    fn who_was_cut_off_while_proving_it_is_no_guesser() {
        let mut words = Words::default();
        for _ in 0..3 * WRONG_WORDS_MAX {
            words.were_wrong(key(1));
            words.proved(key(1));
        }
        assert!(words.is_open());
    }
}
