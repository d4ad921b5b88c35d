//! Somebody with a ticket, on the way into a room: from the room's own door, or through the lobby. Whether the ticket is good is
//! for the room to say.

use std::net::IpAddr;

use acaso_shared::ids::SecretHash;
use acaso_shared::link::{Link, RoomHost};
use acaso_shared::protocol::room::RoomEvent;
use acaso_shared::protocol::{Refusal, VersionRange};
use acaso_shared::transport::Stream;
use tokio::sync::mpsc::{WeakSender, error::SendError};

use super::{Command, Context};
use crate::budget::Place;

/// Somebody with a ticket.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) link: Link<Stream, RoomHost>,
    pub(crate) ticket: SecretHash,
    pub(crate) versions: VersionRange,
    /// Where they come from.
    pub(crate) ip: IpAddr,
    pub(crate) place: Place,
}

impl Arrival {
    /// Brings them before the room with that mailbox. If it has ended, their ticket is not good any more.
    pub(crate) async fn show_in(self, room: &WeakSender<Command>, context: &Context) {
        let unseated = match room.upgrade() {
            Some(room) => match room.send(Command::Arrived(Box::new(self))).await {
                Err(SendError(Command::Arrived(arrival))) => *arrival,
                Ok(()) | Err(_) => return,
            },
            None => self,
        };
        unseated.refuse(Refusal::BadTicket, context).await;
    }

    /// Says no. The place of the connection is kept until they have heard it.
    pub(crate) async fn refuse(self, refusal: Refusal, context: &Context) {
        let refusal = if context.stop.is_cancelled() {
            Refusal::Closing
        } else {
            refusal
        };
        refuse(self.link, refusal, context).await;
        drop(self.place);
    }
}

/// Says no to somebody who has no ticket, or none that counts.
pub(super) async fn refuse(mut link: Link<Stream, RoomHost>, refusal: Refusal, context: &Context) {
    if link.send(&RoomEvent::Refused(refusal)).await.is_ok() {
        link.close(context.timings.farewell).await;
    }
}
