//! Members of a circle behind routers find each other, or are told that they do not: the real programs, as people start them.

use std::path::Path;
use std::time::{Duration, Instant};

use acaso_shared::limits::MEMBER_DEAD_AFTER;
use acaso_tests::patience::soon;
use acaso_tests::program::Program;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::internet::{Computer, Internet, Nat, PUBLIC};
use crate::memory;

/// Where they meet.
const CIRCLE: &str = "Família";

/// What is said.
const WORDS: &str = "How do you do?";

/// In that time whoever says nothing finds out that another is gone, also on a computer that is busy with other things.
const MISSED_AFTER: Duration = Duration::from_secs(20);

/// The lobby's port.
const LOBBY: u16 = 1025;

#[tokio::test]
async fn two_behind_usual_routers_talk_from_computer_to_computer() -> Result<()> {
    let Some(internet) = Internet::with(&[(Nat::Cone, 1), (Nat::Cone, 1)])? else {
        return Ok(());
    };
    let scene = Scene::opens(&internet, "").await?;
    let (mut ana, mut bia) = scene
        .two(internet.computer(0, 0)?, internet.computer(1, 0)?)
        .await?;
    talk(&mut ana, &mut bia, "direct").await
}

#[tokio::test]
async fn two_behind_one_router_talk_over_their_own_network() -> Result<()> {
    // Nothing leads from a router's inside to its outer port and back in: what is direct here goes over their own addresses.
    let Some(internet) = Internet::with(&[(Nat::Cone, 2)])? else {
        return Ok(());
    };
    let scene = Scene::opens(&internet, "").await?;
    let (mut ana, mut bia) = scene
        .two(internet.computer(0, 0)?, internet.computer(0, 1)?)
        .await?;
    talk(&mut ana, &mut bia, "direct").await
}

#[tokio::test]
async fn two_of_whom_one_is_behind_a_router_that_changes_ports_are_told_that_no_way_leads_to_the_other()
-> Result<()> {
    for other in [Nat::Symmetric, Nat::Cone] {
        let Some(internet) = Internet::with(&[(Nat::Symmetric, 1), (other, 1)])? else {
            return Ok(());
        };
        let scene = Scene::opens(&internet, "").await?;
        let (mut ana, mut bia) = scene
            .two(internet.computer(0, 0)?, internet.computer(1, 0)?)
            .await?;
        let (told_ana, told_bia) = tokio::join!(ana.event("unreachable"), bia.event("unreachable"));
        ensure!(told_ana?["member"] == bia.member && told_bia?["member"] == ana.member);
    }
    Ok(())
}

#[tokio::test]
async fn they_are_relayed_between_if_the_operator_lets_it_by_a_server_that_knows_nothing_of_it() -> Result<()>
{
    let Some(internet) = Internet::with(&[(Nat::Symmetric, 1), (Nat::Symmetric, 1)])? else {
        return Ok(());
    };
    let scene = Scene::opens(&internet, "[circles]\nrelay = true\n").await?;
    let (mut ana, mut bia) = scene
        .two(internet.computer(0, 0)?, internet.computer(1, 0)?)
        .await?;
    talk(&mut ana, &mut bia, "relayed").await?;
    // The circle's name is what the server has to know; that it is found shows that what is looked for would be.
    let server = scene.server.id()?;
    ensure!(memory::holds(server, CIRCLE)?, "the search finds nothing");
    ensure!(!memory::holds(server, WORDS)?, "the server holds what was said");
    Ok(())
}

#[tokio::test]
async fn who_is_cut_off_is_missed_soon_and_sooner_by_whoever_says_something() -> Result<()> {
    let Some(internet) = Internet::with(&[(Nat::Cone, 1), (Nat::Cone, 1)])? else {
        return Ok(());
    };
    let scene = Scene::opens(&internet, "").await?;
    let (mut ana, mut bia) = scene
        .two(internet.computer(0, 0)?, internet.computer(1, 0)?)
        .await?;
    talk(&mut ana, &mut bia, "direct").await?;
    internet.cuts(1)?;
    let cut = Instant::now();
    ana.program.types("Are you there?").await?;
    ana.event("away").await?;
    let missed = cut.elapsed();
    ensure!(
        missed < MEMBER_DEAD_AFTER,
        "an answer was missed after {missed:?}"
    );
    bia.event("away").await?;
    internet.mends(1)?;
    ensure!(bia.event("said").await?["text"] == "Are you there?");
    ensure!(ana.event("back").await?["member"] == bia.member);
    says(&mut bia, &mut ana).await?;

    internet.cuts(1)?;
    let cut = Instant::now();
    ana.event("away").await?;
    let missed = cut.elapsed();
    ensure!(missed < MISSED_AFTER, "nobody was missed until {missed:?}");
    Ok(())
}

