//! People who kept jubilant's client come into a plaza with their account, and hear what others say whenever they have said something.

use std::time::Duration;

use acaso_server::{Accounts, BadGateway, Classic, Contradiction, Server, StartError};
use acaso_shared::ids::{AccountName, Password};
use acaso_shared::protocol::lobby::Access;
use acaso_tests::carrier::Carrier;
use acaso_tests::house::{House, Setup, story_once};
use acaso_tests::loopback::own_address;
use acaso_tests::old_jubilant::Jubilant;
use acaso_tests::patience::{seen, soon};
use acaso_tests::plaza::{PRACA, Villager, praca};
use anyhow::{Result, bail, ensure};
use socket2::SockRef;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SECRET: &str = "correct horse";

fn with_jubilant() -> Setup {
    Setup::default()
        .over(Carrier::Tls)
        .plaza(praca())
        .way_in(Classic::Jubilant)
        .timings(|timings| timings.wrong_login = Duration::ZERO)
}

fn has_account(house: &House, name: &str) -> Result<()> {
    let accounts = Accounts::open(house.data())?;
    Ok(accounts.add(&AccountName::parse(name)?, &Password::parse(SECRET)?)?)
}

/// Somebody with our client, who is in the plaza of a server that asks nothing of them.
async fn villager(house: &House, name: &str) -> Result<Villager> {
    let mut villager = house.goes_to(PRACA, name).await?;
    villager.enters().await?;
    Ok(villager)
}

#[tokio::test]
async fn each_message_is_answered_and_the_answer_brings_what_others_said() -> Result<()> {
    story_once(with_jubilant(), async |house| {
        has_account(house, "ana")?;
        has_account(house, "caio")?;
        let mut bia = villager(house, "Bia").await?;
        let mut ana = Jubilant::logs_in(house, "ana", SECRET).await?;
        let mut caio = Jubilant::logs_in(house, "Caio", SECRET).await?;
        bia.sees(&["Bia", "ana", "caio"]).await?;
        ana.is_answered("oi", &[]).await?;
        bia.hears("ana", "oi").await?;
        bia.posts("olá,\ntudo bem?").await?;
        let id = bia.says_about(Some("boats"), "at ten\u{1b}[2J").await?;
        bia.is_posted(id).await?;
        caio.is_answered(
            "tudo",
            &["ana: oi", "Bia: olá,\ntudo bem?", "Bia: [boats] at ten"],
        )
        .await?;
        bia.hears("caio", "tudo").await?;
        // What they say themselves is not shown to them, and a message of nothing says nothing.
        ana.gathers(&["Bia: olá,\ntudo bem?", "Bia: [boats] at ten", "caio: tudo"])
            .await?;
        ana.is_answered("\x1b[31mtchau\x07\n", &[]).await?;
        bia.hears("ana", "tchau").await?;
        ana.sends(b"\xff\xfe!").await?;
        ana.hears("Message received").await?;
        bia.hears("ana", "\u{fffd}\u{fffd}!").await?;
        drop(ana);
        bia.sees(&["Bia", "caio"]).await?;
        drop(caio);
        bia.leaves().await
    })
    .await
}

#[tokio::test]
async fn an_answer_is_one_reading_and_what_does_not_fit_comes_with_the_next() -> Result<()> {
    story_once(with_jubilant(), async |house| {
        has_account(house, "ana")?;
        let mut bia = villager(house, "Bia").await?;
        let mut ana = Jubilant::logs_in(house, "ana", SECRET).await?;
        let (whole, cut) = ("é".repeat(400), "x".repeat(1500));
        for text in [&whole, &whole, &cut] {
            bia.posts(text).await?;
        }
        ana.is_answered("1", &[&format!("Bia: {whole}")]).await?;
        ana.is_answered(" ", &[&format!("Bia: {whole}")]).await?;
        let first = ana.says(" ").await?;
        ensure!(first.len() == 1024, "{} bytes", first.len());
        let begun = first.strip_prefix("Message received\nBia: ").map(str::len);
        let rest = "x".repeat(cut.len() - begun.unwrap_or_default());
        ana.is_answered(" ", &[&rest]).await?;
        ana.is_answered(" ", &[]).await?;
        bia.hears("ana", "1").await?;
        // As long as a record of TLS can be, and no letter of it is one.
        ana.sends(&[0xff; 16 * 1024]).await?;
        ana.hears("Message received").await?;
        bia.hears("ana", &"\u{fffd}".repeat(16 * 1024)).await?;
        bia.leaves().await
    })
    .await
}

