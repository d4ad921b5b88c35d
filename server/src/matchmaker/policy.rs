//! Who sits down beside whom: a function of values. It has no clock, no dice and no task of its own; all are handed in.
//!
//! What it knows of the rooms is what they reported. It never takes a seat back by itself: a seat is offered again only
//! after its room has called it empty, and a port is used again only after its room has ended.

mod by_number;
#[cfg(test)]
pub(super) mod check;
mod fit;
mod moves;
mod rooms;
mod seats;
#[cfg(test)]
mod tests;

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use acaso_shared::ids::{Generation, RoomPort, SecretHash};
use rand::Rng;

pub(super) use self::by_number::{Meeting, NoMeeting};
use self::rooms::{OtherSeat, Person, Room};
use super::blocks::Blocks;
use super::memory::Memory;
#[cfg(test)]
use super::model::Mistake;
use super::pool::Pool;
use super::rendezvous::Numbers;
use crate::room::{VisitNumber, Wish};

/// Meetings remembered at once: half an hour of 36 meetings a second, in some 12 MB.
const MEETINGS_MAX: usize = 1 << 16;

/// Seats that one visitor may hold at once: theirs, one whose link is lost without the server knowing it yet, and tickets for doors
/// that they did not reach. Nobody fits themselves, so that more of them would only stand in the way of others.
const SEATS_EACH_MAX: u32 = 8;

/// People who wait that a newcomer is compared with, at random. Up to so many wait, somebody fitting is found for certain; beyond it
/// nearly always, unless hardly anybody fits anybody, which nobody can bring about without blocks by the thousand.
const TRIES_MAX: usize = 256;

/// The times that the rules speak of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// How long two who fit may stay alone in two rooms.
    pub(super) lonely: Duration,
    /// How long both must have waited before two who met lately fit each other after all.
    pub(super) repair_patience: Duration,
    /// How long a meeting is remembered.
    pub(super) repair_memory: Duration,
    /// When a port that did not open is tried again.
    pub(super) port_retry: Duration,
    /// How long somebody waits for whom they gave an invitation to.
    pub(super) invitation: Duration,
    /// How long somebody waits where both know the number.
    pub(super) rendezvous: Duration,
}

/// A seat that was just reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reserved {
    pub(super) port: RoomPort,
    pub(super) visit: VisitNumber,
    pub(super) generation: Generation,
    /// Whether the room is to be opened first.
    pub(super) fresh: bool,
}

/// Why somebody gets no seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoSeat {
    /// Every seat is taken.
    Full,
    /// They hold as many as one visitor may.
    TooMany,
}

/// Somebody seated alone is to go to another room, where a seat was just reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Move {
    pub(super) from: RoomPort,
    pub(super) wish: Wish,
    pub(super) to: Reserved,
}

/// One room as an operator sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) port: RoomPort,
    pub(super) connections: u8,
    pub(super) opened: Instant,
}

#[derive(Debug)]
pub(super) struct Policy {
    rules: Rules,
    rooms: HashMap<RoomPort, Room>,
    /// Ports that no room has and that, as far as known, can be opened.
    free: Pool,
    /// Rooms with one person, or one ticket out, whose other seat is on offer.
    waiting: Pool,
    /// Ports that did not open, and since when, the longest first.
    unusable: VecDeque<(Instant, RoomPort)>,
    /// Rooms whose person sits behind a door that did not open.
    shut: Vec<RoomPort>,
    /// Where people wait for whom they share a code with.
    numbers: Numbers,
    met: Memory,
    /// Who does not want to meet whom again.
    blocked: Blocks,
    people: usize,
    /// How many of them each visitor is.
    seats: HashMap<SecretHash, u32>,
    visits: u64,
    generations: u64,
    #[cfg(test)]
    pub(super) mistake: Option<Mistake>,
}

