//! A directory that goes away with us, even when Ctrl-C ends us before any of our own code can run.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

/// The chore that a broom is started with; not for people.
pub(crate) const CHORE: &str = "sweep-when-orphaned";

/// How the names of our directories begin: nothing else is ever removed.
const PREFIX: &str = "acaso-";

/// A program that dies may still be writing: each further try finds fewer of its files.
const TRIES: usize = 100;

/// A directory for the time of a chore, and a child process that waits for our end to remove it. The child sits in a
/// process group of its own, where Ctrl-C does not reach it, and reads from a pipe that only our death closes.
pub(crate) struct Swept {
    directory: TempDir,
    broom: Child,
}

impl Swept {
    /// Makes the directory.
    ///
    /// # Errors
    /// If the directory or the child cannot be made.
    pub(crate) fn new() -> Result<Self> {
        let directory = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir()
            .context("no temporary directory can be made")?;
        let broom = broom(directory.path()).context("the clean-up cannot be started")?;
        Ok(Self { directory, broom })
    }

    /// A new directory in it.
    ///
    /// # Errors
    /// If it cannot be made.
    pub(crate) fn directory(&self, name: &str) -> Result<PathBuf> {
        let path = self.directory.path().join(name);
        std::fs::create_dir(&path).with_context(|| format!("{} cannot be made", path.display()))?;
        Ok(path)
    }
}

impl Drop for Swept {
    fn drop(&mut self) {
        drop(self.broom.stdin.take());
        // The child's only task is ours too: what it leaves, `TempDir` removes.
        let _ = self.broom.wait();
    }
}

fn broom(directory: &Path) -> std::io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(CHORE).arg(directory).stdin(Stdio::piped());
    out_of_reach(&mut command);
    command.spawn()
}

#[cfg(unix)]
fn out_of_reach(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(windows)]
fn out_of_reach(command: &mut Command) {
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
    std::os::windows::process::CommandExt::creation_flags(command, CREATE_NEW_PROCESS_GROUP);
}

/// Waits until whoever started us is gone, then removes the directory.
///
/// # Errors
/// If it is not a directory of ours, or cannot be removed.
pub(crate) fn when_orphaned(directory: &Path) -> Result<()> {
    let ours = directory
        .file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with(PREFIX));
    ensure!(
        ours,
        "{} was not made by a chore, so it stays",
        directory.display()
    );
    std::io::stdin()
        .read_to_end(&mut Vec::new())
        .context("the pipe to whoever started this is gone")?;
    remove(directory)
}

fn remove(directory: &Path) -> Result<()> {
    for _ in 1..TRIES {
        match std::fs::remove_dir_all(directory) {
            Err(error) if error.kind() != ErrorKind::NotFound => std::thread::yield_now(),
            _ => return Ok(()),
        }
    }
    std::fs::remove_dir_all(directory).with_context(|| format!("{} cannot be removed", directory.display()))
}
