//! Datagrams that the server carries where two find no way to each other: none unless its operator lets it, and never at anybody's
//! expense.

use acaso_shared::limits::DATAGRAM_BYTES_MAX;
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::VERSIONS;
use acaso_shared::protocol::circle::{CircleEvent, CircleMember, CircleRequest};
use acaso_shared::protocol::lobby::LobbyRequest;
use acaso_shared::transport::Stream;
use acaso_tests::carrier::Carrier;
use acaso_tests::circle::{Roamer, introduction, named};
use acaso_tests::house::{House, Setup, story, story_once};
use acaso_tests::patience::soon;
use anyhow::{Result, bail, ensure};
use tokio::net::TcpSocket;

use super::introductions::two;

fn with_relay() -> Setup {
    Setup::default().circles(|circles| circles.relay = true)
}

#[tokio::test]
async fn nothing_is_carried_unless_the_operator_lets_it() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, mut bia) = two(house).await?;
        ensure!(!ana.relays && !bia.relays);
        ana.relays(bia.member, b"psst").await?;
        ensure!(ana.is_refused().await? == Refusal::Unexpected);
        bia.loses(ana.member).await
    })
    .await
}

#[tokio::test]
async fn a_datagram_reaches_whom_it_is_for_as_it_was_and_nobody_else() -> Result<()> {
    story(with_relay(), async |house| {
        let (mut ana, mut bia) = two(house).await?;
        ensure!(ana.relays && bia.relays);
        let mut cai = house.directions().in_circle(named("Família"), 3).await?;
        for member in [&mut ana, &mut bia] {
            member.meets().await?;
        }
        let (long, empty) = (vec![7; DATAGRAM_BYTES_MAX], vec![]);
        for datagram in [&long, &empty] {
            ana.relays(bia.member, datagram).await?;
            let relayed = CircleEvent::Relayed {
                from: ana.member,
                datagram: datagram.clone(),
            };
            ensure!(bia.hears().await? == relayed);
        }
        // To oneself, to nobody, and to somebody in another circle nothing is carried.
        let mut elsewhere = house.directions().in_circle(named("Trabalho"), 4).await?;
        // Each circle has numbers of its own; who comes again has another one.
        while [ana.member, bia.member, cai.member].contains(&elsewhere.member) {
            elsewhere = house.directions().in_circle(named("Trabalho"), 4).await?;
        }
        let there = elsewhere.member;
        for to in [ana.member, CircleMember(u32::MAX), there] {
            ana.relays(to, b"psst").await?;
        }
        ana.says(&CircleRequest::Ping).await?;
        ensure!(ana.hears().await? == CircleEvent::Pong, "something came back");
        elsewhere.says(&CircleRequest::Ping).await?;
        ensure!(
            elsewhere.hears().await? == CircleEvent::Pong,
            "something came from another circle"
        );
        for _ in 0..2 {
            cai.meets().await?;
        }
        cai.says(&CircleRequest::Ping).await?;
        ensure!(
            cai.hears().await? == CircleEvent::Pong,
            "something came to a third one"
        );

        let too_long = vec![7; DATAGRAM_BYTES_MAX + 1];
        ana.relays(bia.member, &too_long).await?;
        ensure!(ana.is_refused().await? == Refusal::Unexpected);
        bia.loses(ana.member).await
    })
    .await
}

#[tokio::test]
async fn what_is_said_to_nobody_takes_nothing_from_the_share_of_all() -> Result<()> {
    let narrow = with_relay().circles(|circles| (circles.relay_kib_each, circles.relay_kib_all) = (4, 4));
    story_once(narrow, async |house| {
        let (mut rude, mut bia) = two(house).await?;
        // Eight seconds' worth may be said at once: more than all of it.
        for _ in 0..40 {
            rude.relays(CircleMember(u32::MAX), &[7; 1200]).await?;
        }
        rude.says(&CircleRequest::Ping).await?;
        ensure!(rude.hears().await? == CircleEvent::Pong, "all was heard");
        bia.relays(rude.member, b"still here").await?;
        let relayed = CircleEvent::Relayed {
            from: bia.member,
            datagram: b"still here".to_vec(),
        };
        ensure!(rude.hears().await? == relayed);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_is_too_much_is_lost_and_keeps_nobody_from_hearing_who_comes() -> Result<()> {
    /// Several times as much as is carried for one member at once.
    const DATAGRAMS: usize = 1000;
    story(with_relay(), async |house| {
        let (mut rude, mut bia) = two(house).await?;
        let (to, from) = (bia.member, rude.member);
        let flooding = tokio::spawn(async move {
            for _ in 0..DATAGRAMS {
                rude.relays(to, &[7; 1200]).await?;
            }
            anyhow::Ok(rude)
        });
        // Bia reads nothing meanwhile.
        let _rude = soon("all is said", flooding).await???;
        let cai = house.directions().in_circle(named("Família"), 3).await?;
        let mut carried = 0;
        loop {
            match bia.hears().await? {
                CircleEvent::Relayed { from: whose, .. } if whose == from => carried += 1,
                CircleEvent::Met { member, .. } if member == cai.member => break,
                other => bail!("instead of a datagram: {other:?}"),
            }
        }
        ensure!((1..DATAGRAMS / 2).contains(&carried), "{carried} of {DATAGRAMS}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn who_does_not_read_is_parted_from_and_whoever_writes_to_them_is_not() -> Result<()> {
    let generous = with_relay().over(Carrier::Plain).circles(|circles| {
        (circles.relay_kib_each, circles.relay_kib_all) = (16 * 1024, 16 * 1024);
    });
    story_once(generous, async |house| {
        let mut ana = house.directions().in_circle(named("Família"), 1).await?;
        let mut slow = with_small_pockets(house).await?;
        ensure!(ana.meets().await?.member == slow.member);
        let to = slow.member;
        // Until the line is stuck, and for as long as one may be.
        let gone = soon("they are parted from", async {
            loop {
                tokio::select! {
                    biased;
                    event = ana.hears() => return event,
                    said = std::future::ready(()) => said,
                }
                ana.relays(to, &[7; 1200]).await?;
                tokio::task::yield_now().await;
            }
        });
        ensure!(gone.await?? == CircleEvent::Went { member: to });
        ensure!(
            slow.link.receive().await.is_ok(),
            "what was written before can still be read"
        );
        Ok(())
    })
    .await
}

/// Comes in by a connection of small segments whose end here keeps little of what is not read: the other end, which makes room for
/// so many segments, then keeps little as well.
async fn with_small_pockets(house: &House) -> Result<Roamer> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(16 * 1024)?;
    #[cfg(unix)]
    socket2::SockRef::from(&socket).set_tcp_mss(1024)?;
    let stream = soon("a connection", socket.connect(house.lobby())).await??;
    let mut link = house
        .directions()
        .welcomed_by(Stream::Plain(stream), VERSIONS)
        .await?;
    let gather = LobbyRequest::Gather {
        circle: named("Família"),
        introduction: introduction(2),
    };
    link.send(&gather).await?;
    let reply = soon("an answer", link.receive()).await??;
    Roamer::gathered(link, reply, 2).await
}