impl Policy {
    pub(super) fn new(rules: Rules, ports: impl IntoIterator<Item = RoomPort>) -> Self {
        let mut free = Pool::new();
        ports.into_iter().for_each(|port| free.insert(port));
        let numbers = Numbers::new(free.len());
        Self {
            rules,
            rooms: HashMap::new(),
            free,
            waiting: Pool::new(),
            unusable: VecDeque::new(),
            shut: Vec::new(),
            numbers,
            met: Memory::new(rules.repair_memory, MEETINGS_MAX),
            blocked: Blocks::default(),
            people: 0,
            seats: HashMap::new(),
            visits: 0,
            generations: 0,
            #[cfg(test)]
            mistake: None,
        }
    }

    /// Rooms in use.
    pub(super) fn rooms_in_use(&self) -> usize {
        self.rooms.len()
    }

    /// Seats reserved or taken.
    pub(super) fn people(&self) -> usize {
        self.people
    }

    /// All rooms in use, in no order.
    pub(super) fn list(&self) -> impl Iterator<Item = Listed> {
        self.rooms.iter().map(|(port, room)| Listed {
            port: *port,
            connections: room.connections(),
            opened: room.opened,
        })
    }

    /// Whether [`due`](Self::due) may have something to do as time goes by.
    pub(super) fn is_restless(&self) -> bool {
        self.waiting.len() >= 2 || !self.shut.is_empty()
    }

    /// Reserves a seat: beside somebody fitting who waits, else in a new room.
    ///
    /// # Errors
    /// Every seat is taken, or this visitor has enough of them.
    pub(super) fn join(&mut self, wish: Wish, now: Instant, rng: &mut impl Rng) -> Result<Reserved, NoSeat> {
        self.look_at_the_clock(now);
        if self.holds_enough(wish.visitor) {
            return Err(NoSeat::TooMany);
        }
        #[cfg(test)]
        let wish = self.mistake.map_or(wish, |mistake| mistake.misread(wish));
        self.find_seat(wish, now, now, rng).ok_or(NoSeat::Full)
    }

    fn holds_enough(&self, visitor: SecretHash) -> bool {
        self.seats
            .get(&visitor)
            .is_some_and(|seats| *seats >= SEATS_EACH_MAX)
    }

    /// The first does not want to meet the second again: they never fit each other, however long both wait.
    pub(super) fn block(&mut self, by: SecretHash, whom: SecretHash, now: Instant) {
        #[cfg(test)]
        if self.mistake == Some(Mistake::ForgetsBlocks) {
            return;
        }
        self.blocked.remember(by, whom, now);
    }

    /// The holder of that visit's ticket has sat down. Two who sit in one room have met.
    pub(super) fn seated(&mut self, port: RoomPort, visit: VisitNumber, now: Instant) {
        let Some(room) = self.rooms.get_mut(&port) else {
            return;
        };
        let Some(person) = room.people.iter_mut().flatten().find(|p| p.visit == visit) else {
            return;
        };
        person.seated = true;
        #[cfg(test)]
        if self.mistake == Some(Mistake::ForgetsMeetings) {
            return self.settle(port, now);
        }
        if let [Some(a), Some(b)] = room.people
            && a.seated
            && b.seated
        {
            self.met.remember(a.wish.visitor, b.wish.visitor, now);
            self.have_met_by_number(port);
        }
        self.settle(port, now);
    }

    /// The room calls that visit's seat empty: they left, or the ticket came to nothing. Whoever stays is on offer again.
    pub(super) fn emptied(&mut self, port: RoomPort, visit: VisitNumber, now: Instant) {
        if let Some(room) = self.rooms.get_mut(&port) {
            // It has something to tell, so it is there.
            room.unopened = false;
        }
        self.empty(port, visit, now);
    }

