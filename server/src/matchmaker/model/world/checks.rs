//! What must hold at any moment, and once everything under way has arrived.

use std::collections::{BTreeMap, BTreeSet};

use acaso_shared::ids::SecretHash;

use super::{GRACE, Person, RULES, Room, World, ports};
use crate::room::{Client, Wish};

impl World {
    pub(super) fn have_met(&self, a: SecretHash, b: SecretHash) -> bool {
        self.met.iter().any(|(when, x, y)| {
            *when + RULES.repair_memory > self.now && ((*x, *y) == (a, b) || (*x, *y) == (b, a))
        })
    }

    /// Whether these two could ever sit together.
    pub(super) fn could_meet(&self, a: Wish, b: Wish) -> bool {
        let pair = (a.visitor, b.visitor);
        let is_pair = |(x, y): &(SecretHash, SecretHash)| (*x, *y) == pair || (*y, *x) == pair;
        a.visitor != b.visitor && understand(a, b) && !self.blocked.iter().any(is_pair)
    }

    pub(super) fn fit(&self, a: Wish, b: Wish) -> bool {
        self.could_meet(a, b) && !self.have_met(a.visitor, b.visitor)
    }

    /// What must hold at any moment.
    pub(super) fn check(&self) -> Result<(), String> {
        let ports: BTreeSet<_> = ports().collect();
        self.policy.check(&ports)?;
        let mut seats_of = BTreeMap::<Person, usize>::new();
        for room in self.rooms.values() {
            if room.seats.len() > 2 {
                return Err("three sit in one room".into());
            }
            for seat in &room.seats {
                *seats_of.entry(seat.person).or_default() += 1;
            }
        }
        let twice = seats_of
            .iter()
            .find(|(person, seats)| **seats > 1 + usize::from(self.moving.contains(person)));
        twice.map_or(Ok(()), |(person, seats)| {
            Err(format!("person {person} has {seats} seats"))
        })
    }

    /// Lets everything under way arrive, with no more bad luck, and looks at who is left alone.
    pub(super) fn come_to_rest(&mut self) -> Result<(), String> {
        self.unlucky = false;
        self.deliver()?;
        self.agree()?;
        // Whoever is away comes back or does not.
        self.somebody_comes_back();
        self.now += GRACE;
        self.graces_end();
        self.deliver()?;
        self.agree()?;
        // Long enough for tickets to run out, doors to be tried again, and those who are left to be brought together.
        for _ in 0..12 {
            self.time_passes()?;
            self.deliver()?;
            while !self.seats(|seat| seat.ticket_until.is_some()).is_empty() {
                self.a_ticket_is_used();
                self.deliver()?;
            }
            self.agree()?;
        }
        self.now += RULES.port_retry + RULES.repair_patience;
        // Once to bring doors back on offer, once to look at who sits behind them.
        for _ in 0..3 {
            self.now += RULES.lonely;
            self.bring_together()?;
            self.deliver()?;
            while !self.seats(|seat| seat.ticket_until.is_some()).is_empty() {
                self.a_ticket_is_used();
                self.deliver()?;
            }
        }
        let alone: Vec<Wish> = self.rooms.values().filter_map(Room::single).collect();
        let could_meet = |(at, one): (usize, &Wish)| {
            let others = &alone[at + 1..];
            let can_be_moved = |wish: &Wish| !matches!(wish.client, Client::Old(_));
            let can_come_together = |other: &Wish| can_be_moved(one) || can_be_moved(other);
            others
                .iter()
                .any(|other| can_come_together(other) && self.could_meet(*one, *other))
        };
        if alone.iter().enumerate().any(could_meet) {
            return Err("two were left alone though all had been patient".into());
        }
        Ok(())
    }

    fn deliver(&mut self) -> Result<(), String> {
        loop {
            let busy = self.rooms.iter().find(|(_, room)| !room.mailbox.is_empty());
            match busy.map(|(port, _)| *port) {
                Some(port) => self.work(port)?,
                None if self.reports.is_empty() => return Ok(()),
                None => self.the_matchmaker_hears()?,
            }
            self.check()?;
        }
    }

    /// With nothing under way, the policy knows the rooms as they are.
    fn agree(&self) -> Result<(), String> {
        let mut known: Vec<_> = self
            .policy
            .list()
            .map(|room| (room.port, usize::from(room.connections)))
            .collect();
        known.sort_unstable();
        let real: Vec<_> = self
            .rooms
            .iter()
            .map(|(port, room)| (*port, room.seats.len()))
            .collect();
        if known == real {
            Ok(())
        } else {
            Err(format!("the policy knows {known:?}, the rooms are {real:?}"))
        }
    }
}

/// Whether their clients can talk to each other, and may.
fn understand(a: Wish, b: Wish) -> bool {
    match (a.client, b.client) {
        (Client::Old(_), Client::Old(_)) => true,
        (Client::Ours { .. }, Client::Ours { .. }) => a.versions.highest_common(b.versions).is_some(),
        (Client::Ours { meets_old }, _) | (_, Client::Ours { meets_old }) => meets_old,
    }
}
