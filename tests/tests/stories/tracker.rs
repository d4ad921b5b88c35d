//! Peers of the P2P group are told of each other, in the bytes that their original tracker used, and of nobody who has gone.

use std::time::Duration;

use acaso_server::Classic;
use acaso_tests::house::{House, Setup, story_once};
use acaso_tests::patience::soon;
use anyhow::{Context, Result, ensure};
use tokio::io::AsyncReadExt;
use tokio::net::TcpSocket;

/// A peer asks from that port, as the original does, and is told of others.
async fn asks(house: &House, from: u16) -> Result<(u16, String)> {
    let tracker = house.server().gateways().first().and_then(|gateway| gateway.port);
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(([127, 0, 0, 1], from).into())?;
    let there = house.door(tracker.context("a tracker")?);
    let mut line = soon("a connection stands", socket.connect(there)).await??;
    let (port, mut told) = (line.local_addr()?.port(), String::new());
    soon("the list", line.read_to_string(&mut told)).await??;
    Ok((port, told))
}

#[tokio::test]
async fn peers_are_told_of_each_other() -> Result<()> {
    let setup = Setup::default().classic(Classic::P2p, Some(0));
    story_once(setup, async |house| {
        let (one, told) = asks(house, 0).await?;
        ensure!(told == "-", "{told}");
        let (other, told) = asks(house, 0).await?;
        ensure!(told == format!("127.0.0.1:{one}"), "{told}");
        let (_, told) = asks(house, 0).await?;
        ensure!(told == format!("127.0.0.1:{one}-127.0.0.1:{other}"), "{told}");
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn limits_hold_for_peers_too() -> Result<()> {
    let setup = Setup::default()
        .classic(Classic::P2p, Some(0))
        .limits(|limits| limits.joins = 1);
    story_once(setup, async |house| {
        asks(house, 0).await?;
        let (_, told) = asks(house, 0).await?;
        ensure!(told.is_empty(), "{told}");
        Ok(())
    })
    .await?;
    let setup = Setup::default().classic(Classic::P2p, Some(0));
    story_once(setup, async |house| {
        let (_, told) = asks(house, 0).await?;
        ensure!(told == "-", "{told}");
        let network = "127.0.0.1".parse()?;
        house.server().ban(network, Duration::from_secs(60)).await?;
        let (_, told) = asks(house, 0).await?;
        ensure!(told.is_empty(), "{told}");
        Ok(())
    })
    .await
}
