//! Visitors with clients of older chats, who are told from ours by where they come, or by their silence.

use super::{Guests, Hall, Standing};
use crate::entrance::Caller;
use crate::gateways::{pychat, python_chat, tracker};
use crate::guard::Pass;

/// Whoever comes, unless they have an old client: those are received here.
pub(super) async fn unless_old(
    caller: Caller,
    guests: Guests,
    pass: &Pass,
    standing: &Standing,
    hall: &Hall,
) -> Option<Caller> {
    let context = &hall.context;
    match guests {
        Guests::Ours => return Some(caller),
        Guests::OursAndPychats => match caller.speaks_within(context.timings.first_word).await {
            Ok(true) => return Some(caller),
            Ok(false) => {}
            // They have gone.
            Err(_) => return None,
        },
        Guests::Pychats => {}
        Guests::PythonChats => {
            standing.has_asked();
            to_plaza(caller, pass, hall).await;
            return None;
        }
        Guests::Peers => {
            standing.has_asked();
            to_peers(caller, pass, hall).await;
            return None;
        }
    }
    standing.has_asked();
    let visit = pychat::Visit {
        pass,
        gate: &hall.gate,
        matchmaker: &hall.matchmaker,
        context,
    };
    let may_be_ours = guests == Guests::OursAndPychats;
    let received = visit.receive(caller, may_be_ours);
    context.stop.run_until_cancelled(received).await.flatten()
}

/// Tells a peer of the others.
async fn to_peers(caller: Caller, pass: &Pass, hall: &Hall) {
    let visit = tracker::Visit {
        pass,
        gate: &hall.gate,
        peers: &hall.peers,
        context: &hall.context,
    };
    let received = hall.context.stop.run_until_cancelled(visit.receive(caller));
    if let Some(Err(refusal)) = received.await {
        tracing::debug!(?refusal, "a peer is told of nobody");
    }
}

/// Brings somebody with python-chat's client into the plaza.
async fn to_plaza(caller: Caller, pass: &Pass, hall: &Hall) {
    let visit = python_chat::Visit {
        pass,
        gate: &hall.gate,
        plazas: &hall.plazas,
        context: &hall.context,
    };
    let received = hall.context.stop.run_until_cancelled(visit.receive(caller));
    if let Some(Err(refusal)) = received.await {
        tracing::debug!(
            ?refusal,
            "somebody with an old client does not come into the plaza"
        );
    }
}
