//! One circle: who is in it, and what they are told of each other. It never waits for any of them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{IpAddr, SocketAddr};

use acaso_shared::codec::Encoded;
use acaso_shared::ids::Fingerprint;
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::circle::{CircleEvent, CircleMember, Introduction};
use tokio::sync::oneshot;

use super::numbers;
use crate::network::Network;
use crate::visit::Slot;

/// One circle.
#[derive(Debug)]
pub(super) struct Circle {
    /// Whose people began it, if they are counted.
    pub(super) begun_by: Option<Network>,
    members: BTreeMap<CircleMember, Inside>,
    /// Who has a place, and has not proved their key yet.
    expected: BTreeSet<CircleMember>,
    newest: Option<CircleMember>,
}

/// Somebody who is in it.
#[derive(Debug)]
pub(super) struct Inside {
    pub(super) address: IpAddr,
    pub(super) seen_at: Option<SocketAddr>,
    /// Sifted.
    pub(super) introduction: Introduction,
    pub(super) slot: Slot<CircleEvent>,
    pub(super) farewell: oneshot::Sender<Refusal>,
}

impl Circle {
    pub(super) fn new(begun_by: Option<Network>) -> Self {
        Self {
            begun_by,
            members: BTreeMap::new(),
            expected: BTreeSet::new(),
            newest: None,
        }
    }

    pub(super) fn people(&self) -> usize {
        self.members.len()
    }

    /// How many places are taken, also by those of whom nobody knows yet.
    pub(super) fn places(&self) -> usize {
        self.members.len() + self.expected.len()
    }

    /// Whether nobody is in it, and nobody who was has a number that it would give again if it began anew.
    pub(super) fn is_over(&self, clock: CircleMember) -> bool {
        self.places() == 0 && self.newest.is_none_or(|newest| newest < clock)
    }

    /// A place for whoever comes next, and their number.
    pub(super) fn expect(&mut self, clock: CircleMember) -> CircleMember {
        let next = numbers::after(self.newest, clock);
        self.newest = Some(next);
        self.expected.insert(next);
        next
    }

    /// Takes somebody in; they are told of everybody, and everybody of them.
    pub(super) fn take_in(&mut self, newcomer: CircleMember, inside: Inside) {
        for (other, told) in &self.members {
            // Nothing waits for them yet, and a circle has fewer members than a mailbox has place.
            let _ = inside
                .slot
                .put(&Encoded::of(&told.met(*other, inside.is_at_home())));
        }
        self.members.insert(newcomer, inside);
        self.tell_of(newcomer);
    }

    /// Whether they are expected; not for longer than this.
    pub(super) fn arrives(&mut self, member: CircleMember) -> bool {
        self.expected.remove(&member)
    }

    /// Who is here with that key.
    pub(super) fn owner(&self, key: Fingerprint) -> Option<CircleMember> {
        let found = self
            .members
            .iter()
            .find(|(_, inside)| inside.introduction.key == key);
        found.map(|(member, _)| *member)
    }

    /// Somebody's addresses have changed; their key stays what it was.
    pub(super) fn introduce(&mut self, member: CircleMember, new: Introduction, seen_at: Option<SocketAddr>) {
        let Some(inside) = self.members.get_mut(&member) else {
            return;
        };
        inside.introduction.local = new.sifted(inside.is_at_home()).local;
        inside.seen_at = seen_at;
        self.tell_of(member);
    }

    /// Carries a datagram to another member, if they are here and have place for it.
    pub(super) fn relay(&self, from: CircleMember, to: CircleMember, datagram: Vec<u8>) {
        let are_both_here = from != to && self.members.contains_key(&from);
        if let Some(inside) = self.members.get(&to).filter(|_| are_both_here) {
            let relayed = CircleEvent::Relayed { from, datagram };
            inside.slot.put_if_half_empty(&Encoded::of(&relayed));
        }
    }

    /// Somebody is gone, or has to go for that reason; everybody else is told.
    pub(super) fn part(&mut self, member: CircleMember, why: Option<Refusal>) {
        self.expected.remove(&member);
        let gone = self.show_out(member, why);
        self.tell_gone(gone.into_iter().collect());
    }

