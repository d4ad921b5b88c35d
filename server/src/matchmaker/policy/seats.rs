//! How a seat is chosen and reserved, and what follows from who has one.

use std::time::Instant;

use acaso_shared::ids::{Generation, RoomPort};
use rand::Rng;

use super::fit::{could_meet, may_join};
use super::rooms::{OtherSeat, Person, Room};
use super::{Policy, Reserved, TRIES_MAX};
#[cfg(test)]
use crate::matchmaker::model::Mistake;
use crate::room::{VisitNumber, Wish};

impl Policy {
    pub(super) fn find_seat(
        &mut self,
        wish: Wish,
        waiting_since: Instant,
        now: Instant,
        rng: &mut impl Rng,
    ) -> Option<Reserved> {
        let (rooms, met, blocked) = (&self.rooms, &self.met, &self.blocked);
        let may_join = |waits: &Person| {
            #[cfg(test)]
            if self.mistake == Some(Mistake::OffersTheUnseated) {
                return true;
            }
            may_join(*waits, wish)
        };
        let beside = self.waiting.draw(rng, TRIES_MAX, |port| {
            let waits = rooms.get(&port).and_then(Room::single);
            waits.is_some_and(|waits| {
                let (a, b) = (waits.wish, wish);
                could_meet(a, b, blocked) && !met.holds(a.visitor, b.visitor) && may_join(waits)
            })
        });
        match beside {
            Some(port) => self.reserve(port, wish, waiting_since, now),
            None => {
                let port = self.free.draw(rng, 1, |_| true)?;
                self.open(port, now);
                self.reserve(port, wish, waiting_since, now)
                    .map(|seat| Reserved { fresh: true, ..seat })
            }
        }
    }

    pub(super) fn open(&mut self, port: RoomPort, now: Instant) {
        self.free.remove(port);
        self.generations += 1;
        let room = Room {
            generation: Generation(self.generations),
            opened: now,
            people: [None, None],
            other_seat: OtherSeat::OnOffer,
            unopened: false,
        };
        self.rooms.insert(port, room);
    }

    pub(super) fn reserve(
        &mut self,
        port: RoomPort,
        wish: Wish,
        waiting_since: Instant,
        now: Instant,
    ) -> Option<Reserved> {
        let room = self.rooms.get_mut(&port)?;
        let seat = room.people.iter_mut().find(|seat| seat.is_none())?;
        self.visits += 1;
        let visit = VisitNumber(self.visits);
        *seat = Some(Person {
            visit,
            wish,
            waiting_since,
            seated: false,
            alone_since: None,
        });
        self.people += 1;
        *self.seats.entry(wish.visitor).or_default() += 1;
        let generation = room.generation;
        self.settle(port, now);
        Some(Reserved {
            port,
            visit,
            generation,
            fresh: false,
        })
    }

    /// Makes what follows from a room's state true again: whether it is on offer, and since when its person is alone.
    pub(super) fn settle(&mut self, port: RoomPort, now: Instant) {
        let Some(room) = self.rooms.get_mut(&port) else {
            return;
        };
        let single = room.connections() == 1;
        for person in room.people.iter_mut().flatten() {
            person.alone_since = (single && person.seated).then(|| person.alone_since.unwrap_or(now));
        }
        #[cfg(test)]
        if room.connections() == 2 && self.mistake == Some(Mistake::OffersFullRooms) {
            return;
        }
        if single && room.other_seat == OtherSeat::OnOffer {
            self.waiting.insert(port);
        } else {
            self.waiting.remove(port);
        }
    }
}
