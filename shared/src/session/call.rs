//! From a server's address to a seat: look the name up, visit the lobby, go through the door. One attempt; who calls decides on another.

mod dial;
mod reach;

use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::time::timeout;

use super::event::{Problem, Transport, Visit};
use crate::address::ServerAddress;
use crate::ids::{Fingerprint, Generation, RoomPort, Ticket, VisitorToken};
use crate::known_servers::{KnownServers, KnownServersError};
use crate::limits::{LOBBY_VISIT_TIMEOUT, TRANSPORT_HANDSHAKE_TIMEOUT};
use crate::link::{Link, LinkError, LobbyGuest, RoomGuest};
use crate::protocol::lobby::{LobbyReply, LobbyRequest};
use crate::protocol::room::{RoomEvent, RoomRequest};
use crate::protocol::{Refusal, VERSIONS};
use crate::transport::{Authorities, Carrier, Dialler, Stream};
use dial::{dial_first, identity_changed, resolve};

/// What a client goes out with.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) servers: KnownServers,
    pub(super) dialler: Dialler,
    pub(super) authorities: Authorities,
}

/// The lobby that answered: its rooms are dialled at the same address and must show the same identity.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The lobby's own, with the scope of a link-local one: only the port differs from door to door.
    lobby: SocketAddr,
    pub(super) rooms_in_use: u32,
    host: String,
    identity: Option<Fingerprint>,
    /// What the person wants to be carried by, and what carried them to the lobby.
    transport: Transport,
    carrier: Carrier,
    dialler: Dialler,
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
pub(super) async fn seek(visit: Visit, visitor: VisitorToken, caller: Caller) -> Result<Seat, Failed> {
    let host = visit.server.host().to_owned();
    let (place, port, ticket) = timeout(LOBBY_VISIT_TIMEOUT, visit_lobby(&visit, visitor, &caller))
        .await
        .map_err(|_| Problem::TimedOut { host })??;
    enter(place, port, ticket).await
}

async fn visit_lobby(
    visit: &Visit,
    visitor: VisitorToken,
    caller: &Caller,
) -> Result<(Place, RoomPort, Ticket), Problem> {
    let server = &visit.server;
    let known = with_file(&caller.servers, server, KnownServers::look_up).await?;
    let addresses = resolve(server).await?;
    let reached = dial_first(visit, known.as_ref(), caller, &addresses).await?;
    let mut link: Link<_, LobbyGuest> = Link::new(reached.stream);
    let rooms_in_use = greet(&mut link, server).await?;
    if let Some(shown) = reached.identity {
        // Before a seat is asked for: an identity that cannot be remembered could not be checked next time, and another window
        // may have pinned another one meanwhile.
        let pinned = with_file(&caller.servers, server, move |servers, server| {
            servers.note_visit(server, shown)
        })
        .await?;
        if !pinned.accepts(shown) {
            return Err(identity_changed(&pinned, shown.fingerprint));
        }
    }
    let (port, ticket) = ask_for_seat(&mut link, visitor).await?;
    let place = Place {
        lobby: reached.address,
        rooms_in_use,
        host: server.host().to_owned(),
        identity: reached.identity.map(|shown| shown.fingerprint),
        transport: visit.transport,
        carrier: reached.carrier,
        dialler: caller.dialler.clone(),
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

/// Goes through a door with a ticket.
pub(super) async fn enter(place: Place, port: RoomPort, ticket: Ticket) -> Result<Seat, Failed> {
    let shut = |refused| Failed::DoorShut {
        port,
        address: place.lobby.ip(),
        refused,
    };
    let stream = dial::door(&place, port).await?;
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
