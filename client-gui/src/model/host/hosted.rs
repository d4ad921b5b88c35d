//! A server that was started in this program: who is there, and what happened.

use std::collections::VecDeque;

use jiff::Zoned;

use crate::hosting::{Census, HostId, Line, RoomInUse, Standing};
use crate::model::Now;

/// Entries of a server's log that are kept; more than that nobody reads.
const LOG_MAX: usize = 500;

/// A server that was started here.
#[derive(Debug)]
pub struct Hosted {
    /// Which one.
    pub id: HostId,
    /// Where it is.
    pub standing: Standing,
    /// How it is.
    pub state: HostState,
    /// Since when it runs.
    pub since: Zoned,
    /// Who is there.
    pub census: Census,
    /// Rises with each change of the rooms: a picture of them is drawn anew only then.
    pub revision: u64,
    /// What happened, the latest last.
    pub log: VecDeque<LogEntry>,
    /// The link was copied a moment ago.
    pub copied: bool,
}

/// How a server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostState {
    /// It runs.
    Running,
    /// It says goodbye.
    Stopping,
    /// A part of it has failed.
    Failed,
}

/// Something that happened at a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// When.
    pub at: Zoned,
    /// What.
    pub what: Logged,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Logged {
    /// It runs.
    Started,
    /// Seats of a room were given or became free.
    Room(RoomInUse),
    /// Nobody is in that room any more.
    RoomEmpty(u16),
    /// What it logged itself.
    Line(Line),
}

impl Hosted {
    /// It runs from now on.
    pub(super) fn begun(id: HostId, standing: Standing, now: &Now) -> Self {
        let mut server = Self {
            id,
            standing,
            state: HostState::Running,
            since: now.local.clone(),
            census: Census::default(),
            revision: 0,
            log: VecDeque::new(),
            copied: false,
        };
        server.note(Logged::Started, now);
        server
    }

    pub(super) fn note(&mut self, what: Logged, now: &Now) {
        let at = now.local.clone();
        self.log.push_back(LogEntry { at, what });
        while self.log.len() > LOG_MAX {
            self.log.pop_front();
        }
    }

    /// Takes in who is there now. Tells how many more people there are than before.
    pub(super) fn count(&mut self, census: Census, now: &Now) -> usize {
        let before = std::mem::replace(&mut self.census, census);
        let more = self.census.people().saturating_sub(before.people());
        if before.rooms == self.census.rooms {
            return more;
        }
        self.revision += 1;
        let gone = before
            .rooms
            .iter()
            .filter(|room| self.census.room(room.port).is_none());
        let gone: Vec<_> = gone.map(|room| Logged::RoomEmpty(room.port)).collect();
        let new = self
            .census
            .rooms
            .iter()
            .filter(|room| before.room(room.port) != Some(**room));
        let new: Vec<_> = new.map(|room| Logged::Room(*room)).collect();
        gone.into_iter().chain(new).for_each(|what| self.note(what, now));
        more
    }
}
