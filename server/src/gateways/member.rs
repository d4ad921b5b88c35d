//! Somebody who speaks other words than ours, as a member of a plaza: in this process they are a guest like any other, with frames, limits
//! and a place in all counts. What they say, and how, is their dialect's business.

use std::time::Duration;

use acaso_shared::ids::{Name, PlazaName};
use acaso_shared::link::{Exchanged, Link, LinkError, LobbyGuest, PlazaGuest};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::lobby::{Access, LobbyReply};
use acaso_shared::protocol::plaza::{MemberNumber, PlazaEvent, PlazaRequest, PostNumber};
use acaso_shared::transport::Stream;
use tokio::io::DuplexStream;

use crate::guard::Pass;
use crate::lobby::Hall;
use crate::plaza::Naming;

/// Bytes between a translator and the plaza in each direction: a few ordinary posts. What is longer passes in pieces.
const PIPE_BYTES: usize = 8 * 1024;

/// A membership.
#[derive(Debug)]
pub(super) struct Member {
    link: Link<DuplexStream, PlazaGuest>,
    /// Who they are there.
    pub(super) number: MemberNumber,
    /// The newest post when they came.
    pub(super) newest: Option<PostNumber>,
    naming: Naming,
}

impl Member {
    /// Comes into that plaza, as anybody does, asking the guard and the budget. Only posts after `seen` are shown again.
    ///
    /// # Errors
    /// The refusal to say.
    pub(super) async fn enter(
        hall: &Hall,
        plaza: &PlazaName,
        (name, seen): (Name, Option<PostNumber>),
        pass: &Pass,
    ) -> Result<Self, Refusal> {
        // It may be asked for since the server was started; nothing of it can be said here.
        if hall.gate.asked() != Access::Open {
            return Err(Refusal::Unexpected);
        }
        Self::enter_known(hall, plaza, (name, seen), pass).await
    }

    /// The same for somebody who has said all that is asked.
    ///
    /// # Errors
    /// The refusal to say.
    pub(super) async fn enter_known(
        hall: &Hall,
        plaza: &PlazaName,
        (name, seen): (Name, Option<PostNumber>),
        pass: &Pass,
    ) -> Result<Self, Refusal> {
        pass.join()?;
        let budget = &hall.context.budget;
        let invitation = hall.plazas.invite(plaza, (name, seen), pass.clone(), budget)?;
        let naming = invitation.naming();
        let (near, far) = tokio::io::duplex(PIPE_BYTES);
        let link = Link::new(Stream::Memory(far));
        invitation.accept(link).await.map_err(|_| Refusal::Closing)?;
        let mut link = Link::<_, LobbyGuest>::new(near);
        match link.receive().await {
            Ok(LobbyReply::Entered { member, newest }) => Ok(Self {
                link: link.turn(),
                number: member,
                newest,
                naming,
            }),
            Ok(LobbyReply::Refused(refusal)) => Err(refusal),
            Ok(_) | Err(_) => Err(Refusal::Closing),
        }
    }

    /// Whether there is room for another word.
    pub(super) fn is_idle(&self) -> bool {
        self.link.is_idle()
    }

    /// Has something said, as soon as the next is waited for.
    ///
    /// # Errors
    /// More waits than anybody may have waiting.
    pub(super) fn say(&mut self, request: &PlazaRequest) -> Result<(), LinkError> {
        self.link.queue(request)
    }

    /// What the plaza says next; what is queued is said meanwhile. Cancel-safe.
    ///
    /// # Errors
    /// The plaza has ended.
    pub(super) async fn next(&mut self) -> Result<PlazaEvent, LinkError> {
        loop {
            if let Exchanged::Heard(event) = self.link.exchange().await? {
                return Ok(event);
            }
        }
    }

    /// Is called something else from here on.
    ///
    /// # Errors
    /// The refusal to say.
    pub(super) async fn rename(&self, name: Name) -> Result<(), Refusal> {
        self.naming.rename(self.number, name).await
    }

    /// Goes; everything said before it is taken.
    pub(super) async fn leave(mut self, farewell: Duration) {
        if self.say(&PlazaRequest::Leave).is_ok() {
            self.link.close(farewell).await;
        }
    }
}
