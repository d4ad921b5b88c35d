//! The server of Acaso: brings strangers together in twos, each two in a room with a port of its own.
//!
//! Read from the top, as a visit flows: the [`Server`] puts the parts together. The lobby receives a visitor, asks the guard
//! whether their network may come and the gate whether their password is right, and then the matchmaker for a seat. The
//! matchmaker chooses at random, beside somebody who waits or in a new room. The room opens its door, has the registry write
//! its row, and only then is the visitor told where to go. Shown a good ticket, the door lets them in; with both seats taken,
//! the room carries sealed bytes from one to the other until somebody leaves. Whoever asks for a plaza instead stays on the
//! link to the lobby, which from then on is the plaza's.
//!
//! Each piece of state has one owner, a task or a thread: who waits where and which ports are free, the matchmaker; two seats,
//! the room; rows, the registry. The others ask it over bounded channels. Questions flow downwards (lobby, matchmaker, room,
//! registry); rooms answer upwards by reports that the matchmaker always takes, so no two ever wait for each other.

mod server;

mod lobby;

mod gateways;

mod access;

mod matchmaker;

mod plaza;

mod circles;

mod visit;

mod room;

mod registry;

mod passwords;

mod identity;

mod data;

mod entrance;

mod quic;

mod listen;

mod guard;

mod budget;

mod config;

mod network;

mod addresses;

pub use self::addresses::addresses_of_this_computer;
pub use self::budget::TooFewDescriptors;
pub use self::circles::CirclesLook;
pub use self::config::{
    BadGateway, BadPlazas, CertificateFiles, Circles, Classic, Config, ConfigError, Contradiction,
    DEFAULT_FILE as DEFAULT_CONFIG_FILE, DecidedGateways, DecidedLimits, Decisions, Gateway, Limits,
    PLAZAS_MAX, PlazaSetup, Rooms, Switch, Timings, parse_access, parse_classic, parse_rooms,
};
pub use self::data::{DataError, Holder};
pub use self::guard::Ban;
pub use self::identity::{IdentityError, check_certificate};
pub use self::matchmaker::RoomFacts;
pub use self::network::{BadNetwork, Network};
pub use self::plaza::PlazaLook;
pub use self::registry::{AccountError, Accounts, FILE_NAME as REGISTRY_FILE, OpenError};
pub use self::server::{BanError, Capacity, Failed, Server, StartError};
