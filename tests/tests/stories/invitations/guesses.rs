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

use super::{SHORT, is_left_at_rendezvous};

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
async fn whoever_could_not_do_their_part_has_not_guessed() -> Result<()> {
    let one = Setup::default()
        .limits(|limits| limits.wrong_codes = 1)
        .timings(|timings| timings.sealed_handshake = SHORT);
    story(one, async |house| {
        let directions = house.directions();
        // Whoever waited goes before the first word is said, or is a link that is dead already.
        let Invitation { number, seat, .. } = directions.invites().await?;
        let mut ana = seat.enters().await?;
        let mut bia = directions.comes_to(number).await?.enters().await?;
        ana.paired().await?;
        bia.paired().await?;
        ana.leaves().await?;
        is_left_at_rendezvous(bia, Parting::Left).await?;

        let Invitation { number, seat, .. } = directions.invites().await?;
        let ghost = seat.enters().await?;
        let mut bia = directions.comes_to(number).await?.enters().await?;
        bia.paired().await?;
        is_left_at_rendezvous(bia, Parting::NeverReady).await?;
        drop(ghost);

        // Whoever waited does so elsewhere from now on.
        let ana = VisitorToken::random();
        let opened = directions.waits_at(ana, Rendezvous::Open).await?;
        let (lost, mut old_link) = opened.seat.enters().await?.apart();
        let number = opened.number;
        directions.comes_to(number).await?.gives_up();
        let again = directions.waits_at(ana, Rendezvous::Either { number }).await?;
        ensure!(
            soon("the old room ends", old_link.receive()).await?.is_err(),
            "it talks"
        );
        drop(lost);

        // She who came has guessed as soon as it was her turn, and nothing came of it.
        let mut ana = again.seat.enters().await?;
        let mut rude = directions.comes_to(number).await?.enters().await?;
        ana.paired().await?;
        rude.paired().await?;
        rude.leaves().await?;
        is_left_at_rendezvous(ana, Parting::Left).await?;
        let Invitation { number, seat, .. } = directions.invites().await?;
        let ana = seat.enters().await?;
        let come = Rendezvous::Come { number };
        let refused = directions.looks_at(VisitorToken::random(), come).await?;
        ensure!(is_slowed_down(&refused), "{refused:?}");
        ana.leaves().await
    })
    .await
}

#[tokio::test]
async fn whoever_leaves_the_other_the_last_word_has_guessed_all_the_same() -> Result<()> {
    let one = Setup::default()
        .limits(|limits| limits.wrong_codes = 1)
        .timings(|timings| timings.sealed_handshake = SHORT);
    story(one, async |house| {
        let directions = house.directions();
        let Invitation { number, seat, .. } = directions.invites().await?;
        let mut ana = seat.enters().await?;
        let mut rude = directions.comes_to(number).await?.enters().await?;
        let conversation = ana.paired().await?.conversation;
        rude.paired().await?;
        ana.says(conversation, b"her words").await?;
        rude.hears_bytes(b"her words").await?;
        rude.says(conversation, b"other words").await?;
        ana.hears_bytes(b"other words").await?;
        // What she says next tells them that they were wrong. They say nonsense where more is due, so that it is her turn.
        ana.says(conversation, b"her first").await?;
        rude.hears_bytes(b"her first").await?;
        for nonsense in ["no second", "nor a sign"] {
            rude.says(conversation, nonsense.as_bytes()).await?;
            ana.hears_bytes(nonsense.as_bytes()).await?;
        }
        is_left_at_rendezvous(rude, Parting::NeverReady).await?;
        drop(ana);
        let Invitation { number, seat, .. } = directions.invites().await?;
        let ana = seat.enters().await?;
        let come = Rendezvous::Come { number };
        let refused = directions.looks_at(VisitorToken::random(), come).await?;
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
                let number = RendezvousNumber::try_from(10 + u32::try_from(guess)?)?;
                // Asked in one way or the other, it is a guess.
                let at = match guess % 2 {
                    0 => Rendezvous::Come { number },
                    _ => Rendezvous::Either { number },
                };
                match tries_from(house, Ipv4Addr::new(127, 1, 0, 1), at).await? {
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
            for at in [Rendezvous::Come { number }, Rendezvous::Either { number }] {
                let refused = tries_from(house, Ipv4Addr::new(127, 1, 0, 1), at).await?;
                ensure!(is_slowed_down(&refused), "{refused:?}");
            }
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

/// Somebody comes from that address, without TLS, and tries that.
async fn tries_from(house: &House, from: Ipv4Addr, at: Rendezvous) -> Result<LobbyReply> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((from, 0).into())?;
    let stream = soon("a connection", socket.connect(house.lobby())).await??;
    let mut link: Link<_, LobbyGuest> = Link::new(Stream::Plain(stream));
    link.send(&LobbyRequest::Hello { versions: VERSIONS }).await?;
    soon("a welcome", link.receive()).await??;
    let visitor = VisitorToken::random();
    link.send(&LobbyRequest::Rendezvous { visitor, at }).await?;
    Ok(soon("an answer", link.receive()).await??)
}
