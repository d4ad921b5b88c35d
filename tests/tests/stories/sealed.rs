//! Sealed from the first day: what goes by the server tells neither names nor words, and nobody in between can change them.

use acaso_shared::codec;
use acaso_shared::ids::ConversationNumber;
use acaso_shared::protocol::room::{Parting, RoomRequest};
use acaso_shared::session::Problem;
use acaso_tests::between::{Between, Meddling, contains, shows};
use acaso_tests::house::{Setup, story};
use anyhow::Result;

/// Few enough for somebody in between to listen at every door.
const ROOMS: std::ops::RangeInclusive<u16> = 2000..=2003;

#[tokio::test]
async fn neither_names_nor_words_go_by_the_server() -> Result<()> {
    let words = [
        "the canary sings at dawn",
        "canário às cinco, 金丝雀",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ];
    let names = ["Anastácia Canária", "Bianca-Canarinho"];
    story(Setup::plain().forgetful().rooms(ROOMS), async |house| {
        let between = Between::new(house.lobby(), ROOMS, Meddling::Listens).await?;
        let mut ana = house.arrives_at(between.lobby(), names[0]).await?;
        ana.waits().await?;
        let mut bia = house.arrives_at(between.lobby(), names[1]).await?;
        bia.meets(names[0]).await?;
        ana.meets(names[1]).await?;
        for text in words {
            ana.says(text).await?;
            bia.hears(text).await?;
            bia.says(text).await?;
            ana.hears(text).await?;
        }
        let overheard = between.overheard();
        // Two visits and two seats, in both directions; and what is not sealed is there to be seen.
        assert_eq!(overheard.len(), 8);
        let conversation = ConversationNumber(1);
        let ready = codec::encode(&RoomRequest::Ready { conversation });
        assert_eq!(overheard.iter().filter(|way| contains(way, &ready)).count(), 2);
        let sealed: usize = overheard.iter().map(Vec::len).sum();
        assert!(
            sealed > 8 * 128,
            "eight padded plaintexts went by, not {sealed} bytes"
        );
        for way in overheard {
            for text in words.iter().chain(&names) {
                assert!(!shows(&way, text), "{text} went by");
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_lengths_that_go_by_are_few() -> Result<()> {
    story(Setup::plain().forgetful().rooms(ROOMS), async |house| {
        let between = Between::new(house.lobby(), ROOMS, Meddling::Listens).await?;
        let mut ana = house.arrives_at(between.lobby(), "Ana").await?;
        ana.waits().await?;
        let mut bia = house.arrives_at(between.lobby(), "Bia").await?;
        bia.meets("Ana").await?;
        ana.meets("Bia").await?;
        // Whatever belongs to the meeting itself has gone by once each has heard the other and knows of having been heard.
        ana.says("hello").await?;
        bia.hears("hello").await?;
        bia.says("hello").await?;
        ana.hears("hello").await?;
        ana.is_sure().await?;
        bia.is_sure().await?;
        let gone_by = || between.overheard().iter().map(Vec::len).sum::<usize>();
        let mut steps = Vec::new();
        for text in ["no", "yes, of course I will, why would I not?"] {
            let before = gone_by();
            ana.says(text).await?;
            bia.hears(text).await?;
            ana.is_sure().await?;
            steps.push(gone_by() - before);
        }
        assert_eq!(steps[0], steps[1], "an answer is not to be told by its length");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn one_bit_turned_on_the_way_ends_the_conversation() -> Result<()> {
    story(Setup::plain().rooms(ROOMS), async |house| {
        let between = Between::new(house.lobby(), ROOMS, Meddling::TurnsOneBit).await?;
        let mut ana = house.arrives("Ana").await?;
        ana.waits().await?;
        let mut bia = house.arrives_at(between.lobby(), "Bia").await?;
        bia.meets("Ana").await?;
        ana.meets("Bia").await?;
        ana.says("nobody touches this").await?;
        bia.hears("nobody touches this").await?;
        bia.says("but this").await?;
        assert_eq!(ana.is_refused().await?, Problem::Unverified);
        // Whoever is cut off before hearing of it would go on trying to come back to the one in between.
        bia.is_left(Parting::Left).await
    })
    .await
}
