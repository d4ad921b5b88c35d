//! Rooms fill up, two in each, and stay quiet: what the server needs for each connection.

use anyhow::{Result, ensure};
use tokio::task::JoinSet;

use crate::child::Measured;

/// Descriptors that this process needs besides the guests'.
const SPARE: u64 = 200;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many rooms
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=8974))]
    rooms: u32,
    /// Without TLS
    #[arg(long)]
    plain: bool,
}

pub(crate) async fn run(arguments: &Arguments) -> Result<()> {
    let connections = 2 * u64::from(arguments.rooms);
    let limit = descriptor_limit()?;
    ensure!(
        connections + SPARE <= limit,
        "the guests need {connections} connections, this process may have {limit}"
    );
    let mut server = Measured::start(if arguments.plain {
        &["serve", "--plain"]
    } else {
        &["serve"]
    })
    .await?;
    let directions = server.directions().await?;
    let process = server.watched()?;
    let (empty_kib, empty_descriptors) = (process.resident_kib()?, process.descriptors()?);

    let mut guests = JoinSet::new();
    for _ in 0..arguments.rooms {
        for mut seat in [directions.seated().await?, directions.seated().await?] {
            guests.spawn(async move {
                seat.befriended().await?;
                // Questions for a sign of life are answered until the server ends.
                seat.hears().await
            });
        }
    }
    let (full_kib, full_descriptors) = (process.resident_kib()?, process.descriptors()?);
    println!("empty: {empty_kib} KiB of memory, {empty_descriptors} files and connections");
    println!(
        "{} full rooms: {full_kib} KiB of memory, {full_descriptors} files and connections",
        arguments.rooms
    );
    #[expect(clippy::cast_precision_loss, reason = "far less memory than 2^52 KiB")]
    let each = full_kib.saturating_sub(empty_kib) as f64 / connections as f64;
    println!("each connection: {each:.1} KiB");
    ensure!(guests.try_join_next().is_none(), "somebody did not stay");
    drop(guests);
    server.end().await
}

/// How many descriptors this process may have at most; it takes them all.
#[cfg(unix)]
fn descriptor_limit() -> Result<u64> {
    Ok(rlimit::increase_nofile_limit(u64::MAX)?)
}

#[cfg(not(unix))]
fn descriptor_limit() -> Result<u64> {
    Ok(u64::MAX)
}
