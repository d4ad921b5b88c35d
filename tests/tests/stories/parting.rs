//! Goodbyes: nothing said before them is lost, nothing said after them goes to anybody, and both ends know why.

use acaso_shared::protocol::room::Parting;
use acaso_shared::session::{Command, Event, Goodbye, NotSent};
use acaso_tests::house::{House, Setup, story};
use acaso_tests::stranger::Stranger;
use anyhow::{Result, bail};

#[tokio::test]
async fn both_leave_at_once() -> Result<()> {
    story(Setup::default(), async |house| {
        for _ in 0..20 {
            let (mut ana, mut bia) = pair(house).await?;
            ana.command(Command::Leave(Goodbye::Now)).await?;
            bia.command(Command::Leave(Goodbye::Now)).await?;
            for stranger in [&mut ana, &mut bia] {
                // Whoever was slower may have heard of the other's goodbye before.
                if let Event::PartnerLeft { .. } = stranger.next().await? {
                    stranger.is_gone().await?;
                }
            }
            house.registers(&[]).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_is_typed_while_the_other_leaves_is_heard_or_told_and_reaches_nobody_else() -> Result<()> {
    story(Setup::default(), async |house| {
        for turn in 0..20 {
            let (mut ana, mut bia) = pair(house).await?;
            // Both at once, in either order.
            if turn % 2 == 0 {
                ana.says("wait!").await?;
                bia.command(Command::Leave(Goodbye::Now)).await?;
            } else {
                bia.command(Command::Leave(Goodbye::Now)).await?;
                ana.says("wait!").await?;
            }
            let heard = heard_until_gone(&mut bia).await?;
            let left = comes_back_until_left(&mut ana).await?;
            // This comes back for sure, and behind whatever else does.
            ana.says("too late").await?;
            let behind = comes_back_until(&mut ana, "too late").await?;
            let times_back = left + behind;
            assert!(
                u32::from(heard) + times_back <= 1,
                "heard: {heard}, came back: {times_back}"
            );

            let mut caio = house.arrives("Caio").await?;
            caio.meets("Ana").await?;
            ana.meets("Caio").await?;
            ana.says("you are new here").await?;
            caio.hears("you are new here").await?;
            caio.leaves().await?;
            ana.is_left(Parting::Left).await?;
            ana.leaves().await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn everything_said_before_a_goodbye_is_heard() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, mut bia) = pair(house).await?;
        // More than goes at once.
        let texts: Vec<_> = (0..13).map(|number| format!("number {number}")).collect();
        for text in &texts {
            ana.says(text).await?;
        }
        ana.command(Command::Leave(Goodbye::WhenSent)).await?;
        for text in &texts {
            bia.hears(text).await?;
        }
        ana.is_gone().await?;
        bia.is_left(Parting::Left).await
    })
    .await
}

#[tokio::test]
async fn leaving_at_once_gives_back_what_was_not_handed_over() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, mut bia) = pair(house).await?;
        let texts: Vec<_> = (0..30).map(|number| format!("number {number}")).collect();
        for text in &texts {
            ana.says(text).await?;
        }
        ana.command(Command::Leave(Goodbye::Now)).await?;
        let mut heard = Vec::new();
        loop {
            match bia.next().await? {
                Event::Message { text, .. } => heard.push(text.as_str().to_owned()),
                Event::PartnerLeft {
                    reason: Parting::Left,
                    ..
                } => break,
                other => bail!("unexpected: {other:?}"),
            }
        }
        assert_eq!(heard, texts[..heard.len()], "in order, without a gap");
        assert!(heard.len() < texts.len(), "thirty are more than go at once");
        for text in &texts[heard.len()..] {
            assert_eq!(ana.gets_back(text).await?, NotSent::ConversationEnded);
        }
        ana.is_gone().await
    })
    .await
}

#[tokio::test]
async fn somebody_who_is_cut_off_is_lost_to_the_partner() -> Result<()> {
    story(Setup::default().forgetful(), async |house| {
        let directions = house.directions();
        let mut one = directions.seated().await?;
        let mut other = directions.seated().await?;
        let conversation = one.befriended().await?;
        other.befriended().await?;
        other.says(conversation, b"my last words").await?;
        drop(other);
        one.hears_bytes(b"my last words").await?;
        one.is_left(Parting::Lost).await?;
        house.registers(&[(one.port.get(), 1)]).await
    })
    .await
}

#[tokio::test]
async fn what_was_meant_for_one_who_left_is_never_handed_to_the_next() -> Result<()> {
    story(Setup::default().forgetful(), async |house| {
        let directions = house.directions();
        let (mut stays, mut leaves) = (directions.seated().await?, directions.seated().await?);
        let earlier = stays.befriended().await?;
        leaves.befriended().await?;
        leaves.leaves().await?;
        stays.is_left(Parting::Left).await?;

        let mut next = directions.seated().await?;
        let now = next.befriended().await?;
        assert_eq!(stays.befriended().await?, now);
        assert_ne!(earlier, now);
        stays.says(earlier, b"for the one who left").await?;
        stays.says(now, b"for you").await?;
        next.hears_bytes(b"for you").await
    })
    .await
}

#[tokio::test]
async fn who_is_tired_of_waiting_leaves_nothing_behind() -> Result<()> {
    story(Setup::default(), async |house| {
        let mut ana = house.arrives("Ana").await?;
        let room = ana.waits().await?;
        ana.leaves().await?;
        house.registers(&[]).await?;
        house.is_shut(room.get()).await
    })
    .await
}

async fn pair(house: &House) -> Result<(Stranger, Stranger)> {
    let mut ana = house.arrives("Ana").await?;
    ana.waits().await?;
    let mut bia = house.arrives("Bia").await?;
    bia.meets("Ana").await?;
    ana.meets("Bia").await?;
    Ok((ana, bia))
}

/// Whether something was said to her before she was gone.
async fn heard_until_gone(bia: &mut Stranger) -> Result<bool> {
    let mut heard = false;
    loop {
        match bia.next().await? {
            Event::Message { .. } => heard = true,
            Event::Closed { .. } => return Ok(heard),
            other => bail!("unexpected: {other:?}"),
        }
    }
}

/// How often the text came back to her before she was told that she is alone.
async fn comes_back_until_left(ana: &mut Stranger) -> Result<u32> {
    let mut times = 0;
    loop {
        match ana.next().await? {
            Event::NotSent { .. } => times += 1,
            Event::PartnerLeft { .. } => return Ok(times),
            other => bail!("unexpected: {other:?}"),
        }
    }
}

/// How often another text came back to her before that one.
async fn comes_back_until(ana: &mut Stranger, last: &str) -> Result<u32> {
    let mut times = 0;
    loop {
        match ana.next().await? {
            Event::NotSent { text, .. } if text.as_str() == last => return Ok(times),
            Event::NotSent { .. } => times += 1,
            other => bail!("unexpected: {other:?}"),
        }
    }
}
