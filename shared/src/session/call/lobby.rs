//! A visit to the lobby: hello, the server's identity, a login if it is asked for, and one question.

use std::time::{Duration, SystemTime};

use super::circle::{Gathering, Newcomer, introduction, is_here};
use super::dial::{dial_first, fits_link, identity_changed, resolve};
use super::plaza::Entrance;
use super::ways::Way;
use super::{Caller, Failed, Place, broken, refused, with_file};
use crate::address::ServerAddress;
use crate::ids::{
    ConversationNumber, Name, PlazaName, RendezvousNumber, ResumeToken, RoomPort, Ticket, VisitorToken,
};
use crate::known_servers::KnownServers;
use crate::link::{CircleGuest, Link, LobbyGuest};
use crate::protocol::circle::{CircleKey, CircleRequest};
use crate::protocol::lobby::{Access, LobbyReply, LobbyRequest, Offers, Rendezvous, Wishes};
use crate::protocol::plaza::{PlazaFacts, PostNumber};
use crate::protocol::room::Parting;
use crate::protocol::{Refusal, VersionRange};
use crate::session::event::{Login, Problem, Visit};
use crate::session::state::Invitation;
use crate::transport::{Stream, Unvouched};

/// A lobby that has said welcome.
pub(super) struct Lobby {
    link: Link<Stream, LobbyGuest>,
    place: Place,
    access: Access,
    versions: VersionRange,
}

/// The way to a seat.
pub(super) struct Assigned {
    pub(super) place: Place,
    pub(super) port: RoomPort,
    pub(super) ticket: Ticket,
}

impl Lobby {
    /// Says hello, and notes who answered.
    pub(super) async fn visit(visit: &Visit, caller: &Caller) -> Result<Self, Problem> {
        let (server, servers) = (&visit.server, &caller.servers);
        let look_up = |servers: &KnownServers, server: &ServerAddress| {
            Ok((servers.look_up(server)?, servers.unreached(server)?))
        };
        let (known, unreached) = with_file(servers, server, look_up).await?;
        let addresses = resolve(server).await?;
        let reached = dial_first(visit, known.as_ref(), caller, &addresses).await?;
        fits_link(visit, reached.identity.map(|shown| shown.fingerprint))?;
        let mut link = Link::new(reached.stream);
        let welcome = greet(&mut link, server, caller.versions).await?;
        if let Some(shown) = reached.identity {
            // Before anything is asked for: an identity that cannot be remembered could not be checked next time, and another window
            // may have pinned another one meanwhile.
            let pinned = with_file(servers, server, move |servers, server| {
                servers.note_visit(server, shown)
            })
            .await?;
            if !pinned.accepts(shown) {
                // Pinned by another window a moment ago: it was good enough for us, so the reason was not kept.
                let unvouched = (!shown.vouched).then_some(Unvouched::Unsigned);
                return Err(identity_changed(&pinned, shown.fingerprint, unvouched));
            }
        }
        let place = Place {
            lobby: reached.address,
            rooms_in_use: welcome.rooms_in_use,
            server: server.clone(),
            servers: servers.clone(),
            offers: welcome.offers,
            way: Way::of(welcome.offers, unreached, SystemTime::now()),
            identity: reached.identity.map(|shown| shown.fingerprint),
            transport: visit.transport,
            carrier: reached.carrier,
            dialler: caller.dialler.clone(),
        };
        Ok(Self {
            link,
            place,
            access: welcome.access,
            versions: caller.versions,
        })
    }

    /// Says who we are, if the server asks. Whoever has nothing to say hears of it before anything was said.
    pub(super) async fn log_in(&mut self, login: Option<&Login>) -> Result<(), Problem> {
        let account_asked = match self.access {
            Access::Open => return Ok(()),
            Access::Password => false,
            Access::Accounts => true,
        };
        let given = login.filter(|login| login.account.is_some() || !account_asked);
        let Some(Login { account, password }) = given else {
            return Err(Problem::LoginNeeded {
                host: self.place.server.host().to_owned(),
                account: account_asked,
            });
        };
        let request = LobbyRequest::Login {
            account: account.clone().filter(|_| account_asked),
            password: password.clone(),
        };
        match self.ask(&request).await? {
            LobbyReply::LoggedIn => Ok(()),
            LobbyReply::Refused(Refusal::Login { retry_after_secs }) => Err(Problem::LoginWrong {
                account: account_asked,
                retry_after_secs,
            }),
            LobbyReply::Refused(refusal) => Err(refused(refusal, self.versions)),
            _ => Err(Problem::Protocol),
        }
    }

    /// Asks for a seat beside a stranger.
    pub(super) async fn join(mut self, visitor: VisitorToken, wishes: Wishes) -> Result<Assigned, Failed> {
        let reply = self.ask(&LobbyRequest::Join { visitor, wishes }).await?;
        self.assigned(&reply)
    }

    /// Asks for a seat at a rendezvous, and is told for how long it is kept if nobody is there yet.
    pub(super) async fn rendezvous(
        mut self,
        visitor: VisitorToken,
        at: Rendezvous,
    ) -> Result<(Assigned, Option<Invitation>), Failed> {
        let reply = self.ask(&LobbyRequest::Rendezvous { visitor, at }).await?;
        match (at, reply) {
            (
                Rendezvous::Open | Rendezvous::Either { .. },
                LobbyReply::Invited {
                    number,
                    life_secs,
                    port,
                    ticket,
                },
            ) if number_asked(at).is_none_or(|asked| asked == number) => {
                let life = Duration::from_secs(u64::from(life_secs));
                let assigned = self.assigned(&LobbyReply::Assigned { port, ticket })?;
                Ok((assigned, Some(Invitation { number, life })))
            }
            // Whom would we meet at a number that nobody else can know?
            (Rendezvous::Open, LobbyReply::Assigned { .. }) => Err(Problem::Protocol.into()),
            (_, reply) => Ok((self.assigned(&reply)?, None)),
        }
    }

