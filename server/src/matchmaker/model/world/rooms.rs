//! What rooms do: take orders, give and take seats, fail, end.

use acaso_shared::ids::RoomPort;
use rand::RngExt;
use rand::seq::IndexedRandom;

use super::{Command, Errand, Expect, Origin, Report, Seat, TICKET, World};
use crate::room::VisitNumber;

impl World {
    pub(super) fn a_room_works(&mut self) -> Result<(), String> {
        let busy: Vec<_> = self
            .rooms
            .iter()
            .filter(|(_, room)| !room.mailbox.is_empty())
            .collect();
        let Some(port) = busy.choose(&mut self.rng).map(|(port, _)| **port) else {
            return Ok(());
        };
        self.work(port)
    }

    pub(super) fn work(&mut self, port: RoomPort) -> Result<(), String> {
        let (door_fails, row_fails) = (self.bad_luck(), self.bad_luck());
        let Some(room) = self.rooms.get_mut(&port) else {
            return Ok(());
        };
        match room.mailbox.pop_front() {
            Some(Command::Expect(expect)) => {
                if room.seats.len() == 2 {
                    return Err("a third was sent to a room".into());
                }
                let open = room.seats.iter().any(|seat| seat.ticket_until.is_some());
                room.door_failed = door_fails && !open;
                if room.door_failed {
                    self.reports.push_back((port, Report::DoorFailed(expect)));
                } else if row_fails {
                    self.reports.push_back((port, Report::Emptied(expect.visit)));
                    self.give_up(expect);
                } else {
                    room.seats.push(Seat {
                        visit: expect.visit,
                        person: expect.person,
                        wish: expect.wish,
                        ticket_until: Some(self.now + TICKET),
                        away_until: None,
                    });
                    if let Errand::Stranger(Some(from)) = expect.errand {
                        self.answer(from, Some(expect));
                    }
                }
            }
            Some(Command::SeatElsewhere(seat)) => self.move_out(port, seat),
            Some(Command::Void) => self.all_go(port),
            None => {}
        }
        self.end_if_empty(port);
        Ok(())
    }

    /// The seat in the other room is ready, or cannot be had.
    pub(super) fn move_out(&mut self, port: RoomPort, seat: Option<Expect>) {
        let Some(room) = self.rooms.get(&port) else { return };
        match (seat, &room.seats[..]) {
            (Some(expect), [mover]) if mover.person == expect.person => {
                let visit = mover.visit;
                self.moving.remove(&expect.person);
                self.empty(port, visit);
            }
            (Some(expect), _) => {
                self.withdraw(expect);
                self.reports.push_back((port, Report::Stays));
            }
            (None, _) => self.reports.push_back((port, Report::Stays)),
        }
    }

    pub(super) fn withdraw(&mut self, expect: Expect) {
        self.moving.remove(&expect.person);
        let held = self
            .rooms
            .iter()
            .find(|(_, room)| room.seats.iter().any(|seat| seat.visit == expect.visit));
        if let Some(port) = held.map(|(port, _)| *port) {
            self.empty(port, expect.visit);
        }
    }

    /// Tells the room that somebody waits to leave; if it is gone, so is whoever sat there, and the seat is given back.
    pub(super) fn answer(&mut self, from: Origin, seat: Option<Expect>) {
        let room = self
            .rooms
            .get_mut(&from.port)
            .filter(|room| room.opening == from.opening);
        match (room, seat) {
            (Some(room), seat) => room.mailbox.push_back(Command::SeatElsewhere(seat)),
            (None, Some(expect)) => self.withdraw(expect),
            (None, None) => {}
        }
    }

    /// Nobody is coming on that claim.
    pub(super) fn give_up(&mut self, expect: Expect) {
        self.moving.remove(&expect.person);
        if let Errand::Stranger(Some(from)) = expect.errand {
            self.answer(from, None);
        }
    }

    pub(super) fn a_room_fails(&mut self) {
        let ports: Vec<_> = self.rooms.keys().copied().collect();
        let Some(port) = ports.choose(&mut self.rng).copied() else {
            return;
        };
        // What it was told is lost, and nobody answers; whoever waited for an answer learns that there is none.
        let room = self.rooms.get_mut(&port).unwrap();
        room.seats.clear();
        for command in std::mem::take(&mut room.mailbox) {
            match command {
                Command::Expect(expect) => self.give_up(expect),
                Command::SeatElsewhere(Some(expect)) => self.withdraw(expect),
                Command::SeatElsewhere(None) | Command::Void => {}
            }
        }
        self.policy.ending(port, self.now);
        if !self.is_ending(port) {
            self.reports.push_back((port, Report::Ended { usable: true }));
        }
    }

    pub(super) fn empty(&mut self, port: RoomPort, visit: VisitNumber) {
        let room = self.rooms.get_mut(&port).unwrap();
        let have_met = room.have_met();
        room.seats.retain(|seat| seat.visit != visit);
        self.reports.push_back((port, Report::Emptied(visit)));
        if room.kept.is_some_and(|kept| kept.falls_with(visit, have_met)) {
            return self.all_go(port);
        }
        // Nobody is waited for whose partner has gone.
        if let [partner] = room.seats[..]
            && partner.away_until.is_some()
        {
            room.seats.clear();
            self.reports.push_back((port, Report::Emptied(partner.visit)));
        }
        self.end_if_empty(port);
    }

    pub(super) fn end_if_empty(&mut self, port: RoomPort) {
        if self.is_ending(port) || !self.rooms.get(&port).is_some_and(|room| room.seats.is_empty()) {
            return;
        }
        let room = self.rooms.get_mut(&port).unwrap();
        let usable = !room.door_failed;
        for command in std::mem::take(&mut room.mailbox) {
            match command {
                Command::Expect(expect) => self.reports.push_back((port, Report::Bounced(expect))),
                Command::SeatElsewhere(Some(expect)) => self.withdraw(expect),
                Command::SeatElsewhere(None) | Command::Void => {}
            }
        }
        self.reports.push_back((port, Report::Ended { usable }));
    }

    /// Whether the room has ended and only the matchmaker does not know yet.
    pub(super) fn is_ending(&self, port: RoomPort) -> bool {
        self.reports
            .iter()
            .any(|(of, report)| *of == port && matches!(report, Report::Ended { .. }))
    }

    pub(super) fn bad_luck(&mut self) -> bool {
        self.unlucky && self.rng.random_ratio(1, 15)
    }
}
