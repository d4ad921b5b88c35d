//! Who sits down beside whom: a function of values. It has no clock, no dice and no task of its own; all are handed in.
//!
//! What it knows of the rooms is what they reported. It never takes a seat back by itself: a seat is offered again only
//! after its room has called it empty, and a port is used again only after its room has ended.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use acaso_shared::ids::{Generation, RoomPort, SecretHash};
use rand::Rng;
use rand::seq::SliceRandom;

use super::memory::Memory;
use super::pool::Pool;
use crate::room::VisitNumber;

/// Moves proposed at once: after a mass parting the rest follows at the next look, and other work gets its turn between.
const MOVES_MAX: usize = 256;

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

/// Somebody seated alone is to go to another room, where a seat was just reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Move {
    pub(super) from: RoomPort,
    pub(super) visitor: SecretHash,
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
    met: Memory,
    people: usize,
    visits: u64,
    generations: u64,
    #[cfg(test)]
    pub(super) mistake: Option<super::model::Mistake>,
}

#[derive(Debug)]
struct Room {
    generation: Generation,
    opened: Instant,
    people: [Option<Person>; 2],
    other_seat: OtherSeat,
}

#[derive(Clone, Copy, Debug)]
struct Person {
    visit: VisitNumber,
    visitor: SecretHash,
    waiting_since: Instant,
    seated: bool,
    /// Since when they have sat with nobody beside them and nobody on the way.
    alone_since: Option<Instant>,
}

/// Whether a single person's other seat can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OtherSeat {
    OnOffer,
    /// The person is being brought to another room.
    Moving,
    /// The door does not open; tried again at this time.
    Shut(Instant),
    /// The room is ending.
    Ending,
}

impl Room {
    fn connections(&self) -> u8 {
        self.people.iter().map(|seat| u8::from(seat.is_some())).sum()
    }

    /// The only person, seated or on the way.
    fn single(&self) -> Option<&Person> {
        match &self.people {
            [Some(person), None] | [None, Some(person)] => Some(person),
            _ => None,
        }
    }

    fn single_mut(&mut self) -> Option<&mut Person> {
        match &mut self.people {
            [Some(person), None] | [None, Some(person)] => Some(person),
            _ => None,
        }
    }

    /// The only person, if it can be moved.
    fn lonely(&self) -> Option<Person> {
        self.single().filter(|person| person.seated).copied()
    }
}

