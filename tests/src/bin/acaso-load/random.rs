//! People say things of random sizes at random moments, two by two in rooms or all together in a plaza, with the same engine as the
//! window's: is everything heard, once and unchanged, and how long does it take?

mod crowd;
mod ledger;
mod pair;

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

use acaso_shared::ids::Name;
use acaso_shared::limits::{MESSAGE_BYTES_MAX, POST_BYTES_MAX};
use acaso_shared::session::{Options, Transport, Visit};
use acaso_tests::plaza::PRACA;
use anyhow::{Result, ensure};
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tempfile::TempDir;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tokio::time::Instant;

use self::ledger::{Account, Ledger};
use crate::child::Measured;

/// How long after the last word everything may take to be heard.
const LAST_WORDS: Duration = Duration::from_secs(20);

/// How long everybody may take to come in.
const ARRIVALS: Duration = Duration::from_secs(120);

/// How often the bar is drawn.
const DRAW_EVERY: Duration = Duration::from_millis(200);

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many people
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(2..=500))]
    clients: u32,
    /// For how many seconds they talk
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: u32,
    /// What carries the links
    #[arg(long, value_enum, default_value_t = By::Tcp)]
    transport: By,
    /// All together in a plaza, instead of two by two
    #[arg(long)]
    plaza: bool,
    /// Longest text in bytes; sizes are drawn so that short ones are as frequent as long ones
    #[arg(long, value_parser = clap::value_parser!(u32).range(32..=61_440))]
    bytes_max: Option<u32>,
    /// Longest pause between two texts of one person, in milliseconds
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=60_000))]
    pause_max: u32,
    /// Draws the same sizes, texts and pauses again
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Tell the outcome as one JSON object, without a bar
    #[arg(long)]
    json: bool,
}

/// What carries the links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum By {
    /// TLS over TCP.
    Tcp,
    /// QUIC.
    Quic,
}

/// What everybody who talks needs.
#[derive(Clone)]
struct Talk {
    ledger: Arc<Ledger>,
    /// Everybody waits here until all have come in.
    begin: Arc<Barrier>,
    /// How many there are.
    clients: u32,
    /// For how long new things are said.
    lasts: Duration,
    bytes_max: usize,
    pause_max: Duration,
}

/// What one person says next, and after which pause. The same again for the same seed.
struct Dice {
    rng: StdRng,
    client: u32,
    sequence: u32,
}

pub(crate) async fn run(arguments: &Arguments) -> Result<()> {
    ensure!(
        arguments.plaza || arguments.clients.is_multiple_of(2),
        "two by two needs an even number of clients: say --clients {}",
        arguments.clients + 1
    );
    let mut server = Measured::start(&["serve", "--plaza"]).await?;
    server.directions().await?;
    let desks = TempDir::new()?;
    let talk = talk(arguments);
    let bar = bar(arguments);
    let mut people = JoinSet::new();
    for client in 0..arguments.clients {
        let visit = visit(&server, arguments.transport, client)?;
        let options = Options::new(desks.path().join(client.to_string()).join("known_servers.toml"));
        let dice = Dice::new(arguments.seed, client);
        match arguments.plaza {
            true => people.spawn(crowd::talks(options, visit, PRACA, talk.clone(), dice)),
            false => people.spawn(pair::talks(options, visit, talk.clone(), dice)),
        };
    }
    let ended = watched(&mut people, &talk, &bar).await;
    bar.finish_and_clear();
    let account = talk.ledger.account();
    tell(&account, arguments)?;
    ended?;
    server.end().await?;
    ensure!(
        account.is_perfect(),
        "{} lost, {} heard twice, {} changed",
        account.lost,
        account.doubled,
        account.changed
    );
    Ok(())
}

fn talk(arguments: &Arguments) -> Talk {
    let longest = if arguments.plaza {
        POST_BYTES_MAX
    } else {
        MESSAGE_BYTES_MAX
    };
    let asked = arguments.bytes_max.map_or(longest, |bytes| bytes as usize);
    Talk {
        ledger: Arc::default(),
        begin: Arc::new(Barrier::new(arguments.clients as usize)),
        clients: arguments.clients,
        lasts: Duration::from_secs(arguments.seconds.into()),
        bytes_max: asked.min(longest),
        pause_max: Duration::from_millis(arguments.pause_max.into()),
    }
}

fn visit(server: &Measured, by: By, client: u32) -> Result<Visit> {
    Ok(Visit {
        transport: match by {
            By::Tcp => Transport::Tcp,
            By::Quic => Transport::Quic,
        },
        ..Visit::new(
            server.address().to_string().parse()?,
            Name::parse(&format!("client {client}"))?,
        )
    })
}

/// Shows how far it is until everybody has ended; somebody's failure ends all.
async fn watched(people: &mut JoinSet<Result<()>>, talk: &Talk, bar: &ProgressBar) -> Result<()> {
    let end = Instant::now() + ARRIVALS + talk.lasts + 2 * LAST_WORDS;
    let mut draw = tokio::time::interval(DRAW_EVERY);
    loop {
        tokio::select! {
            ended = people.join_next() => match ended {
                Some(ended) => ended??,
                None => return Ok(()),
            },
            _ = draw.tick() => {
                let account = talk.ledger.account();
                bar.set_position(account.heard);
                bar.set_message(format!("{} said, {} not heard yet", account.said, account.lost));
            }
            () = tokio::time::sleep_until(end) => anyhow::bail!("it takes far longer than it may"),
        }
    }
}

fn bar(arguments: &Arguments) -> ProgressBar {
    let bar = ProgressBar::no_length();
    if arguments.json || !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    // The template is this line, which a run shows to be one.
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {pos} heard, {msg}") {
        bar.set_style(style);
    }
    bar
}

fn tell(account: &Account, arguments: &Arguments) -> Result<()> {
    if arguments.json {
        println!("{}", serde_json::to_string(account)?);
        return Ok(());
    }
    println!("{account}");
    Ok(())
}

impl Talk {
    /// Whether nobody says anything more, and everything was heard.
    fn is_settled(&self) -> bool {
        self.ledger.is_settled(self.clients)
    }
}

impl Dice {
    fn new(seed: u64, client: u32) -> Self {
        Self {
            rng: StdRng::seed_from_u64(seed.wrapping_mul(1 << 32) ^ u64::from(client)),
            client,
            sequence: 0,
        }
    }

    fn pause(&mut self, most: Duration) -> Duration {
        most.mul_f64(self.rng.random())
    }

    /// The next text, of a random size.
    fn text(&mut self, bytes_max: usize) -> (u32, String) {
        self.sequence += 1;
        let doublings = bytes_max.ilog2();
        let about = 1usize << self.rng.random_range(4..=doublings);
        let bytes = self.rng.random_range(about / 2..=about).min(bytes_max);
        (self.sequence, ledger::text(self.client, self.sequence, bytes))
    }
}
