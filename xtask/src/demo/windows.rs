//! Two windows side by side.

use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::Stage;
use crate::run::cannot_start;

/// Who they are and where their windows stand (`X,Y,WIDTH,HEIGHT`): together no wider than a small laptop's screen.
const STRANGERS: [(&str, &str); 2] = [("Ana", "10,40,620,700"), ("Bia", "640,40,620,700")];

/// A window that fails this early never was one.
const OPENING: Duration = Duration::from_secs(15);

/// How it ended.
pub(super) enum Outcome {
    /// Both windows were open, and were closed.
    Closed,
    /// The display takes no window.
    NoWindow,
}

/// Opens both, and waits until both are closed.
///
/// # Errors
/// If they cannot be started, or one that was open ends badly.
pub(super) fn show(program: &Path, stage: &Stage) -> Result<Outcome> {
    let begin = Instant::now();
    let mut windows = Windows(Vec::new());
    for (name, place) in STRANGERS {
        windows.0.push(open(program, stage, name, place)?);
    }
    println!("Ana and Bia meet: write in one window and read in the other; close both to end");
    for window in &mut windows.0 {
        let status = window.wait().context("a window's end is unknown")?;
        if status.success() {
            continue;
        }
        if begin.elapsed() < OPENING {
            return Ok(Outcome::NoWindow);
        }
        bail!("a window ended badly ({status})");
    }
    Ok(Outcome::Closed)
}

fn open(program: &Path, stage: &Stage, name: &str, place: &str) -> Result<Child> {
    let mut command = Command::new(program);
    command
        .args(["--server", &stage.server(), "--name", name, "--geometry", place])
        .arg("--config")
        .arg(stage.directory(&format!("{name}-config"))?)
        .arg("--data")
        .arg(stage.directory(&format!("{name}-data"))?)
        .args(["--accept-rules", "--meet"]);
    command.spawn().with_context(|| cannot_start(&command))
}

/// The open windows: none outlives the demonstration, should it end early.
struct Windows(Vec<Child>);

impl Drop for Windows {
    fn drop(&mut self) {
        for window in &mut self.0 {
            // Both fail only for a process that has already ended.
            let _ = window.kill();
            let _ = window.wait();
        }
    }
}
