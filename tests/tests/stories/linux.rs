//! What only Linux lets a story arrange: a terminal to type into, and a disk that takes nothing more.

use std::fs::File;
use std::net::Ipv4Addr;
use std::process::Stdio;

use acaso_shared::protocol::room::Parting;
use acaso_shared::session::Problem;
use acaso_tests::book::Book;
use acaso_tests::house::refuses;
use acaso_tests::loopback::own_address;
use acaso_tests::stranger::{Errand, Stranger};
use anyhow::{Context, Result};
use tempfile::TempDir;
use tokio::process::Command;

use crate::programs::{Program, SERVER, ServerProgram, command_line, registers};

/// A terminal made by `script` (util-linux): what is typed into it reaches the server as from a keyboard.
#[tokio::test]
async fn on_a_terminal_it_asks_where_to_listen_and_answers_nonsense_with_a_clear_word() -> Result<()> {
    if !has_terminals().await {
        eprintln!(
            "SKIPPED: no pseudo-terminal can be opened here (is /dev/pts mounted, and `script` installed?)"
        );
        return Ok(());
    }
    let data = TempDir::new()?;
    let line = format!("{SERVER} --port 0 --data {}", data.path().display());
    let mut command = Command::new("script");
    let mut terminal =
        Program::start(command.args(["--quiet", "--return", "--command", &line, "/dev/null"]))?;
    terminal.line_after("Which address").await?;
    terminal.types("the blue one").await?;
    terminal.line_with("not an address").await?;
    terminal.types("192.0.2.7").await?;
    terminal
        .line_with("192.0.2.7 is not an address of this computer")
        .await?;
    // Enter alone is the default: this computer only.
    terminal.types("").await?;
    let lobby = terminal.line_with("listening on 127.0.0.1:").await?;
    terminal.types("q").await?;
    terminal.line_after("goodbye").await?;
    terminal.ends_with(0).await?;
    let port = lobby.trim().rsplit(':').next().context("a port")?;
    refuses((Ipv4Addr::LOCALHOST, port.parse()?).into()).await
}

/// Whether a terminal can be made: a bare chroot has none to give.
async fn has_terminals() -> bool {
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", "true", "/dev/null"]);
    script
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    script.status().await.is_ok_and(|status| status.success())
}

/// A disk that takes nothing more, as far as the server can tell: the system lets it write no file beyond a few bytes.
#[tokio::test]
async fn on_a_full_disk_newcomers_are_refused_and_chats_go_on() -> Result<()> {
    let (data, book) = (TempDir::new()?, Book::default());
    // The signal that comes with that limit would end the server; an error is what a full disk gives.
    let mut command = Command::new("sh");
    command.args(["-c", r#"trap "" XFSZ; exec "$0" "$@""#, SERVER]);
    command_line(&mut command, own_address().into(), 0, data.path());
    // The log is on the same disk.
    command.stderr(File::create(data.path().join("log"))?);
    let mut server = ServerProgram::start_by(&mut command).await?;
    let desks = [TempDir::new()?, TempDir::new()?, TempDir::new()?];
    let errand = |desk: &TempDir| Errand::new(server.lobby, desk.path());
    let mut ana = Stranger::arrives("Ana", errand(&desks[0])?, &book).await?;
    let together = ana.waits().await?.get();
    let mut bia = Stranger::arrives("Bia", errand(&desks[1])?, &book).await?;
    bia.meets("Ana").await?;
    ana.meets("Bia").await?;

    let file_bytes_max = |bytes| {
        let process = server.program.id()?.try_into()?;
        let limits = Some((bytes, rlimit::INFINITY));
        Ok::<_, anyhow::Error>(rlimit::prlimit(process, rlimit::Resource::FSIZE, limits, None)?)
    };
    file_bytes_max(1)?;
    let mut caio = Stranger::arrives("Caio", errand(&desks[2])?, &book).await?;
    let refused = caio.is_refused().await?;
    assert!(matches!(refused, Problem::Registry { .. }), "{refused}");
    ana.says("still here?").await?;
    bia.hears("still here?").await?;
    bia.leaves().await?;
    ana.is_left(Parting::Left).await?;

    file_bytes_max(rlimit::INFINITY)?;
    // What was owed is made good for.
    registers(data.path(), &[(together, 1)]).await?;
    caio.asks_again().await?;
    caio.meets("Ana").await?;
    ana.meets("Caio").await?;
    registers(data.path(), &[(together, 2)]).await?;
    server.quits().await
}
