//! One machine in a circle, and what it does about what happens around it.

use std::time::{Duration, Instant};

use super::super::{Action, Arrival, LinkId, Machine, Route};
use crate::ids::{Code, Fingerprint, Name};
use crate::protocol::VERSIONS;
use crate::protocol::circle::{CircleEvent, CircleMember, Introduction};
use crate::protocol::peer::{Acquaintance, PeerMessage};
use crate::session::Timings;

/// One machine, and whoever is around it.
pub(super) struct Around {
    pub(super) machine: Machine,
    pub(super) now: Instant,
    next_link: u64,
}

pub(super) fn key(number: u8) -> Fingerprint {
    Fingerprint::from([number; 32])
}

pub(super) fn met(member: u32, key: Fingerprint) -> CircleEvent {
    CircleEvent::Met {
        member: CircleMember(member),
        seen_at: Some("192.0.2.7:9000".parse().unwrap()),
        introduction: Introduction {
            key,
            local: Vec::new(),
        },
    }
}

pub(super) fn hello() -> PeerMessage {
    PeerMessage::Hello {
        versions: VERSIONS,
        name: Name::parse("Eva").unwrap(),
        acquaintance: Acquaintance {
            ours: 1,
            theirs: None,
        },
    }
}

pub(super) fn route() -> Route {
    Route::Direct("192.0.2.7:9000".parse().unwrap())
}

impl Around {
    /// Introduced, with a key in the middle of all.
    pub(super) fn new() -> Self {
        Self::with(None)
    }

    pub(super) fn with(code: Option<Code>) -> Self {
        let now = Instant::now();
        let name = Name::parse("Ana").unwrap();
        let mut machine = Machine::new(Timings::default(), name, key(100), code);
        let arrival = Arrival {
            member: CircleMember(1),
            seen_at: None,
            relays: false,
            at_home: false,
        };
        machine.gathered(arrival, now);
        machine.take_actions();
        Self {
            machine,
            now,
            next_link: 0,
        }
    }

    pub(super) fn told(&mut self, event: CircleEvent) -> Vec<Action> {
        self.machine.told(event, self.now);
        self.machine.take_actions()
    }

    pub(super) fn connected(&mut self, key: Fingerprint) -> (LinkId, Vec<Action>) {
        self.next_link += 1;
        let link = LinkId(self.next_link);
        self.machine.connected(link, key, route(), self.now);
        (link, self.machine.take_actions())
    }

    /// A member whose stream stands and who has said nothing yet.
    pub(super) fn begun(&mut self, key: Fingerprint) -> LinkId {
        self.told(met(2, key));
        let (link, _) = self.connected(key);
        self.machine.begun(link, self.now);
        link
    }

    pub(super) fn asks(&mut self, link: LinkId) -> Vec<Action> {
        self.machine.asks(link, self.now);
        self.machine.take_actions()
    }

    pub(super) fn later(&mut self, time: Duration) -> Vec<Action> {
        self.now += time;
        self.machine.tick(self.now);
        self.machine.take_actions()
    }

    pub(super) fn hears(&mut self, link: LinkId, message: PeerMessage) -> Vec<Action> {
        self.machine.heard(link, message, self.now);
        self.machine.take_actions()
    }
}
