//! Looks for many texts at once in whatever can be read, and keeps count of how much that was.

use std::io::{self, Read};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use anyhow::{Context, Result};

use super::canary::{Canary, Form};

/// Finds every form of a number of canaries.
#[derive(Debug)]
pub(super) struct Search {
    /// Pattern number = canary's number * forms + form's number.
    automaton: AhoCorasick,
}

/// One find.
#[derive(Debug)]
pub(super) struct Hit {
    /// Which of the canaries.
    pub(super) canary: usize,
    /// As what.
    pub(super) form: Form,
    /// Where.
    pub(super) place: String,
}

/// What was looked through, and what was found.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Everything found.
    pub(super) hits: Vec<Hit>,
}

impl Search {
    /// A search for these.
    ///
    /// # Errors
    /// There are more than a machine could look for.
    pub(super) fn new<'a>(canaries: impl IntoIterator<Item = &'a Canary>) -> Result<Self> {
        let patterns = canaries
            .into_iter()
            .flat_map(|canary| Form::ALL.map(|form| canary.in_form(form)));
        let automaton = AhoCorasick::builder()
            // The fastest there is would need gigabytes for some ten thousand patterns.
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(patterns)
            .context("the search cannot be prepared")?;
        Ok(Self { automaton })
    }

    /// Looks through everything that can be read there, and says how many bytes that were.
    ///
    /// # Errors
    /// Not everything can be read.
    pub(super) fn look_through(&self, from: impl Read, place: &str, tally: &mut Tally) -> io::Result<u64> {
        let mut counted = Counted { from, bytes: 0 };
        for found in self.automaton.stream_find_iter(&mut counted) {
            let pattern = found?.pattern().as_usize();
            tally.hits.push(Hit {
                canary: pattern / Form::ALL.len(),
                form: Form::ALL[pattern % Form::ALL.len()],
                place: place.to_owned(),
            });
        }
        Ok(counted.bytes)
    }
}

/// Counts what is read.
struct Counted<R> {
    from: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(into)?;
        self.bytes += u64::try_from(read).expect("a count of bytes in memory fits");
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_found_wherever_it_stands() {
        let canaries = [Canary::hatch(), Canary::hatch()];
        let search = Search::new(&canaries).unwrap();
        for (number, canary) in canaries.iter().enumerate() {
            for form in Form::ALL {
                // Around the places where a reader's buffer may end.
                for before in [0, 1, 65_500, 65_535, 65_536, 200_001] {
                    let hay = [&vec![b'a'; before], canary.in_form(form).as_slice(), b"a"].concat();
                    let mut tally = Tally::default();
                    let bytes = search.look_through(hay.as_slice(), "hay", &mut tally).unwrap();
                    assert_eq!(usize::try_from(bytes), Ok(hay.len()));
                    let [hit] = tally.hits.as_slice() else {
                        panic!("{form} at {before}: {:?}", tally.hits)
                    };
                    assert_eq!((hit.canary, hit.form, hit.place.as_str()), (number, form, "hay"));
                }
            }
        }
    }

    #[test]
    fn nothing_is_found_where_nothing_is() {
        let search = Search::new(&[Canary::hatch()]).unwrap();
        let mut tally = Tally::default();
        search
            .look_through(Canary::hatch().as_str().as_bytes(), "hay", &mut tally)
            .unwrap();
        assert!(tally.hits.is_empty());
    }
}
