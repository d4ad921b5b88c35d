//! The numbers at which somebody waits for whom they shared a code with: who, where and until when. Of codes it knows the numbers alone,
//! and nothing of what becomes of two who found each other: by then the number is nobody's any more.

use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;
use std::time::Instant;

use acaso_shared::ids::{RendezvousNumber, RoomPort, SecretHash};
use rand::{Rng, RngExt};

/// The numbers of invitations, the shortest first: so many of them can be open at once that half of the last is more than all rooms.
const CLASSES: [RangeInclusive<u32>; 5] = [1..=9, 10..=99, 100..=999, 1_000..=9_999, 10_000..=99_999];

/// How often a number is drawn until one is free. In a class that is half empty all of these fail once in 2^64 times.
const DRAWS_MAX: usize = 64;

/// All numbers at which somebody waits, or will again.
#[derive(Debug)]
pub(super) struct Numbers {
    open: HashMap<RendezvousNumber, Open>,
    /// Everybody waits at one at most.
    of: HashMap<SecretHash, RendezvousNumber>,
    /// In the order in which they become void.
    ends: BTreeSet<(Instant, RendezvousNumber)>,
    /// How many of each class are open.
    taken: [usize; CLASSES.len()],
    open_max: usize,
}

/// Somebody's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Open {
    /// Who opened it.
    pub(super) visitor: SecretHash,
    /// When it is void.
    pub(super) until: Instant,
    /// Where they wait; `None` while they have lost the way there.
    pub(super) room: Option<RoomPort>,
}

impl Numbers {
    /// None yet; so many at most, which is the number of rooms.
    pub(super) fn new(open_max: usize) -> Self {
        Self {
            open: HashMap::new(),
            of: HashMap::new(),
            ends: BTreeSet::new(),
            taken: [0; CLASSES.len()],
            open_max,
        }
    }

    /// A number for an invitation that nobody has: any of the shortest that are at most half taken. `None` if there are more people
    /// than such numbers, or by a chance that nobody meets with.
    pub(super) fn draw(&self, rng: &mut impl Rng) -> Option<RendezvousNumber> {
        let at = |class: &usize| 2 * self.taken[*class] <= CLASSES[*class].clone().count();
        let class = CLASSES[(0..CLASSES.len()).find(at)?].clone();
        let mut draws = (0..DRAWS_MAX).filter_map(|_| rng.random_range(class.clone()).try_into().ok());
        draws.find(|number| !self.open.contains_key(number))
    }

    /// What is known of a number.
    pub(super) fn at(&self, number: RendezvousNumber) -> Option<Open> {
        self.open.get(&number).copied()
    }

    /// Somebody waits there from now on, and at no other number. Returns the room where they waited before, which is of no use any more.
    pub(super) fn open(&mut self, number: RendezvousNumber, open: Open) -> Option<RoomPort> {
        let before = self.of.get(&open.visitor).copied();
        let before = before.and_then(|before| self.close(before));
        self.close(number);
        if self.open.len() >= self.open_max {
            self.forget_an_absent();
        }
        self.of.insert(open.visitor, number);
        self.ends.insert((open.until, number));
        self.count(number, 1);
        self.open.insert(number, open);
        before.and_then(|before| before.room)
    }

    /// Whoever waited in that room is there no longer, but may come again.
    pub(super) fn lost(&mut self, number: RendezvousNumber, room: RoomPort) {
        if let Some(open) = self.open.get_mut(&number)
            && open.room == Some(room)
        {
            open.room = None;
        }
    }

    /// Whoever waited in that room waits no longer: they gave it up, or somebody came.
    pub(super) fn over(&mut self, number: RendezvousNumber, room: RoomPort) {
        if self.at(number).is_some_and(|open| open.room == Some(room)) {
            self.close(number);
        }
    }

    /// Forgets those whose time has passed; a few steps for each.
    pub(super) fn forget_older(&mut self, now: Instant) {
        while let Some((until, number)) = self.ends.first().copied()
            && until <= now
        {
            self.close(number);
        }
    }

    fn close(&mut self, number: RendezvousNumber) -> Option<Open> {
        let open = self.open.remove(&number)?;
        self.of.remove(&open.visitor);
        self.ends.remove(&(open.until, number));
        self.count(number, -1);
        Some(open)
    }

    /// Of those who are not there whoever would be void first gives way: there are as many numbers as rooms.
    fn forget_an_absent(&mut self) {
        let is_absent = |number: &RendezvousNumber| self.open[number].room.is_none();
        let first = self.ends.iter().map(|(_, number)| *number).find(is_absent);
        if let Some(number) = first {
            self.close(number);
        }
    }

    fn count(&mut self, number: RendezvousNumber, change: isize) {
        if let Some(class) = CLASSES.iter().position(|class| class.contains(&number.get())) {
            self.taken[class] = self.taken[class].saturating_add_signed(change);
        }
    }
}

#[cfg(test)]
impl Numbers {
    /// The rooms where somebody waits, and their numbers.
    pub(super) fn rooms(&self) -> impl Iterator<Item = (RoomPort, RendezvousNumber)> {
        let open = self.open.iter();
        open.filter_map(|(number, open)| Some((open.room?, *number)))
    }

