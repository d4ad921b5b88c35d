//! What only the model looks at.

use std::collections::{BTreeSet, HashMap};

use acaso_shared::ids::{RendezvousNumber, RoomPort, SecretHash};

use super::Policy;
use super::rooms::{OtherSeat, Room};
use crate::room::Wish;

/// Somebody whose other seat is on offer.
#[derive(Clone, Copy, Debug)]
pub(in crate::matchmaker) struct Waiting {
    pub(in crate::matchmaker) wish: Wish,
    pub(in crate::matchmaker) seated: bool,
}

impl Policy {
    /// Rooms on offer, who waits there, and whether they sit.
    pub(in crate::matchmaker) fn on_offer(&self) -> impl Iterator<Item = (RoomPort, Waiting)> {
        let who = |port| {
            let waits = self.rooms.get(&port)?.single()?;
            let (wish, seated) = (waits.wish, waits.seated);
            Some((port, Waiting { wish, seated }))
        };
        self.waiting.iter().filter_map(who)
    }

    /// Who sits together in that room, as far as known.
    pub(in crate::matchmaker) fn together(&self, port: RoomPort) -> Option<(SecretHash, SecretHash)> {
        match self.rooms.get(&port)?.people {
            [Some(a), Some(b)] if a.seated && b.seated => Some((a.wish.visitor, b.wish.visitor)),
            _ => None,
        }
    }

    /// Whether the parts of the policy agree with each other.
    pub(in crate::matchmaker) fn check(&self, ports: &BTreeSet<RoomPort>) -> Result<(), String> {
        let mut all: Vec<_> = self.free.iter().chain(self.rooms.keys().copied()).collect();
        all.extend(self.unusable.iter().map(|(_, port)| *port));
        all.sort_unstable();
        if !all.iter().eq(ports) {
            return Err(format!("free, used and unusable ports together are {all:?}"));
        }
        let is_offered = |room: &Room| room.connections() == 1 && room.other_seat == OtherSeat::OnOffer;
        let wrong = self
            .rooms
            .iter()
            .find(|(port, room)| is_offered(room) != self.waiting.contains(**port));
        if let Some((port, room)) = wrong {
            return Err(format!("room {port} is wrongly on offer or not: {room:?}"));
        }
        let people: usize = self
            .rooms
            .values()
            .map(|room| usize::from(room.connections()))
            .sum();
        if people != self.people || self.waiting.len() > self.rooms.len() {
            return Err(format!("{people} people are counted as {}", self.people));
        }
        let mut seats = HashMap::new();
        for person in self.rooms.values().flat_map(|room| room.people).flatten() {
            *seats.entry(person.wish.visitor).or_default() += 1;
        }
        if seats != self.seats {
            return Err(format!("visitors hold {seats:?}, counted as {:?}", self.seats));
        }
        self.check_numbers()
    }

    /// Whoever opened a number that has a room waits in that room, and it is kept for them; where two have met it is nobody's any more.
    fn check_numbers(&self) -> Result<(), String> {
        self.numbers.check()?;
        let is_kept = |(port, at): &(RoomPort, RendezvousNumber)| {
            let room = self.rooms.get(port);
            room.is_some_and(|room| {
                matches!(room.other_seat, OtherSeat::Kept { number, opener } if number == *at
                    && room.people.iter().flatten().any(|person| person.visit == opener))
            })
        };
        if let Some((port, _)) = self
            .numbers
            .rooms()
            .find(|(port, _)| self.together(*port).is_some())
        {
            return Err(format!("two met in room {port}, and their number is still good"));
        }
        match self.numbers.rooms().find(|at| !is_kept(at)) {
            Some((port, number)) => Err(format!("nobody waits at {number} in room {port}")),
            None => Ok(()),
        }
    }
}
