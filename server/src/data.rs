//! The data directory, and the lock that keeps a second server out of it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Name of the file that is locked, and that says by whom.
const LOCK_FILE: &str = "lock";

/// Longest content of a lock file that is looked at: two numbers.
const LOCK_BYTES_MAX: u64 = 64;

/// Why the data directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// It cannot be made, or written to.
    #[error("the data directory {} cannot be used ({error}): make it writable, or choose another with --data", path.display())]
    Unusable {
        /// The directory, or the file in it.
        path: PathBuf,
        /// The operating system's word.
        error: io::Error,
    },
    /// Another server uses it.
    #[error("the data directory {} is in use {}: stop that server, or choose another directory with --data", path.display(), holder.as_ref().map_or_else(|| "by another process".into(), ToString::to_string))]
    Locked {
        /// The directory.
        path: PathBuf,
        /// Who holds it, where that can be read.
        holder: Option<Holder>,
    },
}

/// Who holds a data directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The process.
    pub pid: u32,
    /// Since when.
    pub since: SystemTime,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let age = self.since.elapsed().unwrap_or_default().as_secs();
        let (number, unit) = match age {
            0..120 => (age, "seconds"),
            120..7_200 => (age / 60, "minutes"),
            7_200..172_800 => (age / 3_600, "hours"),
            _ => (age / 86_400, "days"),
        };
        write!(f, "by process {} since {number} {unit} ago", self.pid)
    }
}

/// A data directory that nobody else uses, until this is dropped.
#[derive(Debug)]
pub(crate) struct DataDirectory {
    path: PathBuf,
    _lock: File,
}

impl DataDirectory {
    /// Makes the directory if it is not there, readable to its owner only, and locks it.
    ///
    /// # Errors
    /// It cannot be used, or somebody else uses it; then nothing in it was changed.
    pub(crate) fn lock(path: &Path) -> Result<Self, DataError> {
        let unusable = |path: PathBuf| move |error| DataError::Unusable { path, error };
        make(path)?;
        let lock_file = path.join(LOCK_FILE);
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&lock_file)
            .map_err(unusable(lock_file.clone()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let (path, holder) = (path.into(), read_holder(&mut lock));
                return Err(DataError::Locked { path, holder });
            }
            Err(TryLockError::Error(error)) => return Err(unusable(lock_file)(error)),
        }
        write_holder(&mut lock).map_err(unusable(lock_file))?;
        Ok(Self {
            path: path.into(),
            _lock: lock,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// Makes the directory if it is not there, readable to its owner only.
///
/// # Errors
/// It cannot be made.
pub(crate) fn make(path: &Path) -> Result<(), DataError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| DataError::Unusable {
        path: path.into(),
        error,
    })
}

fn write_holder(lock: &mut File) -> io::Result<()> {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    lock.set_len(0)?;
    lock.rewind()?;
    writeln!(lock, "{} {}", std::process::id(), since.as_secs())
}

/// Process and seconds since 1970, as its holder wrote them.
fn read_holder(lock: &mut File) -> Option<Holder> {
    let mut text = String::new();
    lock.take(LOCK_BYTES_MAX).read_to_string(&mut text).ok()?;
    let (pid, since) = text.trim().split_once(' ')?;
    let since = Duration::from_secs(since.parse().ok()?);
    Some(Holder {
        pid: pid.parse().ok()?,
        since: SystemTime::UNIX_EPOCH.checked_add(since)?,
    })
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_second_server_learns_who_is_there_and_a_later_one_gets_in() {
        let parent = TempDir::new().unwrap();
        let path = parent.path().join("some/where");
        let first = DataDirectory::lock(&path).unwrap();
        let refused = DataDirectory::lock(&path).unwrap_err();
        let DataError::Locked {
            holder: Some(holder), ..
        } = &refused
        else {
            panic!("{refused}");
        };
        assert_eq!(holder.pid, std::process::id());
        assert!(refused.to_string().contains("seconds ago"), "{refused}");
        drop(first);
        assert!(DataDirectory::lock(&path).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_new_directory_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let parent = TempDir::new().unwrap();
        let path = parent.path().join("new");
        let _held = DataDirectory::lock(&path).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn a_place_that_is_no_directory_is_named() {
        let parent = TempDir::new().unwrap();
        let path = parent.path().join("file");
        fs::write(&path, "").unwrap();
        let refused = DataDirectory::lock(&path).unwrap_err();
        assert!(refused.to_string().contains("file"), "{refused}");
    }
}