    /// Asks for the way back to a seat.
    pub(super) async fn come_back(mut self, token: ResumeToken) -> Result<Assigned, Failed> {
        match self.ask(&LobbyRequest::Resume { token }).await? {
            LobbyReply::Over { reason } => Err(Failed::Over(reason)),
            // The server was started anew, and the conversation went with it.
            LobbyReply::Refused(Refusal::Forgotten) => Err(Failed::Over(Parting::Lost)),
            reply => self.assigned(&reply),
        }
    }

    /// Gives up a seat, and blocks the partner of that conversation in it.
    pub(super) async fn abandon(
        mut self,
        token: ResumeToken,
        block: Option<ConversationNumber>,
    ) -> Result<(), Problem> {
        match self.ask(&LobbyRequest::Abandon { token, block }).await? {
            // A server that was started anew knows neither the seat nor the partner.
            LobbyReply::Over { .. } | LobbyReply::Refused(Refusal::Forgotten) => Ok(()),
            LobbyReply::Refused(refusal) => Err(refused(refusal, self.versions)),
            _ => Err(Problem::Protocol),
        }
    }

    /// Whether the server offers these.
    pub(super) fn offers(&self, wanted: Offers) -> bool {
        self.place.offers.include(wanted)
    }

    /// Asks which plazas there are.
    pub(super) async fn plazas(mut self) -> Result<Vec<PlazaFacts>, Problem> {
        match self.ask(&LobbyRequest::Plazas).await? {
            LobbyReply::Plazas(plazas) => Ok(plazas),
            LobbyReply::Refused(refusal) => Err(refused(refusal, self.versions)),
            _ => Err(Problem::Protocol),
        }
    }

    /// Goes into a plaza; the link is the plaza's from here on.
    pub(super) async fn visit_plaza(
        mut self,
        plaza: PlazaName,
        name: Name,
        seen: Option<PostNumber>,
    ) -> Result<Entrance, Problem> {
        match self.ask(&LobbyRequest::Visit { plaza, name, seen }).await? {
            LobbyReply::Entered { member, newest } => Ok(Entrance {
                link: self.link.turn(),
                member,
                newest,
            }),
            LobbyReply::Refused(refusal) => Err(refused(refusal, self.versions)),
            _ => Err(Problem::Protocol),
        }
    }

    /// Asks to be introduced to a circle, and proves the key; the link is the circle's from here on.
    pub(super) async fn gather(
        mut self,
        circle: CircleKey,
        newcomer: Newcomer,
    ) -> Result<Gathering, Problem> {
        let introduction = introduction(&newcomer, self.place.lobby);
        match self.ask(&LobbyRequest::Gather { circle, introduction }).await? {
            LobbyReply::Gathered {
                member,
                seen_at,
                relays,
                challenge,
            } => {
                let mut link: Link<_, CircleGuest> = self.link.turn();
                let proof = newcomer.key.prove(&challenge).ok_or(Problem::Protocol)?;
                // One that breaks now is found to be broken like any other.
                let _ = link.send(&CircleRequest::Prove(proof)).await;
                Ok(Gathering {
                    link,
                    server: self.place.lobby,
                    member,
                    seen_at,
                    relays,
                    at_home: is_here(self.place.lobby),
                })
            }
            LobbyReply::Refused(refusal) => Err(refused(refusal, self.versions)),
            _ => Err(Problem::Protocol),
        }
    }

    fn assigned(self, reply: &LobbyReply) -> Result<Assigned, Failed> {
        match *reply {
            LobbyReply::Assigned { port, ticket } => Ok(Assigned {
                place: self.place,
                port,
                ticket,
            }),
            LobbyReply::Refused(refusal) => Err(refused(refusal, self.versions).into()),
            _ => Err(Problem::Protocol.into()),
        }
    }

    async fn ask(&mut self, request: &LobbyRequest) -> Result<LobbyReply, Problem> {
        self.link.send(request).await.map_err(|error| broken(&error))?;
        self.link.receive().await.map_err(|error| broken(&error))
    }
}

fn number_asked(at: Rendezvous) -> Option<RendezvousNumber> {
    match at {
        Rendezvous::Open => None,
        Rendezvous::Come { number } | Rendezvous::Either { number } => Some(number),
    }
}

/// What a lobby says of itself.
struct Welcome {
    rooms_in_use: u32,
    /// What is asked of people.
    access: Access,
    offers: Offers,
}

/// Says hello.
async fn greet(
    link: &mut Link<Stream, LobbyGuest>,
    server: &ServerAddress,
    ours: VersionRange,
) -> Result<Welcome, Problem> {
    let not_acaso = || Problem::NotAcaso {
        host: server.host().to_owned(),
        port: server.port(),
    };
    link.send(&LobbyRequest::Hello { versions: ours })
        .await
        .map_err(|_| not_acaso())?;
    match link.receive().await.map_err(|_| not_acaso())? {
        LobbyReply::Welcome {
            version,
            rooms_in_use,
            access,
            offers,
        } if (ours.min..=ours.max).contains(&version) => Ok(Welcome {
            rooms_in_use,
            access,
            offers,
        }),
        LobbyReply::Refused(refusal) => Err(refused(refusal, ours)),
        _ => Err(Problem::Protocol),
    }
}
