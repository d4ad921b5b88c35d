//! Receives people with python-chat's client, and is their member of a plaza: it speaks that chat's words with them and ours with the
//! plaza, over a pipe in memory, as any guest does. They are called whatever their last message says.

mod bridge;
mod wire;

use std::io;
use std::time::Duration;

use acaso_shared::ids::Name;
use acaso_shared::link::{Link, LobbyGuest, PlazaGuest};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::lobby::{Access, LobbyReply};
use acaso_shared::protocol::plaza::MemberNumber;
use acaso_shared::transport::Stream;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

use self::bridge::Bridge;
use crate::access::Gate;
use crate::entrance::Caller;
use crate::guard::Pass;
use crate::plaza::{Naming, Plazas};
use crate::room::Context;

/// What the pipe between a translator and its plaza holds.
const PIPE_BYTES: usize = 64 * 1024;

/// When a client that says nothing is asked by the system whether it is still there: this chat has no word for it.
const KEEPALIVE: Duration = Duration::from_secs(60);

/// What a visit needs.
pub(crate) struct Visit<'a> {
    pub(crate) pass: &'a Pass,
    pub(crate) gate: &'a Gate,
    pub(crate) plazas: &'a Plazas,
    pub(crate) context: &'a Context,
}

/// A member of the plaza: the translator's end of the pipe.
#[derive(Debug)]
struct Inside {
    link: Link<Stream, PlazaGuest>,
    number: MemberNumber,
    name: Name,
    naming: Naming,
}

impl Visit<'_> {
    /// Brings somebody into the plaza; what goes on there is a task of its own.
    ///
    /// # Errors
    /// Why they may not come; their client knows no words for it.
    pub(crate) async fn receive(&self, caller: Caller) -> Result<(), Refusal> {
        // It may be asked for since the server was started.
        if self.gate.asked() != Access::Open {
            return Err(Refusal::Unexpected);
        }
        let Caller::Tcp(line, _) = caller else {
            return Err(Refusal::Unexpected);
        };
        self.pass.join()?;
        let inside = self.enter(Name::anonymous()).await?;
        if let Err(error) = prepare(&line) {
            tracing::debug!(%error, "an old client's line cannot be prepared");
        }
        let bridge = Bridge::new(line, inside);
        // The plaza tells of the stop; what it says then ends the bridge.
        self.context.tracker.spawn(bridge.run());
        Ok(())
    }

    /// Comes in under that name, which their first message changes.
    async fn enter(&self, name: Name) -> Result<Inside, Refusal> {
        let who = (name.clone(), None);
        let budget = &self.context.budget;
        let invitation = self.plazas.invite_to_first(who, self.pass.clone(), budget)?;
        let naming = invitation.naming();
        let (ours, theirs) = tokio::io::duplex(PIPE_BYTES);
        let accepted = invitation.accept(Link::new(Stream::Memory(theirs))).await;
        accepted.map_err(|_| Refusal::Closing)?;
        let mut link: Link<_, LobbyGuest> = Link::new(Stream::Memory(ours));
        match link.receive().await {
            Ok(LobbyReply::Entered { member, .. }) => Ok(Inside {
                link: link.turn(),
                number: member,
                name,
                naming,
            }),
            _ => Err(Refusal::Closing),
        }
    }
}

fn prepare(line: &TcpStream) -> io::Result<()> {
    line.set_nodelay(true)?;
    SockRef::from(line).set_tcp_keepalive(&TcpKeepalive::new().with_time(KEEPALIVE))
}
