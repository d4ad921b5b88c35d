//! From a server's address into a plaza, or to the list of them. One attempt; who calls decides on another.

use super::lobby::Lobby;
use super::{Caller, Failed, in_time};
use crate::ids::PlazaName;
use crate::link::{Link, PlazaGuest};
use crate::protocol::lobby::Offers;
use crate::protocol::plaza::{MemberNumber, PlazaFacts, PostNumber};
use crate::session::event::{Problem, Visit};
use crate::transport::Stream;

/// Somebody who has just come into a plaza.
#[derive(Debug)]
pub(in crate::session) struct Entrance {
    pub(in crate::session) link: Link<Stream, PlazaGuest>,
    /// Who they are there.
    pub(in crate::session) member: MemberNumber,
    /// The newest post at that moment.
    pub(in crate::session) newest: Option<PostNumber>,
}

/// Asks which plazas there are; none where none are offered.
pub(in crate::session) async fn plazas(visit: &Visit, caller: &Caller) -> Result<Vec<PlazaFacts>, Problem> {
    let listed = in_time(visit, async {
        let mut lobby = Lobby::visit(visit, caller).await?;
        if !lobby.offers(Offers::PLAZAS) {
            return Ok(Vec::new());
        }
        lobby.log_in(visit.login.as_deref()).await?;
        Ok(lobby.plazas().await?)
    });
    listed.await.map_err(problem)
}

/// Goes into a plaza, for the posts after that one.
pub(in crate::session) async fn visit_plaza(
    visit: Visit,
    plaza: PlazaName,
    seen: Option<PostNumber>,
    caller: Caller,
) -> Result<Entrance, Problem> {
    let name = visit.name.clone();
    let entered = in_time(&visit, async {
        let mut lobby = Lobby::visit(&visit, &caller).await?;
        if !lobby.offers(Offers::PLAZAS) {
            return Err(Problem::NoSuchPlaza.into());
        }
        lobby.log_in(visit.login.as_deref()).await?;
        Ok(lobby.visit_plaza(plaza, name, seen).await?)
    });
    entered.await.map_err(problem)
}

/// There are no doors and no seats on the way to a plaza.
fn problem(failed: Failed) -> Problem {
    match failed {
        Failed::Problem(problem) => *problem,
        Failed::DoorShut { .. } | Failed::Over(_) => Problem::Protocol,
    }
}
