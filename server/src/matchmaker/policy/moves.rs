//! Bringing people together who already sit: out of rooms that nobody can enter, and out of each other's loneliness.

use std::time::Instant;

use acaso_shared::ids::RoomPort;
use rand::Rng;
use rand::seq::SliceRandom;

use super::fit::{can_be_moved, could_meet};
use super::rooms::{OtherSeat, Person};
use super::{Move, Policy, Reserved};
#[cfg(test)]
use crate::matchmaker::model::Mistake;

/// Moves proposed at once: after a mass parting the rest follows at the next look, and other work gets its turn between.
const MOVES_MAX: usize = 256;

/// People looked at once for others who fit, at random: as many as can be moved. Among people who all fit each other more are of
/// no use; and if nobody fits anybody, comparing them all would take the time of everybody else.
const LONELY_MAX: usize = 2 * MOVES_MAX;

impl Policy {
    /// Who is to be moved now: people behind doors that do not open, and one of any two who have been alone in two rooms
    /// for long enough and fit. A seat is reserved for each of them.
    pub(in crate::matchmaker) fn due(&mut self, now: Instant, rng: &mut impl Rng) -> Vec<Move> {
        self.look_at_the_clock(now);
        let mut moves = self.leave_shut_doors(now, rng);
        let mut lonely = self.lonely_for_long(now, rng);
        // Those who never met go first; the rest fit each other only once both have been patient.
        for even_if_met in [false, true] {
            let mut unmatched = Vec::new();
            while let Some((from, person)) = lonely.pop() {
                let partner = lonely.iter().rposition(|(_, other)| {
                    (self.can_go(person) || self.can_go(*other)) && self.fit(person, *other, even_if_met, now)
                });
                match partner {
                    Some(at) if moves.len() < MOVES_MAX => {
                        let (there, other) = lonely.swap_remove(at);
                        moves.extend(if self.can_go(person) {
                            self.plan_move(from, person, there, now)
                        } else {
                            self.plan_move(there, other, from, now)
                        });
                    }
                    _ => unmatched.push((from, person)),
                }
            }
            lonely = unmatched;
        }
        moves
    }

    fn can_go(&self, person: Person) -> bool {
        #[cfg(test)]
        if self.mistake == Some(Mistake::MovesOldClients) {
            return true;
        }
        can_be_moved(person.wish)
    }

    fn fit(&self, a: Person, b: Person, even_if_met: bool, now: Instant) -> bool {
        let patient =
            |p: Person| now.saturating_duration_since(p.waiting_since) >= self.rules.repair_patience;
        let have_met = || self.met.holds(a.wish.visitor, b.wish.visitor);
        could_meet(a.wish, b.wish, &self.blocked) && (!have_met() || even_if_met && patient(a) && patient(b))
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
                (OtherSeat::Shut(_), Some(person)) if can_be_moved(person.wish) => {
                    match self.find_seat(person.wish, person.waiting_since, now, rng) {
                        Some(to) => moves.push(self.set_out(port, person, to, now)),
                        None => self.shut.push(port),
                    }
                }
                // They wait until the door opens again; or are still on the way to their own seat, and looked at again once they sit.
                (OtherSeat::Shut(_), _) => self.shut.push(port),
                _ => {}
            }
        }
        moves
    }

    /// Who has been alone for long enough to be brought together with another, in random order, up to the ceiling.
    pub(super) fn lonely_for_long(&self, now: Instant, rng: &mut impl Rng) -> Vec<(RoomPort, Person)> {
        #[cfg(test)]
        if self.mistake == Some(Mistake::LeavesTheLonely) {
            return Vec::new();
        }
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
        lonely.truncate(LONELY_MAX);
        lonely
    }

    fn plan_move(&mut self, from: RoomPort, person: Person, to: RoomPort, now: Instant) -> Option<Move> {
        let to = self.reserve(to, person.wish, person.waiting_since, now)?;
        Some(self.set_out(from, person, to, now))
    }

    fn set_out(&mut self, from: RoomPort, person: Person, to: Reserved, now: Instant) -> Move {
        if let Some(room) = self.rooms.get_mut(&from) {
            room.other_seat = OtherSeat::Moving;
        }
        self.settle(from, now);
        Move {
            from,
            wish: person.wish,
            to,
        }
    }
}
