//! One stranger at a terminal client: lines in, events out.

use std::io::Write;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::Stage;
use crate::lines::Lines;
use crate::run::cannot_start;

/// What is done in milliseconds may take this long on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running terminal client.
pub(super) struct Stranger {
    name: &'static str,
    process: Child,
    typing: ChildStdin,
    events: Lines,
}

impl Stranger {
    /// Starts `program` under that name; it joins by itself.
    ///
    /// # Errors
    /// If it cannot be started.
    pub(super) fn arrive(program: &Path, stage: &Stage, name: &'static str) -> Result<Self> {
        let mut command = Command::new(program);
        command
            .args([&stage.server(), "--name", name, "--json", "--trust-new", "--data"])
            .arg(stage.directory(name)?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut process = command.spawn().with_context(|| cannot_start(&command))?;
        let typing = process.stdin.take().expect("its stdin was asked for as a pipe");
        let events = Lines::of(process.stdout.take().expect("its stdout was asked for as a pipe"));
        Ok(Self {
            name,
            process,
            typing,
            events,
        })
    }

    /// Their name.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Types a line.
    ///
    /// # Errors
    /// If the client has ended.
    pub(super) fn types(&mut self, line: &str) -> Result<()> {
        writeln!(self.typing, "{line}").with_context(|| format!("{} cannot type any more", self.name))
    }

    /// Waits for the next event of that kind, and gives the value of its `field`.
    ///
    /// # Errors
    /// If it does not come in time, or comes without the field.
    pub(super) fn sees(&self, event: &str, field: &str) -> Result<String> {
        let seen = self
            .events
            .find(&format!("{}'s “{event}”", self.name), PATIENCE, |line| {
                let object: Value = serde_json::from_str(line).ok()?;
                (object.get("event")? == event).then_some(object)
            })?;
        match seen.get(field) {
            Some(Value::String(text)) => Ok(text.clone()),
            Some(value) => Ok(value.to_string()),
            None => anyhow::bail!("{}'s “{event}” came without its {field}", self.name),
        }
    }

    /// Waits for the end of the client.
    ///
    /// # Errors
    /// If it does not end in time, or not well.
    pub(super) fn goes(&mut self) -> Result<()> {
        ensure!(
            self.events.end(PATIENCE),
            "{} did not go within {} s",
            self.name,
            PATIENCE.as_secs()
        );
        let status = self.process.wait().context("a client's end is unknown")?;
        ensure!(status.success(), "{}'s client ended badly ({status})", self.name);
        Ok(())
    }
}

/// None outlives the demonstration, should it end early.
impl Drop for Stranger {
    fn drop(&mut self) {
        // Both fail only for a process that has already ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
