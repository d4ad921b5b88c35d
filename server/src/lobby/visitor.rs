//! One visit to the lobby: greeting, wish, assignment, all within one time limit. It holds no state but the reservation, which
//! gives itself back unless the visitor could be told about it.

use std::sync::Arc;

use acaso_shared::ids::VisitorToken;
use acaso_shared::link::{Link, LinkError, LobbyHost};
use acaso_shared::protocol::lobby::{Access, LobbyReply, LobbyRequest};
use acaso_shared::protocol::{Refusal, VERSIONS};
use acaso_shared::transport::Stream;
use tokio::time::{Instant, timeout_at};

use crate::entrance::Caller;
use crate::matchmaker::Matchmaker;
use crate::room::{Context, Reservation};

type Visitor = Link<Stream, LobbyHost>;

/// How a visit ends without an assignment.
enum Unassigned {
    /// There is somebody to tell.
    Refused(Refusal),
    /// There is nobody any more.
    Gone,
}

impl From<LinkError> for Unassigned {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Unexpected(_) | LinkError::FrameTooLong => Self::Refused(Refusal::Unexpected),
            LinkError::Closed(_) | LinkError::NotReading(_) | LinkError::WriteTimeout(_) => Self::Gone,
        }
    }
}

/// Receives one visitor. Ends within the time for a visit, whatever they do.
pub(super) async fn receive(caller: Caller, context: Arc<Context>, matchmaker: Matchmaker) {
    let until = Instant::now() + context.timings.lobby_visit;
    let accepted = timeout_at(until, caller.answer(&context.acceptor));
    let stream = match context.stop.run_until_cancelled(accepted).await {
        Some(Ok(Ok(stream))) => stream,
        // Without a link there is nobody who could be told why.
        Some(Ok(Err(error))) => {
            return tracing::debug!(%error, "somebody in the lobby speaks another language");
        }
        Some(Err(_)) | None => return,
    };
    let mut visitor = Visitor::new(stream);
    let heard = timeout_at(until, hear(&mut visitor, &matchmaker));
    let assigned = match context.stop.run_until_cancelled(heard).await {
        Some(Ok(assigned)) => assigned,
        Some(Err(_)) => Err(Unassigned::Refused(Refusal::TooSlow)),
        None => Err(Unassigned::Refused(Refusal::Closing)),
    };
    let said = match assigned {
        Ok(reservation) => assign(&mut visitor, reservation).await,
        Err(Unassigned::Refused(refusal)) => visitor.send(&LobbyReply::Refused(refusal)).await,
        Err(Unassigned::Gone) => return,
    };
    if said.is_ok() {
        visitor.close(context.timings.farewell).await;
    }
}

async fn hear(visitor: &mut Visitor, matchmaker: &Matchmaker) -> Result<Reservation, Unassigned> {
    greet(visitor, matchmaker).await?;
    let LobbyRequest::Join { visitor: token } = visitor.receive().await? else {
        return Err(Unassigned::Refused(Refusal::Unexpected));
    };
    wait_for_seat(visitor, token, matchmaker).await
}

async fn greet(visitor: &mut Visitor, matchmaker: &Matchmaker) -> Result<(), Unassigned> {
    let LobbyRequest::Hello { versions } = visitor.receive().await? else {
        return Err(Unassigned::Refused(Refusal::Unexpected));
    };
    let Some(version) = VERSIONS.highest_common(versions) else {
        return Err(Unassigned::Refused(Refusal::Version(VERSIONS)));
    };
    let rooms_in_use = matchmaker.rooms_in_use();
    visitor
        .send(&LobbyReply::Welcome {
            version,
            rooms_in_use,
            access: Access::Open,
        })
        .await?;
    Ok(())
}

/// Waits for the seat and watches the visitor meanwhile: for one who has gone no room is opened.
async fn wait_for_seat(
    visitor: &mut Visitor,
    token: VisitorToken,
    matchmaker: &Matchmaker,
) -> Result<Reservation, Unassigned> {
    tokio::select! {
        biased;
        seat = matchmaker.seat(token.hash()) => seat.map_err(Unassigned::Refused),
        heard = visitor.receive() => Err(heard.map_or_else(Unassigned::from, |_| Unassigned::Refused(Refusal::Unexpected))),
    }
}

async fn assign(visitor: &mut Visitor, reservation: Reservation) -> Result<(), LinkError> {
    let (port, ticket) = (reservation.port(), reservation.ticket());
    visitor.send(&LobbyReply::Assigned { port, ticket }).await?;
    reservation.keep();
    Ok(())
}
