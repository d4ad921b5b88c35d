//! The servers this person has visited, and the identity each showed at first: a small TOML file that several windows share.
//!
//! It is written aside and renamed, under a lock beside it. A file that cannot be read is an error, never an empty list:
//! otherwise whoever damages it would be trusted at "first" use.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::address::ServerAddress;
use crate::ids::Fingerprint;
use crate::transport::{Expected, Shown};

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
        self.read()
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
        self.change(|all| {
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
        self.change(|all| {
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
        self.change(|all| all.retain(|known| known.server != *server))
    }

    fn change<T>(&self, edit: impl FnOnce(&mut Vec<Known>) -> T) -> Result<T, KnownServersError> {
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

    fn read(&self) -> Result<Vec<Known>, KnownServersError> {
        let text = match std::fs::metadata(&self.path) {
            Ok(file) if file.len() > FILE_BYTES_MAX => return Err(self.malformed("too large to be ours")),
            Ok(_) => std::fs::read_to_string(&self.path).map_err(|error| self.io(error))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.io(error)),
        };
        let document: Document = toml::from_str(&text).map_err(|error| self.malformed(error))?;
        document
            .server
            .into_iter()
            .map(|entry| self.parse(&entry))
            .collect()
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

    fn write(&self, all: &[Known]) -> Result<(), KnownServersError> {
        let document = Document {
            server: all.iter().map(Entry::from).collect(),
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
mod tests {
    use super::*;

    fn server(text: &str) -> ServerAddress {
        text.parse().unwrap()
    }

    fn shown(key: &[u8]) -> Shown {
        Shown {
            fingerprint: Fingerprint::of_spki(key),
            vouched: false,
        }
    }

    #[test]
    fn an_authority_may_bless_another_key_and_nobody_else_may() {
        let directory = tempfile::tempdir().unwrap();
        let servers = KnownServers::at(directory.path().join("known_servers.toml"));
        let host = server("chat.example.org");
        let blessed = |key| Shown {
            vouched: true,
            ..shown(key)
        };
        servers.note_visit(&host, blessed(b"one")).unwrap();
        let renewed = servers.note_visit(&host, blessed(b"two")).unwrap();
        assert_eq!(
            (renewed.fingerprint, renewed.visits),
            (shown(b"two").fingerprint, 2)
        );
        assert!(
            !servers
                .note_visit(&host, shown(b"two"))
                .unwrap()
                .accepts(shown(b"two"))
        );
        assert_eq!(servers.look_up(&host).unwrap(), Some(renewed));
    }

    #[test]
    fn a_pinned_key_changes_only_once_an_authority_has_blessed_it() {
        let directory = tempfile::tempdir().unwrap();
        let servers = KnownServers::at(directory.path().join("known_servers.toml"));
        let host = server("chat.example.org");
        let blessed = |key| Shown {
            vouched: true,
            ..shown(key)
        };
        servers.note_visit(&host, shown(b"one")).unwrap();
        let other = servers.note_visit(&host, blessed(b"two")).unwrap();
        assert!(!other.accepts(blessed(b"two")));
        servers.note_visit(&host, blessed(b"one")).unwrap();
        let moved = servers.note_visit(&host, blessed(b"two")).unwrap();
        assert_eq!((moved.fingerprint, moved.visits), (shown(b"two").fingerprint, 3));
    }

    #[test]
    fn a_key_trusted_without_its_blessing_lasts_until_the_blessing_is_back() {
        let directory = tempfile::tempdir().unwrap();
        let servers = KnownServers::at(directory.path().join("known_servers.toml"));
        let host = server("chat.example.org");
        let blessed = |key| Shown {
            vouched: true,
            ..shown(key)
        };
        servers.note_visit(&host, blessed(b"one")).unwrap();
        servers.trust(&host, shown(b"one").fingerprint).unwrap();
        let expired = servers.note_visit(&host, shown(b"one")).unwrap();
        assert!(expired.accepts(shown(b"one")) && !expired.accepts(shown(b"two")));
        assert_eq!(servers.look_up(&host).unwrap(), Some(expired.clone()));
        // Renewed, with a key of its own.
        assert!(expired.accepts(blessed(b"two")));
        let renewed = servers.note_visit(&host, blessed(b"two")).unwrap();
        assert!(!renewed.accepts(shown(b"two")) && !renewed.accepts(shown(b"one")));
        assert!(renewed.accepts(blessed(b"three")));
    }

    #[test]
    fn the_first_visit_pins_and_later_ones_count() {
        let directory = tempfile::tempdir().unwrap();
        let servers = KnownServers::at(directory.path().join("data/known_servers.toml"));
        let (host, print) = (server("chat.example.org:7"), shown(b"one"));
        assert_eq!(servers.look_up(&host).unwrap(), None);
        servers.note_visit(&host, print).unwrap();
        servers.note_visit(&host, print).unwrap();
        let pinned = servers.note_visit(&host, shown(b"an impostor")).unwrap();
        assert!(!pinned.accepts(shown(b"an impostor")));
        let known = servers.look_up(&host).unwrap().unwrap();
        assert_eq!((known.fingerprint, known.visits), (print.fingerprint, 2));
        assert_eq!(
            servers.look_up(&server("chat.example.org")).unwrap(),
            None,
            "another port is another server"
        );
    }

    #[test]
    fn an_identity_is_replaced_or_forgotten_only_when_asked() {
        let directory = tempfile::tempdir().unwrap();
        let servers = KnownServers::at(directory.path().join("known_servers.toml"));
        let (host, new) = (server("::1"), Fingerprint::of_spki(b"two"));
        servers.note_visit(&host, shown(b"one")).unwrap();
        servers.trust(&host, new).unwrap();
        assert_eq!(servers.list().unwrap().len(), 1);
        assert_eq!(servers.look_up(&host).unwrap().unwrap().fingerprint, new);
        servers.forget(&host).unwrap();
        assert_eq!(servers.list().unwrap(), []);
    }

    #[test]
    fn a_damaged_file_is_an_error_and_stays_as_it_is() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("known_servers.toml");
        std::fs::write(&path, "[[server]]\naddress = 'x'\n").unwrap();
        let servers = KnownServers::at(&path);
        let error = servers.note_visit(&server("x"), shown(b"one")).unwrap_err();
        assert!(error.to_string().contains("known_servers.toml"), "{error}");
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            "[[server]]\naddress = 'x'\n"
        );
    }
}
