//! Every no has a reason, and is said before the connection ends.

use std::time::Duration;

use acaso_shared::ids::{Ticket, VisitorToken};
use acaso_shared::link::{Link, LinkError, LobbyGuest, RoomGuest};
use acaso_shared::protocol::lobby::{LobbyReply, LobbyRequest};
use acaso_shared::protocol::room::{Parting, RoomEvent};
use acaso_shared::protocol::{Refusal, VERSIONS, VersionRange};
use acaso_shared::session::{Event, Problem};
use acaso_tests::house::{Entrance, House, Setup, story};
use acaso_tests::patience::soon;
use acaso_tests::stranger::Stranger;
use anyhow::Result;
use tokio::net::TcpListener;

#[tokio::test]
async fn a_client_of_another_age_is_told_which_versions_are_spoken() -> Result<()> {
    story(Setup::default(), async |house| {
        let directions = house.directions();
        let mut link: Link<_, LobbyGuest> = Link::new(directions.dial(directions.lobby.port()).await?);
        let versions = VersionRange { min: 7, max: 9 };
        link.send(&LobbyRequest::Hello { versions }).await?;
        let refusal = soon("a refusal", link.receive()).await??;
        assert_eq!(refusal, LobbyReply::Refused(Refusal::Version(VERSIONS)));
        let end = soon("the end", link.receive()).await?;
        assert!(matches!(end, Err(LinkError::Closed(_))), "{end:?}");
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn a_client_of_a_later_age_that_still_speaks_ours_is_welcome() -> Result<()> {
    story(Setup::default(), async |house| {
        let directions = house.directions();
        let mut link: Link<_, LobbyGuest> = Link::new(directions.dial(directions.lobby.port()).await?);
        let versions = VersionRange { min: 1, max: 9 };
        link.send(&LobbyRequest::Hello { versions }).await?;
        let welcome = soon("a welcome", link.receive()).await??;
        assert!(
            matches!(welcome, LobbyReply::Welcome { version: 1, .. }),
            "{welcome:?}"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_guest_with_whom_nobody_could_be_paired_keeps_no_seat() -> Result<()> {
    story(Setup::default(), async |house| {
        for (min, max) in [(9, 9), (3, 1)] {
            let directions = house.directions();
            let (port, ticket) = directions.assigned().await?.gives_up();
            let versions = VersionRange { min, max };
            let (_, refusal) = directions.at_door_speaking(port, ticket, versions).await?;
            assert_eq!(refusal, RoomEvent::Refused(Refusal::Version(VERSIONS)));
            house.registers(&[]).await?;
            house.two_strangers_meet().await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn who_comes_after_the_last_free_seat_is_told_so() -> Result<()> {
    story(Setup::default().rooms(2000..=2000), async |house| {
        assert_eq!(house.server().capacity().strangers, 2);
        let mut ana = house.arrives("Ana").await?;
        ana.waits().await?;
        let mut bia = house.arrives("Bia").await?;
        bia.meets("Ana").await?;
        ana.meets("Bia").await?;

        let mut caio = house.arrives("Caio").await?;
        let refused = caio.is_refused().await?;
        assert!(
            matches!(
                refused,
                Problem::Full {
                    people: 2,
                    retry_after_secs: 1..
                }
            ),
            "{refused:?}"
        );

        bia.leaves().await?;
        ana.is_left(Parting::Left).await?;
        caio.asks_again().await?;
        caio.meets("Ana").await?;
        ana.meets("Caio").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_port_held_by_another_program_is_passed_over_and_tried_again() -> Result<()> {
    let soon_again = Setup::default()
        .by(Entrance::Doors)
        .rooms(2000..=2002)
        .timings(|timings| timings.port_retry = Duration::from_millis(200));
    story(soon_again, async |house| {
        let held = [
            TcpListener::bind(house.door(2000)).await?,
            TcpListener::bind(house.door(2002)).await?,
        ];
        let mut ana = house.arrives("Ana").await?;
        assert_eq!(ana.waits().await?.get(), 2001);
        let mut bia = house.arrives("Bia").await?;
        assert_eq!(bia.meets("Ana").await?.port.get(), 2001);
        ana.meets("Bia").await?;
        let mut caio = house.arrives("Caio").await?;
        let refused = caio.is_refused().await?;
        assert!(matches!(refused, Problem::Full { .. }), "{refused:?}");

        drop(held);
        let port = soon("the ports are tried again", gets_in(&mut caio)).await??;
        assert!(port == 2000 || port == 2002, "{port}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_closing_server_says_so_in_the_lobby_at_the_door_and_in_the_room() -> Result<()> {
    let house = House::open(Setup::default()).await?;
    let directions = house.directions();
    let mut in_lobby = directions.welcomed().await?;
    let mut in_room = directions.seated().await?;
    let at_door = directions.assigned().await?;
    let mut link: Link<_, RoomGuest> = Link::new(directions.dial(at_door.port.get()).await?);
    let mut ana = house.arrives("Ana").await?;
    ana.waits().await?;
    house.stops().await?;

    let told = soon("a word in the lobby", in_lobby.receive()).await??;
    assert_eq!(told, LobbyReply::Refused(Refusal::Closing));
    let told = soon("a word at the door", link.receive()).await??;
    assert_eq!(told, RoomEvent::Refused(Refusal::Closing));
    in_room.is_told_closing().await?;
    ana.is_told_closing().await
}

#[tokio::test]
async fn a_visitor_is_in_one_place_only() -> Result<()> {
    story(Setup::default(), async |house| {
        let directions = house.directions();
        let visitor = VisitorToken::random();
        let one = directions.assigned_as(visitor).await?.enters().await?;
        let other = directions.assigned_as(visitor).await?.enters().await?;
        assert_ne!(one.port, other.port, "nobody is their own partner");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_wrong_ticket_opens_nothing() -> Result<()> {
    story(Setup::default(), async |house| {
        let directions = house.directions();
        let rightful = directions.assigned().await?;
        let (_, answer) = directions.at_door(rightful.port, Ticket::random()).await?;
        assert_eq!(answer, RoomEvent::Refused(Refusal::BadTicket));
        rightful.enters().await?;
        Ok(())
    })
    .await
}

/// Asks until there is a seat.
async fn gets_in(stranger: &mut Stranger) -> Result<u16> {
    loop {
        stranger.asks_again().await?;
        if let Event::Waiting { port, .. } = stranger.next().await? {
            return Ok(port.get());
        }
    }
}
