//! How a seat is kept for somebody whose link was lost in a conversation, and how they come back to it.

use std::time::Duration;

use acaso_shared::ids::{ConversationNumber, ResumeToken, SecretHash, Ticket};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::room::{Parting, RoomEvent};
use tokio::time::Instant;

use super::Table;
use crate::room::door::Door;
use crate::room::line::Line;
use crate::room::seat::{Away, Coming, Seat, Side};
use crate::room::{Arrival, Report, Reservation, Return, Returning, WayBack};

/// When whoever wants to come back may try again while the door does not open.
const DOOR_RETRY_SECS: u32 = 1;

impl Table {
    /// A link is lost. In a conversation the seat is kept for a while, else it is empty.
    pub(super) async fn lose(&mut self, side: Side) {
        self.note_heard(side);
        let grace = self.grace();
        let is_kept = self.going.as_ref().is_some_and(|going| !going.open);
        if !is_kept || grace.is_zero() {
            return self.vacate(side, Parting::Lost, None).await;
        }
        match std::mem::take(&mut self.seats[side]) {
            Seat::Taken(guest) => {
                // Whatever still comes over the old link reaches nobody.
                let line = self.relay.lines[side].take();
                if let Some(turns) = &mut self.relay.turns {
                    turns.rest(Instant::now());
                }
                self.seats[side] = Seat::Away(Box::new(Away {
                    guest,
                    until: Instant::now() + grace,
                    frames: line.map_or(0, |line| line.frames),
                    coming: None,
                }));
                self.tell_away(side);
            }
            seat => self.seats[side] = seat,
        }
    }

    /// For how long a seat is kept from now on. Before the handshake stands nobody was shown to anybody, so that nobody waits
    /// for longer than for a handshake.
    fn grace(&self) -> Duration {
        let timings = &self.context.timings;
        match &self.going {
            Some(going) if going.ready_until.is_some() => timings
                .grace
                .min(timings.sealed_handshake)
                .min(going.ready_at_last.saturating_duration_since(Instant::now())),
            _ => timings.grace,
        }
    }

    /// The handshake stands, so that whoever lost the link just before gets the whole grace.
    pub(super) fn extend_grace(&mut self) {
        let until = Instant::now() + self.context.timings.grace;
        for side in Side::BOTH {
            if let Seat::Away(away) = &mut self.seats[side] {
                away.until = until;
                self.tell_away(side);
            }
        }
    }

    /// Tells the partner, if they are present, that this seat is away and for how long it is kept.
    fn tell_away(&mut self, side: Side) {
        let (Some(going), Some(away)) = (&self.going, self.seats[side].away()) else {
            return;
        };
        let words = RoomEvent::PartnerAway {
            conversation: going.number,
            grace_secs: secs(away.until.saturating_duration_since(Instant::now())),
        };
        if let Some(partner) = &mut self.relay.lines[side.other()] {
            partner.say(&words);
        }
    }

    /// Whoever said anything over a link has heard what they were told when it stood.
    fn note_heard(&mut self, side: Side) {
        if let (Some(line), Some(guest)) = (&self.relay.lines[side], self.seats[side].holder_mut())
            && line.spoke
        {
            guest.ways.heard();
        }
    }

    /// Somebody shows the token of a seat: they want it back, or give it up.
    pub(super) async fn bring_back(&mut self, request: Return) {
        let Return {
            token,
            returning,
            answer,
        } = request;
        let Some(side) = self.side_of_way(token) else {
            // The seat may have been given up since they were sent here: the matchmaker knows by now, and is asked again.
            return drop(answer);
        };
        let answered = match returning {
            Returning::Abandon { block } => Ok(self.abandon(side, block).await),
            Returning::Resume => self.resume(side, token).await,
        };
        // Whoever asked may have gone: then a reservation is dropped here and comes back as a withdrawal.
        let _ = answer.send(answered);
    }

    fn side_of_way(&mut self, token: SecretHash) -> Option<Side> {
        Side::BOTH.into_iter().for_each(|side| self.note_heard(side));
        let leads_to = |side: &Side| {
            let holder = self.seats[*side].holder();
            holder.is_some_and(|guest| guest.ways.leads_back(token))
        };
        Side::BOTH.into_iter().find(leads_to)
    }

    async fn abandon(&mut self, side: Side, block: Option<ConversationNumber>) -> WayBack {
        if let Some(conversation) = block {
            self.block(side, conversation).await;
        }
        let over = self.has_parted(side);
        self.vacate(side, Parting::Left, None).await;
        WayBack::Over(over.unwrap_or(Parting::Left))
    }