    /// Those who come from there.
    pub(super) fn from(&self, is_from: impl Fn(IpAddr) -> bool) -> Vec<CircleMember> {
        let theirs = self.members.iter().filter(|(_, inside)| is_from(inside.address));
        theirs.map(|(member, _)| *member).collect()
    }

    /// Tells everybody else of somebody, as they are to see them.
    fn tell_of(&mut self, member: CircleMember) {
        let Some(told) = self.members.get(&member) else {
            return;
        };
        let [here, elsewhere] = [true, false].map(|at_home| Encoded::of(&told.met(member, at_home)));
        let gone = self.put_all(member, |to| if to.is_at_home() { &here } else { &elsewhere });
        self.tell_gone(gone);
    }

    /// Tells everybody of those who are gone, until nobody is left who does not read; nobody waits for them.
    fn tell_gone(&mut self, mut gone: VecDeque<CircleMember>) {
        while let Some(member) = gone.pop_front() {
            let went = Encoded::of(&CircleEvent::Went { member });
            gone.extend(self.put_all(member, |_| &went));
        }
    }

    /// Puts something into everybody's mailbox but one's. Those whose mailbox is full are members no more.
    fn put_all<'a>(
        &mut self,
        but: CircleMember,
        said: impl Fn(&Inside) -> &'a Encoded<CircleEvent>,
    ) -> VecDeque<CircleMember> {
        let others = self.members.iter().filter(|(member, _)| **member != but);
        let full: Vec<_> = others
            .filter(|(_, inside)| inside.slot.put(said(inside)).is_err())
            .map(|(member, _)| *member)
            .collect();
        full.into_iter()
            .filter_map(|member| self.show_out(member, Some(Refusal::NotReading)))
            .collect()
    }

    /// Ends a membership, of which nobody else is told yet. Tells whether there was one.
    fn show_out(&mut self, member: CircleMember, why: Option<Refusal>) -> Option<CircleMember> {
        let inside = self.members.remove(&member)?;
        if let Some(refusal) = why {
            // They may be gone already.
            let _ = inside.farewell.send(refusal);
        }
        Some(member)
    }
}

impl Inside {
    /// Whether they are on the server's own computer.
    fn is_at_home(&self) -> bool {
        self.address.is_loopback()
    }

