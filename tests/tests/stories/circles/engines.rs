//! People with clients in a circle: they reach each other from computer to computer, whatever becomes of the server.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use acaso_server::{Config, Server};
use acaso_shared::ids::{CircleName, Code, Name};
use acaso_shared::limits::{CIRCLE_MEMBERS_MAX, WRONG_WORDS_MAX};
use acaso_shared::protocol::circle::{CircleMember, Introduction};
use acaso_shared::session::Visit;
use acaso_shared::session::circle::{Circle, CircleNews, Path};
use acaso_tests::carrier::Carrier;
use acaso_tests::circle::{introduction, named};
use acaso_tests::companion::Companion;
use acaso_tests::house::{Setup, story, story_once};
use acaso_tests::loopback::own_address;
use acaso_tests::patience::soon;
use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

/// What each says in turn.
const WORDS: [&str; 3] = ["one", "two", "three"];

fn family() -> Result<Circle> {
    Ok(Circle::Named(CircleName::parse("Família")?))
}

/// Everybody says a few things at once; everybody else hears each once, in the order in which they were said.
async fn all_talk(members: &mut [Companion], round: &str) -> Result<()> {
    for word in WORDS {
        for member in &mut *members {
            member.says(&format!("{round} {word}")).await?;
        }
    }
    let expected: Vec<_> = WORDS.iter().map(|word| format!("{round} {word}")).collect();
    let others = members.len() - 1;
    for member in members {
        let mut heard: BTreeMap<CircleMember, Vec<String>> = BTreeMap::new();
        for _ in 0..others * WORDS.len() {
            let (whose, text) = member.hears().await?;
            heard.entry(whose).or_default().push(text);
        }
        ensure!(
            heard.len() == others,
            "{} heard {} of {others}",
            member.name,
            heard.len()
        );
        ensure!(
            heard.values().all(|heard| *heard == expected),
            "{}: {heard:?}",
            member.name
        );
    }
    Ok(())
}

#[tokio::test]
async fn two_reach_each_other_directly_whatever_carries_their_links_to_the_server() -> Result<()> {
    story(Setup::default(), async |house| {
        let mut ana = house.gathers("Ana", family()?)?;
        let (first, code) = ana.gathers().await?;
        ensure!(code.is_none(), "there is a code where none is needed");
        let mut bia = house.gathers("Bia", family()?)?;
        let (second, _) = bia.gathers().await?;
        ensure!(ana.meets("Bia").await? == (second, Path::Direct));
        ensure!(bia.meets("Ana").await? == (first, Path::Direct));
        let mut both = [ana, bia];
        all_talk(&mut both, "hello").await?;
        let [ana, mut bia] = both;
        ana.leaves().await?;
        ensure!(bia.loses(first).await?, "she left with a goodbye");
        bia.leaves().await
    })
    .await
}

/// A server that is started and stopped with the same directory, so that those who know it know it again.
struct Hosted {
    config: Config,
    _data: TempDir,
}

impl Hosted {
    async fn start() -> Result<(Self, Server)> {
        let data = TempDir::new()?;
        let mut config = Setup::default()
            .over(Carrier::Quic)
            .config(own_address().into(), 0, data.path());
        let server = Server::start(config.clone()).await?;
        config.port = server.address().port();
        Ok((Self { config, _data: data }, server))
    }

