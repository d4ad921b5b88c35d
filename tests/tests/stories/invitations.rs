//! Two who share a code look for each other by its number, told by guests who speak the protocol by hand: what the server does for them
//! without knowing a word of it.

mod doors;
mod guesses;

use std::time::Duration;

use acaso_shared::ids::{RendezvousNumber, VisitorToken};
use acaso_shared::protocol::lobby::{LobbyReply, Rendezvous};
use acaso_shared::protocol::room::{Closing, Parting, RoomEvent};
use acaso_shared::protocol::{Refusal, VERSIONS};
use acaso_tests::guest::{Invitation, Seat};
use acaso_tests::house::{House, Setup, story};
use acaso_tests::patience::{seen, soon};
use anyhow::{Result, bail, ensure};
use tokio::task::JoinSet;

/// Short enough for a story that waits for it, long enough for what is to happen before on a busy computer.
const SHORT: Duration = Duration::from_secs(4);

/// Enough that chance would have sent one of them there, if anybody were ever sent.
const STRANGERS: usize = 200;

#[tokio::test]
async fn whoever_knows_the_number_comes_to_whoever_waits_there_and_then_it_is_nobodys() -> Result<()> {
    story(Setup::default(), async |house| {
        let directions = house.directions();
        let Invitation {
            number,
            life_secs,
            seat,
        } = directions.invites().await?;
        ensure!(number.get() <= 9, "{number} is no short number");
        ensure!((590..=600).contains(&life_secs), "it is good for {life_secs} s");
        let mut ana = seat.enters().await?;
        let mut bia = directions.comes_to(number).await?.enters().await?;
        ensure!(ana.port == bia.port, "in two rooms");
        let conversation = ana.befriended().await?;
        bia.befriended().await?;
        is_nobodys(house, number).await?;
        ana.says(conversation, b"it is you").await?;
        bia.hears_bytes(b"it is you").await?;
        bia.leaves().await?;
        is_left_at_rendezvous(ana, Parting::Left).await?;
        is_nobodys(house, number).await?;
        house.registers(&[]).await
    })
    .await
}

#[tokio::test]
async fn whoever_of_two_with_a_lasting_number_is_the_first_waits_for_the_other() -> Result<()> {
    story(Setup::default(), async |house| {
        let (directions, number) = (house.directions(), lasting(0));
        let either = Rendezvous::Either { number };
        let first = directions.waits_at(VisitorToken::random(), either).await?;
        ensure!(
            first.number == number && (3590..=3600).contains(&first.life_secs),
            "{first:?}"
        );
        let mut ana = first.seat.enters().await?;
        let mut bia = directions.comes_by(either).await?.enters().await?;
        ana.befriended().await?;
        bia.befriended().await?;
        // It was theirs until they met; whoever looks there now is the first again.
        let next = directions.waits_at(VisitorToken::random(), either).await?;
        ensure!(next.seat.port != ana.port, "a third was sent to two");
        next.seat.enters().await?.leaves().await?;
        ana.leaves().await?;
        is_left_at_rendezvous(bia, Parting::Left).await
    })
    .await
}

#[tokio::test]
async fn of_hundreds_of_strangers_none_is_sent_to_a_rendezvous_and_nobody_from_it() -> Result<()> {
    let restless = Setup::plain().timings(|timings| timings.lonely = Duration::from_millis(20));
    story(restless, async |house| {
        let directions = house.directions();
        let invitation = directions.invites().await?;
        let mut ana = invitation.seat.enters().await?;
        let mut arriving = JoinSet::new();
        for _ in 0..STRANGERS {
            let directions = directions.clone();
            arriving.spawn(async move { directions.seated().await });
        }
        let mut crowd = Vec::new();
        while let Some(seated) = arriving.join_next().await {
            crowd.push(seated??);
        }
        ensure!(
            crowd.iter().all(|stranger| stranger.port != ana.port),
            "a stranger came to a rendezvous"
        );
        let mut bia = directions.comes_to(invitation.number).await?.enters().await?;
        // The first that they hear, each, is of the other.
        ana.befriended().await?;
        bia.befriended().await?;
        let more = directions.seated().await?;
        ensure!(more.port != ana.port, "a stranger came to two who had met");
        drop(crowd);
        more.leaves().await?;
        ana.leaves().await?;
        is_left_at_rendezvous(bia, Parting::Left).await
    })
    .await
}

