//! What goes wrong when: drawn from a seed.

use std::time::Duration;

use anyhow::{Result, ensure};
use rand::RngExt;
use rand::rngs::StdRng;
use tokio::time::{Instant, sleep};

use super::DEAD_AFTER;
use crate::carrier::Carrier;
use crate::faults::{Fault, Network, Way};

/// How often somebody is cut off in a run, at least.
const CUTS: std::ops::RangeInclusive<u64> = 5..=8;

/// Longest time until that has happened: most cuts are noticed only after a silence.
const AT_MOST: Duration = Duration::from_secs(120);

/// Lets things go wrong on either network until enough has.
pub(super) async fn mischief(networks: [&Network; 2], carrier: Carrier, dice: &mut StdRng) -> Result<()> {
    let cut = || {
        networks
            .iter()
            .map(|network| network.tally().seats_cut())
            .sum::<u64>()
    };
    let (enough, end) = (cut() + dice.random_range(CUTS), Instant::now() + AT_MOST);
    while cut() < enough {
        ensure!(Instant::now() < end, "too few links stood long enough to be cut");
        sleep(millis(dice, 10..120)).await;
        let network = networks[dice.random_range(0..2)];
        let fault = match carrier {
            Carrier::Plain | Carrier::Tls => draw_for_connections(dice),
            Carrier::Quic => draw_for_datagrams(dice),
        };
        network.strike(fault);
        if let Fault::Outage(time) = fault {
            sleep(time.mul_f64(dice.random_range(0.2..1.2))).await;
        }
    }
    for network in networks {
        network.calms();
    }
    Ok(())
}

fn draw_for_connections(dice: &mut StdRng) -> Fault {
    let way = if dice.random() { Way::Up } else { Way::Down };
    match dice.random_range(0..9) {
        0 => Fault::Reset,
        1 => Fault::ClientReset,
        2 => Fault::ServerReset,
        3 => Fault::HalfOpen(way),
        4 => Fault::Swallowed,
        5 => Fault::CutAfter(way, dice.random_range(0..4000)),
        6 => Fault::Torn(way),
        // Mostly shorter than a silence may be, sometimes longer: then bytes arrive that nobody expects any more.
        7 => Fault::Freeze(millis(dice, 50..1300)),
        _ => Fault::Delay {
            each: millis(dice, 1..60),
            lasting: millis(dice, 100..800),
        },
    }
}

fn draw_for_datagrams(dice: &mut StdRng) -> Fault {
    let lasting = millis(dice, 100..800);
    match dice.random_range(0..8) {
        0 => Fault::Loss {
            percent: dice.random_range(2..50),
            lasting,
        },
        1 => Fault::Reorder {
            percent: dice.random_range(5..50),
            lasting,
        },
        2 => Fault::Duplicate {
            percent: dice.random_range(5..80),
            lasting,
        },
        3 => Fault::Delay {
            each: millis(dice, 1..60),
            lasting,
        },
        4 => Fault::Freeze(millis(dice, 50..700)),
        5 => Fault::Rebind,
        // Too long for any link to outlive it.
        _ => Fault::Outage(DEAD_AFTER + millis(dice, 300..900)),
    }
}

fn millis(dice: &mut StdRng, range: std::ops::Range<u64>) -> Duration {
    Duration::from_millis(dice.random_range(range))
}
