//! Real sockets on loopback: who reaches which door, and what becomes of a port when its door closes.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use acaso_shared::ids::Fingerprint;
use acaso_shared::transport::{Carrier, ConnectError, Dialler, Security};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UdpSocket;

use super::*;
use crate::identity;
use crate::listen::datagrams;

struct Endpoints {
    quic: Quic,
    known: Fingerprint,
    ip: IpAddr,
    data: TempDir,
    stop: CancellationToken,
    running: tokio::task::JoinHandle<()>,
}

/// Each test has an address of its own.
fn endpoint(last: u8) -> Endpoints {
    let data = TempDir::new().unwrap();
    endpoint_in(data, Ipv4Addr::new(127, 7, 3, last).into())
}

fn endpoint_in(data: TempDir, ip: IpAddr) -> Endpoints {
    let identity = identity::load_or_make(data.path()).unwrap();
    let quic = Quic::new(&identity.acceptor, data.path(), ip, Liveness::default());
    let quic = quic.unwrap().unwrap();
    let stop = CancellationToken::new();
    let running = tokio::spawn(quic.clone().run(stop.clone()));
    Endpoints {
        quic,
        known: identity.fingerprint,
        ip,
        data,
        stop,
        running,
    }
}

impl Endpoints {
    async fn dial(&self, port: u16) -> Result<Stream, ConnectError> {
        self.dial_at(SocketAddr::new(self.ip, port)).await
    }

    async fn dial_at(&self, address: SocketAddr) -> Result<Stream, ConnectError> {
        let security = Security::pinned("acaso", self.known);
        let dialled = Dialler::default().connect(address, security, Carrier::Quic).await;
        dialled.map(|(stream, _)| stream)
    }

    /// Somebody comes in there; both ends.
    async fn comes_in(&self, door: &QuicDoor, port: u16) -> (Stream, Stream) {
        self.comes_in_at(door, SocketAddr::new(self.ip, port)).await
    }

    async fn comes_in_at(&self, door: &QuicDoor, address: SocketAddr) -> (Stream, Stream) {
        let answered = async {
            let caller = door.accept().await;
            assert!(caller.address().ip().is_loopback());
            assert_eq!(caller.address().is_ipv4(), address.is_ipv4());
            caller.answer().await.unwrap()
        };
        let dialled = async {
            let mut stream = self.dial_at(address).await.unwrap();
            stream.write_all(b"hi").await.unwrap();
            stream
        };
        let (mut server, client) = tokio::join!(answered, dialled);
        hears(&mut server, b"hi").await;
        (client, server)
    }

    async fn ends(self) -> TempDir {
        self.stop.cancel();
        self.running.await.unwrap();
        self.quic.close();
        self.data
    }
}

async fn hears(stream: &mut Stream, words: &[u8; 2]) {
    let mut heard = [0; 2];
    stream.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, words);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_port_that_has_just_been_opened_hears_whoever_calls() {
    let house = endpoint(6);
    // Again and again, while the endpoint looks for somebody to hear on another thread.
    for port in 2001..2101 {
        let door = house.quic.open(house.ip, port).unwrap();
        drop(house.comes_in(&door, port).await);
    }
    house.ends().await;
}

#[tokio::test]
async fn whoever_calls_comes_to_the_door_they_called_at() {
    let house = endpoint(1);
    let (one, other) = (house.quic.open(house.ip, 2001), house.quic.open(house.ip, 2002));
    let (one, other) = (one.unwrap(), other.unwrap());
    let (mut ana, mut at_one) = house.comes_in(&one, 2001).await;
    let (mut bia, mut at_other) = house.comes_in(&other, 2002).await;
    at_one.write_all(b"A1").await.unwrap();
    at_other.write_all(b"B2").await.unwrap();
    hears(&mut ana, b"A1").await;
    hears(&mut bia, b"B2").await;
    house.ends().await;
}

#[tokio::test]
async fn a_server_at_all_addresses_is_reached_over_both_families() {
    let house = endpoint_in(TempDir::new().unwrap(), Ipv6Addr::UNSPECIFIED.into());
    // Others on this computer may have any port of these addresses; the system gives two free ones.
    let Ok(free) = [0, 0]
        .map(|port| datagrams(house.ip, port))
        .into_iter()
        .collect::<Result<Vec<_>, _>>()
    else {
        return eprintln!("this computer has no IPv6");
    };
    let [lobby, room] = [0, 1].map(|at| free[at].local_addr().unwrap().port());
    drop(free);
    let (at_lobby, at_room) = (house.quic.open(house.ip, lobby), house.quic.open(house.ip, room));
    let (at_lobby, at_room) = (at_lobby.unwrap(), at_room.unwrap());
    house.quic.set_lobby(lobby);
    for ip in [Ipv6Addr::LOCALHOST.into(), IpAddr::from(Ipv4Addr::LOCALHOST)] {
        for (door, port) in [(&at_lobby, lobby), (&at_room, room)] {
            let (mut client, mut server) = house.comes_in_at(door, SocketAddr::new(ip, port)).await;
            server.write_all(b"ok").await.unwrap();
            hears(&mut client, b"ok").await;
        }
    }
    house.ends().await;
}

