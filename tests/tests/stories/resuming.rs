//! Ways back to a seat whose link was lost, told by guests who speak the protocol by hand: who may come back, until when, and
//! what the partner, the late and the curious are told.

use std::time::Duration;

use acaso_shared::ids::{ConversationNumber, ResumeToken};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::lobby::LobbyReply;
use acaso_shared::protocol::room::{Parting, RoomEvent, RoomRequest, SealedFrame};
use acaso_tests::guest::Seat;
use acaso_tests::house::{House, Setup, story};
use acaso_tests::patience::soon;
use anyhow::{Result, bail, ensure};

/// Short enough for a story that waits for it, long enough for what is to happen before on a busy computer.
const SHORT: Duration = Duration::from_millis(1500);

#[tokio::test]
async fn after_a_lost_link_the_conversation_goes_on_in_both_directions() -> Result<()> {
    story(Setup::default(), async |house| {
        let (ana, mut bo, conversation) = two_together(house).await?;
        let port = ana.port.get();
        let lost = ana.is_cut_off();
        assert_eq!(bo.misses_the_partner().await?, 60);
        house.check().await?;
        bo.says(conversation, b"nobody hears this").await?;
        let (mut ana, same) = lost.comes_back(&house.directions()).await?;
        assert_eq!(same, conversation);
        bo.has_the_partner_back().await?;
        house.is_shut(port).await?;
        bo.says(conversation, b"there you are").await?;
        ana.hears_bytes(b"there you are").await?;
        ana.says(conversation, b"it was a tunnel").await?;
        bo.hears_bytes(b"it was a tunnel").await?;
        both_leave(ana, bo).await?;
        house.registers(&[]).await
    })
    .await
}

#[tokio::test]
async fn a_seat_that_still_counts_as_taken_is_taken_over() -> Result<()> {
    story(Setup::default(), async |house| {
        let (ana, mut bo, conversation) = two_together(house).await?;
        let (lost, mut old_link) = ana.apart();
        let (mut ana, _) = lost.comes_back(&house.directions()).await?;
        bo.misses_the_partner().await?;
        bo.has_the_partner_back().await?;
        // Whatever was still on its way over the old link reaches nobody.
        let late = SealedFrame {
            conversation,
            body: b"late".to_vec(),
        };
        let _ = old_link.send(&RoomRequest::Sealed(late)).await;
        ensure!(
            soon("the old link is cut", old_link.receive()).await?.is_err(),
            "the old link says something"
        );
        ana.says(conversation, b"now").await?;
        bo.hears_bytes(b"now").await?;
        both_leave(ana, bo).await
    })
    .await
}

#[tokio::test]
async fn a_way_back_that_nobody_takes_leaves_the_seat_as_it_was() -> Result<()> {
    let short = Setup::default().timings(|timings| timings.ticket = SHORT / 3);
    story(short, async |house| {
        let (ana, mut bo, _) = two_together(house).await?;
        let lost = ana.is_cut_off();
        bo.misses_the_partner().await?;
        let LobbyReply::Assigned { port, .. } = house.directions().resumes(lost.resume).await? else {
            bail!("no way back");
        };
        house.is_shut(port.get()).await?;
        house.registers(&[(port.get(), 2)]).await?;
        let (ana, _) = lost.comes_back(&house.directions()).await?;
        bo.has_the_partner_back().await?;
        house.is_shut(port.get()).await?;
        both_leave(ana, bo).await
    })
    .await
}

#[tokio::test]
async fn a_second_way_back_voids_the_first() -> Result<()> {
    story(Setup::default(), async |house| {
        let (ana, bo, _) = two_together(house).await?;
        let (lost, directions) = (ana.is_cut_off(), house.directions());
        let LobbyReply::Assigned { port, ticket } = directions.resumes(lost.resume).await? else {
            bail!("no way back");
        };
        let LobbyReply::Assigned { ticket: second, .. } = directions.resumes(lost.resume).await? else {
            bail!("no second way back");
        };
        let (_, answer) = directions.at_door(port, ticket).await?;
        assert_eq!(answer, RoomEvent::Refused(Refusal::BadTicket));
        let (ana, _) = lost.enters(&directions, second).await?;
        both_leave(ana, bo).await
    })
    .await
}

#[tokio::test]
async fn a_partner_who_quits_meanwhile_is_told_to_whoever_comes_back() -> Result<()> {
    story(Setup::default(), async |house| {
        let (ana, mut bo, _) = two_together(house).await?;
        let lost = ana.is_cut_off();
        bo.misses_the_partner().await?;
        bo.leaves().await?;
        let token = lost.resume;
        drop(lost);
        house.registers(&[]).await?;
        is_over(house, token, Parting::Left).await?;
        is_over(house, token, Parting::Left).await
    })
    .await
}

