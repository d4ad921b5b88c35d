//! People with clients arrive at an even pace, and nobody leaves. Everybody is to be in exactly one pair with somebody who knows
//! of it too.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use acaso_shared::protocol::room::Role;
use acaso_shared::session::Partner;
use acaso_tests::book::Book;
use acaso_tests::house::{House, Setup};
use acaso_tests::stranger::{Errand, Stranger};
use anyhow::{Context, Result, ensure};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, timeout_at};

use crate::meter::Times;

/// How long the last one to arrive may wait.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many come
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=9000))]
    clients: u32,
    /// How many come each second
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rate: u32,
    /// A server on this computer [default: one of our own, in this process]
    #[arg(long)]
    server: Option<SocketAddr>,
}

/// What came of one visit.
struct Visit {
    /// Kept, so that nobody leaves before all have come.
    _stranger: Option<Stranger>,
    met: Option<(String, Partner, Duration)>,
}

pub(crate) async fn run(arguments: &Arguments) -> Result<()> {
    let house = match arguments.server {
        Some(server) => {
            ensure!(
                server.ip().is_loopback(),
                "{server} is not an address of this computer's own"
            );
            None
        }
        None => Some(House::open(Setup::default()).await?),
    };
    let server = arguments
        .server
        .or(house.as_ref().map(House::lobby))
        .context("a server")?;
    let desks = tempfile::tempdir()?;
    let visits = come(arguments, |number| {
        Errand::new(server, &desks.path().join(number))
    })
    .await?;
    let exact = report(&visits);
    drop(visits);
    if let Some(house) = house {
        house.closes().await?;
    }
    ensure!(exact, "not everybody is in exactly one pair");
    Ok(())
}

async fn come(arguments: &Arguments, errand: impl Fn(String) -> Result<Errand>) -> Result<Vec<Visit>> {
    let book = Book::default();
    let mut visits = JoinSet::new();
    let mut pace = interval(Duration::from_secs(1) / arguments.rate);
    let end = Instant::now() + Duration::from_secs(1) * arguments.clients / arguments.rate + PATIENCE;
    for number in 0..arguments.clients {
        pace.tick().await;
        visits.spawn(visit(
            format!("stranger {number}"),
            errand(number.to_string())?,
            book.clone(),
            end,
        ));
    }
    Ok(visits.join_all().await)
}

async fn visit(name: String, errand: Errand, book: Book, end: Instant) -> Visit {
    let asked = Instant::now();
    let mut stranger = Stranger::arrives(&name, errand, &book).await.ok();
    let met = match &mut stranger {
        Some(stranger) => timeout_at(end, stranger.meets_somebody()).await.ok(),
        None => None,
    };
    let met = match met {
        Some(Ok(partner)) => Some((name, partner, asked.elapsed())),
        Some(Err(error)) => {
            eprintln!("acaso-load: {name}: {error:#}");
            None
        }
        None => None,
    };
    Visit {
        _stranger: stranger,
        met,
    }
}

/// Tells what came of it; whether everybody is in exactly one pair, but for the last of an odd number.
fn report(visits: &[Visit]) -> bool {
    let met: Vec<_> = visits.iter().filter_map(|visit| visit.met.as_ref()).collect();
    let mut meetings: HashMap<[u8; 32], Vec<(&str, &str)>> = HashMap::new();
    for (name, partner, _) in &met {
        meetings
            .entry(partner.meeting)
            .or_default()
            .push((name, partner.name.as_str()));
    }
    let is_exact = |told: &[(&str, &str)]| matches!(told, [(a, b), (c, d)] if a == d && b == c);
    let pairs = meetings.values().filter(|told| is_exact(told)).count();
    let (phantoms, alone) = (met.len() - 2 * pairs, visits.len() - met.len());
    println!(
        "{} came: {pairs} exact pairs, {phantoms} phantoms, {alone} left alone",
        visits.len()
    );
    let second = met
        .iter()
        .filter(|(_, partner, _)| partner.role == Role::Responder);
    println!(
        "from asking to being shown a partner who waits: {}",
        Times::of(second.map(|met| met.2))
    );
    println!(
        "from asking to being shown a partner, everybody: {}",
        Times::of(met.iter().map(|met| met.2))
    );
    pairs == visits.len() / 2 && phantoms == 0
}
