//! A server that was killed comes back with a clean table.

use acaso_shared::session::{Event, Problem};
use acaso_tests::book::Book;
use acaso_tests::loopback::own_address;
use acaso_tests::patience::soon;
use acaso_tests::rows::rows;
use acaso_tests::stranger::{Errand, Stranger};
use anyhow::{Result, bail};
use tempfile::TempDir;

use crate::programs::{ServerProgram, registers};

#[tokio::test]
async fn killed_and_started_again_it_has_a_clean_table_and_the_same_identity() -> Result<()> {
    let (data, book) = (TempDir::new()?, Book::default());
    let mut server = ServerProgram::start(own_address(), 1025, data.path()).await?;
    let desks = [TempDir::new()?, TempDir::new()?, TempDir::new()?];
    let errand = |desk: &TempDir| Errand::new(server.lobby, desk.path());
    let mut ana = Stranger::arrives("Ana", errand(&desks[0])?, &book).await?;
    let together = ana.waits().await?.get();
    let mut bia = Stranger::arrives("Bia", errand(&desks[1])?, &book).await?;
    bia.meets("Ana").await?;
    ana.meets("Bia").await?;
    let mut caio = Stranger::arrives("Caio", errand(&desks[2])?, &book).await?;
    let alone = caio.waits().await?.get();
    registers(data.path(), &[(together, 2), (alone, 1)]).await?;

    server.program.kill().await?;
    for stranger in [&mut ana, &mut bia] {
        assert_eq!(stranger.is_refused().await?, Problem::LinkLost);
    }
    let Event::TryingAgain {
        problem: Problem::LinkLost,
        ..
    } = caio.next().await?
    else {
        bail!("who waited waits again by themselves");
    };
    assert_eq!(rows(data.path())?.len(), 2, "nobody was there to remove the rows");

    let mut server = ServerProgram::start(server.lobby.ip(), 1025, data.path()).await?;
    let again = soon("who waited waits again", waits_again(&mut caio)).await??;
    registers(data.path(), &[(again, 1)]).await?;
    ana.asks_again().await?;
    ana.meets("Caio").await?;
    caio.meets("Ana").await?;
    server.quits().await?;
    ana.is_told_closing().await?;
    caio.is_told_closing().await
}

/// Tries until there is a seat; a changed identity would end that.
async fn waits_again(stranger: &mut Stranger) -> Result<u16> {
    loop {
        match stranger.next().await? {
            Event::Waiting { port, .. } => return Ok(port.get()),
            Event::TryingAgain { .. } => {}
            other => bail!("unexpected: {other:?}"),
        }
    }
}
