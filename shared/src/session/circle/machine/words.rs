//! Who is let into a circle with a code: guesses are counted, and after a few of them nobody new is, for a while.

use std::collections::VecDeque;
use std::time::Instant;

use super::LinkId;
use crate::ids::Fingerprint;
use crate::limits::{ACQUAINTANCES_MAX, WRONG_WORDS_FORGOTTEN_AFTER, WRONG_WORDS_MAX};

/// Who knew the words, and who did not.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// The latest of them, as many as can be in the circle at once, and then some; others prove themselves anew.
    proved: VecDeque<Fingerprint>,
    /// At most as many as are allowed: those that go on count, too, whatever may come of them.
    guesses: Vec<Guess>,
    /// Connections on which somebody could be told whether their words are right, and are not before there is room for a guess.
    waiting: VecDeque<(LinkId, Fingerprint)>,
}

#[derive(Debug)]
struct Guess {
    link: LinkId,
    key: Fingerprint,
    at: Instant,
    /// The connection is no more: it was a wrong one.
    is_over: bool,
}

impl Words {
    /// Whether newcomers are asked for the words at all.
    pub(super) fn is_open(&self, now: Instant) -> bool {
        let counted = |guess: &&Guess| guess.is_over && guess.at + WRONG_WORDS_FORGOTTEN_AFTER > now;
        self.guesses.iter().filter(counted).count() < WRONG_WORDS_MAX
    }

    /// Whether that one is asked.
    pub(super) fn let_in(&self, key: Fingerprint, now: Instant) -> bool {
        self.is_open(now) || self.proved.contains(&key)
    }

    /// On that connection the owner of that key is about to learn whether their words are right.
    pub(super) fn asks(&mut self, link: LinkId, key: Fingerprint) {
        self.waiting.push_back((link, key));
    }

    /// The next that may be told. From here on it is a guess, whatever happens to the connection.
    pub(super) fn next_told(&mut self, now: Instant) -> Option<LinkId> {
        self.guesses
            .retain(|guess| !guess.is_over || guess.at + WRONG_WORDS_FORGOTTEN_AFTER > now);
        let may = |(_, key): &(LinkId, Fingerprint)| {
            self.guesses.len() < WRONG_WORDS_MAX || self.proved.contains(key)
        };
        let next = self.waiting.iter().position(may)?;
        let (link, key) = self.waiting.remove(next)?;
        if !self.proved.contains(&key) {
            self.guesses.push(Guess {
                link,
                key,
                at: now,
                is_over: false,
            });
        }
        Some(link)
    }

    /// Whoever knows the words was not guessing before either: a link that broke in the middle counted as a guess.
    pub(super) fn proved(&mut self, key: Fingerprint) {
        self.guesses.retain(|guess| guess.key != key);
        if !self.proved.contains(&key) {
            self.proved.push_back(key);
        }
        if self.proved.len() > ACQUAINTANCES_MAX {
            self.proved.pop_front();
        }
    }

    /// That connection is no more. If a guess has ended with it, tells whether newcomers are still asked.
    pub(super) fn ended(&mut self, link: LinkId) -> Option<bool> {
        self.waiting.retain(|(waiting, _)| *waiting != link);
        let mut guesses = self.guesses.iter_mut();
        let guess = guesses.find(|guess| guess.link == link && !guess.is_over)?;
        guess.is_over = true;
        let at = guess.at;
        Some(self.is_open(at))
    }

    /// That key comes no more.
    pub(super) fn has_left(&mut self, key: Fingerprint) {
        self.proved.retain(|proved| *proved != key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: usize) -> Fingerprint {
        Fingerprint::from([u8::try_from(number).unwrap(); 32])
    }

    fn link(number: usize) -> LinkId {
        LinkId(u64::try_from(number).unwrap())
    }

    fn closed() -> (Words, Instant) {
        let (mut words, now) = (Words::default(), Instant::now());
        for guess in 0..WRONG_WORDS_MAX {
            assert!(words.let_in(key(50), now), "after {guess}");
            words.asks(link(guess), key(guess));
            assert_eq!(words.next_told(now), Some(link(guess)));
            assert!(words.ended(link(guess)).is_some());
        }
        (words, now)
    }

    #[test]
    fn after_a_few_guesses_nobody_new_is_let_in_for_a_while() {
        let (mut words, now) = closed();
        assert!(!words.is_open(now) && !words.let_in(key(50), now));
        words.asks(link(50), key(50));
        assert_eq!(words.next_told(now), None);
        let later = now + WRONG_WORDS_FORGOTTEN_AFTER;
        assert!(words.let_in(key(50), later));
        assert_eq!(words.next_told(later), Some(link(50)));
    }

    #[test]
    fn who_was_inside_comes_back_unless_they_left() {
        let (mut words, now) = closed();
        words.proved(key(100));
        assert!(words.let_in(key(100), now));
        words.asks(link(100), key(100));
        assert_eq!(words.next_told(now), Some(link(100)));
        words.has_left(key(100));
        assert!(!words.let_in(key(100), now));
    }

    #[test]
    fn guesses_that_go_on_are_counted_and_the_next_has_to_wait() {
        let (mut words, now) = (Words::default(), Instant::now());
        for guess in 0..=WRONG_WORDS_MAX {
            words.asks(link(guess), key(guess));
        }
        let told = std::iter::from_fn(|| words.next_told(now)).count();
        assert_eq!(told, WRONG_WORDS_MAX);
        assert!(words.is_open(now), "none of them is known to be wrong");
        words.proved(key(0));
        assert_eq!(words.next_told(now), Some(link(WRONG_WORDS_MAX)));
    }

    #[test]
    fn who_was_cut_off_while_proving_it_is_no_guesser() {
        let (mut words, now) = (Words::default(), Instant::now());
        for turn in 0..3 * WRONG_WORDS_MAX {
            words.asks(link(turn), key(1));
            assert_eq!(words.next_told(now), Some(link(turn)));
            words.ended(link(turn));
            words.proved(key(1));
            words.has_left(key(1));
        }
        assert!(words.is_open(now));
    }

    #[test]
    fn only_so_many_are_remembered_and_the_latest_of_them() {
        let mut words = Words::default();
        (0..=ACQUAINTANCES_MAX).for_each(|member| words.proved(key(member)));
        assert!(!words.proved.contains(&key(0)) && words.proved.contains(&key(ACQUAINTANCES_MAX)));
    }
}