#[tokio::test]
async fn a_number_at_which_nobody_came_in_time_is_void() -> Result<()> {
    let short = Setup::default().timings(|timings| timings.invitation = SHORT);
    story(short, async |house| {
        let invitation = house.directions().invites().await?;
        ensure!((3..=4).contains(&invitation.life_secs), "{invitation:?}");
        let mut ana = invitation.seat.enters().await?;
        ana.is_sent_home(Closing::NobodyCame).await?;
        is_nobodys(house, invitation.number).await?;
        house.registers(&[]).await
    })
    .await
}

#[tokio::test]
async fn whoever_is_on_the_way_when_the_time_is_over_still_comes() -> Result<()> {
    let short = Setup::default().timings(|timings| timings.invitation = SHORT);
    story(short, async |house| {
        let directions = house.directions();
        let Invitation { number, seat, .. } = directions.invites().await?;
        let mut ana = seat.enters().await?;
        let bia = directions.comes_to(number).await?;
        // Another number that was opened later is void, so this one is.
        let mut later = directions.invites().await?.seat.enters().await?;
        later.is_sent_home(Closing::NobodyCame).await?;
        let mut bia = bia.enters().await?;
        ana.befriended().await?;
        bia.befriended().await?;
        ana.leaves().await?;
        is_left_at_rendezvous(bia, Parting::Left).await
    })
    .await
}

#[tokio::test]
async fn whoever_loses_the_link_while_waiting_has_the_same_number_again() -> Result<()> {
    story(Setup::default(), async |house| {
        let (directions, ana) = (house.directions(), VisitorToken::random());
        let opened = directions.waits_at(ana, Rendezvous::Open).await?;
        let number = opened.number;
        let again = Rendezvous::Either { number };
        // Once the server has noticed, and once it has not.
        drop(opened.seat.enters().await?.is_cut_off());
        house.registers(&[]).await?;
        // Whoever comes meanwhile is not told that it is nobody's: she is about to be back.
        is_not_free(house, number).await?;
        let (lost, mut old_link) = directions
            .waits_at(ana, again)
            .await?
            .seat
            .enters()
            .await?
            .apart();
        let reopened = directions.waits_at(ana, again).await?;
        ensure!(
            reopened.number == number && reopened.life_secs <= opened.life_secs,
            "{reopened:?}"
        );
        ensure!(reopened.seat.port != lost.port, "a dead link sits in that room");
        let mut seat = reopened.seat.enters().await?;
        ensure!(
            soon("the old link is cut", old_link.receive()).await?.is_err(),
            "the old room talks"
        );
        drop(lost);
        // Nobody else has it by asking in the same way.
        let mut bia = directions.comes_by(again).await?.enters().await?;
        seat.befriended().await?;
        bia.befriended().await?;
        bia.leaves().await?;
        is_left_at_rendezvous(seat, Parting::Left).await
    })
    .await
}

