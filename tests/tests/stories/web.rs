//! A plaza in a browser, as a browser speaks: the page and what goes with it, its WebSocket, and what nobody who means well would send.

use std::net::SocketAddr;
use std::time::Duration;

use acaso_server::Classic;
use acaso_tests::aiochat::{WebSocket, frame};
use acaso_tests::house::{House, Setup, story_once};
use acaso_tests::patience::soon;
use acaso_tests::plaza::{PRACA, praca};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PAGE: &str = "Sec-WebSocket-Protocol: acaso.plaza\r\n";

fn with_page() -> Setup {
    Setup::default().plaza(praca()).way_in(Classic::Web)
}

/// Says that, and hears everything that is answered.
async fn asks(address: SocketAddr, request: &str) -> Result<String> {
    let mut line = TcpStream::connect(address).await?;
    line.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    soon("an answer", line.read_to_end(&mut answer)).await??;
    Ok(String::from_utf8(answer)?)
}

async fn hears(page: &mut WebSocket<TcpStream>) -> Result<Value> {
    loop {
        let said: Value = serde_json::from_str(&page.text().await?)?;
        match said.as_str() {
            Some("Ping") => page.says("\"Pong\"").await?,
            _ => return Ok(said),
        }
    }
}

/// The next that is of that kind.
async fn hears_of(page: &mut WebSocket<TcpStream>, kind: &str) -> Result<Value> {
    loop {
        if let Some(said) = hears(page).await?.get_mut(kind) {
            return Ok(said.take());
        }
    }
}

/// Somebody with the page open goes into the plaza.
async fn visits(house: &House, name: &str) -> Result<WebSocket<TcpStream>> {
    let (mut page, head) = WebSocket::opens(house.gateway(Classic::Web), PAGE).await?;
    ensure!(head.starts_with("HTTP/1.1 101 "), "{head}");
    let visit = json!({ "Visit": { "plaza": PRACA, "name": name, "seen": null } });
    page.says(&visit.to_string()).await?;
    hears_of(&mut page, "Entered").await?;
    Ok(page)
}

