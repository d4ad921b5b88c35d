//! Somebody in between: the server itself, or who took its place. They may read nothing, change nothing, and if they play both ends,
//! whoever compares the phrase sees it.

use acaso_shared::protocol::VersionRange;
use acaso_shared::protocol::partner::{Envelope, PartnerControl};
use acaso_shared::protocol::room::{Parting, RoomEvent};
use acaso_shared::sealed::SafetyPhrase;
use acaso_shared::session::Problem;
use acaso_tests::between::{Between, Meddling};
use acaso_tests::carrier::Carrier;
use acaso_tests::house::{House, Setup, story};
use acaso_tests::stranger::{Errand, Stranger};
use acaso_tests::voice::Voice;
use anyhow::{Context, Result, ensure};

#[tokio::test]
async fn relayed_honestly_both_read_the_same_phrase_and_each_meeting_has_another() -> Result<()> {
    story(
        Setup::default().over(Carrier::Tls).rooms(2000..=2003),
        async |house| {
            let between = Between::new(house.lobby(), 2000..=2003, Meddling::Listens).await?;
            let mut phrases = Vec::new();
            for _ in 0..3 {
                let lobby = between.lobby();
                let mut ana = house.arrives_at(lobby, "Ana").await?;
                ana.waits().await?;
                let mut bia = house.arrives_at(lobby, "Bia").await?;
                let phrase = bia.meets("Ana").await?.phrase;
                ensure!(phrase == ana.meets("Bia").await?.phrase, "two phrases");
                ensure!(!phrases.contains(&phrase), "a phrase came again");
                phrases.push(phrase);
                bia.leaves().await?;
                ana.is_left(Parting::Left).await?;
                ana.leaves().await?;
                house.registers(&[]).await?;
            }
            Ok(())
        },
    )
    .await
}

#[tokio::test]
async fn whoever_plays_both_ends_is_seen_by_the_phrase_alone() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, mut to_ana) = beside(house, "Ana", "Bia").await?;
        let (mut bia, mut to_bia) = beside(house, "Bia", "Ana").await?;

        // Nothing else tells it: names and words are as they would be.
        ana.says("is it you?").await?;
        let text = to_ana.hears_text().await?;
        to_bia.says_text(text.as_str()).await?;
        bia.hears("is it you?").await?;

        let (anas, bias) = (phrase(&ana)?, phrase(&bia)?);
        ensure!(
            anas == to_ana.phrase()? && bias == to_bia.phrase()?,
            "they read what they have"
        );
        ensure!(anas != bias, "nobody would have seen it");
        to_ana.leaves().await?;
        to_bia.leaves().await
    })
    .await
}

fn phrase(stranger: &Stranger) -> Result<SafetyPhrase> {
    let partner = stranger.partner().context("nobody is there")?;
    Ok(partner.phrase.clone())
}

#[tokio::test]
async fn nobody_is_talked_into_an_older_version() -> Result<()> {
    let new = VersionRange { min: 1, max: 2 };
    for meddling in [
        Meddling::Listens,
        Meddling::MakesClientsOld,
        Meddling::MakesPartnersOld,
    ] {
        let setup = Setup::plain().rooms(2000..=2003).versions(new);
        story(setup, async |house| {
            let between = Between::new(house.lobby(), 2000..=2003, meddling).await?;
            let arrives = async |name| {
                let speaks = |errand: Errand| errand.options(|options| options.versions = new);
                let mut stranger = house.arrives_as(between.lobby(), name, speaks).await?;
                stranger.waits().await?;
                anyhow::Ok(stranger)
            };
            let (mut ana, mut bia) = (arrives("Ana").await?, arrives("Bia").await?);
            match meddling {
                Meddling::MakesClientsOld => {
                    // Each is told of a version of its own that it never named.
                    ensure!(ana.is_refused().await? == Problem::Protocol, "Ana believed it");
                    ensure!(bia.is_refused().await? == Problem::Protocol, "Bia believed it");
                }
                Meddling::MakesPartnersOld => {
                    // Both believe it of each other, and the handshake does not: she is shown nobody and waits anew.
                    ana.waits().await?;
                    ana.leaves().await?;
                    bia.leaves().await?;
                }
                _ => {
                    ana.meets("Bia").await?;
                    bia.meets("Ana").await?;
                    ana.leaves().await?;
                    bia.is_left(Parting::Left).await?;
                    bia.leaves().await?;
                }
            }
            Ok(())
        })
        .await
        .with_context(|| format!("{meddling:?}"))?;
    }
    Ok(())
}

