//! From a server's address to a seat: look the name up, visit the lobby, go through the door. One attempt; who calls decides on another.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::{sleep, timeout};

use super::event::{Problem, Visit};
use crate::address::ServerAddress;
use crate::ids::{Fingerprint, Generation, RoomPort, Ticket, VisitorToken};
use crate::known_servers::{Known, KnownServers, KnownServersError};
use crate::limits::{CONNECT_TIMEOUT, LOBBY_VISIT_TIMEOUT, TRANSPORT_HANDSHAKE_TIMEOUT};
use crate::link::{Link, LinkError, LobbyGuest, RoomGuest};
use crate::protocol::lobby::{LobbyReply, LobbyRequest};
use crate::protocol::room::{RoomEvent, RoomRequest};
use crate::protocol::{Refusal, VERSIONS};
use crate::transport::{self, ConnectError, Security, Stream};

/// How long one of a name's addresses is tried alone before the next one joins (RFC 8305 §5).
const NEXT_ADDRESS_AFTER: Duration = Duration::from_millis(250);

/// The lobby that answered: its rooms are dialled at the same address and must show the same identity.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The lobby's own, with the scope of a link-local one: only the port differs from door to door.
    lobby: SocketAddr,
    pub(super) rooms_in_use: u32,
    host: String,
    identity: Option<Fingerprint>,
}

/// A seat in a room.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) link: Link<Stream, RoomGuest>,
    pub(super) place: Place,
    pub(super) port: RoomPort,
    pub(super) generation: Generation,
}

/// Why an attempt ended without a seat.
#[derive(Debug)]
pub(super) enum Failed {
    /// The door was shut: the ticket expired on the way, or the room ended. Another visit to the lobby gets another one.
    DoorShut {
        port: RoomPort,
        address: IpAddr,
        /// Nothing listened at all: several times in a row, this is rather a firewall.
        refused: bool,
    },
    /// Anything else.
    Problem(Problem),
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// Visits the lobby and enters the room it assigns.
pub(super) async fn seek(visit: Visit, visitor: VisitorToken, servers: KnownServers) -> Result<Seat, Failed> {
    let host = visit.server.host().to_owned();
    let (place, port, ticket) = timeout(LOBBY_VISIT_TIMEOUT, visit_lobby(&visit, visitor, servers))
        .await
        .map_err(|_| Problem::TimedOut { host })??;
    enter(place, port, ticket).await
}

async fn visit_lobby(
    visit: &Visit,
    visitor: VisitorToken,
    servers: KnownServers,
) -> Result<(Place, RoomPort, Ticket), Problem> {
    let server = &visit.server;
    let known = with_file(&servers, server, KnownServers::look_up).await?;
    let addresses = resolve(server).await?;
    let (stream, identity, address) = dial_first(visit, known.as_ref(), &addresses).await?;
    let mut link: Link<_, LobbyGuest> = Link::new(stream);
    let rooms_in_use = greet(&mut link, server).await?;
    if let Some(shown) = identity {
        // Before a seat is asked for: an identity that cannot be remembered could not be checked next time, and another window
        // may have pinned another one meanwhile.
        let pinned = with_file(&servers, server, move |servers, server| {
            servers.note_visit(server, shown)
        })
        .await?;
        if pinned.fingerprint != shown {
            return Err(identity_changed(&pinned, shown));
        }
    }
    let (port, ticket) = ask_for_seat(&mut link, visitor).await?;
    let place = Place {
        lobby: address,
        rooms_in_use,
        host: server.host().to_owned(),
        identity,
    };
    Ok((place, port, ticket))
}

/// Works on the file of known servers where waiting for a disk or a lock stalls nobody.
async fn with_file<T: Send + 'static>(
    servers: &KnownServers,
    server: &ServerAddress,
    work: impl FnOnce(&KnownServers, &ServerAddress) -> Result<T, KnownServersError> + Send + 'static,
) -> Result<T, Problem> {
    let (servers, server) = (servers.clone(), server.clone());
    let done = tokio::task::spawn_blocking(move || work(&servers, &server)).await;
    match done {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(Problem::Pins {
            detail: error.to_string(),
        }),
        Err(error) => Err(Problem::Pins {
            detail: error.to_string(),
        }),
    }
}

