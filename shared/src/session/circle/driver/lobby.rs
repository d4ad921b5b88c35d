//! The link to the server that introduces the members: the attempts at it, and what is said on it.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::time::{Duration, Instant};

use tokio::time::sleep_until;

use crate::limits::QUEUE_LEN;
use crate::link::{CircleGuest, Exchanged, Link, LinkError};
use crate::protocol::circle::{CircleEvent, CircleKey, CircleRequest, Introduction};
use crate::session::HANG_UP_PATIENCE;
use crate::session::call::{self, Caller, Gathering, Newcomer};
use crate::session::event::{Problem, Visit};
use crate::session::pacer::Pacer;
use crate::transport::Stream;

/// What the server may say in a second: twice the datagrams that a server carries for one circle unless it is set up to carry more,
/// each as short as it counts there. Whoever says more is read more slowly.
const HEARD_PER_SECOND: u32 = 4096;
/// What it may say at once: as many seconds' worth as a server lets the members save up.
const HEARD_BURST: u32 = 8 * HEARD_PER_SECOND;

type Attempt = Pin<Box<dyn Future<Output = Result<Gathering, Problem>> + Send>>;

/// What comes of it.
pub(super) enum FromLobby {
    /// The attempt is over.
    Gathered(Result<Gathering, Problem>),
    /// The server says that.
    Told(CircleEvent),
    /// What was to be said was taken.
    Taken,
    /// The link is no more.
    Broken(LinkError),
}

/// The way to the server.
pub(super) struct ToLobby {
    visit: Visit,
    circle: CircleKey,
    newcomer: Newcomer,
    caller: Caller,
    attempt: Option<Attempt>,
    link: Option<Link<Stream, CircleGuest>>,
    /// Where the server is, and what the others were told of us.
    server: Option<SocketAddr>,
    told: Vec<SocketAddr>,
    /// How much the server may say, and since it said more than that, until when it is not heard.
    pacer: Pacer,
    rests_until: Option<Instant>,
    /// What is still to be said: a sign of life of each kind, and datagrams, of which only so many wait.
    outbox: VecDeque<CircleRequest>,
}

impl ToLobby {
    pub(super) fn new(visit: Visit, circle: CircleKey, newcomer: Newcomer, caller: Caller) -> Self {
        Self {
            visit,
            circle,
            newcomer,
            caller,
            attempt: None,
            link: None,
            server: None,
            told: Vec::new(),
            pacer: Pacer::new(HEARD_BURST, Duration::from_secs(1) / HEARD_PER_SECOND),
            rests_until: None,
            outbox: VecDeque::new(),
        }
    }

    pub(super) fn gather(&mut self) {
        let gathering = call::gather(
            self.visit.clone(),
            self.circle.clone(),
            self.newcomer.clone(),
            self.caller.clone(),
        );
        self.attempt = Some(Box::pin(gathering));
    }

    pub(super) fn stop_gathering(&mut self) {
        self.attempt = None;
    }

    pub(super) fn linked(&mut self, link: Link<Stream, CircleGuest>, server: SocketAddr) {
        self.link = Some(link);
        self.server = Some(server);
        self.told = call::introduction(&self.newcomer, server).local;
    }

    /// The addresses of this computer as they are now. If they are others than before, the server is told.
    pub(super) fn look_around(&mut self) -> Vec<IpAddr> {
        if let Some(server) = self.server {
            let now = call::introduction(&self.newcomer, server);
            self.tell_if_new(now);
        }
        self.told.iter().map(SocketAddr::ip).collect()
    }

    fn tell_if_new(&mut self, now: Introduction) {
        // While there is no network at all nobody can be told either.
        if self.link.is_some() && !now.local.is_empty() && now.local != self.told {
            self.told.clone_from(&now.local);
            self.say(CircleRequest::Introduce(now));
        }
    }

    /// What the attempt came to, or what happens on the link; waits for ever where there is neither. Cancel-safe.
    pub(super) async fn next(&mut self) -> FromLobby {
        if let Some(attempt) = &mut self.attempt {
            let outcome = attempt.await;
            self.attempt = None;
            return FromLobby::Gathered(outcome);
        }
        let Some(link) = &mut self.link else {
            return std::future::pending().await;
        };
        if let Some(until) = self.rests_until {
            let waits = !link.is_idle();
            // A rest from hearing: what others wait for from us is said all the same.
            tokio::select! {
                biased;
                () = sleep_until(until.into()) => self.rests_until = None,
                said = link.flush(), if waits => return said.map_or_else(FromLobby::Broken, |()| FromLobby::Taken),
            }
        }
        match link.exchange().await {
            Ok(Exchanged::Heard(event)) => {
                self.rests_until = self.pacer.take(Instant::now()).err();
                FromLobby::Told(event)
            }
            Ok(Exchanged::Said) => FromLobby::Taken,
            Err(error) => FromLobby::Broken(error),
        }
    }

