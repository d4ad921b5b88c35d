//! Two ends and a relay as plain values, links that break at any moment, and the mistakes that this must find.

mod world;

use std::time::Instant;

use super::*;
use world::{World, Wrong};

/// Runs one history; tells how many links broke in it.
fn history(seed: u64, steps: u32) -> Result<u64, Wrong> {
    let mut world = World::new(seed);
    for _ in 0..steps {
        world.step()?;
    }
    world.mend()?;
    Ok(world.kills)
}

#[test]
fn whatever_breaks_nothing_is_lost_doubled_or_reordered() {
    let mut kills = 0;
    for seed in 0.. {
        kills += history(seed, 20_000).unwrap_or_else(|wrong| panic!("seed {seed}: {wrong}"));
        if kills >= 100_000 {
            break;
        }
    }
}

#[test]
fn every_planted_mistake_is_found() {
    for mistake in [
        Mutant::NoSync,
        Mutant::NoResend,
        Mutant::TakeGaps,
        Mutant::TakeTwice,
        Mutant::AckEarly,
        Mutant::TakeStale,
    ] {
        PLANTED.set(Some(mistake));
        let found = (0..100).filter(|seed| history(*seed, 4_000).is_err()).count();
        PLANTED.set(None);
        assert!(found > 25, "{mistake:?} was found in {found} of 100 histories");
    }
}

#[test]
fn acknowledgements_come_in_eights_or_after_a_moment() {
    let now = Instant::now();
    let mut delivery: Delivery<u64> = Delivery::new();
    for _ in 0..7 {
        delivery.took(now);
    }
    assert_eq!(delivery.due(), None);
    delivery.took(now);
    assert_eq!(delivery.due(), Some(Due::Ack { next: 8 }));
    assert_eq!(delivery.deadline(), None);
    delivery.took(now);
    let later = delivery.deadline().unwrap();
    assert_eq!(later - now, ACK_AFTER);
    delivery.tick(later);
    assert_eq!(
        delivery.deadline(),
        None,
        "or the driver would spin until the link takes it"
    );
    assert_eq!(delivery.due(), Some(Due::Ack { next: 9 }));
    assert_eq!(delivery.due(), None);
}

#[test]
fn what_was_never_said_cannot_have_arrived() {
    let mut delivery = Delivery::new();
    delivery.keep("one");
    delivery.keep("two");
    assert!(delivery.acknowledged(3).is_err());
    assert_eq!(delivery.acknowledged(1).unwrap(), ["one"]);
    assert!(delivery.synced(0).is_err(), "nor can it be taken back");
    assert!(delivery.synced(u64::MAX).is_err());
    assert_eq!(delivery.synced(2).unwrap(), ["two"]);
}
