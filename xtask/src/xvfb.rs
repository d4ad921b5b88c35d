//! A display of our own that no screen shows.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::lines::Lines;
use crate::run::cannot_start;

const START: Duration = Duration::from_secs(20);

/// A running X server without a screen.
pub(crate) struct Xvfb {
    process: Child,
    display: String,
}

impl Xvfb {
    /// Starts one of that size in pixels, under a number that it finds free itself.
    ///
    /// # Errors
    /// If it cannot be started, or does not tell its number in time.
    pub(crate) fn start(width: u32, height: u32) -> Result<Self> {
        let mut command = Command::new("Xvfb");
        command
            .args([
                "-displayfd",
                "1",
                "-nolisten",
                "tcp",
                "-screen",
                "0",
                &format!("{width}x{height}x24"),
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut process = command.spawn().with_context(|| cannot_start(&command))?;
        let lines = Lines::of(process.stdout.take().expect("its stdout was asked for as a pipe"));
        let mut xvfb = Self {
            process,
            display: String::new(),
        };
        let number = lines.find("the number of the display", START, |line| {
            line.trim().parse::<u16>().ok()
        })?;
        xvfb.display = format!(":{number}");
        Ok(xvfb)
    }

    /// Sends the windows of `command` to this display, and to no other that the environment names.
    pub(crate) fn shows<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command
            .env("DISPLAY", &self.display)
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("WAYLAND_SOCKET")
    }
}

impl Drop for Xvfb {
    fn drop(&mut self) {
        // Both fail only for a process that has already ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
