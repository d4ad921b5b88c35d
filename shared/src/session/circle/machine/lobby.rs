//! The way to the server that introduces the members, and what it says. The circle goes on without it.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use super::{Action, Machine, Peer};
use crate::ids::Fingerprint;
use crate::protocol::circle::{CircleEvent, CircleMember, CircleRequest, Introduction};
use crate::protocol::{Refusal, VERSIONS};
use crate::session::Timings;
use crate::session::circle::CircleNews;
use crate::session::event::{Ending, Problem};
use crate::session::state::{asked, passes, pause_before};
use crate::transport::quic::peers::Relayed;

/// The attempt after which a server that says no for good is asked at the longest intervals only.
const LAST_ATTEMPT: u32 = 16;

#[derive(Debug)]
pub(super) enum Lobby {
    /// On the way, for the n-th time since the person asked or since the link was lost.
    Calling { attempt: u32 },
    /// Waits for the next attempt, or for nothing any more.
    Resting { attempt: u32, until: Option<Instant> },
    /// Introduced. When something was heard last, and whether a sign of life was asked for since.
    Inside {
        heard: Instant,
        asked: bool,
        /// When we look next where we are.
        look_at: Instant,
    },
}

/// Somebody who was introduced.
#[derive(Debug)]
pub(super) struct Met {
    pub(super) member: CircleMember,
    pub(super) seen_at: Option<SocketAddr>,
    pub(super) introduction: Introduction,
}

/// What the driver found out on the way into the circle.
#[derive(Clone, Copy, Debug)]
pub(in crate::session::circle) struct Arrival {
    pub(in crate::session::circle) member: CircleMember,
    pub(in crate::session::circle) seen_at: Option<SocketAddr>,
    pub(in crate::session::circle) relays: bool,
    /// The server is on this computer.
    pub(in crate::session::circle) at_home: bool,
}

impl Lobby {
    pub(super) fn deadline(&self, timings: &Timings) -> Option<Instant> {
        match *self {
            Self::Calling { .. } => None,
            Self::Resting { until, .. } => until,
            Self::Inside {
                heard,
                asked,
                look_at,
            } => {
                let silence = match asked {
                    false => timings.ping_after,
                    true => timings.dead_after,
                };
                Some((heard + silence).min(look_at))
            }
        }
    }
}

impl Machine {
    pub(super) fn lobby_tick(&mut self, now: Instant) {
        let deadline = self.lobby.deadline(&self.around.timings);
        if deadline.is_none_or(|deadline| deadline > now) {
            return;
        }
        match &mut self.lobby {
            Lobby::Resting { attempt, .. } => {
                let attempt = *attempt;
                self.call(attempt);
            }
            Lobby::Inside { look_at, .. } if *look_at <= now => {
                *look_at = now + self.around.timings.ping_after;
                self.around.act(Action::LookAround);
            }
            Lobby::Inside {
                asked: asked @ false, ..
            } => {
                *asked = true;
                self.around.act(Action::Send(CircleRequest::Ping));
            }
            Lobby::Inside { .. } => self.part(&Problem::LinkLost, now),
            Lobby::Calling { .. } => {}
        }
    }

    /// The link to the server stands, and the circle is known there.
    pub(in crate::session::circle) fn gathered(&mut self, arrival: Arrival, now: Instant) {
        if self.over || !matches!(self.lobby, Lobby::Calling { .. }) {
            return;
        }
        self.lobby = Lobby::Inside {
            heard: now,
            asked: false,
            look_at: now + self.around.timings.ping_after,
        };
        self.around.relays = arrival.relays;
        self.around.at_home = arrival.at_home;
        self.around.seen_at = arrival.seen_at.map(|at| at.ip().to_canonical());
        self.unmet.clear();
        // Whoever is still there is introduced anew, maybe by another number.
        for peer in self.peers.values_mut() {
            peer.forget_number(&self.around.timings, now);
        }
        if std::mem::replace(&mut self.gathered, true) {
            return self.around.tell(CircleNews::LobbyBack);
        }
        let member = self.number_to_show(arrival.member);
        self.around.tell(CircleNews::Gathered {
            member,
            key: self.key,
            code: self.code.clone(),
        });
    }

    /// This computer has these addresses.
    pub(in crate::session::circle) fn is_at(&mut self, own: Vec<IpAddr>) {
        self.around.own = own;
    }

