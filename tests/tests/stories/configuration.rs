//! The server as its operator sets it up: one file, read again while people talk; accounts and bans from the command line and the
//! console. What makes no sense changes nothing and is said with its place.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use acaso_shared::ids::{AccountName, Password};
use acaso_shared::protocol::room::Closing;
use acaso_shared::session::{Ending, Problem};
use acaso_tests::book::Book;
use acaso_tests::loopback::own_address;
use acaso_tests::patience::{seen, soon};
use acaso_tests::stranger::{Errand, Stranger};
use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::programs::{ServerProgram, command_line, registers, server_command};

#[tokio::test]
async fn the_usual_file_is_printed_and_in_order() -> Result<()> {
    let place = TempDir::new()?;
    let printed = ends(server_command().args(["config", "default"])).await?;
    ensure!(printed.status.success());
    let file = place.path().join("usual.toml");
    fs::write(&file, &printed.stdout)?;
    let checked = ends(server_command().args(["config", "check"]).arg(&file)).await?;
    ensure!(checked.status.success(), "{checked:?}");
    Ok(())
}

#[tokio::test]
async fn a_mistake_is_told_with_its_line_and_starts_nothing() -> Result<()> {
    let place = TempDir::new()?;
    let file = place.path().join("wrong.toml");
    fs::write(&file, "port = 0\n\nacces = \"open\"\n")?;
    let checked = ends(server_command().args(["config", "check"]).arg(&file)).await?;
    let said = String::from_utf8(checked.stderr)?;
    ensure!(checked.status.code() == Some(1), "{said}");
    ensure!(
        said.contains("line 3, column 1") && said.contains("acces"),
        "{said}"
    );

    fs::write(&file, "[certificate]\ncert = \"c.pem\"\nkey = \"k.pem\"\n")?;
    let checked = ends(server_command().args(["config", "check"]).arg(&file)).await?;
    let said = String::from_utf8(checked.stderr)?;
    ensure!(
        checked.status.code() == Some(1) && said.contains("c.pem"),
        "{said}"
    );

    fs::write(&file, "port = 0\n\nacces = \"open\"\n")?;
    let data = place.path().join("never");
    let mut command = server_command();
    let command = command_line(&mut command, own_address().into(), 0, &data).arg("--config");
    let started = ends(command.arg(&file)).await?;
    ensure!(started.status.code() == Some(2), "{started:?}");
    ensure!(!data.exists(), "nothing was touched");
    Ok(())
}

