//! Somebody who speaks the protocol by hand: as honest as a client, but free to stop wherever a story wants it, and cheap
//! enough to come in hundreds.

mod directions;
mod rendezvous;

use std::time::Duration;

use acaso_shared::ids::{ConversationNumber, Generation, ResumeToken, RoomPort, Ticket};
use acaso_shared::link::{Link, RoomGuest};
use acaso_shared::protocol::VersionRange;
use acaso_shared::protocol::lobby::LobbyReply;
use acaso_shared::protocol::room::{Closing, Pairing, Parting, RoomEvent, RoomRequest, SealedFrame};
use acaso_shared::transport::Stream;
use anyhow::{Context, Result, bail, ensure};

pub use self::directions::Directions;
pub use self::rendezvous::Invitation;
use crate::book::Entry;
use crate::patience::soon;

/// How long a guest waits for the room to take leave too.
const FAREWELL: Duration = Duration::from_secs(5);

/// A seat that is reserved.
#[derive(Debug)]
pub struct Assignment {
    /// The room.
    pub port: RoomPort,
    /// What opens its door.
    pub ticket: Ticket,
    versions: VersionRange,
    directions: Directions,
    entry: Entry,
}

impl Assignment {
    /// Takes the seat.
    ///
    /// # Errors
    /// The door is shut, or the room says no.
    pub async fn enters(self) -> Result<Seat> {
        let at_door = self
            .directions
            .at_door_speaking(self.port, self.ticket, self.versions);
        match at_door.await? {
            (
                link,
                RoomEvent::Seated {
                    port,
                    generation,
                    resume,
                },
            ) => {
                ensure!(port == self.port, "this is room {port}, not {}", self.port);
                Ok(Seat {
                    link,
                    port,
                    generation,
                    resume,
                    entry: self.entry,
                })
            }
            (_, other) => bail!("instead of a seat: {other:?}"),
        }
    }

    /// Lets the ticket run out: from here on the seat is nobody's.
    pub fn gives_up(self) -> (RoomPort, Ticket) {
        (self.port, self.ticket)
    }
}

/// A seat that is taken. Whoever drops it is cut off.
#[derive(Debug)]
pub struct Seat {
    /// The link to the room.
    pub link: Link<Stream, RoomGuest>,
    /// The room.
    pub port: RoomPort,
    /// Which opening of it.
    pub generation: Generation,
    /// The way back to it.
    pub resume: ResumeToken,
    entry: Entry,
}

/// A seat whose link was lost. As long as this is held, it counts as kept.
#[derive(Debug)]
pub struct LostSeat {
    /// The room.
    pub port: RoomPort,
    /// The way back.
    pub resume: ResumeToken,
    generation: Generation,
    entry: Entry,
}

impl LostSeat {
    /// Goes back through the lobby and takes the seat again.
    ///
    /// # Errors
    /// It is not kept any more, or the door is shut.
    pub async fn comes_back(self, directions: &Directions) -> Result<(Seat, ConversationNumber)> {
        match directions.resumes(self.resume).await? {
            LobbyReply::Assigned { port, ticket } => {
                ensure!(port == self.port, "this is room {port}, not {}", self.port);
                self.enters(directions, ticket).await
            }
            other => bail!("instead of the way back: {other:?}"),
        }
    }

    /// Takes the seat again with that ticket.
    ///
    /// # Errors
    /// The door is shut, or the ticket is not good.
    pub async fn enters(self, directions: &Directions, ticket: Ticket) -> Result<(Seat, ConversationNumber)> {
        match directions.at_door(self.port, ticket).await? {
            (link, RoomEvent::Resumed { conversation, resume }) => Ok((
                Seat {
                    link,
                    port: self.port,
                    generation: self.generation,
                    resume,
                    entry: self.entry,
                },
                conversation,
            )),
            (_, other) => bail!("instead of the conversation: {other:?}"),
        }
    }
}

impl Seat {
    /// Loses the link.
    pub fn is_cut_off(self) -> LostSeat {
        self.apart().0
    }

    /// Counts the link as lost, though it is still there.
    pub fn apart(self) -> (LostSeat, Link<Stream, RoomGuest>) {
        let lost = LostSeat {
            port: self.port,
            resume: self.resume,
            generation: self.generation,
            entry: self.entry,
        };
        (lost, self.link)
    }

    /// Is told that the partner's link is lost, and for how many seconds the seat is kept.
    ///
    /// # Errors
    /// Something else is said.
    pub async fn misses_the_partner(&mut self) -> Result<u32> {
        match self.hears().await? {
            RoomEvent::PartnerAway { grace_secs, .. } => Ok(grace_secs),
            other => bail!("instead of the partner's lost link: {other:?}"),
        }
    }

