//! One circle: who is in it, and what they are told of each other. It never waits for any of them.

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};

use acaso_shared::codec::Encoded;
use acaso_shared::ids::Fingerprint;
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::circle::{CircleEvent, CircleMember, Introduction};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::numbers;
use crate::network::Network;
use crate::visit::{Meter, Slot};

/// When somebody may try again who found no place, in seconds: people stay for minutes.
pub(super) const FULL_RETRY_SECS: u32 = 30;

/// One circle.
#[derive(Debug)]
pub(super) struct Circle {
    /// Whose people began it, if they are counted.
    pub(super) begun_by: Option<Network>,
    members: BTreeMap<CircleMember, Inside>,
    /// Who has a place, and has not proved their key yet.
    expected: BTreeMap<CircleMember, Expected>,
    newest: Option<CircleMember>,
    /// Bytes that are carried in it.
    carried: Meter,
}

/// Somebody who is about to come.
#[derive(Debug)]
pub(super) struct Expected {
    /// The network that they are counted in, if they are.
    pub(super) network: Option<Network>,
    /// Whether they say that they are here already.
    pub(super) comes_back: bool,
}

/// Somebody who is in it.
#[derive(Debug)]
pub(super) struct Inside {
    pub(super) address: IpAddr,
    /// The network that they are counted in, if they are.
    pub(super) network: Option<Network>,
    /// Where they have proved to be.
    pub(super) seen_at: Option<SocketAddr>,
    /// Sifted.
    pub(super) introduction: Introduction,
    pub(super) slot: Slot<CircleEvent>,
    pub(super) farewell: oneshot::Sender<Refusal>,
}

impl Circle {
    pub(super) fn new(begun_by: Option<Network>, carried: Meter) -> Self {
        Self {
            begun_by,
            members: BTreeMap::new(),
            expected: BTreeMap::new(),
            newest: None,
            carried,
        }
    }

    pub(super) fn people(&self) -> usize {
        self.members.len()
    }

    /// Whether nobody is in it, and nobody is about to come.
    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty() && self.expected.is_empty()
    }

    /// Whether somebody of that network is in it.
    pub(super) fn has_of(&self, network: Option<Network>) -> bool {
        network.is_some() && self.members.values().any(|inside| inside.network == network)
    }

    /// Why somebody who is counted in that network has no place, of the so many that there are. Places are taken also by those of whom
    /// nobody knows yet, but not by whoever comes back to the one of `before`.
    pub(super) fn turns_away(
        &self,
        network: Option<Network>,
        before: Option<CircleMember>,
        people_max: usize,
    ) -> Option<Refusal> {
        let here = self.members.iter().filter(|(member, _)| Some(**member) != before);
        let here = here.map(|(_, inside)| inside.network);
        let coming = self.expected.values().filter(|expected| !expected.comes_back);
        let places: Vec<_> = here.chain(coming.map(|expected| expected.network)).collect();
        if places.len() >= people_max {
            return Some(Refusal::CircleFull);
        }
        let theirs = places
            .iter()
            .filter(|place| network.is_some() && **place == network);
        (theirs.count() >= share(people_max)).then_some(Refusal::SlowDown {
            retry_after_secs: FULL_RETRY_SECS,
        })
    }

    /// Whether nobody is in it, and nobody who was has a number that it would give again if it began anew.
    pub(super) fn is_over(&self, clock: CircleMember) -> bool {
        self.is_empty() && self.newest.is_none_or(|newest| newest < clock)
    }

    /// A place for whoever comes next, and their number.
    pub(super) fn expect(&mut self, who: Expected, clock: CircleMember) -> CircleMember {
        let next = numbers::after(self.newest, clock);
        self.newest = Some(next);
        self.expected.insert(next, who);
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
        self.expected.remove(&member).is_some()
    }

    /// Who is here with that key.
    pub(super) fn owner(&self, key: Fingerprint) -> Option<CircleMember> {
        let found = self
            .members
            .iter()
            .find(|(_, inside)| inside.introduction.key == key);
        found.map(|(member, _)| *member)
    }

    /// Somebody's addresses in their own network have changed; their key stays what it was. Nobody is told of what is as it was.
    pub(super) fn introduce(&mut self, member: CircleMember, new: Introduction) {
        let Some(inside) = self.members.get_mut(&member) else {
            return;
        };
        let local = new.sifted(inside.is_at_home()).local;
        if inside.introduction.local != local {
            inside.introduction.local = local;
            self.tell_of(member);
        }
    }

    /// Somebody comes from elsewhere now.
    pub(super) fn moved(&mut self, member: CircleMember, seen_at: SocketAddr) {
        if let Some(inside) = self.members.get_mut(&member) {
            inside.seen_at = Some(seen_at);
            self.tell_of(member);
        }
    }

    /// Carries a datagram to another member, if they are here and have place for it, and neither this circle nor all together have too
    /// much carried. What is not carried is not counted: nobody uses the others' share up by speaking to nobody.
    pub(super) fn relay(
        &mut self,
        (from, to): (CircleMember, CircleMember),
        datagram: Vec<u8>,
        all: &mut Meter,
    ) {
        let are_both_here = from != to && self.members.contains_key(&from);
        let Some(inside) = self.members.get(&to).filter(|_| are_both_here) else {
            return;
        };
        let (cost, now) = (super::cost(&datagram), Instant::now());
        let meters = [&mut self.carried, all];
        if !meters.iter().all(|meter| meter.wait(cost, now).is_zero()) {
            return;
        }
        let relayed = Encoded::of(&CircleEvent::Relayed { from, datagram });
        if inside.slot.put_if_half_empty(&relayed) {
            meters.into_iter().for_each(|meter| meter.charge(cost, now));
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

/// How many of one network may be in a circle: nobody is to have all of it, and two behind one router meet in any.
fn share(people_max: usize) -> usize {
    (people_max / 2).max(2)
}

#[cfg(test)]
mod tests;
