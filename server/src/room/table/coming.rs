//! How people come: expected, let in at the door, seated.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use acaso_shared::ids::{ResumeToken, SecretHash};
use acaso_shared::link::Link;
use acaso_shared::protocol::room::{Parting, RoomEvent};
use acaso_shared::protocol::{Refusal, VersionRange};
use acaso_shared::transport::Stream;
use tokio::time::Instant;

use super::Table;
use super::rendezvous::Rendezvous;
use crate::entrance::Entrance;
use crate::room::door::{self, Door, Knock};
use crate::room::line::Line;
use crate::room::seat::{Expected, Guest, Seat, Side};
use crate::room::ways::Ways;
use crate::room::{Arrival, Client, Errand, Expect, OldArrival, Report, Reservation, old_client};

/// When whoever asked for a seat may try again while the registry takes no entries.
const REGISTRY_RETRY_SECS: u32 = 10;

impl Table {
    /// Opens the door, writes the row, and only then answers.
    pub(super) async fn expect(&mut self, expect: Expect) {
        let Some(side) = Side::BOTH.into_iter().find(|side| self.seats[*side].is_empty()) else {
            tracing::error!(port = %self.identity.port, "a third was sent to a room and goes elsewhere");
            return self.report(Report::Bounced(expect)).await;
        };
        if self.needs_a_door() {
            match self.listen() {
                Ok(entrance) => self.door = Some(Box::new(Door::new(entrance, Some(expect.places.door)))),
                Err(error) => {
                    tracing::info!(port = %self.identity.port, %error, "the door does not open");
                    self.usable = false;
                    return self.report(Report::DoorFailed(expect)).await;
                }
            }
        }
        self.usable = true;
        if !self.raise_row().await {
            self.close_idle_door();
            expect.errand.forgive();
            // Whoever asked may have gone; then nobody needs the answer.
            let _ = expect.answer.send(Err(Refusal::Registry {
                retry_after_secs: REGISTRY_RETRY_SECS,
            }));
            return self.report(Report::Emptied(expect.visit, None)).await;
        }
        let (appointment, guess) = match expect.errand {
            Errand::Stranger => (None, None),
            Errand::Waits(appointment) => (Some(appointment), None),
            Errand::Comes(guess) => (None, guess),
        };
        if let Some(appointment) = appointment {
            self.rendezvous = Some(Rendezvous::new(appointment, expect.visit));
        }
        self.seats[side] = Seat::Expected(Box::new(Expected {
            visit: expect.visit,
            visitor: expect.wish.visitor,
            ticket: expect.ticket.hash(),
            old_from: match expect.wish.client {
                Client::Old(from) => Some(from),
                Client::Ours { .. } => None,
            },
            until: Instant::now() + self.context.timings.ticket,
            guess,
            place: expect.places.seat,
        }));
        let reservation = Reservation::new(self.identity.port, expect.ticket, self.own_address.clone());
        let reservation = reservation.at(appointment);
        // If whoever asked has gone, the reservation is dropped here and comes back as a withdrawal.
        let _ = expect.answer.send(Ok(reservation));
    }

    /// Whether one is to be opened: there is none, and people come by one.
    pub(super) fn needs_a_door(&self) -> bool {
        self.door.is_none() && !self.context.rooms_shared
    }

    pub(super) fn listen(&self) -> io::Result<Entrance> {
        Door::listen(&self.context, self.identity.port)
    }

    /// The holder of that ticket is not coming: a seat that was kept for somebody else is empty again, one's own is kept on.
    pub(super) async fn ticket_unused(&mut self, ticket: SecretHash) {
        match self.side_of_ticket(ticket) {
            Some(side) if self.seats[side].is_away() => self.forget_ticket(side),
            Some(side) => self.vacate(side, Parting::Left, None).await,
            None => {}
        }
    }

    pub(super) fn let_in(&mut self, knock: Knock) {
        let from = knock.ip();
        let may_be_old = self.ticket_of_old(from).is_some();
        let arrival = door::arrive(
            knock,
            may_be_old,
            Arc::clone(&self.context),
            self.own_address.clone(),
        );
        let arrival = self.context.tracker.spawn(arrival).abort_handle();
        if let Some(door) = &mut self.door {
            door.count(arrival);
        }
    }

