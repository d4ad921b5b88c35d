//! The real programs, as people and scripts start them: a line in, a line out, an exit code.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use acaso_tests::book::Seats;
use acaso_tests::patience::{seen, soon};
use acaso_tests::rows::rows;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// A running program.
pub(crate) struct Program {
    child: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
}

impl Program {
    /// Starts it; it does not outlive the story.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
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
    pub(crate) async fn types(&mut self, line: &str) -> Result<()> {
        let input = self.input.as_mut().context("its input was closed")?;
        input.write_all(format!("{line}\n").as_bytes()).await?;
        Ok(input.flush().await?)
    }

    /// Types nothing more, ever.
    pub(crate) fn ends_input(&mut self) {
        self.input = None;
    }

    /// The next line it prints.
    pub(crate) async fn line(&mut self) -> Result<String> {
        let line = soon("a line is printed", self.output.next_line()).await??;
        line.context("nothing more is printed")
    }

    /// The next line it prints that begins so; what follows the beginning.
    pub(crate) async fn line_after(&mut self, beginning: &str) -> Result<String> {
        self.line_that(|line| line.strip_prefix(beginning)).await
    }

    /// The next line it prints that has that in it; what stands there from then on.
    pub(crate) async fn line_with(&mut self, words: &str) -> Result<String> {
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
    pub(crate) fn id(&self) -> Result<u32> {
        self.child.id().context("it has ended")
    }

    /// Asks the process to end, as service managers do.
    #[cfg(unix)]
    pub(crate) async fn terminate(&self) -> Result<()> {
        self.signal("TERM").await
    }

    /// Asks the process to read its configuration again, as service managers do.
    #[cfg(unix)]
    pub(crate) async fn hang_up(&self) -> Result<()> {
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
    pub(crate) async fn kill(&mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Waits until it ends by itself.
    pub(crate) async fn ends(&mut self) -> Result<ExitStatus> {
        Ok(soon("the program ends", self.child.wait()).await??)
    }

    /// Waits until it ends by itself, with that code.
    pub(crate) async fn ends_with(&mut self, code: i32) -> Result<()> {
        let status = self.ends().await?;
        ensure!(status.code() == Some(code), "it ended with {status}, not {code}");
        Ok(())
    }
}

/// The server's program.
pub(crate) const SERVER: &str = env!("CARGO_BIN_EXE_story-server");

/// The server's command line, without arguments.
pub(crate) fn server_command() -> Command {
    let mut command = Command::new(SERVER);
    // Whoever runs the stories may have a server of their own, set up as they like it.
    #[cfg(unix)]
    command.env("ACASO_CONFIG", "/dev/null");
    command
}

/// A server on a console.
pub(crate) struct ServerProgram {
    pub(crate) program: Program,
    pub(crate) lobby: SocketAddr,
}

impl ServerProgram {
    /// Starts it there, with that directory.
    pub(crate) async fn start(bind: impl Into<IpAddr>, port: u16, data: &Path) -> Result<Self> {
        let mut command = server_command();
        Self::start_by(command_line(&mut command, bind.into(), port, data)).await
    }

    /// Starts it by that command.
    pub(crate) async fn start_by(command: &mut Command) -> Result<Self> {
        let mut program = Program::start(command)?;
        let lobby = program.line_after("listening on ").await?.parse()?;
        Ok(Self { program, lobby })
    }

    /// Says `q`, and sees it end well.
    pub(crate) async fn quits(&mut self) -> Result<()> {
        self.program.types("q").await?;
        self.program.ends_with(0).await
    }
}

/// The usual arguments, after whatever the command has.
pub(crate) fn command_line<'a>(
    command: &'a mut Command,
    bind: IpAddr,
    port: u16,
    data: &Path,
) -> &'a mut Command {
    command
        .args(["--bind", &bind.to_string(), "--port", &port.to_string()])
        .args(["--rooms", "1026-9999", "--data"])
        .arg(data)
}

/// Waits until the registry in that directory has just these rows.
pub(crate) async fn registers(data: &Path, expected: &[(u16, u8)]) -> Result<()> {
    let expected: Seats = expected.iter().copied().collect();
    seen(format!("the rows {expected:?}"), async || {
        let rows = rows(data)?;
        Ok(if rows == expected {
            Ok(())
        } else {
            Err(format!("{rows:?}"))
        })
    })
    .await
}

/// Somebody at a terminal, with a script for hands.
pub(crate) struct LineClient {
    pub(crate) program: Program,
}

impl LineClient {
    /// Starts a client that visits that server.
    pub(crate) fn start(server: SocketAddr, name: &str, desk: &Path) -> Result<Self> {
        Self::start_as(server, name, desk, None)
    }

    /// Starts a client that visits that server, with that account and its password if it has one.
    pub(crate) fn start_as(
        server: SocketAddr,
        name: &str,
        desk: &Path,
        login: Option<(&str, &str)>,
    ) -> Result<Self> {
        let mut command = Self::command(&server.to_string(), name, desk);
        if let Some((account, password)) = login {
            command.args(["--user", account]).env("ACASO_PASSWORD", password);
        }
        Self::start_by(&mut command)
    }

    /// Starts a client that visits a plaza of that server.
    pub(crate) fn start_in(server: SocketAddr, name: &str, desk: &Path, flags: &[&str]) -> Result<Self> {
        Self::start_by(Self::command(&server.to_string(), name, desk).args(flags))
    }

    /// Starts a client that goes where a link leads.
    pub(crate) fn start_by_link(link: &str, name: &str, desk: &Path) -> Result<Self> {
        Self::start_by(&mut Self::command(link, name, desk))
    }

    fn start_by(command: &mut Command) -> Result<Self> {
        let program = Program::start(command)?;
        Ok(Self { program })
    }

    fn command(server: &str, name: &str, desk: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_story-line-client"));
        command
            .args([server, "--name", name, "--json", "--data"])
            .arg(desk.join(name))
            .env_remove("ACASO_PASSWORD");
        command
    }

    /// The next event, which is of that kind. That something was delivered comes whenever it comes, and is passed over.
    pub(crate) async fn event(&mut self, kind: &str) -> Result<Value> {
        loop {
            let line = self.program.line().await?;
            let event: Value = serde_json::from_str(&line)?;
            if event["event"] == kind {
                return Ok(event);
            }
            ensure!(event["event"] == "delivered", "instead of {kind}: {line}");
        }
    }

    /// Is paired, whether or not it had to wait first.
    pub(crate) async fn paired(&mut self) -> Result<Value> {
        let line = self.program.line().await?;
        let event: Value = serde_json::from_str(&line)?;
        match event["event"].as_str() {
            Some("waiting") => self.event("paired").await,
            Some("paired") => Ok(event),
            _ => bail!("instead of a partner: {line}"),
        }
    }

    /// Types a line.
    pub(crate) async fn types(&mut self, line: &str) -> Result<()> {
        self.program.types(line).await
    }
}