#[tokio::test]
async fn the_command_line_goes_before_the_environment_and_this_before_the_file() -> Result<()> {
    let place = TempDir::new()?;
    let file = place.path().join("acaso.toml");
    let data = place.path().join("data");
    let text = format!(
        "bind = \"{}\"\nport = 0\nrooms = \"2000-2000\"\naccess = \"accounts\"\ndata = \"data\"\n",
        own_address()
    );
    fs::write(&file, text)?;
    let rooms = async |words: &[&str], environment: Option<&str>| {
        let mut command = server_command();
        command.arg("--config").arg(&file).args(words);
        command.envs(environment.map(|rooms| ("ACASO_ROOMS", rooms)));
        let mut server = ServerProgram::start_by(&mut command).await?;
        let rooms = server.program.line_after("rooms: ").await?;
        server
            .program
            .line_after("access: accounts, but there are none")
            .await?;
        server.quits().await?;
        anyhow::Ok(rooms)
    };
    ensure!(rooms(&[], None).await? == "1 on ports 2000-2000");
    ensure!(rooms(&[], Some("2000-2001")).await? == "2 on ports 2000-2001");
    ensure!(rooms(&["--rooms", "2000-2002"], Some("2000-2001")).await? == "3 on ports 2000-2002");
    ensure!(data.exists(), "a path is taken from where the file is");
    Ok(())
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_changes_a_limit_and_disconnects_nobody() -> Result<()> {
    let (desk, book, setup) = (
        TempDir::new()?,
        Book::default(),
        Reloaded::new("connections = 1")?,
    );
    let mut server = setup.start().await?;
    let mut ana = Stranger::arrives("Ana", Errand::new(server.lobby, desk.path())?, &book).await?;
    ana.waits().await?;
    let other = desk.path().join("other");
    let mut bia = Stranger::arrives("Bia", Errand::new(server.lobby, &other)?, &book).await?;
    let refused = bia.is_refused().await?;
    ensure!(matches!(refused, Problem::SlowDown { .. }), "{refused:?}");

    setup.decide("connections = 2")?;
    server.program.hang_up().await?;
    server
        .program
        .line_after("limits for each network: 2 people")
        .await?;
    bia.asks_again().await?;
    bia.meets("Ana").await?;
    ana.meets("Bia").await?;
    server.quits().await
}

#[cfg(unix)]
#[tokio::test]
async fn a_broken_file_changes_nothing_and_says_why() -> Result<()> {
    let (desk, book, setup) = (TempDir::new()?, Book::default(), Reloaded::new("joins = 1")?);
    let mut server = setup.start().await?;
    let mut ana = Stranger::arrives("Ana", Errand::new(server.lobby, desk.path())?, &book).await?;
    ana.waits().await?;
    setup.decide("joins = \"many\"")?;
    server.program.hang_up().await?;
    seen("the reason", async || {
        let said = fs::read_to_string(&setup.errors)?;
        let told = said.contains("nothing was changed") && said.contains("line 3, column 9");
        Ok(if told { Ok(()) } else { Err(said) })
    })
    .await?;
    let mut bia = Stranger::arrives("Bia", Errand::new(server.lobby, &desk.path().join("2"))?, &book).await?;
    let refused = bia.is_refused().await?;
    ensure!(
        matches!(refused, Problem::SlowDown { .. }),
        "the old limit holds: {refused:?}"
    );
    server.quits().await
}

#[cfg(unix)]
#[tokio::test]
async fn a_usual_file_that_is_gone_changes_nothing_either() -> Result<()> {
    let setup = Reloaded::new("joins = 1")?;
    let usual = setup.place.path().join("acaso-server.toml");
    fs::write(&usual, "access = \"accounts\"\n")?;
    let mut command = server_command();
    let data = setup.place.path().join("data");
    command_line(&mut command, own_address().into(), 0, &data)
        .env_remove("ACASO_CONFIG")
        .env("CONFIGURATION_DIRECTORY", setup.place.path())
        .stderr(File::create(&setup.errors)?);
    let mut server = ServerProgram::start_by(&mut command).await?;
    fs::remove_file(&usual)?;
    server.program.hang_up().await?;
    seen("the reason", async || {
        let said = fs::read_to_string(&setup.errors)?;
        let told = said.contains("nothing was changed") && said.contains("acaso-server.toml");
        Ok(if told { Ok(()) } else { Err(said) })
    })
    .await?;
    fs::write(&usual, "access = \"password\"\n")?;
    server.program.types("reload").await?;
    server
        .program
        .line_with("the configuration was read again")
        .await?;
    server.program.line_after("access: one password for all").await?;
    server.quits().await
}

#[cfg(unix)]
#[tokio::test]
async fn what_only_a_restart_changes_is_said() -> Result<()> {
    let setup = Reloaded::new("joins = 1")?;
    let mut server = setup.start().await?;
    fs::write(&setup.file, "plain = true\naccess = \"password\"\n")?;
    server.program.types("reload").await?;
    let hint = server
        .program
        .line_after("access: one password for all, but none is set")
        .await?;
    let there = format!(
        "password set --data {}",
        setup.place.path().join("data").display()
    );
    ensure!(hint.contains(&there), "{hint}");
    let differs = server.program.line_after("only a restart changes: ").await?;
    ensure!(differs == "plain", "{differs}");
    server.quits().await
}

#[tokio::test]
async fn accounts_are_kept_from_the_command_line_and_no_password_stands_on_it() -> Result<()> {
    let place = TempDir::new()?;
    let account = async |words: &[&str], typed: &str| {
        let mut command = server_command();
        command.arg("account").args(words).arg("--data").arg(place.path());
        types_into(&mut command, typed).await
    };
    let added = account(&["add", "ana"], "correct horse\n").await?;
    let said = format!("added ana in {}\n", place.path().display());
    ensure!(
        added.status.success() && added.stdout == said.as_bytes(),
        "{added:?}"
    );
    let twice = account(&["add", "ana"], "correct horse\n").await?;
    ensure!(twice.status.code() == Some(1), "{twice:?}");
    let as_argument = account(&["add", "bia", "correct horse"], "").await?;
    ensure!(as_argument.status.code() == Some(2), "{as_argument:?}");
    let empty = account(&["add", "bia"], "\n").await?;
    ensure!(empty.status.code() == Some(1), "{empty:?}");
    ensure!(account(&["list"], "").await?.stdout == b"ana\n");
    ensure!(account(&["remove", "ana"], "").await?.status.success());
    ensure!(account(&["list"], "").await?.stdout.is_empty());

    let mut set = server_command();
    set.args(["password", "set", "--data"]).arg(place.path());
    ensure!(types_into(&mut set, "open sesame\n").await?.status.success());
    let accounts = acaso_server::Accounts::open(place.path())?;
    ensure!(accounts.has_server_password()?);
    accounts.add(&AccountName::parse("bia")?, &Password::parse("x")?)?;
    Ok(())
}

#[tokio::test]
async fn a_ban_at_the_console_is_kept_over_a_restart() -> Result<()> {
    let (data, desk, book) = (TempDir::new()?, TempDir::new()?, Book::default());
    let mut server = ServerProgram::start(own_address(), 0, data.path()).await?;
    server.program.types("ban 127.0.0.0/8 2h").await?;
    server.program.line_after("127.0.0.0/8 is barred for 2 h").await?;
    server.quits().await?;

    let mut again = ServerProgram::start(own_address(), 0, data.path()).await?;
    again.program.types("bans").await?;
    again.program.line_after("127.0.0.0/8 ").await?;
    let mut ana = Stranger::arrives("Ana", Errand::new(again.lobby, desk.path())?, &book).await?;
    let refused = ana.is_refused().await?;
    ensure!(
        matches!(
            refused,
            Problem::Banned {
                remaining_secs: 7000..=7200
            }
        ),
        "{refused:?}"
    );
    again.program.types("unban 127.0.0.0/8").await?;
    again.program.line_after("127.0.0.0/8 may come again").await?;
    ana.asks_again().await?;
    ana.waits().await?;
    again.quits().await
}

#[tokio::test]
async fn a_room_is_closed_at_the_console_and_whoever_is_in_it_is_told() -> Result<()> {
    let (data, desk, book) = (TempDir::new()?, TempDir::new()?, Book::default());
    let mut server = ServerProgram::start(own_address(), 0, data.path()).await?;
    let mut ana = Stranger::arrives("Ana", Errand::new(server.lobby, desk.path())?, &book).await?;
    let port = ana.waits().await?;
    server.program.types(&format!("kick {port}")).await?;
    server
        .program
        .line_after(&format!("room {port} is closed"))
        .await?;
    let told = ana.ends().await?;
    ensure!(told == Ending::Closing(Closing::Room), "{told:?}");
    registers(data.path(), &[]).await?;
    server.program.types(&format!("kick {port}")).await?;
    server
        .program
        .line_after(&format!("there is no room {port}"))
        .await?;
    server.quits().await
}

/// A server with a file that changes while it runs.
struct Reloaded {
    place: TempDir,
    file: PathBuf,
    errors: PathBuf,
}

impl Reloaded {
    fn new(limit: &str) -> Result<Self> {
        let place = TempDir::new()?;
        let (file, errors) = (place.path().join("acaso.toml"), place.path().join("errors"));
        let reloaded = Self { place, file, errors };
        reloaded.decide(limit)?;
        Ok(reloaded)
    }

    /// Decides that limit, and that nobody is exempt from it.
    fn decide(&self, limit: &str) -> Result<()> {
        Ok(fs::write(
            &self.file,
            format!("[limits]\nexempt = []\n{limit}\n"),
        )?)
    }

    async fn start(&self) -> Result<ServerProgram> {
        let mut command = server_command();
        let data: &Path = &self.place.path().join("data");
        command_line(&mut command, own_address().into(), 0, data)
            .arg("--config")
            .arg(&self.file)
            .stderr(File::create(&self.errors)?);
        ServerProgram::start_by(&mut command).await
    }
}

async fn ends(command: &mut Command) -> Result<Output> {
    Ok(soon("the program ends", command.stdin(Stdio::null()).output()).await??)
}

async fn types_into(command: &mut Command, typed: &str) -> Result<Output> {
    let piped = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = piped.kill_on_drop(true).spawn()?;
    let mut input = child.stdin.take().context("its input is a pipe")?;
    // It may have ended without a look at it.
    let _ = input.write_all(typed.as_bytes()).await;
    drop(input);
    Ok(soon("the program ends", child.wait_with_output()).await??)
}
