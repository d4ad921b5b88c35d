//! Which older chats' clients are let in, and at which ports. What each of them speaks is its gateway's business.

use std::collections::BTreeMap;
use std::fmt;

use acaso_shared::protocol::lobby::Access;
use serde::{Deserialize, Deserializer, de};

use super::Rooms;

/// An older chat whose clients can be let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Classic {
    /// Pychat: two at random, in clear text.
    Pychat,
    /// python-chat: a room for many, in clear text; here the first plaza.
    PythonChat,
    /// AIO-CHAT over TCP: a plaza, in clear text.
    Aiochat,
    /// A browser, or AIO-CHAT over a WebSocket: a plaza, in clear text.
    Web,
    /// AIO-CHAT over HTTP/3: a plaza.
    AiochatH3,
    /// The P2P group: peers who talk to each other, and are only told of each other.
    P2p,
    /// Jubilant: accounts, and a plaza, under TLS.
    Jubilant,
}

impl Classic {
    /// All there are.
    pub const ALL: [Self; 7] = [
        Self::Pychat,
        Self::PythonChat,
        Self::Aiochat,
        Self::Web,
        Self::AiochatH3,
        Self::P2p,
        Self::Jubilant,
    ];

    /// How it is called in flags, in files and in what the operator reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pychat => "pychat",
            Self::PythonChat => "python-chat",
            Self::Aiochat => "aiochat",
            Self::Web => "web",
            Self::AiochatH3 => "aiochat-h3",
            Self::P2p => "p2p",
            Self::Jubilant => "jubilant",
        }
    }

    /// The port that its clients know; `None` if that is the lobby's own.
    fn usual_port(self) -> Option<u16> {
        match self {
            Self::Pychat => None,
            Self::PythonChat => Some(9999),
            Self::Aiochat => Some(5555),
            Self::Web => Some(8080),
            Self::AiochatH3 => Some(4433),
            Self::P2p => Some(7472),
            Self::Jubilant => Some(12345),
        }
    }

    /// Whether its clients can be told from ours at the lobby's own port.
    fn shares_lobby(self) -> bool {
        match self {
            Self::Pychat => true,
            Self::PythonChat | Self::Aiochat | Self::Web | Self::AiochatH3 | Self::P2p | Self::Jubilant => {
                false
            }
        }
    }

    /// Whether its clients enter rooms, for which they know no other way than through the room's own port.
    fn needs_doors(self) -> bool {
        match self {
            Self::Pychat => true,
            Self::PythonChat | Self::Aiochat | Self::Web | Self::AiochatH3 | Self::P2p | Self::Jubilant => {
                false
            }
        }
    }

    /// Whether its clients come into a plaza.
    fn needs_plaza(self) -> bool {
        match self {
            Self::Pychat | Self::P2p => false,
            Self::PythonChat | Self::Aiochat | Self::Web | Self::AiochatH3 | Self::Jubilant => true,
        }
    }

    /// Whether its clients come over UDP, by QUIC, and so under TLS.
    pub fn is_quic(self) -> bool {
        self == Self::AiochatH3
    }

    /// Whether its clients speak under TLS alone.
    pub fn is_under_tls(self) -> bool {
        self.is_quic() || self == Self::Jubilant
    }

    /// Whether its clients can say a password of that kind.
    fn can_log_in(self, access: Access) -> bool {
        match self {
            Self::Pychat | Self::PythonChat | Self::Aiochat | Self::Web | Self::AiochatH3 | Self::P2p => {
                access == Access::Open
            }
            // They say an account whether it is asked for or not.
            Self::Jubilant => access != Access::Password,
        }
    }
}

impl fmt::Display for Classic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One way in for the clients of an older chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// Whose.
    pub classic: Classic,
    /// Its own port, 0 for any free one; without one it shares the lobby's.
    pub port: Option<u16>,
}

/// What was decided about one older chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// Its clients are not let in.
    Off,
    /// They are, at the port that they know.
    Usual,
    /// They are, at that one.
    Port(u16),
}

/// What was decided about older chats; those that are not in it were left open.
pub type DecidedGateways = BTreeMap<Classic, Switch>;

