//! What was said, and the lines between: days, the meeting, the parting. Knows which messages belong together.

use acaso_shared::ids::MessageText;
use acaso_shared::limits::OUTBOX_MESSAGES_MAX;
use acaso_shared::protocol::room::Parting;
use acaso_shared::session::{Ending, MessageId};
use jiff::civil::Date;
use jiff::{Timestamp, Zoned};

use crate::hygiene::shown_text;

/// Messages of one person belong together for this long after the first of them.
pub(super) const GROUP_SECS: i64 = 5 * 60;

/// As many rows as are held; a partner who writes without end does not fill the memory. The oldest go first.
const ENTRIES_MAX: usize = 20_000;

/// How many go at once when there are too many: making room one by one would move all the others each time.
const ENTRIES_DROPPED: usize = 1_000;

/// As many as can be on their way when a conversation ends, twice over.
const FAILED_MAX: usize = 2 * OUTBOX_MESSAGES_MAX;

/// The rows of a conversation, oldest first.
#[derive(Debug, Default)]
pub struct History {
    entries: Vec<Entry>,
    next_id: u64,
    /// Up to where ours went to an old client, up to where they have ours, and up to where they have looked at it.
    sent: Option<MessageId>,
    delivered: Option<MessageId>,
    seen: Option<MessageId>,
    /// Ours that may never have arrived.
    failed: Vec<MessageId>,
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
    /// Whether a group begins here: of messages, or a line that is a group of its own.
    pub opens: bool,
    /// When the group this row is in began.
    group: Timestamp,
}

/// What a row holds.
#[derive(Clone, PartialEq, Eq)]
pub enum What {
    /// The two met; always the first row.
    Met,
    /// The host can read what follows; right after the meeting, where it is so.
    NotPrivate,
    /// A new day.
    Day(Date),
    /// Somebody said something.
    Said {
        /// Who.
        by: By,
        /// The words, fit to be shown.
        text: String,
        /// Our number for it, if it is ours.
        message: Option<MessageId>,
    },
    /// The partner is gone.
    Left(Parting),
    /// The visit is over.
    Ended(Ending),
}

/// What became of a message of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is on the way.
    Sending,
    /// It went to an old client, which confirms nothing.
    Sent,
    /// Their program has it.
    Delivered,
    /// They have looked at it.
    Seen,
    /// The conversation ended before it was known to have arrived.
    NotDelivered,
}

/// Words stay out of logs.
impl std::fmt::Debug for What {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Met => f.write_str("Met"),
            Self::NotPrivate => f.write_str("NotPrivate"),
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
        self.entries.get(index + 1).is_none_or(|next| next.opens)
    }

    /// Whether anything was said by anybody.
    pub fn has_words(&self) -> bool {
        self.entries.iter().any(Entry::is_said)
    }

    /// What became of a message of ours; nothing if the row is none. Whoever has one has every one before it.
    pub fn state(&self, entry: &Entry) -> Option<State> {
        let What::Said {
            message: Some(id), ..
        } = &entry.what
        else {
            return None;
        };
        let reaches = |up_to: Option<MessageId>| up_to.is_some_and(|up_to| *id <= up_to);
        Some(match () {
            () if self.failed.contains(id) => State::NotDelivered,
            () if reaches(self.seen) => State::Seen,
            () if reaches(self.delivered) => State::Delivered,
            () if reaches(self.sent) => State::Sent,
            () => State::Sending,
        })
    }

    /// This message of ours, and every one before it, went to an old client.
    pub fn sent(&mut self, id: MessageId) {
        self.sent = self.sent.max(Some(id));
    }

    /// They have this message of ours, and every one before it.
    pub fn delivered(&mut self, id: MessageId) {
        self.delivered = self.delivered.max(Some(id));
    }

    /// They have looked at this message of ours, and every one before it.
    pub fn seen(&mut self, id: MessageId) {
        self.seen = self.seen.max(Some(id));
    }

    /// It was never known to arrive.
    pub fn not_delivered(&mut self, id: MessageId) {
        if self.failed.len() < FAILED_MAX {
            self.failed.push(id);
        }
    }

    /// The newest row of this person's, by its id.
    pub(super) fn newest_of(&self, by: By) -> Option<u64> {
        let theirs = self.entries.iter().rev().find(|entry| entry.by() == Some(by));
        theirs.map(|entry| entry.id)
    }

    /// Somebody said something.
    pub fn say(&mut self, at: Zoned, by: By, text: &MessageText, message: Option<MessageId>) {
        let text = shown_text(text.as_str());
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
        let group = group_after(self.entries.last(), &at, &what);
        self.entries.push(Entry {
            id: self.next_id,
            opens: group.is_none(),
            group: group.unwrap_or(at.timestamp()),
            at,
            what,
        });
        self.next_id += 1;
    }

    /// Finds out anew where groups begin, from this row on.
    fn regroup(&mut self, from: usize) {
        for index in from..self.entries.len() {
            let (before, rest) = self.entries.split_at_mut(index);
            let Some(entry) = rest.first_mut() else { return };
            let group = group_after(before.last(), &entry.at, &entry.what);
            entry.opens = group.is_none();
            entry.group = group.unwrap_or(entry.at.timestamp());
        }
    }
}

/// When the group began that a row goes on with; nothing if it begins one of its own, or is a line between them.
fn group_after(before: Option<&Entry>, at: &Zoned, what: &What) -> Option<Timestamp> {
    let before = before?;
    let same = before.by().is_some() && before.by() == what.by();
    let age = at.timestamp().as_second().checked_sub(before.group.as_second())?;
    // A clock that was set back begins a new group, too.
    (same && (0..GROUP_SECS).contains(&age)).then_some(before.group)
}

impl Entry {
    /// Who said it, if it was said.
    pub fn by(&self) -> Option<By> {
        self.what.by()
    }

    fn is_said(&self) -> bool {
        self.by().is_some()
    }
}

impl What {
    /// Who said it, if it was said.
    fn by(&self) -> Option<By> {
        match self {
            Self::Said { by, .. } => Some(*by),
            Self::Met | Self::NotPrivate | Self::Day(_) | Self::Left(_) | Self::Ended(_) => None,
        }
    }
}