#[tokio::test]
async fn another_version_is_a_mismatch() -> Result<()> {
    story_once(with_jubilant(), async |house| {
        for said in [
            "VERSION 1.1",
            "version 1.0",
            "AUTH|ana|x",
            "\u{0}",
            &"x".repeat(40_000),
        ] {
            let mut client = Jubilant::connects(house).await?;
            client.hears("VERSION 1.0").await?;
            client.sends(said.as_bytes()).await?;
            client.hears("VERSION MISMATCH").await?;
            client.is_left().await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_wrong_password_an_unknown_name_and_no_answer_fail_alike() -> Result<()> {
    story_once(with_jubilant(), async |house| {
        has_account(house, "ana")?;
        let compared = || house.server().passwords_compared();
        for (said, work) in [
            ("AUTH|ana|battery", 1),
            ("AUTH|nobody|battery", 1),
            ("AUTH|not a name|correct horse", 1),
            ("AUTH||correct horse", 1),
            ("AUTH|ana|", 0),
            ("AUTH|ana", 0),
            ("oi", 0),
        ] {
            let before = compared();
            let mut client = Jubilant::agrees(house).await?;
            client.sends(said.as_bytes()).await?;
            client.hears("AUTH FAILED").await?;
            client.is_left().await?;
            ensure!(
                compared() == before + work,
                "{said}: {} compared",
                compared() - before
            );
        }
        let mut bia = villager(house, "Bia").await?;
        bia.sees(&["Bia"]).await?;
        let mut ana = Jubilant::logs_in(house, "ana", SECRET).await?;
        ana.is_answered("oi", &[]).await?;
        bia.hears("ana", "oi").await?;
        bia.leaves().await
    })
    .await
}

#[tokio::test]
async fn who_guesses_waits_and_the_right_password_makes_no_difference_meanwhile() -> Result<()> {
    let setup = with_jubilant().timings(|timings| timings.wrong_login = Duration::from_secs(60));
    story_once(setup, async |house| {
        has_account(house, "ana")?;
        for password in ["battery", SECRET] {
            let mut client = Jubilant::agrees(house).await?;
            client.sends(format!("AUTH|ana|{password}").as_bytes()).await?;
            client.hears("AUTH FAILED").await?;
        }
        ensure!(house.server().passwords_compared() == 1);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn where_accounts_are_asked_for_they_come_in_as_well_and_a_barred_network_does_not() -> Result<()> {
    let setup = with_jubilant().access(Access::Accounts).limits(|_| {});
    story_once(setup, async |house| {
        has_account(house, "ana")?;
        let mut ana = Jubilant::logs_in(house, "ana", SECRET).await?;
        let mut again = Jubilant::logs_in(house, "ana", SECRET).await?;
        ana.is_answered("oi", &[]).await?;
        again.gathers(&["ana: oi"]).await?;
        let network = ana.socket().local_addr()?.ip().to_string().parse()?;
        house.server().ban(network, Duration::from_secs(60)).await?;
        // Whoever is here is taken out.
        ana.is_left().await?;
        again.is_left().await
    })
    .await
}

#[tokio::test]
async fn those_without_manners_disturb_nobody() -> Result<()> {
    story_once(with_jubilant(), async |house| {
        has_account(house, "ana")?;
        has_account(house, "loud")?;
        let mut bia = villager(house, "Bia").await?;
        let mut ana = Jubilant::logs_in(house, "ana", SECRET).await?;
        // One speaks no TLS, one resets before it is asked who it is, and one afterwards.
        let mut plain = TcpStream::connect(house.gateway(Classic::Jubilant)).await?;
        plain.write_all(b"VERSION 1.0").await?;
        let _ = soon("it is cut off", plain.read_to_end(&mut Vec::new())).await?;
        for rude in [
            Jubilant::agrees(house).await?,
            Jubilant::logs_in(house, "loud", SECRET).await?,
        ] {
            SockRef::from(rude.socket()).set_linger(Some(Duration::ZERO))?;
            drop(rude);
        }
        bia.sees(&["Bia", "ana"]).await?;
        // One talks without end, is told that it is too much, and what else was said all the same.
        let mut loud = Jubilant::logs_in(house, "loud", SECRET).await?;
        bia.posts("quiet, please").await?;
        let told = seen("it is too much", async || {
            let answer = loud.says("me").await?;
            ensure!(answer.starts_with("Message received"), "{answer}");
            let is_told = answer.contains("\nAcaso: not passed on: too much, too fast");
            Ok(if is_told { Ok(()) } else { Err(answer) })
        });
        told.await?;
        // Then it does not even read what it is answered.
        for _ in 0..300 {
            loud.sends(&[b'x'; 1024]).await?;
        }
        let heard = ana.says("still here").await?;
        let expected = "Message received\nBia: quiet, please\nloud: me\n";
        ensure!(heard.starts_with(expected), "{heard}");
        drop(loud);
        bia.sees(&["Bia", "ana"]).await?;
        bia.posts("at last").await?;
        seen("everything was told", async || {
            let heard = ana.says(" ").await?;
            let is_last = heard.ends_with("\nBia: at last");
            Ok(if is_last { Ok(()) } else { Err(heard) })
        })
        .await?;
        bia.leaves().await
    })
    .await
}

#[tokio::test]
async fn silence_ends_a_visit_before_the_first_message_and_none_after_it() -> Result<()> {
    let setup = with_jubilant().timings(|timings| timings.lobby_visit = Duration::from_secs(1));
    story_once(setup, async |house| {
        has_account(house, "ana")?;
        let mut ana = Jubilant::logs_in(house, "ana", SECRET).await?;
        let mut versionless = Jubilant::connects(house).await?;
        versionless.hears("VERSION 1.0").await?;
        versionless.is_left().await?;
        Jubilant::agrees(house).await?.is_left().await?;
        ana.is_answered("still here", &[]).await
    })
    .await
}

#[tokio::test]
async fn where_it_cannot_be_it_is_not_opened() -> Result<()> {
    let classic = Classic::Jubilant;
    for (setup, expected) in [
        (
            with_jubilant().access(Access::Password),
            BadGateway::NoAccounts(classic),
        ),
        (with_jubilant().over(Carrier::Plain), BadGateway::NoTls(classic)),
        (Setup::default().way_in(classic), BadGateway::NoPlaza(classic)),
    ] {
        let data = TempDir::new()?;
        let config = setup.config(own_address().into(), 0, data.path());
        match Server::start(config).await {
            Err(StartError::Contradiction(Contradiction::Gateway(bad))) => {
                ensure!(bad == expected, "{bad}");
            }
            Err(other) => return Err(other.into()),
            Ok(_) => bail!("it was started"),
        }
    }
    Ok(())
}