async fn resolve(server: &ServerAddress) -> Result<Vec<SocketAddr>, Problem> {
    let host = server.host().to_owned();
    let found = match timeout(
        CONNECT_TIMEOUT,
        tokio::net::lookup_host((server.host(), server.port())),
    )
    .await
    {
        Ok(Ok(found)) => found.collect(),
        Ok(Err(error)) => {
            tracing::debug!(%error, "the name does not resolve");
            Vec::new()
        }
        Err(_) => return Err(Problem::TimedOut { host }),
    };
    if found.is_empty() {
        Err(Problem::NameNotFound { host })
    } else {
        Ok(found)
    }
}

/// Dials all addresses of a name, each a little after the one before; the first that stands is taken.
async fn dial_first(
    visit: &Visit,
    known: Option<&Known>,
    addresses: &[SocketAddr],
) -> Result<(Stream, Option<Fingerprint>, SocketAddr), Problem> {
    let security = match (visit.plain, known) {
        (true, Some(_)) => {
            return Err(Problem::PlainRefused {
                host: visit.server.host().to_owned(),
            });
        }
        (true, None) => Security::Plain,
        (false, known) => Security::Tls {
            host: visit.server.host(),
            expected: known.map(|known| known.fingerprint),
        },
    };
    let mut attempts: FuturesUnordered<_> = (0u32..)
        .zip(addresses)
        .map(|(turn, address)| async move {
            sleep(NEXT_ADDRESS_AFTER * turn).await;
            (transport::connect(*address, security).await, *address)
        })
        .collect();
    let mut worst = None;
    while let Some((attempt, address)) = attempts.next().await {
        match attempt {
            Ok((stream, identity)) => return Ok((stream, identity, address)),
            Err(error) => worst = Some(more_telling(worst, error)),
        }
    }
    Err(worst.map_or_else(
        || Problem::NameNotFound {
            host: visit.server.host().to_owned(),
        },
        |error| lobby_problem(&error, &visit.server, known),
    ))
}

/// Of two failures at two addresses of one name, the one that says more about the server.
fn more_telling(one: Option<ConnectError>, other: ConnectError) -> ConnectError {
    let says = |error: &ConnectError| match error {
        ConnectError::TimedOut(_) => 0,
        ConnectError::NoHandshake(_) => 1,
        ConnectError::Refused(_) => 2,
        ConnectError::NotOurs(..) => 3,
        ConnectError::OtherIdentity { .. } => 4,
    };
    match one {
        Some(one) if says(&one) >= says(&other) => one,
        _ => other,
    }
}

fn lobby_problem(error: &ConnectError, server: &ServerAddress, known: Option<&Known>) -> Problem {
    let host = server.host().to_owned();
    match (error, known) {
        (ConnectError::OtherIdentity { shown }, Some(known)) => identity_changed(known, *shown),
        (ConnectError::Refused(_), _) => Problem::ConnectionRefused {
            host,
            port: server.port(),
        },
        (ConnectError::TimedOut(_) | ConnectError::NoHandshake(_), _) => Problem::TimedOut { host },
        (ConnectError::NotOurs(..) | ConnectError::OtherIdentity { .. }, _) => Problem::NotAcaso {
            host,
            port: server.port(),
        },
    }
}

fn identity_changed(known: &Known, shown: Fingerprint) -> Problem {
    Problem::IdentityChanged {
        server: known.server.clone(),
        known: known.fingerprint,
        since: known.since,
        visits: known.visits,
        shown,
    }
}

/// Says hello; tells how many rooms are in use.
async fn greet(link: &mut Link<Stream, LobbyGuest>, server: &ServerAddress) -> Result<u32, Problem> {
    let not_acaso = || Problem::NotAcaso {
        host: server.host().to_owned(),
        port: server.port(),
    };
    link.send(&LobbyRequest::Hello { versions: VERSIONS })
        .await
        .map_err(|_| not_acaso())?;
    match link.receive().await.map_err(|_| not_acaso())? {
        LobbyReply::Welcome {
            version,
            rooms_in_use,
            access: _,
        } if (VERSIONS.min..=VERSIONS.max).contains(&version) => Ok(rooms_in_use),
        LobbyReply::Refused(refusal) => Err(refused(refusal)),
        _ => Err(Problem::Protocol),
    }
}

