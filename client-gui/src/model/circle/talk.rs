//! What was said in a circle, whom it has reached, and what happened meanwhile. Bounded: the oldest go first.

use std::collections::VecDeque;

use acaso_shared::ids::MessageText;
use acaso_shared::protocol::circle::CircleMember;
use acaso_shared::session::MessageId;
use jiff::civil::Date;
use jiff::{Timestamp, Zoned};

use super::delivery::Delivery;
use crate::hygiene::shown_text;
use crate::model::history::GROUP_SECS;

/// As many rows, and as many bytes of text, as are held: fifteen others may write all day.
const ROWS_MAX: usize = 4_000;
const BYTES_MAX: usize = 4 * 1024 * 1024;

/// As many names as one line tells: more than a circle has members come and go in one breath.
const NAMES_MAX: usize = 16;

/// The rows of a circle, oldest first.
#[derive(Debug, Default)]
pub struct Talk {
    rows: VecDeque<TalkRow>,
    next_id: u64,
    bytes: usize,
}

/// One row.
#[derive(Debug)]
pub struct TalkRow {
    /// Unique within the circle, and growing.
    pub id: u64,
    /// When, in local time.
    pub at: Zoned,
    /// What.
    pub what: Talked,
    /// It begins a group of messages by one person.
    pub opens: bool,
    /// When that group began.
    group: Timestamp,
}

/// What a row holds.
#[derive(Debug)]
pub enum Talked {
    /// A new day.
    Day(Date),
    /// Somebody said something.
    Said(Said),
    /// Something happened.
    Happened(Happened, Vec<String>),
}

/// What somebody said.
pub struct Said {
    /// Who.
    pub by: Speaker,
    /// The words, fit to be shown.
    pub text: String,
}

/// Words and names stay out of logs.
impl std::fmt::Debug for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Said({} bytes)", self.text.len())
    }
}

/// Who said something.
pub enum Speaker {
    /// The person at this window; and whom it has reached.
    Me(Delivery),
    /// A member, and what they went by then.
    Member(CircleMember, String),
}

/// What happens in a circle, to those whose names stand beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// They were here before us.
    Here,
    /// They came.
    Came,
    /// They said goodbye.
    Left,
    /// They did not come back.
    Lost,
    /// They are away.
    Away,
    /// They are back.
    Back,
    /// Somebody was introduced to whom no way was found.
    Unreachable,
    /// Somebody came who did not know the words.
    WrongWords {
        /// Whether newcomers are still let in.
        open: bool,
    },
}

impl Talk {
    /// The rows.
    pub fn rows(&self) -> &VecDeque<TalkRow> {
        &self.rows
    }

    /// Whether a group of messages ends with this row.
    pub fn closes(&self, row: usize) -> bool {
        self.rows.get(row + 1).is_none_or(|next| next.opens)
    }

    /// Somebody said something.
    pub(super) fn said(&mut self, by: Speaker, text: &MessageText, at: &Zoned) {
        let text = shown_text(text.as_str());
        self.push(at, Talked::Said(Said { by, text }));
    }

    /// Something happened. What happens to several at once is told in one line.
    pub(super) fn happened(&mut self, what: Happened, name: Option<String>, at: &Zoned) {
        if let Some(TalkRow {
            what: Talked::Happened(last, names),
            ..
        }) = self.rows.back_mut()
            && *last == what
            && names.len() < NAMES_MAX
        {
            if let Some(name) = name {
                self.bytes += name.len();
                names.push(name);
            }
            return;
        }
        self.push(at, Talked::Happened(what, name.into_iter().collect()));
    }

    /// A member has this message of ours, and all before it.
    pub(super) fn delivered(&mut self, id: MessageId, member: CircleMember) {
        for delivery in self.ours().filter(|delivery| delivery.id <= id) {
            delivery.reached(member, delivery.id == id);
        }
    }

    /// A member may not have this message of ours.
    pub(super) fn not_delivered(&mut self, id: MessageId, member: CircleMember, name: Option<String>) {
        if let Some(delivery) = self.ours().find(|delivery| delivery.id == id) {
            delivery.missed(member, name);
        }
    }

