//! How people come: expected, let in at the door, seated.

use std::sync::Arc;

use acaso_shared::ids::{ResumeToken, SecretHash};
use acaso_shared::protocol::room::{Parting, RoomEvent};
use acaso_shared::protocol::{Refusal, VERSIONS};
use tokio::time::Instant;

use super::Table;
use crate::room::door::{self, Arrival, Door, Knock};
use crate::room::line::Line;
use crate::room::seat::{Expected, Guest, Seat, Side};
use crate::room::{Expect, Report, Reservation};

/// When whoever asked for a seat may try again while the registry takes no entries.
const REGISTRY_RETRY_SECS: u32 = 10;

impl Table {
    /// Opens the door, writes the row, and only then answers.
    pub(super) async fn expect(&mut self, expect: Expect) {
        let Some(side) = Side::BOTH.into_iter().find(|side| self.seats[*side].is_empty()) else {
            tracing::error!(port = %self.identity.port, "a third was sent to a room and goes elsewhere");
            return self.report(Report::Bounced(expect)).await;
        };
        if self.door.is_none() {
            match Door::listen(self.context.ip, self.identity.port) {
                Ok(entrance) => self.door = Some(Box::new(Door::new(entrance, expect.places.door))),
                Err(error) => {
                    tracing::info!(port = %self.identity.port, %error, "the door does not open");
                    self.usable = false;
                    return self.report(Report::DoorFailed(expect)).await;
                }
            }
        }
        self.usable = true;
        let given = self.given() + 1;
        if self
            .context
            .registry
            .raise(self.identity.port, given)
            .await
            .is_err()
        {
            self.close_idle_door();
            // Whoever asked may have gone; then nobody needs the answer.
            let _ = expect.answer.send(Err(Refusal::Registry {
                retry_after_secs: REGISTRY_RETRY_SECS,
            }));
            return self.report(Report::Emptied(expect.visit)).await;
        }
        self.recorded = given;
        self.seats[side] = Seat::Expected(Expected {
            visit: expect.visit,
            ticket: expect.ticket.hash(),
            until: Instant::now() + self.context.timings.ticket,
            place: expect.places.seat,
        });
        let reservation = Reservation {
            port: self.identity.port,
            ticket: expect.ticket,
            room: Some(self.own_address.clone()),
        };
        // If whoever asked has gone, the reservation is dropped here and comes back as a withdrawal.
        let _ = expect.answer.send(Ok(reservation));
    }

    pub(super) async fn withdraw(&mut self, ticket: SecretHash) {
        if let Some(side) = self.side_expecting(ticket) {
            self.vacate(side, Parting::Left, None).await;
        }
    }

    pub(super) fn let_in(&mut self, knock: Knock) {
        let arrival = door::arrive(knock, Arc::clone(&self.context), self.own_address.clone());
        let arrival = self.context.tracker.spawn(arrival).abort_handle();
        if let Some(door) = &mut self.door {
            door.count(arrival);
        }
    }

    pub(super) async fn arrived(&mut self, arrival: Arrival) {
        let Some(side) = self.side_expecting(arrival.ticket) else {
            return self.turn_away(arrival, Refusal::BadTicket);
        };
        // What somebody speaks is checked alone first: a seat is not kept by a guest with whom nobody could ever be paired.
        if VERSIONS.highest_common(arrival.versions).is_none() {
            self.turn_away(arrival, Refusal::Version(VERSIONS));
            return self.vacate(side, Parting::Left, None).await;
        }
        let partner = self.seats[side.other()].guest();
        if partner.is_some_and(|partner| partner.versions.highest_common(arrival.versions).is_none()) {
            self.turn_away(arrival, Refusal::Version(VERSIONS));
            return self.vacate(side, Parting::Left, None).await;
        }
        if let Seat::Expected(expected) = std::mem::take(&mut self.seats[side]) {
            self.sit_down(side, expected, arrival).await;
        }
    }

    async fn sit_down(&mut self, side: Side, expected: Expected, arrival: Arrival) {
        let (stream, read) = arrival.link.into_parts();
        let mut line = Box::new(Line::new(stream, &read, Instant::now()));
        line.say(&RoomEvent::Seated {
            port: self.identity.port,
            generation: self.identity.generation,
            resume: ResumeToken::random(),
        });
        self.relay.lines[side] = Some(line);
        self.arrivals += 1;
        self.seats[side] = Seat::Taken(Guest {
            visit: expected.visit,
            versions: arrival.versions,
            arrival: self.arrivals,
            _place: expected.place,
        });
        self.close_idle_door();
        self.report(Report::Seated(expected.visit)).await;
        self.pair();
    }

    /// The door is open exactly while a ticket is out.
    pub(super) fn close_idle_door(&mut self) {
        if self.seats.iter().all(|seat| seat.expected().is_none()) {
            self.door = None;
        }
    }

    pub(super) fn turn_away(&self, arrival: Arrival, refusal: Refusal) {
        let context = Arc::clone(&self.context);
        self.context
            .tracker
            .spawn(async move { arrival.refuse(refusal, &context).await });
    }

    fn side_expecting(&self, ticket: SecretHash) -> Option<Side> {
        let expects = |side: &Side| {
            self.seats[*side]
                .expected()
                .is_some_and(|expected| expected.ticket == ticket)
        };
        Side::BOTH.into_iter().find(expects)
    }
}
