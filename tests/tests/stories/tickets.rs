//! A ticket opens one door, once, for a while: for whoever tries it elsewhere, again or later, it opens nothing.

use std::time::Duration;

use acaso_shared::ids::{RoomPort, Ticket};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::room::RoomEvent;
use acaso_tests::guest::Directions;
use acaso_tests::house::{Entrance, Setup, story};
use anyhow::Result;

#[tokio::test]
async fn a_ticket_opens_a_door_once() -> Result<()> {
    story(Setup::default(), async |house| {
        let directions = house.directions();
        let (first, second) = (directions.assigned().await?, directions.assigned().await?);
        assert_eq!(
            first.port, second.port,
            "the second joins the first, who is still on the way"
        );
        let (port, used) = (first.port, first.ticket);
        let mut first = first.enters().await?;
        is_a_bad_ticket(&directions, port, used).await?;
        let mut second = second.enters().await?;
        assert_eq!(
            first.paired().await?.conversation,
            second.paired().await?.conversation
        );
        // Both seats are taken, so that nobody else has a ticket: nothing listens.
        house.is_shut(port.get()).await?;
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn a_ticket_opens_no_other_door() -> Result<()> {
    story(Setup::default().by(Entrance::Doors), async |house| {
        let directions = house.directions();
        let (first, second) = (directions.assigned().await?, directions.assigned().await?);
        let elsewhere = directions.assigned().await?;
        assert_ne!(first.port, elsewhere.port);
        is_a_bad_ticket(&directions, first.port, elsewhere.ticket).await?;
        is_a_bad_ticket(&directions, elsewhere.port, first.ticket).await?;
        // All are still good where they belong.
        let (mut first, mut second) = (first.enters().await?, second.enters().await?);
        first.paired().await?;
        second.paired().await?;
        elsewhere.enters().await?.leaves().await?;
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn a_ticket_opens_no_later_room_at_the_same_port() -> Result<()> {
    let short = Setup::default()
        .rooms(2000..=2000)
        .timings(|timings| timings.ticket = Duration::from_millis(500));
    story(short, async |house| {
        let directions = house.directions();
        let (port, old) = directions.assigned().await?.gives_up();
        house.registers(&[]).await?;
        house.is_shut(port.get()).await?;

        let later = directions.assigned().await?;
        assert_eq!(later.port, port, "there is no other");
        is_a_bad_ticket(&directions, port, old).await?;
        later.enters().await?.leaves().await?;
        house.registers(&[]).await?;
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn a_generation_is_never_used_again() -> Result<()> {
    story(Setup::default().rooms(2000..=2000), async |house| {
        let mut generations = Vec::new();
        for _ in 0..3 {
            let seat = house.directions().seated().await?;
            assert!(!generations.contains(&seat.generation));
            generations.push(seat.generation);
            seat.leaves().await?;
            house.registers(&[]).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_unused_ticket_frees_the_seat() -> Result<()> {
    let short = Setup::default()
        .rooms(2000..=2000)
        .timings(|timings| timings.ticket = Duration::from_millis(500));
    story(short, async |house| {
        let directions = house.directions();
        let mut stays = directions.seated().await?;
        directions.assigned().await?.gives_up();
        house.registers(&[(2000, 2)]).await?;
        house.registers(&[(2000, 1)]).await?;
        let mut next = directions.seated().await?;
        stays.paired().await?;
        next.paired().await?;
        Ok(())
    })
    .await
}

async fn is_a_bad_ticket(directions: &Directions, port: RoomPort, ticket: Ticket) -> Result<()> {
    let (_, answer) = directions.at_door(port, ticket).await?;
    assert_eq!(answer, RoomEvent::Refused(Refusal::BadTicket));
    Ok(())
}
