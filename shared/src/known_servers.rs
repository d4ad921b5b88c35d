//! The servers this person has visited, and the identity each showed at first: a small TOML file that several windows share. Beside
//! them, the servers whose doors were not reached, with or without an identity.
//!
//! It is written aside and renamed, under a lock beside it. A file that cannot be read is an error, never an empty list:
//! otherwise whoever damages it would be trusted at "first" use.

mod unreached;

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::address::ServerAddress;
use crate::ids::Fingerprint;
use crate::transport::{Expected, Shown};
pub use unreached::Unreached;
use unreached::{Note, Notes};

/// Largest file that is read, in bytes: some 5,000 servers.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// The file of known servers.
#[derive(Clone, Debug)]
pub struct KnownServers {
    path: PathBuf,
}

/// What is known of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its address, port included.
    pub server: ServerAddress,
    /// The identity it showed at first use, or that was trusted since.
    pub fingerprint: Fingerprint,
    /// Whether an authority vouched for it: then another key with the same blessing is the same server, and none without it is,
    /// unless [a person said so](Self::excused).
    pub vouched: bool,
    /// Whether a person trusts this very key also without an authority's word, where one had vouched before; over with the next
    /// visit for which one vouches again.
    pub excused: bool,
    /// When that was.
    pub since: SystemTime,
    /// How many visits it has stood for.
    pub visits: u64,
}

impl Known {
    /// What the server must prove on the next visit.
    pub fn expected(&self) -> Expected {
        match (self.vouched, self.excused) {
            (true, false) => Expected::Vouched,
            (true, true) => Expected::VouchedOr(self.fingerprint),
            (false, _) => Expected::Key(self.fingerprint),
        }
    }

    /// Whether whoever showed that is this server.
    pub fn accepts(&self, shown: Shown) -> bool {
        self.expected().accepts(shown)
    }

    /// A visit in which it showed that. A server whose pinned key an authority blesses may change keys from then on.
    fn visited(&mut self, shown: Shown) {
        if self.accepts(shown) {
            self.fingerprint = shown.fingerprint;
            self.vouched |= shown.vouched;
            self.excused &= !shown.vouched;
            self.visits += 1;
        }
    }
}

/// Why the file cannot be used: its path, and the reason.
#[derive(Debug, thiserror::Error)]
pub enum KnownServersError {
    /// The operating system says no.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The reason.
        error: io::Error,
    },
    /// What is in it is not what we write.
    #[error("{}: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where and what.
        reason: String,
    },
}

/// The file's form.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    server: Vec<Entry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    unreached: Vec<Note>,
}

/// What is in the file.
#[derive(Default)]
struct Contents {
    servers: Vec<Known>,
    unreached: Notes,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    address: String,
    fingerprint: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    vouched: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    excused: bool,
    since_unix_secs: u64,
    visits: u64,
}

impl KnownServers {
    /// The file at this path; neither it nor its directory need exist.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Everything known, the last visited last.
    ///
    /// # Errors
    /// The file is there but cannot be read or understood.
    pub fn list(&self) -> Result<Vec<Known>, KnownServersError> {
        let _lock = self.lock()?;
        Ok(self.read()?.servers)
    }

    /// What is known of one server.
    ///
    /// # Errors
    /// The file is there but cannot be read or understood.
    pub fn look_up(&self, server: &ServerAddress) -> Result<Option<Known>, KnownServersError> {
        Ok(self.list()?.into_iter().find(|known| known.server == *server))
    }

    /// Records a visit to a server that showed this identity; the first one pins it. Tells what is pinned now: an identity that
    /// [is not accepted](Known::accepts) changes nothing.
    ///
    /// # Errors
    /// The file cannot be read, understood or written.
    pub fn note_visit(&self, server: &ServerAddress, shown: Shown) -> Result<Known, KnownServersError> {
        self.change(|Contents { servers: all, .. }| {
            let mut pinned = match all.iter().position(|known| known.server == *server) {
                Some(at) => all.remove(at),
                None => Known::now(server, shown),
            };
            pinned.visited(shown);
            all.push(pinned.clone());
            pinned
        })
    }

    /// Pins this identity in place of whatever was known. A server for which an authority vouched may come back with its blessing,
    /// whatever its key is then: renewing a certificate that had expired is nothing to ask anybody about.
    ///
    /// # Errors
    /// The file cannot be read, understood or written.
    pub fn trust(&self, server: &ServerAddress, shown: Fingerprint) -> Result<(), KnownServersError> {
        self.change(|Contents { servers: all, .. }| {
            let vouched = all.iter().any(|known| known.server == *server && known.vouched);
            all.retain(|known| known.server != *server);
            let trusted = Shown {
                fingerprint: shown,
                vouched,
            };
            all.push(Known {
                excused: vouched,
                ..Known::now(server, trusted)
            });
        })
    }

