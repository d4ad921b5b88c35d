//! People who kept AIO-CHAT's client, over TCP or over HTTP/3, meet those with ours in a plaza; and what those without manners do there
//! disturbs nobody.

use std::time::Duration;

use acaso_server::{BadGateway, Classic, Contradiction, PlazaSetup, Server, StartError};
use acaso_shared::limits::POSTS_BURST;
use acaso_shared::protocol::lobby::Access;
use acaso_shared::session::Ending;
use acaso_tests::aiochat::{Http3, Terminal, is_stamped};
use acaso_tests::carrier::Carrier;
use acaso_tests::house::{House, Setup, story_once};
use acaso_tests::patience::soon;
use acaso_tests::plaza::{PRACA, Villager, praca};
use anyhow::{Result, ensure};
use quinn::VarInt;
use socket2::SockRef;
use tempfile::TempDir;

fn with(classic: Classic) -> Setup {
    Setup::default().plaza(praca()).way_in(classic)
}

/// Somebody with our client, who is in the plaza.
async fn villager(house: &House, name: &str) -> Result<Villager> {
    let mut villager = house.goes_to(PRACA, name).await?;
    villager.enters().await?;
    Ok(villager)
}

/// Somebody with AIO-CHAT's client over TCP, whom that one has seen come.
async fn terminal(house: &House, name: &str, seen: &mut Villager, all: &[&str]) -> Result<Terminal> {
    let mut terminal = Terminal::connects(house).await?;
    terminal.sends(name.as_bytes()).await?;
    seen.sees(all).await?;
    Ok(terminal)
}

#[tokio::test]
async fn over_tcp_old_and_new_talk_in_one_plaza() -> Result<()> {
    story_once(with(Classic::Aiochat), async |house| {
        let mut bia = villager(house, "Bia").await?;
        let mut ana = terminal(house, "Ana", &mut bia, &["Ana", "Bia"]).await?;
        let mut caio = terminal(house, "Caio\n", &mut bia, &["Ana", "Bia", "Caio"]).await?;
        ana.sends(b"oi").await?;
        bia.hears("Ana", "oi").await?;
        caio.hears("Ana: oi\n").await?;
        // What they say themselves is not shown to them: the next is somebody else's.
        bia.posts("olá,\ntudo bem?").await?;
        ana.hears("Bia: olá,\ntudo bem?\n").await?;
        caio.hears("Bia: olá,\ntudo bem?\n").await?;
        // Two lines in one segment are two.
        caio.sends("é isso\nou não é\n".as_bytes()).await?;
        for text in ["é isso", "ou não é"] {
            bia.hears("Caio", text).await?;
            ana.hears(&format!("Caio: {text}\n")).await?;
        }
        let id = bia.says_about(Some("boats"), "at ten").await?;
        bia.is_posted(id).await?;
        ana.hears("Bia: [boats] at ten\n").await?;
        drop(ana);
        bia.sees(&["Bia", "Caio"]).await?;
        drop(caio);
        bia.sees(&["Bia"]).await?;
        bia.leaves().await
    })
    .await
}

#[tokio::test]
async fn no_terminal_is_told_what_only_terminals_obey() -> Result<()> {
    story_once(with(Classic::Aiochat), async |house| {
        let mut bia = villager(house, "Bia").await?;
        let all = ["Bia", "Mallory"];
        let mut mallory = terminal(house, "\u{1b}[31mMallory\u{7}", &mut bia, &all).await?;
        mallory.sends(b"\x1b[2Jboo\x1b]0;title\x07\n").await?;
        bia.hears("Mallory", "boo").await?;
        bia.posts("back\u{1b}[2J at\u{9b} you").await?;
        mallory.hears("Bia: back at you\n").await?;
        // What is no UTF-8 is shown as such.
        mallory.sends(b"\xff\xfeoi\n").await?;
        bia.hears("Mallory", "\u{fffd}\u{fffd}oi").await?;
        drop(mallory);
        bia.sees(&["Bia"]).await?;
        bia.leaves().await
    })
    .await
}

