//! Rooms, their mailboxes and their reports, simulated: everything that can happen, in any order that could be.

mod checks;
mod numbers;
mod pairing;
mod rooms;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use acaso_shared::ids::{RendezvousNumber, RoomPort, SecretHash};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use self::numbers::Kept;
use super::Mistake;
use crate::matchmaker::policy::{Policy, Reserved, Rules};
use crate::room::{Appointment, VisitNumber, Wish};

const PORTS: std::ops::Range<u16> = 2000..2005;
const TICKET: Duration = Duration::from_secs(10);
const GRACE: Duration = Duration::from_secs(60);
const RULES: Rules = Rules {
    lonely: Duration::from_secs(2),
    repair_patience: Duration::from_secs(20),
    repair_memory: Duration::from_secs(30 * 60),
    port_retry: Duration::from_secs(60),
    invitation: Duration::from_secs(20),
    rendezvous: Duration::from_secs(40),
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
    /// Until when the seat is kept, if the link is lost.
    away_until: Option<Instant>,
}

impl Seat {
    fn is_present(&self) -> bool {
        self.ticket_until.is_none() && self.away_until.is_none()
    }
}

#[derive(Clone, Copy, Debug)]
struct Expect {
    visit: VisitNumber,
    person: Person,
    wish: Wish,
    errand: Errand,
}

#[derive(Clone, Copy, Debug)]
enum Errand {
    /// To meet a stranger; with the room that waits to send them here, if they are moved.
    Stranger(Option<Origin>),
    /// To wait for whom they share a code with.
    Waits(Appointment),
    /// To whoever waits there.
    Comes,
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
    Void,
}

#[derive(Default)]
struct Room {
    opening: usize,
    seats: Vec<Seat>,
    mailbox: VecDeque<Command>,
    door_failed: bool,
    kept: Option<Kept>,
}

impl Room {
    /// The only person in it, who waits for a stranger.
    fn single(&self) -> Option<Wish> {
        match &self.seats[..] {
            [only] if self.kept.is_none() => Some(only.wish),
            _ => None,
        }
    }
}

#[derive(Clone, Copy)]
enum Report {
    Seated(VisitNumber),
    /// They said goodbye; that the seat is empty comes next.
    Left(VisitNumber),
    Emptied(VisitNumber),
    DoorFailed(Expect),
    Bounced(Expect),
    Stays,
    Blocked(SecretHash, SecretHash),
    Ended {
        usable: bool,
    },
}