    /// Forgets a server: the next visit is a first one.
    ///
    /// # Errors
    /// The file cannot be read, understood or written.
    pub fn forget(&self, server: &ServerAddress) -> Result<(), KnownServersError> {
        self.change(|all| {
            all.servers.retain(|known| known.server != *server);
            all.unreached.forget(server);
        })
    }

    /// When the doors of a server were not reached, if that was noted.
    ///
    /// # Errors
    /// The file is there but cannot be read or understood.
    pub fn unreached(&self, server: &ServerAddress) -> Result<Option<Unreached>, KnownServersError> {
        let _lock = self.lock()?;
        Ok(self.read()?.unreached.of(server))
    }

    /// Notes that the doors of a server were not reached, though its lobby was.
    ///
    /// # Errors
    /// The file cannot be read, understood or written.
    pub fn note_unreached(&self, server: &ServerAddress, when: Unreached) -> Result<(), KnownServersError> {
        self.change(|all| all.unreached.add(server, when))
    }

    fn change<T>(&self, edit: impl FnOnce(&mut Contents) -> T) -> Result<T, KnownServersError> {
        let _lock = self.lock()?;
        let mut all = self.read()?;
        let outcome = edit(&mut all);
        self.write(&all)?;
        Ok(outcome)
    }

    /// Held until dropped; other windows wait for the few microseconds that takes.
    fn lock(&self) -> Result<File, KnownServersError> {
        let lock = || -> io::Result<File> {
            if let Some(directory) = self.path.parent() {
                std::fs::create_dir_all(directory)?;
            }
            let path = self.path.with_extension("lock");
            let file = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(path)?;
            file.lock()?;
            Ok(file)
        };
        lock().map_err(|error| self.io(error))
    }

    fn read(&self) -> Result<Contents, KnownServersError> {
        let text = match std::fs::metadata(&self.path) {
            Ok(file) if file.len() > FILE_BYTES_MAX => return Err(self.malformed("too large to be ours")),
            Ok(_) => std::fs::read_to_string(&self.path).map_err(|error| self.io(error))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Contents::default()),
            Err(error) => return Err(self.io(error)),
        };
        let document: Document = toml::from_str(&text).map_err(|error| self.malformed(error))?;
        let servers = document.server.iter().map(|entry| self.parse(entry));
        Ok(Contents {
            servers: servers.collect::<Result<_, _>>()?,
            unreached: Notes::from_file(document.unreached).map_err(|error| self.malformed(error))?,
        })
    }

    fn parse(&self, entry: &Entry) -> Result<Known, KnownServersError> {
        let since = Duration::from_secs(entry.since_unix_secs);
        Ok(Known {
            server: entry.address.parse().map_err(|error| self.malformed(error))?,
            fingerprint: entry.fingerprint.parse().map_err(|error| self.malformed(error))?,
            vouched: entry.vouched,
            excused: entry.excused,
            since: SystemTime::UNIX_EPOCH
                .checked_add(since)
                .ok_or_else(|| self.malformed("a date out of range"))?,
            visits: entry.visits,
        })
    }

    fn write(&self, all: &Contents) -> Result<(), KnownServersError> {
        let document = Document {
            server: all.servers.iter().map(Entry::from).collect(),
            unreached: all.unreached.for_file(),
        };
        let text = toml::to_string(&document).map_err(|error| self.malformed(error))?;
        write_aside(&self.path, text.as_bytes()).map_err(|error| self.io(error))
    }

    fn io(&self, error: io::Error) -> KnownServersError {
        KnownServersError::Io {
            path: self.path.clone(),
            error,
        }
    }

    fn malformed(&self, reason: impl std::fmt::Display) -> KnownServersError {
        KnownServersError::Malformed {
            path: self.path.clone(),
            reason: reason.to_string(),
        }
    }
}

impl Known {
    fn now(server: &ServerAddress, shown: Shown) -> Self {
        Self {
            server: server.clone(),
            fingerprint: shown.fingerprint,
            vouched: shown.vouched,
            excused: false,
            since: SystemTime::now(),
            visits: 0,
        }
    }
}

impl From<&Known> for Entry {
    fn from(known: &Known) -> Self {
        let since = known
            .since
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        Self {
            address: known.server.to_string(),
            fingerprint: known.fingerprint.to_string(),
            vouched: known.vouched,
            excused: known.excused,
            since_unix_secs: since.as_secs(),
            visits: known.visits,
        }
    }
}

/// Replaces a file as a whole: whoever reads it sees the old one or the new one, also after a power cut.
///
/// # Errors
/// The directory is not writable, or the disk is full; the old file is untouched then.
pub fn write_aside(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests;
