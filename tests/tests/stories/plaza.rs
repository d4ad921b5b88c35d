//! Public rooms for many: what one says everybody hears, in one order; who does not read delays nobody; what is missed is shown only
//! where the operator keeps it.

mod limits;
mod rude;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use acaso_server::PlazaSetup;
use acaso_shared::limits::POSTS_BURST;
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::plaza::{PlazaEvent, PlazaFacts};
use acaso_shared::protocol::room::Closing;
use acaso_shared::session::plaza::{NotPosted, PlazaCommand, PlazaNews, list};
use acaso_shared::session::{Ending, Options, Problem, Visit};
use acaso_tests::carrier::Carrier;
use acaso_tests::faults::Fault;
use acaso_tests::house::{House, Setup, story, story_once};
use acaso_tests::plaza::{PRACA, Villager, named, praca};
use anyhow::{Result, bail, ensure};
use tracing_subscriber::fmt::MakeWriter;

/// Silence after which a link is dead: short, for the stories that wait for it.
const DEAD_AFTER: Duration = Duration::from_millis(900);

/// Longer than any story.
const FOR_EVER: Duration = Duration::from_secs(3600);

fn with_plaza() -> Setup {
    Setup::default().plaza(praca())
}

fn with_history(history: u32) -> Setup {
    Setup::default().plaza(PlazaSetup { history, ..praca() })
}

#[tokio::test]
async fn three_talk_and_see_each_other_come_and_go() -> Result<()> {
    story(with_plaza(), async |house| {
        let mut ana = house.goes_to(PRACA, "Ana").await?;
        ana.enters().await?;
        ana.sees(&["Ana"]).await?;
        let mut bia = house.goes_to(PRACA, "Bia").await?;
        bia.enters().await?;
        bia.sees(&["Ana", "Bia"]).await?;
        ana.sees(&["Ana", "Bia"]).await?;
        let first = ana.posts("hello?\nis anybody here?").await?;
        let post = bia.hears("Ana", "hello?\nis anybody here?").await?;
        ensure!(post.number == first && post.subject.is_none());
        // Two may go by one name.
        let mut other = house.goes_to(PRACA, "Ana").await?;
        other.enters().await?;
        bia.sees(&["Ana", "Ana", "Bia"]).await?;
        let id = bia.says_about(Some("boats"), "they come at ten").await?;
        ensure!(bia.is_posted(id).await? > first);
        for hearer in [&mut ana, &mut other] {
            let post = hearer.hears("Bia", "they come at ten").await?;
            ensure!(post.subject.is_some_and(|subject| subject.as_str() == "boats"));
        }
        other.leaves().await?;
        ana.sees(&["Ana", "Bia"]).await?;
        bia.command(PlazaCommand::Leave).await?;
        ana.sees(&["Ana"]).await?;
        ana.leaves().await
    })
    .await
}