/// Why the gateways cannot be as decided. Each is one sentence: what, why, what next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadGateway {
    /// Its clients cannot say a password.
    #[error(
        "{0} cannot be let in where a password is asked for, since its clients know none: take out either {0} or `access`"
    )]
    NoLogin(Classic),
    /// Its clients say an account, which is no answer to one password for all.
    #[error(
        "{0} cannot be let in where one password is asked of all, since its clients say an account: set `access` to \"accounts\", or take out {0}"
    )]
    NoAccounts(Classic),
    /// They know no other way into a room than its own port.
    #[error(
        "{0} cannot be let in where rooms share the lobby's port, since its clients know no other way into a room than its own: take out {0}, or give the rooms ports"
    )]
    NoDoors(Classic),
    /// There is no plaza for them.
    #[error(
        "the clients of {0} come into a plaza, and there is none: add one with --plaza NAME, or take out {0}"
    )]
    NoPlaza(Classic),
    /// They come under TLS, and there is none.
    #[error("{0} is spoken under TLS alone: take out either {0} or --plain")]
    NoTls(Classic),
    /// They would have to be told from ours, or the port is another gateway's.
    #[error("two cannot listen on port {port}: give {classic} another one")]
    SamePort {
        /// The second of the two.
        classic: Classic,
        /// The port.
        port: u16,
    },
}

/// The gateways that are to be opened, beside a lobby at that port.
pub(super) fn gateways(decided: &DecidedGateways, lobby: u16) -> Vec<Gateway> {
    let opened = decided.iter().filter_map(|(classic, switch)| {
        let port = match switch {
            Switch::Off => return None,
            Switch::Usual => classic.usual_port(),
            Switch::Port(port) => Some(*port),
        };
        let is_lobbys = port == Some(lobby) && lobby != 0 && classic.shares_lobby();
        Some(Gateway {
            classic: *classic,
            port: port.filter(|_| !is_lobbys),
        })
    });
    opened.collect()
}

/// What stands beside the gateways.
#[derive(Clone, Debug)]
pub(super) struct Beside<'a> {
    /// Ports that others have.
    pub(super) ports: Vec<u16>,
    pub(super) rooms: &'a Rooms,
    /// What is asked of people.
    pub(super) access: Access,
    pub(super) has_plazas: bool,
    pub(super) is_plain: bool,
}

/// Whether all of these can be opened together, beside that.
///
/// # Errors
/// Says which one cannot.
pub(super) fn check(gateways: &[Gateway], beside: Beside<'_>) -> Result<(), BadGateway> {
    let mut ports = beside.ports;
    for Gateway { classic, port } in gateways.iter().copied() {
        if !classic.can_log_in(beside.access) {
            return Err(match classic {
                Classic::Jubilant => BadGateway::NoAccounts(classic),
                _ => BadGateway::NoLogin(classic),
            });
        }
        if beside.rooms.are_shared() && classic.needs_doors() {
            return Err(BadGateway::NoDoors(classic));
        }
        if !beside.has_plazas && classic.needs_plaza() {
            return Err(BadGateway::NoPlaza(classic));
        }
        if beside.is_plain && classic.is_under_tls() {
            return Err(BadGateway::NoTls(classic));
        }
        let Some(port) = port else { continue };
        if port != 0 && ports.contains(&port) {
            return Err(BadGateway::SamePort { classic, port });
        }
        ports.push(port);
    }
    Ok(())
}

/// Understands which older chat's clients are let in: its name, perhaps with `=PORT` or `=off`.
///
/// # Errors
/// Says what to write instead.
pub fn parse_classic(text: &str) -> Result<(Classic, Switch), String> {
    let (name, port) = match text.split_once('=') {
        Some((name, port)) => (name, Some(port)),
        None => (text, None),
    };
    let switch = match port {
        None => Some(Switch::Usual),
        Some("off") => Some(Switch::Off),
        Some(port) => port.parse().ok().map(Switch::Port),
    };
    let classic = Classic::ALL.into_iter().find(|classic| classic.name() == name);
    classic.zip(switch).ok_or_else(|| {
        let names = Classic::ALL.map(Classic::name).join(", ");
        format!("say which ({names}), and =PORT if its clients are to come to another port than usual")
    })
}

impl<'de> Deserialize<'de> for Switch {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(SwitchVisitor)
    }
}

struct SwitchVisitor;

impl de::Visitor<'_> for SwitchVisitor {
    type Value = Switch;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true for the usual port, false, or a port")
    }

    fn visit_bool<E: de::Error>(self, is_on: bool) -> Result<Switch, E> {
        Ok(if is_on { Switch::Usual } else { Switch::Off })
    }

    fn visit_i64<E: de::Error>(self, port: i64) -> Result<Switch, E> {
        u16::try_from(port)
            .map(Switch::Port)
            .map_err(|_| E::invalid_value(de::Unexpected::Signed(port), &self))
    }
}

#[cfg(test)]
mod tests;
