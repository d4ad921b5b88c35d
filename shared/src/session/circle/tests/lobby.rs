//! A lobby that introduces members to each other and does nothing besides; it can lie, relay, and go away.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::ids::Fingerprint;
use crate::link::{CircleHost, Exchanged, Link, LobbyHost};
use crate::protocol::circle::{Challenge, CircleEvent, CircleKey, CircleMember, CircleRequest, Introduction};
use crate::protocol::lobby::{Access, LobbyReply, LobbyRequest, Offers};
use crate::transport::quic::{self, QuicStream};
use crate::transport::{Acceptor, Liveness};

/// What a lobby is like.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Manners {
    /// It relays.
    pub(super) relays: bool,
    /// It tells nobody where the others are.
    pub(super) hides: bool,
    /// It tells everybody that whoever came first has that key.
    pub(super) lies: Option<Fingerprint>,
}

/// A key and a certificate, kept from one run of the lobby to the next.
#[derive(Clone)]
pub(super) struct Identity {
    certificate: CertificateDer<'static>,
    key: Vec<u8>,
}

impl Identity {
    pub(super) fn random() -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["acaso.invalid".into()]).unwrap();
        Self {
            certificate: made.cert.der().clone(),
            key: made.signing_key.serialize_der(),
        }
    }

    fn acceptor(&self) -> Acceptor {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.clone()));
        Acceptor::tls(vec![self.certificate.clone()], key).unwrap()
    }
}

struct Member {
    /// What the others are told of them, and what is true.
    met: CircleEvent,
    truly: CircleEvent,
    told: mpsc::Sender<CircleEvent>,
}

#[derive(Default)]
struct Circle {
    members: BTreeMap<CircleMember, Member>,
    last: u32,
    relayed: u64,
}

/// A lobby that runs until it is dropped.
pub(super) struct Lobby {
    pub(super) address: SocketAddr,
    endpoint: quinn::Endpoint,
    circles: Circles,
    task: JoinHandle<()>,
}

type Circles = Arc<Mutex<BTreeMap<String, Circle>>>;

impl Lobby {
    pub(super) fn open(manners: Manners) -> Self {
        Self::open_at("127.0.0.1:0".parse().unwrap(), &Identity::random(), manners, 0).unwrap()
    }

    /// Its numbers go on from there.
    pub(super) fn open_at(
        address: SocketAddr,
        identity: &Identity,
        manners: Manners,
        from: u32,
    ) -> std::io::Result<Self> {
        let config = identity.acceptor().quic(Liveness::default()).unwrap().unwrap();
        let endpoint = quinn::Endpoint::server(config, address)?;
        let circles = Circles::default();
        let (ours, theirs) = (endpoint.clone(), Arc::clone(&circles));
        let task = tokio::spawn(async move {
            let mut visits = tokio::task::JoinSet::new();
            while let Some(incoming) = ours.accept().await {
                let circles = Arc::clone(&theirs);
                visits.spawn(async move {
                    let seen_at = incoming.remote_address();
                    if let Ok(stream) = quic::accept(incoming, Arc::new(()), ()).await {
                        visit(stream, seen_at, manners, from, circles).await;
                    }
                });
            }
        });
        Ok(Self {
            address: endpoint.local_addr()?,
            endpoint,
            circles,
            task,
        })
    }

    /// Tells everybody where the others are after all.
    pub(super) fn reveal(&self) {
        for circle in self.circles.lock().unwrap().values() {
            for (member, who) in &circle.members {
                for (_, other) in circle.members.iter().filter(|(other, _)| *other != member) {
                    other.told.try_send(who.truly.clone()).unwrap();
                }
            }
        }
    }

    /// Datagrams that went through it.
    pub(super) fn relayed(&self) -> u64 {
        self.circles
            .lock()
            .unwrap()
            .values()
            .map(|circle| circle.relayed)
            .sum()
    }

    /// Goes away without a word to the circles; done when its port is free.
    pub(super) async fn stop(self) {
        self.task.abort();
        self.endpoint.close(0u8.into(), b"");
        self.endpoint.wait_idle().await;
    }
}