#[tokio::test]
async fn who_gets_another_public_address_is_found_there() -> Result<()> {
    let Some(internet) = Internet::with(&[(Nat::Cone, 1), (Nat::Cone, 1)])? else {
        return Ok(());
    };
    let scene = Scene::opens(&internet, "").await?;
    let (mut ana, mut bia) = scene
        .two(internet.computer(0, 0)?, internet.computer(1, 0)?)
        .await?;
    talk(&mut ana, &mut bia, "direct").await?;
    internet.moves(0)?;
    bia.program.types("Where are you?").await?;
    for member in [&mut ana, &mut bia] {
        member.event("away").await?;
    }
    for member in [&mut ana, &mut bia] {
        ensure!(member.event("back").await?["path"] == "direct");
    }
    ensure!(ana.event("said").await?["text"] == "Where are you?");
    says(&mut ana, &mut bia).await
}

#[tokio::test]
async fn what_was_missed_while_a_home_was_cut_off_is_heard_when_it_is_back() -> Result<()> {
    let Some(internet) = Internet::with(&[(Nat::Cone, 1), (Nat::Cone, 1)])? else {
        return Ok(());
    };
    let scene = Scene::opens(&internet, "").await?;
    let (mut ana, mut bia) = scene
        .two(internet.computer(0, 0)?, internet.computer(1, 0)?)
        .await?;
    talk(&mut ana, &mut bia, "direct").await?;
    internet.cuts(1)?;
    ana.program.types("one").await?;
    ensure!(ana.event("away").await?["member"] == bia.member);
    for word in ["two", "three"] {
        ana.program.types(word).await?;
    }
    bia.event("away").await?;
    bia.program.types("and back").await?;
    internet.mends(1)?;
    for word in ["one", "two", "three"] {
        ensure!(bia.event("said").await?["text"] == word);
    }
    ensure!(ana.event("said").await?["text"] == "and back");
    // Nothing comes twice: what is said next is heard next.
    says(&mut ana, &mut bia).await
}

/// Both reach each other so, and hear each other.
async fn talk(ana: &mut Member, bia: &mut Member, path: &str) -> Result<()> {
    let (came_bia, came_ana) = tokio::join!(ana.event("came"), bia.event("came"));
    let (came_bia, came_ana) = (came_bia?, came_ana?);
    ensure!(came_bia["name"] == "Bia" && came_ana["name"] == "Ana");
    ensure!(
        came_bia["path"] == path && came_ana["path"] == path,
        "{came_ana} {came_bia}"
    );
    says(ana, bia).await?;
    says(bia, ana).await
}

async fn says(one: &mut Member, other: &mut Member) -> Result<()> {
    one.program.types(WORDS).await?;
    ensure!(other.event("said").await?["text"] == WORDS);
    Ok(())
}

/// A server that everybody can reach.
struct Scene {
    server: Program,
    desks: TempDir,
}

/// Somebody at a terminal.
struct Member {
    program: Program,
    member: Value,
}

impl Scene {
    async fn opens(internet: &Internet, config: &str) -> Result<Self> {
        let desks = TempDir::new()?;
        let file = desks.path().join("acaso.toml");
        std::fs::write(&file, config)?;
        let mut command = internet.public().command(env!("CARGO_BIN_EXE_story-server"));
        command
            .env("ACASO_CONFIG", &file)
            .args(["--bind", &PUBLIC.to_string(), "--port", &LOBBY.to_string()])
            .arg("--data")
            .arg(desks.path().join("server"));
        let mut server = Program::start(&mut command)?;
        server.line_after("listening on ").await?;
        Ok(Self { server, desks })
    }

    /// Two who come to the same circle from there.
    async fn two(&self, ana: Computer, bia: Computer) -> Result<(Member, Member)> {
        let ana = Member::comes("Ana", &ana, self.desks.path()).await?;
        let bia = Member::comes("Bia", &bia, self.desks.path()).await?;
        Ok((ana, bia))
    }
}

impl Member {
    async fn comes(name: &str, from: &Computer, desk: &Path) -> Result<Self> {
        let mut command = from.command(env!("CARGO_BIN_EXE_story-line-client"));
        command
            .args([&format!("{PUBLIC}:{LOBBY}"), "--name", name, "--json"])
            .args(["--circle", CIRCLE, "--data"])
            .arg(desk.join(name));
        let mut comes = Self {
            program: Program::start(&mut command)?,
            member: Value::Null,
        };
        comes.member = comes.event("gathered").await?["member"].clone();
        Ok(comes)
    }

    /// The next event of that kind; others are passed over.
    async fn event(&mut self, kind: &str) -> Result<Value> {
        let event = async {
            loop {
                let line = self.program.line().await?;
                let event: Value = serde_json::from_str(&line).context(line)?;
                if event["event"] == kind {
                    return anyhow::Ok(event);
                }
            }
        };
        soon(format!("the event {kind}"), event).await?
    }
}
