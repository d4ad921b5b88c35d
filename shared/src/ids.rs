//! The small values that both ends pass around: parsed once at the border, then carried as types. No I/O.

mod code;
mod fingerprint;
mod posts;
mod secrets;
mod words;

use std::fmt;

use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

pub use self::code::{BadCode, Code, NotARendezvous, RendezvousNumber};
pub use self::fingerprint::{Fingerprint, NotAFingerprint};
pub use self::posts::{BadPost, BadSubject, CircleName, PlazaName, PostText, Subject};
pub use self::secrets::{ResumeToken, SecretHash, Ticket, VisitorToken};
pub use self::words::{
    AccountName, BadAccountName, BadMessage, BadName, BadPassword, MessageText, Name, Password,
};
use crate::limits::ROOM_PORTS;

/// The port of a room, 1026 to 9999; also the room's row id in the registry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct RoomPort(u16);

/// A port outside the range that rooms live in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("port {0} is not one a room can have (1026 to 9999)")]
pub struct NotARoomPort(pub u16);

impl RoomPort {
    /// The port as a number.
    pub fn get(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for RoomPort {
    type Error = NotARoomPort;

    fn try_from(port: u16) -> Result<Self, NotARoomPort> {
        if ROOM_PORTS.contains(&port) {
            Ok(Self(port))
        } else {
            Err(NotARoomPort(port))
        }
    }
}

impl From<RoomPort> for u16 {
    fn from(port: RoomPort) -> u16 {
        port.0
    }
}

impl fmt::Debug for RoomPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for RoomPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Which opening of a port this is: a late client of the room that had the port before must not enter the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Generation(pub u64);

/// Which conversation of a room this is, from 1: a seat that is filled anew begins the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ConversationNumber(pub u32);

/// Random bytes for tickets, tokens and nonces.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // The kernel's generator fails only before it was ever seeded, at boot; carrying on with zeros would be worse than ending.
    SystemRandom::new()
        .fill(&mut bytes)
        .expect("the operating system has random numbers");
    bytes
}

/// SHA-256 over the parts, one after the other.
pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    for part in parts {
        context.update(part);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_port_is_one_of_8974() {
        let ports = (0..=u16::MAX).filter(|p| RoomPort::try_from(*p).is_ok());
        assert_eq!(ports.count(), 8974);
    }
}