    async fn resume(&mut self, side: Side, token: SecretHash) -> Result<WayBack, Refusal> {
        if self.going.is_none() || self.has_parted(side).is_some() {
            // Their link is dead, whether the room has noticed or not, and nobody sits here to wait for a stranger.
            let over = self.has_parted(side);
            self.vacate(side, Parting::Lost, None).await;
            return over.map(WayBack::Over).ok_or(Refusal::Forgotten);
        }
        // A seat that still counts as taken: the old link is cut without a word.
        self.lose(side).await;
        let is_late = |away: &Away| away.until <= Instant::now();
        if self.seats[side].away().is_none_or(is_late) {
            self.vacate(side, Parting::Lost, None).await;
            return Ok(WayBack::Over(Parting::Lost));
        }
        self.offer_way_back(side, token)
    }

    /// How the conversation ended that they believe to be in, if it has: the token does not say which one that is. Whoever has
    /// said nothing in the present one may not have heard of it.
    fn has_parted(&self, side: Side) -> Option<Parting> {
        let parted = self.seats[side].holder()?.parted?;
        let knows_of = |conversation: &super::Conversation| conversation.ready[side] || self.frames(side) > 0;
        (!self.going.as_ref().is_some_and(knows_of)).then_some(parted.why)
    }

    fn offer_way_back(&mut self, side: Side, token: SecretHash) -> Result<WayBack, Refusal> {
        if self.needs_a_door() {
            // The seat's own place carries no connection now, so that the door is paid for even if there is no other.
            let place = self.context.budget.passing();
            let entrance = self.listen().map_err(|error| {
                tracing::info!(port = %self.identity.port, %error, "the door does not open for somebody's return");
                Refusal::SlowDown {
                    retry_after_secs: DOOR_RETRY_SECS,
                }
            })?;
            self.door = Some(Box::new(Door::new(entrance, place)));
        }
        let ticket = Ticket::random_for(self.identity.port);
        if let Seat::Away(away) = &mut self.seats[side] {
            away.coming = Some(Coming {
                ticket: ticket.hash(),
                until: Instant::now() + self.context.timings.ticket,
                token,
            });
        }
        let room = self.own_address.clone();
        Ok(WayBack::Seat(Reservation::new(self.identity.port, ticket, room)))
    }

    /// A way back that nobody takes: the seat is kept for as long as it would have been.
    pub(super) fn forget_ticket(&mut self, side: Side) {
        if let Seat::Away(away) = &mut self.seats[side] {
            away.coming = None;
        }
        self.close_idle_door();
    }

    /// Somebody is back in the conversation.
    pub(super) async fn sit_down_again(&mut self, side: Side, away: Away, arrival: Arrival) {
        let (Some(going), Some(coming)) = (&mut self.going, away.coming) else {
            // Nobody is away from no conversation; but if so, a seat that is given up is called empty.
            self.seats[side] = Seat::Away(Box::new(away));
            self.turn_away(arrival, Refusal::BadTicket);
            return self.vacate(side, Parting::Lost, None).await;
        };
        let conversation = going.number;
        let handshake = Instant::now() + self.context.timings.sealed_handshake;
        let ready_at_last = going.ready_at_last;
        going.ready_until = going
            .ready_until
            .map(|until| until.max(handshake).min(ready_at_last));
        let resume = ResumeToken::random();
        let (stream, read) = arrival.link.into_parts();
        let mut line = Box::new(Line::new(stream, &read, Instant::now()));
        line.frames = away.frames;
        line.say(&RoomEvent::Resumed { conversation, resume });
        self.relay.lines[side] = Some(line);
        if let Some(partner) = &mut self.relay.lines[side.other()] {
            partner.say(&RoomEvent::PartnerBack { conversation });
        }
        let mut guest = away.guest;
        guest.ip = arrival.ip;
        let void = guest.ways.renew(coming.token, resume.hash());
        self.seats[side] = Seat::Taken(guest);
        if let Some(turns) = &mut self.relay.turns
            && !self.seats[side.other()].is_away()
        {
            turns.go_on(Instant::now());
        }
        self.tell_away(side.other());
        self.tell_kept_again(side);
        self.close_idle_door();
        let fresh = resume.hash();
        self.report(Report::Renewed { fresh, void }).await;
    }
}

/// Whole seconds, the last one begun included.
fn secs(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}