    fn empty(&mut self, port: RoomPort, visit: VisitNumber, now: Instant) {
        let Some(room) = self.rooms.get_mut(&port) else {
            return;
        };
        let seat = room
            .people
            .iter_mut()
            .find(|seat| seat.is_some_and(|person| person.visit == visit));
        let Some(gone) = seat.and_then(Option::take) else {
            return;
        };
        Self::has_left(&mut self.people, &mut self.seats, gone);
        // A room that is kept for two is so by whoever opened it.
        let mut is_over = matches!(room.other_seat, OtherSeat::Kept { opener, .. } if opener == visit);
        match room.single_mut() {
            // A conversation has ended: the wait for the next begins.
            Some(stays) if stays.seated && gone.seated => stays.waiting_since = now,
            Some(_) => {}
            None => is_over = true,
        }
        if is_over {
            self.end_waiting(port);
        }
        #[cfg(test)]
        if self.rooms[&port].connections() == 0 && self.mistake == Some(Mistake::FreesPortsEarly) {
            self.free.insert(port);
        }
        self.settle(port, now);
    }

    /// The room's door did not open for that visit, whose seat is empty again. Whoever sits behind it is moved soon.
    pub(super) fn door_failed(&mut self, port: RoomPort, visit: VisitNumber, now: Instant) {
        self.emptied(port, visit, now);
        if let Some(room) = self.rooms.get_mut(&port)
            && room.other_seat == OtherSeat::OnOffer
        {
            room.other_seat = OtherSeat::Shut(now + self.rules.port_retry);
            self.shut.push(port);
            self.settle(port, now);
        }
    }

    /// The move of whoever sits there came to nothing: they wait on.
    pub(super) fn stays(&mut self, port: RoomPort, now: Instant) {
        if let Some(room) = self.rooms.get_mut(&port)
            && room.other_seat == OtherSeat::Moving
        {
            room.other_seat = OtherSeat::OnOffer;
            self.settle(port, now);
        }
    }

    /// A move was not even begun: whoever was to go waits on, and the seat that was reserved is empty.
    pub(super) fn call_off(&mut self, from: RoomPort, to: Reserved, now: Instant) {
        self.stays(from, now);
        self.empty(to.port, to.visit, now);
        let Some(room) = self.rooms.get_mut(&to.port) else {
            return;
        };
        // Another who is to move may have been given the seat beside: then the room is opened for them, unless they do not come either.
        room.unopened |= to.fresh;
        if room.unopened && room.connections() == 0 {
            self.closed(to.port, true, now);
        }
    }

    /// The room takes nobody any more.
    pub(super) fn ending(&mut self, port: RoomPort, now: Instant) {
        self.end_waiting(port);
        if let Some(room) = self.rooms.get_mut(&port) {
            room.unopened = false;
            self.settle(port, now);
        }
    }

    /// The room has ended and its row is gone: the port is free, or to be tried again later if it did not open.
    pub(super) fn closed(&mut self, port: RoomPort, usable: bool, now: Instant) {
        self.end_waiting(port);
        let Some(room) = self.rooms.remove(&port) else {
            return;
        };
        for gone in room.people.into_iter().flatten() {
            Self::has_left(&mut self.people, &mut self.seats, gone);
        }
        self.waiting.remove(port);
        self.shut.retain(|shut| *shut != port);
        if usable {
            self.free.insert(port);
        } else {
            self.unusable.push_back((now, port));
        }
    }

    fn has_left(people: &mut usize, seats: &mut HashMap<SecretHash, u32>, gone: Person) {
        *people -= 1;
        if let Entry::Occupied(mut held) = seats.entry(gone.wish.visitor) {
            *held.get_mut() -= 1;
            if *held.get() == 0 {
                held.remove();
            }
        }
    }

    fn look_at_the_clock(&mut self, now: Instant) {
        self.met.forget_older(now);
        self.blocked.forget_older(now);
        self.numbers.forget_older(now);
        while let Some((since, port)) = self.unusable.front().copied()
            && now.saturating_duration_since(since) >= self.rules.port_retry
        {
            self.unusable.pop_front();
            self.free.insert(port);
        }
    }
}
