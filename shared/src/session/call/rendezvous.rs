//! From a server's address to a seat beside somebody in particular. One attempt; who calls decides on another.

use super::lobby::Lobby;
use super::{Caller, Failed, Seat, enter, in_time};
use crate::protocol::lobby::{Offers, Rendezvous};
use crate::session::event::{Problem, Visit};

/// Visits the lobby and enters the room where those meet who share a number.
pub(in crate::session) async fn meet_at(
    visit: Visit,
    caller: Caller,
    at: Rendezvous,
) -> Result<Seat, Failed> {
    let assigned = in_time(&visit, async {
        let mut lobby = Lobby::visit(&visit, &caller).await?;
        if !lobby.offers(Offers::RENDEZVOUS) {
            let host = visit.server.host().to_owned();
            return Err(Problem::NotOffered { host }.into());
        }
        lobby.log_in(visit.login.as_deref()).await?;
        lobby.rendezvous(caller.visitor, at).await
    });
    let (assigned, invitation) = assigned.await?;
    let mut seat = enter(assigned.place, assigned.port, assigned.ticket, caller.versions).await?;
    seat.facts.invitation = invitation;
    Ok(seat)
}

#[cfg(test)]
mod tests;
