//! What is said between the server and a member of a circle, on the lobby's link after
//! [`LobbyReply::Gathered`](super::lobby::LobbyReply::Gathered): who is there, and where. What the members say to each other does not go
//! this way.

mod proof;

use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};

pub use self::proof::{Challenge, KeyProof};
use super::Refusal;
use crate::ids::{CircleName, Fingerprint, RendezvousNumber};
use crate::limits::ADDRESSES_MAX;

/// Ports below are those of services.
pub(crate) const FIRST_CLIENT_PORT: u16 = 1024;

/// Which circle.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CircleKey {
    /// Whoever knows the name may come.
    Named(CircleName),
    /// Whoever knows the code may come; the members ask for its words, of which the server knows nothing.
    Coded(RendezvousNumber),
}

/// Names a member to the server and to the other members; never given twice in one circle. Of two the lower one came first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CircleMember(pub u32);

/// What a member has the others told of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Introduction {
    /// The key that it shows on every link between members.
    pub key: Fingerprint,
    /// Where it can be reached from its own network; at most [`ADDRESSES_MAX`] count, and only those that
    /// no stranger has: private ones, and this computer's where the server is on it too.
    #[serde(deserialize_with = "super::list::page")]
    pub local: Vec<SocketAddr>,
}

impl Introduction {
    /// The same with those addresses alone that others may be told; `at_home` is whoever the server sees on its own computer. What is
    /// left out would have the members send their packets to somebody who asked for nothing.
    #[must_use]
    pub fn sifted(mut self, at_home: bool) -> Self {
        self.local.retain(|address| may_be_told(*address, at_home));
        self.local.truncate(ADDRESSES_MAX);
        self
    }
}

/// Whether a member may have others told that it is there: at a private address, or, where it is on the server's computer, at one of that
/// computer's own. Addresses that many share are nobody's own, one of a link alone means nothing without the link, and no client has one
/// of the ports below 1024.
fn may_be_told(address: SocketAddr, at_home: bool) -> bool {
    let ip = address.ip().to_canonical();
    let is_own = match ip {
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unique_local(),
    };
    address.port() >= FIRST_CLIENT_PORT && (is_own || (at_home && ip.is_loopback()))
}

/// What a member says to the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CircleRequest {
    /// Its addresses have changed.
    Introduce(Introduction),
    /// A datagram for a member that cannot be reached otherwise; only where [`LobbyReply::Gathered`](super::lobby::LobbyReply::Gathered)
    /// said so. Like any datagram it may be lost.
    Relay {
        /// Who shall have it.
        to: CircleMember,
        /// At most [`DATAGRAM_BYTES_MAX`](crate::limits::DATAGRAM_BYTES_MAX): QUIC between the two, which the server cannot read.
        #[serde(with = "serde_bytes")]
        datagram: Vec<u8>,
    },
    /// Goodbye.
    Leave,
    /// Asks for a sign of life.
    Ping,
    /// A sign of life.
    Pong,
    /// The key is ours: what a member says first. Nobody is introduced before, and who says something else instead has to go.
    Prove(KeyProof),
}

/// What the server says to a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CircleEvent {
    /// Somebody who is in the circle, or an introduction that has changed.
    Met {
        /// Who.
        member: CircleMember,
        /// Where they come from as the server sees it, if that can be reached: not over TCP.
        seen_at: Option<SocketAddr>,
        /// What they say of themselves.
        introduction: Introduction,
    },
    /// The server lost sight of that member. The others need not have.
    Went {
        /// Who.
        member: CircleMember,
    },
    /// A datagram from a member.
    Relayed {
        /// Whose.
        from: CircleMember,
        /// As it was said.
        #[serde(with = "serde_bytes")]
        datagram: Vec<u8>,
    },
    /// No, and why; the link closes after it.
    Refused(Refusal),
    /// Asks for a sign of life.
    Ping,
    /// A sign of life.
    Pong,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sifted(local: &[&str], at_home: bool) -> Vec<String> {
        let introduction = Introduction {
            key: Fingerprint::from([7; 32]),
            local: local.iter().map(|address| address.parse().unwrap()).collect(),
        };
        let told = introduction.sifted(at_home).local;
        told.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn nobody_is_sent_to_an_address_that_may_be_a_strangers() {
        let own = [
            "10.1.2.3:5000",
            "172.16.0.1:5000",
            "192.168.1.7:5000",
            "169.254.1.1:5000",
            "[fd00::7]:5000",
            "[::ffff:10.1.2.3]:5000",
        ];
        assert_eq!(sifted(&own, false), own);
        let others = [
            "192.0.2.7:5000",
            "8.8.8.8:5000",
            "100.64.0.1:5000",
            "172.32.0.1:5000",
            "224.0.0.251:5353",
            "255.255.255.255:5000",
            "0.0.0.0:5000",
            "127.0.0.1:5000",
            "10.0.0.1:53",
            "10.0.0.1:0",
            "[2001:db8::7]:5000",
            "[::ffff:8.8.8.8]:5000",
            "[fe80::7]:5000",
            "[ff02::fb]:5353",
            "[::]:5000",
            "[::1]:5000",
            "[::ffff:127.0.0.1]:5000",
        ];
        assert_eq!(sifted(&others, false), [""; 0]);
    }

    #[test]
    fn the_servers_own_computer_is_told_by_who_is_on_it_and_nobody_tells_of_too_many() {
        let home = ["127.0.0.1:5000", "[::1]:5000"];
        assert_eq!(sifted(&home, true), home);
        let many: Vec<_> = (1..=200).map(|last| format!("10.0.0.{last}:5000")).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        assert_eq!(sifted(&many, true), many[..ADDRESSES_MAX]);
    }
}
