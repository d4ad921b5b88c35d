//! People with python-chat's client in a plaza, told in the bytes of that chat. Whatever one of them sends, the others do not notice.

use std::net::SocketAddr;
use std::time::Duration;

use acaso_server::{Classic, Gateway, PlazaSetup, Server, StartError};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::lobby::Access;
use acaso_tests::house::{House, Setup, story, story_once};
use acaso_tests::patience::{seen, soon};
use acaso_tests::plaza::{PRACA, Villager, praca};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// Somebody with the old client.
struct Old {
    line: BufReader<TcpStream>,
}

impl Old {
    async fn comes(house: &House) -> Result<Self> {
        let stream = soon("a connection", TcpStream::connect(gateway(house)?)).await??;
        let line = BufReader::new(stream);
        Ok(Self { line })
    }

    async fn says(&mut self, name: &str, subject: &str, message: &str) -> Result<()> {
        self.sends(&framed(name, subject, message)).await
    }

    async fn sends(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(soon("the bytes are taken", self.line.write_all(bytes)).await??)
    }

    /// Hears that next, in the very form that the old client reads.
    async fn hears(&mut self, name: &str, subject: &str, message: &str) -> Result<()> {
        let heard = self.next().await?;
        let heard = heard.as_object().context("no object")?;
        let text = |key: &str| heard.get(key).and_then(Value::as_str);
        ensure!(
            heard.len() == 4 && text("date").is_some_and(|date| date.len() == 19),
            "other texts"
        );
        let said = (text("client_name"), text("subject"), text("message"));
        ensure!(
            said == (Some(name), Some(subject), Some(message)),
            "something else: {said:?}"
        );
        Ok(())
    }

    async fn next(&mut self) -> Result<Value> {
        let mut header = String::new();
        soon("a header", self.line.read_line(&mut header)).await??;
        let length = header.strip_prefix("Content-length:").context("another header")?;
        let mut body = vec![0; length.trim_end().parse()?];
        soon("a body", self.line.read_exact(&mut body)).await??;
        ensure!(body.last() == Some(&b'\n'), "another end");
        Ok(serde_json::from_slice(&body)?)
    }

    /// Is cut off.
    async fn is_shown_out(&mut self) -> Result<()> {
        let mut rest = Vec::new();
        // A reset is as good as an end.
        let _ = soon("the connection is closed", self.line.read_to_end(&mut rest)).await?;
        Ok(())
    }
}

fn framed(name: &str, subject: &str, message: &str) -> Vec<u8> {
    let said = serde_json::json!({"client_name": name, "subject": subject, "message": message, "date": "d"});
    let body = format!("{said}\n");
    format!("Content-length:{}\n{body}", body.len()).into_bytes()
}

fn gateway(house: &House) -> Result<SocketAddr> {
    let gateways = house.server().gateways();
    let port = gateways.first().and_then(|gateway| gateway.port);
    Ok(house.door(port.context("no gateway")?))
}

fn with_gateway(setup: Setup) -> Setup {
    let gateway = Gateway {
        classic: Classic::PythonChat,
        port: Some(0),
    };
    Setup {
        gateways: vec![gateway],
        ..setup.plaza(praca())
    }
}

async fn in_plaza(house: &House, name: &str) -> Result<Villager> {
    let mut villager = house.goes_to(PRACA, name).await?;
    villager.enters().await?;
    Ok(villager)
}

#[tokio::test]
async fn old_and_new_hear_each_other_and_the_old_themselves_too() -> Result<()> {
    story(with_gateway(Setup::default()), async |house| {
        let mut ana = in_plaza(house, "Ana").await?;
        let (mut rui, mut eva) = (Old::comes(house).await?, Old::comes(house).await?);
        seen("all are in the plaza", async || {
            Ok(match house.server().plazas()[0].people {
                3 => Ok(()),
                people => Err(people),
            })
        })
        .await?;
        rui.says("Rui", "assunto", "olá\nvocê").await?;
        rui.hears("Rui", "assunto", "olá\nvocê").await?;
        eva.hears("Rui", "assunto", "olá\nvocê").await?;
        let post = ana.hears("Rui", "olá\nvocê").await?;
        ensure!(post.subject.is_some_and(|subject| subject.as_str() == "assunto"));
        ana.posts("hello \"Rui\"").await?;
        for old in [&mut rui, &mut eva] {
            old.hears("Ana", "", "hello \"Rui\"").await?;
        }
        // A name is whatever a message says; nothing is missed while it changes.
        rui.says("Ruy", "", "new name").await?;
        for old in [&mut rui, &mut eva] {
            old.hears("Ruy", "", "new name").await?;
        }
        ana.hears("Ruy", "new name").await?;
        drop(eva);
        seen("the old names have gone", async || {
            Ok(match house.server().plazas()[0].people {
                2 => Ok(()),
                people => Err(people),
            })
        })
        .await?;
        ana.sees(&["Ana", "Ruy"]).await
    })
    .await
}

