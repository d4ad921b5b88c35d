//! The way to a server, for those who speak the protocol by hand: into the lobby, to a seat, and to whatever door.

use std::net::{IpAddr, SocketAddr};

use acaso_shared::ids::{ConversationNumber, Fingerprint, ResumeToken, RoomPort, Ticket, VisitorToken};
use acaso_shared::link::{Link, LobbyGuest, RoomGuest};
use acaso_shared::protocol::lobby::{LobbyReply, LobbyRequest, Wishes};
use acaso_shared::protocol::room::{RoomEvent, RoomRequest};
use acaso_shared::protocol::{VERSIONS, VersionRange};
use acaso_shared::transport::{Dialler, Security, Stream};
use anyhow::{Result, bail};

use super::{Assignment, Seat};
use crate::book::Book;
use crate::carrier::Carrier;
use crate::patience::soon;

/// Where a server is and which identity it shows; whoever has these finds the way.
#[derive(Clone, Debug)]
pub struct Directions {
    /// The lobby.
    pub lobby: SocketAddr,
    /// The identity; without one, no TLS.
    pub identity: Option<Fingerprint>,
    /// What carries the links.
    pub carrier: Carrier,
    /// Whether rooms are entered through the lobby's port.
    pub shared_rooms: bool,
    /// What is dialled with; whoever has a clone of it shares its sockets.
    pub dialler: Dialler,
    /// Where seats are noted.
    pub book: Book,
}

impl Directions {
    /// Connects to a port of the server.
    ///
    /// # Errors
    /// The connection does not stand.
    pub async fn dial(&self, port: u16) -> Result<Stream> {
        let address = SocketAddr::new(self.ip(), port);
        let security = match self.identity {
            Some(identity) => Security::pinned("acaso", identity),
            None => Security::Plain,
        };
        let dialled = self.dialler.connect(address, security, self.carrier.dialled());
        Ok(dialled.await?.0)
    }

    /// The server's address.
    pub fn ip(&self) -> IpAddr {
        self.lobby.ip()
    }

    /// Comes into the lobby and says hello.
    ///
    /// # Errors
    /// There is no welcome.
    pub async fn welcomed(&self) -> Result<Link<Stream, LobbyGuest>> {
        self.welcomed_speaking(VERSIONS).await
    }

    /// The same, speaking these versions.
    ///
    /// # Errors
    /// There is no welcome.
    pub async fn welcomed_speaking(&self, versions: VersionRange) -> Result<Link<Stream, LobbyGuest>> {
        let stream = self.dial(self.lobby.port()).await?;
        self.welcomed_by(stream, versions).await
    }

    /// The same by a connection of one's own.
    ///
    /// # Errors
    /// There is no welcome.
    pub async fn welcomed_by(
        &self,
        stream: Stream,
        versions: VersionRange,
    ) -> Result<Link<Stream, LobbyGuest>> {
        let mut link = Link::new(stream);
        link.send(&LobbyRequest::Hello { versions }).await?;
        match soon("a welcome", link.receive()).await?? {
            LobbyReply::Welcome { .. } => Ok(link),
            other => bail!("instead of a welcome: {other:?}"),
        }
    }

    /// Is assigned a seat, as somebody never seen before.
    ///
    /// # Errors
    /// There is no seat.
    pub async fn assigned(&self) -> Result<Assignment> {
        self.assigned_as(VisitorToken::random()).await
    }

    /// Is assigned a seat, as that visitor.
    ///
    /// # Errors
    /// There is no seat.
    pub async fn assigned_as(&self, visitor: VisitorToken) -> Result<Assignment> {
        self.assigned_speaking(visitor, VERSIONS).await
    }

    /// Is assigned a seat, as that visitor who speaks these versions.
    ///
    /// # Errors
    /// There is no seat.
    pub async fn assigned_speaking(
        &self,
        visitor: VisitorToken,
        versions: VersionRange,
    ) -> Result<Assignment> {
        let mut link = self.welcomed_speaking(versions).await?;
        link.send(&LobbyRequest::Join {
            visitor,
            wishes: Wishes::default(),
        })
        .await?;
        let entry = self.book.newcomer();
        match soon("a seat", link.receive()).await?? {
            LobbyReply::Assigned { port, ticket } => {
                entry.sits(port);
                Ok(Assignment {
                    port,
                    ticket,
                    versions,
                    directions: self.clone(),
                    entry,
                })
            }
            other => bail!("instead of a seat: {other:?}"),
        }
    }

    /// Whoever was told to move has a seat reserved there.
    pub fn expected_at(&self, port: RoomPort, ticket: Ticket, versions: VersionRange) -> Assignment {
        let entry = self.book.newcomer();
        entry.sits(port);
        Assignment {
            port,
            ticket,
            versions,
            directions: self.clone(),
            entry,
        }
    }

    /// Sits down somewhere.
    ///
    /// # Errors
    /// There is no seat, or the door is shut.
    pub async fn seated(&self) -> Result<Seat> {
        self.assigned().await?.enters().await
    }

    /// Asks the lobby for the way back with that token, and hears the answer.
    ///
    /// # Errors
    /// There is none.
    pub async fn resumes(&self, token: ResumeToken) -> Result<LobbyReply> {
        let mut link = self.welcomed().await?;
        link.send(&LobbyRequest::Resume { token }).await?;
        Ok(soon("an answer in the lobby", link.receive()).await??)
    }

    /// Gives up the seat of that token, blocks the partner of that conversation in it, and hears the lobby's answer.
    ///
    /// # Errors
    /// There is none.
    pub async fn abandons(
        &self,
        token: ResumeToken,
        block: Option<ConversationNumber>,
    ) -> Result<LobbyReply> {
        let mut link = self.welcomed().await?;
        link.send(&LobbyRequest::Abandon { token, block }).await?;
        Ok(soon("an answer in the lobby", link.receive()).await??)
    }

    /// Stands at that door with that ticket, and hears what the room answers.
    ///
    /// # Errors
    /// The door is shut.
    pub async fn at_door(
        &self,
        port: RoomPort,
        ticket: Ticket,
    ) -> Result<(Link<Stream, RoomGuest>, RoomEvent)> {
        self.at_door_speaking(port, ticket, VERSIONS).await
    }

    /// The same, speaking these versions.
    ///
    /// # Errors
    /// The door is shut.
    pub async fn at_door_speaking(
        &self,
        port: RoomPort,
        ticket: Ticket,
        versions: VersionRange,
    ) -> Result<(Link<Stream, RoomGuest>, RoomEvent)> {
        let mut link = match self.shared_rooms {
            true => self.at_the_lobbys(ticket, versions).await?,
            false => {
                let mut link = Link::new(self.dial(port.get()).await?);
                link.send(&RoomRequest::Enter { ticket, versions }).await?;
                link
            }
        };
        let answer = soon("an answer at the door", link.receive()).await??;
        Ok((link, answer))
    }

    /// Shows that ticket in the lobby, whatever kind of house this is.
    ///
    /// # Errors
    /// Nothing listens there.
    pub async fn at_the_lobbys(
        &self,
        ticket: Ticket,
        versions: VersionRange,
    ) -> Result<Link<Stream, RoomGuest>> {
        let mut link: Link<_, LobbyGuest> = Link::new(self.dial(self.lobby.port()).await?);
        link.send(&LobbyRequest::Enter { ticket, versions }).await?;
        Ok(link.turn())
    }
}
