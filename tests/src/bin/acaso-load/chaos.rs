//! Pairs talk through networks that fail: is anything lost, doubled or out of order?

use std::time::Duration;

use acaso_tests::carrier::Carrier;
use acaso_tests::chaos::{Plan, chaos};
use anyhow::{Result, ensure};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many runs: a pair each, five or more cuts, a hundred or more messages each way
    #[arg(long, default_value_t = 1000)]
    runs: u64,
    /// Begin no run after so many seconds
    #[arg(long, default_value_t = 24 * 60 * 60)]
    seconds: u64,
    /// Where the seeds of the runs begin; by chance without
    #[arg(long)]
    seed: Option<u64>,
    /// What carries the links
    #[arg(long, value_enum, default_value = "tls")]
    transport: Carrier,
    /// Runs at once
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=64))]
    at_once: u16,
}

pub(crate) async fn run(arguments: &Arguments) -> Result<()> {
    // Small enough to be typed again.
    let seed = arguments.seed.unwrap_or_else(|| u64::from(rand::random::<u32>()));
    println!("seed {seed}");
    let plan = Plan {
        runs: arguments.runs,
        at_most: Duration::from_secs(arguments.seconds),
        seed,
        at_once: arguments.at_once,
        carrier: arguments.transport,
    };
    let outcome = chaos(&plan).await?;
    println!("{outcome}");
    ensure!(outcome.is_good(), "not every run ended well");
    Ok(())
}