    /// A member is gone: what they did not get so far they do not get.
    pub(super) fn went(&mut self, member: CircleMember, name: Option<&str>) {
        for delivery in self.ours().filter(|delivery| delivery.waits_for(member)) {
            delivery.missed(member, name.map(str::to_owned));
        }
    }

    /// Whether something of ours is still on its way to somebody.
    pub(super) fn any_waits(&self) -> bool {
        self.rows
            .iter()
            .any(|row| row.delivery().is_some_and(Delivery::waits))
    }

    /// Nobody who has not got something of ours will.
    pub(super) fn close(&mut self, name_of: impl Fn(CircleMember) -> Option<String>) {
        for delivery in self.ours() {
            delivery.close(&name_of);
        }
    }

    /// A message of ours was not taken.
    pub(super) fn take_back(&mut self, id: MessageId) {
        let is_it = |row: &TalkRow| row.delivery().is_some_and(|delivery| delivery.id == id);
        let Some(place) = self.rows.iter().rposition(is_it) else {
            return;
        };
        if let Some(row) = self.rows.remove(place) {
            self.bytes -= row.bytes();
        }
        self.regroup(place);
    }

    fn ours(&mut self) -> impl Iterator<Item = &mut Delivery> {
        self.rows.iter_mut().rev().filter_map(|row| match &mut row.what {
            Talked::Said(Said {
                by: Speaker::Me(delivery),
                ..
            }) => Some(delivery),
            _ => None,
        })
    }

    /// Adds a row, after a line for the day if it is another one.
    fn push(&mut self, at: &Zoned, what: Talked) {
        let last = self.rows.back().map(|row| row.at.date());
        if last.is_some_and(|last| last != at.date()) {
            self.append(at, Talked::Day(at.date()));
        }
        self.append(at, what);
        while self.rows.len() > ROWS_MAX || (self.bytes > BYTES_MAX && self.rows.len() > 1) {
            self.drop_oldest();
        }
    }

    fn append(&mut self, at: &Zoned, what: Talked) {
        let group = group_after(self.rows.back(), at, &what);
        let row = TalkRow {
            id: self.next_id,
            opens: group.is_none(),
            group: group.unwrap_or(at.timestamp()),
            at: at.clone(),
            what,
        };
        self.next_id += 1;
        self.bytes += row.bytes();
        self.rows.push_back(row);
    }

    fn drop_oldest(&mut self) {
        if let Some(oldest) = self.rows.pop_front() {
            self.bytes -= oldest.bytes();
            self.regroup(0);
        }
    }

    /// Finds out anew whether this row begins a group; those of its group go on with it as before.
    fn regroup(&mut self, place: usize) {
        let before = place.checked_sub(1).and_then(|before| self.rows.get(before));
        let Some(row) = self.rows.get(place) else { return };
        let group = group_after(before, &row.at, &row.what);
        if let Some(row) = self.rows.get_mut(place) {
            row.opens = group.is_none();
        }
    }
}

/// When the group began that a row goes on with; nothing if it begins one of its own, or is a line between them.
fn group_after(before: Option<&TalkRow>, at: &Zoned, what: &Talked) -> Option<Timestamp> {
    let before = before?;
    let same = before.what.speaker().is_some() && before.what.speaker() == what.speaker();
    let age = at.timestamp().as_second().checked_sub(before.group.as_second())?;
    // A clock that was set back begins a new group, too.
    (same && (0..GROUP_SECS).contains(&age)).then_some(before.group)
}

impl TalkRow {
    fn delivery(&self) -> Option<&Delivery> {
        match &self.what {
            Talked::Said(Said {
                by: Speaker::Me(delivery),
                ..
            }) => Some(delivery),
            _ => None,
        }
    }

    fn bytes(&self) -> usize {
        match &self.what {
            Talked::Day(_) => 0,
            Talked::Said(said) => said.text.len(),
            Talked::Happened(_, names) => names.iter().map(String::len).sum(),
        }
    }
}

impl Talked {
    /// Who said it, if it was said: nobody in particular for what is ours.
    fn speaker(&self) -> Option<Option<CircleMember>> {
        match self {
            Self::Said(said) => Some(match &said.by {
                Speaker::Me(_) => None,
                Speaker::Member(number, _) => Some(*number),
            }),
            Self::Day(_) | Self::Happened(..) => None,
        }
    }
}
