//! What an operator decides about a server, and the times it keeps. Where the values come from is not its business.

mod circles;
mod decisions;
mod gateways;
mod plazas;

use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use acaso_shared::limits;
use acaso_shared::protocol::VersionRange;
use acaso_shared::protocol::lobby::Access;
use serde::Deserialize;

pub use self::circles::Circles;
pub use self::decisions::{
    ConfigError, Contradiction, DEFAULT_FILE, DecidedLimits, Decisions, parse_access, parse_rooms,
};
pub use self::gateways::{BadGateway, Classic, DecidedGateways, Gateway, Switch, parse_classic};
pub(crate) use self::plazas::HISTORY_MAX;
pub use self::plazas::{BadPlazas, PLAZAS_MAX, PlazaSetup};
use crate::network::Network;

/// How a server is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address that the lobby and the doors of all rooms listen on.
    pub bind: IpAddr,
    /// The lobby's port; 0 is any free one.
    pub port: u16,
    /// Where rooms are entered, and how many there may be.
    pub rooms: Rooms,
    /// The directory that holds the registry and the server's identity; made if it is not there.
    pub data: PathBuf,
    /// TCP without TLS: for trials on one's own machine.
    pub plain: bool,
    /// The versions of the protocol that are spoken here.
    pub versions: VersionRange,
    /// What is asked of people before they are given a seat.
    pub access: Access,
    /// A certificate of one's own instead of the one that the server makes for itself.
    pub certificate: Option<CertificateFiles>,
    /// The public rooms for many, in the order in which they are listed; none unless the operator wants some.
    pub plazas: Vec<PlazaSetup>,
    /// How many circles there may be, and what is done for them.
    pub circles: Circles,
    /// The ways in for clients of older chats.
    pub gateways: Vec<Gateway>,
    /// What each network may use.
    pub limits: Limits,
    /// How long things may take.
    pub timings: Timings,
}

/// Where rooms are entered. The numbers are those of the rooms, within 1026 to 9999.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rooms {
    /// Each through a port of its own, which is its number; through the lobby's port as well.
    OwnPorts(RangeInclusive<u16>),
    /// All through the lobby's port, for places that open only one: no other port is listened on.
    Shared(RangeInclusive<u16>),
}

impl Rooms {
    /// The numbers that rooms may have.
    pub fn numbers(&self) -> &RangeInclusive<u16> {
        let (Self::OwnPorts(numbers) | Self::Shared(numbers)) = self;
        numbers
    }

    /// Whether all are entered through the lobby's port only.
    pub fn are_shared(&self) -> bool {
        matches!(self, Self::Shared(_))
    }

    /// Whether that port is one that a room listens on.
    pub fn listen_on(&self, port: u16) -> bool {
        !self.are_shared() && self.numbers().contains(&port)
    }
}

impl Default for Rooms {
    fn default() -> Self {
        Self::OwnPorts(limits::ROOM_PORTS)
    }
}

impl Config {
    /// Whether everything that was decided goes together.
    ///
    /// # Errors
    /// Two decisions exclude each other.
    pub(crate) fn check(&self) -> Result<(), Contradiction> {
        if self.plain && self.certificate.is_some() {
            return Err(Contradiction::Certificate);
        }
        plazas::check(&self.plazas)?;
        let plazas = self.plazas.iter().filter_map(|plaza| plaza.port);
        let beside = gateways::Beside {
            ports: plazas.chain([self.port]).collect(),
            rooms: &self.rooms,
            access: self.access,
            has_plazas: !self.plazas.is_empty(),
            is_plain: self.plain,
        };
        Ok(gateways::check(&self.gateways, beside)?)
    }
}

/// Where a certificate and its key are, both PEM.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateFiles {
    /// The certificate, followed by those that vouch for it.
    #[serde(rename = "cert")]
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// What each network may use: an IPv4 address by itself, an IPv6 address with all others of its /64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// People at once, waiting or talking. A household's worth; 16 seats of the 17,948 are no harm to anybody.
    pub connections: u32,
    /// Times that somebody asks for a seat within ten minutes: one in five seconds, faster than anybody makes acquaintances.
    pub joins: u32,
    /// Times within ten minutes that somebody comes by a code and does not know its words. Of two words a guess is right once in 65,536 times.
    pub wrong_codes: u32,
    /// Networks that are not counted. After a wrong login they wait all the same.
    pub exempt: Vec<Network>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 16,
            joins: 120,
            wrong_codes: 10,
            exempt: vec![Network::LOOPBACK_V4, Network::LOOPBACK_V6],
        }
    }
}

/// How long things may take. The defaults are what the protocol promises; only tests have a reason for others.
#[derive(Clone, Debug)]
pub struct Timings {
    /// The wait after a first wrong login; each further one doubles it.
    pub wrong_login: Duration,
    /// How long a ticket opens a door.
    pub ticket: Duration,
    /// How long somebody at a port that clients of an older chat share may take for the first word, before they count as one of those:
    /// a client of ours speaks as soon as the connection stands.
    pub first_word: Duration,
    /// Longest visit to the lobby, from the accepted connection to the assignment.
    pub lobby_visit: Duration,
    /// Longest way from a door's accepted connection to the ticket.
    pub arrival: Duration,
    /// Longest wait for both partners to say that their encryption stands.
    pub sealed_handshake: Duration,
    /// Longest wait until somebody has taken what was written to them.
    pub write: Duration,
    /// How long the seat of somebody whose link was lost in a conversation is kept.
    pub grace: Duration,
    /// Silence after which somebody is asked for a sign of life.
    pub ping_after: Duration,
    /// Silence after which a link is dead.
    pub dead_after: Duration,
    /// How long a meeting is remembered, so that the same two do not meet again at once.
    pub repair_memory: Duration,
    /// How long both must have waited before two who met lately fit each other after all.
    pub repair_patience: Duration,
    /// How long two who fit may sit alone in two rooms.
    pub lonely: Duration,
    /// When a port that did not open is tried again.
    pub port_retry: Duration,
    /// How long somebody waits for whom they gave an invitation to.
    pub invitation: Duration,
    /// How long somebody waits where both know the number.
    pub rendezvous: Duration,
    /// How long somebody has to stay in a circle with a code until it is clear that they did not guess its number.
    pub number_known: Duration,
    /// How long a link that is being closed may take to hand over its last words.
    pub farewell: Duration,
    /// How long a stopping server waits for everybody's farewell.
    pub goodbye: Duration,
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            wrong_login: Duration::from_secs(1),
            ticket: limits::TICKET_LIFE,
            first_word: Duration::from_millis(300),
            lobby_visit: limits::LOBBY_VISIT_TIMEOUT,
            // Less than a ticket's life: who is silent at a door is gone before the ticket holder's time is up.
            arrival: Duration::from_secs(8),
            sealed_handshake: limits::SEALED_HANDSHAKE_TIMEOUT,
            write: limits::WRITE_TIMEOUT,
            grace: limits::GRACE,
            ping_after: limits::PING_AFTER,
            dead_after: limits::DEAD_AFTER,
            repair_memory: Duration::from_secs(30 * 60),
            repair_patience: Duration::from_secs(20),
            lonely: Duration::from_secs(2),
            port_retry: Duration::from_secs(60),
            invitation: limits::INVITATION_LIFE,
            rendezvous: limits::RENDEZVOUS_LIFE,
            // Whoever tries numbers begins a circle at most of them, has to keep each for so long, and can keep eight.
            number_known: Duration::from_secs(5 * 60),
            farewell: Duration::from_secs(1),
            goodbye: Duration::from_secs(2),
        }
    }
}
