//! A server that stops says goodbye to everybody, within three seconds, however many there are.

use std::time::{Duration, Instant};

use acaso_tests::house::{Entrance, House, Setup};
use anyhow::Result;
use tokio::task::JoinSet;

const ROOMS: usize = 1000;

const PATIENCE: Duration = Duration::from_secs(300);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_rooms_are_told_and_gone_within_three_seconds() -> Result<()> {
    // Nobody shakes hands or answers until all are there, which takes a busy computer a while.
    // And nobody comes by a door: whoever starts a program meanwhile, as other stories do, holds for a moment everything open that this
    // process has, and a door that opens again in that moment finds its port taken.
    let patient = Setup::plain().by(Entrance::Lobby).timings(|timings| {
        timings.sealed_handshake = PATIENCE;
        timings.ping_after = PATIENCE;
        timings.dead_after = 2 * PATIENCE;
    });
    let house = House::open(patient).await?;
    let mut seats = Vec::new();
    for _ in 0..2 * ROOMS {
        seats.push(house.directions().seated().await?);
    }
    let rooms = house.rooms().await;
    assert_eq!(
        (rooms.len(), rooms.values().all(|connections| *connections == 2)),
        (ROOMS, true)
    );
    house.check().await?;

    let mut guests = JoinSet::new();
    for mut seat in seats {
        guests.spawn(async move {
            seat.paired().await?;
            seat.is_told_closing().await
        });
    }
    let begun = Instant::now();
    house.stops().await?;
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(3), "{took:?}");
    guests.join_all().await.into_iter().collect()
}
