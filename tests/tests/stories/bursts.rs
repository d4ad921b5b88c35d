//! Many at once: everybody is in exactly one pair, and nobody is told of a partner who is not there.

use std::collections::HashMap;

use acaso_shared::ids::{ConversationNumber, Generation, RoomPort};
use acaso_shared::protocol::room::Role;
use acaso_tests::guest::{Directions, Seat};
use acaso_tests::house::{Setup, story};
use anyhow::Result;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::task::JoinSet;

const STRANGERS: usize = 50;
const SEEDS: u64 = 200;

/// A meeting, as one of the two was told of it.
type Told = (RoomPort, Generation, ConversationNumber);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_at_once_are_twenty_five_pairs_and_no_phantom() -> Result<()> {
    story(Setup::plain().forgetful(), async |house| {
        for seed in 0..SEEDS {
            let seats = burst(&house.directions(), seed).await?;
            are_exact_pairs(&seats, seed);
            house.check().await?;
            go_home(seats, seed).await?;
            house.registers(&[]).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_with_clients_at_once_are_twenty_five_pairs() -> Result<()> {
    story(Setup::default(), async |house| {
        let mut strangers = Vec::new();
        for number in 0..STRANGERS {
            strangers.push(house.arrives(&format!("stranger {number}")).await?);
        }
        let mut met = HashMap::new();
        for stranger in &mut strangers {
            let own_name = stranger.visit().name.as_str().to_owned();
            let partner = stranger.meets_somebody().await?;
            met.insert(own_name, (partner.name.as_str().to_owned(), partner.meeting));
        }
        for (name, (partner, meeting)) in &met {
            assert_eq!(
                met[partner],
                (name.clone(), *meeting),
                "{name} and {partner} met each other"
            );
        }
        assert_eq!(met.len(), STRANGERS);
        Ok(())
    })
    .await
}

/// All come at once, in an order of chance and each at a pace of their own.
async fn burst(directions: &Directions, seed: u64) -> Result<Vec<(Seat, Told, Role)>> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut guests = JoinSet::new();
    for _ in 0..STRANGERS {
        guests.spawn(comes(directions.clone(), [0; 3].map(|_| rng.random_range(0..20))));
    }
    guests.join_all().await.into_iter().collect()
}

/// Lets others go first between the steps, so many times.
async fn comes(directions: Directions, hesitation: [u32; 3]) -> Result<(Seat, Told, Role)> {
    hesitate(hesitation[0]).await;
    let assigned = directions.assigned().await?;
    hesitate(hesitation[1]).await;
    let mut seat = assigned.enters().await?;
    hesitate(hesitation[2]).await;
    let pairing = seat.paired().await?;
    let told = (seat.port, pairing.generation, pairing.conversation);
    Ok((seat, told, pairing.role))
}

async fn hesitate(turns: u32) {
    for _ in 0..turns {
        tokio::task::yield_now().await;
    }
}

fn are_exact_pairs(seats: &[(Seat, Told, Role)], seed: u64) {
    let mut told: HashMap<Told, Vec<Role>> = HashMap::new();
    for (_, meeting, role) in seats {
        told.entry(*meeting).or_default().push(*role);
    }
    assert_eq!(told.len(), STRANGERS / 2, "seed {seed}");
    for (meeting, roles) in told {
        assert!(
            roles.len() == 2 && roles[0] != roles[1],
            "seed {seed}: {meeting:?} has {roles:?}"
        );
    }
}

/// Some say goodbye, some are cut off.
async fn go_home(seats: Vec<(Seat, Told, Role)>, seed: u64) -> Result<()> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut leaving = JoinSet::new();
    for (seat, ..) in seats {
        if rng.random() {
            leaving.spawn(seat.leaves());
        }
    }
    leaving.join_all().await.into_iter().collect()
}
