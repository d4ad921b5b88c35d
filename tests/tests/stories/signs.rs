//! What is told besides words: that something arrived, that it was looked at, that something is being typed; and never again.

use acaso_shared::protocol::room::Parting;
use acaso_shared::session::{Command, Event, Habits, MessageId};
use acaso_tests::house::{House, Setup, story};
use acaso_tests::stranger::{Errand, Stranger};
use anyhow::{Result, bail, ensure};

#[tokio::test]
async fn what_has_arrived_is_known_to_have() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, mut bia) = pair(house, |errand| errand).await?;
        for turn in 0..30 {
            ana.says(&format!("{turn}")).await?;
        }
        for turn in 0..30 {
            bia.hears(&format!("{turn}")).await?;
        }
        ana.is_sure().await?;
        bia.says("all of it").await?;
        bia.is_sure().await?;
        ana.hears("all of it").await
    })
    .await
}

#[tokio::test]
async fn typing_and_looking_are_told_if_both_tell() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, mut bia) = pair(house, Errand::open_hearted).await?;
        let conversation = bia.conversation();
        bia.command(Command::Typing { conversation }).await?;
        is_typing(&mut ana, true).await?;
        bia.says("what I typed").await?;
        let first = ana.next().await?;
        let second = ana.next().await?;
        let [ended, said] = match &first {
            Event::Typing { .. } => [first, second],
            _ => [second, first],
        };
        ensure!(matches!(ended, Event::Typing { typing: false, .. }), "{ended:?}");
        ensure!(
            matches!(&said, Event::Message { text, .. } if text.as_str() == "what I typed"),
            "{said:?}"
        );

        let conversation = ana.conversation();
        ana.command(Command::Looked { conversation }).await?;
        match bia.next().await? {
            Event::Seen { id: MessageId(1), .. } => Ok(()),
            other => bail!("instead of being seen: {other:?}"),
        }
    })
    .await
}

#[tokio::test]
async fn whoever_does_not_tell_is_told_nothing() -> Result<()> {
    story(Setup::default(), async |house| {
        let mut ana = house
            .arrives_as(house.lobby(), "Ana", Errand::open_hearted)
            .await?;
        ana.waits().await?;
        let mut bia = house.arrives("Bia").await?;
        bia.meets("Ana").await?;
        ana.meets("Bia").await?;
        bia.says("a word").await?;
        ana.hears("a word").await?;
        let (theirs, ours) = (bia.conversation(), ana.conversation());
        // One asks for it and is not told; the other is told and does not show it.
        bia.command(Command::Typing { conversation: theirs }).await?;
        ana.command(Command::Typing { conversation: ours }).await?;
        ana.command(Command::Looked { conversation: ours }).await?;
        ana.says("and now words").await?;
        bia.hears("and now words").await?;
        bia.says("only words").await?;
        ana.hears("only words").await?;

        bia.command(Command::Habits(Habits {
            typing: true,
            seen: true,
        }))
        .await?;
        ana.command(Command::Looked { conversation: ours }).await?;
        match bia.next().await? {
            Event::Seen { id: MessageId(2), .. } => Ok(()),
            other => bail!("instead of being seen: {other:?}"),
        }
    })
    .await
}

#[tokio::test]
async fn never_again_means_never_again_and_is_told_to_nobody() -> Result<()> {
    let no_memory = Setup::default().timings(|timings| {
        // Without that rule they would be brought together at once.
        timings.repair_memory = std::time::Duration::ZERO;
        timings.repair_patience = std::time::Duration::ZERO;
    });
    story(no_memory, async |house| {
        let (mut ana, mut bia) = pair(house, |errand| errand).await?;
        bia.leaves().await?;
        ana.is_left(Parting::Left).await?;
        bia.asks_again().await?;
        bia.meets("Ana").await?;
        ana.meets("Bia").await?;

        let conversation = ana.conversation();
        ana.command(Command::Block { conversation }).await?;
        ana.is_gone().await?;
        // A goodbye as any other.
        bia.is_left(Parting::Left).await?;
        let theirs = bia.partner().is_none();
        ensure!(theirs, "nobody is there");
        ana.asks_again().await?;
        ana.waits().await?;
        // Long enough for everything that brings two lonely ones together.
        let mut caio = house.arrives("Caio").await?;
        let with = caio.meets_somebody().await?.name;
        let (met, other) = if with.as_str() == "Ana" {
            (&mut ana, &mut bia)
        } else {
            (&mut bia, &mut ana)
        };
        met.meets("Caio").await?;
        let mut dora = house.arrives("Dora").await?;
        dora.meets(other.visit().name.clone().as_str()).await?;
        other.meets("Dora").await.map(drop)
    })
    .await
}

/// Two with clients who meet.
async fn pair(house: &House, change: impl Fn(Errand) -> Errand) -> Result<(Stranger, Stranger)> {
    let mut ana = house.arrives_as(house.lobby(), "Ana", &change).await?;
    ana.waits().await?;
    let mut bia = house.arrives_as(house.lobby(), "Bia", &change).await?;
    bia.meets("Ana").await?;
    ana.meets("Bia").await?;
    Ok((ana, bia))
}

async fn is_typing(stranger: &mut Stranger, expected: bool) -> Result<()> {
    match stranger.next().await? {
        Event::Typing { typing, .. } if typing == expected => Ok(()),
        other => bail!("instead of typing ({expected}): {other:?}"),
    }
}
