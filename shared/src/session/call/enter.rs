//! With a ticket into a room: through its door, or past a door that cannot be reached through the lobby's port.

use std::time::SystemTime;

use tokio::time::timeout;

use super::ways::{Missed, Way};
use super::{Failed, Place, Seat, broken, dial, refused, with_file};
use crate::ids::{RoomPort, Ticket};
use crate::known_servers::Unreached;
use crate::limits::{DOOR_PATIENCE, TRANSPORT_HANDSHAKE_TIMEOUT};
use crate::link::{Link, LinkError, LobbyGuest, RoomGuest};
use crate::protocol::lobby::{LobbyRequest, Offers};
use crate::protocol::room::{RoomEvent, RoomRequest};
use crate::protocol::{Refusal, VersionRange};
use crate::session::event::Problem;
use crate::session::state::{Entered, SeatFacts};
use crate::transport::{ConnectError, Stream};

/// A connection on which a ticket can be shown, and to whom.
enum Opening {
    Door(Stream),
    Lobby(Stream),
}

/// Enters the room that a ticket is for.
pub(in crate::session) async fn enter(
    mut place: Place,
    port: RoomPort,
    ticket: Ticket,
    versions: VersionRange,
) -> Result<Seat, Failed> {
    let entrance = entrance(&place, port).await?;
    let by_lobby = matches!(entrance, Opening::Lobby(_));
    let shown = timeout(TRANSPORT_HANDSHAKE_TIMEOUT, entrance.show(ticket, versions));
    let shut = Failed::DoorShut {
        port,
        address: place.lobby.ip(),
        refused: false,
    };
    let (link, answer) = match shown.await {
        Ok(Ok(answered)) => answered,
        Ok(Err(LinkError::Closed(_))) | Err(_) => return Err(shut),
        // The lobby may have had to say something before it heard us, and not in the words of a room.
        Ok(Err(LinkError::Unexpected(_))) if by_lobby => return Err(shut),
        Ok(Err(error)) => return Err(broken(&error).into()),
    };
    let (resume, entered) = match answer {
        RoomEvent::Seated {
            port: told,
            generation,
            resume,
        } if told == port => (resume, Entered::New(generation)),
        RoomEvent::Resumed { conversation, resume } => (resume, Entered::Back(conversation)),
        RoomEvent::Refused(Refusal::BadTicket) => return Err(shut),
        RoomEvent::Refused(refusal) => return Err(refused(refusal, versions).into()),
        RoomEvent::Closing(_) => return Err(Problem::Closing.into()),
        _ if by_lobby => return Err(shut),
        _ => return Err(Problem::Protocol.into()),
    };
    if by_lobby && place.way == Way::Doors {
        // The ticket was good, so the door was open; it could not be reached.
        note_unreached(&mut place).await;
    }
    let facts = SeatFacts {
        port,
        rooms_in_use: place.rooms_in_use,
        resume,
        entered,
        invitation: None,
        can_keep: place.offers.include(Offers::RENDEZVOUS),
    };
    Ok(Seat { link, place, facts })
}

/// Reaches the room's door or, if that cannot be, the lobby again.
async fn entrance(place: &Place, port: RoomPort) -> Result<Opening, Failed> {
    match place.way {
        Way::Doors => match door(place, port).await {
            Ok(stream) => Ok(Opening::Door(stream)),
            Err(missed) if missed.may_be_passed_by() => {
                tracing::debug!(%port, ?missed, "a door is not reached; the lobby is tried");
                let lobby = dial::again(place, place.lobby.port()).await;
                let none_reached = |_| missed.failed(port, place.lobby.ip());
                lobby.map(Opening::Lobby).map_err(none_reached)
            }
            Err(missed) => Err(missed.failed(port, place.lobby.ip())),
        },
        Way::Lobby => match dial::again(place, place.lobby.port()).await {
            Ok(stream) => Ok(Opening::Lobby(stream)),
            Err(error) => Err(lobby_missed(place, port, &error)),
        },
    }
}

async fn door(place: &Place, port: RoomPort) -> Result<Stream, Missed> {
    match timeout(DOOR_PATIENCE, dial::again(place, port.get())).await {
        Ok(dialled) => dialled.map_err(Missed::from),
        Err(_) => Err(Missed::Silent),
    }
}

/// Why there is no seat where rooms are entered through the lobby: it was there a moment ago.
fn lobby_missed(place: &Place, port: RoomPort, error: &ConnectError) -> Failed {
    let host = place.server.host().to_owned();
    match error {
        ConnectError::Refused(_) => Problem::ConnectionRefused {
            host,
            port: place.lobby.port(),
        }
        .into(),
        ConnectError::TimedOut(_) => Problem::TimedOut { host }.into(),
        ConnectError::NotOurs(..) | ConnectError::NoHandshake(_) => Failed::DoorShut {
            port,
            address: place.lobby.ip(),
            refused: false,
        },
        ConnectError::OtherIdentity { .. } => Problem::RoomIdentity { port }.into(),
    }
}

/// From here on the lobby is the way, also for later runs. A file that cannot be written only makes the next visit slower.
async fn note_unreached(place: &mut Place) {
    place.way = Way::Lobby;
    let now = Unreached {
        since: SystemTime::now(),
        offers: place.offers,
    };
    let noted = with_file(&place.servers, &place.server, move |servers, server| {
        servers.note_unreached(server, now)
    });
    if let Err(problem) = noted.await {
        tracing::debug!(%problem, "it is not remembered that doors were not reached");
    }
}

impl Opening {
    /// Shows the ticket and hears the room's answer.
    async fn show(
        self,
        ticket: Ticket,
        versions: VersionRange,
    ) -> Result<(Link<Stream, RoomGuest>, RoomEvent), LinkError> {
        let mut link = match self {
            Self::Door(stream) => {
                let mut link: Link<_, RoomGuest> = Link::new(stream);
                link.send(&RoomRequest::Enter { ticket, versions }).await?;
                link
            }
            Self::Lobby(stream) => {
                let mut link: Link<_, LobbyGuest> = Link::new(stream);
                link.send(&LobbyRequest::Enter { ticket, versions }).await?;
                link.turn()
            }
        };
        let answer = link.receive().await?;
        Ok((link, answer))
    }
}
