//! The real programs, as people and scripts start them: a line in, a line out, an exit code.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use acaso_tests::book::Seats;
use acaso_tests::patience::seen;
pub(crate) use acaso_tests::program::Program;
use acaso_tests::rows::rows;
use anyhow::{Result, bail, ensure};
use serde_json::Value;
use tokio::process::Command;

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
        loop {
            let line = self.program.line().await?;
            let event: Value = serde_json::from_str(&line)?;
            match event["event"].as_str() {
                Some("waiting" | "comparing") => {}
                Some("paired") => return Ok(event),
                _ => bail!("instead of a partner: {line}"),
            }
        }
    }

    /// Types a line.
    pub(crate) async fn types(&mut self, line: &str) -> Result<()> {
        self.program.types(line).await
    }
}