#[tokio::test]
async fn everybody_hears_everything_in_one_order() -> Result<()> {
    story(with_plaza(), async |house| {
        let directions = house.directions();
        let mut people = Vec::new();
        for number in 0..8 {
            people.push(directions.in_plaza(&format!("guest {number}")).await?);
        }
        let said = u64::from(POSTS_BURST);
        for tag in 0..said {
            for passer in &mut people {
                let text = format!("{} of {}", tag, passer.number.0);
                passer.says(tag, &text).await?;
            }
        }
        let all = said * people.len() as u64;
        for passer in &mut people {
            let mut tags = 0..said;
            for expected in 1..=all {
                let number = match passer.hears_of_posts().await? {
                    PlazaEvent::Post(post) => {
                        ensure!(post.author.number != passer.number, "one's own");
                        post.number
                    }
                    PlazaEvent::Posted { tag, number, .. } => {
                        ensure!(Some(tag.0) == tags.next(), "in another order");
                        number
                    }
                    other => bail!("instead of a post: {other:?}"),
                };
                ensure!(number.short() == expected, "{number:?} instead of {expected}");
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_longest_posts_arrive_whole() -> Result<()> {
    story(with_plaza(), async |house| {
        let (mut ana, mut bia) = two(house).await?;
        let long = "çã\n".repeat(60 * 1024 / 5);
        for _ in 0..POSTS_BURST {
            ana.posts(&long).await?;
            bia.hears("Ana", &long).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn newcomers_are_shown_what_the_operator_keeps() -> Result<()> {
    story(with_history(2), async |house| {
        let mut ana = house.goes_to(PRACA, "Ana").await?;
        ana.enters().await?;
        for text in ["one", "two", "three"] {
            ana.posts(text).await?;
        }
        let mut bia = house.goes_to(PRACA, "Bia").await?;
        bia.enters().await?;
        bia.hears("Ana", "two").await?;
        bia.hears("Ana", "three").await?;
        ana.posts("four").await?;
        bia.hears("Ana", "four").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn newcomers_are_shown_nothing_where_nothing_is_kept() -> Result<()> {
    story(with_plaza(), async |house| {
        let mut ana = house.goes_to(PRACA, "Ana").await?;
        ana.enters().await?;
        ana.posts("before").await?;
        let mut bia = house.goes_to(PRACA, "Bia").await?;
        bia.enters().await?;
        bia.sees(&["Ana", "Bia"]).await?;
        ana.posts("after").await?;
        bia.hears("Ana", "after").await?;
        // Whoever hosts a plaza reads along.
        let look = house.server().plaza(&named(PRACA), None).await;
        let posts = look.map(|look| look.posts).unwrap_or_default();
        let read: Vec<_> = posts.iter().map(|post| post.text.as_str()).collect();
        ensure!(read == ["before", "after"]);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn whoever_is_cut_off_comes_back_to_what_was_missed() -> Result<()> {
    story(impatient(with_history(50)), async |house| {
        let network = house.network().await?;
        let (visit, mut bia) = (house.visit("Ana")?, house.goes_to(PRACA, "Bia").await?);
        bia.enters().await?;
        let visit = Visit {
            server: network.lobby().to_string().parse()?,
            ..visit
        };
        let mut ana = house.goes_with(visit, PRACA, |options| {
            options.timings.ping_after = DEAD_AFTER / 3;
            options.timings.dead_after = DEAD_AFTER;
            options.timings.pause = Duration::from_millis(20);
        });
        let first = ana.enters().await?;
        ana.posts("heard before").await?;
        bia.hears("Ana", "heard before").await?;

        network.strike(Fault::Swallowed);
        network.strike(Fault::Outage(FOR_EVER));
        ana.says("into the void").await?;
        ensure!(ana.is_given_back("into the void").await? == NotPosted::Unknown);
        network.shuts();
        ana.loses_the_link().await?;
        ana.says("too early").await?;
        ensure!(given_back(&mut ana, "too early").await? == NotPosted::NotTaken);
        bia.sees(&["Bia"]).await?;
        bia.posts("missed").await?;

        network.opens();
        let again = loop {
            match ana.next().await? {
                PlazaNews::Entered { member } => break member,
                PlazaNews::LinkLost { .. } => {}
                other => bail!("instead of coming back: {other:?}"),
            }
        };
        ensure!(again != first, "numbers are never given twice");
        ana.hears("Bia", "missed").await?;
        ana.posts("back").await?;
        bia.hears("Ana", "back").await?;
        ana.sees(&["Ana", "Bia"]).await
    })
    .await
}

/// Is given that back; that it is tried again is told meanwhile.
async fn given_back(villager: &mut Villager, text: &str) -> Result<NotPosted> {
    loop {
        match villager.next().await? {
            PlazaNews::LinkLost { .. } => {}
            PlazaNews::NotPosted {
                text: back, reason, ..
            } if back.as_str() == text => return Ok(reason),
            other => bail!("instead of getting it back: {other:?}"),
        }
    }
}

#[tokio::test]
async fn plazas_are_listed_to_who_may_come_in_and_entered_at_their_own_ports_too() -> Result<()> {
    let boats = PlazaSetup {
        port: Some(2500),
        people_max: 10,
        history: 7,
        ..PlazaSetup::new(named("Boats"))
    };
    story(with_plaza().plaza(boats), async |house| {
        let listed = list(options(house, "list"), house.visit("Ana")?).await?;
        let lobby = house.lobby().port();
        let facts = |plaza: &PlazaFacts| (plaza.name.as_str().to_owned(), plaza.port, plaza.history);
        let listed: Vec<_> = listed.iter().map(facts).collect();
        ensure!(listed == [(PRACA.into(), lobby, 0), ("Boats".into(), 2500, 7)]);
        // Where rooms have no ports of their own, nobody's can be taken.
        let rooms = if house.config().rooms.are_shared() {
            8974
        } else {
            8973
        };
        ensure!(house.server().capacity().rooms == rooms, "its port is no room's");

        let visit = Visit {
            server: house.door(2500).to_string().parse()?,
            ..house.visit("Ana")?
        };
        let mut ana = house.goes_by(visit, "boats");
        ana.enters().await?;
        let mut bia = house.goes_to("Boats", "Bia").await?;
        bia.enters().await?;
        bia.posts("by the front door").await?;
        ana.hears("Bia", "by the front door").await?;
        ensure!(house.directions().not_in_plaza("Nowhere").await? == Refusal::NoSuchPlaza);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_server_without_plazas_offers_none() -> Result<()> {
    story(Setup::default(), async |house| {
        let listed = list(options(house, "list"), house.visit("Ana")?).await?;
        ensure!(listed.is_empty());
        let mut ana = house.goes_to(PRACA, "Ana").await?;
        ensure!(ana.is_closed().await? == Ending::Problem(Problem::NoSuchPlaza));
        ensure!(house.directions().not_in_plaza(PRACA).await? == Refusal::Unexpected);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn everybody_is_told_when_the_server_stops() -> Result<()> {
    for carrier in [Carrier::Plain, Carrier::Tls, Carrier::Quic] {
        let house = House::open(with_plaza().over(carrier)).await?;
        let (mut ana, mut bia) = two(&house).await?;
        house.stops().await?;
        for told in [&mut ana, &mut bia] {
            let ending = told.is_closed().await?;
            ensure!(
                ending == Ending::Closing(Closing::Server),
                "{carrier}: {ending:?}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn neither_names_nor_words_are_in_the_log() -> Result<()> {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(log.clone())
        .with_max_level(tracing::Level::TRACE)
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    story_once(with_history(5), async |house| {
        let mut ana = house.goes_to(PRACA, "Xanthippe").await?;
        ana.enters().await?;
        let id = ana.says_about(Some("subjectissimo"), "wordissimo").await?;
        ana.is_posted(id).await?;
        let mut bia = house.goes_to(PRACA, "Bia").await?;
        bia.enters().await?;
        bia.hears("Xanthippe", "wordissimo").await?;
        tracing::info!("told to the end");
        ana.leaves().await
    })
    .await?;
    drop(guard);
    let log = log.text();
    ensure!(log.contains("told to the end"), "nothing was logged at all");
    for secret in ["Xanthippe", "subjectissimo", "wordissimo"] {
        ensure!(!log.contains(secret), "{secret} is in the log");
    }
    Ok(())
}

/// A log in memory.
#[derive(Clone, Debug, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bytes.extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Ana and Bia are in the plaza, and see each other.
async fn two(house: &House) -> Result<(Villager, Villager)> {
    let mut ana = house.goes_to(PRACA, "Ana").await?;
    ana.enters().await?;
    let mut bia = house.goes_to(PRACA, "Bia").await?;
    bia.enters().await?;
    ana.sees(&["Ana", "Bia"]).await?;
    bia.sees(&["Ana", "Bia"]).await?;
    Ok((ana, bia))
}

fn impatient(setup: Setup) -> Setup {
    setup.rooms(2000..=2001).timings(|timings| {
        timings.ping_after = DEAD_AFTER / 3;
        timings.dead_after = DEAD_AFTER;
    })
}

/// An engine with a memory of its own.
fn options(house: &House, desk: &str) -> Options {
    Options::new(house.data().join(desk).join("known_servers.toml"))
}
