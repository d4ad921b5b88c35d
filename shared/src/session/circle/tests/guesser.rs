//! Somebody who guesses at a circle's words, and says nothing once they know whether they are right.

use super::super::proof::{Keys, prove};
use super::lobby::Lobby;
use super::member::timings;
use crate::ids::{Code, Fingerprint, Name};
use crate::link::{CircleGuest, Link, Peer};
use crate::protocol::circle::{CircleEvent, CircleKey};
use crate::session::Options;
use crate::session::call::{Caller, Newcomer, gather};
use crate::session::event::{Transport, Visit};
use crate::transport::Stream;
use crate::transport::quic::QuicStream;
use crate::transport::quic::peers::{PeerConnection, PeerEndpoint, Route};

/// They stay where they are until they are dropped.
pub(super) struct Guesser {
    endpoint: PeerEndpoint,
    lobby: Link<Stream, CircleGuest>,
    _known: tempfile::TempDir,
}

impl Guesser {
    /// Introduced by the number of a code, with a key lower than that one: it is they who open streams.
    pub(super) async fn enter(lobby: &Lobby, code: &Code, below: Fingerprint) -> Self {
        let known = tempfile::tempdir().unwrap();
        let options = Options {
            timings: timings(),
            ..Options::new(known.path().join("known_servers.toml"))
        };
        let endpoint = loop {
            let (endpoint, _) = PeerEndpoint::open(&options.dialler, options.timings.members).unwrap();
            if endpoint.key() < below {
                break endpoint;
            }
        };
        let newcomer = Newcomer {
            key: endpoint.visit_key(),
            port: endpoint.port().unwrap(),
        };
        let mut caller = Caller::new(options);
        caller.dialler = endpoint.dialler(&caller.dialler);
        caller.to_be_reached = true;
        let visit = Visit {
            transport: Transport::Quic,
            ..Visit::new(
                lobby.address.to_string().parse().unwrap(),
                Name::parse("Eva").unwrap(),
            )
        };
        let gathering = gather(visit, CircleKey::Coded(code.number()), newcomer, caller)
            .await
            .unwrap();
        Self {
            endpoint,
            lobby: gathering.link,
            _known: known,
        }
    }

    /// Guesses, and waits for ever with what that came to.
    pub(super) async fn guesses_in_silence(&mut self, code: &Code) {
        let (route, key) = self.meets().await;
        let connection: PeerConnection = self.endpoint.dial(route, key).await.unwrap();
        let mut link: Link<QuicStream, Peer> = Link::new(connection.stream(true).await.unwrap());
        let keys = Keys {
            ours: self.endpoint.key(),
            theirs: key,
        };
        // What the other end said is there by now, and is answered by nothing.
        let _ = prove(&mut link, code, keys, true, std::future::pending()).await;
    }

    async fn meets(&mut self) -> (Route, Fingerprint) {
        loop {
            if let CircleEvent::Met {
                seen_at: Some(at),
                introduction,
                ..
            } = self.lobby.receive().await.unwrap()
            {
                return (Route::Direct(at), introduction.key);
            }
        }
    }
}
