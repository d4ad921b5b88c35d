//! Two strangers meet, talk, and part; whoever stays meets the next one.

use acaso_shared::limits::MESSAGE_BYTES_MAX;
use acaso_shared::protocol::room::{Parting, Role};
use acaso_tests::house::{Setup, story};
use anyhow::Result;

#[tokio::test]
async fn two_strangers_meet_talk_and_part() -> Result<()> {
    story(Setup::default(), async |house| {
        let mut ana = house.arrives("Ana").await?;
        let room = ana.waits().await?;
        house.registers(&[(room.get(), 1)]).await?;

        let mut bia = house.arrives("Bia").await?;
        let (ana_to_bia, bia_to_ana) = (bia.meets("Ana").await?, ana.meets("Bia").await?);
        assert_eq!((ana_to_bia.port, bia_to_ana.port), (room, room));
        assert_eq!(
            ana_to_bia.meeting, bia_to_ana.meeting,
            "both see the same meeting"
        );
        assert_eq!(
            (bia_to_ana.role, ana_to_bia.role),
            (Role::Initiator, Role::Responder),
            "whoever waited speaks first"
        );
        house.registers(&[(room.get(), 2)]).await?;

        ana.says("olá 🌻 你好").await?;
        bia.hears("olá 🌻 你好").await?;
        bia.says("שלום, and  two spaces \n and a line").await?;
        ana.hears("שלום, and  two spaces \n and a line").await?;

        bia.leaves().await?;
        ana.is_left(Parting::Left).await?;
        house.registers(&[(room.get(), 1)]).await?;
        ana.leaves().await?;
        house.registers(&[]).await?;
        house.is_shut(room.get()).await
    })
    .await
}

#[tokio::test]
async fn any_text_goes_through_unchanged() -> Result<()> {
    let longest = "ж".repeat(MESSAGE_BYTES_MAX / 2);
    let texts = [
        "QUIT",
        "👩‍👩‍👧‍👦 🏳️‍🌈 é e\u{301} \u{202e}right to left\u{202c}",
        "\u{0}\u{7}\u{1b}[31m control characters are the window's to tame",
        "漢字かな交じり文 한국어 ไทย हिन्दी العربية",
        &longest,
    ];
    story(Setup::default(), async |house| {
        let mut ana = house.arrives("Ana 🌻").await?;
        ana.waits().await?;
        let mut bia = house.arrives("毕娅").await?;
        bia.meets("Ana 🌻").await?;
        ana.meets("毕娅").await?;
        for text in texts {
            ana.says(text).await?;
            bia.hears(text).await?;
            bia.says(text).await?;
            ana.hears(text).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn whoever_stays_meets_the_next_one_in_the_same_room() -> Result<()> {
    story(Setup::default(), async |house| {
        let mut ana = house.arrives("Ana").await?;
        let room = ana.waits().await?;
        let mut meetings = Vec::new();
        for name in ["Bia", "Caio", "Dora"] {
            let mut next = house.arrives(name).await?;
            let partner = next.meets("Ana").await?;
            assert_eq!(partner.port, room);
            assert_eq!(ana.meets(name).await?.meeting, partner.meeting);
            assert!(
                !meetings.contains(&partner.meeting),
                "each conversation has keys of its own"
            );
            meetings.push(partner.meeting);
            next.says("hello").await?;
            ana.hears("hello").await?;
            next.leaves().await?;
            ana.is_left(Parting::Left).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_fourth_joins_the_third_and_disturbs_nobody() -> Result<()> {
    story(Setup::default(), async |house| {
        let mut ana = house.arrives("Ana").await?;
        let first = ana.waits().await?;
        let mut bia = house.arrives("Bia").await?;
        bia.meets("Ana").await?;
        ana.meets("Bia").await?;

        let mut caio = house.arrives("Caio").await?;
        let second = caio.waits().await?;
        assert_ne!(first, second, "a third never enters");
        house.registers(&[(first.get(), 2), (second.get(), 1)]).await?;
        let mut dora = house.arrives("Dora").await?;
        assert_eq!(dora.meets("Caio").await?.port, second);
        caio.meets("Dora").await?;
        house.registers(&[(first.get(), 2), (second.get(), 2)]).await?;

        // Nothing was told to the two in between, or it would be heard first.
        ana.says("where were we?").await?;
        bia.hears("where were we?").await?;
        dora.says("hi").await?;
        caio.hears("hi").await
    })
    .await
}

#[tokio::test]
async fn it_works_without_tls_for_trials() -> Result<()> {
    story(Setup::plain(), async |house| {
        assert_eq!(house.server().fingerprint(), None);
        house.two_strangers_meet().await
    })
    .await
}
