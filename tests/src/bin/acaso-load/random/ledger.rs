//! What was said, and by how many it was heard. Each text tells who said it, and which of theirs it is; the rest of it follows from
//! that, so that a change shows.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hdrhistogram::Histogram;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::Serialize;
use tokio::time::Instant;

/// Longest time that is told apart, in microseconds.
const LONGEST_MICROS: u64 = 600_000_000;

/// Who said it, and which of theirs it is.
type Which = (u32, u32);

/// Everything that was said.
#[derive(Default)]
pub(super) struct Ledger(Mutex<Books>);

#[derive(Default)]
struct Books {
    said: HashMap<Which, Said>,
    heard: u64,
    expected: u64,
    doubled: u64,
    changed: u64,
    refused: u64,
    /// How many say nothing more.
    silent: u32,
    /// Made with the first time that is noted.
    times: Option<Histogram<u64>>,
}

struct Said {
    at: Instant,
    /// Who has heard it.
    hearers: Vec<u32>,
}

/// What came of it.
#[derive(Debug, Serialize)]
pub(super) struct Account {
    /// Texts.
    pub(super) said: u64,
    /// Times that one of them was heard.
    pub(super) heard: u64,
    /// Times that one was not heard, by somebody who should have.
    pub(super) lost: u64,
    pub(super) doubled: u64,
    pub(super) changed: u64,
    /// Times that a text was not taken, and said again later.
    pub(super) refused: u64,
    p50_micros: u64,
    p90_micros: u64,
    p99_micros: u64,
    longest_micros: u64,
}

impl Ledger {
    /// This is said now, to so many.
    pub(super) fn said(&self, which: Which, to: u64) {
        let mut books = self.books();
        let hearers = Vec::new();
        let at = Instant::now();
        books.said.insert(which, Said { at, hearers });
        books.expected += to;
    }

    /// It was not taken, and is nobody's to hear until it is said again.
    pub(super) fn refused(&self, which: Which, to: u64) {
        let mut books = self.books();
        if books.said.remove(&which).is_some() {
            books.expected -= to;
            books.refused += 1;
        }
    }

    /// Somebody says nothing more.
    pub(super) fn falls_silent(&self) {
        self.books().silent += 1;
    }

    /// Whether so many say nothing more, and everything said was heard.
    pub(super) fn is_settled(&self, people: u32) -> bool {
        let books = self.books();
        books.silent >= people && books.heard == books.expected
    }

    /// Somebody heard that.
    pub(super) fn heard(&self, hearer: u32, heard: &str) {
        let mut books = self.books();
        let Some(which) = which(heard) else {
            books.changed += 1;
            return;
        };
        let is_as_said = text(which.0, which.1, heard.len()) == heard;
        let Some(said) = books.said.get_mut(&which).filter(|_| is_as_said) else {
            books.changed += 1;
            return;
        };
        if said.hearers.contains(&hearer) {
            books.doubled += 1;
            return;
        }
        said.hearers.push(hearer);
        let micros = u64::try_from(said.at.elapsed().as_micros()).unwrap_or(LONGEST_MICROS);
        books.heard += 1;
        let times = books.times.get_or_insert_with(times);
        times.saturating_record(micros.max(1));
    }

    /// What has come of it so far.
    pub(super) fn account(&self) -> Account {
        let books = self.books();
        let at = |quantile| {
            books
                .times
                .as_ref()
                .map_or(0, |times| times.value_at_quantile(quantile))
        };
        Account {
            said: books.said.len() as u64,
            heard: books.heard,
            lost: books.expected - books.heard,
            doubled: books.doubled,
            changed: books.changed,
            refused: books.refused,
            p50_micros: at(0.5),
            p90_micros: at(0.9),
            p99_micros: at(0.99),
            longest_micros: at(1.0),
        }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn times() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LONGEST_MICROS, 3).expect("these bounds are in order")
}

impl Account {
    /// Whether everything was heard once and unchanged, and anything at all was said.
    pub(super) fn is_perfect(&self) -> bool {
        self.said > 0 && self.lost == 0 && self.doubled == 0 && self.changed == 0
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[expect(clippy::cast_precision_loss, reason = "far fewer microseconds than 2^52")]
        let millis = |micros: u64| micros as f64 / 1e3;
        writeln!(
            f,
            "{} texts said, heard {} times; lost {}, heard twice {}, changed {}; not taken at first {}",
            self.said, self.heard, self.lost, self.doubled, self.changed, self.refused
        )?;
        write!(
            f,
            "from said to heard: p50 {:.2} ms, p90 {:.2} ms, p99 {:.2} ms, longest {:.2} ms",
            millis(self.p50_micros),
            millis(self.p90_micros),
            millis(self.p99_micros),
            millis(self.longest_micros)
        )
    }
}

/// The text of that many bytes: who says it and which of theirs it is, and then letters that follow from these.
pub(super) fn text(client: u32, sequence: u32, bytes: usize) -> String {
    let mut text = format!("{client} {sequence} ");
    let mut rng = StdRng::seed_from_u64(u64::from(client) << 32 | u64::from(sequence));
    while text.len() < bytes {
        text.push(char::from(rng.random_range(b'a'..=b'z')));
    }
    text
}

fn which(text: &str) -> Option<Which> {
    let mut words = text.splitn(3, ' ');
    Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_doubled_or_changed_shows() {
        let ledger = Ledger::default();
        let words = text(3, 9, 40);
        ledger.said((3, 9), 2);
        assert_eq!(ledger.account().lost, 2);
        ledger.heard(1, &words);
        assert!(!ledger.account().is_perfect());
        ledger.heard(2, &words);
        assert!(ledger.account().is_perfect());
        ledger.heard(2, &words);
        ledger.heard(1, &words.replace("3 9", "3 8"));
        ledger.heard(1, "nothing that anybody said");
        let account = ledger.account();
        assert_eq!((account.doubled, account.changed, account.lost), (1, 2, 0));
        assert!(!account.is_perfect());
    }

    #[test]
    fn what_was_not_taken_is_nobodys_to_hear() {
        let ledger = Ledger::default();
        ledger.said((1, 1), 7);
        ledger.refused((1, 1), 7);
        let account = ledger.account();
        assert_eq!((account.said, account.lost, account.refused), (0, 0, 1));
        assert!(!account.is_perfect(), "nothing was said");
    }
}
