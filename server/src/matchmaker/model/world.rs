//! Rooms, their mailboxes and their reports, simulated: everything that can happen, in any order that could be.

mod checks;
mod rooms;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use acaso_shared::ids::{RoomPort, SecretHash};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use super::Mistake;
use crate::matchmaker::policy::{Policy, Reserved, Rules};
use crate::room::{VisitNumber, Wish};

const PORTS: std::ops::Range<u16> = 2000..2005;
const TICKET: Duration = Duration::from_secs(10);
const RULES: Rules = Rules {
    lonely: Duration::from_secs(2),
    repair_patience: Duration::from_secs(20),
    repair_memory: Duration::from_secs(30 * 60),
    port_retry: Duration::from_secs(60),
};

/// One stranger from the question for a seat until the seat is empty; keeps its number when it is moved.
type Person = usize;

#[derive(Clone, Copy, Debug)]
struct Seat {
    visit: VisitNumber,
    person: Person,
    wish: Wish,
    /// When the ticket is void; `None` once it was used.
    ticket_until: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
struct Expect {
    visit: VisitNumber,
    person: Person,
    wish: Wish,
    /// The room that waits to send them here, if they are moved.
    from: Option<Origin>,
}

/// One opening of a port.
#[derive(Clone, Copy, Debug)]
struct Origin {
    port: RoomPort,
    opening: usize,
}

enum Command {
    Expect(Expect),
    SeatElsewhere(Option<Expect>),
}

#[derive(Default)]
struct Room {
    opening: usize,
    seats: Vec<Seat>,
    mailbox: VecDeque<Command>,
    door_failed: bool,
}

#[derive(Clone, Copy)]
enum Report {
    Seated(VisitNumber),
    Emptied(VisitNumber),
    DoorFailed(Expect),
    Bounced(Expect),
    Stays,
    Ended { usable: bool },
}

pub(super) struct World {
    policy: Policy,
    rng: StdRng,
    now: Instant,
    rooms: BTreeMap<RoomPort, Room>,
    reports: VecDeque<(RoomPort, Report)>,
    visitors: Vec<Wish>,
    people: Person,
    openings: usize,
    visits: BTreeSet<u64>,
    moving: BTreeSet<Person>,
    met: Vec<(Instant, SecretHash, SecretHash)>,
    /// Whether doors and rows may fail.
    unlucky: bool,
}

impl World {
    pub(super) fn new(seed: u64, visitors: &[Wish], mistake: Option<Mistake>) -> Self {
        let mut policy = Policy::new(RULES, ports());
        policy.mistake = mistake;
        Self {
            policy,
            rng: StdRng::seed_from_u64(seed),
            now: Instant::now(),
            rooms: BTreeMap::new(),
            reports: VecDeque::new(),
            visitors: visitors.to_vec(),
            people: 0,
            openings: 0,
            visits: BTreeSet::new(),
            moving: BTreeSet::new(),
            met: Vec::new(),
            unlucky: true,
        }
    }

    pub(super) fn play(&mut self, steps: usize) -> Result<(), String> {
        for _ in 0..steps {
            match self.rng.random_range(0..100) {
                0..22 => self.somebody_comes()?,
                22..42 => self.a_room_works()?,
                42..60 => self.the_matchmaker_hears()?,
                60..75 => self.a_ticket_is_used(),
                75..80 => self.a_ticket_comes_to_nothing(),
                80..88 => self.somebody_leaves(),
                88..89 => self.a_room_fails(),
                _ => self.time_passes()?,
            }
            self.check()?;
        }
        self.come_to_rest()
    }

    fn somebody_comes(&mut self) -> Result<(), String> {
        let wish = *self.visitors.choose(&mut self.rng).unwrap();
        self.people += 1;
        self.seat(wish, self.people, None)
    }

    fn seat(&mut self, wish: Wish, person: Person, from: Option<Origin>) -> Result<(), String> {
        let waiting: Vec<_> = self.policy.on_offer().collect();
        match self.policy.join(wish, self.now, &mut self.rng) {
            None => {
                if let Some(from) = from {
                    self.answer(from, None);
                }
                self.moving.remove(&person);
                Ok(())
            }
            Some(to) => {
                let beside = waiting.iter().find(|(port, _)| *port == to.port);
                if beside.is_some_and(|(_, other)| self.have_met(other.visitor, wish.visitor)) {
                    return Err("two who met lately were brought together at once".into());
                }
                if to.fresh && waiting.iter().any(|(_, other)| self.fit(*other, wish)) {
                    return Err("a room was opened while somebody fitting waited".into());
                }
                self.send(to, wish, person, from)
            }
        }
    }