#[tokio::test]
async fn whoever_says_goodbye_while_waiting_gives_the_number_up() -> Result<()> {
    story(Setup::default(), async |house| {
        let (directions, ana) = (house.directions(), VisitorToken::random());
        let opened = directions.waits_at(ana, Rendezvous::Open).await?;
        let number = opened.number;
        opened.seat.enters().await?.leaves().await?;
        house.registers(&[]).await?;
        is_nobodys(house, number).await?;
        // A short one is given, and not taken.
        let taken = directions.looks_at(ana, Rendezvous::Either { number }).await?;
        ensure!(
            taken == LobbyReply::Refused(Refusal::NoSuchInvitation),
            "{taken:?}"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn nobody_waits_at_two_numbers() -> Result<()> {
    story(Setup::default(), async |house| {
        let (directions, ana) = (house.directions(), VisitorToken::random());
        let first = directions.waits_at(ana, Rendezvous::Open).await?;
        let (lost, mut old_link) = first.seat.enters().await?.apart();
        let second = directions.waits_at(ana, Rendezvous::Open).await?;
        ensure!(
            soon("the first room ends", old_link.receive()).await?.is_err(),
            "it talks"
        );
        drop(lost);
        is_nobodys(house, first.number).await?;
        second.seat.enters().await?.leaves().await
    })
    .await
}

#[tokio::test]
async fn whoever_opens_and_never_comes_keeps_nothing_but_the_number() -> Result<()> {
    let short = Setup::default().timings(|timings| timings.ticket = SHORT);
    story(short, async |house| {
        let (directions, ana) = (house.directions(), VisitorToken::random());
        let opened = directions.waits_at(ana, Rendezvous::Open).await?;
        let number = opened.number;
        opened.seat.gives_up();
        house.registers(&[]).await?;
        is_not_free(house, number).await?;
        let again = directions.waits_at(ana, Rendezvous::Either { number }).await?;
        ensure!(again.number == number, "another number");
        again.seat.enters().await?.leaves().await
    })
    .await
}

#[tokio::test]
async fn of_two_at_one_number_the_second_is_told_to_ask_again_until_the_first_does_not_come() -> Result<()> {
    let short = Setup::default().timings(|timings| timings.ticket = SHORT);
    story(short, async |house| {
        let directions = house.directions();
        let Invitation { number, seat, .. } = directions.invites().await?;
        let mut ana = seat.enters().await?;
        let bia = VisitorToken::random();
        let come = Rendezvous::Come { number };
        let LobbyReply::Assigned { port, .. } = directions.looks_at(bia, come).await? else {
            bail!("nobody waits there");
        };
        ensure!(port == ana.port, "somebody else waits");
        is_not_free(house, number).await?;
        // The same one is told no other thing: the ticket that she did not use is still out.
        let again = directions.looks_at(bia, come).await?;
        ensure!(is_told_to_ask_again(&again), "{again:?}");
        let mut cleo = seen("the first did not come", async || {
            Ok(match directions.looks_at(VisitorToken::random(), come).await? {
                LobbyReply::Assigned { port, ticket } => Ok(directions.expected_at(port, ticket, VERSIONS)),
                other => Err(format!("{other:?}")),
            })
        })
        .await?
        .enters()
        .await?;
        ana.befriended().await?;
        cleo.befriended().await?;
        is_nobodys(house, number).await?;
        ana.leaves().await?;
        is_left_at_rendezvous(cleo, Parting::Left).await
    })
    .await
}

#[tokio::test]
async fn a_try_that_came_to_nothing_was_the_only_one_and_both_are_told() -> Result<()> {
    story(Setup::default(), async |house| {
        for finds_out in [0, 1] {
            let Invitation { number, seat, .. } = house.directions().invites().await?;
            let mut ana = seat.enters().await?;
            let mut rude = house.directions().comes_to(number).await?.enters().await?;
            ana.paired().await?;
            rude.paired().await?;
            // Whoever finds out that the words are not the same leaves.
            let (leaves, stays) = if finds_out == 0 { (ana, rude) } else { (rude, ana) };
            leaves.leaves().await?;
            is_left_at_rendezvous(stays, Parting::Left).await?;
            is_nobodys(house, number).await?;
        }
        house.registers(&[]).await
    })
    .await
}

#[tokio::test]
async fn whoever_holds_the_handshake_up_is_shown_out_and_the_other_goes_home() -> Result<()> {
    let short = Setup::default().timings(|timings| timings.sealed_handshake = SHORT);
    story(short, async |house| {
        let Invitation { number, seat, .. } = house.directions().invites().await?;
        let mut ana = seat.enters().await?;
        let mut rude = house.directions().comes_to(number).await?.enters().await?;
        // It is her turn, who was there first; and then that of who came.
        let conversation = ana.paired().await?.conversation;
        rude.paired().await?;
        ana.says(conversation, b"the first message of SPAKE2").await?;
        rude.hears_bytes(b"the first message of SPAKE2").await?;
        let told = rude.hears().await?;
        ensure!(told == RoomEvent::Refused(Refusal::TooSlow), "{told:?}");
        is_left_at_rendezvous(ana, Parting::NeverReady).await
    })
    .await
}

#[tokio::test]
async fn a_conversation_by_code_survives_a_lost_link_as_any_and_ends_with_the_grace() -> Result<()> {
    let short = Setup::default().timings(|timings| timings.grace = 2 * SHORT);
    story(short, async |house| {
        let Invitation { number, seat, .. } = house.directions().invites().await?;
        let mut ana = seat.enters().await?;
        let mut bia = house.directions().comes_to(number).await?.enters().await?;
        let conversation = ana.befriended().await?;
        bia.befriended().await?;
        let lost = bia.is_cut_off();
        ana.misses_the_partner().await?;
        let (bia, same) = lost.comes_back(&house.directions()).await?;
        ensure!(same == conversation, "another conversation");
        ana.has_the_partner_back().await?;
        let lost = bia.is_cut_off();
        is_left_at_rendezvous(ana, Parting::Lost).await?;
        drop(lost);
        house.registers(&[]).await
    })
    .await
}

#[tokio::test]
async fn an_operator_closes_a_rendezvous_like_any_room() -> Result<()> {
    story(Setup::default(), async |house| {
        let Invitation { number, seat, .. } = house.directions().invites().await?;
        let mut ana = seat.enters().await?;
        let listed = house.server().rooms().await;
        ensure!(
            listed.len() == 1 && listed[0].port == ana.port && listed[0].connections == 1,
            "{listed:?}"
        );
        ensure!(house.server().kick(ana.port).await, "no such room");
        ana.is_sent_home(Closing::Room).await?;
        is_nobodys(house, number).await?;

        let Invitation { number, seat, .. } = house.directions().invites().await?;
        let (mut ana, port) = (seat.enters().await?, ana.port);
        let mut bia = house.directions().comes_to(number).await?.enters().await?;
        ana.befriended().await?;
        bia.befriended().await?;
        ensure!(
            house.server().kick(bia.port).await,
            "no such room, or still {port}"
        );
        ana.is_sent_home(Closing::Room).await?;
        bia.is_sent_home(Closing::Room).await
    })
    .await
}

/// Whoever is left where two had a rendezvous is told so, and then that there is nothing to stay for.
async fn is_left_at_rendezvous(mut seat: Seat, why: Parting) -> Result<()> {
    seat.is_left(why).await?;
    seat.is_sent_home(Closing::RendezvousOver).await
}

/// Whoever comes to that number is told that nobody waits there.
async fn is_nobodys(house: &House, number: RendezvousNumber) -> Result<()> {
    let come = Rendezvous::Come { number };
    match house.directions().looks_at(VisitorToken::random(), come).await? {
        LobbyReply::Refused(Refusal::NoSuchInvitation) => Ok(()),
        other => bail!("instead of nobody: {other:?}"),
    }
}

/// Whoever comes to that number is told to ask again soon.
async fn is_not_free(house: &House, number: RendezvousNumber) -> Result<()> {
    for at in [Rendezvous::Come { number }, Rendezvous::Either { number }] {
        let told = house.directions().looks_at(VisitorToken::random(), at).await?;
        ensure!(is_told_to_ask_again(&told), "instead of a wait: {told:?}");
    }
    Ok(())
}

fn is_told_to_ask_again(reply: &LobbyReply) -> bool {
    matches!(
        reply,
        LobbyReply::Refused(Refusal::SlowDown {
            retry_after_secs: 1..=10
        })
    )
}

fn lasting(more: u32) -> RendezvousNumber {
    RendezvousNumber::try_from(100_000 + more).expect("it has six digits")
}
