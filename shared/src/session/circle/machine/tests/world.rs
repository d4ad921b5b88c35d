//! A few members, the ways between them, and a lobby, all as plain values, in which anything can happen next.

mod deeds;
mod lobby;
mod wires;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use self::wires::{Side, Wire};
use super::super::{Action, Arrival, LinkId, Machine, Peer, Route};
use super::account::Account;
use crate::ids::{Fingerprint, MessageText, Name};
use crate::protocol::circle::{CircleEvent, CircleMember, CircleRequest, Introduction};
use crate::protocol::peer::PeerMessage;
use crate::session::Timings;
use crate::session::circle::{CircleCommand, CircleNews};
use crate::session::event::{MessageId, Problem};

/// What must never be.
pub(super) type Wrong = String;

/// A generator of chance that is the same everywhere for the same seed (SplitMix64).
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(bound).unwrap()).unwrap()
    }
}

/// Who somebody is in this world; never used twice.
pub(super) type Who = u8;

/// How long it is waited for everything to mend: three minutes of this world.
const ROUNDS: usize = 18;
const STEPS: usize = 200;

/// One member.
struct Person {
    machine: Machine,
    account: Account,
    dialling: BTreeMap<Fingerprint, Vec<Route>>,
    next_link: u64,
    /// Its link to the lobby: its number there, and what it has not heard yet.
    inside: Option<CircleMember>,
    calling: bool,
    untold: Vec<CircleEvent>,
}

pub(super) struct World {
    people: BTreeMap<Who, Person>,
    next_who: Who,
    wires: Vec<Wire>,
    /// Pairs between whom nothing passes.
    blocked: Vec<(Who, Who)>,
    /// To whom nothing arrives at the moment.
    unaware: Option<Who>,
    lobby_up: bool,
    next_number: u32,
    now: Instant,
    chance: Chance,
    /// How many connections in use broke.
    pub(super) kills: u64,
    /// How many of what was said were known to have arrived.
    pub(super) delivered: u64,
}

pub(super) fn key(who: Who) -> Fingerprint {
    // Spread, so that it is not always the elder who chooses.
    Fingerprint::from([who.wrapping_mul(101); 32])
}