    fn send(&mut self, to: Reserved, wish: Wish, person: Person, from: Option<Origin>) -> Result<(), String> {
        if !self.visits.insert(to.visit.0) {
            return Err("a claim to a seat was given twice".into());
        }
        if to.fresh {
            self.openings += 1;
            let room = Room {
                opening: self.openings,
                ..Room::default()
            };
            if self.rooms.insert(to.port, room).is_some() {
                return Err("a port was used again before its room had ended".into());
            }
        }
        let expect = Expect {
            visit: to.visit,
            person,
            wish,
            from,
        };
        if self.is_ending(to.port) {
            return self.hear(to.port, Report::Bounced(expect));
        }
        let room = self
            .rooms
            .get_mut(&to.port)
            .ok_or("somebody was sent to a room that is not there")?;
        room.mailbox.push_back(Command::Expect(expect));
        Ok(())
    }

    fn the_matchmaker_hears(&mut self) -> Result<(), String> {
        match self.reports.pop_front() {
            Some((port, report)) => self.hear(port, report),
            None => Ok(()),
        }
    }

    fn hear(&mut self, port: RoomPort, report: Report) -> Result<(), String> {
        match report {
            Report::Seated(visit) => {
                self.policy.seated(port, visit, self.now);
                self.remember(port);
            }
            Report::Emptied(visit) => self.policy.emptied(port, visit, self.now),
            Report::Stays => self.policy.stays(port, self.now),
            Report::Ended { usable } => {
                self.rooms.remove(&port);
                self.policy.closed(port, usable, self.now);
            }
            Report::DoorFailed(expect) => {
                self.policy.door_failed(port, expect.visit, self.now);
                self.seat(expect.wish, expect.person, expect.from)?;
            }
            Report::Bounced(expect) => {
                self.policy.ending(port, self.now);
                self.policy.emptied(port, expect.visit, self.now);
                self.seat(expect.wish, expect.person, expect.from)?;
            }
        }
        Ok(())
    }

    /// Those whom the policy now knows to sit together have met.
    fn remember(&mut self, port: RoomPort) {
        if let Some((a, b)) = self.policy.together(port) {
            self.met.push((self.now, a, b));
        }
    }

    fn a_ticket_is_used(&mut self) {
        let now = self.now;
        let tickets = self.seats(|seat| seat.ticket_until.is_some_and(|until| until > now));
        if let Some((port, visit)) = tickets.choose(&mut self.rng) {
            let room = self.rooms.get_mut(port).unwrap();
            room.seats
                .iter_mut()
                .find(|seat| seat.visit == *visit)
                .unwrap()
                .ticket_until = None;
            self.reports.push_back((*port, Report::Seated(*visit)));
        }
    }

    fn a_ticket_comes_to_nothing(&mut self) {
        let tickets = self.seats(|seat| seat.ticket_until.is_some());
        if let Some((port, visit)) = tickets.choose(&mut self.rng).copied() {
            self.empty(port, visit);
        }
    }

    fn somebody_leaves(&mut self) {
        let taken = self.seats(|seat| seat.ticket_until.is_none());
        if let Some((port, visit)) = taken.choose(&mut self.rng).copied() {
            self.empty(port, visit);
        }
    }

    fn time_passes(&mut self) -> Result<(), String> {
        self.now += Duration::from_millis(self.rng.random_range(0..12_000));
        let now = self.now;
        for (port, visit) in self.seats(|seat| seat.ticket_until.is_some_and(|until| until <= now)) {
            self.empty(port, visit);
        }
        self.bring_together()
    }

    fn bring_together(&mut self) -> Result<(), String> {
        for step in self.policy.due(self.now, &mut self.rng) {
            let mover = self.rooms.get(&step.from).and_then(|room| match &room.seats[..] {
                [seat] if seat.ticket_until.is_none() && seat.wish == step.wish => Some(seat.person),
                _ => None,
            });
            match mover {
                Some(person) if !self.is_ending(step.from) => {
                    self.moving.insert(person);
                    let opening = self.rooms[&step.from].opening;
                    let from = Origin {
                        port: step.from,
                        opening,
                    };
                    self.send(step.to, step.wish, person, Some(from))?;
                }
                _ => {
                    self.policy.call_off(step.from, step.to, self.now);
                    self.visits.insert(step.to.visit.0);
                }
            }
        }
        Ok(())
    }

    fn seats(&self, which: impl Fn(&Seat) -> bool) -> Vec<(RoomPort, VisitNumber)> {
        let rooms = self.rooms.iter();
        rooms
            .flat_map(|(port, room)| room.seats.iter().map(move |seat| (*port, seat)))
            .filter(|(_, seat)| which(seat))
            .map(|(port, seat)| (port, seat.visit))
            .collect()
    }
}

fn ports() -> impl Iterator<Item = RoomPort> {
    PORTS.map(|port| RoomPort::try_from(port).unwrap())
}
