//! A set of room ports from which one can be drawn at random in constant time. It does not know what the set stands for.

use acaso_shared::ids::RoomPort;
use acaso_shared::limits::ROOM_PORTS;
use rand::{Rng, RngExt};

/// Marks a port that is not in the set; a set never has that many members.
const ABSENT: u16 = u16::MAX;

/// Members lie densely in a vector; a second one knows where each lies, so that removing swaps the last into the gap.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    members: Vec<RoomPort>,
    place: Vec<u16>,
}

impl Pool {
    pub(super) fn new() -> Self {
        Self {
            members: Vec::new(),
            place: vec![ABSENT; ROOM_PORTS.len()],
        }
    }

    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    pub(super) fn contains(&self, port: RoomPort) -> bool {
        self.place[slot(port)] != ABSENT
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = RoomPort> {
        self.members.iter().copied()
    }

    /// Adds a port; one that is in already stays where it is.
    pub(super) fn insert(&mut self, port: RoomPort) {
        if !self.contains(port) {
            self.place[slot(port)] = index(self.members.len());
            self.members.push(port);
        }
    }

    /// Takes a port out; tells whether it was in.
    pub(super) fn remove(&mut self, port: RoomPort) -> bool {
        if !self.contains(port) {
            return false;
        }
        self.swap(usize::from(self.place[slot(port)]), self.members.len() - 1);
        self.members.pop();
        self.place[slot(port)] = ABSENT;
        true
    }

    /// One member that fits, each with the same probability; it stays in. Constant time as long as most fit.
    pub(super) fn draw(&mut self, rng: &mut impl Rng, fits: impl Fn(RoomPort) -> bool) -> Option<RoomPort> {
        // Who was tried and does not fit is put behind the part still to be tried.
        for untried in (1..=self.members.len()).rev() {
            let at = rng.random_range(0..untried);
            if fits(self.members[at]) {
                return Some(self.members[at]);
            }
            self.swap(at, untried - 1);
        }
        None
    }

    fn swap(&mut self, a: usize, b: usize) {
        self.members.swap(a, b);
        self.place[slot(self.members[a])] = index(a);
        self.place[slot(self.members[b])] = index(b);
    }
}

fn slot(port: RoomPort) -> usize {
    usize::from(port.get() - ROOM_PORTS.start())
}

fn index(at: usize) -> u16 {
    u16::try_from(at).expect("there are fewer than 9,000 room ports")
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    fn port(number: u16) -> RoomPort {
        RoomPort::try_from(number).unwrap()
    }

    #[test]
    fn it_behaves_like_a_set() {
        let mut rng = StdRng::seed_from_u64(1);
        let (mut pool, mut model) = (Pool::new(), BTreeSet::new());
        for _ in 0..20_000 {
            let port = port(rng.random_range(9980..=9999));
            if rng.random() {
                pool.insert(port);
                model.insert(port);
            } else {
                assert_eq!(pool.remove(port), model.remove(&port));
            }
            assert_eq!(pool.iter().collect::<BTreeSet<_>>(), model);
            assert_eq!(pool.len(), model.len());
        }
    }

    #[test]
    fn each_fitting_member_is_drawn_equally_often() {
        let mut rng = StdRng::seed_from_u64(2);
        let mut pool = Pool::new();
        (1026..1036).for_each(|number| pool.insert(port(number)));
        let mut drawn = BTreeMap::new();
        for _ in 0..10_000 {
            let even = pool.draw(&mut rng, |port| port.get() % 2 == 0).unwrap();
            *drawn.entry(even.get()).or_insert(0) += 1;
        }
        assert_eq!(drawn.len(), 5);
        assert!(
            drawn.values().all(|times| (1_800..2_200).contains(times)),
            "{drawn:?}"
        );
        assert_eq!(pool.draw(&mut rng, |_| false), None);
        assert_eq!(pool.len(), 10);
    }
}
