//! From a server's address to an introduction to the members of a circle. One attempt; who calls decides on another.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::lobby::Lobby;
use super::{Caller, Failed, in_time};
use crate::link::{CircleGuest, Link};
use crate::protocol::circle::{CircleKey, CircleMember, Introduction};
use crate::protocol::lobby::Offers;
use crate::session::event::{Problem, Visit};
use crate::transport::Stream;
use crate::transport::quic::peers::{VisitKey, way_to};

/// Somebody who was just introduced.
#[derive(Debug)]
pub(in crate::session) struct Gathering {
    pub(in crate::session) link: Link<Stream, CircleGuest>,
    /// Where the server is.
    pub(in crate::session) server: SocketAddr,
    /// Who they are there.
    pub(in crate::session) member: CircleMember,
    /// Where the server sees them.
    pub(in crate::session) seen_at: Option<SocketAddr>,
    pub(in crate::session) relays: bool,
    /// The server is on this computer.
    pub(in crate::session) at_home: bool,
}

/// Who is to be introduced: a key, which is to be proved, and a port that its owner listens at.
#[derive(Clone, Debug)]
pub(in crate::session) struct Newcomer {
    pub(in crate::session) key: VisitKey,
    pub(in crate::session) port: u16,
}

/// Asks to be introduced. The caller's QUIC goes from the port on which the others are to reach it.
pub(in crate::session) async fn gather(
    visit: Visit,
    circle: CircleKey,
    newcomer: Newcomer,
    caller: Caller,
) -> Result<Gathering, Problem> {
    let gathered = in_time(&visit, async {
        let mut lobby = Lobby::visit(&visit, &caller).await?;
        if !lobby.offers(Offers::CIRCLES) {
            let host = visit.server.host().to_owned();
            return Err(Problem::NotOffered { host }.into());
        }
        lobby.log_in(visit.login.as_deref()).await?;
        Ok(lobby.gather(circle, newcomer).await?)
    });
    gathered.await.map_err(|failed| match failed {
        Failed::Problem(problem) => *problem,
        // There are no doors and no seats on the way to a circle.
        Failed::DoorShut { .. } | Failed::Over(_) => Problem::Protocol,
    })
}

/// What others in the same network are told, by whoever reaches the server there: the addresses by which this computer goes to it, and out
/// into the world.
pub(in crate::session) fn introduction(newcomer: &Newcomer, server: SocketAddr) -> Introduction {
    let anywhere: [IpAddr; 2] = [
        // For documentation only (RFC 5737, RFC 3849): nobody is there, and nothing is sent.
        Ipv4Addr::new(192, 0, 2, 1).into(),
        Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into(),
    ];
    let there = anywhere.map(|ip| SocketAddr::new(ip, server.port()));
    let mut local: Vec<SocketAddr> = Vec::new();
    for ip in [server].iter().chain(&there).filter_map(|at| way_to(*at)) {
        let address = SocketAddr::new(ip.to_canonical(), newcomer.port);
        if !local.contains(&address) {
            local.push(address);
        }
    }
    let introduction = Introduction {
        key: newcomer.key.fingerprint(),
        local,
    };
    introduction.sifted(is_here(server))
}

/// Whether a server at that address is on this computer.
pub(super) fn is_here(server: SocketAddr) -> bool {
    server.ip().to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(server: &str) -> Vec<SocketAddr> {
        let newcomer = Newcomer {
            key: VisitKey::random().unwrap(),
            port: 40_000,
        };
        introduction(&newcomer, server.parse().unwrap()).local
    }

    #[test]
    fn who_is_on_the_servers_computer_is_found_there_and_elsewhere_that_means_nothing() {
        let home: SocketAddr = "127.0.0.1:40000".parse().unwrap();
        assert!(told("127.0.0.1:1025").contains(&home));
        let far = told("192.0.2.7:1025");
        assert!(
            far.iter().all(|at| !at.ip().is_loopback() && at.port() == 40_000),
            "{far:?}"
        );
    }
}