    /// Whether the parts agree with each other.
    pub(super) fn check(&self) -> Result<(), String> {
        let ends: BTreeSet<_> = self
            .open
            .iter()
            .map(|(number, open)| (open.until, *number))
            .collect();
        let of: HashMap<_, _> = self
            .open
            .iter()
            .map(|(number, open)| (open.visitor, *number))
            .collect();
        let in_class =
            |class: RangeInclusive<u32>| self.open.keys().filter(|n| class.contains(&n.get())).count();
        let agree = ends == self.ends && of == self.of && CLASSES.map(in_class) == self.taken;
        match agree && self.open.len() <= self.open_max {
            true => Ok(()),
            false => Err(format!("the numbers are in disorder: {self:?}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use acaso_shared::ids::VisitorToken;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    const LIFE: Duration = Duration::from_secs(600);

    fn visitor() -> SecretHash {
        VisitorToken::random().hash()
    }

    fn number(number: u32) -> RendezvousNumber {
        RendezvousNumber::try_from(number).unwrap()
    }

    fn room(port: u16) -> RoomPort {
        RoomPort::try_from(port).unwrap()
    }

    fn open(visitor: SecretHash, until: Instant, port: u16) -> Open {
        Open {
            visitor,
            until,
            room: Some(room(port)),
        }
    }

    #[test]
    fn numbers_are_short_while_few_are_open_and_any_of_the_free_ones() {
        let (mut rng, now) = (StdRng::seed_from_u64(1), Instant::now());
        let mut numbers = Numbers::new(1_000);
        let mut digits = Vec::new();
        for port in 2_000..2_600 {
            let drawn = numbers.draw(&mut rng).unwrap();
            assert!(numbers.at(drawn).is_none(), "{drawn} was taken");
            digits.push(drawn.to_string().len());
            numbers.open(drawn, open(visitor(), now + LIFE, port));
        }
        numbers.check().unwrap();
        let with = |count: usize| digits.iter().filter(|digits| **digits == count).count();
        assert_eq!((with(1), with(2), with(3)), (5, 46, 451));
        assert!(digits.is_sorted());
        let first: BTreeSet<_> = (0..200)
            .map(|_| Numbers::new(1).draw(&mut rng).unwrap())
            .collect();
        assert!(first.into_iter().map(RendezvousNumber::get).eq(1..=9));
    }

    #[test]
    fn a_number_is_free_again_when_its_time_has_passed_or_somebody_came() {
        let (mut numbers, now) = (Numbers::new(10), Instant::now());
        numbers.open(number(7), open(visitor(), now + LIFE, 2000));
        numbers.open(number(8), open(visitor(), now + 2 * LIFE, 2001));
        numbers.forget_older(now + LIFE / 2);
        assert!(numbers.at(number(7)).is_some());
        numbers.forget_older(now + LIFE);
        assert!(numbers.at(number(7)).is_none());
        numbers.over(number(8), room(2000));
        assert!(
            numbers.at(number(8)).is_some(),
            "somebody waits there in another room"
        );
        numbers.over(number(8), room(2001));
        assert!(numbers.at(number(8)).is_none());
        numbers.check().unwrap();
        assert!(numbers.of.is_empty() && numbers.ends.is_empty());
    }

    #[test]
    fn whoever_lost_the_way_keeps_the_number_until_it_is_void() {
        let (mut numbers, now, ana) = (Numbers::new(10), Instant::now(), visitor());
        let opened = open(ana, now + LIFE, 2000);
        numbers.open(number(7), opened);
        numbers.lost(number(7), room(2001));
        assert_eq!(numbers.at(number(7)), Some(opened), "that was another room");
        numbers.lost(number(7), room(2000));
        assert_eq!(numbers.at(number(7)), Some(Open { room: None, ..opened }));
        assert_eq!(numbers.open(number(7), open(ana, now + LIFE, 2001)), None);
        numbers.check().unwrap();
    }

    #[test]
    fn nobody_waits_at_two_numbers() {
        let (mut numbers, now, ana) = (Numbers::new(10), Instant::now(), visitor());
        assert_eq!(numbers.open(number(7), open(ana, now + LIFE, 2000)), None);
        assert_eq!(
            numbers.open(number(7), open(ana, now + LIFE, 2001)),
            Some(room(2000))
        );
        assert_eq!(
            numbers.open(number(8), open(ana, now + LIFE, 2002)),
            Some(room(2001))
        );
        assert!(numbers.at(number(7)).is_none());
        numbers.check().unwrap();
    }

    #[test]
    fn it_never_holds_more_than_its_ceiling_and_forgets_the_absent_first() {
        let (mut numbers, now) = (Numbers::new(3), Instant::now());
        for (at, port) in (1..=3).zip(2001..) {
            numbers.open(number(at), open(visitor(), now + LIFE * at, port));
        }
        numbers.lost(number(2), room(2002));
        numbers.lost(number(3), room(2003));
        numbers.open(number(4), open(visitor(), now + LIFE, 2002));
        assert!(numbers.at(number(1)).is_some() && numbers.at(number(2)).is_none());
        assert_eq!(numbers.open.len(), 3);
        numbers.check().unwrap();
    }
}
