//! One visit to the lobby: greeting, wish, assignment, all within one time limit. It holds no state but the reservation, which
//! gives itself back unless the visitor could be told about it. Whoever shows a ticket instead is brought before their room.

mod old;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use acaso_shared::ids::Ticket;
use acaso_shared::limits::TRANSPORT_HANDSHAKE_TIMEOUT;
use acaso_shared::link::{Link, LinkError, LobbyHost};
use acaso_shared::protocol::lobby::{Access, LobbyReply, LobbyRequest, Wishes};
use acaso_shared::protocol::room::Parting;
use acaso_shared::protocol::{Refusal, VersionRange};
use acaso_shared::transport::Stream;
use tokio::time::{Instant, timeout, timeout_at};

use self::old::unless_old;
use super::crowd::Standing;
use super::{Guests, Hall, Newcomer};
use crate::budget::Place;
use crate::circles::{self, Newcomer as CircleNewcomer};
use crate::entrance::Caller;
use crate::guard::{Pass, whole_secs};
use crate::plaza::Invitation;
use crate::room::{Arrival, Client, Context, Reservation, WayBack, Wish};

type Visitor = Link<Stream, LobbyHost>;

/// What a visit comes to.
enum Outcome {
    /// A seat, which is ready.
    Assigned(Reservation),
    /// The way into a room: the link is that room's from here on.
    Enters(Admission),
    /// The way into a plaza, to which the link belongs from here on.
    Visits(Invitation),
    /// The way into a circle, to which the link belongs from here on.
    Gathers(circles::Admission),
}

/// What somebody shows who comes to enter a room.
struct Admission {
    ticket: Ticket,
    versions: VersionRange,
}

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
pub(super) async fn receive(newcomer: Newcomer, guests: Guests, standing: Standing, hall: Arc<Hall>) {
    let Newcomer { caller, pass, place } = newcomer;
    let Some(caller) = unless_old(caller, guests, &pass, &standing, &hall).await else {
        return;
    };
    let (context, ip, seen_at) = (&hall.context, caller.ip(), caller.seen_at());
    let until = Instant::now() + context.timings.lobby_visit;
    let Some(mut visitor) = answer(caller, until, context).await else {
        return;
    };
    let heard = timeout_at(until, hear(&mut visitor, seen_at, &pass, &standing, &hall));
    let outcome = match context.stop.run_until_cancelled(heard).await {
        Some(Ok(outcome)) => outcome,
        Some(Err(_)) => Err(Unassigned::Refused(Refusal::TooSlow)),
        None => Err(Unassigned::Refused(Refusal::Closing)),
    };
    let said = match outcome {
        Ok(Outcome::Assigned(reservation)) => assign(&mut visitor, reservation).await,
        Ok(Outcome::Enters(admission)) => return enter(visitor, admission, ip, place, &hall).await,
        Ok(Outcome::Visits(invitation)) => match invitation.accept(visitor).await {
            Ok(()) => return,
            Err(again) => {
                visitor = again;
                visitor.send(&LobbyReply::Refused(Refusal::Closing)).await
            }
        },
        Ok(Outcome::Gathers(admission)) => match admission.accept(visitor) {
            Ok(()) => return,
            Err(again) => {
                visitor = *again;
                visitor.send(&LobbyReply::Refused(Refusal::Closing)).await
            }
        },
        Err(Unassigned::Refused(refusal)) => visitor.send(&LobbyReply::Refused(refusal)).await,
        Err(Unassigned::Over(reason)) => visitor.send(&LobbyReply::Over { reason }).await,
        Err(Unassigned::Gone) => return,
    };
    if said.is_ok() {
        visitor.close(context.timings.farewell).await;
    }
}

/// Tells somebody why they may not come in, in the words of what they came for. A ticket was given to somebody who was counted, so
/// that its holder is turned away by nobody but the room. Ends within the times for a handshake, a write and a farewell.
pub(super) async fn refuse(caller: Caller, refusal: Refusal, place: Place, hall: Arc<Hall>) {
    let (context, ip) = (&hall.context, caller.ip());
    let until = Instant::now() + TRANSPORT_HANDSHAKE_TIMEOUT;
    let Some(mut visitor) = answer(caller, until, context).await else {
        return;
    };
    let first = timeout_at(until, visitor.receive());
    match context.stop.run_until_cancelled(first).await {
        Some(Ok(Ok(LobbyRequest::Enter { ticket, versions }))) => {
            return enter(visitor, Admission { ticket, versions }, ip, place, &hall).await;
        }
        Some(_) => {}
        None => return,
    }
    let refused = LobbyReply::Refused(refusal);
    let said = context.stop.run_until_cancelled(visitor.send(&refused));
    if let Some(Ok(())) = said.await {
        visitor.close(context.timings.farewell).await;
    }
}

