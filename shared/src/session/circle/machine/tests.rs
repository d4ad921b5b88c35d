//! Members, the ways between them and a lobby as plain values, in which anything breaks at any moment, and the mistakes that this must
//! find.

mod account;
mod around;
mod hostile;
mod world;

use self::world::{World, Wrong};
use crate::session::circle::machine::peer::Mistake;
use crate::session::state::{Mutant, plant};

/// Runs one history; tells how many links broke in it, and how much was delivered.
fn history(seed: u64, steps: u32) -> Result<(u64, u64), Wrong> {
    let mut world = World::new(seed);
    for _ in 0..steps {
        world.step()?;
    }
    world.mend()?;
    Ok((world.kills, world.delivered))
}

#[test]
fn whatever_breaks_everybody_hears_everything_once_and_in_order() {
    let (mut kills, mut delivered) = (0, 0);
    for seed in 0..60 {
        let (killed, arrived) = history(seed, 4_000).unwrap_or_else(|wrong| panic!("seed {seed}: {wrong}"));
        kills += killed;
        delivered += arrived;
    }
    assert!(
        kills > 500 && delivered > 5_000,
        "{kills} links broke, {delivered} were delivered"
    );
}

/// Whether something is wrong in one of these histories.
fn is_found() -> bool {
    (0..40).any(|seed| history(seed, 3_000).is_err())
}

#[test]
fn every_planted_mistake_is_found() {
    for mistake in [Mutant::NoSync, Mutant::NoResend, Mutant::AckEarly] {
        plant(Some(mistake));
        let found = is_found();
        plant(None);
        assert!(found, "{mistake:?} was not found");
    }
    for mistake in [
        Mistake::AlwaysGoesOn,
        Mistake::AnyConnection,
        Mistake::NobodyChooses,
    ] {
        Mistake::plant(Some(mistake));
        let found = is_found();
        Mistake::plant(None);
        assert!(found, "{mistake:?} was not found");
    }
}
