//! People with Pychat's original client meet each other, and those of ours who allow it; nobody else notices them. The bytes are those
//! that the original says and hears.

use std::time::Duration;

use acaso_server::Classic;
use acaso_shared::protocol::room::Parting;
use acaso_tests::carrier::Carrier;
use acaso_tests::house::{House, Setup, story, story_once};
use acaso_tests::old_pychat::{ORIGINALS_SLEEP, OldPychat};
use acaso_tests::patience::{seen, soon};
use acaso_tests::stranger::{Errand, Stranger};
use anyhow::{Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Long enough for an honest client's first word on a busy computer, short enough for a story.
const FIRST_WORD: Duration = Duration::from_millis(800);

/// A server whose lobby lets Pychat's clients in beside ours.
fn shared() -> Setup {
    Setup::default()
        .classic(Classic::Pychat, None)
        .timings(|timings| timings.first_word = FIRST_WORD)
}

/// A server that lets them in at a port of their own.
fn apart() -> Setup {
    Setup::default()
        .classic(Classic::Pychat, Some(0))
        .timings(|timings| timings.first_word = FIRST_WORD)
}

#[tokio::test]
async fn two_originals_who_ask_within_one_second_meet() -> Result<()> {
    story_once(shared(), async |house| {
        let errand = house.pychat()?;
        let (ana, bia) = tokio::try_join!(errand.asks(), errand.asks())?;
        ensure!(ana.port == bia.port, "in two rooms");
        let (mut ana, mut bia) = tokio::try_join!(
            ana.enters_after(ORIGINALS_SLEEP),
            bia.enters_after(ORIGINALS_SLEEP)
        )?;
        house.registers(&[(ana.port, 2)]).await?;
        are_seated(house).await?;

        ana.types_name("Ana").await?;
        bia.hears("Server: Ana acabou de se juntar ao chat, diga ola!")
            .await?;
        bia.types_name("Bia").await?;
        ana.hears("Server: Bia acabou de se juntar ao chat, diga ola!")
            .await?;
        for text in ["oi", "", "  two  spaces ", "Ana: hm"] {
            ana.types(text).await?;
            bia.hears(&format!("Ana: {text}")).await?;
        }
        bia.types("tchau").await?;
        ana.hears("Bia: tchau").await?;
        let port = ana.port;
        ana.quits().await?;
        bia.hears("Server: Ana saiu do chat.").await?;
        house.registers(&[(port, 1)]).await?;

        // Whoever is left alone is offered again.
        let mut caio = errand.asks().await?.enters().await?;
        ensure!(caio.port == port, "Bia waits in room {port}");
        is_seated(house, port, 2).await?;
        caio.types_name("Caio").await?;
        bia.hears("Server: Caio acabou de se juntar ao chat, diga ola!")
            .await?;
        bia.quits().await?;
        caio.hears("Server: Bia saiu do chat.").await?;
        caio.quits().await
    })
    .await
}

#[tokio::test]
async fn an_original_and_somebody_who_types_by_hand() -> Result<()> {
    story_once(apart(), async |house| {
        let errand = house.pychat()?;
        let mut ana = errand.asks().await?.enters().await?;
        // netcat leaves the first connection open as long as it likes.
        let mut lobby = errand.dials(errand.lobby.port()).await?;
        let told = errand.is_told(&mut lobby).await?;
        let mut netcat = told.enters().await?;
        ensure!(netcat.port == ana.port, "in two rooms");
        is_seated(house, ana.port, 2).await?;
        netcat.sends(b"hello\n").await?;
        ana.hears("hello\n").await?;
        ana.types_name("Ana").await?;
        netcat
            .hears("Server: Ana acabou de se juntar ao chat, diga ola!")
            .await?;
        drop(lobby);
        netcat.sends(b"no line end").await?;
        ana.hears("no line end").await?;
        ana.quits().await?;
        netcat.hears("Server: Ana saiu do chat.").await
    })
    .await
}

#[tokio::test]
async fn an_original_meets_one_of_ours_who_allows_it() -> Result<()> {
    let setup = apart().timings(|timings| timings.lonely = Duration::from_millis(100));
    story(setup, async |house| {
        let mut ana = house.pychat()?.asks().await?.enters().await?;
        is_seated(house, ana.port, 1).await?;
        ana.types_name("Ana").await?;
        let mut zoe = tolerant(house, "Zoë").await?;
        ensure!(zoe.meets_an_old_client().await?.get() == ana.port, "in two rooms");
        ana.hears("Server: Zoe acabou de se juntar ao chat, diga ola!")
            .await?;
        zoe.learns_the_name("Ana").await?;
        zoe.says("olá, coração!\nduas linhas").await?;
        ana.hears("Zoe: ola, coracao!\nZoe: duas linhas").await?;
        zoe.is_sure().await?;
        ana.types("oi").await?;
        zoe.hears("oi").await?;
        ana.sends(b"Ana: caf\xe9 \xff").await?;
        zoe.hears("caf\u{fffd} \u{fffd}").await?;

        // QUIT, each way.
        let port = ana.port;
        ana.quits().await?;
        zoe.is_left(Parting::Left).await?;
        house.registers(&[(port, 1)]).await?;
        let mut bia = house.pychat()?.asks().await?.enters().await?;
        ensure!(zoe.meets_an_old_client().await?.get() == bia.port, "in two rooms");
        bia.hears("Server: Zoe acabou de se juntar ao chat, diga ola!")
            .await?;
        zoe.says("🌻 你好").await?;
        let heard = bia.hears_as_many_as("Zoe: ").await?;
        ensure!(heard == "Zoe: ", "{heard}");
        let port = bia.port;
        zoe.leaves().await?;
        let rest = hears_until(&mut bia, "Server: Zoe saiu do chat.").await?;
        ensure!(
            rest.is_ascii() && rest.to_lowercase().contains("ni hao"),
            "{rest}"
        );
        is_seated(house, port, 1).await?;
        bia.quits().await
    })
    .await
}

#[tokio::test]
async fn who_does_not_allow_it_never_meets_one() -> Result<()> {
    let setup = apart().timings(|timings| timings.lonely = Duration::from_millis(50));
    story_once(setup, async |house| {
        let errand = house.pychat()?;
        let mut old = errand.asks().await?.enters().await?;
        is_seated(house, old.port, 1).await?;
        let mut ana = house.arrives("Ana").await?;
        let port = ana.waits().await?.get();
        ensure!(port != old.port, "beside an old client");
        house.registers(&[(old.port, 1), (port, 1)]).await?;
        // Those who wait go on waiting: the next of each kind meets their own.
        let mut bia = house.arrives("Bia").await?;
        ensure!(bia.meets("Ana").await?.port.get() == port, "not beside Ana");
        ana.meets("Bia").await?;
        let mut other = errand.asks().await?.enters().await?;
        ensure!(other.port == old.port, "not beside the other old client");
        is_seated(house, old.port, 2).await?;
        other.sends(b"x").await?;
        old.hears("x").await?;
        ana.says("only us").await?;
        bia.hears("only us").await
    })
    .await
}

#[tokio::test]
async fn a_port_scan_consumes_nobody() -> Result<()> {
    let setup = shared().timings(|timings| {
        timings.ticket = Duration::from_secs(3);
        timings.lonely = Duration::from_millis(50);
    });
    story_once(setup, async |house| {
        let errand = house.pychat()?;
        let mut ana = tolerant(house, "Ana").await?;
        let port = ana.waits().await?.get();
        for _ in 0..20 {
            drop(house.knock().await?);
            house.knock().await?.resets()?;
        }
        // The thorough ones wait for the banner.
        let (one, other) = tokio::try_join!(errand.asks(), errand.asks())?;
        ensure!(one.port != port && other.port == one.port, "beside Ana");
        let mut bia = house.arrives("Bia").await?;
        ensure!(bia.meets("Ana").await?.port.get() == port, "not beside Ana");
        ana.meets("Bia").await?;
        one.gives_up();
        other.gives_up();
        house.registers(&[(port, 2)]).await?;
        ana.says("all well?").await?;
        bia.hears("all well?").await
    })
    .await
}

#[tokio::test]
async fn one_of_ours_who_waits_is_brought_to_an_old_client_once_that_sits() -> Result<()> {
    let setup = apart().timings(|timings| timings.lonely = Duration::from_millis(100));
    story(setup, async |house| {
        let mut zoe = tolerant(house, "Zoe").await?;
        let waited = zoe.waits().await?.get();
        let told = house.pychat()?.asks().await?;
        ensure!(told.port != waited, "beside somebody before they sit");
        let mut ana = told.enters().await?;
        ensure!(zoe.meets_an_old_client().await?.get() == ana.port, "in two rooms");
        ana.hears("Server: Zoe acabou de se juntar ao chat, diga ola!")
            .await?;
        zoe.says("oi").await?;
        ana.hears("Zoe: oi").await?;
        house.registers(&[(ana.port, 2)]).await?;

        // A connection that breaks is the end of it, and whoever stays waits on.
        ana.resets()?;
        zoe.is_left(Parting::Lost).await?;
        zoe.leaves().await
    })
    .await
}

#[tokio::test]
async fn a_seat_is_kept_for_its_address_and_its_time() -> Result<()> {
    let setup = apart().timings(|timings| {
        timings.ticket = Duration::from_secs(2);
        timings.arrival = Duration::from_secs(1);
    });
    story_once(setup, async |house| {
        let errand = house.pychat()?;
        let port = errand.asks().await?.gives_up();
        // From elsewhere nobody gets in, and whoever was told may still come.
        let stranger = acaso_tests::old_pychat::Errand {
            from: Some([127, 0, 0, 9].into()),
            ..errand.clone()
        };
        let mut elsewhere = stranger.dials(port).await?;
        let mut heard = Vec::new();
        soon("they are shown out", elsewhere.read_to_end(&mut heard))
            .await?
            .ok();
        house.registers(&[]).await?;
        house.is_shut(port).await?;

        let told = errand.asks().await?;
        let port = told.port;
        // Both knock before either counts as silent: one is let in, one is not.
        let (mut one, mut other) = tokio::try_join!(errand.dials(port), errand.dials(port))?;
        let (mut first, mut second) = ([0], [0]);
        let shown_out = async {
            tokio::select! {
                read = one.read(&mut first) => (read, other),
                read = other.read(&mut second) => (read, one),
            }
        };
        let (read, stays) = soon("one of them is shown out", shown_out).await?;
        ensure!(read.unwrap_or(0) == 0, "nothing is said to them");
        is_seated(house, port, 1).await?;
        drop((stays, told));
        house.registers(&[]).await
    })
    .await
}

#[tokio::test]
async fn a_lobby_connection_that_breaks_disturbs_nobody() -> Result<()> {
    story_once(apart(), async |house| {
        let errand = house.pychat()?;
        for _ in 0..10 {
            let line = errand.dials(errand.lobby.port()).await?;
            socket2::SockRef::from(&line).set_linger(Some(Duration::ZERO))?;
        }
        // Told, and broken off only then: they come all the same.
        let ana = errand.asks_and_resets().await?.enters().await?;
        house.two_strangers_meet().await?;
        ana.quits().await
    })
    .await
}

#[tokio::test]
async fn who_speaks_late_is_refused_and_leaves_no_seat_behind() -> Result<()> {
    let setup = shared().over(Carrier::Plain).timings(|timings| {
        timings.first_word = Duration::from_millis(50);
        // Longer than the story waits for anything: no seat is free because a ticket is void.
        timings.ticket = Duration::from_secs(600);
    });
    story_once(setup, async |house| {
        let errand = house.pychat()?;
        let mut late = errand.dials(errand.lobby.port()).await?;
        let told = errand.is_told(&mut late).await?;
        house.registers(&[(told.port, 1)]).await?;
        late.write_all(b"hello?").await?;
        told.gives_up();
        // At once, long before the ticket is void.
        house.registers(&[]).await?;
        let mut heard = Vec::new();
        soon("they are shown out", late.read_to_end(&mut heard))
            .await?
            .ok();
        ensure!(heard.is_empty(), "{heard:?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn silence_is_no_reason_to_go() -> Result<()> {
    let setup = apart().timings(|timings| {
        timings.ping_after = Duration::from_millis(50);
        timings.dead_after = Duration::from_millis(500);
        timings.ticket = Duration::from_millis(2500);
    });
    story_once(setup, async |house| {
        let errand = house.pychat()?;
        let mut ana = errand.asks().await?.enters().await?;
        is_seated(house, ana.port, 1).await?;
        // Somebody who never comes is waited for many times longer than a dead link is.
        ensure!(errand.asks().await?.gives_up() == ana.port, "not beside Ana");
        house.registers(&[(ana.port, 2)]).await?;
        house.registers(&[(ana.port, 1)]).await?;
        let mut bia = errand.asks().await?.enters().await?;
        is_seated(house, ana.port, 2).await?;
        ana.sends(b"still here").await?;
        bia.hears("still here").await
    })
    .await
}

#[tokio::test]
async fn a_flood_towards_somebody_who_does_not_read() -> Result<()> {
    let setup = apart().timings(|timings| timings.write = Duration::from_millis(300));
    story_once(setup, async |house| {
        let errand = house.pychat()?;
        let mut ana = errand.asks().await?.enters().await?;
        let deaf = errand.asks().await?.enters().await?;
        let port = ana.port;
        is_seated(house, port, 2).await?;
        let flood = async {
            loop {
                if ana.sends(&[b'x'; 64 * 1024]).await.is_err() {
                    return;
                }
            }
        };
        let parted = async {
            house.two_strangers_meet().await?;
            // Of the two, only whoever does not listen loses the seat.
            seen("one seat is left", async || {
                let rooms = house.rooms().await;
                Ok(if rooms.get(&port) == Some(&1) {
                    Ok(())
                } else {
                    Err(format!("{rooms:?}"))
                })
            })
            .await
        };
        tokio::select! {
            () = flood => anyhow::bail!("whoever says too much was cut off"),
            parted = parted => parted?,
        }
        drop(deaf);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_server_closes() -> Result<()> {
    let house = House::open(apart().over(Carrier::Tls)).await?;
    let errand = house.pychat()?;
    let (ana, bia) = (
        errand.asks().await?.enters().await?,
        errand.asks().await?.enters().await?,
    );
    is_seated(&house, ana.port, 2).await?;
    house.stops().await?;
    ensure!(ana.is_shown_out().await?.is_empty() && bia.is_shown_out().await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn bans_and_limits_hold_for_them_too() -> Result<()> {
    let setup = apart().limits(|limits| limits.joins = 1);
    story_once(setup, async |house| {
        let errand = house.pychat()?;
        let _ana = errand.asks().await?.enters().await?;
        let mut refused = errand.dials(errand.lobby.port()).await?;
        let mut heard = Vec::new();
        soon("they are shown out", refused.read_to_end(&mut heard))
            .await?
            .ok();
        ensure!(heard.is_empty(), "{heard:?}");
        Ok(())
    })
    .await?;
    story_once(apart(), async |house| {
        let errand = house.pychat()?;
        let ana = errand.asks().await?.enters().await?;
        is_seated(house, ana.port, 1).await?;
        let network = "127.0.0.1".parse()?;
        house.server().ban(network, Duration::from_secs(60)).await?;
        ensure!(ana.is_shown_out().await?.is_empty());
        let mut heard = Vec::new();
        let mut barred = errand.dials(errand.lobby.port()).await?;
        soon("they are shown out", barred.read_to_end(&mut heard))
            .await?
            .ok();
        ensure!(heard.is_empty(), "{heard:?}");
        house.registers(&[]).await
    })
    .await
}

/// Somebody of ours who would meet people with old clients.
async fn tolerant(house: &House, name: &str) -> Result<Stranger> {
    house.arrives_as(house.lobby(), name, Errand::tolerant).await
}

/// Nobody is on the way any more: all doors are shut, since no ticket is out.
async fn are_seated(house: &House) -> Result<()> {
    for port in house.book().seats().into_keys() {
        house.is_shut(port).await?;
    }
    Ok(())
}

/// That many sit there.
async fn is_seated(house: &House, port: u16, people: u8) -> Result<()> {
    seen(format!("{people} in room {port}"), async || {
        let rooms = house.rooms().await;
        Ok(if rooms.get(&port) == Some(&people) {
            Ok(())
        } else {
            Err(format!("{rooms:?}"))
        })
    })
    .await?;
    house.is_shut(port).await
}

/// Everything that is heard until that.
async fn hears_until(old: &mut OldPychat, end: &str) -> Result<String> {
    let mut heard = String::new();
    while !heard.ends_with(end) {
        heard += &old.hears_as_many_as("x").await?;
    }
    Ok(heard)
}