    pub(super) fn say(&mut self, request: CircleRequest) {
        if self.link.is_none() {
            return;
        }
        let may_wait = match request {
            CircleRequest::Relay { .. } => self.outbox.len() < QUEUE_LEN,
            // One sign of life is enough: a server that asks without reading gets no second one.
            _ => !self.outbox.contains(&request),
        };
        if may_wait {
            self.outbox.push_back(request);
        }
    }

    /// Passes on what a link takes that has taken what was said before.
    pub(super) fn say_next(&mut self) -> Result<(), LinkError> {
        match &mut self.link {
            Some(link) if link.is_idle() => match self.outbox.pop_front() {
                Some(request) => link.queue(&request),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    pub(super) fn let_go(&mut self) -> Option<Link<Stream, CircleGuest>> {
        self.outbox.clear();
        self.link.take()
    }

    /// Closes the link, which takes a moment, in which nobody need wait.
    pub(super) fn part(&mut self, goodbye: bool) -> Option<impl Future<Output = ()> + Send + 'static> {
        let mut link = self.let_go()?;
        if goodbye {
            // A link that does not take it is closed without.
            let _ = link.queue(&CircleRequest::Leave);
        }
        Some(async move {
            link.close(HANG_UP_PATIENCE).await;
        })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use tokio::io::DuplexStream;

    use super::*;
    use crate::ids::{CircleName, Name};
    use crate::link::CircleHost;
    use crate::session::Options;
    use crate::transport::quic::peers::VisitKey;

    const OURS: &str = "10.0.0.7:4000";

    /// A link to a server, and the server's end of it.
    fn introduced() -> (ToLobby, Link<DuplexStream, CircleHost>) {
        let nowhere = std::env::temp_dir().join("no such file");
        let visit = Visit::new("127.0.0.1".parse().unwrap(), Name::parse("Ana").unwrap());
        let newcomer = Newcomer {
            key: VisitKey::random().unwrap(),
            port: 4000,
        };
        let circle = CircleKey::Named(CircleName::parse("Sol").unwrap());
        let mut lobby = ToLobby::new(visit, circle, newcomer, Caller::new(Options::new(nowhere)));
        let (ours, theirs) = tokio::io::duplex(1024 * 1024);
        lobby.linked(Link::new(Stream::Memory(ours)), "127.0.0.1:1025".parse().unwrap());
        lobby.told = vec![OURS.parse().unwrap()];
        (lobby, Link::new(theirs))
    }

    #[tokio::test]
    async fn a_server_that_talks_without_pause_is_heard_more_slowly() {
        let (mut lobby, mut server) = introduced();
        let all = 4 * HEARD_BURST;
        for _ in 0..all {
            server.send(&CircleEvent::Pong).await.unwrap();
        }
        let at_once = || tokio::task::unconstrained(lobby.next()).now_or_never();
        let heard = std::iter::repeat_with(at_once)
            .take_while(Option::is_some)
            .count();
        let heard = u32::try_from(heard).unwrap();
        assert!((HEARD_BURST..all).contains(&heard), "{heard} of {all}");
        assert!(matches!(lobby.next().await, FromLobby::Told(CircleEvent::Pong)));
    }

    #[tokio::test]
    async fn a_server_that_is_not_heard_for_a_while_is_told_things_all_the_same() {
        let (mut lobby, mut server) = introduced();
        server.send(&CircleEvent::Pong).await.unwrap();
        lobby.rests_until = Some(Instant::now() + Duration::from_secs(3600));
        lobby.say(CircleRequest::Pong);
        lobby.say_next().unwrap();
        assert!(matches!(lobby.next().now_or_never(), Some(FromLobby::Taken)));
        assert_eq!(server.receive().await.unwrap(), CircleRequest::Pong);
        assert!(lobby.next().now_or_never().is_none(), "it rests still");
    }

    #[tokio::test]
    async fn the_server_is_told_of_other_addresses_and_of_no_others() {
        let (mut lobby, mut server) = introduced();
        let at = |local: &[&str]| Introduction {
            key: lobby.newcomer.key.fingerprint(),
            local: local.iter().map(|address| address.parse().unwrap()).collect(),
        };
        let (same, none, other) = (at(&[OURS]), at(&[]), at(&["192.168.7.7:4000"]));
        lobby.tell_if_new(same);
        lobby.tell_if_new(none);
        assert!(lobby.outbox.is_empty());
        for _ in 0..2 {
            lobby.tell_if_new(other.clone());
        }
        assert_eq!(lobby.outbox.len(), 1);
        lobby.say_next().unwrap();
        assert!(matches!(lobby.next().await, FromLobby::Taken));
        assert_eq!(server.receive().await.unwrap(), CircleRequest::Introduce(other));
    }
}