    /// What somebody is told of them. Addresses of this computer mean another one elsewhere.
    fn met(&self, member: CircleMember, to_one_at_home: bool) -> CircleEvent {
        let means_it = |address: &SocketAddr| to_one_at_home || !address.ip().to_canonical().is_loopback();
        let mut introduction = self.introduction.clone();
        introduction.local.retain(means_it);
        CircleEvent::Met {
            member,
            seen_at: self.seen_at.filter(means_it),
            introduction,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visit::{Mailbox, Size, mailbox};

    const CLOCK: CircleMember = CircleMember(100);

    const SIZE: Size = Size {
        pieces: 4,
        bytes: 64 * 1024,
    };

    /// Somebody from there, with a key that is told apart by a number.
    fn inside(address: &str, key: u8) -> (Inside, Mailbox<CircleEvent>, oneshot::Receiver<Refusal>) {
        let (slot, mailbox) = mailbox(SIZE);
        let (farewell, parting) = oneshot::channel();
        let seen_at: SocketAddr = address.parse().unwrap();
        let inside = Inside {
            address: seen_at.ip(),
            seen_at: Some(seen_at),
            introduction: Introduction {
                key: Fingerprint::from([key; 32]),
                local: ["10.0.0.7:4000", "127.0.0.1:4000", "[::1]:4000"]
                    .map(|local| local.parse().unwrap())
                    .into(),
            },
            slot,
            farewell,
        };
        (inside, mailbox, parting)
    }

    fn enters(circle: &mut Circle, inside: Inside) -> CircleMember {
        let member = circle.expect(CLOCK);
        assert!(circle.arrives(member));
        circle.take_in(member, inside);
        member
    }

    fn waiting(mailbox: &mut Mailbox<CircleEvent>) -> usize {
        std::iter::from_fn(|| mailbox.next_there()).count()
    }

    #[test]
    fn addresses_of_the_servers_computer_are_told_on_it_and_nowhere_else() {
        let (told, ..) = inside("127.0.0.1:5000", 1);
        let met = |at_home| match told.met(CLOCK, at_home) {
            CircleEvent::Met {
                seen_at,
                introduction,
                ..
            } => (seen_at, introduction.local.len()),
            other => panic!("{other:?}"),
        };
        assert_eq!(met(true), (told.seen_at, 3));
        assert_eq!(met(false), (None, 1));
        let (far, ..) = inside("192.0.2.7:5000", 1);
        assert!(matches!(
            far.met(CLOCK, false),
            CircleEvent::Met { seen_at: Some(_), .. }
        ));
    }

    #[test]
    fn who_does_not_read_goes_when_the_mailbox_is_full_and_others_are_told_of_that_too() {
        let mut circle = Circle::new(None);
        let mut boxes = Vec::new();
        for key in 1..=2 {
            let (inside, mailbox, parting) = inside("192.0.2.7:5000", key);
            boxes.push((enters(&mut circle, inside), mailbox, parting));
        }
        let (_, mut second, _) = boxes.pop().unwrap();
        let (first, mut unread, mut parting) = boxes.pop().unwrap();
        assert_eq!((waiting(&mut second), circle.people()), (1, 2));
        // The first was told of the second, and is told of changes until there is no place.
        let changes = 2 * SIZE.pieces;
        let changed = CircleMember(CLOCK.0 + 1);
        for _ in 0..changes {
            let (inside, ..) = inside("192.0.2.7:5000", 2);
            circle.introduce(changed, inside.introduction, None);
        }
        assert_eq!(circle.people(), 1);
        assert_eq!(parting.try_recv(), Ok(Refusal::NotReading));
        assert_eq!(
            (waiting(&mut unread), waiting(&mut second)),
            (SIZE.pieces, 1),
            "the second is told that {first:?} went"
        );
    }

    #[test]
    fn a_datagram_never_takes_the_place_of_news() {
        let mut circle = Circle::new(None);
        let (inside_one, _one, _) = inside("192.0.2.7:5000", 1);
        let (inside_other, mut unread, mut parting) = inside("192.0.2.8:5000", 2);
        let one = enters(&mut circle, inside_one);
        let other = enters(&mut circle, inside_other);
        for _ in 0..100 {
            circle.relay(one, other, vec![7; 1200]);
        }
        circle.part(one, None);
        assert!(parting.try_recv().is_err(), "nobody has to go for a flood");
        assert_eq!(
            waiting(&mut unread),
            3,
            "who is there, one datagram, and that the other went"
        );
        assert_eq!(circle.people(), 1);
    }

    #[test]
    fn whoever_is_expected_has_a_place_and_comes_once() {
        let mut circle = Circle::new(None);
        let (inside, _mailbox, _parting) = inside("192.0.2.7:5000", 1);
        let member = enters(&mut circle, inside);
        assert_eq!(circle.owner(Fingerprint::from([1; 32])), Some(member));
        assert_eq!(circle.owner(Fingerprint::from([2; 32])), None);
        assert!(!circle.arrives(member), "they are here already");
        let gone = circle.expect(CLOCK);
        assert_eq!((circle.people(), circle.places()), (1, 2));
        circle.part(gone, None);
        assert!(!circle.arrives(gone) && circle.places() == 1);
    }

    #[test]
    fn a_circle_is_remembered_until_nobody_can_be_given_a_number_again() {
        let mut circle = Circle::new(None);
        let members = [circle.expect(CLOCK), circle.expect(CLOCK)];
        assert_eq!(members, [CLOCK, CircleMember(101)]);
        assert!(!circle.is_over(CircleMember(102)), "somebody is expected");
        for member in members {
            circle.part(member, None);
        }
        assert!(!circle.is_over(CLOCK) && !circle.is_over(CircleMember(101)));
        assert!(circle.is_over(CircleMember(102)));
    }
}
