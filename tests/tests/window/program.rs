//! Programs that a story starts, and that never outlive it.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread;

use anyhow::{Context, Result, ensure};

use crate::watched::Watched;

/// A running program, its output read line by line as it comes.
pub(crate) struct Process {
    name: String,
    child: Child,
    output: Watched<Output>,
}

#[derive(Default)]
struct Output {
    /// What has not been looked at yet.
    lines: std::collections::VecDeque<String>,
    ended: bool,
}

impl Process {
    /// Starts it; it has a stdin of its own, and its complaints go to ours.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{name} cannot be started"))?;
        let output = Watched::new(Output::default());
        let stdout = child
            .stdout
            .take()
            .context("its stdout was asked for as a pipe")?;
        thread::spawn({
            let output = output.clone();
            move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    output.change(|output| output.lines.push_back(line));
                }
                output.change(|output| output.ended = true);
            }
        });
        Ok(Self { name, child, output })
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its stdin, to write a line to.
    pub(crate) fn stdin(&mut self) -> Result<&mut ChildStdin> {
        self.child
            .stdin
            .as_mut()
            .context("its stdin was asked for as a pipe")
    }

    /// The first line to come in which `pick` finds something; lines before it are gone.
    pub(crate) fn line<R>(&self, what: &str, pick: impl Fn(&str) -> Option<R>) -> Result<R> {
        self.output
            .wait(&format!("“{what}” from {}", self.name), |output| {
                while let Some(line) = output.lines.pop_front() {
                    if let Some(found) = pick(&line) {
                        return Some(found);
                    }
                }
                None
            })
    }

    /// Waits until it ends by itself.
    pub(crate) fn end(&mut self) -> Result<ExitStatus> {
        self.output.wait(&format!("the end of {}", self.name), |output| {
            output.ended.then_some(())
        })?;
        Ok(self.child.wait()?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only for a process that has already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A program of this workspace, built beside this test.
pub(crate) fn program(name: &str) -> Result<Command> {
    let here = std::env::current_exe()?;
    let directory = here
        .ancestors()
        .nth(2)
        .context("tests live in target/debug/deps")?;
    let path: PathBuf = directory.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    ensure!(
        path.exists(),
        "{} is not built: `cargo build --workspace --all-targets --all-features` builds it",
        path.display()
    );
    Ok(Command::new(path))
}
