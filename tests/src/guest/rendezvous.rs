//! How somebody who speaks the protocol by hand looks for somebody by the number of a code.

use acaso_shared::ids::{RendezvousNumber, VisitorToken};
use acaso_shared::protocol::VERSIONS;
use acaso_shared::protocol::lobby::{LobbyReply, LobbyRequest, Rendezvous};
use anyhow::{Result, bail};

use super::{Assignment, Directions};
use crate::patience::soon;

/// A seat that is reserved for somebody who waits for whom they share a code with.
#[derive(Debug)]
pub struct Invitation {
    /// Where the other one is to come.
    pub number: RendezvousNumber,
    /// For how long, in seconds.
    pub life_secs: u32,
    /// The seat.
    pub seat: Assignment,
}

impl Directions {
    /// Asks for a rendezvous, and hears the answer.
    ///
    /// # Errors
    /// There is none.
    pub async fn looks_at(&self, visitor: VisitorToken, at: Rendezvous) -> Result<LobbyReply> {
        let mut link = self.welcomed().await?;
        link.send(&LobbyRequest::Rendezvous { visitor, at }).await?;
        Ok(soon("an answer in the lobby", link.receive()).await??)
    }

    /// Waits there, as that visitor.
    ///
    /// # Errors
    /// Something else is said than that they are the first.
    pub async fn waits_at(&self, visitor: VisitorToken, at: Rendezvous) -> Result<Invitation> {
        match self.looks_at(visitor, at).await? {
            LobbyReply::Invited {
                number,
                life_secs,
                port,
                ticket,
            } => Ok(Invitation {
                number,
                life_secs,
                seat: self.expected_at(port, ticket, VERSIONS),
            }),
            other => bail!("instead of a place to wait: {other:?}"),
        }
    }

    /// Opens an invitation, as somebody never seen before.
    ///
    /// # Errors
    /// There is none.
    pub async fn invites(&self) -> Result<Invitation> {
        self.waits_at(VisitorToken::random(), Rendezvous::Open).await
    }

    /// Is sent to whoever waits there, as somebody never seen before.
    ///
    /// # Errors
    /// Something else is said.
    pub async fn comes_to(&self, number: RendezvousNumber) -> Result<Assignment> {
        self.comes_by(Rendezvous::Come { number }).await
    }

    /// The same, saying that.
    ///
    /// # Errors
    /// Something else is said.
    pub async fn comes_by(&self, at: Rendezvous) -> Result<Assignment> {
        match self.looks_at(VisitorToken::random(), at).await? {
            LobbyReply::Assigned { port, ticket } => Ok(self.expected_at(port, ticket, VERSIONS)),
            other => bail!("instead of a seat beside whoever waits: {other:?}"),
        }
    }
}