/// Brings somebody before the room that their ticket is for, as its own door does. Neither the lobby's limits nor its times hold for
/// them any longer.
async fn enter(visitor: Visitor, admission: Admission, ip: IpAddr, place: Place, hall: &Hall) {
    let Admission { ticket, versions } = admission;
    let arrival = Arrival {
        link: visitor.turn(),
        ticket: ticket.hash(),
        versions,
        ip,
        place,
    };
    let shown = async {
        let room = match ticket.room() {
            Some(port) => hall.matchmaker.room(port).await,
            None => None,
        };
        match room {
            Some(room) => arrival.show_in(&room, &hall.context).await,
            None => arrival.refuse(Refusal::BadTicket, &hall.context).await,
        }
    };
    // A room that is busy is waited for; whoever holds a ticket has given up by then.
    if timeout(hall.context.timings.arrival, shown).await.is_err() {
        tracing::debug!("a room took nobody from the lobby in time");
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
    seen_at: Option<SocketAddr>,
    pass: &Pass,
    standing: &Standing,
    hall: &Hall,
) -> Result<Outcome, Unassigned> {
    let versions = match visitor.receive().await? {
        LobbyRequest::Hello { versions } => versions,
        LobbyRequest::Enter { ticket, versions } => {
            standing.has_asked();
            return Ok(Outcome::Enters(Admission { ticket, versions }));
        }
        _ => return Err(Unassigned::Refused(Refusal::Unexpected)),
    };
    let asked = greet(visitor, versions, hall).await?;
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
            LobbyRequest::Join {
                visitor: token,
                wishes,
            } if may_join => {
                pass.join()?;
                let wish = Wish {
                    visitor: token.hash(),
                    versions,
                    client: Client::Ours {
                        meets_old: wishes.include(Wishes::OLD_CLIENTS),
                    },
                };
                let seat = watched(visitor, matchmaker.seat(wish, pass.clone())).await?;
                return Ok(Outcome::Assigned(seat));
            }
            LobbyRequest::Rendezvous { visitor: token, at } if may_join => {
                pass.join()?;
                let wish = Wish {
                    visitor: token.hash(),
                    versions,
                    client: Client::Ours { meets_old: false },
                };
                let seat = watched(visitor, matchmaker.meet(wish, at, pass.clone())).await?;
                return Ok(Outcome::Assigned(seat));
            }
            LobbyRequest::Plazas if may_join && hall.plazas.are_there() => {
                visitor.send(&LobbyReply::Plazas(hall.plazas.facts())).await?;
            }
            LobbyRequest::Visit { plaza, name, seen } if may_join && hall.plazas.are_there() => {
                pass.join()?;
                let (who, budget) = ((name, seen), &hall.context.budget);
                let invited = hall.plazas.invite(&plaza, who, pass.clone(), budget);
                return Ok(Outcome::Visits(invited?));
            }
            LobbyRequest::Gather { circle, introduction } if may_join && hall.circles.are_offered() => {
                pass.join()?;
                let newcomer = CircleNewcomer {
                    circle,
                    introduction,
                    seen_at,
                    pass: pass.clone(),
                };
                let gathered = hall.circles.gather(newcomer, hall.context.budget.member());
                return Ok(Outcome::Gathers(watched(visitor, gathered).await?));
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

/// Answers a hello. Tells what is asked of them.
async fn greet(visitor: &mut Visitor, versions: VersionRange, hall: &Hall) -> Result<Access, Unassigned> {
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
            offers: hall.offers,
        })
        .await?;
    Ok(access)
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

fn way_back(way: WayBack) -> Result<Outcome, Unassigned> {
    match way {
        WayBack::Seat(reservation) => Ok(Outcome::Assigned(reservation)),
        WayBack::Over(reason) => Err(Unassigned::Over(reason)),
    }
}

async fn assign(visitor: &mut Visitor, reservation: Reservation) -> Result<(), LinkError> {
    let (port, ticket) = (reservation.port(), reservation.ticket());
    let told = match reservation.appointment() {
        None => LobbyReply::Assigned { port, ticket },
        Some(appointment) => LobbyReply::Invited {
            number: appointment.number,
            life_secs: whole_secs(
                appointment
                    .until
                    .saturating_duration_since(std::time::Instant::now()),
            ),
            port,
            ticket,
        },
    };
    visitor.send(&told).await?;
    reservation.keep();
    Ok(())
}