#[tokio::test]
async fn who_took_the_last_place_keeps_it_under_every_name() -> Result<()> {
    let mut full = with_gateway(Setup::default());
    full.plazas[0].people_max = 2;
    story_once(full, async |house| {
        let mut ana = in_plaza(house, "Ana").await?;
        let mut rui = Old::comes(house).await?;
        for name in ["Rui", "Ruy"] {
            rui.says(name, "", "I am here").await?;
            rui.hears(name, "", "I am here").await?;
            ana.hears(name, "I am here").await?;
            ana.sees(&["Ana", name]).await?;
        }
        let refused = house.directions().not_in_plaza(PRACA).await?;
        ensure!(matches!(refused, Refusal::Full { people: 2, .. }), "{refused:?}");
        drop(rui);
        ana.sees(&["Ana"]).await
    })
    .await
}

#[tokio::test]
async fn whatever_one_sends_the_others_do_not_notice() -> Result<()> {
    story_once(with_gateway(Setup::default()), async |house| {
        let mut ana = in_plaza(house, "Ana").await?;
        for nonsense in [
            &b"Content-length:1000000000\n"[..],
            b"Content-length:-1\n{}",
            b"Content-length:x\n{}",
            b"\n",
            &[0xff; 500],
        ] {
            let mut old = Old::comes(house).await?;
            old.sends(nonsense).await?;
            old.is_shown_out().await?;
        }
        // What is no message, but ends where it says, is passed over.
        let mut rui = Old::comes(house).await?;
        rui.sends(b"Content-length:3\n[]\nContent-length:0\n").await?;
        // Cut wherever it may be, and the longest.
        let long = "x".repeat(60_000);
        let whole = framed("Rui", "long", &long);
        for part in [&whole[..7], &whole[7..16], &whole[16..30_000], &whole[30_000..]] {
            rui.sends(part).await?;
            tokio::task::yield_now().await;
        }
        rui.hears("Rui", "long", &long).await?;
        ana.hears("Rui", &long).await?;
        // Half a message, and gone.
        let mut torn = Old::comes(house).await?;
        torn.sends(&whole[..100]).await?;
        drop(torn);
        rui.says("Rui", "", "all well?").await?;
        rui.hears("Rui", "", "all well?").await?;
        ana.hears("Rui", "all well?").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn who_writes_faster_than_a_plaza_takes_waits_and_loses_nothing() -> Result<()> {
    story_once(with_gateway(Setup::plain()), async |house| {
        let mut ana = in_plaza(house, "Ana").await?;
        let mut rui = Old::comes(house).await?;
        let texts: Vec<_> = (0..7).map(|number| format!("number {number}")).collect();
        let all: Vec<u8> = texts.iter().flat_map(|text| framed("Rui", "", text)).collect();
        rui.sends(&all).await?;
        for text in &texts {
            rui.hears("Rui", "", text).await?;
            ana.hears("Rui", text).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_barred_and_those_of_a_stopping_server_are_cut_off() -> Result<()> {
    let house = House::open(with_gateway(Setup::plain().limits(|_| {}))).await?;
    let mut rui = Old::comes(&house).await?;
    rui.says("Rui", "", "hello").await?;
    rui.hears("Rui", "", "hello").await?;
    let network = "127.0.0.0/8".parse()?;
    house.server().ban(network, Duration::from_secs(60)).await?;
    rui.is_shown_out().await?;
    let mut barred = Old::comes(&house).await?;
    barred.is_shown_out().await?;
    ensure!(house.server().unban(network).await?);
    let mut eva = Old::comes(&house).await?;
    eva.says("Eva", "", "hello").await?;
    eva.hears("Eva", "", "hello").await?;
    house.stops().await?;
    eva.is_shown_out().await
}

#[tokio::test]
async fn a_server_that_cannot_let_them_in_says_why_and_does_not_start() -> Result<()> {
    let data = TempDir::new()?;
    let without_plaza = Setup {
        plazas: Vec::<PlazaSetup>::new(),
        ..with_gateway(Setup::default())
    };
    let with_password = with_gateway(Setup::default().access(Access::Password));
    for (setup, word) in [(without_plaza, "--plaza"), (with_password, "password")] {
        let here = acaso_tests::loopback::own_address();
        let started = Server::start(setup.config(here.into(), 0, data.path())).await;
        let refused: StartError = started.err().context("it started")?;
        let refused = refused.to_string();
        ensure!(
            refused.contains(word) && refused.contains("python-chat"),
            "{refused}"
        );
    }
    Ok(())
}
