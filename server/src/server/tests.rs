//! Starting and stopping, over real sockets on addresses of this computer.

use std::net::{Ipv4Addr, TcpListener as StdListener};
use std::path::PathBuf;

use acaso_shared::protocol::VERSIONS;
use acaso_shared::protocol::lobby::Access;
use tempfile::TempDir;

use super::*;
use crate::config::{self, Limits, Timings};
use crate::data::DataError;

/// Each test has an address of its own, so that they do not take each other's ports.
fn config(last: u8, data: PathBuf) -> Config {
    Config {
        bind: Ipv4Addr::new(127, 1, 1, last).into(),
        port: 0,
        rooms: Rooms::default(),
        data,
        plain: false,
        versions: VERSIONS,
        access: Access::Open,
        certificate: None,
        gateways: Vec::new(),
        limits: Limits::default(),
        plazas: Vec::new(),
        circles: config::Circles::default(),
        timings: Timings::default(),
    }
}

#[tokio::test]
async fn a_server_stops_and_starts_again_as_the_same() {
    let data = TempDir::new().unwrap();
    let first = Server::start(config(1, data.path().into())).await.unwrap();
    let (address, fingerprint) = (first.address(), first.fingerprint());
    assert!(fingerprint.is_some());
    assert_eq!(first.rooms().await, []);
    first.stop().await;
    let again = Config {
        port: address.port(),
        ..config(1, data.path().into())
    };
    let second = Server::start(again).await.unwrap();
    assert_eq!((second.address(), second.fingerprint()), (address, fingerprint));
    second.stop().await;
}

#[tokio::test]
async fn a_second_server_in_the_same_place_changes_nothing_there() {
    let data = TempDir::new().unwrap();
    let first = Server::start(config(2, data.path().into())).await.unwrap();
    let database = data.path().join(crate::REGISTRY_FILE);
    let before = std::fs::metadata(&database).unwrap().modified().unwrap();
    let refused = Server::start(config(2, data.path().into())).await.unwrap_err();
    assert!(
        matches!(refused, StartError::Data(DataError::Locked { .. })),
        "{refused}"
    );
    let pid = format!("process {}", std::process::id());
    assert!(refused.to_string().contains(&pid), "{refused}");
    assert_eq!(std::fs::metadata(&database).unwrap().modified().unwrap(), before);
    first.stop().await;
}

#[tokio::test]
async fn what_keeps_a_server_from_listening_is_told_apart_and_leaves_the_registry_alone() {
    let data = TempDir::new().unwrap();
    let start = |config| async move { Server::start(config).await.unwrap_err() };
    let elsewhere = Config {
        bind: Ipv4Addr::new(192, 0, 2, 1).into(),
        ..config(3, data.path().into())
    };
    assert!(matches!(start(elsewhere).await, StartError::NotOurs { .. }));

    let other = StdListener::bind((Ipv4Addr::new(127, 1, 1, 3), 0)).unwrap();
    let port = other.local_addr().unwrap().port();
    let taken = start(Config {
        port,
        ..config(3, data.path().into())
    })
    .await;
    assert!(matches!(taken, StartError::PortTaken { .. }), "{taken}");
    assert!(taken.to_string().contains("os error"), "{taken}");
    assert!(!data.path().join(crate::REGISTRY_FILE).exists());
}

#[tokio::test]
async fn rooms_have_only_ports_that_the_protocol_allows() {
    let data = TempDir::new().unwrap();
    #[expect(clippy::reversed_empty_ranges, reason = "this is the mistake")]
    for rooms in [1025..=2000, 9000..=10_000, 3000..=2000] {
        let config = Config {
            rooms: Rooms::OwnPorts(rooms),
            ..config(4, data.path().into())
        };
        let refused = Server::start(config).await.unwrap_err();
        assert!(matches!(refused, StartError::Rooms(_)), "{refused}");
    }
}

#[tokio::test]
async fn the_lobbys_own_port_is_no_rooms() {
    let data = TempDir::new().unwrap();
    let config = Config {
        port: 2000,
        rooms: Rooms::OwnPorts(1999..=2001),
        plain: true,
        versions: VERSIONS,
        ..config(5, data.path().into())
    };
    let server = Server::start(config).await.unwrap();
    assert_eq!((server.capacity().rooms, server.capacity().strangers), (2, 4));
    assert_eq!(server.fingerprint(), None);
    server.stop().await;
}

#[tokio::test]
async fn a_gateways_own_port_is_no_rooms_and_one_that_cannot_be_had_is_told() {
    let data = TempDir::new().unwrap();
    let own = |port| Gateway {
        classic: Classic::Pychat,
        port: Some(port),
    };
    let config = Config {
        rooms: Rooms::OwnPorts(1999..=2001),
        gateways: vec![own(2000)],
        ..config(6, data.path().into())
    };
    let server = Server::start(config.clone()).await.unwrap();
    assert_eq!(
        (server.capacity().rooms, server.gateways()),
        (2, &[own(2000)][..])
    );
    server.stop().await;

    let _other = StdListener::bind((config.bind, 2000)).unwrap();
    let refused = Server::start(config.clone()).await.unwrap_err();
    assert!(
        matches!(refused, StartError::Gateway { port: 2000, .. }),
        "{refused}"
    );
    let closed = Config {
        access: Access::Password,
        ..config
    };
    let refused = Server::start(closed).await.unwrap_err();
    assert!(matches!(refused, StartError::Contradiction(_)), "{refused}");
}

#[tokio::test]
async fn a_failed_part_is_noticed() {
    let (stop, failure) = (CancellationToken::new(), watch::channel(false));
    let (pairing, receiving) = (tokio::spawn(async {}), tokio::spawn(std::future::pending()));
    let mut failed = failure.1;
    let relaying = tokio::spawn(stop.clone().cancelled_owned());
    let introducing = tokio::spawn(stop.clone().cancelled_owned());
    let watching = tokio::spawn(watch_over(
        receiving,
        [pairing, relaying, introducing],
        stop.clone(),
        failure.0,
    ));
    failed.wait_for(|failed| *failed).await.unwrap();
    stop.cancel();
    watching.await.unwrap();
}
