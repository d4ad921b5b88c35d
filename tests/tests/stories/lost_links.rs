//! Links that are lost in the middle of a conversation: who was in it comes back to it, nothing is lost or said twice, and everybody
//! is told what goes on.

use std::time::{Duration, Instant};

use acaso_shared::protocol::room::Parting;
use acaso_shared::session::{Command, Event, Goodbye};
use acaso_tests::carrier::Carrier;
use acaso_tests::faults::{Fault, Network, Way};
use acaso_tests::house::{House, Setup, story};
use acaso_tests::stranger::Stranger;
use anyhow::{Result, bail, ensure};

/// Few enough for a network to listen at every door.
const ROOMS: std::ops::RangeInclusive<u16> = 2000..=2003;

/// Silence after which a link is dead: short, for the stories that wait for it.
const DEAD_AFTER: Duration = Duration::from_millis(900);

/// Between attempts to come back.
const PAUSE: Duration = Duration::from_millis(20);

/// Long enough for something to be done before the next attempt; the longest that an engine takes.
const LONG_PAUSE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn whatever_cuts_a_link_nothing_is_lost() -> Result<()> {
    of_two(PAUSE, async |house, network, ana, bia| {
        for (turn, fault) in cuts(house.carrier()).into_iter().enumerate() {
            let (before, after) = (format!("before {turn}"), format!("after {turn}"));
            ana.says(&before).await?;
            bia.says(&before).await?;
            network.strike(fault);
            ana.says(&after).await?;
            bia.says(&after).await?;
            hears_through(ana, [&before, &after]).await?;
            hears_through(bia, [&before, &after]).await?;
            ana.is_sure().await?;
            bia.is_sure().await?;
        }
        // Whatever was told of the links meanwhile: the conversation still stands.
        bia.command(Command::Leave(Goodbye::WhenSent)).await?;
        until(bia, |event| matches!(event, Event::Closed { .. })).await?;
        until(ana, |event| {
            matches!(
                event,
                Event::PartnerLeft {
                    reason: Parting::Left,
                    ..
                }
            )
        })
        .await
    })
    .await
}

/// What can cut a link off, of that kind.
fn cuts(carrier: Carrier) -> Vec<Fault> {
    match carrier {
        Carrier::Plain | Carrier::Tls => vec![
            Fault::Reset,
            Fault::ClientReset,
            Fault::ServerReset,
            Fault::HalfOpen(Way::Up),
            Fault::HalfOpen(Way::Down),
            Fault::Swallowed,
            Fault::Torn(Way::Up),
            Fault::Torn(Way::Down),
        ],
        Carrier::Quic => vec![Fault::Outage(DEAD_AFTER * 2), Fault::Outage(DEAD_AFTER * 2)],
    }
}

#[tokio::test]
async fn both_are_told_when_one_is_cut_off_and_when_it_is_back() -> Result<()> {
    of_two(PAUSE, async |_, network, ana, bia| {
        network.shuts();
        ana.is_cut_off().await?;
        bia.misses_the_partner().await?;
        ana.says("I will be back").await?;
        bia.says("I will wait").await?;
        network.opens();
        ana.is_back().await?;
        bia.has_the_partner_back().await?;
        ana.hears("I will wait").await?;
        bia.hears("I will be back").await?;
        ana.is_sure().await?;
        bia.is_sure().await
    })
    .await
}

#[tokio::test]
async fn whoever_cannot_wait_tries_at_once() -> Result<()> {
    of_two(LONG_PAUSE, async |house, network, ana, bia| {
        cut_off(house, network);
        let pause = Duration::from_millis(ana.is_cut_off().await?);
        bia.misses_the_partner().await?;
        network.opens();
        let begin = Instant::now();
        ana.command(Command::TryNow).await?;
        ana.is_back().await?;
        ensure!(
            begin.elapsed() < pause,
            "it took {:?} of {pause:?}",
            begin.elapsed()
        );
        bia.has_the_partner_back().await
    })
    .await
}

#[tokio::test]
async fn whoever_leaves_while_cut_off_is_not_waited_for() -> Result<()> {
    of_two(LONG_PAUSE, async |house, network, ana, bia| {
        cut_off(house, network);
        ana.is_cut_off().await?;
        bia.misses_the_partner().await?;
        network.opens();
        let unheard = ana.says("never mind").await?;
        ana.command(Command::Leave(Goodbye::Now)).await?;
        ana.is_unsure_of(unheard).await?;
        ana.is_gone().await?;
        bia.is_left(Parting::Left).await
    })
    .await
}

#[tokio::test]
async fn a_partner_who_leaves_meanwhile_is_not_a_partner_who_was_lost() -> Result<()> {
    of_two(PAUSE, async |house, network, ana, bia| {
        network.shuts();
        ana.is_cut_off().await?;
        bia.misses_the_partner().await?;
        let unheard = ana.says("are you there?").await?;
        bia.command(Command::Leave(Goodbye::Now)).await?;
        bia.is_gone().await?;
        house.registers(&[]).await?;
        network.opens();
        ana.is_unsure_of(unheard).await?;
        until(ana, |event| {
            matches!(
                event,
                Event::PartnerLeft {
                    reason: Parting::Left,
                    ..
                }
            )
        })
        .await?;
        // And then waits for somebody else, by herself.
        ana.waits().await.map(drop)
    })
    .await
}

