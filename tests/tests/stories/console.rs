//! The server as its operator has it: facts at the start, letters for commands, and an exit code that can be relied on.

use acaso_shared::ids::Fingerprint;
use acaso_tests::book::Book;
use acaso_tests::house::refuses;
use acaso_tests::loopback::own_address;
use acaso_tests::stranger::{Errand, Stranger};
use anyhow::Result;
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::programs::{LineClient, ServerProgram, command_line, registers, server_command};

#[tokio::test]
async fn it_says_where_it_is_lists_its_rooms_and_quits() -> Result<()> {
    let (data, desk, book) = (TempDir::new()?, TempDir::new()?, Book::default());
    let mut server = ServerProgram::start(own_address(), 0, data.path()).await?;
    let fingerprint = server.program.line_after("fingerprint: ").await?;
    fingerprint.parse::<Fingerprint>()?;

    let mut ana = Stranger::arrives("Ana", Errand::new(server.lobby, desk.path())?, &book).await?;
    let port = ana.waits().await?;
    server.program.types("r").await?;
    let room = loop {
        let line = server.program.line().await?;
        if line.trim_start().starts_with(&port.to_string()) {
            break line;
        }
    };
    assert!(!room.contains("Ana"), "{room}");
    server.program.types("h").await?;
    server.program.line_after("q ").await?;

    server.quits().await?;
    ana.is_told_closing().await?;
    registers(data.path(), &[]).await?;
    refuses(server.lobby).await
}

#[tokio::test]
async fn without_a_terminal_it_must_be_told_where_to_listen() -> Result<()> {
    let data = TempDir::new()?;
    let output = server_command()
        .args(["--port", "0", "--data"])
        .arg(data.path().join("never"))
        .stdin(std::process::Stdio::null())
        .output()
        .await?;
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr)?;
    assert!(said.contains("--bind"), "{said}");
    assert!(!data.path().join("never").exists(), "nothing was touched");
    Ok(())
}

#[tokio::test]
async fn a_port_that_is_taken_is_told_with_its_number() -> Result<()> {
    let (address, data) = (own_address(), TempDir::new()?);
    let held = TcpListener::bind((address, 0)).await?;
    let port = held.local_addr()?.port();
    let mut command = server_command();
    let output = command_line(&mut command, address.into(), port, data.path())
        .output()
        .await?;
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr)?;
    assert!(
        said.contains(&port.to_string()) && said.contains("taken"),
        "{said}"
    );
    Ok(())
}

#[cfg(unix)]
#[tokio::test]
async fn under_a_service_manager_it_lives_without_input_and_ends_by_a_signal() -> Result<()> {
    let (data, desk, book) = (TempDir::new()?, TempDir::new()?, Book::default());
    let mut server = ServerProgram::start(own_address(), 0, data.path()).await?;
    server.program.ends_input();
    let mut ana = Stranger::arrives("Ana", Errand::new(server.lobby, desk.path())?, &book).await?;
    ana.waits().await?;
    server.program.terminate().await?;
    server.program.ends_with(0).await?;
    ana.is_told_closing().await?;
    registers(data.path(), &[]).await
}

#[tokio::test]
async fn plazas_are_told_with_what_they_take_and_listed_without_a_word_of_theirs() -> Result<()> {
    let (data, desk) = (TempDir::new()?, TempDir::new()?);
    let file = data.path().join("acaso.toml");
    std::fs::write(
        &file,
        "[[plaza]]\nname = \"Square\"\n[[plaza]]\nname = \"Boats\"\nport = 2500\npeople_max = 10\n",
    )?;
    let mut command = server_command();
    let command = command_line(&mut command, own_address().into(), 0, &data.path().join("data"));
    let mut server = ServerProgram::start_by(command.arg("--config").arg(&file)).await?;
    server
        .program
        .line_after("plaza: Square, 1000 people, entered in the lobby")
        .await?;
    let boats = server.program.line_after("plaza: Boats, 10 people, ").await?;
    assert_eq!(
        boats,
        "entered in the lobby and at port 2500, which no room has therefore"
    );

    let flags = ["--plaza", "Boats"];
    let mut ana = LineClient::start_in((server.lobby.ip(), 2500).into(), "Ana", desk.path(), &flags)?;
    ana.event("entered").await?;
    server.program.types("plazas").await?;
    let listed = server.program.line_after("Boats: ").await?;
    assert_eq!(listed, "1 of 10 people, port 2500");
    server.quits().await?;
    ana.event("here").await?;
    ana.event("closed").await?;
    ana.program.ends_with(0).await
}
