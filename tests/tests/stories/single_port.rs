//! Rooms behind the lobby's port, and firewalls that leave nothing else open: a ticket says which room, and nobody notices. That all
//! other stories are true so as well is seen to by whoever tells them.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use acaso_shared::codec;
use acaso_shared::ids::{RoomPort, Ticket};
use acaso_shared::limits::SHUT_DOOR_RETRIES;
use acaso_shared::protocol::lobby::LobbyRequest;
use acaso_shared::protocol::room::{RoomEvent, RoomRequest};
use acaso_shared::protocol::{Refusal, VERSIONS};
use acaso_shared::session::Problem;
use acaso_tests::between::{Between, Meddling};
use acaso_tests::carrier::Carrier;
use acaso_tests::guest::Directions;
use acaso_tests::house::{Entrance, Setup, story};
use acaso_tests::impostor::BlackHole;
use acaso_tests::loopback::own_address;
use acaso_tests::patience::{seen, soon};
use acaso_tests::rude::{Rude, refusal_in_lobby, refusal_in_room};
use acaso_tests::stranger::{Errand, Stranger};
use anyhow::{Result, bail, ensure};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Long enough for whoever is waited for here, and short for whoever is silent.
const SHORT: Duration = Duration::from_millis(300);

#[tokio::test]
async fn with_shared_rooms_no_port_is_open_but_the_lobbys() -> Result<()> {
    let shared = Setup::default().by(Entrance::Lobby).rooms(2000..=2000);
    story(shared, async |house| {
        let expected = house.directions().assigned().await?;
        ensure!(expected.port.get() == 2000, "there is no other");
        // A door would be open now, over TCP and, with encryption, over UDP, and nobody else could take its port.
        drop(UdpSocket::bind(house.door(2000))?);
        drop(TcpListener::bind(house.door(2000)).await?);
        expected.enters().await?.leaves().await?;
        house.registers(&[]).await?;
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn whatever_server_it_is_a_ticket_is_good_in_its_lobby_too() -> Result<()> {
    story(Setup::default().by(Entrance::Doors), async |house| {
        let through_the_lobby = Directions {
            shared_rooms: true,
            ..house.directions()
        };
        let mut by_door = house.directions().seated().await?;
        let mut by_lobby = through_the_lobby.seated().await?;
        ensure!(by_door.port == by_lobby.port, "in two rooms");
        by_door.befriended().await?;
        let conversation = by_lobby.befriended().await?;
        by_lobby.says(conversation, b"from the lobby").await?;
        by_door.hears_bytes(b"from the lobby").await?;
        let lost = by_lobby.is_cut_off();
        by_door.misses_the_partner().await?;
        let (mut back, _) = lost.comes_back(&through_the_lobby).await?;
        by_door.has_the_partner_back().await?;
        back.says(conversation, b"once more").await?;
        by_door.hears_bytes(b"once more").await?;
        back.leaves().await?;
        by_door.leaves().await
    })
    .await
}

#[tokio::test]
async fn whoever_was_let_in_by_the_lobby_is_its_guest_no_longer() -> Result<()> {
    // Somebody silent is shown out of the lobby by the time at which whoever came before them would be.
    let hurried = Setup::default()
        .by(Entrance::Lobby)
        .timings(|timings| timings.lobby_visit = SHORT);
    let one = hurried.limits(|limits| limits.connections = 1);
    story(one, async |house| {
        let directions = house.directions();
        let mut seat = directions.seated().await?;
        let mut silent = house.knock().await?;
        silent.is_shown_out().await?;
        seat.link.send(&RoomRequest::Ping).await?;
        ensure!(seat.hears().await? == RoomEvent::Pong, "the seat is still there");
        // They are counted, and once.
        ensure!(directions.assigned().await.is_err(), "one more than may be here");
        seat.leaves().await?;
        let next = seen("there is room again", async || {
            Ok(directions.assigned().await.map_err(|refused| refused.to_string()))
        });
        next.await?.enters().await?.leaves().await
    })
    .await
}

#[tokio::test]
async fn a_ticket_holder_gets_in_though_the_network_has_no_visit_left() -> Result<()> {
    story(
        Setup::default()
            .by(Entrance::Lobby)
            .limits(|limits| limits.connections = 1),
        async |house| {
            let assigned = house.directions().assigned().await?;
            // As many as are heard at all; where there is QUIC, over TCP all the same.
            let mut crowd = Vec::new();
            for _ in 0..20 {
                crowd.push(house.knock().await?);
            }
            let seat = assigned.enters().await?;
            drop(crowd);
            seat.leaves().await
        },
    )
    .await
}

#[tokio::test]
async fn tickets_that_were_made_up_disturb_nobody() -> Result<()> {
    story(Setup::default().by(Entrance::Lobby).forgetful(), async |house| {
        let directions = house.directions();
        let (one, other) = (directions.assigned().await?, directions.assigned().await?);
        let there = one.port;
        let elsewhere = RoomPort::try_from(9999)?;
        for _ in 0..20 {
            for room in [there, elsewhere] {
                is_a_bad_ticket(&directions, Ticket::random_for(room)).await?;
            }
            is_a_bad_ticket(&directions, Ticket::random()).await?;
        }
        let (mut one, mut other) = (one.enters().await?, other.enters().await?);
        one.befriended().await?;
        let conversation = other.befriended().await?;
        is_a_bad_ticket(&directions, Ticket::random_for(there)).await?;
        one.says(conversation, b"undisturbed").await?;
        other.hears_bytes(b"undisturbed").await?;
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn the_right_words_at_the_wrong_time_at_the_lobbys_entrance() -> Result<()> {
    story(Setup::default().by(Entrance::Lobby).forgetful(), async |house| {
        let directions = house.directions();
        let lobby = directions.lobby.port();
        let assigned = directions.assigned().await?;
        let (ticket, versions) = (assigned.ticket, VERSIONS);
        let hello = codec::encode(&LobbyRequest::Hello { versions });
        let enter = codec::encode(&LobbyRequest::Enter { ticket, versions });
        let mut after_hello = Rude::comes_in(&directions, lobby).await?;
        after_hello.says(&[hello.clone(), enter.clone()].concat()).await?;
        let refusal = refusal_in_lobby(&after_hello.is_shown_out().await?)?;
        ensure!(refusal == Refusal::Unexpected, "{refusal:?}");
        // The words of a door are none of the lobby's.
        let at_door = codec::encode(&RoomRequest::Enter { ticket, versions });
        let mut wrong_words = Rude::comes_in(&directions, lobby).await?;
        wrong_words.says(&at_door).await?;
        wrong_words.is_shown_out().await?;
        // All at once: what stands behind the ticket is for the room, which takes nobody twice.
        let mut twice = Rude::comes_in(&directions, lobby).await?;
        twice.says(&[enter.clone(), enter].concat()).await?;
        let refusal = refusal_in_room(&twice.is_shown_out().await?)?;
        ensure!(refusal == Refusal::Unexpected, "{refusal:?}");
        drop(assigned);
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn who_is_barred_hears_it_in_the_words_of_what_they_came_for() -> Result<()> {
    let patient = Setup::default()
        .by(Entrance::Lobby)
        .timings(|timings| timings.ticket = Duration::from_secs(300));
    story(patient, async |house| {
        let directions = house.directions();
        let on_the_way = directions.assigned().await?;
        let here = acaso_server::Network::from(IpAddr::from(std::net::Ipv4Addr::LOCALHOST));
        house.server().ban(here, Duration::from_secs(90)).await?;
        let (_, told) = directions.at_door(on_the_way.port, on_the_way.ticket).await?;
        let barred = |refusal: &Refusal| matches!(refusal, Refusal::Banned { .. });
        ensure!(
            matches!(&told, RoomEvent::Refused(refusal) if barred(refusal)),
            "{told:?}"
        );
        let mut visitor = Rude::comes_in(&directions, directions.lobby.port()).await?;
        visitor
            .says(&codec::encode(&LobbyRequest::Hello { versions: VERSIONS }))
            .await?;
        let refusal = refusal_in_lobby(&visitor.is_shown_out().await?)?;
        ensure!(barred(&refusal), "{refusal:?}");
        drop(on_the_way);
        house.registers(&[]).await
    })
    .await
}

#[tokio::test]
async fn behind_a_firewall_that_says_no_people_meet_by_the_lobby() -> Result<()> {
    story(Setup::default().by(Entrance::Doors), async |house| {
        // At that address nothing listens on any room's port, over TCP or UDP.
        let only_the_lobby = house.network_without_rooms().await?;
        let mut ana = house.arrives_at(only_the_lobby.lobby(), "Ana").await?;
        ana.waits().await?;
        let mut bia = house.arrives("Bia").await?;
        bia.meets("Ana").await?;
        ana.meets("Bia").await?;
        ana.says("by the lobby").await?;
        bia.hears("by the lobby").await?;
        bia.says("by the door").await?;
        ana.hears("by the door").await
    })
    .await
}

#[tokio::test]
async fn behind_a_firewall_that_swallows_everything_people_meet_by_the_lobby() -> Result<()> {
    for carrier in [Carrier::Plain, Carrier::Tls] {
        let swallowed = Setup::default()
            .over(carrier)
            .by(Entrance::Doors)
            .rooms(2000..=2000);
        story(swallowed, async |house| {
            let between = Between::new(house.lobby(), [], Meddling::Listens).await?;
            let _swallowed = BlackHole::new((between.lobby().ip(), 2000).into()).await?;
            let mut ana = house.arrives_at(between.lobby(), "Ana").await?;
            ana.waits().await?;
            let mut bia = house.arrives("Bia").await?;
            bia.meets("Ana").await?;
            ana.meets("Bia").await?;
            Ok(())
        })
        .await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_door_that_was_not_reached_is_left_alone_for_a_week() -> Result<()> {
    let one_room = Setup::default()
        .over(Carrier::Tls)
        .by(Entrance::Doors)
        .rooms(2000..=2000);
    story(one_room, async |house| {
        let between = Between::new(house.lobby(), [], Meddling::Listens).await?;
        let (calls, _hanging_up) = hangs_up((between.lobby().ip(), 2000).into()).await?;
        let desk = tempfile::tempdir()?;
        let errand = Errand::new(between.lobby(), desk.path())?;
        let file = errand.options.known_servers.clone();
        let comes = async || -> Result<()> {
            let mut ana = Stranger::arrives("Ana", errand.clone(), house.book()).await?;
            ana.waits().await?;
            ana.leaves().await?;
            // The same run of the client.
            ana.asks_again().await?;
            ana.waits().await?;
            ana.leaves().await?;
            house.registers(&[]).await
        };
        comes().await?;
        ensure!(calls.load(Ordering::Relaxed) == 1, "the door was tried once");
        comes().await?;
        ensure!(calls.load(Ordering::Relaxed) == 1, "the door was not tried again");

        let week_ago = SystemTime::now() - Duration::from_secs(7 * 24 * 60 * 60);
        put_back(&file, week_ago)?;
        comes().await?;
        ensure!(calls.load(Ordering::Relaxed) == 2, "firewalls change");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn where_both_ways_are_shut_the_port_to_be_opened_is_told() -> Result<()> {
    let doors = Setup::default().over(Carrier::Tls).by(Entrance::Doors);
    story(doors, async |house| {
        let lobby = SocketAddr::new(own_address().into(), house.lobby().port());
        let (calls, _gate) = lets_every_other_through(lobby, house.lobby()).await?;
        let mut ana = house.arrives_at(lobby, "Ana").await?;
        let refused = ana.is_refused().await?;
        let Problem::RoomUnreachable { address, .. } = refused else {
            bail!("{refused}");
        };
        ensure!(
            address == lobby.ip(),
            "the very address that answered as lobby: {address}"
        );
        let tries = usize::try_from(SHUT_DOOR_RETRIES)? + 1;
        ensure!(
            calls.load(Ordering::Relaxed) == 2 * tries,
            "each time a visit, and a way in"
        );
        Ok(())
    })
    .await
}

async fn is_a_bad_ticket(directions: &Directions, ticket: Ticket) -> Result<()> {
    let mut link = directions.at_the_lobbys(ticket, VERSIONS).await?;
    let answer = soon("an answer", link.receive()).await??;
    ensure!(answer == RoomEvent::Refused(Refusal::BadTicket), "{answer:?}");
    Ok(())
}

/// Something that is no door takes calls there and hangs up. Tells how many came.
async fn hangs_up(address: SocketAddr) -> Result<(Arc<AtomicUsize>, JoinSet<()>)> {
    let (calls, listener) = (Arc::<AtomicUsize>::default(), TcpListener::bind(address).await?);
    let (counted, mut task) = (Arc::clone(&calls), JoinSet::new());
    task.spawn(async move {
        while let Ok((call, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::Relaxed);
            drop(call);
        }
    });
    Ok((calls, task))
}

/// Somebody who passes on the first, the third, the fifth call, and hangs up on the others. Tells how many came.
async fn lets_every_other_through(
    here: SocketAddr,
    server: SocketAddr,
) -> Result<(Arc<AtomicUsize>, JoinSet<()>)> {
    let (calls, listener) = (Arc::<AtomicUsize>::default(), TcpListener::bind(here).await?);
    let (counted, mut task) = (Arc::clone(&calls), JoinSet::new());
    task.spawn(async move {
        let mut passed_on = JoinSet::new();
        while let Ok((mut call, _)) = listener.accept().await {
            if counted.fetch_add(1, Ordering::Relaxed) % 2 == 0 {
                passed_on.spawn(async move {
                    let mut server = TcpStream::connect(server).await?;
                    tokio::io::copy_bidirectional(&mut call, &mut server).await
                });
            }
        }
    });
    Ok((calls, task))
}

/// Dates everything in a file of known servers back.
fn put_back(file: &std::path::Path, to: SystemTime) -> Result<()> {
    let secs = to.duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let text = std::fs::read_to_string(file)?;
    ensure!(text.contains("[[unreached]]"), "{text}");
    let dated = text.lines().map(|line| match line.split_once(" = ") {
        Some(("since_unix_secs", _)) => format!("since_unix_secs = {secs}\n"),
        _ => format!("{line}\n"),
    });
    Ok(std::fs::write(file, dated.collect::<String>())?)
}
