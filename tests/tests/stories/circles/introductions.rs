//! Who is told of whom, and what: by people who speak the server's protocol by hand.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use acaso_shared::limits::{ADDRESSES_MAX, BACKOFF_SECS};
use acaso_shared::link::{CircleGuest, Link};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::circle::{CircleEvent, CircleRequest, Introduction};
use acaso_shared::protocol::lobby::LobbyReply;
use acaso_tests::carrier::Carrier;
use acaso_tests::circle::{Roamer, coded, introduction, named};
use acaso_tests::faults::Fault;
use acaso_tests::guest::Directions;
use acaso_tests::house::{House, Setup, story, story_once};
use acaso_tests::patience::{seen, soon};
use anyhow::{Context, Result, ensure};

/// Two in a circle who were told of each other.
pub(super) async fn two(house: &House) -> Result<(Roamer, Roamer)> {
    let directions = house.directions();
    let mut ana = directions.in_circle(named("Família"), 1).await?;
    let mut bia = directions.in_circle(named("Família"), 2).await?;
    ensure!(bia.meets().await?.member == ana.member);
    ensure!(ana.meets().await?.member == bia.member);
    Ok((ana, bia))
}

fn addresses(addresses: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Vec<SocketAddr>> {
    let parsed = addresses.into_iter().map(|address| address.as_ref().parse());
    Ok(parsed.collect::<Result<_, _>>()?)
}

#[tokio::test]
async fn all_are_told_of_each_other_and_of_who_goes() -> Result<()> {
    story(Setup::default(), async |house| {
        let directions = house.directions();
        let mut ana = directions.in_circle(named("Família"), 1).await?;
        let own = Introduction {
            local: addresses(["192.168.1.7:4000"])?,
            ..introduction(2)
        };
        let mut bia = directions.in_circle_as(named("Família"), 2, own.clone()).await?;
        ensure!(ana.member < bia.member, "who came first has the lower number");
        let (met_bia, met_ana) = (ana.meets().await?, bia.meets().await?);
        ensure!((met_bia.member, met_bia.introduction) == (bia.member, own));
        ensure!((met_ana.member, met_ana.introduction) == (ana.member, introduction(1)));
        // Over TCP nobody can be reached where the server sees them.
        let over_quic = house.carrier() == Carrier::Quic;
        ensure!(ana.seen_at.is_some() == over_quic && bia.seen_at.is_some() == over_quic);
        ensure!((met_ana.seen_at, met_bia.seen_at) == (ana.seen_at, bia.seen_at));
        ensure!(ana.seen_at.is_none_or(|seen| seen.ip().is_loopback()));

        let cai = directions.in_circle(named("Família"), 3).await?;
        ensure!(ana.meets().await?.member == cai.member && bia.meets().await?.member == cai.member);
        let gone = bia.member;
        bia.leaves().await?;
        ana.loses(gone).await?;
        let cut_off = cai.member;
        drop(cai);
        ana.loses(cut_off).await
    })
    .await
}

#[tokio::test]
async fn circles_of_other_names_and_other_codes_are_other_circles() -> Result<()> {
    story_once(Setup::default(), async |house| {
        let circles = [named("7"), named("Família"), coded(7), coded(100_007)];
        let mut apart = Vec::new();
        for (key, circle) in (1..).zip(circles.clone()) {
            apart.push(house.directions().in_circle(circle, key).await?);
        }
        for ((key, circle), one) in (11..).zip(circles).zip(&mut apart) {
            let mut other = house.directions().in_circle(circle, key).await?;
            // Whom either is told of first is the other: nobody else was there, or came meanwhile.
            ensure!(other.meets().await?.member == one.member);
            ensure!(one.meets().await?.introduction.key == introduction(key).key);
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn nobody_is_sent_to_a_strangers_address() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, mut bia) = two(house).await?;
        let others = [
            "192.0.2.7:4000",
            "224.0.0.251:5353",
            "255.255.255.255:4000",
            "0.0.0.0:4000",
            "[2001:db8::7]:4000",
            "[::]:4000",
            "10.0.0.1:53",
        ];
        let own = ["10.0.0.7:4000", "[fd00::7]:4000", "127.0.0.1:4000"];
        let claimed = CircleRequest::Introduce(Introduction {
            // Not theirs: the key is said once.
            key: introduction(9).key,
            local: addresses(others.iter().chain(&own))?,
        });
        ana.says(&claimed).await?;
        let met = bia.meets().await?;
        ensure!(met.member == ana.member && met.introduction.key == introduction(1).key);
        ensure!(met.introduction.local == addresses(own)?, "{met:?}");

        let many: Vec<_> = (1..=200).map(|last| format!("10.0.0.{last}:4000")).collect();
        let claimed = Introduction {
            local: addresses(&many)?,
            ..introduction(3)
        };
        let _cai = house
            .directions()
            .in_circle_as(named("Família"), 3, claimed)
            .await?;
        let met = ana.meets().await?;
        ensure!(
            met.introduction.local == addresses(&many[..ADDRESSES_MAX])?,
            "{met:?}"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn who_moves_is_told_of_where_they_are_once_they_have_proved_it() -> Result<()> {
    story_once(Setup::default().over(Carrier::Quic), async |house| {
        let mut bia = house.directions().in_circle(named("Família"), 2).await?;
        let network = house.network_without_rooms().await?;
        let mobile = Directions {
            lobby: network.lobby(),
            ..house.directions()
        };
        let mut ana = mobile.in_circle(named("Família"), 1).await?;
        let met = bia.meets().await?;
        ensure!(met.seen_at == ana.seen_at && met.seen_at.is_some());
        ensure!(ana.meets().await?.member == bia.member);
        network.strike(Fault::Rebind);
        let told = async {
            let mut unproved = introduction(1);
            unproved.local = addresses(["10.0.0.7:4000"])?;
            ana.says(&CircleRequest::Introduce(unproved)).await?;
            let at_once = bia.meets().await?;
            ensure!(!at_once.introduction.local.is_empty());
            ensure!(at_once.seen_at == met.seen_at, "told before it was proved");
            // Until here it may not have been noticed that she moved.
            ana.says(&CircleRequest::Ping).await?;
            tokio::select! {
                heard = ana.hears_on() => heard.map(|()| None),
                moved = bia.meets() => moved.map(Some),
            }
        };
        let moved = told.await?.context("her link ended")?;
        ensure!(moved.member == ana.member && moved.introduction.key == introduction(1).key);
        ensure!(
            moved.seen_at.is_some() && moved.seen_at != met.seen_at,
            "{moved:?}"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_list_without_an_end_ends_the_visit_and_no_other() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, mut bia) = two(house).await?;
        let claimed = || Introduction {
            local: vec![SocketAddr::from(([10, 0, 0, 7], 4000)); 300],
            ..introduction(3)
        };
        let (_, reply) = house
            .directions()
            .asks_for_circle(named("Família"), claimed())
            .await?;
        let refused = LobbyReply::Refused(Refusal::Unexpected);
        ensure!(reply == refused, "{reply:?}");
        ana.says(&CircleRequest::Introduce(claimed())).await?;
        ensure!(ana.is_refused().await? == Refusal::Unexpected);
        bia.loses(ana.member).await
    })
    .await
}

#[tokio::test]
async fn who_comes_back_with_the_same_key_takes_the_place_of_before_also_in_a_full_circle() -> Result<()> {
    story(
        Setup::default().circles(|circles| circles.people_max = 2),
        async |house| {
            let (mut ana, bia) = two(house).await?;
            // The link of before is not known to be lost yet.
            let mut again = house.directions().in_circle(named("Família"), 2).await?;
            ana.loses(bia.member).await?;
            ensure!(ana.meets().await?.member == again.member && again.member > bia.member);
            ensure!(again.meets().await?.member == ana.member);
            Ok(())
        },
    )
    .await
}

#[tokio::test]
async fn nobody_is_introduced_with_a_key_that_they_have_not_proved() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, mut bia) = two(house).await?;
        // They have seen Bia's key, and want to be called in her place.
        let mut claimant = house
            .directions()
            .in_circle_as(named("Família"), 3, introduction(2))
            .await?;
        ensure!(claimant.is_refused().await? == Refusal::Unexpected);
        let directions = house.directions();
        let claimed = directions.asks_for_circle(named("Família"), introduction(2));
        let (link, reply) = claimed.await?;
        ensure!(matches!(reply, LobbyReply::Gathered { .. }), "{reply:?}");
        let mut link: Link<_, CircleGuest> = link.turn();
        link.send(&CircleRequest::Ping).await?;
        let refused = soon("an answer", link.receive()).await??;
        ensure!(
            refused == CircleEvent::Refused(Refusal::Unexpected),
            "{refused:?}"
        );
        // Neither was ever told of, and Bia is where she was.
        let cai = house.directions().in_circle(named("Família"), 4).await?;
        ensure!(ana.meets().await?.member == cai.member && bia.meets().await?.member == cai.member);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn who_is_silent_is_asked_for_a_sign_of_life_and_then_gone() -> Result<()> {
    let quick = Setup::default().timings(|timings| {
        (timings.ping_after, timings.dead_after) = (Duration::from_millis(100), Duration::from_secs(1));
    });
    story(quick, async |house| {
        let (mut ana, mut bia) = two(house).await?;
        ana.says(&CircleRequest::Ping).await?;
        let pong = soon("a sign of life", async {
            while !matches!(ana.hears().await?, CircleEvent::Pong) {}
            anyhow::Ok(())
        });
        pong.await??;
        // Nothing that she hears is answered from here on.
        let silent = soon("she is gone", async {
            let mut asked = false;
            while let Ok(event) = bia.link.receive().await {
                asked |= event == CircleEvent::Ping;
            }
            asked
        });
        let (gone, silent) = tokio::join!(ana.loses(bia.member), silent);
        ensure!(silent?, "nobody asked");
        gone
    })
    .await
}

#[tokio::test]
async fn a_server_that_is_stopped_says_so_and_gives_no_number_again() -> Result<()> {
    let setup = Setup::default().over(Carrier::Tls);
    let house = House::open(setup.clone()).await?;
    let (mut ana, mut bia) = two(&house).await?;
    house.stops().await?;
    for member in [&mut ana, &mut bia] {
        ensure!(member.is_refused().await? == Refusal::Closing);
    }
    let stopped = Instant::now();
    seen("a client would come back", async || {
        let is_soon = stopped.elapsed() < Duration::from_secs(BACKOFF_SECS[0]);
        Ok(if is_soon { Err("it still waits") } else { Ok(()) })
    })
    .await?;
    let house = House::open(setup).await?;
    let again = house.directions().in_circle(named("Família"), 1).await?;
    ensure!(
        again.member > bia.member,
        "{:?} after {:?}",
        again.member,
        bia.member
    );
    drop(again);
    house.closes().await
}
