//! The way into a circle: whoever was given a number proves that the key is theirs which they want to be introduced with. Nobody is told of
//! them before, so that nobody takes the place of another whose key they have seen.

use acaso_shared::ids::Fingerprint;
use acaso_shared::link::{CircleHost, Link, LinkError, LobbyHost};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::circle::{Challenge, CircleEvent, CircleMember, CircleRequest};
use acaso_shared::protocol::lobby::LobbyReply;
use acaso_shared::transport::Stream;
use tokio::time::timeout;

use crate::room::Context;

/// What a newcomer is told, and has to prove.
#[derive(Debug)]
pub(super) struct Door {
    key: Fingerprint,
    challenge: Challenge,
    welcome: LobbyReply,
}

impl Door {
    pub(super) fn new(
        key: Fingerprint,
        member: CircleMember,
        seen_at: Option<std::net::SocketAddr>,
        relays: bool,
    ) -> Self {
        let challenge = Challenge::random();
        let welcome = LobbyReply::Gathered {
            member,
            seen_at,
            relays,
            challenge,
        };
        Self {
            key,
            challenge,
            welcome,
        }
    }

    /// The circle's link, once the key is proved. Ends within the time for a visit to the lobby and those for a write and a farewell.
    pub(super) async fn proved(
        self,
        mut link: Link<Stream, LobbyHost>,
        context: &Context,
    ) -> Option<Link<Stream, CircleHost>> {
        link.send(&self.welcome).await.ok()?;
        let mut link = link.turn();
        let first = timeout(context.timings.lobby_visit, link.receive());
        let refusal = match context.stop.run_until_cancelled(first).await {
            Some(Ok(Ok(CircleRequest::Prove(proof)))) if proof.holds(self.key, &self.challenge) => {
                return Some(link);
            }
            Some(Ok(Err(LinkError::Closed(_)))) => return None,
            Some(_) => Refusal::Unexpected,
            None => Refusal::Closing,
        };
        // Whoever reads nothing is not told.
        let _ = link.queue(&CircleEvent::Refused(refusal));
        link.close(context.timings.farewell).await;
        None
    }
}