    /// Is told that the partner is back.
    ///
    /// # Errors
    /// Something else is said.
    pub async fn has_the_partner_back(&mut self) -> Result<()> {
        match self.hears().await? {
            RoomEvent::PartnerBack { .. } => Ok(()),
            other => bail!("instead of the partner's return: {other:?}"),
        }
    }

    /// What the room says next; questions for a sign of life are answered on the way.
    ///
    /// # Errors
    /// The link is closed, or nothing is said.
    pub async fn hears(&mut self) -> Result<RoomEvent> {
        loop {
            match soon("the room says something", self.link.receive()).await?? {
                RoomEvent::Ping => self.link.send(&RoomRequest::Pong).await?,
                event => return Ok(event),
            }
        }
    }

    /// Is told that somebody sits in the other seat.
    ///
    /// # Errors
    /// Something else is said.
    pub async fn paired(&mut self) -> Result<Pairing> {
        match self.hears().await? {
            RoomEvent::Paired(pairing) => {
                ensure!(
                    pairing.generation == self.generation,
                    "paired in another generation"
                );
                Ok(pairing)
            }
            other => bail!("instead of a partner: {other:?}"),
        }
    }

    /// Is told that somebody sits in the other seat, and that all is well between them: what follows is theirs alone.
    ///
    /// # Errors
    /// Something else is said.
    pub async fn befriended(&mut self) -> Result<ConversationNumber> {
        let conversation = self.paired().await?.conversation;
        self.link.send(&RoomRequest::Ready { conversation }).await?;
        Ok(conversation)
    }

    /// Says those bytes to the partner, as if they were sealed.
    ///
    /// # Errors
    /// The link is closed.
    pub async fn says(&mut self, conversation: ConversationNumber, bytes: &[u8]) -> Result<()> {
        let frame = SealedFrame {
            conversation,
            body: bytes.to_vec(),
        };
        self.link
            .send(&RoomRequest::Sealed(frame))
            .await
            .context("nobody takes what is said")
    }

    /// Hears those bytes from the partner.
    ///
    /// # Errors
    /// Something else is said.
    pub async fn hears_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        match self.hears().await? {
            RoomEvent::Sealed(frame) => {
                ensure!(frame.body == bytes, "other bytes came");
                Ok(())
            }
            other => bail!("instead of what the partner said: {other:?}"),
        }
    }

    /// Is told that the partner is gone, and why; of one who was lost, first that they are away.
    ///
    /// # Errors
    /// Something else is said.
    pub async fn is_left(&mut self, why: Parting) -> Result<()> {
        let mut event = self.hears().await?;
        if why == Parting::Lost && matches!(event, RoomEvent::PartnerAway { .. }) {
            event = self.hears().await?;
        }
        match event {
            RoomEvent::PartnerLeft { reason, .. } if reason == why => Ok(()),
            other => bail!("instead of a parting ({why:?}): {other:?}"),
        }
    }

    /// Is told that the server closes.
    ///
    /// # Errors
    /// Something else is said.
    pub async fn is_told_closing(&mut self) -> Result<()> {
        self.is_sent_home(Closing::Server).await
    }

    /// Is told that there is nothing to stay for, and why; then the link is closed, and the seat is nobody's.
    ///
    /// # Errors
    /// Something else is said.
    pub async fn is_sent_home(&mut self, why: Closing) -> Result<()> {
        match self.hears().await? {
            RoomEvent::Closing(told) if told == why => self.entry.stands(),
            other => bail!("instead of closing ({why:?}): {other:?}"),
        }
        ensure!(self.hears().await.is_err(), "the room goes on talking");
        Ok(())
    }

    /// Would like to meet that partner again.
    ///
    /// # Errors
    /// The link is closed.
    pub async fn keeps(&mut self, conversation: ConversationNumber) -> Result<()> {
        Ok(self.link.send(&RoomRequest::Keep { conversation }).await?)
    }

    /// Is told that both would like to meet again.
    ///
    /// # Errors
    /// Something else is said.
    pub async fn is_kept(&mut self, conversation: ConversationNumber) -> Result<()> {
        match self.hears().await? {
            RoomEvent::Kept { conversation: kept } if kept == conversation => Ok(()),
            other => bail!("instead of being kept: {other:?}"),
        }
    }

    /// Says goodbye and goes.
    ///
    /// # Errors
    /// The link is closed.
    pub async fn leaves(mut self) -> Result<()> {
        self.entry.stands();
        self.link.send(&RoomRequest::Leave).await?;
        self.link.close(FAREWELL).await;
        Ok(())
    }
}