impl Policy {
    pub(super) fn new(rules: Rules, ports: impl IntoIterator<Item = RoomPort>) -> Self {
        let mut free = Pool::new();
        ports.into_iter().for_each(|port| free.insert(port));
        Self {
            rules,
            rooms: HashMap::new(),
            free,
            waiting: Pool::new(),
            unusable: VecDeque::new(),
            shut: Vec::new(),
            met: Memory::new(rules.repair_memory),
            people: 0,
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

    /// Reserves a seat: beside somebody fitting who waits, else in a new room. `None`: every seat is taken.
    pub(super) fn join(&mut self, visitor: SecretHash, now: Instant, rng: &mut impl Rng) -> Option<Reserved> {
        self.look_at_the_clock(now);
        self.find_seat(visitor, now, now, rng)
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
        if let [Some(a), Some(b)] = room.people
            && a.seated
            && b.seated
        {
            self.met.remember(a.visitor, b.visitor, now);
        }
        self.settle(port, now);
    }

    /// The room calls that visit's seat empty: they left, or the ticket came to nothing. Whoever stays is on offer again.
    pub(super) fn emptied(&mut self, port: RoomPort, visit: VisitNumber, now: Instant) {
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
        self.people -= 1;
        match room.single_mut() {
            // A conversation has ended: the wait for the next begins.
            Some(stays) if stays.seated && gone.seated => stays.waiting_since = now,
            Some(_) => {}
            None => room.other_seat = OtherSeat::Ending,
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
        self.emptied(to.port, to.visit, now);
        if to.fresh {
            self.closed(to.port, true, now);
        }
    }

    /// The room takes nobody any more.
    pub(super) fn ending(&mut self, port: RoomPort, now: Instant) {
        if let Some(room) = self.rooms.get_mut(&port) {
            room.other_seat = OtherSeat::Ending;
            self.settle(port, now);
        }
    }

    /// The room has ended and its row is gone: the port is free, or to be tried again later if it did not open.
    pub(super) fn closed(&mut self, port: RoomPort, usable: bool, now: Instant) {
        let Some(room) = self.rooms.remove(&port) else {
            return;
        };
        self.people -= usize::from(room.connections());
        self.waiting.remove(port);
        self.shut.retain(|shut| *shut != port);
        if usable {
            self.free.insert(port);
        } else {
            self.unusable.push_back((now, port));
        }
    }

    /// Who is to be moved now: people behind doors that do not open, and one of any two who have been alone in two rooms
    /// for long enough and fit. A seat is reserved for each of them.
    pub(super) fn due(&mut self, now: Instant, rng: &mut impl Rng) -> Vec<Move> {
        self.look_at_the_clock(now);
        let mut moves = self.leave_shut_doors(now, rng);
        let mut lonely = self.lonely_for_long(now, rng);
        // Those who never met go first; the rest fit each other only once both have been patient.
        for even_if_met in [false, true] {
            let mut unmatched = Vec::new();
            while let Some((from, person)) = lonely.pop() {
                let partner = lonely
                    .iter()
                    .rposition(|(_, other)| self.fit(person, *other, even_if_met, now));
                match partner {
                    Some(at) if moves.len() < MOVES_MAX => {
                        let (to, _) = lonely.swap_remove(at);
                        moves.extend(self.plan_move(from, person, to, now));
                    }
                    _ => unmatched.push((from, person)),
                }
            }
            lonely = unmatched;
        }
        moves
    }

    fn look_at_the_clock(&mut self, now: Instant) {
        self.met.forget_older(now);
        while let Some((since, port)) = self.unusable.front().copied()
            && now.saturating_duration_since(since) >= self.rules.port_retry
        {
            self.unusable.pop_front();
            self.free.insert(port);
        }
    }

    fn find_seat(
        &mut self,
        visitor: SecretHash,
        waiting_since: Instant,
        now: Instant,
        rng: &mut impl Rng,
    ) -> Option<Reserved> {
        let (rooms, met) = (&self.rooms, &self.met);
        let beside = self.waiting.draw(rng, |port| {
            let waits = rooms.get(&port).and_then(Room::single);
            waits.is_some_and(|waits| waits.visitor != visitor && !met.have_met(waits.visitor, visitor))
        });
        match beside {
            Some(port) => self.reserve(port, visitor, waiting_since, now),
            None => {
                let port = self.free.draw(rng, |_| true)?;
                self.open(port, now);
                self.reserve(port, visitor, waiting_since, now)
                    .map(|seat| Reserved { fresh: true, ..seat })
            }
        }
    }

    fn open(&mut self, port: RoomPort, now: Instant) {
        self.free.remove(port);
        self.generations += 1;
        let room = Room {
            generation: Generation(self.generations),
            opened: now,
            people: [None, None],
            other_seat: OtherSeat::OnOffer,
        };
        self.rooms.insert(port, room);
    }

    fn reserve(
        &mut self,
        port: RoomPort,
        visitor: SecretHash,
        waiting_since: Instant,
        now: Instant,
    ) -> Option<Reserved> {
        let room = self.rooms.get_mut(&port)?;
        let seat = room.people.iter_mut().find(|seat| seat.is_none())?;
        self.visits += 1;
        let visit = VisitNumber(self.visits);
        *seat = Some(Person {
            visit,
            visitor,
            waiting_since,
            seated: false,
            alone_since: None,
        });
        self.people += 1;
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
    fn settle(&mut self, port: RoomPort, now: Instant) {
        let Some(room) = self.rooms.get_mut(&port) else {
            return;
        };
        let single = room.connections() == 1;
        for person in room.people.iter_mut().flatten() {
            person.alone_since = (single && person.seated).then(|| person.alone_since.unwrap_or(now));
        }
        if single && room.other_seat == OtherSeat::OnOffer {
            self.waiting.insert(port);
        } else {
            self.waiting.remove(port);
        }
    }

    fn fit(&self, a: Person, b: Person, even_if_met: bool, now: Instant) -> bool {
        let patient =
            |p: Person| now.saturating_duration_since(p.waiting_since) >= self.rules.repair_patience;
        a.visitor != b.visitor
            && (!self.met.have_met(a.visitor, b.visitor) || even_if_met && patient(a) && patient(b))
    }

    fn leave_shut_doors(&mut self, now: Instant, rng: &mut impl Rng) -> Vec<Move> {
        let mut moves = Vec::new();
        for port in std::mem::take(&mut self.shut) {
            let Some(room) = self.rooms.get_mut(&port) else {
                continue;
            };
            match (room.other_seat, room.lonely()) {
                (OtherSeat::Shut(until), _) if now >= until => {
                    room.other_seat = OtherSeat::OnOffer;
                    self.settle(port, now);
                }
                (OtherSeat::Shut(_), Some(person)) => {
                    match self.find_seat(person.visitor, person.waiting_since, now, rng) {
                        Some(to) => moves.push(self.set_out(port, person, to, now)),
                        None => self.shut.push(port),
                    }
                }
                _ => {}
            }
        }
        moves
    }

    /// Who has been alone for long enough to be brought together with another, in random order.
    fn lonely_for_long(&self, now: Instant, rng: &mut impl Rng) -> Vec<(RoomPort, Person)> {
        let for_long = |person: &Person| {
            person
                .alone_since
                .is_some_and(|since| now.saturating_duration_since(since) >= self.rules.lonely)
        };
        let mut lonely: Vec<_> = self
            .waiting
            .iter()
            .filter_map(|port| Some((port, self.rooms.get(&port)?.lonely().filter(for_long)?)))
            .collect();
        lonely.shuffle(rng);
        lonely
    }

    fn plan_move(&mut self, from: RoomPort, person: Person, to: RoomPort, now: Instant) -> Option<Move> {
        let to = self.reserve(to, person.visitor, person.waiting_since, now)?;
        Some(self.set_out(from, person, to, now))
    }

    fn set_out(&mut self, from: RoomPort, person: Person, to: Reserved, now: Instant) -> Move {
        if let Some(room) = self.rooms.get_mut(&from) {
            room.other_seat = OtherSeat::Moving;
        }
        self.settle(from, now);
        Move {
            from,
            visitor: person.visitor,
            to,
        }
    }
}
