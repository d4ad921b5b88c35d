//! The page's side of a WebSocket: the lobby's and the plaza's own words, as JSON. Nothing is translated but the form.

use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::lobby::{Access, LobbyReply, LobbyRequest};
use acaso_shared::protocol::plaza::{PlazaEvent, PlazaRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::doorway::Newcomer;
use super::member::Member;
use super::wire::Wire;
use crate::guard::Pass;
use crate::lobby::Hall;

/// Why a visit ends.
enum End {
    /// Nobody is there any more.
    Gone,
    /// They can be told why.
    Refused(Refusal),
}

impl From<Refusal> for End {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Stays with somebody who has the page open.
pub(super) async fn visit(mut wire: impl Wire, hall: &Hall, newcomer: Newcomer) {
    let Newcomer { pass, waiting } = newcomer;
    let timings = &hall.context.timings;
    let ask = timeout(timings.lobby_visit, enter(&mut wire, hall, &pass));
    let entered = match hall.context.stop.run_until_cancelled(ask).await {
        None => Err(Refusal::Closing.into()),
        Some(Err(_)) => Err(Refusal::TooSlow.into()),
        Some(Ok(entered)) => entered,
    };
    let end = match entered {
        Ok(mut member) => {
            drop(waiting);
            let end = stay(&mut wire, &mut member).await;
            member.leave(timings.farewell).await;
            end
        }
        Err(end) => end,
    };
    if let End::Refused(refusal) = end {
        // In both phases it has the same form. Whoever does not take it has gone.
        let _ = wire.say(&json(&LobbyReply::Refused(refusal))).await;
    }
    wire.close(timings.farewell).await;
}

/// Tells which plazas there are, until one is chosen.
async fn enter(wire: &mut impl Wire, hall: &Hall, pass: &Pass) -> Result<Member, End> {
    loop {
        let request = hear(wire).await?;
        // It may be asked for since the server was started; nothing of it can be said here, and nothing is told without it.
        if hall.gate.asked() != Access::Open {
            return Err(Refusal::Unexpected.into());
        }
        match request {
            LobbyRequest::Plazas => say(wire, &LobbyReply::Plazas(hall.plazas.facts())).await?,
            LobbyRequest::Visit { plaza, name, seen } => {
                let member = Member::enter(hall, &plaza, (name, seen), pass).await?;
                let entered = LobbyReply::Entered {
                    member: member.number,
                    newest: member.newest,
                };
                say(wire, &entered).await?;
                return Ok(member);
            }
            _ => return Err(Refusal::Unexpected.into()),
        }
    }
}

async fn stay(wire: &mut impl Wire, member: &mut Member) -> End {
    loop {
        let went_on = tokio::select! {
            event = member.next() => match event {
                Ok(PlazaEvent::Refused(refusal)) => Err(refusal.into()),
                Ok(event) => say(wire, &event).await,
                Err(_) => Err(Refusal::Closing.into()),
            },
            said = hear::<PlazaRequest>(wire), if member.is_idle() => match said {
                Ok(PlazaRequest::Leave) => Err(End::Gone),
                Ok(request) => member.say(&request).map_err(|_| Refusal::Closing.into()),
                Err(end) => Err(end),
            },
        };
        if let Err(end) = went_on {
            return end;
        }
    }
}

async fn hear<T: DeserializeOwned>(wire: &mut impl Wire) -> Result<T, End> {
    let said = wire.hear().await.ok_or(End::Gone)?;
    serde_json::from_str(&said).map_err(|_| Refusal::Unexpected.into())
}

async fn say(wire: &mut impl Wire, words: &impl Serialize) -> Result<(), End> {
    wire.say(&json(words)).await.map_err(|_| End::Gone)
}

fn json(words: &impl Serialize) -> String {
    serde_json::to_string(words).expect("what is said here has names for its fields and nothing that fails")
}
