//! Two ends, their links and a relay as plain values, in which anything can happen next.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::session::state::delivery::{Arrival, Delivery, Due, Impossible};

/// Frames that a relay holds for one seat before it stops reading the other.
const RELAY_HOLDS: usize = 64;

/// A generator of chance that is the same everywhere for the same seed (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(bound).unwrap()).unwrap()
    }
}

#[derive(Clone, Copy, Debug)]
enum Frame {
    Message { sequence: u64, words: u64 },
    Sync { counter: u64, next: u64 },
    Ack { counter: u64, next: u64 },
}

#[derive(Clone, Copy, Debug)]
enum FromRoom {
    Frame(Frame),
    Resumed,
    PartnerAway,
    PartnerBack,
}

/// One client, its link, and its seat.
struct End {
    delivery: Delivery<(u64, u64)>,
    counter: u64,
    /// Messages said and messages taken: their words are 0, 1, 2 …
    said: u64,
    taken: u64,
    /// Whether the client and the room believe in the link, and whether there is one.
    client_up: bool,
    room_up: bool,
    link_up: bool,
    up: VecDeque<Frame>,
    down: VecDeque<FromRoom>,
    /// What a curious relay wrote down of what this end said.
    noted: Vec<Frame>,
}

impl End {
    fn new() -> Self {
        Self {
            delivery: Delivery::new(),
            counter: 0,
            said: 0,
            taken: 0,
            client_up: true,
            room_up: true,
            link_up: true,
            up: VecDeque::new(),
            down: VecDeque::new(),
            noted: Vec::new(),
        }
    }

    fn say(&mut self) {
        if self.client_up && self.delivery.is_settled() && self.delivery.kept().len() < 256 {
            self.delivery.keep((self.delivery.said(), self.said));
            self.said += 1;
        }
    }

    fn pump(&mut self) {
        if !self.client_up {
            return;
        }
        let Some(due) = self.delivery.due() else { return };
        let counter = self.counter;
        let frame = match due {
            Due::Sync { next } => Frame::Sync { counter, next },
            Due::Ack { next } => Frame::Ack { counter, next },
            Due::Message((sequence, words)) => Frame::Message { sequence, words },
        };
        if !matches!(frame, Frame::Message { .. }) {
            self.counter += 1;
        }
        if self.link_up {
            self.up.push_back(frame);
        }
    }

    /// The link breaks: of what was on it, some still arrives.
    fn cut(&mut self, chance: &mut Chance) {
        self.link_up = false;
        self.up.truncate(chance.below(self.up.len() + 1));
        self.down.truncate(chance.below(self.down.len() + 1));
    }
}

pub(super) struct World {
    ends: [End; 2],
    now: Instant,
    chance: Chance,
    /// How many links broke.
    pub(super) kills: u64,
}

/// What must never be.
pub(super) type Wrong = String;

