//! What each network may use: how many people at once, how often, and whether it may come at all. Every no has a reason and
//! seconds, and whoever comes from elsewhere does not notice. In these stories nobody is exempt.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use acaso_server::{BanError, Network};
use acaso_shared::ids::VisitorToken;
use acaso_shared::link::{Link, LobbyGuest, RoomGuest};
use acaso_shared::protocol::lobby::{LobbyReply, LobbyRequest, Wishes};
use acaso_shared::protocol::room::{Parting, RoomEvent, RoomRequest};
use acaso_shared::protocol::{Refusal, VERSIONS};
use acaso_shared::transport::Stream;
use acaso_tests::carrier::Carrier;
use acaso_tests::house::{House, Setup, story};
use acaso_tests::patience::{seen, soon};
use acaso_tests::rude::Rude;
use anyhow::{Context, Result, bail, ensure};
use tokio::net::TcpSocket;

/// Where guests come from who are not told to come from elsewhere.
const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// Longest time in which two strangers meet while a crowd presses: seconds on a busy computer, for ever if it shut them out.
const PRESSED: Duration = Duration::from_secs(20);

fn nobody_exempt() -> Setup {
    Setup::default().limits(|_| ())
}

#[tokio::test]
async fn one_more_than_a_network_may_have_is_told_so_and_gets_in_when_somebody_goes() -> Result<()> {
    let two = Setup::default().limits(|limits| limits.connections = 2);
    story(two, async |house| {
        let directions = house.directions();
        let (one, other) = (directions.seated().await?, directions.seated().await?);
        let refused = refusal(house).await?;
        ensure!(
            matches!(
                refused,
                Refusal::SlowDown {
                    retry_after_secs: 1..=60
                }
            ),
            "{refused:?}"
        );
        one.leaves().await?;
        let next = seen("there is room again", async || {
            Ok(match asks(house.directions().welcomed().await?).await? {
                LobbyReply::Assigned { port, ticket } => Ok((port, ticket)),
                other => Err(format!("{other:?}")),
            })
        });
        let (port, ticket) = next.await?;
        let (link, _) = directions.at_door(port, ticket).await?;
        drop(link);
        other.leaves().await
    })
    .await
}