#[tokio::test]
async fn those_without_manners_over_tcp_disturb_nobody() -> Result<()> {
    let setup = with(Classic::Aiochat).timings(|timings| timings.lobby_visit = Duration::from_millis(200));
    story_once(setup, async |house| {
        let mut bia = villager(house, "Bia").await?;
        let mut caio = terminal(house, "Caio", &mut bia, &["Bia", "Caio"]).await?;
        // One says nothing, one has no name that could be seen, one resets.
        let silent = Terminal::connects(house).await?;
        is_stamped(
            &silent.is_shown_out().await?,
            "Acaso: nothing was said for too long: come back\n",
        )?;
        let mut nameless = Terminal::connects(house).await?;
        nameless.sends(b" \x1b[0m\n").await?;
        let told = nameless.is_shown_out().await?;
        ensure!(told.contains("at least one visible character"), "{told}");
        let rude = Terminal::connects(house).await?;
        SockRef::from(rude.line()).set_linger(Some(Duration::ZERO))?;
        drop(rude);
        // One talks without end, and is told that it is too much.
        let mut loud = terminal(house, "Loud", &mut bia, &["Bia", "Caio", "Loud"]).await?;
        for number in 0..9 {
            loud.sends(format!("{number}\n").as_bytes()).await?;
        }
        for number in 0..5 {
            bia.hears("Loud", &number.to_string()).await?;
            caio.hears(&format!("Loud: {number}\n")).await?;
        }
        loud.hears("Acaso: not sent: too much, too fast: try again in 1 s\n")
            .await?;
        SockRef::from(loud.line()).set_linger(Some(Duration::ZERO))?;
        drop(loud);
        bia.sees(&["Bia", "Caio"]).await?;
        caio.sends(b"that was loud\n").await?;
        bia.hears("Caio", "that was loud").await?;
        drop(caio);
        bia.sees(&["Bia"]).await?;
        bia.leaves().await
    })
    .await
}

#[tokio::test]
async fn who_is_barred_is_cut_off_and_a_server_that_stops_says_so() -> Result<()> {
    let house = House::open(with(Classic::Aiochat)).await?;
    let mut ana = Terminal::connects(&house).await?;
    ana.sends(b"Ana").await?;
    let mut bia = villager(&house, "Bia").await?;
    bia.sees(&["Ana", "Bia"]).await?;
    // Everybody on this computer comes from there.
    let address = "127.0.0.1".parse()?;
    house.server().ban(address, Duration::from_secs(60)).await?;
    is_stamped(
        &ana.is_shown_out().await?,
        "Acaso: the host has barred your network\n",
    )?;
    let refused = Terminal::connects(&house).await?;
    ensure!(
        refused.is_shown_out().await?.is_empty(),
        "they were told something"
    );
    house.server().unban(address).await?;
    let mut again = Terminal::connects(&house).await?;
    again.sends(b"Ana").await?;
    // In the plaza by the time that something is shown.
    let mut caio = villager(&house, "Caio").await?;
    caio.sees(&["Ana", "Caio"]).await?;
    ensure!(bia.is_closed().await? != Ending::Left, "Bia was not taken out");
    let (shown, closed) = tokio::join!(again.is_shown_out(), house.stops());
    closed?;
    is_stamped(&shown?, "Acaso: the server is closing: try again later\n")
}

#[tokio::test]
async fn over_http3_one_joins_hears_and_is_heard() -> Result<()> {
    let setup = with(Classic::AiochatH3).over(Carrier::Tls);
    story_once(setup, async |house| {
        let mut bia = villager(house, "Bia").await?;
        let client = Http3::connects(house).await?;
        let mut ana = client.joins().await?;
        let other = Http3::connects(house).await?;
        let mut caio = other.joins().await?;
        // Before they have said a name they hear already.
        bia.sees_so_many(3).await?;
        bia.posts("anybody?").await?;
        ana.is_shown("Bia: anybody?\n").await?;
        caio.is_shown("Bia: anybody?\n").await?;
        let said = "\u{1b}[33mana-0a1f3: oi: tudo bem?\n\u{1b}[0m";
        ana.says(said).await?;
        ana.hears(said).await?;
        bia.hears("ana-0a1f3", "oi: tudo bem?").await?;
        caio.is_shown("ana-0a1f3: oi: tudo bem?\n").await?;
        caio.says("caio-00000: tudo!\n").await?;
        caio.hears("caio-00000: tudo!\n").await?;
        ana.is_shown("caio-00000: tudo!\n").await?;
        bia.hears("caio-00000", "tudo!").await?;
        bia.sees(&["Bia", "ana-0a1f3", "caio-00000"]).await?;
        client.connection.close(VarInt::from_u32(0x100), b"");
        bia.sees(&["Bia", "caio-00000"]).await?;
        other.connection.close(VarInt::from_u32(0x100), b"");
        bia.sees(&["Bia"]).await?;
        bia.leaves().await
    })
    .await
}

#[tokio::test]
async fn another_name_needs_no_other_place_and_gives_no_other_limits() -> Result<()> {
    let two = PlazaSetup {
        people_max: 2,
        ..praca()
    };
    let setup = Setup::default().over(Carrier::Tls).plaza(two);
    story_once(setup.way_in(Classic::AiochatH3), async |house| {
        let mut bia = villager(house, "Bia").await?;
        let client = Http3::connects(house).await?;
        let mut ana = client.joins().await?;
        for name in ["ana-00001", "ana-00002", "ana-00003"] {
            let said = format!("{name}: it is me\n");
            ana.says(&said).await?;
            ana.hears(&said).await?;
            bia.hears(name, "it is me").await?;
            bia.sees(&["Bia", name]).await?;
        }
        ana.says("ana-00004: not again\n").await?;
        let told = ana.text().await?;
        ensure!(told.contains("Acaso: too much, too fast"), "{told}");
        bia.sees(&["Bia", "ana-00003"]).await?;
        // What was said under other names counts.
        let burst = usize::try_from(POSTS_BURST)?;
        for _ in 0..=burst {
            ana.says("ana-00003: more\n").await?;
        }
        let mut not_sent = 0;
        for _ in 0..=burst {
            not_sent += usize::from(ana.text().await?.contains("Acaso: not sent: too much, too fast"));
        }
        ensure!(not_sent > 1, "{not_sent}");
        client.connection.close(VarInt::from_u32(0x100), b"");
        bia.sees(&["Bia"]).await?;
        bia.leaves().await
    })
    .await
}