pub(super) struct World {
    policy: Policy,
    rng: StdRng,
    now: Instant,
    rooms: BTreeMap<RoomPort, Room>,
    reports: VecDeque<(RoomPort, Report)>,
    /// Those whom no room took: heard once everything that was decided with them is done.
    unsent: VecDeque<(RoomPort, Report)>,
    visitors: Vec<Wish>,
    people: Person,
    openings: usize,
    visits: BTreeSet<u64>,
    moving: BTreeSet<Person>,
    met: Vec<(Instant, SecretHash, SecretHash)>,
    blocked: Vec<(SecretHash, SecretHash)>,
    /// Numbers at which somebody waited.
    opened: Vec<RendezvousNumber>,
    /// Rooms that were to be opened for somebody whose move was called off.
    called_off: BTreeSet<RoomPort>,
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
            unsent: VecDeque::new(),
            visitors: visitors.to_vec(),
            people: 0,
            openings: 0,
            visits: BTreeSet::new(),
            moving: BTreeSet::new(),
            met: Vec::new(),
            blocked: Vec::new(),
            opened: Vec::new(),
            called_off: BTreeSet::new(),
            unlucky: true,
        }
    }

    pub(super) fn play(&mut self, steps: usize) -> Result<(), String> {
        for _ in 0..steps {
            match self.rng.random_range(0..100) {
                0..16 => self.somebody_comes()?,
                16..22 => self.somebody_looks_for_somebody()?,
                22..42 => self.a_room_works()?,
                42..60 => self.the_matchmaker_hears()?,
                60..75 => self.a_ticket_is_used(),
                75..80 => self.a_ticket_comes_to_nothing(),
                80..84 => self.somebody_leaves(),
                84..87 => self.a_link_is_lost(),
                87..88 => self.somebody_comes_back(),
                88..89 => self.a_room_fails(),
                89..91 => self.somebody_blocks_the_partner(),
                _ => self.time_passes()?,
            }
            self.check()?;
        }
        self.come_to_rest()
    }

    fn somebody_comes(&mut self) -> Result<(), String> {
        let wish = *self.visitors.choose(&mut self.rng).unwrap();
        self.people += 1;
        self.seat(wish, self.people, None)?;
        self.hear_unsent()
    }

    fn send(&mut self, to: Reserved, wish: Wish, person: Person, errand: Errand) -> Result<(), String> {
        if !self.visits.insert(to.visit.0) {
            return Err("a claim to a seat was given twice".into());
        }
        if to.fresh && self.rooms.contains_key(&to.port) {
            return Err("a port was used again before its room had ended".into());
        }
        if to.fresh || self.called_off.remove(&to.port) {
            self.openings += 1;
            let room = Room {
                opening: self.openings,
                kept: match errand {
                    Errand::Waits(appointment) => Some(Kept::new(appointment, to.visit)),
                    Errand::Stranger(_) | Errand::Comes => None,
                },
                ..Room::default()
            };
            self.rooms.insert(to.port, room);
        }
        let expect = Expect {
            visit: to.visit,
            person,
            wish,
            errand,
        };
        if self.is_ending(to.port) {
            self.unsent.push_back((to.port, Report::Bounced(expect)));
            return Ok(());
        }
        // A room that is busy beyond measure takes no more orders, also while its first person is still on the way.
        if !to.fresh && self.bad_luck() {
            self.unsent.push_back((to.port, Report::DoorFailed(expect)));
            return Ok(());
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
            Some((port, report)) => {
                self.hear(port, report)?;
                self.hear_unsent()
            }
            None => Ok(()),
        }
    }

    fn hear_unsent(&mut self) -> Result<(), String> {
        while let Some((port, report)) = self.unsent.pop_front() {
            self.hear(port, report)?;
        }
        Ok(())
    }

    fn hear(&mut self, port: RoomPort, report: Report) -> Result<(), String> {
        match report {
            Report::Seated(visit) => {
                self.policy.seated(port, visit, self.now);
                self.remember(port);
            }
            Report::Left(visit) => self.policy.gives_up(port, visit),
            Report::Emptied(visit) => self.policy.emptied(port, visit, self.now),
            Report::Stays => self.policy.stays(port, self.now),
            Report::Blocked(by, whom) => {
                self.policy.block(by, whom, self.now);
                self.blocked.push((by, whom));
            }
            Report::Ended { usable } => {
                self.rooms.remove(&port);
                self.policy.closed(port, usable, self.now);
            }
            Report::DoorFailed(expect) => {
                self.policy.door_failed(port, expect.visit, self.now);
                self.again(expect)?;
            }
            Report::Bounced(expect) => {
                self.policy.ending(port, self.now);
                self.policy.emptied(port, expect.visit, self.now);
                self.again(expect)?;
            }
        }
        Ok(())
    }

    /// Those whom the policy now knows to sit together have met.
    fn remember(&mut self, port: RoomPort) {
        if let Some((a, b)) = self.policy.together(port) {
            self.met.push((self.now, a, b));
            let room = self.rooms.get_mut(&port);
            let kept = room.and_then(|room| room.kept.as_mut());
            kept.into_iter().for_each(|kept| kept.is_known_to_be_over = true);
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
        let taken = self.seats(Seat::is_present);
        if let Some((port, visit)) = taken.choose(&mut self.rng).copied() {
            self.reports.push_back((port, Report::Left(visit)));
            self.empty(port, visit);
        }
    }

    /// In a conversation the seat is kept, else it is empty.
    fn a_link_is_lost(&mut self) {
        let present = self.seats(Seat::is_present);
        let Some((port, visit)) = present.choose(&mut self.rng).copied() else {
            return;
        };
        if !self.is_in_conversation(port) {
            return self.empty(port, visit);
        }
        let until = self.now + GRACE;
        self.seat_mut(port, visit).away_until = Some(until);
        if self.policy.mistake == Some(Mistake::CallsAwayEmpty) {
            self.reports.push_back((port, Report::Emptied(visit)));
        }
    }

    fn somebody_comes_back(&mut self) {
        let away = self.seats(|seat| seat.away_until.is_some());
        if let Some((port, visit)) = away.choose(&mut self.rng).copied() {
            self.seat_mut(port, visit).away_until = None;
        }
    }

    fn somebody_blocks_the_partner(&mut self) {
        let present = self.seats(Seat::is_present);
        if let Some((port, visit)) = present.choose(&mut self.rng).copied()
            && self.is_in_conversation(port)
        {
            let wish_of = |is_theirs: fn(&Seat, VisitNumber) -> bool| {
                let mut seats = self.rooms[&port].seats.iter();
                seats.find(|seat| is_theirs(seat, visit)).unwrap().wish.visitor
            };
            let by = wish_of(|seat, visit| seat.visit == visit);
            let whom = wish_of(|seat, visit| seat.visit != visit);
            let report = Report::Blocked(by, whom);
            self.reports.push_back((port, report));
        }
    }

    fn is_in_conversation(&self, port: RoomPort) -> bool {
        matches!(&self.rooms[&port].seats[..], [a, b] if a.ticket_until.is_none() && b.ticket_until.is_none())
    }

    fn seat_mut(&mut self, port: RoomPort, visit: VisitNumber) -> &mut Seat {
        let seats = &mut self.rooms.get_mut(&port).unwrap().seats;
        seats.iter_mut().find(|seat| seat.visit == visit).unwrap()
    }

    fn time_passes(&mut self) -> Result<(), String> {
        self.now += Duration::from_millis(self.rng.random_range(0..12_000));
        let now = self.now;
        for (port, visit) in self.seats(|seat| seat.ticket_until.is_some_and(|until| until <= now)) {
            self.empty(port, visit);
        }
        self.graces_end();
        self.waits_end();
        self.bring_together()
    }

    fn graces_end(&mut self) {
        let now = self.now;
        let over = |seat: &Seat| seat.away_until.is_some_and(|until| until <= now);
        // One after the other: with one the partner's may go as well.
        while let Some((port, visit)) = self.seats(over).first().copied() {
            self.empty(port, visit);
        }
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