#[tokio::test]
async fn a_port_stays_open_for_those_who_sit_there_and_closes_after_them() {
    let house = endpoint(2);
    let door = house.quic.open(house.ip, 2001).unwrap();
    let (mut client, mut server) = house.comes_in(&door, 2001).await;
    drop(door);
    // Shut at once: refused, not left to wait.
    assert!(matches!(house.dial(2001).await, Err(ConnectError::Refused(_))));
    server.write_all(b"on").await.unwrap();
    hears(&mut client, b"on").await;
    // And opened again beside them.
    let door = house.quic.open(house.ip, 2001).unwrap();
    let again = house.comes_in(&door, 2001).await;
    drop((door, again));
    assert!(datagrams(house.ip, 2001).is_err());
    client.shutdown().await.unwrap();
    server.shutdown().await.unwrap();
    drop((client, server));
    let freed = async {
        while datagrams(house.ip, 2001).is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), freed)
        .await
        .unwrap();
    house.ends().await;
}

#[tokio::test]
async fn a_port_of_another_program_is_not_opened() {
    let house = endpoint(3);
    let _other = datagrams(house.ip, 2001).unwrap();
    assert!(house.quic.open(house.ip, 2001).is_err());
    assert!(house.quic.open(house.ip, 2002).is_ok());
    house.ends().await;
}

#[tokio::test]
async fn under_load_who_proves_an_address_comes_in_and_past_it_nobody_does() {
    let house = endpoint(4);
    let handshakes = &house.quic.0.handshakes;
    let count = |permits| u32::try_from(permits).unwrap();
    let door = house.quic.open(house.ip, 2001).unwrap();
    let load = handshakes
        .clone()
        .try_acquire_many_owned(count(HANDSHAKES_UNPROVEN));
    // At a room's door, and marked as one: the proof must hold there too.
    drop(house.comes_in(&door, 2001).await);
    let rest = handshakes.available_permits();
    let rest = handshakes.clone().try_acquire_many_owned(count(rest));
    assert!(matches!(house.dial(2001).await, Err(ConnectError::Refused(_))));
    drop((load, rest));
    house.ends().await;
}

#[tokio::test]
async fn whoever_cannot_hear_us_is_asked_for_a_proof_in_the_lobby_and_handed_to_nobody() {
    let house = endpoint(7);
    let (lobby, room) = (house.quic.open(house.ip, 2001), house.quic.open(house.ip, 2002));
    let (lobby, room) = (lobby.unwrap(), room.unwrap());
    house.quic.set_lobby(2001);
    let call = first_datagram(&house).await;
    let forger = UdpSocket::bind((house.ip, 0)).await.unwrap();
    forger.send_to(&call, (house.ip, 2001)).await.unwrap();
    let mut answer = [0; 2048];
    let answered = tokio::time::timeout(Duration::from_secs(10), forger.recv(&mut answer)).await;
    answered.unwrap().unwrap();
    // A long header (RFC 9000, 17.2.5): Retry, which is followed by nothing unless it is heard.
    assert_eq!(answer[0] & 0xf0, 0xf0);
    assert!(lobby.knocks.lock().unwrap().try_recv().is_err());
    forger.send_to(&call, (house.ip, 2002)).await.unwrap();
    assert!(!room.accept().await.incoming.remote_address_validated());
    drop(house.comes_in(&lobby, 2001).await);
    house.ends().await;
}

#[tokio::test]
async fn whoever_shakes_hands_and_says_nothing_keeps_no_turn() {
    let house = endpoint(8);
    let door = house.quic.open(house.ip, 2001).unwrap();
    let mut answered = Box::pin(async { door.accept().await.answer().await });
    let silent = tokio::select! {
        silent = house.dial(2001) => silent.unwrap(),
        answered = &mut answered => panic!("nothing was said: {answered:?}"),
    };
    let all_back = async {
        while house.quic.0.handshakes.available_permits() < HANDSHAKES_MAX {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        all_back = tokio::time::timeout(Duration::from_secs(4), all_back) => all_back.unwrap(),
        answered = &mut answered => panic!("nothing was said: {answered:?}"),
    }
    drop((silent, answered));
    house.ends().await;
}

/// What somebody says first, to whomever.
async fn first_datagram(house: &Endpoints) -> Vec<u8> {
    let anybody = UdpSocket::bind((house.ip, 0)).await.unwrap();
    let mut said = vec![0; 2048];
    let length = tokio::select! {
        length = anybody.recv(&mut said) => length.unwrap(),
        _ = house.dial_at(anybody.local_addr().unwrap()) => panic!("nobody was there"),
    };
    said.truncate(length);
    said
}

#[tokio::test]
async fn after_a_restart_those_who_were_connected_hear_of_it() {
    let house = endpoint(5);
    let door = house.quic.open(house.ip, 2001).unwrap();
    let (mut client, server) = house.comes_in(&door, 2001).await;
    // As if killed: not a word is sent any more.
    house.quic.0.ports.close_all();
    drop((door, server));
    let house = endpoint_in(house.ends().await, Ipv4Addr::new(127, 7, 3, 5).into());
    let _door = house.quic.open(house.ip, 2001).unwrap();
    client.write_all(b"there?").await.unwrap();
    let told = tokio::time::timeout(Duration::from_secs(10), client.read_u8()).await;
    assert!(told.unwrap().is_err());
    house.ends().await;
}