async fn ask_for_seat(
    link: &mut Link<Stream, LobbyGuest>,
    visitor: VisitorToken,
) -> Result<(RoomPort, Ticket), Problem> {
    link.send(&LobbyRequest::Join { visitor })
        .await
        .map_err(|error| broken(&error))?;
    match link.receive().await.map_err(|error| broken(&error))? {
        LobbyReply::Assigned { port, ticket } => Ok((port, ticket)),
        LobbyReply::Refused(refusal) => Err(refused(refusal)),
        _ => Err(Problem::Protocol),
    }
}

/// Goes through a door: dialled at the lobby's own address, and never trusted with an identity of its own.
pub(super) async fn enter(place: Place, port: RoomPort, ticket: Ticket) -> Result<Seat, Failed> {
    let mut address = place.lobby;
    address.set_port(port.get());
    let shut = |refused| Failed::DoorShut {
        port,
        address: address.ip(),
        refused,
    };
    let security = match place.identity {
        Some(identity) => Security::Tls {
            host: &place.host,
            expected: Some(identity),
        },
        None => Security::Plain,
    };
    let stream = match transport::connect(address, security).await {
        Ok((stream, _)) => stream,
        Err(ConnectError::Refused(_)) => return Err(shut(true)),
        // A door that shuts resets whoever stands in its queue, in the middle of a handshake; and one that took the connection
        // is behind no firewall, only slow.
        Err(ConnectError::NotOurs(..) | ConnectError::NoHandshake(_)) => return Err(shut(false)),
        Err(ConnectError::TimedOut(_)) => {
            let address = address.ip();
            return Err(Problem::RoomUnreachable { port, address }.into());
        }
        Err(ConnectError::OtherIdentity { .. }) => return Err(Problem::RoomIdentity { port }.into()),
    };
    let mut link = Link::new(stream);
    match timeout(TRANSPORT_HANDSHAKE_TIMEOUT, show_ticket(&mut link, ticket)).await {
        Ok(Ok(RoomEvent::Seated { port, generation, .. })) => Ok(Seat {
            link,
            place,
            port,
            generation,
        }),
        Ok(Ok(RoomEvent::Refused(Refusal::BadTicket)) | Err(LinkError::Closed(_))) => Err(shut(false)),
        Ok(Ok(RoomEvent::Refused(refusal))) => Err(refused(refusal).into()),
        Ok(Ok(RoomEvent::Closing(_))) => Err(Problem::Closing.into()),
        Ok(Ok(_) | Err(_)) => Err(Problem::Protocol.into()),
        Err(_) => Err(shut(false)),
    }
}

async fn show_ticket(link: &mut Link<Stream, RoomGuest>, ticket: Ticket) -> Result<RoomEvent, LinkError> {
    link.send(&RoomRequest::Enter {
        ticket,
        versions: VERSIONS,
    })
    .await?;
    link.receive().await
}

/// A server's refusal in a person's terms.
pub(super) fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Version(theirs) => Problem::Version {
            theirs,
            ours: VERSIONS,
        },
        Refusal::Full {
            people,
            retry_after_secs,
        } => Problem::Full {
            people,
            retry_after_secs,
        },
        Refusal::Registry { retry_after_secs } => Problem::Registry { retry_after_secs },
        Refusal::Closing => Problem::Closing,
        Refusal::BadTicket => Problem::DoorShut,
        Refusal::TooSlow => Problem::LinkLost,
        Refusal::Unexpected => Problem::Protocol,
        Refusal::Login { retry_after_secs } => Problem::LoginWrong {
            account: false,
            retry_after_secs,
        },
        Refusal::SlowDown { retry_after_secs } => Problem::SlowDown { retry_after_secs },
        Refusal::Banned { remaining_secs } => Problem::Banned { remaining_secs },
        Refusal::Forgotten => Problem::LinkLost,
    }
}

/// A broken link in a person's terms.
pub(super) fn broken(error: &LinkError) -> Problem {
    match error {
        LinkError::Closed(error) if error.kind() != io::ErrorKind::InvalidData => Problem::LinkLost,
        LinkError::WriteTimeout(_) | LinkError::NotReading(_) => Problem::LinkLost,
        LinkError::Closed(_) | LinkError::Unexpected(_) | LinkError::FrameTooLong => Problem::Protocol,
    }
}