#[tokio::test]
async fn the_page_is_there_with_a_policy_that_lets_nothing_else_in() -> Result<()> {
    story_once(with_page(), async |house| {
        let address = house.gateway(Classic::Web);
        let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
        let page = asks(address, &get("/")).await?;
        ensure!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
        let (head, body) = page.split_once("\r\n\r\n").context("a head")?;
        let policy = format!("connect-src 'self' ws://{address} wss://{address}\r\n");
        for line in [
            "content-security-policy: default-src 'none'; script-src 'sha256-",
            "x-content-type-options: nosniff",
            &policy,
        ] {
            ensure!(head.contains(line), "no {line:?} in {head}");
        }
        ensure!(body.starts_with("<!DOCTYPE html>") && body.contains("the host reads along"));
        for (request, status) in [
            (get("/favicon.ico"), "404"),
            (get("/ws"), "426"),
            (get("/").replace("GET", "POST"), "405"),
            (get("/").replace("HTTP/1.1", "HTTP/1.9"), "400"),
        ] {
            let answer = asks(address, &request).await?;
            ensure!(
                answer.starts_with(&format!("HTTP/1.1 {status} ")),
                "{request}: {answer}"
            );
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn somebody_with_the_page_talks_with_everybody_else() -> Result<()> {
    story_once(with_page(), async |house| {
        let mut bia = house.goes_to(PRACA, "Bia").await?;
        bia.enters().await?;
        let (mut asking, _) = WebSocket::opens(house.gateway(Classic::Web), PAGE).await?;
        asking.says("\"Plazas\"").await?;
        let plazas = hears_of(&mut asking, "Plazas").await?;
        ensure!(plazas[0]["name"] == PRACA && plazas[0]["people"] == 1, "{plazas}");
        drop(asking);
        let mut ana = visits(house, "Ana").await?;
        bia.sees(&["Ana", "Bia"]).await?;
        let post = json!({ "Post": { "tag": 7, "subject": "boats", "text": "at ten\n<b>or so</b>" } });
        ana.says(&post.to_string()).await?;
        ensure!(hears_of(&mut ana, "Posted").await?["tag"] == 7);
        let heard = bia.hears("Ana", "at ten\n<b>or so</b>").await?;
        ensure!(heard.subject.is_some_and(|subject| subject.as_str() == "boats"));
        bia.posts("fine").await?;
        let heard = hears_of(&mut ana, "Post").await?;
        ensure!(
            heard["author"]["name"] == "Bia" && heard["text"] == "fine",
            "{heard}"
        );
        bia.leaves().await?;
        hears_of(&mut ana, "Went").await?;
        ana.says("\"Leave\"").await?;
        ensure!(ana.is_shown_out().await?, "without a close frame");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_client_of_aiochat_may_open_the_same_websocket() -> Result<()> {
    story_once(with_page(), async |house| {
        let mut bia = house.goes_to(PRACA, "Bia").await?;
        bia.enters().await?;
        let offered = "Sec-WebSocket-Protocol: chat, superchat\r\n";
        let (mut ana, head) = WebSocket::opens(house.gateway(Classic::Web), offered).await?;
        ensure!(
            head.to_lowercase().contains("sec-websocket-protocol: chat\r\n"),
            "{head}"
        );
        ana.says("ana-0a1f3: oi\n").await?;
        ana.hears("ana-0a1f3: oi\n").await?;
        bia.hears("ana-0a1f3", "oi").await?;
        bia.posts("oi!").await?;
        ana.is_shown("Bia: oi!\n").await?;
        bia.leaves().await
    })
    .await
}

#[tokio::test]
async fn those_without_manners_at_the_page_disturb_nobody() -> Result<()> {
    let setup = with_page().timings(|timings| {
        timings.arrival = Duration::from_millis(300);
        timings.lobby_visit = Duration::from_millis(300);
    });
    story_once(setup, async |house| {
        let mut bia = house.goes_to(PRACA, "Bia").await?;
        bia.enters().await?;
        let address = house.gateway(Classic::Web);
        // Half a request, and a head without end.
        ensure!(asks(address, "GET /ws HTTP/1.1\r\nHost:").await?.is_empty());
        let endless = format!(
            "GET / HTTP/1.1\r\nHost: {address}\r\nCookie: {}",
            "c".repeat(40_000)
        );
        let answer = asks(address, &endless).await.unwrap_or_default();
        ensure!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
        // Somebody else's page.
        let foreign = "Origin: https://example.org\r\n";
        let (_, head) = WebSocket::opens(address, foreign).await?;
        ensure!(head.starts_with("HTTP/1.1 403 "), "{head}");
        // One says nothing after the handshake, one no JSON, one asks for a room.
        for said in [
            None,
            Some("{"),
            Some("{\"Hello\":{\"versions\":{\"min\":1,\"max\":1}}}"),
        ] {
            let (mut page, _) = WebSocket::opens(address, PAGE).await?;
            if let Some(said) = said {
                page.says(said).await?;
            }
            let refusal = if said.is_some() { "Unexpected" } else { "TooSlow" };
            ensure!(hears_of(&mut page, "Refused").await? == refusal);
            page.is_shown_out().await?;
        }
        // A frame that announces an exabyte, one that is not masked, and one of a kind that there is not.
        let announced = [&[0x81, 0xff][..], &(1_u64 << 60).to_be_bytes(), b"mask"].concat();
        for bytes in [announced, vec![0x81, 0x02, b'h', b'i'], frame(0x3, b"?")] {
            let mut page = visits(house, "Mallory").await?;
            page.sends(&bytes).await?;
            page.is_shown_out().await?;
            bia.sees(&["Bia"]).await?;
        }
        bia.posts("all quiet").await?;
        bia.leaves().await
    })
    .await
}
