//! Two who look for each other by a number, where something else than the number is in their way.

use acaso_shared::ids::VisitorToken;
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::lobby::{Access, LobbyReply, Rendezvous};
use acaso_shared::protocol::room::Parting;
use acaso_tests::guest::Invitation;
use acaso_tests::house::{Entrance, Setup, story};
use acaso_tests::patience::seen;
use anyhow::{Result, bail, ensure};
use tokio::net::TcpListener;

use super::is_left_at_rendezvous;

#[tokio::test]
async fn where_the_door_to_whoever_waits_does_not_open_the_number_stays_good() -> Result<()> {
    story(Setup::default().by(Entrance::Doors), async |house| {
        let Invitation { number, seat, .. } = house.directions().invites().await?;
        let mut ana = seat.enters().await?;
        let door = house.door(ana.port.get());
        let taken = seen("another program has the port", async || {
            Ok(TcpListener::bind(door).await)
        });
        let taken = taken.await?;
        let come = Rendezvous::Come { number };
        let refused = house.directions().looks_at(VisitorToken::random(), come).await?;
        ensure!(
            matches!(
                refused,
                LobbyReply::Refused(Refusal::SlowDown {
                    retry_after_secs: 1..=10
                })
            ),
            "{refused:?}"
        );
        drop(taken);
        let mut bia = house.directions().comes_to(number).await?.enters().await?;
        ana.befriended().await?;
        bia.befriended().await?;
        bia.leaves().await?;
        is_left_at_rendezvous(ana, Parting::Left).await
    })
    .await
}

#[tokio::test]
async fn whoever_opens_gets_a_room_whose_door_opens() -> Result<()> {
    story(
        Setup::default().by(Entrance::Doors).rooms(2000..=2002),
        async |house| {
            let _taken = [
                TcpListener::bind(house.door(2000)).await?,
                TcpListener::bind(house.door(2001)).await?,
            ];
            let Invitation {
                number,
                life_secs,
                seat,
            } = house.directions().invites().await?;
            ensure!(
                seat.port.get() == 2002 && life_secs > 590,
                "in room {} for {life_secs} s",
                seat.port
            );
            let mut ana = seat.enters().await?;
            let mut bia = house.directions().comes_to(number).await?.enters().await?;
            ana.befriended().await?;
            bia.befriended().await?;
            bia.leaves().await?;
            is_left_at_rendezvous(ana, Parting::Left).await
        },
    )
    .await
}

#[tokio::test]
async fn whoever_finds_the_house_full_hears_so_and_whoever_has_a_number_is_found_all_the_same() -> Result<()>
{
    story(Setup::default().rooms(2000..=2000), async |house| {
        let Invitation { number, seat, .. } = house.directions().invites().await?;
        let mut ana = seat.enters().await?;
        let late = house
            .directions()
            .looks_at(VisitorToken::random(), Rendezvous::Open)
            .await?;
        ensure!(
            matches!(late, LobbyReply::Refused(Refusal::Full { people: 1, .. })),
            "{late:?}"
        );
        let mut bia = house.directions().comes_to(number).await?.enters().await?;
        ana.befriended().await?;
        bia.befriended().await?;
        bia.leaves().await?;
        is_left_at_rendezvous(ana, Parting::Left).await
    })
    .await
}

#[tokio::test]
async fn where_a_password_is_asked_for_nobody_has_a_rendezvous_without_it() -> Result<()> {
    story(Setup::default().access(Access::Password), async |house| {
        for at in [
            Rendezvous::Open,
            Rendezvous::Come {
                number: super::lasting(0),
            },
        ] {
            match house.directions().looks_at(VisitorToken::random(), at).await? {
                LobbyReply::Refused(Refusal::Unexpected) => {}
                other => bail!("instead of a refusal: {other:?}"),
            }
        }
        Ok(())
    })
    .await
}
