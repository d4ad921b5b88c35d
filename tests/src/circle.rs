//! Somebody in a circle who speaks the server's protocol by hand, and reaches nobody directly.

use std::net::SocketAddr;

use acaso_shared::ids::{CircleName, RendezvousNumber};
use acaso_shared::link::{CircleGuest, Link, LobbyGuest};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::circle::{
    Challenge, CircleEvent, CircleKey, CircleMember, CircleRequest, Introduction, KeyProof,
};
use acaso_shared::protocol::lobby::{LobbyReply, LobbyRequest};
use acaso_shared::transport::Stream;
use anyhow::{Result, bail, ensure};
use ring::signature::{Ed25519KeyPair, KeyPair};

use crate::guest::Directions;
use crate::patience::soon;

/// A circle of that name.
///
/// # Panics
/// This is no name.
pub fn named(name: &str) -> CircleKey {
    CircleKey::Named(CircleName::parse(name).expect("stories give good names"))
}

/// The circle of a code with that number.
///
/// # Panics
/// No code has it.
pub fn coded(number: u32) -> CircleKey {
    CircleKey::Coded(RendezvousNumber::try_from(number).expect("stories give good numbers"))
}

/// What somebody says of themselves who has that key and is reached nowhere else than where the server sees them.
pub fn introduction(key: u8) -> Introduction {
    Introduction {
        key: proof(key, &Challenge::from([0; 32])).key(),
        local: Vec::new(),
    }
}

/// Proves to a server that one has that key.
///
/// # Panics
/// Never: any number makes a key.
pub fn proof(key: u8, challenge: &Challenge) -> KeyProof {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[key; 32]).expect("any seed makes a key");
    let signature = pair.sign(&challenge.to_be_signed());
    KeyProof {
        public: pair.public_key().as_ref().try_into().expect("a key of Ed25519"),
        signature: signature.as_ref().try_into().expect("a signature of Ed25519"),
    }
}

/// Somebody in a circle. Dropped, they are cut off.
#[derive(Debug)]
pub struct Roamer {
    /// The link to the server.
    pub link: Link<Stream, CircleGuest>,
    /// Who they are there.
    pub member: CircleMember,
    /// Where the server sees them.
    pub seen_at: Option<SocketAddr>,
    /// Whether it carries datagrams.
    pub relays: bool,
}

/// What is told of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    /// Who.
    pub member: CircleMember,
    /// Where the server sees them.
    pub seen_at: Option<SocketAddr>,
    /// What they say of themselves.
    pub introduction: Introduction,
}

impl Directions {
    /// Asks to be introduced in a circle, and hears the answer.
    ///
    /// # Errors
    /// There is none.
    pub async fn asks_for_circle(
        &self,
        circle: CircleKey,
        introduction: Introduction,
    ) -> Result<(Link<Stream, LobbyGuest>, LobbyReply)> {
        let mut link = self.welcomed().await?;
        link.send(&LobbyRequest::Gather { circle, introduction }).await?;
        let reply = soon("an answer in the lobby", link.receive()).await??;
        Ok((link, reply))
    }

    /// Comes into a circle, with a key that nobody else has there.
    ///
    /// # Errors
    /// One does not come in.
    pub async fn in_circle(&self, circle: CircleKey, key: u8) -> Result<Roamer> {
        self.in_circle_as(circle, key, introduction(key)).await
    }

    /// The same, saying that of oneself, with a key that is that one or not.
    ///
    /// # Errors
    /// One does not come in.
    pub async fn in_circle_as(
        &self,
        circle: CircleKey,
        key: u8,
        introduction: Introduction,
    ) -> Result<Roamer> {
        let (link, reply) = self.asks_for_circle(circle, introduction).await?;
        Roamer::gathered(link, reply, key).await
    }

    /// Is not let into a circle.
    ///
    /// # Errors
    /// One is.
    pub async fn not_in_circle(&self, circle: CircleKey, key: u8) -> Result<Refusal> {
        match self.asks_for_circle(circle, introduction(key)).await? {
            (_, LobbyReply::Refused(refusal)) => Ok(refusal),
            (_, other) => bail!("instead of a refusal: {other:?}"),
        }
    }
}

impl Roamer {
    /// Proves that key to a server that has answered so.
    ///
    /// # Errors
    /// It has not let them in.
    pub async fn gathered(link: Link<Stream, LobbyGuest>, reply: LobbyReply, key: u8) -> Result<Self> {
        let LobbyReply::Gathered {
            member,
            seen_at,
            relays,
            challenge,
        } = reply
        else {
            bail!("instead of a circle: {reply:?}");
        };
        let mut link: Link<_, CircleGuest> = link.turn();
        link.send(&CircleRequest::Prove(proof(key, &challenge))).await?;
        Ok(Self {
            link,
            member,
            seen_at,
            relays,
        })
    }

    /// What the server says next; questions for a sign of life are answered on the way.
    ///
    /// # Errors
    /// The link is closed, or nothing is said.
    pub async fn hears(&mut self) -> Result<CircleEvent> {
        loop {
            match soon("the server says something", self.link.receive()).await?? {
                CircleEvent::Ping => self.link.send(&CircleRequest::Pong).await?,
                event => return Ok(event),
            }
        }
    }

    /// Answers questions for a sign of life, whatever else is said, until the link ends.
    ///
    /// # Errors
    /// Nothing is said for too long.
    pub async fn hears_on(&mut self) -> Result<()> {
        loop {
            match soon("the server says something", self.link.receive()).await? {
                Ok(CircleEvent::Ping) => self.link.send(&CircleRequest::Pong).await?,
                Ok(_) => {}
                Err(_) => return Ok(()),
            }
        }
    }

    /// Is told of somebody next.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn meets(&mut self) -> Result<Met> {
        match self.hears().await? {
            CircleEvent::Met {
                member,
                seen_at,
                introduction,
            } => Ok(Met {
                member,
                seen_at,
                introduction,
            }),
            other => bail!("instead of somebody: {other:?}"),
        }
    }

    /// Is told next that this one is gone.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn loses(&mut self, wanted: CircleMember) -> Result<()> {
        let event = self.hears().await?;
        ensure!(event == CircleEvent::Went { member: wanted }, "{event:?}");
        Ok(())
    }

    /// Has to go, and is told why; whatever is said before is passed over.
    ///
    /// # Errors
    /// The link is closed without a reason, or nothing is said.
    pub async fn is_refused(&mut self) -> Result<Refusal> {
        loop {
            if let CircleEvent::Refused(refusal) = self.hears().await? {
                return Ok(refusal);
            }
        }
    }

    /// Says something.
    ///
    /// # Errors
    /// The link is closed.
    pub async fn says(&mut self, request: &CircleRequest) -> Result<()> {
        Ok(self.link.send(request).await?)
    }

    /// Has a datagram carried.
    ///
    /// # Errors
    /// The link is closed.
    pub async fn relays(&mut self, to: CircleMember, datagram: &[u8]) -> Result<()> {
        let datagram = datagram.to_vec();
        self.says(&CircleRequest::Relay { to, datagram }).await
    }

    /// Says goodbye, which is answered by the end of the link.
    ///
    /// # Errors
    /// It does not end.
    pub async fn leaves(mut self) -> Result<()> {
        self.says(&CircleRequest::Leave).await?;
        let ended = soon("the end of the link", async {
            while self.link.receive().await.is_ok() {}
        });
        ended.await
    }
}
