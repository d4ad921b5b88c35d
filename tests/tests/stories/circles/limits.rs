//! How many may come, and how much they may say: whoever may not is told why, and nobody else notices.

use std::net::SocketAddr;
use std::time::Duration;

use acaso_server::{Limits, Timings};
use acaso_shared::limits::CIRCLE_MEMBERS_MAX;
use acaso_shared::link::{Link, LobbyGuest};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::VERSIONS;
use acaso_shared::protocol::circle::{CircleEvent, CircleRequest, Introduction};
use acaso_shared::protocol::lobby::{Access, LobbyReply, LobbyRequest, Offers};
use acaso_tests::circle::{coded, introduction, named};
use acaso_tests::house::{Setup, story, story_once};
use acaso_tests::patience::{seen, soon};
use anyhow::{Result, bail, ensure};

use super::introductions::two;

#[tokio::test]
async fn sixteen_are_told_of_each_other_and_the_seventeenth_that_it_is_full() -> Result<()> {
    story(Setup::default(), async |house| {
        let directions = house.directions();
        let mut members = Vec::new();
        for key in 1..=u8::try_from(CIRCLE_MEMBERS_MAX)? {
            members.push(directions.in_circle(named("Família"), key).await?);
        }
        let all: Vec<_> = members.iter().map(|member| member.member).collect();
        for member in &mut members {
            let mut others: Vec<_> = all
                .iter()
                .copied()
                .filter(|other| *other != member.member)
                .collect();
            while !others.is_empty() {
                let met = member.meets().await?.member;
                ensure!(others.contains(&met), "{met:?} once more");
                others.retain(|other| *other != met);
            }
        }
        let refused = directions.not_in_circle(named("Família"), 99).await?;
        ensure!(refused == Refusal::CircleFull, "{refused:?}");
        ensure!(house.server().circles().await.people == CIRCLE_MEMBERS_MAX);
        members.remove(0).leaves().await?;
        members[0].loses(all[0]).await?;
        let last = directions.in_circle(named("Família"), 99).await?;
        ensure!(members[0].meets().await?.member == last.member);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn nobody_has_all_circles_and_there_are_only_so_many() -> Result<()> {
    let few = Setup::default().circles(|circles| (circles.max, circles.per_network) = (3, 2));
    story_once(few.clone(), async |house| {
        let directions = house.directions();
        let mut first = Vec::new();
        for (key, name) in (1..).zip(["one", "two", "three"]) {
            first.push(directions.in_circle(named(name), key).await?);
        }
        let refused = directions.not_in_circle(named("four"), 4).await?;
        ensure!(matches!(refused, Refusal::Full { people: 3, .. }), "{refused:?}");
        // There is place in those that there are.
        let _guest = directions.in_circle(named("one"), 5).await?;
        first.pop();
        seen("there is place for another", async || {
            Ok(directions.in_circle(named("four"), 4).await)
        })
        .await
        .map(drop)
    })
    .await?;
    story_once(few.limits(|_| {}), async |house| {
        let directions = house.directions();
        let _one = directions.in_circle(named("one"), 1).await?;
        let two = directions.in_circle(named("two"), 2).await?;
        let refused = directions.not_in_circle(named("three"), 3).await?;
        ensure!(
            matches!(
                refused,
                Refusal::SlowDown {
                    retry_after_secs: 1..
                }
            ),
            "{refused:?}"
        );
        let _guest = directions.in_circle(named("one"), 3).await?;
        two.leaves().await?;
        seen("they may begin another", async || {
            Ok(directions.in_circle(named("three"), 4).await)
        })
        .await
        .map(drop)
    })
    .await
}

#[tokio::test]
async fn nobody_has_all_places_of_a_circle_and_two_behind_one_router_meet_in_any() -> Result<()> {
    for (people_max, of_one_network) in [(2, 2), (3, 2), (16, 8)] {
        let setup = Setup::default().circles(|circles| circles.people_max = people_max);
        story_once(setup.limits(|_| {}), async |house| {
            let directions = house.directions();
            let mut members = Vec::new();
            for key in 1..=of_one_network {
                members.push(directions.in_circle(named("Família"), key).await?);
            }
            let refused = directions.not_in_circle(named("Família"), 99).await?;
            let expected = if people_max == usize::from(of_one_network) {
                Refusal::CircleFull
            } else {
                Refusal::SlowDown { retry_after_secs: 30 }
            };
            ensure!(refused == expected, "{refused:?} of {people_max}");
            // Whoever lost the link is no further one.
            let _again = directions.in_circle(named("Família"), of_one_network).await?;
            Ok(())
        })
        .await?;
    }
    Ok(())
}

#[tokio::test]
async fn who_tries_one_number_after_another_has_to_wait_also_where_nobody_is() -> Result<()> {
    let two = |limits: &mut Limits| limits.wrong_codes = 2;
    story_once(Setup::default().limits(two), async |house| {
        let directions = house.directions();
        let _ana = directions.in_circle(coded(100_007), 1).await?;
        // She lost the link, and knows the number.
        let mut ana = directions.in_circle(coded(100_007), 1).await?;
        let _first = directions.in_circle(coded(100_008), 2).await?;
        for number in [100_010, 100_009] {
            let refused = directions.not_in_circle(coded(number), 3).await?;
            ensure!(
                matches!(
                    refused,
                    Refusal::SlowDown {
                        retry_after_secs: 500..
                    }
                ),
                "{refused:?}"
            );
        }
        let _named = directions.in_circle(named("Família"), 3).await?;
        // She was told of nobody.
        ana.says(&CircleRequest::Ping).await?;
        ensure!(ana.hears().await? == CircleEvent::Pong);
        // Nobody guesses where somebody of their own network is.
        let _bia = directions.in_circle(coded(100_007), 4).await?;
        Ok(())
    })
    .await?;
    let at_once = |timings: &mut Timings| timings.number_known = Duration::from_millis(1);
    let setup = Setup::default().timings(at_once).limits(two);
    story_once(setup, async |house| {
        let mut members = Vec::new();
        for key in 1..=6 {
            let comes = seen("who stays has guessed nothing", async || {
                let number = 100_000 + u32::from(key);
                Ok(house.directions().in_circle(coded(number), key).await)
            });
            members.push(comes.await?);
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn where_no_circles_are_offered_none_can_be_had_and_none_without_the_password() -> Result<()> {
    for (setup, offered) in [
        (Setup::default().circles(|circles| circles.max = 0), false),
        (Setup::default().access(Access::Password), true),
    ] {
        story_once(setup, async |house| {
            let mut link: Link<_, LobbyGuest> =
                Link::new(house.directions().dial(house.lobby().port()).await?);
            link.send(&LobbyRequest::Hello { versions: VERSIONS }).await?;
            let LobbyReply::Welcome { offers, .. } = soon("a welcome", link.receive()).await?? else {
                bail!("no welcome");
            };
            ensure!(offers.include(Offers::CIRCLES) == offered);
            let gather = LobbyRequest::Gather {
                circle: named("Família"),
                introduction: introduction(1),
            };
            link.send(&gather).await?;
            let reply = soon("an answer", link.receive()).await??;
            ensure!(reply == LobbyReply::Refused(Refusal::Unexpected), "{reply:?}");
            Ok(())
        })
        .await?;
    }
    Ok(())
}

#[tokio::test]
async fn who_is_barred_is_taken_out_and_told_for_how_long() -> Result<()> {
    story(Setup::default().limits(|_| {}), async |house| {
        let (mut ana, mut bia) = two(house).await?;
        let network = "127.0.0.0/8".parse()?;
        house.server().ban(network, Duration::from_secs(60)).await?;
        for barred in [&mut ana, &mut bia] {
            let refused = barred.is_refused().await?;
            ensure!(
                matches!(
                    refused,
                    Refusal::Banned {
                        remaining_secs: 1..=60
                    }
                ),
                "{refused:?}"
            );
        }
        ensure!(house.server().unban(network).await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn who_changes_addresses_without_an_end_has_to_go_and_nobody_else() -> Result<()> {
    /// More than anybody's computer has, whatever it does.
    const CHANGES: usize = 64;
    story(Setup::default(), async |house| {
        let (mut rude, mut bia) = two(house).await?;
        for change in 0..CHANGES {
            let elsewhere = Introduction {
                local: vec![SocketAddr::from(([10, 0, 0, u8::try_from(change)?], 4000))],
                ..introduction(1)
            };
            // Nobody listens any more once it was too much.
            if rude.says(&CircleRequest::Introduce(elsewhere)).await.is_err() {
                break;
            }
        }
        let mut changes = 0;
        let gone = loop {
            match bia.hears().await? {
                CircleEvent::Met { member, .. } if member == rude.member => changes += 1,
                other => break other,
            }
        };
        ensure!(gone == CircleEvent::Went { member: rude.member }, "{gone:?}");
        ensure!((1..CHANGES / 2).contains(&changes), "{changes} changes were told");
        let refused = rude.is_refused().await?;
        ensure!(
            matches!(
                refused,
                Refusal::SlowDown {
                    retry_after_secs: 1..
                }
            ),
            "{refused:?}"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_flood_of_questions_does_not_keep_others_from_being_heard() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut rude, mut bia) = two(house).await?;
        for _ in 0..10_000 {
            rude.link.queue(&CircleRequest::Ping).ok();
        }
        let flooding = tokio::spawn(async move { while rude.link.exchange().await.is_ok() {} });
        for key in 3..6 {
            let next = house.directions().in_circle(named("Família"), key).await?;
            ensure!(bia.meets().await?.member == next.member);
            let gone = next.member;
            next.leaves().await?;
            ensure!(bia.hears().await? == CircleEvent::Went { member: gone });
        }
        flooding.abort();
        Ok(())
    })
    .await
}
