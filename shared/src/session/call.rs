//! From a server's address to a seat: look the name up, visit the lobby, go through the door. One attempt; who calls decides on another.

mod circle;
mod lobby;
mod plaza;
mod rendezvous;

mod enter;

mod dial;
mod reach;

mod ways;

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::time::timeout;

use super::Options;
use super::event::{Problem, Transport, Visit};
use super::state::{Abandoned, SeatFacts};
use crate::address::ServerAddress;
use crate::ids::{Fingerprint, ResumeToken, RoomPort, VisitorToken};
use crate::known_servers::{KnownServers, KnownServersError};
use crate::limits::LOBBY_VISIT_TIMEOUT;
use crate::link::{Link, LinkError, RoomGuest};
use crate::protocol::lobby::{Offers, Wishes};
use crate::protocol::room::Parting;
use crate::protocol::{Refusal, VersionRange};
use crate::transport::{Authorities, Carrier, Dialler, Stream};
pub(super) use circle::{Gathering, Newcomer, gather, introduction};
pub(super) use enter::enter;
use lobby::{Assigned, Lobby};
pub(super) use plaza::{Entrance, plazas, visit_plaza};
pub(super) use rendezvous::meet_at;
use ways::Way;

/// The lobby that answered: its rooms are entered at the same address and must show the same identity.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The lobby's own, with the scope of a link-local one: only the port differs from door to door.
    lobby: SocketAddr,
    pub(super) rooms_in_use: u32,
    server: ServerAddress,
    servers: KnownServers,
    offers: Offers,
    /// How its rooms are entered.
    way: Way,
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
    pub(super) facts: SeatFacts,
}

/// Who calls: the same for every attempt of one run of the engine.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) visitor: VisitorToken,
    pub(super) servers: KnownServers,
    pub(super) dialler: Dialler,
    pub(super) authorities: Authorities,
    pub(super) versions: VersionRange,
    /// Others are to reach the socket that the server sees: QUIC before TCP.
    pub(super) to_be_reached: bool,
}

impl Caller {
    /// Somebody never seen before, with that engine.
    pub(super) fn new(options: Options) -> Self {
        Self {
            visitor: VisitorToken::random(),
            servers: KnownServers::at(options.known_servers),
            dialler: options.dialler,
            authorities: options.authorities,
            versions: options.versions,
            to_be_reached: false,
        }
    }
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
    /// There is no way back to the seat: its conversation has ended.
    Over(Parting),
    /// Anything else.
    Problem(Box<Problem>),
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

/// Visits the lobby and enters the room it assigns.
pub(super) async fn seek(visit: Visit, caller: Caller) -> Result<Seat, Failed> {
    let assigned = in_time(&visit, async {
        let mut lobby = Lobby::visit(&visit, &caller).await?;
        lobby.log_in(visit.login.as_deref()).await?;
        let wishes = match visit.old_clients {
            true => Wishes::OLD_CLIENTS,
            false => Wishes::default(),
        };
        lobby.join(caller.visitor, wishes).await
    });
    let Assigned { place, port, ticket } = assigned.await?;
    enter(place, port, ticket, caller.versions).await
}

/// Visits the lobby and goes back to the seat of that token.
pub(super) async fn resume(visit: Visit, caller: Caller, token: ResumeToken) -> Result<Seat, Failed> {
    let assigned = in_time(&visit, async {
        Lobby::visit(&visit, &caller).await?.come_back(token).await
    });
    let Assigned { place, port, ticket } = assigned.await?;
    enter(place, port, ticket, caller.versions).await
}

/// Gives up the seat of that token, so that its partner need not wait, and blocks that partner if asked to.
pub(super) async fn abandon(visit: Visit, caller: Caller, abandoned: Abandoned) -> Result<(), Failed> {
    let Abandoned { token, block } = abandoned;
    let told = in_time(&visit, async {
        let lobby = Lobby::visit(&visit, &caller).await?;
        Ok(lobby.abandon(token, block).await?)
    });
    told.await
}

/// A visit to the lobby has an end.
async fn in_time<T>(visit: &Visit, lobby: impl Future<Output = Result<T, Failed>>) -> Result<T, Failed> {
    let host = visit.server.host().to_owned();
    timeout(LOBBY_VISIT_TIMEOUT, lobby)
        .await
        .map_err(|_| Problem::TimedOut { host })?
}

/// A server's refusal in a person's terms.
pub(super) fn refused(refusal: Refusal, ours: VersionRange) -> Problem {
    match refusal {
        Refusal::Version(theirs) => Problem::Version { theirs, ours },
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
        Refusal::Forgotten | Refusal::NotReading => Problem::LinkLost,
        Refusal::NoSuchPlaza => Problem::NoSuchPlaza,
        Refusal::NoSuchInvitation => Problem::NoSuchInvitation,
        Refusal::CircleFull => Problem::CircleFull,
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
