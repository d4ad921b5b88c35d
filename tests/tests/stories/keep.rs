//! Two who would like to meet again, told by guests who speak the protocol by hand: both are told, or nobody; and whoever was alone in
//! it is not given away.

use acaso_shared::ids::ConversationNumber;
use acaso_shared::protocol::room::{Parting, RoomEvent};
use acaso_tests::guest::Seat;
use acaso_tests::house::{House, Setup, story};
use anyhow::{Result, ensure};

#[tokio::test]
async fn when_both_say_so_both_are_told_once() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, mut bia, conversation) = two_together(house).await?;
        ana.keeps(conversation).await?;
        // Whatever she says after it is carried after it was heard.
        passes(&mut ana, &mut bia, conversation, b"one").await?;
        bia.keeps(conversation).await?;
        ana.is_kept(conversation).await?;
        bia.is_kept(conversation).await?;
        ana.keeps(conversation).await?;
        bia.keeps(conversation).await?;
        passes(&mut ana, &mut bia, conversation, b"two").await?;
        passes(&mut bia, &mut ana, conversation, b"three").await?;
        part(ana, bia).await
    })
    .await
}

#[tokio::test]
async fn what_a_partner_hears_is_the_same_whether_or_not_one_said_so() -> Result<()> {
    story(Setup::default(), async |house| {
        let mut heard = Vec::new();
        for keeps in [false, true] {
            let (mut ana, mut bia, conversation) = two_together(house).await?;
            ana.says(conversation, b"before").await?;
            if keeps {
                ana.keeps(conversation).await?;
                ana.keeps(conversation).await?;
            }
            ana.says(conversation, b"after").await?;
            let lost = ana.is_cut_off();
            let mut news = Vec::new();
            while !matches!(news.last(), Some(RoomEvent::PartnerAway { .. })) {
                news.push(bia.hears().await?);
            }
            let (mut ana, _) = lost.comes_back(&house.directions()).await?;
            if keeps {
                ana.keeps(conversation).await?;
            }
            ana.says(conversation, b"back").await?;
            ana.leaves().await?;
            while !matches!(news.last(), Some(RoomEvent::PartnerLeft { .. })) {
                news.push(bia.hears().await?);
            }
            bia.leaves().await?;
            house.registers(&[]).await?;
            heard.push(news);
        }
        ensure!(heard[0].len() == 6, "{heard:?}");
        ensure!(heard[0] == heard[1], "it could be told: {heard:?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn while_one_is_away_nobody_is_told_and_then_both_are() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, mut bia, conversation) = two_together(house).await?;
        bia.keeps(conversation).await?;
        passes(&mut bia, &mut ana, conversation, b"one").await?;
        let lost = bia.is_cut_off();
        ana.misses_the_partner().await?;
        ana.keeps(conversation).await?;
        let (mut bia, _) = lost.comes_back(&house.directions()).await?;
        ana.has_the_partner_back().await?;
        ana.is_kept(conversation).await?;
        bia.is_kept(conversation).await?;
        part(ana, bia).await
    })
    .await
}

#[tokio::test]
async fn whoever_may_not_have_heard_it_is_told_again_and_the_other_is_not() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, mut bia, conversation) = two_together(house).await?;
        ana.keeps(conversation).await?;
        bia.keeps(conversation).await?;
        ana.is_kept(conversation).await?;
        let lost = bia.is_cut_off();
        ana.misses_the_partner().await?;
        let (mut bia, _) = lost.comes_back(&house.directions()).await?;
        bia.is_kept(conversation).await?;
        ana.has_the_partner_back().await?;
        bia.keeps(conversation).await?;
        passes(&mut bia, &mut ana, conversation, b"so be it").await?;
        passes(&mut ana, &mut bia, conversation, b"yes").await?;
        part(ana, bia).await
    })
    .await
}

#[tokio::test]
async fn before_the_two_are_shown_to_each_other_nobody_is_told() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, mut bia) = (
            house.directions().seated().await?,
            house.directions().seated().await?,
        );
        let conversation = ana.paired().await?.conversation;
        bia.paired().await?;
        ana.keeps(conversation).await?;
        bia.keeps(conversation).await?;
        passes(&mut ana, &mut bia, conversation, b"first message").await?;
        passes(&mut bia, &mut ana, conversation, b"second message").await?;
        for seat in [&mut ana, &mut bia] {
            seat.link
                .send(&acaso_shared::protocol::room::RoomRequest::Ready { conversation })
                .await?;
        }
        ana.is_kept(conversation).await?;
        bia.is_kept(conversation).await?;
        part(ana, bia).await
    })
    .await
}

#[tokio::test]
async fn what_was_said_of_one_partner_is_not_said_of_the_next() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, bia, conversation) = two_together(house).await?;
        ana.keeps(conversation).await?;
        bia.leaves().await?;
        ana.is_left(Parting::Left).await?;
        let mut cleo = house.directions().seated().await?;
        let next = ana.befriended().await?;
        cleo.befriended().await?;
        // Late, and about somebody else: as if it had not been said.
        ana.keeps(conversation).await?;
        cleo.keeps(next).await?;
        passes(&mut ana, &mut cleo, next, b"hello").await?;
        passes(&mut cleo, &mut ana, next, b"and hello to you").await?;
        part(ana, cleo).await
    })
    .await
}

/// What one says is the next thing that the other hears.
async fn passes(
    from: &mut Seat,
    to: &mut Seat,
    conversation: ConversationNumber,
    words: &[u8],
) -> Result<()> {
    from.says(conversation, words).await?;
    to.hears_bytes(words).await
}

async fn two_together(house: &House) -> Result<(Seat, Seat, ConversationNumber)> {
    let (mut ana, mut bia) = (
        house.directions().seated().await?,
        house.directions().seated().await?,
    );
    let conversation = ana.befriended().await?;
    bia.befriended().await?;
    // The room has heard of both that they are ready when this has been carried.
    passes(&mut ana, &mut bia, conversation, b"hello").await?;
    passes(&mut bia, &mut ana, conversation, b"hello").await?;
    Ok((ana, bia, conversation))
}

async fn part(ana: Seat, mut bia: Seat) -> Result<()> {
    ana.leaves().await?;
    bia.is_left(Parting::Left).await?;
    bia.leaves().await
}
