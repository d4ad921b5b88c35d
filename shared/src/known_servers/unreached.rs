//! Servers whose rooms' own doors were not reached from here, as behind a firewall that lets only some ports through: their rooms
//! are entered through the lobby. Which way is taken is not decided here.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::address::{BadAddress, ServerAddress};
use crate::protocol::lobby::Offers;

/// Servers noted at most; past it the oldest are forgotten. So many take a sixth of the largest file that is read.
const NOTES_MAX: usize = 500;

/// When the doors of a server were not reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreached {
    /// When that was, by this computer's clock, in whole seconds.
    pub since: SystemTime,
    /// What the server offered then: one that is set up anew may have doors that are reached.
    pub offers: Offers,
}

/// A server's in the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Note {
    address: String,
    offers: u32,
    since_unix_secs: u64,
}

/// All of them, the newest last.
#[derive(Debug, Default)]
pub(super) struct Notes(Vec<(ServerAddress, Unreached)>);

impl Notes {
    pub(super) fn of(&self, server: &ServerAddress) -> Option<Unreached> {
        let (_, unreached) = self.0.iter().find(|(noted, _)| noted == server)?;
        Some(*unreached)
    }

    /// Notes a server, in place of what was noted of it before.
    pub(super) fn add(&mut self, server: &ServerAddress, unreached: Unreached) {
        self.forget(server);
        if self.0.len() >= NOTES_MAX {
            self.0.remove(0);
        }
        self.0.push((server.clone(), unreached));
    }

    pub(super) fn forget(&mut self, server: &ServerAddress) {
        self.0.retain(|(noted, _)| noted != server);
    }

    pub(super) fn from_file(notes: Vec<Note>) -> Result<Self, BadAddress> {
        let notes = notes.into_iter().map(|note| {
            let since = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(note.since_unix_secs));
            let unreached = Unreached {
                // A date that no clock can show is as good as long ago.
                since: since.unwrap_or(SystemTime::UNIX_EPOCH),
                offers: Offers(note.offers),
            };
            Ok((note.address.parse()?, unreached))
        });
        notes.collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn for_file(&self) -> Vec<Note> {
        let note = |(server, unreached): &(ServerAddress, Unreached)| {
            let since = unreached.since.duration_since(SystemTime::UNIX_EPOCH);
            Note {
                address: server.to_string(),
                offers: unreached.offers.0,
                since_unix_secs: since.unwrap_or_default().as_secs(),
            }
        };
        self.0.iter().map(note).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_kept_and_each_server_is_noted_once() {
        let mut notes = Notes::default();
        let server = |n: usize| format!("host-{n}.example.org").parse::<ServerAddress>().unwrap();
        let at = |secs| Unreached {
            since: SystemTime::UNIX_EPOCH + Duration::from_secs(secs),
            offers: Offers::default(),
        };
        for n in 0..NOTES_MAX {
            notes.add(&server(n), at(1));
        }
        notes.add(&server(0), at(2));
        assert_eq!((notes.of(&server(0)), notes.0.len()), (Some(at(2)), NOTES_MAX));
        notes.add(&server(NOTES_MAX), at(3));
        assert_eq!(notes.of(&server(1)), None, "the oldest makes room");
        assert_eq!((notes.of(&server(0)), notes.0.len()), (Some(at(2)), NOTES_MAX));
    }
}