#[tokio::test]
async fn a_first_handshake_message_may_come_again_but_no_other_one() -> Result<()> {
    story(Setup::default(), async |house| {
        let seat = house.directions().seated().await?;
        let mut ana = house.arrives("Ana").await?;
        let (mut rude, first) = Voice::begins(seat).await?;
        let first = first.context("whoever was there first speaks first")?;
        rude.introduces("Rude").await?;
        ana.meets("Rude").await?;

        rude.sends(&first).await?;
        rude.says_text("the same is harmless").await?;
        ana.hears("the same is harmless").await?;

        rude.sends(&changed(&first)).await?;
        ensure!(ana.is_refused().await? == Problem::Unverified, "it was taken");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_second_handshake_message_may_come_again_but_no_other_one() -> Result<()> {
    story(Setup::default(), async |house| {
        let mut ana = house.arrives("Ana").await?;
        ana.waits().await?;
        let (mut rude, _) = Voice::begins(house.directions().seated().await?).await?;
        rude.introduces("Rude").await?;
        ana.meets("Rude").await?;
        let second = rude.answer().context("whoever came later answers")?.clone();

        rude.sends(&second).await?;
        rude.says_text("the same is harmless").await?;
        ana.hears("the same is harmless").await?;

        rude.sends(&changed(&second)).await?;
        ensure!(ana.is_refused().await? == Problem::Unverified, "it was taken");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn another_commitment_before_anything_is_shown_is_nobody_to_be_shown() -> Result<()> {
    story(Setup::default(), async |house| {
        let seat = house.directions().seated().await?;
        let mut ana = house.arrives("Ana").await?;
        let (mut rude, first) = Voice::begins(seat).await?;
        let first = first.context("whoever was there first speaks first")?;
        // The answer is known now, which is when somebody in between would choose anew.
        rude.receives().await?;
        rude.sends(&changed(&first)).await?;
        let there = ana.waits().await?;
        ensure!(there == rude.seat.port, "they sat together");
        // She was shown nobody, and waits for somebody else.
        ana.waits().await?;
        // Her name, sealed for whoever had begun first, was on its way already.
        while let RoomEvent::Sealed(_) = rude.seat.hears().await? {}
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_comes_twice_or_too_early_is_shown_once_and_in_order() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, mut rude) = beside(house, "Ana", "Rude").await?;
        let one = rude.says_text("one").await?;
        ana.hears("one").await?;
        let (two, three) = (rude.seals_text("two")?, rude.seals_text("three")?);
        for envelope in [&one, &three, &one, &two, &two, &three, &one, &three] {
            rude.sends(envelope).await?;
        }
        ana.hears("two").await?;
        ana.hears("three").await?;
        let typing = rude.says_control(&PartnerControl::Ack { next: 0 }).await?;
        rude.sends(&typing).await?;
        rude.says_text("four").await?;
        ana.hears("four").await?;
        rude.leaves().await
    })
    .await
}

#[tokio::test]
async fn forged_words_and_forged_acknowledgements_end_the_conversation() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, mut rude) = beside(house, "Ana", "Rude").await?;
        let text = rude.seals_text("nobody said this")?;
        rude.sends(&changed(&text)).await?;
        ensure!(ana.is_refused().await? == Problem::Unverified, "it was taken");
        drop(rude);

        let (mut ana, mut rude) = beside(house, "Ana", "Rude").await?;
        let ack = rude.says_control(&PartnerControl::Ack { next: 0 }).await?;
        let Envelope::Control { counter, ciphertext } = ack else {
            anyhow::bail!("not a control message");
        };
        let forged = Envelope::Control {
            counter: counter + 1,
            ciphertext,
        };
        rude.sends(&forged).await?;
        ensure!(ana.is_refused().await? == Problem::Unverified, "it was taken");
        Ok(())
    })
    .await
}

/// Somebody with a client waits, and somebody who speaks by hand sits down beside them under that name.
async fn beside(house: &House, name: &str, shown: &str) -> Result<(Stranger, Voice)> {
    let mut stranger = house.arrives(name).await?;
    stranger.waits().await?;
    let (mut voice, _) = Voice::begins(house.directions().seated().await?).await?;
    let heard = voice.introduces(shown).await?;
    ensure!(heard.as_str() == name, "{heard} is there, not {name}");
    stranger.meets(shown).await?;
    Ok((stranger, voice))
}

/// The same with one bit turned over.
fn changed(envelope: &Envelope) -> Envelope {
    let mut envelope = envelope.clone();
    let (Envelope::First(bytes)
    | Envelope::Second(bytes)
    | Envelope::Data {
        ciphertext: bytes, ..
    }
    | Envelope::Control {
        ciphertext: bytes, ..
    }) = &mut envelope
    else {
        unreachable!("what is sealed is not said in clear");
    };
    if let Some(last) = bytes.last_mut() {
        *last ^= 1;
    }
    envelope
}
