//! A server that was killed comes back with a clean table, and those who were there come back to it by themselves.

use std::time::{Duration, Instant};

use acaso_shared::protocol::room::{Closing, Parting};
use acaso_shared::session::{Ending, Event, Problem};
use acaso_tests::book::Book;
use acaso_tests::carrier::Carrier;
use acaso_tests::loopback::own_address;
use acaso_tests::patience::{seen, soon};
use acaso_tests::rows::rows;
use acaso_tests::stranger::{Errand, Stranger};
use anyhow::{Result, bail, ensure};
use tempfile::TempDir;

use crate::programs::{ServerProgram, registers};

/// A connection over TCP that ends with its process is known to have ended at once.
const TOLD_WITHIN: Duration = Duration::from_secs(3);

/// Over QUIC nobody tells it: silence does.
const DEAD_AFTER: Duration = Duration::from_secs(2);

/// What a busy computer may add to that.
const LATE: Duration = Duration::from_secs(2);

#[tokio::test]
async fn killed_and_started_again_it_has_a_clean_table_and_the_same_identity() -> Result<()> {
    killed_and_started_again(Carrier::Tls, TOLD_WITHIN).await
}

#[tokio::test]
async fn over_quic_too_whoever_was_there_learns_of_a_killed_server_and_comes_back() -> Result<()> {
    killed_and_started_again(Carrier::Quic, DEAD_AFTER + LATE).await
}

async fn killed_and_started_again(carrier: Carrier, told_within: Duration) -> Result<()> {
    let (data, book) = (TempDir::new()?, Book::default());
    let mut server = ServerProgram::start(own_address(), 1025, data.path()).await?;
    let desks = [TempDir::new()?, TempDir::new()?, TempDir::new()?];
    let errand = |desk: &TempDir| {
        let errand = Errand::new(server.lobby, desk.path())?.over(carrier);
        anyhow::Ok(errand.options(|options| {
            options.timings.pause = Duration::from_millis(100);
            options.timings.dead_after = DEAD_AFTER;
            options.timings.ping_after = DEAD_AFTER / 4;
        }))
    };
    let mut ana = Stranger::arrives("Ana", errand(&desks[0])?, &book).await?;
    let together = ana.waits().await?.get();
    let mut bia = Stranger::arrives("Bia", errand(&desks[1])?, &book).await?;
    bia.meets("Ana").await?;
    ana.meets("Bia").await?;
    let mut caio = Stranger::arrives("Caio", errand(&desks[2])?, &book).await?;
    let alone = caio.waits().await?.get();
    registers(data.path(), &[(together, 2), (alone, 1)]).await?;

    let killed = Instant::now();
    server.program.kill().await?;
    let mut unheard = Vec::new();
    for stranger in [&mut ana, &mut bia] {
        stranger.is_cut_off().await?;
        unheard.push(stranger.says("can you hear me?").await?);
    }
    ensure!(killed.elapsed() < told_within, "it took {:?}", killed.elapsed());
    let Event::TryingAgain {
        problem: Problem::LinkLost,
        ..
    } = caio.next().await?
    else {
        bail!("who waited waits again by themselves");
    };
    assert_eq!(rows(data.path())?.len(), 2, "nobody was there to remove the rows");

    let mut server = ServerProgram::start(server.lobby.ip(), 1025, data.path()).await?;
    for (stranger, unheard) in [&mut ana, &mut bia].into_iter().zip(unheard) {
        // The server of before is not there to ask what became of it.
        stranger.is_unsure_of(unheard).await?;
        soon("the conversation is over", is_left_by(stranger)).await??;
    }
    for stranger in [&mut ana, &mut bia, &mut caio] {
        soon("who was there is there again", is_there_again(stranger)).await??;
    }
    three_are_there(&data).await?;
    server.quits().await?;
    for stranger in [&mut ana, &mut bia, &mut caio] {
        soon("everybody is told", is_told_closing(stranger)).await??;
    }
    Ok(())
}

async fn is_left_by(stranger: &mut Stranger) -> Result<()> {
    loop {
        match stranger.next().await? {
            Event::LinkLost { .. } => {}
            Event::PartnerLeft {
                reason: Parting::Lost,
                ..
            } => return Ok(()),
            other => bail!("unexpected: {other:?}"),
        }
    }
}

/// Tries until there is a seat, in whosever company; a changed identity would end that.
async fn is_there_again(stranger: &mut Stranger) -> Result<()> {
    loop {
        match stranger.next().await? {
            Event::Waiting { .. } | Event::Paired(_) => return Ok(()),
            Event::TryingAgain { .. } => {}
            other => bail!("unexpected: {other:?}"),
        }
    }
}

async fn three_are_there(data: &TempDir) -> Result<()> {
    seen("three seats in two rooms", async || {
        let rows = rows(data.path())?;
        Ok(match (rows.len(), rows.values().sum::<u8>()) {
            (2, 3) => Ok(()),
            _ => Err(format!("{rows:?}")),
        })
    })
    .await
}

async fn is_told_closing(stranger: &mut Stranger) -> Result<()> {
    loop {
        match stranger.next().await? {
            Event::Closed {
                ending: Ending::Closing(Closing::Server),
                ..
            } => return Ok(()),
            // Whom they met meanwhile is of no interest.
            Event::Waiting { .. } | Event::Paired(_) | Event::PartnerLeft { .. } => {}
            other => bail!("unexpected: {other:?}"),
        }
    }
}