#[tokio::test]
async fn a_seat_is_kept_so_long_and_no_longer() -> Result<()> {
    let grace = Duration::from_millis(1200);
    story(
        impatient().timings(|timings| timings.grace = grace),
        async |house| {
            let network = house.network().await?;
            let mut ana = house
                .arrives_as(network.lobby(), "Ana", |errand| {
                    errand.options(|options| {
                        options.timings.pause = PAUSE;
                        options.timings.grace = grace;
                        options.timings.dead_after = DEAD_AFTER;
                        options.timings.ping_after = DEAD_AFTER / 3;
                    })
                })
                .await?;
            let room = ana.waits().await?;
            let mut bia = house.arrives("Bia").await?;
            bia.meets("Ana").await?;
            ana.meets("Bia").await?;
            network.shuts();
            bia.misses_the_partner().await?;
            house.registers(&[(room.get(), 2)]).await?;
            let unheard = bia.says("are you there?").await?;
            bia.is_unsure_of(unheard).await?;
            bia.is_left(Parting::Lost).await?;
            house.registers(&[(room.get(), 1)]).await?;
            until(&mut ana, |event| {
                matches!(
                    event,
                    Event::PartnerLeft {
                        reason: Parting::Lost,
                        ..
                    }
                )
            })
            .await?;
            network.opens();
            until(&mut ana, |event| matches!(event, Event::Waiting { .. })).await
        },
    )
    .await
}

#[tokio::test]
async fn both_may_be_cut_off_at_once() -> Result<()> {
    story(impatient(), async |house| {
        let networks = [house.network().await?, house.network().await?];
        let mut ana = arrives(house, &networks[0], "Ana", PAUSE).await?;
        ana.waits().await?;
        let mut bia = arrives(house, &networks[1], "Bia", PAUSE).await?;
        bia.meets("Ana").await?;
        ana.meets("Bia").await?;
        for _ in 0..3 {
            networks.iter().for_each(|network| network.shuts());
            ana.says("one").await?;
            bia.says("two").await?;
            networks.iter().for_each(|network| network.opens());
            hears_through(&mut ana, ["two"]).await?;
            hears_through(&mut bia, ["one"]).await?;
            ana.is_sure().await?;
            bia.is_sure().await?;
        }
        Ok(())
    })
    .await
}

/// Tells of two who are together when the story begins: Ana behind a network that fails and with that pause between attempts, and Bia.
async fn of_two(
    pause: Duration,
    tell: impl AsyncFn(&House, &Network, &mut Stranger, &mut Stranger) -> Result<()>,
) -> Result<()> {
    story(impatient(), async |house| {
        let network = house.network().await?;
        let mut ana = arrives(house, &network, "Ana", pause).await?;
        ana.waits().await?;
        let mut bia = house.arrives("Bia").await?;
        bia.meets("Ana").await?;
        ana.meets("Bia").await?;
        tell(house, &network, &mut ana, &mut bia).await
    })
    .await
}

async fn arrives(house: &House, network: &Network, name: &str, pause: Duration) -> Result<Stranger> {
    house
        .arrives_as(network.lobby(), name, |errand| {
            errand.options(|options| {
                options.timings.pause = pause;
                options.timings.dead_after = DEAD_AFTER;
                options.timings.ping_after = DEAD_AFTER / 3;
            })
        })
        .await
}

/// A house that notices soon when somebody has gone.
fn impatient() -> Setup {
    Setup::default().rooms(ROOMS).timings(|timings| {
        timings.dead_after = DEAD_AFTER;
        timings.ping_after = DEAD_AFTER / 3;
    })
}

/// Cuts the link, and leaves the way back open where there is one to cut; datagrams are swallowed until it is opened.
fn cut_off(house: &House, network: &Network) {
    match house.carrier() {
        Carrier::Plain | Carrier::Tls => network.strike(Fault::Reset),
        Carrier::Quic => network.shuts(),
    }
}

/// Hears these texts in this order and nothing else, whatever is told of links meanwhile.
async fn hears_through<const N: usize>(stranger: &mut Stranger, texts: [&str; N]) -> Result<()> {
    for expected in texts {
        loop {
            match stranger.next().await? {
                Event::Message { text, .. } => {
                    ensure!(
                        text.as_str() == expected,
                        "{:?} was heard, not {expected:?}",
                        text.as_str()
                    );
                    break;
                }
                Event::LinkLost { .. }
                | Event::LinkBack { .. }
                | Event::PartnerAway { .. }
                | Event::PartnerBack { .. } => {}
                other => bail!("instead of {expected:?}: {other:?}"),
            }
        }
    }
    Ok(())
}

/// Passes over everything up to what is awaited.
async fn until(stranger: &mut Stranger, awaited: impl Fn(&Event) -> bool) -> Result<()> {
    while !awaited(&stranger.next().await?) {}
    Ok(())
}
