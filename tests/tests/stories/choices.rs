//! Who is never brought together, and who is sent away: people who block each other, people without a language in common, and
//! those whose room the operator closes.

use std::time::Duration;

use acaso_shared::ids::VisitorToken;
use acaso_shared::link::{Link, LobbyGuest};
use acaso_shared::protocol::lobby::{LobbyReply, LobbyRequest};
use acaso_shared::protocol::room::{Closing, Parting, RoomEvent, RoomRequest};
use acaso_shared::protocol::{Refusal, VersionRange};
use acaso_shared::session::{Command, Goodbye};
use acaso_tests::carrier::Carrier;
use acaso_tests::faults::Fault;
use acaso_tests::guest::Seat;
use acaso_tests::house::{House, Setup, story};
use acaso_tests::patience::soon;
use anyhow::{Result, bail, ensure};

/// A server on which nobody is patient.
fn impatient() -> Setup {
    Setup::default()
        .timings(|timings| {
            timings.repair_patience = Duration::from_millis(50);
            timings.lonely = Duration::from_millis(50);
        })
        .versions(range(1, 2))
}

#[tokio::test]
async fn whoever_blocks_somebody_never_meets_them_again_though_both_are_alone() -> Result<()> {
    story(impatient(), async |house| {
        let [ana, bo] = [VisitorToken::random(), VisitorToken::random()];
        let (mut first, mut second) = (seated(house, ana).await?, seated(house, bo).await?);
        let conversation = first.befriended().await?;
        second.befriended().await?;
        first.link.send(&RoomRequest::Block { conversation }).await?;
        first.leaves().await?;
        second.is_left(Parting::Left).await?;
        never_together(house, ana, second).await
    })
    .await
}

#[tokio::test]
async fn somebody_who_has_just_left_can_still_be_blocked() -> Result<()> {
    story(impatient(), async |house| {
        let [ana, bo] = [VisitorToken::random(), VisitorToken::random()];
        let (mut first, mut second) = (seated(house, ana).await?, seated(house, bo).await?);
        let conversation = first.befriended().await?;
        second.befriended().await?;
        first.leaves().await?;
        second.is_left(Parting::Left).await?;
        second.link.send(&RoomRequest::Block { conversation }).await?;
        never_together(house, ana, second).await
    })
    .await
}

#[tokio::test]
async fn whoever_was_cut_off_can_block_in_the_lobby_while_the_seat_is_there_and_after_it() -> Result<()> {
    for is_gone in [false, true] {
        story(impatient(), async |house| {
            let [ana, bo] = [VisitorToken::random(), VisitorToken::random()];
            let (mut first, mut second) = (seated(house, ana).await?, seated(house, bo).await?);
            let conversation = first.befriended().await?;
            second.befriended().await?;
            let (lost, old_link) = second.apart();
            let token = lost.resume;
            let reason = Parting::Left;
            let over = LobbyReply::Over { reason };
            let directions = house.directions();
            if is_gone {
                assert_eq!(directions.abandons(token, None).await?, over);
                first.is_left(Parting::Left).await?;
            }
            assert_eq!(directions.abandons(token, Some(conversation)).await?, over);
            if !is_gone {
                first.is_left(Parting::Left).await?;
            }
            drop((lost, old_link));
            first.leaves().await?;
            let second = seated(house, bo).await?;
            never_together(house, ana, second).await
        })
        .await?;
    }
    Ok(())
}

#[tokio::test]
async fn over_a_link_that_is_dead_unnoticed_a_goodbye_is_heard_at_once_and_a_block_holds() -> Result<()> {
    // Nobody finds out by waiting. Datagrams go on as soon as they get through again, so that a link over QUIC is never dead.
    let unsuspecting = impatient().rooms(2000..=2003).timings(|timings| {
        timings.dead_after = Duration::from_secs(3600);
        timings.ping_after = Duration::from_secs(1800);
    });
    for (carrier, blocks) in [
        (Carrier::Plain, false),
        (Carrier::Plain, true),
        (Carrier::Tls, true),
    ] {
        story(unsuspecting.clone().over(carrier), async |house| {
            let network = house.network().await?;
            let mut ana = house.arrives_at(network.lobby(), "Ana").await?;
            ana.waits().await?;
            let mut bia = house.arrives("Bia").await?;
            let there = bia.meets("Ana").await?.port;
            ana.meets("Bia").await?;
            network.strike(Fault::Swallowed);
            let conversation = ana.conversation();
            ana.command(match blocks {
                true => Command::Block { conversation },
                false => Command::Leave(Goodbye::Now),
            })
            .await?;
            ana.is_gone().await?;
            bia.is_left(Parting::Left).await?;

            ana.asks_again().await?;
            if !blocks {
                bia.meets("Ana").await?;
                ana.meets("Bia").await?;
                return Ok(());
            }
            let elsewhere = ana.waits().await?;
            ensure!(elsewhere != there, "they sit together");
            others_meet_again(house).await?;
            house.registers(&[(there.get(), 1), (elsewhere.get(), 1)]).await
        })
        .await?;
    }
    Ok(())
}