impl World {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            ends: [End::new(), End::new()],
            now: Instant::now(),
            chance: Chance(seed),
            kills: 0,
        }
    }

    pub(super) fn step(&mut self) -> Result<(), Wrong> {
        let who = self.chance.below(2);
        match self.chance.below(100) {
            0..15 => self.ends[who].say(),
            15..40 => self.ends[who].pump(),
            40..62 => self.relay(who),
            62..86 => self.deliver(who)?,
            86..90 => self.tick(who),
            90..92 => self.replay(who),
            92..94 => self.client_notices(who),
            94..96 => self.room_notices(who),
            96..98 => self.come_back(who),
            _ => self.kill(who),
        }
        Ok(())
    }

    fn kill(&mut self, who: usize) {
        if self.ends[who].link_up {
            self.ends[who].cut(&mut self.chance);
            self.kills += 1;
        }
    }

    /// The room hands over what one end said, unless the other one is away.
    fn relay(&mut self, who: usize) {
        let other = 1 - who;
        if self.ends[other].room_up && self.ends[other].down.len() >= RELAY_HOLDS {
            return;
        }
        let Some(frame) = self.ends[who].up.pop_front() else {
            return;
        };
        if self.ends[who].noted.len() < 32 {
            self.ends[who].noted.push(frame);
        }
        self.hand_over(other, FromRoom::Frame(frame));
    }

    fn hand_over(&mut self, to: usize, what: FromRoom) {
        // A link that the room still believes in takes everything; what is on it when it breaks is lost.
        let end = &mut self.ends[to];
        if end.room_up && end.link_up {
            end.down.push_back(what);
        }
    }

    /// A rude relay says something again.
    fn replay(&mut self, who: usize) {
        let noted = &self.ends[who].noted;
        if noted.is_empty() {
            return;
        }
        let frame = noted[self.chance.below(noted.len())];
        self.hand_over(1 - who, FromRoom::Frame(frame));
    }

    fn tick(&mut self, who: usize) {
        self.now += Duration::from_millis(60);
        self.ends[who].delivery.tick(self.now);
    }

    fn client_notices(&mut self, who: usize) {
        let end = &mut self.ends[who];
        if end.client_up && !end.link_up {
            end.client_up = false;
            end.down.clear();
            end.delivery.interrupted();
        }
    }

    fn room_notices(&mut self, who: usize) {
        if self.ends[who].room_up && !self.ends[who].link_up {
            self.ends[who].room_up = false;
            self.ends[who].up.clear();
            self.hand_over(1 - who, FromRoom::PartnerAway);
        }
    }

    /// The way back: it also takes over a seat whose loss the room has not noticed.
    fn come_back(&mut self, who: usize) {
        if self.ends[who].client_up {
            return;
        }
        let other_is_here = self.ends[1 - who].room_up;
        let end = &mut self.ends[who];
        (end.client_up, end.room_up, end.link_up) = (true, true, true);
        end.up.clear();
        end.down = VecDeque::from([FromRoom::Resumed]);
        if !other_is_here {
            end.down.push_back(FromRoom::PartnerAway);
        }
        self.hand_over(1 - who, FromRoom::PartnerBack);
    }

    fn deliver(&mut self, who: usize) -> Result<(), Wrong> {
        let Some(what) = self.ends[who].down.pop_front() else {
            return Ok(());
        };
        if !self.ends[who].client_up {
            return Ok(());
        }
        match what {
            FromRoom::Resumed | FromRoom::PartnerBack => self.ends[who].delivery.reattached(),
            FromRoom::PartnerAway => self.ends[who].delivery.interrupted(),
            FromRoom::Frame(Frame::Message { sequence, words }) => self.message(who, sequence, words)?,
            FromRoom::Frame(Frame::Sync { counter, next }) => {
                self.control(who, counter, |delivery| delivery.synced(next))?;
            }
            FromRoom::Frame(Frame::Ack { counter, next }) => {
                self.control(who, counter, |delivery| delivery.acknowledged(next))?;
            }
        }
        Ok(())
    }

    fn message(&mut self, who: usize, sequence: u64, words: u64) -> Result<(), Wrong> {
        let end = &mut self.ends[who];
        if end.delivery.arrival(sequence) == Arrival::Next {
            if words != end.taken {
                return Err(format!("message {words} was taken, {} was expected", end.taken));
            }
            end.taken += 1;
            end.delivery.took(self.now);
        }
        Ok(())
    }

    fn control(
        &mut self,
        who: usize,
        counter: u64,
        says: impl FnOnce(&mut Delivery<(u64, u64)>) -> Result<Vec<(u64, u64)>, Impossible>,
    ) -> Result<(), Wrong> {
        let taken = self.ends[1 - who].taken;
        let delivery = &mut self.ends[who].delivery;
        if !delivery.is_fresh(counter) {
            return Ok(());
        }
        delivery.took_control(counter);
        let arrived = says(delivery).map_err(|error| error.to_string())?;
        match arrived.iter().find(|(_, words)| *words >= taken) {
            Some((_, words)) => Err(format!("message {words} is shown as delivered, and is not")),
            None => Ok(()),
        }
    }

    /// The network mends: both come back, and everything that is on its way arrives.
    pub(super) fn mend(&mut self) -> Result<(), Wrong> {
        for who in [0, 1] {
            self.client_notices(who);
            self.room_notices(who);
            self.come_back(who);
        }
        for _ in 0..4096 {
            for who in [0, 1] {
                self.tick(who);
                self.ends[who].pump();
                self.relay(who);
                self.deliver(who)?;
            }
        }
        for (one, other) in [(0, 1), (1, 0)] {
            let (said, taken) = (self.ends[one].said, self.ends[other].taken);
            let kept = self.ends[one].delivery.kept().len();
            if said != taken || kept > 0 {
                return Err(format!(
                    "{said} said, {taken} taken, {kept} not known to have arrived"
                ));
            }
        }
        Ok(())
    }
}
