//! A program that a story starts, as people and scripts do: a line in, a line out, an exit code.

use std::process::{ExitStatus, Stdio};

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::patience::soon;

/// A running program.
#[derive(Debug)]
pub struct Program {
    child: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
}

impl Program {
    /// Starts it; it does not outlive the story.
    ///
    /// # Errors
    /// It does not start.
    pub fn start(command: &mut Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{command:?} does not start"))?;
        let output = child.stdout.take().context("its output is a pipe")?;
        Ok(Self {
            input: child.stdin.take(),
            output: BufReader::new(output).lines(),
            child,
        })
    }

    /// Types a line.
    ///
    /// # Errors
    /// It does not listen.
    pub async fn types(&mut self, line: &str) -> Result<()> {
        let input = self.input.as_mut().context("its input was closed")?;
        input.write_all(format!("{line}\n").as_bytes()).await?;
        Ok(input.flush().await?)
    }

    /// Types nothing more, ever.
    pub fn ends_input(&mut self) {
        self.input = None;
    }

    /// The next line it prints.
    ///
    /// # Errors
    /// It prints nothing more.
    pub async fn line(&mut self) -> Result<String> {
        let line = soon("a line is printed", self.output.next_line()).await??;
        line.context("nothing more is printed")
    }

    /// The next line it prints that begins so; what follows the beginning.
    ///
    /// # Errors
    /// It prints none.
    pub async fn line_after(&mut self, beginning: &str) -> Result<String> {
        self.line_that(|line| line.strip_prefix(beginning)).await
    }

    /// The next line it prints that has that in it; what stands there from then on.
    ///
    /// # Errors
    /// It prints none.
    pub async fn line_with(&mut self, words: &str) -> Result<String> {
        self.line_that(|line| line.find(words).map(|at| &line[at..]))
            .await
    }

    /// The next line of which there is something to be told.
    async fn line_that(&mut self, tell: impl Fn(&str) -> Option<&str>) -> Result<String> {
        let told = async {
            loop {
                if let Some(told) = tell(&self.line().await?) {
                    return Ok(told.to_owned());
                }
            }
        };
        soon("the line that matters", told).await?
    }

    /// The process.
    ///
    /// # Errors
    /// It has ended.
    pub fn id(&self) -> Result<u32> {
        self.child.id().context("it has ended")
    }

    /// Asks the process to end, as service managers do.
    ///
    /// # Errors
    /// There is none.
    #[cfg(unix)]
    pub async fn terminate(&self) -> Result<()> {
        self.signal("TERM").await
    }

    /// Asks the process to read its configuration again, as service managers do.
    ///
    /// # Errors
    /// There is none.
    #[cfg(unix)]
    pub async fn hang_up(&self) -> Result<()> {
        self.signal("HUP").await
    }

    #[cfg(unix)]
    async fn signal(&self, name: &str) -> Result<()> {
        // The shell's own `kill`: the program of that name is a package that a bare system lacks.
        let status = Command::new("sh")
            .args(["-c", r#"kill -s "$1" "$0""#, &self.id()?.to_string(), name])
            .status();
        ensure!(status.await?.success(), "there is no such process");
        Ok(())
    }

    /// Ends the process at once, without a word (`kill -9`).
    ///
    /// # Errors
    /// There is none.
    pub async fn kill(&mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// It does not.
    pub async fn ends(&mut self) -> Result<ExitStatus> {
        Ok(soon("the program ends", self.child.wait()).await??)
    }

    /// Waits until it ends by itself, with that code.
    ///
    /// # Errors
    /// It does not, or with another.
    pub async fn ends_with(&mut self, code: i32) -> Result<()> {
        let status = self.ends().await?;
        ensure!(status.code() == Some(code), "it ended with {status}, not {code}");
        Ok(())
    }
}