/// He waits, she comes again, and both are alone. Two others who met as lately but speak another language come after them and
/// are brought together; these two are not.
async fn never_together(house: &House, ana: VisitorToken, mut bo: Seat) -> Result<()> {
    let mut ana = seated(house, ana).await?;
    ensure!(ana.port != bo.port, "they sit together");
    others_meet_again(house).await?;
    for seat in [&mut ana, &mut bo] {
        seat.link.send(&RoomRequest::Ping).await?;
        let answer = seat.hears().await?;
        ensure!(answer == RoomEvent::Pong, "instead of being alone: {answer:?}");
    }
    ana.leaves().await?;
    bo.leaves().await
}

/// Two who speak another language than everybody else come, meet, part, and are brought together again: whoever waited before them and
/// fits somebody who waits was brought together too.
async fn others_meet_again(house: &House) -> Result<()> {
    let others = [VisitorToken::random(), VisitorToken::random()];
    let newer = range(2, 2);
    for _ in 0..2 {
        let mut caio = speaking_as(house, others[0], newer).await?;
        let mut dora = speaking_as(house, others[1], newer).await?;
        if caio.port != dora.port {
            (caio, dora) = brought_together(house, caio, dora).await?;
        }
        caio.befriended().await?;
        dora.befriended().await?;
        caio.leaves().await?;
        dora.is_left(Parting::Left).await?;
        dora.leaves().await?;
    }
    Ok(())
}

/// One of the two is moved to the other.
async fn brought_together(house: &House, mut one: Seat, mut other: Seat) -> Result<(Seat, Seat)> {
    let (moved, stays) = tokio::select! {
        event = one.hears() => (event?, other),
        event = other.hears() => (event?, one),
    };
    let RoomEvent::Move { port, ticket } = moved else {
        bail!("instead of a move: {moved:?}");
    };
    ensure!(port == stays.port, "moved to somebody else");
    let moved = house.directions().expected_at(port, ticket, range(2, 2));
    Ok((moved.enters().await?, stays))
}

#[tokio::test]
async fn people_without_a_version_in_common_wait_for_somebody_fitting() -> Result<()> {
    let both = Setup::default().versions(range(1, 2));
    story(both, async |house| {
        let old = speaking(house, range(1, 1)).await?;
        let new = speaking(house, range(2, 2)).await?;
        ensure!(old.port != new.port, "they cannot talk to each other");
        let another_new = speaking(house, range(2, 3)).await?;
        let another_old = speaking(house, range(1, 2)).await?;
        for (mut one, mut other, version) in [(new, another_new, 2), (old, another_old, 1)] {
            ensure!(one.port == other.port, "somebody fitting waited");
            for seat in [&mut one, &mut other] {
                assert_eq!(seat.paired().await?.version, version);
            }
            one.leaves().await?;
            other.leaves().await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn too_old_and_too_new_are_told_what_is_spoken() -> Result<()> {
    let spoken = range(2, 3);
    story(Setup::default().versions(spoken), async |house| {
        for versions in [range(1, 1), range(4, 9)] {
            let mut link = Link::<_, LobbyGuest>::new(house.directions().dial(house.lobby().port()).await?);
            link.send(&LobbyRequest::Hello { versions }).await?;
            let answer = soon("an answer", link.receive()).await??;
            assert_eq!(answer, LobbyReply::Refused(Refusal::Version(spoken)));
        }
        speaking(house, range(1, 2)).await?.leaves().await
    })
    .await
}

#[tokio::test]
async fn a_room_that_the_operator_closes() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, mut bo) = (
            house.directions().seated().await?,
            house.directions().seated().await?,
        );
        ana.befriended().await?;
        bo.befriended().await?;
        let elsewhere = house.directions().seated().await?;
        let port = ana.port;
        ensure!(house.server().kick(port).await, "there is such a room");
        for seat in [&mut ana, &mut bo] {
            assert_eq!(seat.hears().await?, RoomEvent::Closing(Closing::Room));
        }
        let token = ana.resume;
        drop((ana, bo));
        house.registers(&[(elsewhere.port.get(), 1)]).await?;
        let reason = Parting::Removed;
        assert_eq!(
            house.directions().resumes(token).await?,
            LobbyReply::Over { reason }
        );
        ensure!(!house.server().kick(port).await, "there is no such room any more");
        elsewhere.leaves().await
    })
    .await
}

fn range(min: u16, max: u16) -> VersionRange {
    VersionRange { min, max }
}

async fn seated(house: &House, visitor: VisitorToken) -> Result<Seat> {
    house.directions().assigned_as(visitor).await?.enters().await
}

async fn speaking(house: &House, versions: VersionRange) -> Result<Seat> {
    speaking_as(house, VisitorToken::random(), versions).await
}

async fn speaking_as(house: &House, visitor: VisitorToken, versions: VersionRange) -> Result<Seat> {
    let (directions, visitor) = (house.directions(), visitor);
    directions
        .assigned_speaking(visitor, versions)
        .await?
        .enters()
        .await
}