#[tokio::test]
async fn one_who_never_noticed_the_lost_link_learns_why_the_conversation_ended() -> Result<()> {
    story(Setup::default(), async |house| {
        let (ana, bo, _) = two_together(house).await?;
        // Her end knows that the link is lost, the room's does not: what it says there is heard by nobody.
        let (lost, old_link) = ana.apart();
        let port = lost.port.get();
        bo.leaves().await?;
        house.registers(&[(port, 1)]).await?;
        let token = lost.resume;
        drop(lost);
        is_over(house, token, Parting::Left).await?;
        house.registers(&[]).await?;
        drop(old_link);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_stranger_who_joins_just_then_is_no_part_of_the_old_conversation() -> Result<()> {
    story(Setup::default(), async |house| {
        let (ana, bo, _) = two_together(house).await?;
        let (lost, old_link) = ana.apart();
        let port = lost.port;
        bo.leaves().await?;
        house.registers(&[(port.get(), 1)]).await?;
        // The room believes her to be there, and brings somebody to her.
        let mut caio = house.directions().seated().await?;
        assert_eq!(caio.port, port);
        assert_eq!(caio.paired().await?.conversation, ConversationNumber(2));
        let token = lost.resume;
        drop(lost);
        is_over(house, token, Parting::Left).await?;
        caio.is_left(Parting::Lost).await?;
        drop(old_link);
        let mut next = house.directions().seated().await?;
        assert_eq!(next.port, port);
        assert_eq!(next.befriended().await?, ConversationNumber(3));
        assert_eq!(caio.befriended().await?, ConversationNumber(3));
        both_leave(next, caio).await
    })
    .await
}

#[tokio::test]
async fn once_the_grace_is_over_the_seat_is_somebody_elses() -> Result<()> {
    let short = Setup::default().timings(|timings| timings.grace = SHORT);
    story(short, async |house| {
        let (ana, mut bo, _) = two_together(house).await?;
        let lost = ana.is_cut_off();
        assert_eq!(bo.misses_the_partner().await?, 2, "begun seconds count");
        bo.is_left(Parting::Lost).await?;
        let token = lost.resume;
        drop(lost);
        let mut caio = house.directions().seated().await?;
        assert_eq!(caio.port, bo.port);
        let conversation = caio.befriended().await?;
        assert_eq!(bo.befriended().await?, conversation);
        is_over(house, token, Parting::Lost).await?;
        caio.says(conversation, b"hello").await?;
        bo.hears_bytes(b"hello").await?;
        both_leave(caio, bo).await
    })
    .await
}

#[tokio::test]
async fn both_lose_the_link_and_both_come_back() -> Result<()> {
    story(Setup::default(), async |house| {
        let (ana, mut bo, conversation) = two_together(house).await?;
        let ana = ana.is_cut_off();
        bo.misses_the_partner().await?;
        let bo = bo.is_cut_off();
        // Whichever the room notices first, both seats are kept.
        let (mut ana, _) = ana.comes_back(&house.directions()).await?;
        house.check().await?;
        let (mut bo, _) = bo.comes_back(&house.directions()).await?;
        ana.misses_the_partner().await?;
        ana.has_the_partner_back().await?;
        bo.says(conversation, b"me too").await?;
        ana.hears_bytes(b"me too").await?;
        both_leave(ana, bo).await
    })
    .await
}

#[tokio::test]
async fn both_lose_the_link_and_nobody_comes_back() -> Result<()> {
    let short = Setup::default().timings(|timings| timings.grace = SHORT);
    story(short, async |house| {
        let (ana, mut bo, _) = two_together(house).await?;
        let token = ana.resume;
        drop(ana.is_cut_off());
        bo.misses_the_partner().await?;
        drop(bo);
        house.registers(&[]).await?;
        is_over(house, token, Parting::Lost).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn no_other_token_opens_a_way_and_none_opens_it_twice() -> Result<()> {
    story(Setup::default(), async |house| {
        let (ana, mut bo, conversation) = two_together(house).await?;
        is_forgotten(house, ResumeToken::random()).await?;
        let lost = ana.is_cut_off();
        bo.misses_the_partner().await?;
        let used = lost.resume;
        let (mut ana, _) = lost.comes_back(&house.directions()).await?;
        bo.has_the_partner_back().await?;
        ana.says(conversation, b"back").await?;
        bo.hears_bytes(b"back").await?;
        is_forgotten(house, used).await?;
        bo.says(conversation, b"still there?").await?;
        ana.hears_bytes(b"still there?").await?;
        both_leave(ana, bo).await
    })
    .await
}

#[tokio::test]
async fn an_answer_lost_on_the_way_ends_no_conversation() -> Result<()> {
    story(Setup::default(), async |house| {
        let (ana, bo, _) = two_together(house).await?;
        let (mut lost, directions) = (ana.is_cut_off(), house.directions());
        for _ in 0..3 {
            let token = lost.resume;
            let (back, _) = lost.comes_back(&directions).await?;
            lost = back.is_cut_off();
            // What the room said at the door was never heard.
            lost.resume = token;
        }
        let (ana, _) = lost.comes_back(&directions).await?;
        both_leave(ana, bo).await
    })
    .await
}

#[tokio::test]
async fn a_seat_that_is_given_up_keeps_nobody_waiting() -> Result<()> {
    story(Setup::default(), async |house| {
        let (ana, mut bo, _) = two_together(house).await?;
        let lost = ana.is_cut_off();
        bo.misses_the_partner().await?;
        let token = lost.resume;
        drop(lost);
        let over = LobbyReply::Over {
            reason: Parting::Left,
        };
        assert_eq!(house.directions().abandons(token, None).await?, over);
        bo.is_left(Parting::Left).await?;
        assert_eq!(house.directions().abandons(token, None).await?, over, "again");
        is_over(house, token, Parting::Left).await?;
        let never = house.directions().abandons(ResumeToken::random(), None).await?;
        assert_eq!(never, LobbyReply::Refused(Refusal::Forgotten));
        bo.leaves().await
    })
    .await
}

#[tokio::test]
async fn a_full_house_lets_its_own_back_in() -> Result<()> {
    story(Setup::default().rooms(2000..=2000), async |house| {
        let (ana, bo, _) = two_together(house).await?;
        let lost = ana.is_cut_off();
        let full = house.directions().assigned().await;
        ensure!(
            full.is_err_and(|error| error.to_string().contains("Full")),
            "a kept seat was given away"
        );
        let (ana, _) = lost.comes_back(&house.directions()).await?;
        both_leave(ana, bo).await
    })
    .await
}

#[tokio::test]
async fn a_link_lost_in_the_handshake_can_be_taken_up_again() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, mut bo) = (
            house.directions().seated().await?,
            house.directions().seated().await?,
        );
        let conversation = ana.paired().await?.conversation;
        bo.paired().await?;
        ana.says(conversation, b"the first").await?;
        bo.hears_bytes(b"the first").await?;
        let lost = bo.is_cut_off();
        // Nobody was shown to anybody yet: she is asked to wait for no longer than a handshake may take.
        assert_eq!(ana.misses_the_partner().await?, 10);
        let (mut bo, same) = lost.comes_back(&house.directions()).await?;
        assert_eq!(same, conversation);
        ana.has_the_partner_back().await?;
        bo.says(conversation, b"the second").await?;
        ana.hears_bytes(b"the second").await?;
        for seat in [&mut ana, &mut bo] {
            seat.link.send(&RoomRequest::Ready { conversation }).await?;
        }
        both_leave(ana, bo).await
    })
    .await
}

#[tokio::test]
async fn nobody_is_held_by_one_who_loses_the_link_in_every_handshake() -> Result<()> {
    let short = Setup::default().timings(|timings| timings.sealed_handshake = SHORT / 3);
    story(short, async |house| {
        let (mut ana, mut bo) = (
            house.directions().seated().await?,
            house.directions().seated().await?,
        );
        let conversation = ana.paired().await?.conversation;
        ana.says(conversation, b"the first").await?;
        bo.paired().await?;
        // Said to somebody who is gone it would not count, and Ana would be the one who never began.
        bo.hears_bytes(b"the first").await?;
        let mut lost = bo.is_cut_off();
        let over = loop {
            match house.directions().resumes(lost.resume).await? {
                LobbyReply::Assigned { ticket, .. } => {
                    lost = lost.enters(&house.directions(), ticket).await?.0.is_cut_off();
                }
                other => break other,
            }
        };
        let LobbyReply::Over { reason } = over else {
            bail!("instead of the end: {over:?}");
        };
        drop(lost);
        loop {
            match ana.hears().await? {
                RoomEvent::PartnerAway { .. } | RoomEvent::PartnerBack { .. } => {}
                RoomEvent::PartnerLeft { reason: told, .. } => break assert_eq!(told, reason),
                other => bail!("instead of the partner's end: {other:?}"),
            }
        }
        ana.leaves().await
    })
    .await
}

/// Two who speak by hand sit together, and each has said that all is well.
async fn two_together(house: &House) -> Result<(Seat, Seat, ConversationNumber)> {
    let directions = house.directions();
    let (mut one, mut other) = (directions.seated().await?, directions.seated().await?);
    let conversation = one.befriended().await?;
    other.befriended().await?;
    // Only once a word has gone by does the room surely know that all is well.
    for (talks, hears) in [(0, 1), (1, 0)] {
        let seats = [&mut one, &mut other];
        seats[talks].says(conversation, b"well met").await?;
        seats[hears].hears_bytes(b"well met").await?;
    }
    Ok((one, other, conversation))
}

async fn both_leave(one: Seat, other: Seat) -> Result<()> {
    one.leaves().await?;
    other.leaves().await
}

async fn is_over(house: &House, token: ResumeToken, reason: Parting) -> Result<()> {
    let answer = house.directions().resumes(token).await?;
    ensure!(
        answer == LobbyReply::Over { reason },
        "instead of the end: {answer:?}"
    );
    Ok(())
}

async fn is_forgotten(house: &House, token: ResumeToken) -> Result<()> {
    let answer = house.directions().resumes(token).await?;
    let forgotten = LobbyReply::Refused(Refusal::Forgotten);
    ensure!(answer == forgotten, "instead of a refusal: {answer:?}");
    Ok(())
}
