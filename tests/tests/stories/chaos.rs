//! A sample of `cargo xtask chaos`: pairs talk through networks that fail at random moments, and nothing is lost, doubled or out of order.

use std::time::Duration;

use acaso_tests::carrier::Carrier;
use acaso_tests::chaos::{Plan, chaos};
use anyhow::{Result, ensure};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_connections_without_tls() -> Result<()> {
    sample(Carrier::Plain, 60).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_connections_with_tls() -> Result<()> {
    sample(Carrier::Tls, 30).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_datagrams() -> Result<()> {
    sample(Carrier::Quic, 10).await
}

async fn sample(carrier: Carrier, runs: u64) -> Result<()> {
    let plan = Plan {
        runs,
        at_most: Duration::from_secs(60),
        seed: 1,
        at_once: 10,
        carrier,
    };
    let outcome = chaos(&plan).await?;
    ensure!(outcome.is_good(), "{outcome}");
    ensure!(outcome.runs() > 0, "nothing was tried: {outcome}");
    for (kind, times) in outcome.counts() {
        ensure!(*times > 0, "no {}: {outcome}", kind.name());
    }
    println!("{outcome}");
    Ok(())
}