#[tokio::test]
async fn a_network_that_joins_too_often_is_told_when_it_may_again() -> Result<()> {
    let three = Setup::default().limits(|limits| limits.joins = 3);
    story(three, async |house| {
        for _ in 0..3 {
            house.directions().seated().await?.leaves().await?;
        }
        let refused = refusal(house).await?;
        ensure!(
            matches!(
                refused,
                Refusal::SlowDown {
                    retry_after_secs: 500..=600
                }
            ),
            "{refused:?}"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_one_network_has_used_up_another_still_has() -> Result<()> {
    let one_each = Setup::plain().limits(|limits| (limits.connections, limits.joins) = (1, 1));
    story(one_each, async |house| {
        let mut strangers = Vec::new();
        for last in 1..=8 {
            let mut guest = welcomed(house, Ipv4Addr::new(127, 1, 0, last)).await?;
            says_join(&mut guest).await?;
            strangers.push(guest);
        }
        for guest in &mut strangers {
            let told = soon("a seat", guest.receive()).await??;
            ensure!(matches!(told, LobbyReply::Assigned { .. }), "{told:?}");
        }
        let again = asks(welcomed(house, Ipv4Addr::new(127, 1, 0, 1)).await?).await?;
        ensure!(
            matches!(again, LobbyReply::Refused(Refusal::SlowDown { .. })),
            "{again:?}"
        );
        // Their tickets are not used; the seats come back when these run out.
        house.registers(&[]).await
    })
    .await
}

#[tokio::test]
async fn a_barred_network_is_told_for_how_long_and_comes_again_afterwards() -> Result<()> {
    story(nobody_exempt(), async |house| {
        let server = house.server();
        server.ban(here(), Duration::from_secs(90)).await?;
        let mut link: Link<_, LobbyGuest> = Link::new(house.directions().dial(house.lobby().port()).await?);
        link.send(&LobbyRequest::Hello { versions: VERSIONS }).await?;
        let told = soon("a refusal", link.receive()).await??;
        let LobbyReply::Refused(refusal) = told else {
            bail!("instead of a refusal: {told:?}");
        };
        is_barred_for_a_while(refusal)?;
        ensure!(server.bans().len() == 1);
        ensure!(server.unban(here()).await? && !server.unban(here()).await?);
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn a_ban_takes_out_who_is_here_and_their_partners_are_told_why() -> Result<()> {
    story(nobody_exempt().over(Carrier::Plain), async |house| {
        let (mut one, mut other) = (house.directions().seated().await?, elsewhere(house).await?);
        one.paired().await?;
        soon("a partner", other.receive()).await??;
        house.server().ban(here(), Duration::from_secs(90)).await?;
        let told = one.hears().await?;
        let RoomEvent::Refused(refusal) = told else {
            bail!("instead of a refusal: {told:?}");
        };
        is_barred_for_a_while(refusal)?;
        drop(one);
        let told = soon("why they are alone", other.receive()).await??;
        ensure!(
            matches!(
                told,
                RoomEvent::PartnerLeft {
                    reason: Parting::Removed,
                    ..
                }
            ),
            "{told:?}"
        );
        other.send(&RoomRequest::Leave).await?;
        other.close(Duration::from_secs(5)).await;
        house.registers(&[]).await
    })
    .await
}

#[tokio::test]
async fn a_ticket_from_before_the_ban_opens_no_door_and_its_seat_is_free_at_once() -> Result<()> {
    // So long that the seat does not come back by itself while the story lasts.
    let patient = Setup::default().timings(|timings| timings.ticket = Duration::from_secs(300));
    story(patient, async |house| {
        let directions = house.directions();
        let on_the_way = directions.assigned().await?;
        house.server().ban(here(), Duration::from_secs(90)).await?;
        let (_, told) = directions.at_door(on_the_way.port, on_the_way.ticket).await?;
        let RoomEvent::Refused(refusal) = told else {
            bail!("instead of a refusal: {told:?}");
        };
        is_barred_for_a_while(refusal)?;
        house.registers(&[]).await
    })
    .await
}

#[tokio::test]
async fn who_was_cut_off_comes_back_though_the_network_is_full() -> Result<()> {
    let full = Setup::default().limits(|limits| (limits.connections, limits.joins) = (2, 2));
    story(full, async |house| {
        let directions = house.directions();
        let one = directions.assigned().await?;
        let (mut link, answer) = directions.at_door(one.port, one.ticket).await?;
        let RoomEvent::Seated { resume, .. } = answer else {
            bail!("instead of a seat: {answer:?}");
        };
        let mut other = directions.seated().await?;
        // Both say that all is well between them: from here on nothing but the grace has an end.
        let conversation = other.befriended().await?;
        soon("a partner", link.receive()).await??;
        link.send(&RoomRequest::Ready { conversation }).await?;
        ensure!(matches!(refusal(house).await?, Refusal::SlowDown { .. }));
        drop(link);
        let away = other.hears().await?;
        ensure!(matches!(away, RoomEvent::PartnerAway { .. }), "{away:?}");
        let mut guest = directions.welcomed().await?;
        guest.send(&LobbyRequest::Resume { token: resume }).await?;
        let told = soon("the way back", guest.receive()).await??;
        let LobbyReply::Assigned { port, ticket } = told else {
            bail!("instead of the way back: {told:?}");
        };
        let (mut link, answer) = directions.at_door(port, ticket).await?;
        ensure!(matches!(answer, RoomEvent::Resumed { .. }), "{answer:?}");
        link.send(&RoomRequest::Leave).await?;
        link.close(Duration::from_secs(5)).await;
        other.leaves().await
    })
    .await
}

/// Sits down somewhere as somebody from another network.
async fn elsewhere(house: &House) -> Result<Link<Stream, RoomGuest>> {
    let told = asks(welcomed(house, Ipv4Addr::new(127, 1, 0, 1)).await?).await?;
    let LobbyReply::Assigned { port, ticket } = told else {
        bail!("instead of a seat: {told:?}");
    };
    let door = house.door(port.get());
    let mut link = Link::new(dial_from(Ipv4Addr::new(127, 1, 0, 1), door).await?);
    let versions = VERSIONS;
    link.send(&RoomRequest::Enter { ticket, versions }).await?;
    match soon("a seat", link.receive()).await?? {
        RoomEvent::Seated { .. } => Ok(link),
        other => bail!("instead of a seat: {other:?}"),
    }
}

#[tokio::test]
async fn a_ban_has_an_end_and_there_are_only_so_many() -> Result<()> {
    story(Setup::plain(), async |house| {
        let server = house.server();
        let long = server.ban(here(), Duration::MAX).await;
        ensure!(long == Err(BanError::TooLong), "{long:?}");
        for number in 0..1024_u32 {
            let network = Network::from(IpAddr::from(Ipv4Addr::from(0xc000_0000 | number)));
            server.ban(network, Duration::from_secs(60)).await?;
        }
        let one_more = server.ban(here(), Duration::from_secs(60)).await;
        ensure!(one_more == Err(BanError::TooMany), "{one_more:?}");
        let again = Network::from(IpAddr::from(Ipv4Addr::from(0xc000_0000)));
        server.ban(again, Duration::from_secs(90)).await?;
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn a_crowd_of_barred_ones_is_shown_out_and_disturbs_nobody() -> Result<()> {
    story(nobody_exempt(), async |house| {
        let barred = "127.1.0.0/16".parse()?;
        house.server().ban(barred, Duration::from_secs(600)).await?;
        let mut crowd = crowd_from(house, 300, |number| Ipv4Addr::from(0x7f01_0000 + number)).await?;
        house.two_strangers_meet().await?;
        for guest in &mut crowd {
            // Told or cut off: either way the line is closed.
            guest.is_shown_out().await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_silent_crowd_from_one_network_takes_nothing_from_the_others() -> Result<()> {
    story(nobody_exempt(), async |house| {
        let started = Instant::now();
        let crowd = crowd_from(house, 1000, |_| Ipv4Addr::new(127, 1, 0, 1)).await?;
        house.two_strangers_meet().await?;
        ensure!(started.elapsed() < PRESSED, "it took {:?}", started.elapsed());
        drop(crowd);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_silent_crowd_from_more_networks_than_the_lobby_holds_does_not_fill_it() -> Result<()> {
    story(nobody_exempt().over(Carrier::Plain), async |house| {
        let mut crowd = crowd_from(house, 1100, |number| Ipv4Addr::from(0x7f01_0000 + number)).await?;
        house.two_strangers_meet().await?;
        // The longest silent made room, those who came last are still there.
        crowd[0].is_shown_out().await?;
        let last = crowd.last_mut().context("nobody came")?;
        let still_there = tokio::time::timeout(Duration::ZERO, last.is_shown_out()).await;
        ensure!(still_there.is_err(), "the last who came made room");
        Ok(())
    })
    .await
}

/// It is a ban of a minute and a half that says so.
fn is_barred_for_a_while(refusal: Refusal) -> Result<()> {
    match refusal {
        Refusal::Banned {
            remaining_secs: 60..=90,
        } => Ok(()),
        other => bail!("instead of a ban: {other:?}"),
    }
}

/// What the lobby says to somebody who asks for a seat and may not.
async fn refusal(house: &House) -> Result<Refusal> {
    match asks(house.directions().welcomed().await?).await? {
        LobbyReply::Refused(refusal) => Ok(refusal),
        other => bail!("instead of a refusal: {other:?}"),
    }
}

async fn says_join(guest: &mut Link<Stream, LobbyGuest>) -> Result<()> {
    let join = LobbyRequest::Join {
        visitor: VisitorToken::random(),
        wishes: Wishes::default(),
    };
    Ok(guest.send(&join).await?)
}

async fn asks(mut guest: Link<Stream, LobbyGuest>) -> Result<LobbyReply> {
    says_join(&mut guest).await?;
    Ok(soon("an answer", guest.receive()).await??)
}

/// Comes from that address and is welcome; without TLS.
async fn welcomed(house: &House, from: Ipv4Addr) -> Result<Link<Stream, LobbyGuest>> {
    let mut guest = Link::new(dial_from(from, house.lobby()).await?);
    guest.send(&LobbyRequest::Hello { versions: VERSIONS }).await?;
    match soon("a welcome", guest.receive()).await?? {
        LobbyReply::Welcome { .. } => Ok(guest),
        other => bail!("instead of a welcome: {other:?}"),
    }
}

async fn dial_from(from: Ipv4Addr, to: SocketAddr) -> Result<Stream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((from, 0).into())?;
    Ok(Stream::Plain(soon("a connection", socket.connect(to)).await??))
}

/// So many come without a word, each from the address that its number gives it.
async fn crowd_from(house: &House, size: u32, from: impl Fn(u32) -> Ipv4Addr) -> Result<Vec<Rude>> {
    let mut crowd = Vec::new();
    for number in 1..=size {
        crowd.push(Rude::from(dial_from(from(number), house.lobby()).await?));
    }
    Ok(crowd)
}

fn here() -> Network {
    IpAddr::from(HERE).into()
}