#[tokio::test]
async fn what_else_is_asked_of_http3_has_its_answer_and_does_not_stand_in_the_way() -> Result<()> {
    let setup = with(Classic::AiochatH3).over(Carrier::Tls);
    story_once(setup, async |house| {
        let client = Http3::connects(house).await?;
        let page = [(":method", "GET"), (":scheme", "https"), (":path", "/")];
        let elsewhere = [
            (":method", "CONNECT"),
            (":protocol", "websocket"),
            (":path", "/chat"),
            ("sec-websocket-version", "13"),
        ];
        let datagrams = [
            (":method", "CONNECT"),
            (":protocol", "connect-udp"),
            (":path", "/ws"),
        ];
        for (fields, status) in [(&page[..], "405"), (&elsewhere, "404"), (&datagrams, "501")] {
            let reply = client.asks_for(fields).await?;
            ensure!(
                reply.fields[0] == (":status".into(), status.into()),
                "{:?}",
                reply.fields
            );
        }
        let mut ana = client.joins().await?;
        ana.says("ana-0a1f3: still here\n").await?;
        ana.hears("ana-0a1f3: still here\n").await?;
        client.connection.close(VarInt::from_u32(0x100), b"");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn who_breaks_the_rules_of_http3_is_parted_with_and_told_which() -> Result<()> {
    let setup = with(Classic::AiochatH3).over(Carrier::Tls);
    story_once(setup, async |house| {
        let mut bia = villager(house, "Bia").await?;
        let broken: [(&[u8], u32); 4] = [
            // No settings on the control stream, a push, an insertion into a table, and an acknowledgement of it.
            (&[0x00, 0x07, 0x01, 0x00], 0x10a),
            (&[0x01, 0x00], 0x103),
            (&[0x02, 0xc0, 0x00], 0x201),
            (&[0x03, 0x84], 0x202),
        ];
        for (said, code) in broken {
            let (_endpoint, connection) = Http3::shakes_hands(house).await?;
            let mut stream = soon("a stream is granted", connection.open_uni()).await??;
            stream.write_all(said).await?;
            let closed = soon("the connection is closed", connection.closed()).await?;
            ensure!(
                matches!(&closed, quinn::ConnectionError::ApplicationClosed(close) if close.error_code == code.into()),
                "{said:x?}: {closed}"
            );
        }
        // Settings where only DATA may be, in the tunnel.
        let client = Http3::connects(house).await?;
        let reply = client
            .asks_for(&[
                (":method", "CONNECT"),
                (":protocol", "websocket"),
                (":path", "/ws"),
                ("sec-websocket-version", "13"),
            ])
            .await?;
        let mut tunnel = reply.tunnel;
        tunnel.send.write_all(&[0x04, 0x00]).await?;
        let closed = soon("the connection is closed", client.connection.closed()).await?;
        ensure!(closed.to_string().contains("wrong place"), "{closed}");
        // One vanishes in the middle of a frame, one asks and says nothing more; nobody notices.
        let vanishing = Http3::connects(house).await?;
        let mut ana = vanishing.joins().await?;
        ana.sends(&[0x81]).await?;
        vanishing.connection.close(VarInt::from_u32(0), b"");
        bia.sees(&["Bia"]).await?;
        bia.posts("quiet here").await?;
        bia.leaves().await
    })
    .await
}

#[tokio::test]
async fn where_a_password_is_asked_for_or_there_is_no_plaza_no_gateway_opens() -> Result<()> {
    for classic in [Classic::Aiochat, Classic::Web, Classic::AiochatH3] {
        let locked = with(classic).access(Access::Password);
        ensure!(refused(locked).await? == BadGateway::NoLogin(classic));
        let nowhere = Setup::default().way_in(classic);
        ensure!(refused(nowhere).await? == BadGateway::NoPlaza(classic));
    }
    Ok(())
}

async fn refused(setup: Setup) -> Result<BadGateway> {
    let data = TempDir::new()?;
    let config = setup.config(acaso_tests::loopback::own_address().into(), 0, data.path());
    match Server::start(config).await {
        Err(StartError::Contradiction(Contradiction::Gateway(bad))) => Ok(bad),
        Err(other) => Err(other.into()),
        Ok(_) => anyhow::bail!("it was started"),
    }
}