    /// The attempt came to nothing.
    pub(in crate::session::circle) fn failed(&mut self, problem: &Problem, now: Instant) {
        let Lobby::Calling { attempt } = self.lobby else {
            return;
        };
        if !self.gathered {
            return self.end(Ending::Problem(problem.clone()));
        }
        self.rest(attempt + 1, problem, now);
    }

    /// The link to the server broke.
    pub(in crate::session::circle) fn lobby_lost(&mut self, problem: &Problem, now: Instant) {
        if matches!(self.lobby, Lobby::Inside { .. }) {
            self.rest(1, problem, now);
        }
    }

    /// What will not pass by itself is asked again, seldom: the members do not need the server to talk.
    fn rest(&mut self, attempt: u32, problem: &Problem, now: Instant) {
        let attempt = if passes(problem) { attempt } else { LAST_ATTEMPT };
        let pause = pause_before(attempt, self.around.timings.pause).max(asked(problem));
        tracing::debug!(%problem, ?pause, "nobody new can be introduced");
        self.around.relays = false;
        self.lobby = Lobby::Resting {
            attempt,
            until: Some(now + pause),
        };
        self.around.tell(CircleNews::LobbyLost {
            retry_in_millis: millis(pause),
        });
    }

    fn part(&mut self, problem: &Problem, now: Instant) {
        self.around.act(Action::PartFromLobby { goodbye: false });
        self.lobby_lost(problem, now);
    }

    pub(super) fn take_leave(&mut self) {
        match self.lobby {
            Lobby::Inside { .. } => self.around.act(Action::PartFromLobby { goodbye: true }),
            Lobby::Calling { .. } | Lobby::Resting { .. } => self.around.act(Action::StopGathering),
        }
        self.lobby = Lobby::Resting {
            attempt: 1,
            until: None,
        };
    }

    pub(super) fn call(&mut self, attempt: u32) {
        self.lobby = Lobby::Calling { attempt };
        if !self.gathered {
            self.around.tell(CircleNews::Calling { attempt });
        }
        self.around.act(Action::Gather);
    }

    pub(super) fn call_now(&mut self) {
        if let Lobby::Resting {
            attempt,
            until: Some(_),
        } = self.lobby
        {
            self.call(attempt);
        }
    }

    /// The server said something.
    pub(in crate::session::circle) fn told(&mut self, event: CircleEvent, now: Instant) {
        let Lobby::Inside { heard, asked, .. } = &mut self.lobby else {
            return;
        };
        (*heard, *asked) = (now, false);
        match event {
            CircleEvent::Met {
                member,
                seen_at,
                introduction,
            } => self.met(
                Met {
                    member,
                    seen_at,
                    introduction,
                },
                now,
            ),
            CircleEvent::Went { member } => {
                let timings = self.around.timings;
                self.unmet.retain(|unmet| unmet.member != member);
                if let Some(peer) = self.numbered(member) {
                    peer.out_of_sight(&timings, now);
                }
            }
            CircleEvent::Relayed { from, datagram } => self.relayed(from, datagram),
            CircleEvent::Refused(refusal) => self.refused(refusal, now),
            CircleEvent::Ping => self.around.act(Action::Send(CircleRequest::Pong)),
            CircleEvent::Pong => {}
        }
        self.sweep(now);
    }

    fn refused(&mut self, refusal: Refusal, now: Instant) {
        self.part(&crate::session::call::refused(refusal, VERSIONS), now);
    }

    fn relayed(&mut self, from: CircleMember, datagram: Vec<u8>) {
        if let Some(peer) = self.numbered(from) {
            let member = peer.shown().0;
            self.around.act(Action::Pass(Relayed { member, datagram }));
        }
    }

    /// A datagram is to go through the server. Like any, it may be lost.
    pub(in crate::session::circle) fn relay(&mut self, relayed: Relayed) {
        let Relayed { member, datagram } = relayed;
        let mut peers = self.peers.values();
        let to = peers.find(|peer| peer.shown().0 == member).and_then(Peer::number);
        if let (true, Some(to)) = (self.around.relays, to) {
            self.around
                .act(Action::Send(CircleRequest::Relay { to, datagram }));
        }
    }

    fn numbered(&mut self, member: CircleMember) -> Option<&mut Peer> {
        let mut peers = self.peers.values_mut();
        peers.find(|peer| peer.number() == Some(member))
    }

    /// What the others see of us.
    pub(in crate::session::circle) fn key(&self) -> Fingerprint {
        self.key
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
