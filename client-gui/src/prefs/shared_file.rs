//! A small file that several windows share: it is written aside and renamed, under a lock beside it, and a broken one is set aside, so
//! that nothing in it is lost. What stands in it is not this module's concern.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use acaso_shared::known_servers::write_aside;

/// Largest file that is read, in bytes: a thousand times what a person's needs.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Where it is.
#[derive(Clone, Debug)]
pub(super) struct SharedFile {
    path: PathBuf,
}

impl SharedFile {
    /// The file of this name in this directory. Nothing is read or made yet.
    pub(super) fn within(directory: &Path, name: &str) -> Self {
        Self {
            path: directory.join(name),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Held until dropped; other windows wait for the moment that takes. The directory is made when needed.
    pub(super) fn lock(&self) -> io::Result<File> {
        if let Some(directory) = self.path.parent() {
            fs::create_dir_all(directory)?;
        }
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.path.with_extension("lock"))?;
        file.lock()?;
        Ok(file)
    }

    /// What stands in it, if it is there; never more than it can need.
    pub(super) fn read(&self) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        file.take(FILE_BYTES_MAX).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// Replaces it, in one step. On Unix nobody but its owner can read it.
    pub(super) fn write(&self, bytes: &[u8]) -> io::Result<()> {
        write_aside(&self.path, bytes)
    }

    /// Gives it a name of its own, and answers which.
    pub(super) fn set_aside(&self) -> io::Result<PathBuf> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let kept = self
            .path
            .with_extension(format!("broken-{}.toml", now.as_nanos()));
        fs::rename(&self.path, &kept)?;
        Ok(kept)
    }
}