async fn visit(stream: QuicStream, seen_at: SocketAddr, manners: Manners, from: u32, circles: Circles) {
    let mut link: Link<_, LobbyHost> = Link::new(stream);
    let Ok(LobbyRequest::Hello { versions }) = link.receive().await else {
        return;
    };
    let welcome = LobbyReply::Welcome {
        version: versions.max,
        rooms_in_use: 0,
        access: Access::Open,
        offers: Offers::CIRCLES,
    };
    link.send(&welcome).await.unwrap();
    let Ok(LobbyRequest::Gather { circle, introduction }) = link.receive().await else {
        return;
    };
    let name = match circle {
        CircleKey::Named(name) => name.to_string(),
        CircleKey::Coded(number) => number.to_string(),
    };
    let (told, tell) = mpsc::channel(64);
    let member = {
        let mut circles = circles.lock().unwrap();
        circles
            .entry(name.clone())
            .or_default()
            .join(introduction, seen_at, manners, from, told)
    };
    let gathered = LobbyReply::Gathered {
        member,
        seen_at: Some(seen_at),
        relays: manners.relays,
        challenge: Challenge::from([8; 32]),
    };
    if link.send(&gathered).await.is_ok() {
        serve(link.turn(), member, tell, &name, &circles).await;
    }
    if let Some(circle) = circles.lock().unwrap().get_mut(&name) {
        circle.leave(member);
    }
}

async fn serve(
    mut link: Link<QuicStream, CircleHost>,
    member: CircleMember,
    mut tell: mpsc::Receiver<CircleEvent>,
    name: &str,
    circles: &Circles,
) {
    loop {
        tokio::select! {
            Some(event) = tell.recv() => if link.queue(&event).is_err() { return },
            exchanged = link.exchange() => match exchanged {
                Ok(Exchanged::Said) => {}
                Ok(Exchanged::Heard(CircleRequest::Relay { to, datagram })) => {
                    circles.lock().unwrap().get_mut(name).unwrap().relay(member, to, datagram);
                }
                Ok(Exchanged::Heard(CircleRequest::Ping)) => link.queue(&CircleEvent::Pong).unwrap(),
                Ok(Exchanged::Heard(CircleRequest::Leave)) | Err(_) => return,
                Ok(Exchanged::Heard(_)) => {}
            },
        }
    }
}

impl Circle {
    fn join(
        &mut self,
        mut introduction: Introduction,
        seen_at: SocketAddr,
        manners: Manners,
        from: u32,
        told: mpsc::Sender<CircleEvent>,
    ) -> CircleMember {
        self.last = self.last.max(from) + 1;
        let member = CircleMember(self.last);
        let seen_at = Some(seen_at);
        let truly = CircleEvent::Met {
            member,
            seen_at,
            introduction: introduction.clone(),
        };
        if let Some(key) = manners.lies.filter(|_| self.members.is_empty()) {
            introduction.key = key;
        }
        if manners.hides {
            introduction.local.clear();
        }
        let met = CircleEvent::Met {
            member,
            seen_at: seen_at.filter(|_| !manners.hides),
            introduction,
        };
        for other in self.members.values() {
            told.try_send(other.met.clone()).unwrap();
            // Whoever has gone meanwhile is told nothing.
            let _ = other.told.try_send(met.clone());
        }
        self.members.insert(member, Member { met, truly, told });
        member
    }

    fn leave(&mut self, member: CircleMember) {
        self.members.remove(&member);
        for other in self.members.values() {
            let _ = other.told.try_send(CircleEvent::Went { member });
        }
    }

    fn relay(&mut self, from: CircleMember, to: CircleMember, datagram: Vec<u8>) {
        self.relayed += 1;
        if let Some(other) = self.members.get(&to) {
            // A datagram that finds no room is lost.
            let _ = other.told.try_send(CircleEvent::Relayed { from, datagram });
        }
    }
}
