//! What a message costs the server, in processor time, and how long it takes there and back; beside a relay that knows nothing
//! of what it carries, in the same run and by turns.

use std::time::Duration;

use acaso_shared::codec;
use acaso_shared::ids::ConversationNumber;
use acaso_shared::protocol::room::{RoomRequest, SealedFrame};
use acaso_shared::transport::{self, Security, Stream};
use acaso_tests::guest::Directions;
use acaso_tests::watched::Watched;
use anyhow::{Context, Result, ensure};
use rand::RngExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval_at};

use crate::child::Measured;
use crate::meter::Times;

/// What a chat message has inside its frame, in bytes: a short text, padded and sealed.
const SEALED_BYTES: usize = 152;

/// How often each is measured, by turns, so that what else the computer does falls on both alike.
const ROUNDS: u32 = 3;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many pairs talk
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=2000))]
    pairs: u32,
    /// Messages each second, all pairs together
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=200_000))]
    rate: u32,
    /// Seconds of each of three measurements
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=60))]
    seconds: u32,
    /// Without TLS
    #[arg(long)]
    plain: bool,
}

/// Two ends of a conversation.
type Pair = (Stream, Stream);

/// What was measured of one relay.
#[derive(Default)]
struct Account {
    cpu: Duration,
    round_trips: Vec<Duration>,
}

pub(crate) async fn run(arguments: &Arguments) -> Result<()> {
    let mut server = Measured::start(if arguments.plain {
        &["serve", "--plain"]
    } else {
        &["serve"]
    })
    .await?;
    let raw = Measured::start(&["carry"]).await?;
    let mut in_rooms = in_rooms(&server.directions().await?, arguments.pairs).await?;
    let mut beside = beside(&raw, arguments.pairs).await?;
    let (mut ours, mut theirs) = (Account::default(), Account::default());
    for _ in 0..ROUNDS {
        in_rooms = ours.measure(server.watched()?, in_rooms, arguments).await?;
        beside = theirs.measure(raw.watched()?, beside, arguments).await?;
    }
    drop((in_rooms, beside));
    report(
        if arguments.plain {
            "Acaso, plain"
        } else {
            "Acaso, TLS"
        },
        ours,
        theirs,
    );
    server.end().await?;
    raw.end().await
}

/// Pairs in rooms of the server, past the handshakes.
async fn in_rooms(directions: &Directions, pairs: u32) -> Result<Vec<Pair>> {
    let mut seated = Vec::new();
    for _ in 0..pairs {
        let (mut one, mut other) = (directions.seated().await?, directions.seated().await?);
        one.befriended().await?;
        other.befriended().await?;
        let ((one, read_by_one), (other, read_by_other)) = (one.link.into_parts(), other.link.into_parts());
        ensure!(
            read_by_one.is_empty() && read_by_other.is_empty(),
            "the room says more than expected"
        );
        seated.push((one, other));
    }
    Ok(seated)
}

/// Pairs at the relay that knows nothing.
async fn beside(raw: &Measured, pairs: u32) -> Result<Vec<Pair>> {
    let mut connected = Vec::new();
    for _ in 0..pairs {
        let (one, _) = transport::connect(raw.address(), Security::Plain).await?;
        let (other, _) = transport::connect(raw.address(), Security::Plain).await?;
        connected.push((one, other));
    }
    Ok(connected)
}

impl Account {
    /// Lets all pairs talk for the time of one measurement.
    async fn measure(
        &mut self,
        process: Watched,
        pairs: Vec<Pair>,
        arguments: &Arguments,
    ) -> Result<Vec<Pair>> {
        let begun = process.cpu()?;
        let mut talks = JoinSet::new();
        // There and back are two messages.
        let pause = Duration::from_secs(2) * arguments.pairs / arguments.rate;
        let end = Instant::now() + Duration::from_secs(arguments.seconds.into());
        for pair in pairs {
            talks.spawn(talk(pair, pause, end));
        }
        let mut done = Vec::new();
        for talked in talks.join_all().await {
            let (pair, round_trips) = talked?;
            self.round_trips.extend(round_trips);
            done.push(pair);
        }
        self.cpu += process.cpu()? - begun;
        Ok(done)
    }
}

/// One says something at an even pace, the other says the same back.
async fn talk(pair: Pair, pause: Duration, end: Instant) -> Result<(Pair, Vec<Duration>)> {
    let (mut one, mut other) = pair;
    let message = codec::encode(&RoomRequest::Sealed(SealedFrame {
        conversation: ConversationNumber(1),
        body: vec![7; SEALED_BYTES],
    }));
    let (mut heard, mut answer) = (vec![0; message.len()], vec![0; message.len()]);
    let mut pace = interval_at(Instant::now() + pause.mul_f64(rand::rng().random()), pause);
    let mut round_trips = Vec::new();
    loop {
        let begun = pace.tick().await;
        if begun >= end {
            return Ok(((one, other), round_trips));
        }
        let begun = Instant::now();
        one.write_all(&message).await?;
        one.flush().await?;
        other
            .read_exact(&mut heard)
            .await
            .context("the message does not arrive")?;
        other.write_all(&heard).await?;
        other.flush().await?;
        one.read_exact(&mut answer)
            .await
            .context("the answer does not arrive")?;
        round_trips.push(begun.elapsed());
        ensure!(answer == message, "what came back is not what was said");
    }
}

fn report(name: &str, ours: Account, theirs: Account) {
    let line = |name: &str, account: Account| {
        let round_trips = Times::of(account.round_trips);
        #[expect(clippy::cast_precision_loss, reason = "far fewer messages than 2^52")]
        let messages = 2.0 * round_trips.count() as f64;
        let micros = account.cpu.as_secs_f64() * 1e6 / messages;
        println!("{name:<14} {micros:>6.2} µs of processor time per message; there and back: {round_trips}");
        (micros, round_trips.percentile(50).as_secs_f64())
    };
    let (our_micros, our_p50) = line(name, ours);
    let (their_micros, their_p50) = line("bytes only", theirs);
    println!(
        "ratio: {:.2} in processor time, {:.2} in the time there and back (p50)",
        our_micros / their_micros,
        our_p50 / their_p50
    );
}
