//! The database file: its form, its version, and how it is opened. A file that is not ours, or newer than this program, is
//! left as it is.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

/// Counts up with each change of the schema; stands in the file as `user_version`.
const VERSION: i64 = 2;

/// To version 1. `id` is the room's port, `connections` the seats reserved or taken, `since` seconds since 1970.
const ROOMS: &str = "
    CREATE TABLE rooms (
        id INTEGER PRIMARY KEY CHECK (id BETWEEN 1026 AND 9999),
        connections INTEGER NOT NULL CHECK (connections IN (1, 2)),
        since INTEGER NOT NULL
    ) STRICT;
    PRAGMA user_version = 1;";

/// To version 2: who may come and who may not. Times are seconds since 1970, `hash` is a PHC string; a password is never kept.
const PEOPLE: &str = "
    CREATE TABLE accounts (
        name TEXT PRIMARY KEY,
        hash TEXT NOT NULL,
        created INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE password (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        hash TEXT NOT NULL
    ) STRICT;
    CREATE TABLE bans (
        network TEXT PRIMARY KEY,
        until INTEGER NOT NULL,
        since INTEGER NOT NULL
    ) STRICT;
    PRAGMA user_version = 2;";

/// Why the registry does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Written by a later version of this program.
    #[error(
        "{} has schema {found}, this program knows schema {VERSION}: start the newer acaso-server, or choose another data directory with --data", path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
    },
    /// A database of something else.
    #[error(
        "{} is a database, but not one of Acaso: choose another data directory with --data", path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Not a database, or a damaged one.
    #[error(
        "{} is damaged or no database ({error}): put it back from a backup, or move it away to begin without accounts and bans", path.display()
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// SQLite's word.
        error: rusqlite::Error,
    },
    /// Another program holds the database.
    #[error("{} is locked by another program: close it there, then start again", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be made.
    #[error("{} cannot be made ({error}): check the data directory's permissions and free space", path.display())]
    Unmade {
        /// The file.
        path: PathBuf,
        /// The operating system's word.
        error: io::Error,
    },
    /// The bans in it cannot be read, and a server without them would let in whoever was barred.
    #[error("the bans in the registry cannot be read: see the log, then start again")]
    Bans,
    /// Anything else: disk full, no permission.
    #[error("the registry cannot be opened ({0}): check the data directory's permissions and free space")]
    Sqlite(#[from] rusqlite::Error),
    /// The operating system gives no thread.
    #[error("the registry's thread cannot be started ({0}): too many processes may be running")]
    Thread(io::Error),
}

/// Opens the file for the server: made if there is none, brought to this version, with no rooms in it.
pub(super) fn open(path: &Path, busy_timeout: Duration) -> Result<Connection, OpenError> {
    let database = open_beside(path, busy_timeout)?;
    let cleared = database.execute("DELETE FROM rooms", []);
    cleared.map_err(|error| explain(error.into(), path))?;
    Ok(database)
}

/// Opens the file beside a server that may be using it: the same, but rooms stay as they are.
pub(super) fn open_beside(path: &Path, busy_timeout: Duration) -> Result<Connection, OpenError> {
    let is_new = make(path).map_err(|error| OpenError::Unmade {
        path: path.into(),
        error,
    })?;
    if !is_new {
        check(path, busy_timeout).map_err(|error| explain(error, path))?;
        keep_from_others(path);
    }
    prepare(path, busy_timeout).map_err(|error| explain(error.into(), path))
}

/// Makes an empty file that only its owner may read, since hashes of passwords will be in it; SQLite would make one that all may
/// read. Its files beside it get the same rights. False if there is a file: that is not even opened, because closing it would
/// take back the locks that this process may have on it.
fn make(path: &Path) -> io::Result<bool> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Takes from others what rights they have to a file of an earlier version of this program, and to SQLite's files beside it.
#[cfg(unix)]
fn keep_from_others(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    for end in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(end);
        let file = Path::new(&file);
        let is_open = file
            .metadata()
            .is_ok_and(|is| is.permissions().mode() & 0o077 != 0);
        if is_open && let Err(error) = std::fs::set_permissions(file, PermissionsExt::from_mode(0o600)) {
            tracing::warn!(file = %file.display(), %error, "others than its owner may read this file");
        }
    }
}

/// Elsewhere the directory's rights hold for what is in it.
#[cfg(not(unix))]
fn keep_from_others(_path: &Path) {}

/// Looks at an existing file without being able to change it: closing a writable connection may already write.
fn check(path: &Path, busy_timeout: Duration) -> Result<(), OpenError> {
    let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    database.busy_timeout(busy_timeout)?;
    let found: i64 = database.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let tables: i64 = database.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match found {
        0 if tables > 0 => Err(OpenError::Foreign { path: path.into() }),
        0..=VERSION => Ok(()),
        _ => Err(OpenError::Newer {
            path: path.into(),
            found,
        }),
    }
}

fn prepare(path: &Path, busy_timeout: Duration) -> rusqlite::Result<Connection> {
    let mut database = Connection::open(path)?;
    database.busy_timeout(busy_timeout)?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    // A power cut may cost the last commits, but never the file; after a restart the rows of rooms are void anyway.
    database.pragma_update(None, "synchronous", "NORMAL")?;
    let start = database.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: u8 = start.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    for step in [ROOMS, PEOPLE].into_iter().skip(version.into()) {
        start.execute_batch(step)?;
    }
    start.commit()?;
    Ok(database)
}

fn explain(error: OpenError, path: &Path) -> OpenError {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseCorrupt, DatabaseLocked, NotADatabase};
    let OpenError::Sqlite(error) = error else {
        return error;
    };
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(DatabaseCorrupt | NotADatabase) => OpenError::Corrupt { path, error },
        Some(DatabaseBusy | DatabaseLocked) => OpenError::Locked { path },
        _ => OpenError::Sqlite(error),
    }
}
