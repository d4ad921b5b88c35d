//! Two clients talk through networks that fail at random moments, again and again, many pairs at once on one server: is anything
//! lost, doubled or out of order? Nothing here sleeps to be safe; the pauses are those between words and between faults.

mod mischief;
mod run;
mod slot;
mod talker;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Result;
use tokio::task::JoinSet;
use tokio::time::Instant;

use self::run::Verdict;
use self::slot::{Doorstep, Slot};
use crate::carrier::Carrier;
use crate::faults::Kind;
use crate::house::{House, Setup};

/// The first port for rooms: there is one for each pair, and some to spare.
const FIRST_ROOM: u16 = 2100;

/// Silence after which links are dead, at both ends.
const DEAD_AFTER: Duration = Duration::from_secs(1);

/// Silence after which a sign of life is asked for.
const PING_AFTER: Duration = Duration::from_millis(300);

/// What to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How many runs.
    pub runs: u64,
    /// No run begins after so long.
    pub at_most: Duration,
    /// Where the seeds of the runs begin.
    pub seed: u64,
    /// How many runs at once.
    pub at_once: u16,
    /// What carries the links.
    pub carrier: Carrier,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    carrier: Option<Carrier>,
    runs: u64,
    took: Duration,
    counts: Vec<(Kind, u64)>,
    cut: u64,
    total: Verdict,
    broken: Vec<String>,
}

/// Brings all this about.
///
/// # Errors
/// It cannot begin, or the server is not empty when everybody has gone.
pub async fn chaos(plan: &Plan) -> Result<Outcome> {
    let house = Arc::new(House::open(setup(plan)).await?);
    let (doorstep, next) = (Doorstep::default(), Arc::new(AtomicU64::new(0)));
    let end = Instant::now() + plan.at_most;
    let begin = Instant::now();
    let mut slots = JoinSet::new();
    for _ in 0..plan.at_once {
        let slot = Slot::new(Arc::clone(&house), doorstep.clone(), plan.carrier).await?;
        slots.spawn(runs(slot, plan.clone(), Arc::clone(&next), end));
    }
    let mut outcome = Outcome {
        carrier: Some(plan.carrier),
        ..Outcome::default()
    };
    while let Some(slot) = slots.join_next().await {
        outcome.add(slot?);
    }
    outcome.took = begin.elapsed();
    if let Some(house) = Arc::into_inner(house) {
        house.closes().await?;
    }
    Ok(outcome)
}

fn setup(plan: &Plan) -> Setup {
    // A pair that parts keeps its room for a moment while the next one meets already.
    let last = FIRST_ROOM + plan.at_once + plan.at_once / 4 + 3;
    let setup = match plan.carrier {
        Carrier::Plain => Setup::plain(),
        Carrier::Tls | Carrier::Quic => Setup::default(),
    };
    setup.rooms(FIRST_ROOM..=last).timings(|timings| {
        timings.ping_after = PING_AFTER;
        timings.dead_after = DEAD_AFTER;
    })
}

/// One run after the other, until all are done or the time is up.
async fn runs(slot: Slot, plan: Plan, next: Arc<AtomicU64>, end: Instant) -> Outcome {
    let mut outcome = Outcome::default();
    while Instant::now() < end {
        let turn = next.fetch_add(1, Ordering::Relaxed);
        if turn >= plan.runs {
            break;
        }
        let seed = plan.seed.wrapping_add(turn);
        let (verdict, ended) = slot.run(seed).await;
        outcome.runs += 1;
        outcome.total.add(&verdict);
        if let Err(error) = ended {
            outcome.broken.push(format!("run {turn}, seed {seed}: {error:#}"));
        } else if !verdict.is_good() {
            outcome.broken.push(format!("run {turn}, seed {seed}: {verdict}"));
        }
    }
    outcome.counts = slot.counts();
    outcome.cut = slot.cut();
    outcome
}

impl Outcome {
    fn add(&mut self, other: Self) {
        self.runs += other.runs;
        self.cut += other.cut;
        self.total.add(&other.total);
        self.broken.extend(other.broken);
        if self.counts.is_empty() {
            self.counts = other.counts;
        } else {
            for ((_, count), (_, more)) in self.counts.iter_mut().zip(other.counts) {
                *count += more;
            }
        }
    }

    /// Nothing was lost, doubled or out of order, and every run ended in time.
    pub fn is_good(&self) -> bool {
        self.broken.is_empty() && self.total.is_good()
    }

    /// How many runs there were.
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// How often what went wrong.
    pub fn counts(&self) -> &[(Kind, u64)] {
        &self.counts
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let carrier = self
            .carrier
            .map(|carrier| format!(" over {carrier}"))
            .unwrap_or_default();
        writeln!(
            f,
            "{} runs{carrier} in {:.1} s",
            self.runs,
            self.took.as_secs_f64()
        )?;
        for (kind, count) in &self.counts {
            writeln!(f, "{count:>9}  {}", kind.name())?;
        }
        writeln!(f, "{:>9}  times somebody was cut off", self.cut)?;
        writeln!(f, "{:>9}  times somebody came back", self.total.came_back)?;
        writeln!(f, "{:>9}  messages", self.total.said)?;
        let longest = self.total.longest.as_secs_f64();
        writeln!(f, "{longest:>9.1}  seconds from the last cut to the end, at most")?;
        for broken in &self.broken {
            writeln!(f, "{broken}")?;
        }
        write!(f, "{}", self.total)
    }
}
