//! What a story needs its server to be.

use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::Path;
use std::time::Duration;

use acaso_server::{Circles, Classic, Config, Gateway, Limits, PlazaSetup, Rooms, Timings};
use acaso_shared::limits::ROOM_PORTS;
use acaso_shared::protocol::lobby::Access;
use acaso_shared::protocol::{VERSIONS, VersionRange};

use crate::carrier::Carrier;

/// As long as a seat is kept by a server that forgets.
const BLINK: Duration = Duration::from_millis(50);

/// What a story needs its server to be.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The ports that rooms may have.
    pub rooms: RangeInclusive<u16>,
    /// Where rooms are entered; nothing in particular is through their own doors and through the lobby, each in a house of its own.
    pub entrance: Option<Entrance>,
    /// What carries the links; nothing in particular is everything, each in a house of its own.
    pub carrier: Option<Carrier>,
    /// The versions of the protocol that are spoken there.
    pub versions: VersionRange,
    /// What is asked of people before they are given a seat.
    pub access: Access,
    /// The public rooms for many.
    pub plazas: Vec<PlazaSetup>,
    /// How many circles there may be, and what is done for them.
    pub circles: Circles,
    /// The ways in for clients of older chats.
    pub gateways: Vec<Gateway>,
    /// What each network may use; this computer is exempt unless a story says otherwise.
    pub limits: Limits,
    /// Changed only where a story is about a time-out.
    pub timings: Timings,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            rooms: ROOM_PORTS,
            entrance: None,
            carrier: None,
            versions: VERSIONS,
            access: Access::Open,
            plazas: Vec::new(),
            circles: Circles::default(),
            gateways: Vec::new(),
            limits: Limits::default(),
            timings: Timings::default(),
        }
    }
}

impl Setup {
    /// A server without TLS.
    pub fn plain() -> Self {
        Self::default().over(Carrier::Plain)
    }

    /// The same, and links are carried by that alone.
    pub fn over(self, carrier: Carrier) -> Self {
        Self {
            carrier: Some(carrier),
            ..self
        }
    }

    /// The same, and rooms are entered there alone: where a story is about doors, or about there being none.
    pub fn by(self, entrance: Entrance) -> Self {
        Self {
            entrance: Some(entrance),
            ..self
        }
    }

    /// What carries the links of a house, where one is enough.
    pub(super) fn first_carrier(&self) -> Carrier {
        self.carrier.unwrap_or(Carrier::Tls)
    }

    /// Where rooms are entered, where one is enough.
    fn first_entrance(&self) -> Entrance {
        self.entrance.unwrap_or(Entrance::Doors)
    }

    /// The same, with these rooms only.
    pub fn rooms(self, rooms: RangeInclusive<u16>) -> Self {
        Self { rooms, ..self }
    }

    /// The same, speaking these versions.
    pub fn versions(self, versions: VersionRange) -> Self {
        Self { versions, ..self }
    }

    /// The same, asking that of people.
    pub fn access(self, access: Access) -> Self {
        Self { access, ..self }
    }

    /// The same, with that plaza.
    pub fn plaza(mut self, plaza: PlazaSetup) -> Self {
        self.plazas.push(plaza);
        self
    }

    /// The same, with other decisions about circles.
    pub fn circles(mut self, change: impl FnOnce(&mut Circles)) -> Self {
        change(&mut self.circles);
        self
    }

    /// The same, with clients of an older chat let in at that port; without one at the lobby's own. They need doors.
    pub fn classic(mut self, classic: Classic, port: Option<u16>) -> Self {
        self.gateways.push(Gateway { classic, port });
        self.by(Entrance::Doors)
    }

    /// The same with other limits, from which nobody is exempt.
    pub fn limits(mut self, change: impl FnOnce(&mut Limits)) -> Self {
        self.limits.exempt.clear();
        change(&mut self.limits);
        self
    }

    /// The same, and whoever is cut off loses the seat at once, as near as can be: for stories of guests who vanish.
    pub fn forgetful(self) -> Self {
        self.timings(|timings| timings.grace = BLINK)
    }

    /// The same, with other times.
    pub fn timings(mut self, change: impl FnOnce(&mut Timings)) -> Self {
        change(&mut self.timings);
        self
    }

    /// What the server is told, at that address and with that directory.
    pub fn config(&self, bind: IpAddr, port: u16, data: &Path) -> Config {
        Config {
            bind,
            port,
            rooms: match self.first_entrance() {
                Entrance::Doors => Rooms::OwnPorts(self.rooms.clone()),
                Entrance::Lobby => Rooms::Shared(self.rooms.clone()),
            },
            data: data.to_owned(),
            plain: self.first_carrier() == Carrier::Plain,
            versions: self.versions,
            access: self.access,
            certificate: None,
            plazas: self.plazas.clone(),
            circles: self.circles,
            gateways: self.gateways.clone(),
            limits: self.limits.clone(),
            timings: self.timings.clone(),
        }
    }
}

/// Where rooms are entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entrance {
    /// Each through a port of its own.
    Doors,
    /// All through the lobby's.
    Lobby,
}
