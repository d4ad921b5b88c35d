//! What was said, and the lines between: days, the meeting, the parting. Knows which messages belong together.

use acaso_shared::ids::MessageText;
use acaso_shared::protocol::room::Parting;
use acaso_shared::session::{Ending, MessageId};
use jiff::civil::Date;
use jiff::{Unit, Zoned};

/// Messages of one person belong together for this long after the first of them.
const GROUP_SECS: i64 = 5 * 60;

/// As many rows as are held; a partner who writes without end does not fill the memory. The oldest go first.
const ENTRIES_MAX: usize = 20_000;

/// How many go at once when there are too many: making room one by one would move all the others each time.
const ENTRIES_DROPPED: usize = 1_000;

/// The rows of a conversation, oldest first.
#[derive(Debug, Default)]
pub struct History {
    entries: Vec<Entry>,
    next_id: u64,
}

/// One row.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Unique within the history, and growing.
    pub id: u64,
    /// When, in local time.
    pub at: Zoned,
    /// What.
    pub what: What,
    /// Whether a group of messages begins here.
    pub opens: bool,
}

/// What a row holds.
#[derive(Clone, PartialEq, Eq)]
pub enum What {
    /// The two met; always the first row.
    Met,
    /// A new day.
    Day(Date),
    /// Somebody said something.
    Said {
        /// Who.
        by: By,
        /// The words, exactly as they came.
        text: String,
        /// Our number for it, if it is ours.
        message: Option<MessageId>,
    },
    /// The partner is gone.
    Left(Parting),
    /// The visit is over.
    Ended(Ending),
}

/// Words stay out of logs.
impl std::fmt::Debug for What {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Met => f.write_str("Met"),
            Self::Day(date) => write!(f, "Day({date})"),
            Self::Said { by, text, .. } => write!(f, "Said({by:?}, {} bytes)", text.len()),
            Self::Left(why) => write!(f, "Left({why:?})"),
            Self::Ended(_) => f.write_str("Ended"),
        }
    }
}

/// Who said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// The person at this window.
    Me,
    /// The partner.
    Them,
}

impl History {
    /// A conversation begins.
    pub fn beginning(at: Zoned) -> Self {
        let mut history = Self::default();
        history.push(at, What::Met);
        history
    }

    /// The rows, oldest first. Their ids grow by one from row to row until one is taken out.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether a group of messages ends with this row.
    pub fn closes(&self, index: usize) -> bool {
        self.entries
            .get(index + 1)
            .is_none_or(|next| next.opens || !next.is_said())
    }

    /// Whether anything was said by anybody.
    pub fn has_words(&self) -> bool {
        self.entries.iter().any(Entry::is_said)
    }

    /// Somebody said something.
    pub fn say(&mut self, at: Zoned, by: By, text: &MessageText, message: Option<MessageId>) {
        let text = text.as_str().to_owned();
        self.push(at, What::Said { by, text, message });
    }

    /// Adds a row, after a line for the day if it is another one.
    pub fn push(&mut self, at: Zoned, what: What) {
        let new_day = self
            .entries
            .last()
            .is_some_and(|last| last.at.date() != at.date());
        if new_day {
            let day = What::Day(at.date());
            self.append(at.clone(), day);
        }
        self.append(at, what);
        if self.entries.len() > ENTRIES_MAX {
            self.entries.drain(..ENTRIES_DROPPED);
            self.regroup(0);
        }
    }

    /// Takes back a message of ours that was not sent. Answers whether it was there.
    pub fn take_back(&mut self, id: MessageId) -> bool {
        let is_it = |entry: &Entry| matches!(&entry.what, What::Said { message: Some(m), .. } if *m == id);
        let Some(index) = self.entries.iter().rposition(is_it) else {
            return false;
        };
        self.entries.remove(index);
        self.regroup(index);
        true
    }

    fn append(&mut self, at: Zoned, what: What) {
        let opens = self.opens_after(self.entries.len(), &at, &what);
        self.entries.push(Entry {
            id: self.next_id,
            at,
            what,
            opens,
        });
        self.next_id += 1;
    }

    /// Whether a row at this place would begin a group.
    fn opens_after(&self, index: usize, at: &Zoned, what: &What) -> bool {
        let What::Said { by, .. } = what else {
            return false;
        };
        let before = self.entries.get(..index).unwrap_or_default();
        let group = before.iter().rev().take_while(|e| e.by() == Some(*by));
        // The group this one could join begins at the nearest row that opened one.
        let Some(opening) = group.into_iter().find(|e| e.opens) else {
            return true;
        };
        let age = opening
            .at
            .until((Unit::Second, at))
            .map_or(i64::MAX, |span| span.get_seconds());
        !(0..GROUP_SECS).contains(&age)
    }

    /// Finds out anew where groups begin, from this row to the end of the run of messages it stands in.
    fn regroup(&mut self, from: usize) {
        for index in from..self.entries.len() {
            let Some(entry) = self.entries.get(index) else {
                return;
            };
            let opens = self.opens_after(index, &entry.at, &entry.what);
            if let Some(entry) = self.entries.get_mut(index) {
                entry.opens = opens;
            }
        }
    }
}

impl Entry {
    /// Who said it, if it was said.
    pub fn by(&self) -> Option<By> {
        match self.what {
            What::Said { by, .. } => Some(by),
            What::Met | What::Day(_) | What::Left(_) | What::Ended(_) => None,
        }
    }

    fn is_said(&self) -> bool {
        self.by().is_some()
    }
}
