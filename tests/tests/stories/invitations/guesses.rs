//! Whoever tries numbers, or comes without the words, is slowed down by network, and disturbs nobody else.

use std::net::Ipv4Addr;

use acaso_shared::ids::{RendezvousNumber, VisitorToken};
use acaso_shared::link::{Link, LobbyGuest};
use acaso_shared::protocol::lobby::{LobbyReply, LobbyRequest, Rendezvous};
use acaso_shared::protocol::room::Parting;
use acaso_shared::protocol::{Refusal, VERSIONS};
use acaso_shared::transport::Stream;
use acaso_tests::guest::Invitation;
use acaso_tests::house::{House, Setup, story};
use acaso_tests::patience::soon;
use anyhow::{Result, bail, ensure};
use tokio::net::TcpSocket;

use super::is_left_at_rendezvous;

/// As many as somebody patient has.
const GUESSES: usize = 1000;

#[tokio::test]
async fn wrong_guesses_of_a_network_are_slowed_down_and_right_ones_are_not() -> Result<()> {
    let two = Setup::default().limits(|limits| limits.wrong_codes = 2);
    story(two, async |house| {
        let meets = async || {
            let Invitation { number, seat, .. } = house.directions().invites().await?;
            let ana = seat.enters().await?;
            let bia = house.directions().comes_to(number).await?.enters().await?;
            anyhow::Ok((ana, bia))
        };
        for _ in 0..4 {
            let (mut ana, mut bia) = meets().await?;
            let conversation = ana.befriended().await?;
            bia.befriended().await?;
            // What both said before, the room has heard when it carries this.
            ana.says(conversation, b"it is you").await?;
            bia.hears_bytes(b"it is you").await?;
            bia.leaves().await?;
            is_left_at_rendezvous(ana, Parting::Left).await?;
        }
        for _ in 0..2 {
            let (mut ana, mut rude) = meets().await?;
            ana.befriended().await?;
            rude.paired().await?;
            rude.leaves().await?;
            is_left_at_rendezvous(ana, Parting::Left).await?;
        }
        let Invitation { number, seat, .. } = house.directions().invites().await?;
        let ana = seat.enters().await?;
        let refused = house
            .directions()
            .looks_at(VisitorToken::random(), Rendezvous::Come { number })
            .await?;
        ensure!(is_slowed_down(&refused), "{refused:?}");
        ana.leaves().await
    })
    .await
}

#[tokio::test]
async fn a_thousand_guesses_from_one_network_are_slowed_down_and_disturb_nobody() -> Result<()> {
    let many_joins = Setup::plain().limits(|limits| limits.joins = 10_000);
    story(many_joins, async |house| {
        let Invitation { number, seat, .. } = house.directions().invites().await?;
        let mut ana = seat.enters().await?;
        let guesses = async {
            let (mut missed, mut slowed) = (0, 0);
            for guess in 0..GUESSES {
                let nobodys = RendezvousNumber::try_from(10 + u32::try_from(guess)?)?;
                match tries_from(house, Ipv4Addr::new(127, 1, 0, 1), nobodys).await? {
                    LobbyReply::Refused(Refusal::NoSuchInvitation) => missed += 1,
                    refused if is_slowed_down(&refused) => slowed += 1,
                    other => bail!("instead of a refusal: {other:?}"),
                }
            }
            ensure!(
                (missed, slowed) == (10, GUESSES - 10),
                "{missed} were heard, {slowed} slowed down"
            );
            // The right number does not help them either.
            let refused = tries_from(house, Ipv4Addr::new(127, 1, 0, 1), number).await?;
            ensure!(is_slowed_down(&refused), "{refused:?}");
            Ok(())
        };
        tokio::try_join!(guesses, house.two_strangers_meet())?;
        let mut bia = house.directions().comes_to(number).await?.enters().await?;
        ana.befriended().await?;
        bia.befriended().await?;
        ana.leaves().await?;
        is_left_at_rendezvous(bia, Parting::Left).await
    })
    .await
}

fn is_slowed_down(reply: &LobbyReply) -> bool {
    matches!(
        reply,
        LobbyReply::Refused(Refusal::SlowDown {
            retry_after_secs: 500..=600
        })
    )
}

/// Somebody comes from that address, without TLS, and tries that number.
async fn tries_from(house: &House, from: Ipv4Addr, number: RendezvousNumber) -> Result<LobbyReply> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((from, 0).into())?;
    let stream = soon("a connection", socket.connect(house.lobby())).await??;
    let mut link: Link<_, LobbyGuest> = Link::new(Stream::Plain(stream));
    link.send(&LobbyRequest::Hello { versions: VERSIONS }).await?;
    soon("a welcome", link.receive()).await??;
    let at = Rendezvous::Come { number };
    let visitor = VisitorToken::random();
    link.send(&LobbyRequest::Rendezvous { visitor, at }).await?;
    Ok(soon("an answer", link.receive()).await??)
}