    /// Somebody stands in the door with an old client. The first who comes from where one is expected is let in, and nobody else.
    pub(super) async fn old_arrived(&mut self, arrival: OldArrival) {
        let OldArrival { line, ip, place } = arrival;
        let Some(ticket) = self.ticket_of_old(ip) else {
            return tracing::debug!("somebody with an old client comes whom nobody expects");
        };
        let rooms_end = old_client::translate(line, &self.context);
        let arrival = Arrival {
            link: Link::new(Stream::Memory(rooms_end)),
            ticket,
            versions: self.context.versions,
            ip,
            place,
        };
        self.arrived(arrival).await;
    }

    fn ticket_of_old(&self, from: IpAddr) -> Option<SecretHash> {
        self.seats.iter().find_map(|seat| seat.ticket_of_old(from))
    }

    pub(super) async fn arrived(&mut self, arrival: Arrival) {
        // The ticket may be older than the ban, or fetched from an address that is not barred.
        if let Err(refusal) = self.context.guard.may_come(arrival.ip) {
            return self.bar(arrival, refusal).await;
        }
        let Some(side) = self.side_of_ticket(arrival.ticket) else {
            return self.turn_away(arrival, Refusal::BadTicket);
        };
        match std::mem::take(&mut self.seats[side]) {
            Seat::Expected(expected) if self.can_speak(side, &arrival) => {
                self.sit_down(side, *expected, arrival).await;
            }
            Seat::Away(away) => self.sit_down_again(side, *away, arrival).await,
            seat => {
                self.seats[side] = seat;
                // A guess is not given back for it: whoever comes says themselves which versions they speak.
                self.turn_away(arrival, Refusal::Version(self.context.versions));
                self.vacate(side, Parting::Left, None).await;
            }
        }
    }

    /// Somebody in the door is barred: they are told so, and the seat that their ticket is for goes to somebody else.
    async fn bar(&mut self, arrival: Arrival, refusal: Refusal) {
        let side = self.side_of_ticket(arrival.ticket);
        self.turn_away(arrival, refusal);
        if let Some(side) = side {
            self.vacate(side, Parting::Removed, None).await;
        }
    }

    /// Whether they have a version in common with the server and with whoever sits there: a seat is not kept by a guest with
    /// whom nobody could ever be paired.
    fn can_speak(&self, side: Side, arrival: &Arrival) -> bool {
        let understands = |versions: VersionRange| versions.highest_common(arrival.versions).is_some();
        let partner = self.seats[side.other()].holder();
        understands(self.context.versions) && partner.is_none_or(|partner| understands(partner.versions))
    }

    async fn sit_down(&mut self, side: Side, expected: Expected, arrival: Arrival) {
        let resume = ResumeToken::random();
        let (stream, read) = arrival.link.into_parts();
        let mut line = Box::new(Line::new(stream, &read, Instant::now()));
        line.say(&RoomEvent::Seated {
            port: self.identity.port,
            generation: self.identity.generation,
            resume,
        });
        self.relay.lines[side] = Some(line);
        self.arrivals += 1;
        self.seats[side] = Seat::Taken(Box::new(Guest {
            visit: expected.visit,
            visitor: expected.visitor,
            versions: arrival.versions,
            is_old: expected.old_from.is_some(),
            ip: arrival.ip,
            arrival: self.arrivals,
            ways: Ways::new(resume.hash()),
            parted: None,
            guess: expected.guess,
            _place: expected.place,
        }));
        self.close_idle_door();
        self.report(Report::Seated(expected.visit, resume.hash())).await;
        self.pair();
    }

    /// The door is open exactly while a ticket is out.
    pub(super) fn close_idle_door(&mut self) {
        if self.seats.iter().all(|seat| seat.ticket().is_none()) {
            self.door = None;
        }
    }

    pub(super) fn turn_away(&self, arrival: Arrival, refusal: Refusal) {
        let context = Arc::clone(&self.context);
        self.context
            .tracker
            .spawn(async move { arrival.refuse(refusal, &context).await });
    }

    fn side_of_ticket(&self, ticket: SecretHash) -> Option<Side> {
        let is_for = |side: &Side| self.seats[*side].ticket().is_some_and(|(out, _)| out == ticket);
        Side::BOTH.into_iter().find(is_for)
    }
}
