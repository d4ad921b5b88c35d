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

    /// One member that fits, each with the same probability; it stays in. At most so many are tried: if there are no more members
    /// than that, one that fits is found for certain.
    pub(super) fn draw(
        &mut self,
        rng: &mut impl Rng,
        tries_max: usize,
        fits: impl Fn(RoomPort) -> bool,
    ) -> Option<RoomPort> {
        // Who was tried and does not fit is put behind the part still to be tried.
        for untried in (1..=self.members.len()).rev().take(tries_max) {
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
    use std::cell::Cell;
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
            let even = pool.draw(&mut rng, 10, |port| port.get() % 2 == 0).unwrap();
            *drawn.entry(even.get()).or_insert(0) += 1;
        }
        assert_eq!(drawn.len(), 5);
        assert!(
            drawn.values().all(|times| (1_800..2_200).contains(times)),
            "{drawn:?}"
        );
        assert_eq!(pool.draw(&mut rng, 10, |_| false), None);
        assert_eq!(pool.len(), 10);
    }

    #[test]
    fn the_only_one_that_fits_is_found_among_as_many_as_are_tried_and_no_more_are() {
        let mut rng = StdRng::seed_from_u64(3);
        let mut pool = Pool::new();
        (2000..2064).for_each(|number| pool.insert(port(number)));
        for _ in 0..100 {
            assert_eq!(
                pool.draw(&mut rng, 64, |tried| tried == port(2030)),
                Some(port(2030))
            );
        }
        (3000..4000).for_each(|number| pool.insert(port(number)));
        let tried = Cell::new(0);
        let nobody = |_| {
            tried.set(tried.get() + 1);
            false
        };
        assert_eq!(pool.draw(&mut rng, 64, nobody), None);
        assert_eq!(tried.get(), 64);
    }
}
