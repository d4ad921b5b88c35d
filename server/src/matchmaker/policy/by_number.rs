//! Seats for two who share a code: by its number, in a room that no stranger is ever sent to and that nobody is moved from.

use std::time::Instant;

use acaso_shared::ids::{RendezvousNumber, RoomPort, SecretHash};
use acaso_shared::protocol::lobby::Rendezvous;
use rand::Rng;

use super::rooms::OtherSeat;
use super::{NoSeat, Policy, Reserved};
#[cfg(test)]
use crate::matchmaker::model::Mistake;
use crate::matchmaker::rendezvous::Open;
use crate::room::{Appointment, VisitNumber, Wish};

/// What comes of looking for somebody by a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::matchmaker) enum Meeting {
    /// They wait there, in a room that is to be opened.
    Waits {
        seat: Reserved,
        appointment: Appointment,
        /// The room where they waited until now, if there is one: whoever is in it or on the way is to go.
        given_up: Option<RoomPort>,
    },
    /// Somebody waits there, and this is the seat beside them.
    Comes(Reserved),
}

/// Why nothing comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::matchmaker) enum NoMeeting {
    /// There is no seat.
    Seat(NoSeat),
    /// Nobody waits there.
    Nobody,
    /// Somebody does, but has lost the way there; or somebody is on the way to them who may not come. That may be otherwise soon.
    NotNow,
}

impl Policy {
    /// Whether that is a try at a number at which somebody else waits, or none does: not to be had without end.
    pub(in crate::matchmaker) fn is_guess(
        &mut self,
        visitor: SecretHash,
        at: Rendezvous,
        now: Instant,
    ) -> bool {
        self.look_at_the_clock(now);
        match at {
            Rendezvous::Open => false,
            Rendezvous::Come { .. } => true,
            Rendezvous::Either { number } => {
                // Where either may come first, whoever finds nobody is the first. A number that was given to somebody is only found by
                // who was told it, or tries them all.
                let open = self.numbers.at(number);
                let is_own = open.is_some_and(|open| open.visitor == visitor);
                !is_own && (number.is_given_out() || open.is_some_and(|open| open.room.is_some()))
            }
        }
    }

    /// Reserves a seat at a rendezvous: beside whoever waits there, or to wait there.
    ///
    /// # Errors
    /// Nobody waits there, or there is no seat.
    pub(in crate::matchmaker) fn meet(
        &mut self,
        wish: Wish,
        at: Rendezvous,
        now: Instant,
        rng: &mut impl Rng,
    ) -> Result<Meeting, NoMeeting> {
        self.look_at_the_clock(now);
        if self.holds_enough(wish.visitor) {
            return Err(NoMeeting::Seat(NoSeat::TooMany));
        }
        match at {
            Rendezvous::Open => {
                let number = self.numbers.draw(rng).ok_or(NoMeeting::Seat(NoSeat::Full))?;
                self.wait_at(number, now + self.rules.invitation, wish, now, rng)
            }
            Rendezvous::Come { number } => self.come_to(number, wish, now),
            Rendezvous::Either { number } => match self.numbers.at(number) {
                Some(open) if open.visitor == wish.visitor => {
                    self.wait_at(number, open.until, wish, now, rng)
                }
                Some(open) if open.room.is_some() => self.come_to(number, wish, now),
                // Nobody but who was given it waits at a short one, or those would soon be gone.
                _ if number.is_given_out() => self.come_to(number, wish, now),
                _ => self.wait_at(number, now + self.rules.rendezvous, wish, now, rng),
            },
        }
    }

    fn wait_at(
        &mut self,
        number: RendezvousNumber,
        until: Instant,
        wish: Wish,
        now: Instant,
        rng: &mut impl Rng,
    ) -> Result<Meeting, NoMeeting> {
        let full = NoMeeting::Seat(NoSeat::Full);
        let port = self.free.draw(rng, 1, |_| true).ok_or(full)?;
        self.open(port, now);
        let seat = self.reserve(port, wish, now, now).ok_or(full)?;
        let opener = seat.visit;
        self.set_other_seat(port, OtherSeat::Kept { opener, number }, now);
        let (visitor, room) = (wish.visitor, Some(port));
        let open = Open { visitor, until, room };
        let given_up = self.numbers.open(number, open);
        if let Some(before) = given_up {
            self.set_other_seat(before, OtherSeat::Ending, now);
        }
        Ok(Meeting::Waits {
            seat: Reserved { fresh: true, ..seat },
            appointment: Appointment { number, until },
            given_up,
        })
    }

    fn come_to(&mut self, number: RendezvousNumber, wish: Wish, now: Instant) -> Result<Meeting, NoMeeting> {
        let open = self
            .numbers
            .at(number)
            .filter(|open| open.visitor != wish.visitor);
        let port = open.ok_or(NoMeeting::Nobody)?.room.ok_or(NoMeeting::NotNow)?;
        let seat = self.reserve(port, wish, now, now);
        seat.map(Meeting::Comes).ok_or(NoMeeting::NotNow)
    }

    /// Whoever has that visit said goodbye: if they waited at a rendezvous, they wait no longer.
    pub(in crate::matchmaker) fn gives_up(&mut self, port: RoomPort, visit: VisitNumber) {
        if let Some(OtherSeat::Kept { opener, number }) = self.rooms.get(&port).map(|room| room.other_seat)
            && opener == visit
        {
            self.numbers.over(number, port);
        }
    }

    /// Two sit together in a room that was kept for them: nobody is sent there any more, and the number is nobody's.
    pub(super) fn have_met_by_number(&mut self, port: RoomPort) {
        #[cfg(test)]
        if self.mistake == Some(Mistake::KeepsNumbers) {
            return;
        }
        if let Some(room) = self.rooms.get_mut(&port)
            && let OtherSeat::Kept { number, .. } = room.other_seat
        {
            room.other_seat = OtherSeat::Ending;
            self.numbers.over(number, port);
        }
    }

    /// That room takes nobody any more. Whoever waited there for somebody with a code may do so elsewhere.
    pub(super) fn end_waiting(&mut self, port: RoomPort) {
        if let Some(room) = self.rooms.get_mut(&port) {
            if let OtherSeat::Kept { number, .. } = room.other_seat {
                self.numbers.lost(number, port);
            }
            room.other_seat = OtherSeat::Ending;
        }
    }

    fn set_other_seat(&mut self, port: RoomPort, other_seat: OtherSeat, now: Instant) {
        #[cfg(test)]
        if self.mistake == Some(Mistake::OffersKeptRooms) && other_seat != OtherSeat::Ending {
            return;
        }
        if let Some(room) = self.rooms.get_mut(&port) {
            room.other_seat = other_seat;
        }
        self.settle(port, now);
    }
}
