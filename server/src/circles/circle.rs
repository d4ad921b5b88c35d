//! One circle: who is in it, and what they are told of each other. It never waits for any of them.

use std::collections::{BTreeMap, VecDeque};
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
            newest: None,
        }
    }

    pub(super) fn people(&self) -> usize {
        self.members.len()
    }

    /// Whether nobody is in it, and nobody who was has a number that it would give again if it began anew.
    pub(super) fn is_over(&self, clock: CircleMember) -> bool {
        self.members.is_empty() && self.newest.is_none_or(|newest| newest < clock)
    }

    /// The number of whoever comes next.
    pub(super) fn next_member(&mut self, clock: CircleMember) -> CircleMember {
        let next = numbers::after(self.newest, clock);
        self.newest = Some(next);
        next
    }

    /// Takes somebody in; they are told of everybody, and everybody of them.
    pub(super) fn take_in(&mut self, newcomer: CircleMember, inside: Inside) {
        for (other, told) in &self.members {
            // Nothing waits for them yet, and a circle has fewer members than a mailbox has place.
            let _ = inside.slot.put(&told.met(*other, inside.is_at_home()));
        }
        self.members.insert(newcomer, inside);
        self.tell_of(newcomer);
    }

    /// Who is here and is the same as somebody who comes now: whoever shows the same key from the same address has lost the link of
    /// before. From elsewhere anybody could say that key, which all members know.
    pub(super) fn same(&self, key: Fingerprint, address: IpAddr) -> Option<CircleMember> {
        let is_same = |inside: &Inside| inside.introduction.key == key && inside.address == address;
        let found = self.members.iter().find(|(_, inside)| is_same(inside));
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
        let [here, elsewhere] = [true, false].map(|at_home| told.met(member, at_home));
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
    fn met(&self, member: CircleMember, to_one_at_home: bool) -> Encoded<CircleEvent> {
        let means_it = |address: &SocketAddr| to_one_at_home || !address.ip().to_canonical().is_loopback();
        let mut introduction = self.introduction.clone();
        introduction.local.retain(means_it);
        Encoded::of(&CircleEvent::Met {
            member,
            seen_at: self.seen_at.filter(means_it),
            introduction,
        })
    }
}
