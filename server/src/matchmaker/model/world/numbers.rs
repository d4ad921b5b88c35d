//! People who look for each other by the number of a code, among all the others.

use std::time::Instant;

use acaso_shared::ids::{RendezvousNumber, RoomPort};
use acaso_shared::protocol::lobby::Rendezvous;
use rand::RngExt;
use rand::seq::IndexedRandom;

use super::{Command, Errand, Expect, Person, Report, Room, World};
use crate::matchmaker::policy::{Meeting, NoMeeting, Reserved};
use crate::room::{Appointment, Client, VisitNumber, Wish};

/// Somebody opened that room to wait for whom they share a code with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    number: RendezvousNumber,
    until: Instant,
    opener: VisitNumber,
    /// Whether the matchmaker was told that two sit there.
    pub(super) is_known_to_be_over: bool,
    is_void: bool,
}

impl World {
    /// Somebody opens a rendezvous, comes to one, or does whichever is possible: at a number that was opened before, or at any.
    pub(super) fn somebody_looks_for_somebody(&mut self) -> Result<(), String> {
        let ours = |wish: &&Wish| matches!(wish.client, Client::Ours { .. });
        let ours: Vec<_> = self.visitors.iter().filter(ours).copied().collect();
        let wish = *ours.choose(&mut self.rng).unwrap();
        let any = RendezvousNumber::try_from(100_000 + self.rng.random_range(0..2)).unwrap();
        let number = self.opened.choose(&mut self.rng).copied();
        let number = number.filter(|_| self.rng.random_ratio(3, 4)).unwrap_or(any);
        let at = match self.rng.random_range(0..4) {
            0 => Rendezvous::Open,
            1 | 2 => Rendezvous::Come { number },
            _ => Rendezvous::Either { number },
        };
        self.people += 1;
        self.meet(wish, self.people, at)?;
        self.hear_unsent()
    }

    fn meet(&mut self, wish: Wish, person: Person, at: Rendezvous) -> Result<(), String> {
        match self.policy.meet(wish, at, self.now, &mut self.rng) {
            Ok(Meeting::Comes(to)) => {
                let kept = self.rooms.get(&to.port).and_then(|room| room.kept);
                let kept = kept.ok_or("somebody was sent by a number to a room of strangers")?;
                if kept.is_known_to_be_over || kept.is_void {
                    return Err("somebody was sent by a number that is nobody's any more".into());
                }
                self.send(to, wish, person, Errand::Comes)
            }
            Ok(Meeting::Waits {
                seat,
                appointment,
                given_up,
            }) => self.opens(wish, person, seat, appointment, given_up),
            Err(NoMeeting::Seat(_) | NoMeeting::Nobody | NoMeeting::NotNow) => Ok(()),
        }
    }

    fn opens(
        &mut self,
        wish: Wish,
        person: Person,
        to: Reserved,
        appointment: Appointment,
        given_up: Option<RoomPort>,
    ) -> Result<(), String> {
        if let Some(port) = given_up
            && let Some(room) = self.rooms.get_mut(&port)
        {
            room.kept.iter_mut().for_each(|kept| kept.is_void = true);
            room.mailbox.push_back(Command::Void);
        }
        let number = appointment.number;
        if self.rooms.values().any(|room| room.waits_at(number, self.now)) {
            return Err("one number was given to two".into());
        }
        self.opened.push(number);
        self.send(to, wish, person, Errand::Waits(appointment))
    }

    /// Whoever waits there for longer than was said goes, unless somebody is on the way.
    pub(super) fn waits_end(&mut self) {
        let now = self.now;
        let over = |room: &Room| {
            let kept = room.kept.filter(|kept| kept.until <= now);
            kept.is_some() && !room.have_met() && room.seats.iter().all(|seat| seat.ticket_until.is_none())
        };
        let ports: Vec<_> = self
            .rooms
            .iter()
            .filter(|(_, room)| over(room))
            .map(|(port, _)| *port)
            .collect();
        ports.into_iter().for_each(|port| self.all_go(port));
    }

    /// Somebody whom their room does not take.
    pub(super) fn again(&mut self, expect: Expect) -> Result<(), String> {
        match expect.errand {
            Errand::Stranger(from) => self.seat(expect.wish, expect.person, from),
            Errand::Waits(Appointment { number, .. }) => {
                self.meet(expect.wish, expect.person, Rendezvous::Either { number })
            }
            Errand::Comes => Ok(()),
        }
    }

    pub(super) fn all_go(&mut self, port: RoomPort) {
        let seats = self
            .rooms
            .get_mut(&port)
            .map(|room| std::mem::take(&mut room.seats));
        for seat in seats.into_iter().flatten() {
            self.reports.push_back((port, Report::Emptied(seat.visit)));
        }
        self.end_if_empty(port);
    }
}

impl Kept {
    pub(super) fn new(appointment: Appointment, opener: VisitNumber) -> Self {
        Self {
            number: appointment.number,
            until: appointment.until,
            opener,
            is_known_to_be_over: false,
            is_void: false,
        }
    }

    /// Whether the room falls with that seat.
    pub(super) fn falls_with(&self, visit: VisitNumber, have_met: bool) -> bool {
        have_met || self.opener == visit
    }
}

impl Room {
    /// Whether two sit there.
    pub(super) fn have_met(&self) -> bool {
        matches!(&self.seats[..], [a, b] if a.ticket_until.is_none() && b.ticket_until.is_none())
    }

    fn waits_at(&self, number: RendezvousNumber, now: Instant) -> bool {
        self.kept.is_some_and(|kept| {
            let is_there = self.seats.iter().any(|seat| seat.visit == kept.opener);
            kept.number == number && kept.until > now && is_there && !kept.is_void && !self.have_met()
        })
    }
}
