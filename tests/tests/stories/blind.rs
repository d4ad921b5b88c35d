//! What an operator can have proven: a server that carried chats holds nothing readable of them.

use std::time::Duration;

use acaso_tests::patience::soon;
use anyhow::{Context, Result, ensure};
use tokio::time::timeout;

use crate::programs::server_command;

/// Twenty engines and their server take a while on a computer that is busy with other stories.
const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::test]
async fn a_server_is_searched_for_what_people_said_and_nothing_is_found() -> Result<()> {
    let mut command = server_command();
    // What is set for us decides nothing about the server that is tested.
    command.env("RUST_LOG", "off").env("STATE_DIRECTORY", "/nowhere");
    command.args(["self-test", "blind", "--chats", "10"]);
    let tested = timeout(PATIENCE, command.kill_on_drop(true).output()).await??;
    let (said, complained) = (
        String::from_utf8(tested.stdout)?,
        String::from_utf8(tested.stderr)?,
    );
    ensure!(tested.status.success(), "{said}{complained}");
    for line in [
        "chats: 10, of people who came over TLS and over QUIC in turn",
        "canaries: 100 names and messages, each looked for in 8 forms",
        "codes: 8, by which as many pairs met who did not meet by chance",
        "hits: 0",
    ] {
        ensure!(said.lines().any(|said| said == line), "no “{line}” in: {said}");
    }
    let control = said.lines().find(|line| line.starts_with("control: "));
    let control = control.with_context(|| format!("no control in: {said}"))?;
    ensure!(control.ends_with("in all 8 forms"), "{control}");
    let searched = said.lines().filter(|line| line.starts_with("searched "));
    ensure!(searched.count() == 3, "three looks were promised: {said}");
    Ok(())
}

#[tokio::test]
async fn a_self_test_of_nothing_is_no_self_test() -> Result<()> {
    for arguments in [
        ["self-test", "blind", "--chats", "0"].as_slice(),
        &["self-test", "deaf"],
        &["self-test"],
    ] {
        let tested = soon("an answer", server_command().args(arguments).output()).await??;
        ensure!(
            tested.status.code() == Some(2),
            "{arguments:?}: {}",
            tested.status
        );
    }
    Ok(())
}
