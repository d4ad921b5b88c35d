//! The server as its operator has it: facts at the start, letters for commands, and an exit code that can be relied on.

use acaso_shared::ids::Fingerprint;
use acaso_tests::book::Book;
use acaso_tests::house::refuses;
use acaso_tests::loopback::own_address;
use acaso_tests::stranger::{Errand, Stranger};
use anyhow::Result;
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::programs::{ServerProgram, command_line, registers, server_command};

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
