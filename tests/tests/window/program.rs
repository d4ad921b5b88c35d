//! Programs that a story starts, and that never outlive it.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread;

use anyhow::{Context, Result, anyhow, ensure};

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
    /// Starts it; it has a stdin of its own, and its complaints are read as its output is, and go to ours.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let program = Path::new(command.get_program());
        let name = program
            .file_name()
            .unwrap_or(program.as_os_str())
            .to_string_lossy()
            .into_owned();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("{name} cannot be started"))?;
        let output = Watched::new(Output::default());
        let stdout = child.stdout.take().context("asked for as a pipe")?;
        let stderr = child.stderr.take().context("asked for as a pipe")?;
        thread::spawn({
            let output = output.clone();
            move || {
                each_line(stdout, |line| {
                    output.change(|output| output.lines.push_back(line));
                });
                output.change(|output| output.ended = true);
            }
        });
        thread::spawn({
            let (name, output) = (name.clone(), output.clone());
            move || {
                each_line(stderr, |line| {
                    eprintln!("{name}: {line}");
                    output.change(|output| output.lines.push_back(line));
                });
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
                        return Some(Ok(found));
                    }
                }
                let gone = || anyhow!("{} has ended without saying “{what}”", self.name);
                output.ended.then(|| Err(gone()))
            })?
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

/// Until the last line; what is no text stays legible where it is.
fn each_line(output: impl Read, mut take: impl FnMut(String)) {
    for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
        take(String::from_utf8_lossy(&line).into_owned());
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