    fn visit(&self, name: &str) -> Result<Visit> {
        let address = SocketAddr::new(self.config.bind, self.config.port);
        Ok(Visit::new(address.to_string().parse()?, Name::parse(name)?))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_talk_lose_their_server_and_some_of_their_own_and_take_others_in() -> Result<()> {
    let ((hosted, server), desk) = (Hosted::start().await?, TempDir::new()?);
    let goes = |name: String| {
        Companion::goes(hosted.visit(&name)?, family()?, desk.path(), |options| {
            // Who is missed is given up soon, but not while a busy computer only keeps them waiting; and the server is asked for soon.
            options.timings.grace = Duration::from_secs(10);
            options.timings.pause = Duration::from_millis(200);
        })
    };
    let mut members = Vec::new();
    for number in 1..=CIRCLE_MEMBERS_MAX {
        members.push(goes(format!("Member {number}"))?);
    }
    let mut numbers = Vec::new();
    for member in &mut members {
        numbers.push(member.gathers().await?.0);
    }
    for member in &mut members {
        member.is_with(CIRCLE_MEMBERS_MAX - 1).await?;
    }
    all_talk(&mut members, "all here").await?;

    soon("the server stops", server.stop()).await?;
    for member in &mut members {
        let lost = |news: &CircleNews| matches!(news, CircleNews::LobbyLost { .. }).then_some(());
        member.hears_of("the server is gone", lost).await?;
    }
    all_talk(&mut members, "without a server").await?;

    let (left, vanished) = (numbers.remove(0), numbers.remove(0));
    members.remove(0).leaves().await?;
    members.remove(0).vanishes();
    let mut goodbyes = 0;
    for member in &mut members {
        // Two who have just lost the link to each other cannot say goodbye, as sixteen on a busy computer now and then have.
        goodbyes += usize::from(member.loses(left).await?);
        ensure!(
            !member.loses(vanished).await?,
            "a goodbye of whom nobody heard one"
        );
    }
    ensure!(goodbyes > members.len() / 2, "{goodbyes} heard the goodbye");
    all_talk(&mut members, "without two").await?;

    let server = Server::start(hosted.config.clone()).await?;
    for member in &mut members {
        let back = |news: &CircleNews| matches!(news, CircleNews::LobbyBack).then_some(());
        member.hears_of("the server is back", back).await?;
    }
    for name in ["Back again", "And again"] {
        members.push(goes(name.to_owned())?);
    }
    for member in &mut members {
        member.is_with(CIRCLE_MEMBERS_MAX - 1).await?;
    }
    all_talk(&mut members, "all here again").await?;
    for member in members {
        member.leaves().await?;
    }
    soon("the server stops", server.stop()).await
}

#[tokio::test]
async fn a_circle_with_a_code_lets_in_who_knows_its_words_and_nobody_who_guesses_too_often() -> Result<()> {
    story_once(Setup::default(), async |house| {
        let mut ana = house.gathers("Ana", Circle::New)?;
        let code = ana.gathers().await?.1.context("no code for the others")?;
        let mut bia = house.gathers("Bia", Circle::Coded(code.clone()))?;
        bia.gathers().await?;
        ana.meets("Bia").await?;
        bia.meets("Ana").await?;

        let mut guessers = Vec::new();
        for guess in 1..=WRONG_WORDS_MAX {
            let mut guesser = house.gathers(&format!("Guesser {guess}"), Circle::Coded(guessed(&code)?))?;
            guesser.gathers().await?;
            let told = |news: &CircleNews| match news {
                CircleNews::WrongWords { open } => Some(*open),
                _ => None,
            };
            for member in [&mut ana, &mut bia] {
                let open = member.hears_of("somebody guessed", told).await?;
                ensure!(open == (guess < WRONG_WORDS_MAX), "after {guess} guesses");
            }
            guesser.hears_of("the words were wrong", told).await?;
            ensure!(guesser.here.is_empty(), "somebody was told a guesser's name");
            guessers.push(guesser);
        }
        ensure!(ana.here.len() == 1 && bia.here.len() == 1, "a guesser came in");
        let mut both = [ana, bia];
        all_talk(&mut both, "still here").await?;
        guessers.into_iter().for_each(Companion::vanishes);
        Ok(())
    })
    .await
}

/// The same number with other words.
fn guessed(code: &Code) -> Result<Code> {
    let (number, other) = (code.number(), Code::lasting().to_string());
    let words = other.split_once('-').context("a code has words")?.1.to_owned();
    Ok(format!("{number}-{words}").parse()?)
}

#[tokio::test]
async fn where_another_answers_than_was_introduced_no_link_is_made() -> Result<()> {
    story_once(Setup::default().over(Carrier::Quic), async |house| {
        let mut bia = house.gathers("Bia", family()?)?;
        let (bias, _) = bia.gathers().await?;
        // Whoever lies about keys, server or member: Bia's addresses with a key that is not hers.
        let mut liar = house.directions().in_circle(named("Família"), 1).await?;
        let met = liar.meets().await?;
        ensure!(met.member == bias && !met.introduction.local.is_empty());
        let false_key = Introduction {
            local: met.introduction.local,
            ..introduction(9)
        };
        let second = house
            .directions()
            .in_circle_as(named("Família"), 9, false_key)
            .await?;
        let mut ana = house.gathers("Ana", family()?)?;
        ana.gathers().await?;
        ensure!(ana.meets("Bia").await?.0 == bias);
        let unreachable = |news: &CircleNews| match news {
            CircleNews::Unreachable { member } if *member == second.member => Some(()),
            _ => None,
        };
        ana.hears_of("there is nobody with that key", unreachable).await?;
        ensure!(ana.here.len() == 1 && bia.meets("Ana").await.is_ok() && bia.here.len() == 1);
        drop((liar, second));
        ana.leaves().await?;
        bia.leaves().await
    })
    .await
}
