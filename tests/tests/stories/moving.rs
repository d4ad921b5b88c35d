//! Two who are alone in two rooms are brought together, and two who have just met are not.

use std::time::Duration;

use acaso_shared::protocol::room::Parting;
use acaso_tests::house::{House, Setup, story};
use acaso_tests::stranger::Stranger;
use anyhow::Result;

#[tokio::test]
async fn two_alone_in_two_rooms_are_brought_together() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, mut bia) = pair(house, "Ana", "Bia").await?;
        let (mut caio, mut dora) = pair(house, "Caio", "Dora").await?;
        bia.leaves().await?;
        dora.leaves().await?;
        ana.is_left(Parting::Left).await?;
        caio.is_left(Parting::Left).await?;

        let there = ana.meets("Caio").await?.port;
        assert_eq!(caio.meets("Ana").await?.port, there);
        house.registers(&[(there.get(), 2)]).await?;
        ana.says("here we are").await?;
        caio.hears("here we are").await
    })
    .await
}

#[tokio::test]
async fn who_has_just_met_meets_somebody_else_first() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, mut bia) = pair(house, "Ana", "Bia").await?;
        bia.asks_again().await?;
        ana.is_left(Parting::Left).await?;
        let other = bia.waits().await?;
        assert_eq!(house.book().seats().len(), 2, "each waits in a room of their own");

        let mut caio = house.arrives("Caio").await?;
        let partner = caio.meets_somebody().await?;
        let (mut met, name) = if partner.port == other {
            (bia, "Bia")
        } else {
            (ana, "Ana")
        };
        assert_eq!(partner.name.as_str(), name);
        met.meets("Caio").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn who_has_just_met_meets_again_when_nobody_else_comes() -> Result<()> {
    let impatient = Setup::default().timings(|timings| {
        timings.repair_patience = Duration::from_millis(400);
        timings.lonely = Duration::from_millis(100);
    });
    story(impatient, async |house| {
        let (mut ana, mut bia) = pair(house, "Ana", "Bia").await?;
        bia.asks_again().await?;
        ana.is_left(Parting::Left).await?;
        bia.meets("Ana").await?;
        ana.meets("Bia").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn whoever_never_uses_a_ticket_leaves_nobody_alone_for_long() -> Result<()> {
    let quick = Setup::default().timings(|timings| timings.ticket = Duration::from_millis(500));
    story(quick, async |house| {
        let mut strangers = Vec::new();
        for turn in 0..12 {
            if turn % 3 == 0 {
                house.directions().assigned().await?.gives_up();
            }
            let mut stranger = house.arrives("somebody").await?;
            stranger.waits().await?;
            strangers.push(stranger);
        }
        let mut meetings = Vec::new();
        for stranger in &mut strangers {
            meetings.push(stranger.meets_somebody().await?.meeting);
        }
        meetings.sort_unstable();
        let (pairs, rest) = meetings.as_chunks::<2>();
        assert!(rest.is_empty() && pairs.iter().all(|[one, other]| one == other));
        Ok(())
    })
    .await
}

async fn pair(house: &House, one: &str, other: &str) -> Result<(Stranger, Stranger)> {
    let mut first = house.arrives(one).await?;
    first.waits().await?;
    let mut second = house.arrives(other).await?;
    second.meets(one).await?;
    first.meets(other).await?;
    Ok((first, second))
}
