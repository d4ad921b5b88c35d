//! One visit to the lobby: greeting, wish, assignment, all within one time limit. It holds no state but the reservation, which
//! gives itself back unless the visitor could be told about it.

use std::sync::Arc;

use acaso_shared::limits::TRANSPORT_HANDSHAKE_TIMEOUT;
use acaso_shared::link::{Link, LinkError, LobbyHost};
use acaso_shared::protocol::lobby::{Access, LobbyReply, LobbyRequest, Offers};
use acaso_shared::protocol::room::Parting;
use acaso_shared::protocol::{Refusal, VersionRange};
use acaso_shared::transport::Stream;
use tokio::time::{Instant, timeout_at};

use super::Hall;
use super::crowd::Standing;
use crate::entrance::Caller;
use crate::guard::Pass;
use crate::room::{Context, Reservation, WayBack, Wish};

type Visitor = Link<Stream, LobbyHost>;

/// How a visit ends without an assignment.
enum Unassigned {
    /// There is somebody to tell.
    Refused(Refusal),
    /// There is no seat to come back to, and the reason.
    Over(Parting),
    /// There is nobody any more.
    Gone,
}

impl From<Refusal> for Unassigned {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
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
pub(super) async fn receive(caller: Caller, pass: Pass, standing: Standing, hall: Arc<Hall>) {
    let context = &hall.context;
    let until = Instant::now() + context.timings.lobby_visit;
    let Some(mut visitor) = answer(caller, until, context).await else {
        return;
    };
    let heard = timeout_at(until, hear(&mut visitor, &pass, &standing, &hall));
    let assigned = match context.stop.run_until_cancelled(heard).await {
        Some(Ok(assigned)) => assigned,
        Some(Err(_)) => Err(Unassigned::Refused(Refusal::TooSlow)),
        None => Err(Unassigned::Refused(Refusal::Closing)),
    };
    let said = match assigned {
        Ok(reservation) => assign(&mut visitor, reservation).await,
        Err(Unassigned::Refused(refusal)) => visitor.send(&LobbyReply::Refused(refusal)).await,
        Err(Unassigned::Over(reason)) => visitor.send(&LobbyReply::Over { reason }).await,
        Err(Unassigned::Gone) => return,
    };
    if said.is_ok() {
        visitor.close(context.timings.farewell).await;
    }
}

/// Tells somebody why they may not come in. Ends within the time for a handshake and a farewell, whatever they do.
pub(super) async fn refuse(caller: Caller, refusal: Refusal, hall: Arc<Hall>) {
    let until = Instant::now() + TRANSPORT_HANDSHAKE_TIMEOUT;
    let Some(mut visitor) = answer(caller, until, &hall.context).await else {
        return;
    };
    let refused = LobbyReply::Refused(refusal);
    let said = timeout_at(until, visitor.send(&refused));
    if let Some(Ok(Ok(()))) = hall.context.stop.run_until_cancelled(said).await {
        visitor.close(hall.context.timings.farewell).await;
    }
}

/// Makes the link. Without one there is nobody who could be told why.
async fn answer(caller: Caller, until: Instant, context: &Context) -> Option<Visitor> {
    let accepted = timeout_at(until, caller.answer(&context.presented));
    match context.stop.run_until_cancelled(accepted).await? {
        Ok(Ok(stream)) => Some(Visitor::new(stream)),
        Ok(Err(error)) => {
            tracing::debug!(%error, "somebody in the lobby speaks another language");
            None
        }
        Err(_) => None,
    }
}

async fn hear(
    visitor: &mut Visitor,
    pass: &Pass,
    standing: &Standing,
    hall: &Hall,
) -> Result<Reservation, Unassigned> {
    let (versions, asked) = greet(visitor, hall).await?;
    let matchmaker = &hall.matchmaker;
    let mut may_join = asked == Access::Open;
    loop {
        let wish = visitor.receive().await?;
        standing.has_asked();
        match wish {
            LobbyRequest::Login { account, password } if !may_join => {
                hall.gate.log_in(asked, account, password, pass).await?;
                visitor.send(&LobbyReply::LoggedIn).await?;
                may_join = true;
            }
            LobbyRequest::Join { visitor: token, .. } if may_join => {
                pass.join()?;
                let wish = Wish {
                    visitor: token.hash(),
                    versions,
                };
                return watched(visitor, matchmaker.seat(wish, pass.clone())).await;
            }
            // The token is proof enough: neither a login nor the limits stand in the way back to a seat that is still kept.
            LobbyRequest::Resume { token } => {
                return way_back(watched(visitor, matchmaker.resume(token.hash())).await?);
            }
            LobbyRequest::Abandon { token, block } => {
                return way_back(watched(visitor, matchmaker.abandon(token.hash(), block)).await?);
            }
            _ => return Err(Unassigned::Refused(Refusal::Unexpected)),
        }
    }
}

/// Says hello. Tells what they speak, and what is asked of them.
async fn greet(visitor: &mut Visitor, hall: &Hall) -> Result<(VersionRange, Access), Unassigned> {
    let LobbyRequest::Hello { versions } = visitor.receive().await? else {
        return Err(Unassigned::Refused(Refusal::Unexpected));
    };
    let spoken = hall.context.versions;
    let Some(version) = spoken.highest_common(versions) else {
        return Err(Unassigned::Refused(Refusal::Version(spoken)));
    };
    let (rooms_in_use, access) = (hall.matchmaker.rooms_in_use(), hall.gate.asked());
    visitor
        .send(&LobbyReply::Welcome {
            version,
            rooms_in_use,
            access,
            offers: Offers::default(),
        })
        .await?;
    Ok((versions, access))
}

/// Waits for the answer and watches the visitor meanwhile: for one who has gone no room is opened.
async fn watched<T>(
    visitor: &mut Visitor,
    asked: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Unassigned> {
    tokio::select! {
        biased;
        answered = asked => answered.map_err(Unassigned::Refused),
        heard = visitor.receive() => Err(heard.map_or_else(Unassigned::from, |_| Unassigned::Refused(Refusal::Unexpected))),
    }
}

fn way_back(way: WayBack) -> Result<Reservation, Unassigned> {
    match way {
        WayBack::Seat(reservation) => Ok(reservation),
        WayBack::Over(reason) => Err(Unassigned::Over(reason)),
    }
}

async fn assign(visitor: &mut Visitor, reservation: Reservation) -> Result<(), LinkError> {
    let (port, ticket) = (reservation.port(), reservation.ticket());
    visitor.send(&LobbyReply::Assigned { port, ticket }).await?;
    reservation.keep();
    Ok(())
}
