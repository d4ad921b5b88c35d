//! Rooms fill up, two in each, and stay quiet: what the server needs for each connection.

use acaso_shared::transport::Dialler;
use acaso_tests::carrier::Carrier;
use anyhow::{Result, ensure};
use tokio::task::JoinSet;

use crate::child::Measured;

/// Descriptors that this process needs besides the guests'.
const SPARE: u64 = 200;

/// Rooms whose guests share a socket over QUIC: its buffer holds what comes for all of them at once.
const ROOMS_PER_SOCKET: u32 = 100;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many rooms
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=8974))]
    rooms: u32,
    /// What carries the links
    #[arg(long, value_enum, default_value_t = Carrier::Tls)]
    transport: Carrier,
    /// Without TLS, as --transport plain
    #[arg(long, conflicts_with = "transport")]
    plain: bool,
    /// All rooms behind the lobby's port
    #[arg(long)]
    shared: bool,
}

impl Arguments {
    fn carrier(&self) -> Carrier {
        if self.plain {
            Carrier::Plain
        } else {
            self.transport
        }
    }

    /// Descriptors of the guests: over QUIC many share one.
    fn descriptors(&self) -> u64 {
        match self.carrier() {
            Carrier::Quic => u64::from(self.rooms.div_ceil(ROOMS_PER_SOCKET)),
            Carrier::Plain | Carrier::Tls => 2 * u64::from(self.rooms),
        }
    }
}

pub(crate) async fn run(arguments: &Arguments) -> Result<()> {
    let connections = 2 * u64::from(arguments.rooms);
    let (needed, limit) = (arguments.descriptors() + SPARE, descriptor_limit()?);
    ensure!(
        needed <= limit,
        "the guests need {needed} connections, this process may have {limit}"
    );
    let mut serve = vec!["serve"];
    serve.extend(matches!(arguments.carrier(), Carrier::Plain).then_some("--plain"));
    serve.extend(arguments.shared.then_some("--shared"));
    let mut server = Measured::start(&serve).await?;
    let mut directions = server.directions().await?;
    directions.carrier = arguments.carrier();
    directions.shared_rooms = arguments.shared;
    let process = server.watched()?;
    let (empty_kib, empty_descriptors) = (process.resident_kib()?, process.descriptors()?);

    let mut guests = JoinSet::new();
    for room in 0..arguments.rooms {
        if room % ROOMS_PER_SOCKET == 0 {
            directions.dialler = Dialler::default();
        }
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