fn timings() -> Timings {
    Timings {
        message_every: Duration::ZERO,
        ..Timings::default()
    }
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut world = Self {
            people: BTreeMap::new(),
            next_who: 1,
            wires: Vec::new(),
            blocked: Vec::new(),
            unaware: None,
            lobby_up: true,
            next_number: 0,
            now: Instant::now(),
            chance: Chance(seed),
            kills: 0,
            delivered: 0,
        };
        for _ in 0..3 {
            world.join();
        }
        world
    }

    pub(super) fn step(&mut self) -> Result<(), Wrong> {
        if self.people.is_empty() {
            self.join();
        }
        let who = self.anybody();
        match self.chance.below(1000) {
            0..120 => self.say(who)?,
            120..720 => self.pass(),
            720..840 => self.connect(who),
            840..930 => self.lobby_works(who),
            930..960 => self.time_passes(Duration::from_millis(150)),
            960..965 => self.time_passes(Duration::from_secs(5)),
            965..980 => self.cut(),
            980..986 => self.block(who),
            986..992 => self.blocked.clear(),
            992 => self.lobby_up = !self.lobby_up,
            993 | 994 => self.long_silence(who)?,
            995 => self.restart_lobby(),
            996..998 => self.join(),
            _ => self.leave(who)?,
        }
        self.settle()
    }

    fn anybody(&mut self) -> Who {
        let all: Vec<Who> = self.people.keys().copied().collect();
        all[self.chance.below(all.len())]
    }

    fn join(&mut self) {
        if self.people.len() >= 5 || self.next_who == Who::MAX {
            return;
        }
        let who = self.next_who;
        self.next_who += 1;
        let name = Name::parse(&format!("n{who}")).unwrap();
        let person = Person {
            machine: Machine::new(timings(), name, key(who), None),
            account: Account::default(),
            dialling: BTreeMap::new(),
            next_link: 0,
            inside: None,
            calling: false,
            untold: Vec::new(),
        };
        self.people.insert(who, person);
    }

    fn leave(&mut self, who: Who) -> Result<(), Wrong> {
        if self.people.len() < 4 {
            return Ok(());
        }
        let now = self.now;
        self.person(who).machine.command(CircleCommand::Leave, now);
        // What it said last is still on its way.
        self.settle()
    }

    fn say(&mut self, who: Who) -> Result<(), Wrong> {
        let now = self.now;
        let person = self.person(who);
        let id = person.account.says();
        let text = MessageText::parse(&id.0.to_string()).unwrap();
        person.machine.command(CircleCommand::Say { id, text }, now);
        self.settle()
    }

    fn time_passes(&mut self, time: Duration) {
        self.now += time;
        let now = self.now;
        for person in self.people.values_mut() {
            if person.machine.deadline().is_some_and(|deadline| deadline <= now) {
                person.machine.tick(now);
            }
        }
    }

    // The ways between members.

    fn is_blocked(&self, one: Who, other: Who) -> bool {
        self.blocked.contains(&(one.min(other), one.max(other)))
    }

    fn block(&mut self, one: Who) {
        let other = self.anybody();
        if one != other && !self.is_blocked(one, other) {
            self.blocked.push((one.min(other), one.max(other)));
        }
    }

    /// Two are apart for about as long as they remember each other, and not for the same time by both accounts.
    fn long_silence(&mut self, one: Who) -> Result<(), Wrong> {
        let other = self.anybody();
        if one != other {
            self.blocked.push((one.min(other), one.max(other)));
        }
        self.lobby_up = false;
        for wire in &mut self.wires {
            if wire.side_of(one).is_some() && wire.side_of(other).is_some() {
                self.kills += u64::from(wire.cut(&mut self.chance));
            }
        }
        // One of them may find out much later than the other.
        let late = self.chance.below(6);
        for round in 0..10 + self.chance.below(8) {
            self.unaware = (round < late).then_some(other);
            self.time_passes(Duration::from_secs(5));
            for _ in 0..10 {
                // Whoever has not found the lobby yet does not wait for it.
                if self.people.is_empty() {
                    break;
                }
                let who = self.anybody();
                self.lobby_works(who);
                self.pass();
                self.settle()?;
            }
        }
        self.unaware = None;
        self.lobby_up = true;
        self.blocked.clear();
        Ok(())
    }

    fn connect(&mut self, who: Who) {
        let attempts: Vec<_> = self
            .person(who)
            .dialling
            .iter()
            .map(|(key, routes)| (*key, routes.clone()))
            .collect();
        if attempts.is_empty() {
            return;
        }
        let (to, routes) = &attempts[self.chance.below(attempts.len())];
        let route = routes[self.chance.below(routes.len())];
        let Some(other) = self.people.keys().copied().find(|other| key(*other) == *to) else {
            return;
        };
        let stands = match route {
            Route::Direct(_) => !self.is_blocked(who, other),
            Route::Relayed(_) => self.person(who).inside.is_some() && self.person(other).inside.is_some(),
        };
        if stands {
            let ends = [who, other].map(|end| {
                let person = self.person(end);
                person.next_link += 1;
                (end, LinkId(person.next_link))
            });
            self.wires.push(Wire::new(ends));
            let now = self.now;
            for (at, (end, link)) in ends.into_iter().enumerate() {
                let (peer, _) = ends[1 - at];
                self.person(end).machine.connected(link, key(peer), route, now);
            }
        }
    }

    /// Something on the way arrives.
    fn pass(&mut self) {
        if self.wires.is_empty() {
            return;
        }
        let at = self.chance.below(self.wires.len());
        let side = self.chance.below(2);
        let (now, wire) = (self.now, &mut self.wires[at]);
        let (end, link) = wire.ends[side];
        if self.unaware == Some(end) {
            return;
        }
        let what = wire.arrives(side);
        let Some(person) = self.people.get_mut(&end) else {
            return;
        };
        match what {
            Side::Nothing => {}
            Side::Begun => person.machine.begun(link, now),
            Side::Heard(message) => person.machine.heard(link, message, now),
            Side::Broken => person.machine.broken(link, now),
        }
        self.wires.retain(|wire| !wire.is_over());
    }

    /// A connection breaks, or all that a block is in the way of.
    fn cut(&mut self) {
        if self.wires.is_empty() {
            return;
        }
        let at = self.chance.below(self.wires.len());
        if self.wires[at].cut(&mut self.chance) {
            self.kills += 1;
        }
    }

    fn person(&mut self, who: Who) -> &mut Person {
        self.people.get_mut(&who).unwrap()
    }

    /// Everything mends, and time passes: all who are left have met, and know what became of all that was said.
    pub(super) fn mend(&mut self) -> Result<(), Wrong> {
        self.blocked.clear();
        self.lobby_up = true;
        let mut outcome = Ok(());
        for _ in 0..ROUNDS {
            for _ in 0..STEPS {
                self.mend_step()?;
            }
            outcome = self.check();
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }

    fn mend_step(&mut self) -> Result<(), Wrong> {
        let all: Vec<Who> = self.people.keys().copied().collect();
        for who in all {
            self.lobby_works(who);
            self.settle()?;
            if self.people.contains_key(&who) {
                self.connect(who);
            }
        }
        for _ in 0..20 {
            self.pass();
            self.settle()?;
        }
        self.time_passes(Duration::from_millis(50));
        self.settle()
    }

    fn check(&self) -> Result<(), Wrong> {
        for (who, person) in &self.people {
            let others = self.people.keys().filter(|other| *other != who);
            let others: Vec<_> = others.map(|other| key(*other)).collect();
            person
                .account
                .check(&others)
                .map_err(|wrong| format!("{who}: {wrong}"))?;
        }
        Ok(())
    }
}
