//! Where peers are that came lately. Bounded, for each address and in all; values, but for a lock.

use std::collections::VecDeque;
use std::net::SocketAddrV4;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long a peer is told of after its visit.
const LIFE: Duration = Duration::from_secs(10 * 60);

/// Peers that are told of: what fits into 1,024 bytes, which such clients read at once.
const PEERS_MAX: usize = 46;

/// Of those, how many may have one address: nobody's visits push out those of all others.
const PEERS_EACH_MAX: usize = 8;

/// How long after its visit a peer may not listen yet: it closes, and opens its port only then.
const SETTLES: Duration = Duration::from_secs(5);

/// A peer is not called more often than this, however many newcomers there are.
const PROBE_EVERY: Duration = Duration::from_secs(5);

/// The list.
#[derive(Debug, Default)]
pub(crate) struct Peers {
    /// The longest here first. Locked for a few steps, never while anything is awaited.
    seen: Mutex<VecDeque<Peer>>,
}

#[derive(Clone, Copy, Debug)]
struct Peer {
    address: SocketAddrV4,
    came: Instant,
    probed: Instant,
}

impl Peers {
    /// A peer comes: tells of those who came before, and is told of from here on.
    pub(super) fn come(&self, newcomer: SocketAddrV4, now: Instant) -> Vec<SocketAddrV4> {
        let mut seen = self.seen();
        seen.retain(|peer| peer.address != newcomer && now.saturating_duration_since(peer.came) < LIFE);
        let others = seen.iter().map(|peer| peer.address).collect();
        let is_neighbour = |peer: &Peer| peer.address.ip() == newcomer.ip();
        if seen.iter().filter(|peer| is_neighbour(peer)).count() >= PEERS_EACH_MAX
            && let Some(oldest) = seen.iter().position(is_neighbour)
        {
            seen.remove(oldest);
        }
        if seen.len() >= PEERS_MAX {
            seen.pop_front();
        }
        seen.push_back(Peer {
            address: newcomer,
            came: now,
            probed: now,
        });
        others
    }

    /// Those of whom it is to be found out whether they still listen; they count as asked.
    pub(super) fn to_probe(&self, now: Instant) -> Vec<SocketAddrV4> {
        let mut seen = self.seen();
        let is_due = |peer: &&mut Peer| {
            now.saturating_duration_since(peer.came) >= SETTLES
                && now.saturating_duration_since(peer.probed) >= PROBE_EVERY
        };
        let due = seen.iter_mut().filter(is_due).map(|peer| {
            peer.probed = now;
            peer.address
        });
        due.collect()
    }

    /// Nothing listens there any more.
    pub(super) fn forget(&self, gone: SocketAddrV4) {
        self.seen().retain(|peer| peer.address != gone);
    }

    fn seen(&self) -> MutexGuard<'_, VecDeque<Peer>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn peer(host: u8, port: u16) -> SocketAddrV4 {
        SocketAddrV4::new(Ipv4Addr::new(192, 0, 2, host), port)
    }

    #[test]
    fn each_is_told_of_those_who_came_before_and_not_of_itself() {
        let (peers, now) = (Peers::default(), Instant::now());
        assert_eq!(peers.come(peer(1, 5000), now), []);
        assert_eq!(peers.come(peer(2, 5000), now), [peer(1, 5000)]);
        assert_eq!(peers.come(peer(1, 5000), now), [peer(2, 5000)]);
        peers.forget(peer(2, 5000));
        assert_eq!(peers.come(peer(3, 5000), now), [peer(1, 5000)]);
    }

    #[test]
    fn a_visit_is_good_for_its_time() {
        let (peers, start) = (Peers::default(), Instant::now());
        peers.come(peer(1, 5000), start);
        peers.come(peer(2, 5000), start + LIFE / 2);
        let last = start + LIFE - Duration::from_secs(1);
        assert_eq!(peers.come(peer(3, 5000), last), [peer(1, 5000), peer(2, 5000)]);
        assert_eq!(
            peers.come(peer(3, 5000), start + LIFE),
            [peer(2, 5000)],
            "the first is over"
        );
    }

    #[test]
    fn who_is_new_is_left_alone_and_nobody_is_asked_without_end() {
        let (peers, start) = (Peers::default(), Instant::now());
        peers.come(peer(1, 5000), start);
        assert_eq!(peers.to_probe(start + SETTLES / 2), []);
        let later = start + SETTLES;
        assert_eq!(peers.to_probe(later), [peer(1, 5000)]);
        assert_eq!(peers.to_probe(later), []);
        assert_eq!(peers.to_probe(later + PROBE_EVERY), [peer(1, 5000)]);
    }

    #[test]
    fn the_list_is_bounded_for_each_and_for_all() {
        let (peers, now) = (Peers::default(), Instant::now());
        peers.come(peer(1, 5000), now);
        for port in 0..100 {
            peers.come(peer(2, 5000 + port), now);
        }
        let others = peers.come(peer(3, 5000), now);
        assert_eq!(others.len(), 1 + PEERS_EACH_MAX);
        assert_eq!(others[0], peer(1, 5000), "nobody else was pushed out");
        for host in 4..200 {
            peers.come(peer(host, 5000), now);
        }
        let others = peers.come(peer(200, 65_535), now);
        assert_eq!(others.len(), PEERS_MAX);
        // An address of four times three digits and its port, with what stands between, take 22 bytes.
        const { assert!(PEERS_MAX * 22 <= 1024) };
    }
}
