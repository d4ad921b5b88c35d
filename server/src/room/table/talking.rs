//! What happens while people sit: they are paired, say things to the room, or say nothing for too long.

use acaso_shared::ids::ConversationNumber;
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::room::{Pairing, Parting, Role, RoomEvent};
use tokio::time::Instant;

use super::keeping::Keeping;
use super::{Conversation, FAR_AWAY, Table};
use crate::room::Report;
use crate::room::blame::Turns;
use crate::room::relay::Said;
use crate::room::seat::{Away, Seat, Side, Two};

/// Handshakes' times that two may take together if links are lost meanwhile: nobody holds a partner for longer.
const HANDSHAKES_MAX: u32 = 3;

impl Table {
    /// Begins a conversation, if both seats are taken.
    pub(super) fn pair(&mut self) {
        let (Some(a), Some(b)) = (self.seats[Side::A].guest(), self.seats[Side::B].guest()) else {
            return;
        };
        if a.is_old || b.is_old {
            return self.pair_in_the_open();
        }
        let initiator = if a.arrival < b.arrival { Side::A } else { Side::B };
        let versions = |side: Side| if side == Side::A { a.versions } else { b.versions };
        let Some(version) = a.versions.highest_common(b.versions) else {
            return tracing::error!("two sit together who have no version in common");
        };
        self.conversations = self.conversations.saturating_add(1);
        let number = ConversationNumber(self.conversations);
        let pairing = |role| Pairing {
            generation: self.identity.generation,
            conversation: number,
            role,
            version,
            initiator_versions: versions(initiator),
            responder_versions: versions(initiator.other()),
        };
        for (side, role) in [(initiator, Role::Initiator), (initiator.other(), Role::Responder)] {
            if let Some(line) = &mut self.relay.lines[side] {
                line.say(&RoomEvent::Paired(pairing(role)));
            }
        }
        self.relay.set_conversation(Some(number));
        let (now, handshake) = (Instant::now(), self.context.timings.sealed_handshake);
        let by_code = self.rendezvous.is_some();
        self.relay.turns = Some(Turns::new(initiator, by_code, now));
        if let Some(rendezvous) = &mut self.rendezvous {
            rendezvous.have_met = true;
        }
        self.going = Some(Conversation {
            number,
            ready_until: Some(now + handshake),
            ready_at_last: now + HANDSHAKES_MAX * handshake,
            ready: Two::default(),
            open: false,
            keeping: Keeping::default(),
        });
    }

    /// Begins a conversation in which nothing can be sealed: there is no handshake to wait for.
    fn pair_in_the_open(&mut self) {
        self.conversations = self.conversations.saturating_add(1);
        let number = ConversationNumber(self.conversations);
        let both = self
            .seats
            .iter()
            .all(|seat| seat.guest().is_some_and(|guest| guest.is_old));
        for line in self.relay.lines.iter_mut().flatten() {
            line.say(&RoomEvent::PairedOpen {
                conversation: number,
                both,
            });
        }
        self.relay.set_conversation(Some(number));
        self.going = Some(Conversation {
            number,
            ready_until: None,
            ready_at_last: Instant::now(),
            ready: Two::default(),
            open: true,
            keeping: Keeping::default(),
        });
    }

    pub(super) async fn said(&mut self, side: Side, said: Said) {
        match said {
            Said::Ready(conversation) => self.ready(side, conversation),
            Said::Leave => self.vacate(side, Parting::Left, None).await,
            Said::Unexpected => self.refuse(side, Refusal::Unexpected, Parting::Lost).await,
            Said::Lost(error) => {
                tracing::debug!(port = %self.identity.port, %error, "a link is lost");
                self.lose(side).await;
            }
            Said::Block(conversation) => self.block(side, conversation).await,
            Said::Keep(conversation) => self.keep(side, conversation),
            // The alarm is set anew after each event, so their time is watched from here on.
            Said::Stuck | Said::Rests => {}
        }
    }

    fn ready(&mut self, side: Side, conversation: ConversationNumber) {
        if let Some(going) = &mut self.going
            && going.number == conversation
        {
            going.ready[side] = true;
            if let Some(turns) = &mut self.relay.turns {
                turns.ready(side, Instant::now());
            }
            if going.ready.iter().all(|ready| *ready) && going.ready_until.take().is_some() {
                self.relay.turns = None;
                self.extend_grace();
                self.forgive_guess();
                self.tell_kept();
            }
        }
    }

    /// Never again the two of them: good for the partner of now, and for the one before.
    pub(super) async fn block(&mut self, side: Side, conversation: ConversationNumber) {
        let Some(guest) = self.seats[side].holder() else {
            return;
        };
        let now = self.going.as_ref().map(|going| going.number);
        let partner = if now == Some(conversation) {
            self.seats[side.other()].holder().map(|partner| partner.visitor)
        } else {
            let parted = guest.parted.filter(|parted| parted.conversation == conversation);
            parted.map(|parted| parted.partner)
        };
        if let Some(partner) = partner {
            self.report(Report::Blocked(guest.visitor, partner)).await;
        }
    }

    /// When the next thing falls due.
    pub(super) fn next_alarm(&self) -> Instant {
        let timings = &self.context.timings;
        let seats = self.seats.iter().flat_map(|seat| {
            let ticket = seat.ticket().map(|(_, until)| until);
            [ticket, seat.away().map(Away::ends)]
        });
        let lines = self.relay.lines.iter().flatten();
        let signs = lines.flat_map(|line| {
            let next_ping = line.heard + timings.ping_after * (line.pings + 1);
            let stuck = line.owed_since().map(|since| since + timings.write);
            [
                Some(next_ping.min(line.heard + timings.dead_after)),
                stuck,
                line.rests_until,
            ]
        });
        let due = seats.chain(signs).flatten().chain(self.handshake_until());
        let due = due.chain(self.nobody_comes_after()).min();
        due.unwrap_or_else(|| Instant::now() + FAR_AWAY)
    }

    /// When both must have said that their encryption stands; not while one cannot, having lost the link.
    fn handshake_until(&self) -> Option<Instant> {
        if self.seats.iter().any(Seat::is_away) {
            return None;
        }
        self.going.as_ref()?.ready_until
    }

    pub(super) async fn alarm(&mut self) {
        let now = Instant::now();
        for line in self.relay.lines.iter_mut().flatten() {
            line.end_rest(now);
        }
        for side in Side::BOTH {
            if self.is_grace_over(side, now) {
                self.vacate(side, Parting::Lost, None).await;
            } else if self.is_ticket_over(side, now) {
                self.ticket_over(side).await;
            } else if self.is_dead(side, now) {
                self.lose(side).await;
            } else {
                self.ask_for_a_sign(side, now);
            }
        }
        if self.handshake_until().is_some_and(|until| until <= now) {
            self.judge(now).await;
        }
        if self.nobody_comes_after().is_some_and(|until| until <= now) {
            self.nobody_came().await;
        }
    }

    fn is_grace_over(&self, side: Side, now: Instant) -> bool {
        self.seats[side].away().is_some_and(|away| away.ends() <= now)
    }

    fn is_ticket_over(&self, side: Side, now: Instant) -> bool {
        self.seats[side].ticket().is_some_and(|(_, until)| until <= now)
    }

    async fn ticket_over(&mut self, side: Side) {
        if let Some((ticket, _)) = self.seats[side].ticket() {
            self.ticket_unused(ticket).await;
        }
    }

    /// Whether they were silent, or did not take what was said to them, for too long.
    fn is_dead(&self, side: Side, now: Instant) -> bool {
        let timings = &self.context.timings;
        self.relay.lines[side].as_ref().is_some_and(|line| {
            line.heard + timings.dead_after <= now
                || line
                    .owed_since()
                    .is_some_and(|since| since + timings.write <= now)
        })
    }

    fn ask_for_a_sign(&mut self, side: Side, now: Instant) {
        let ping_after = self.context.timings.ping_after;
        if let Some(line) = &mut self.relay.lines[side]
            && line.heard + ping_after * (line.pings + 1) <= now
        {
            line.pings += 1;
            line.say(&RoomEvent::Ping);
        }
    }

    /// Sealed frames that they said in this conversation.
    pub(super) fn frames(&self, side: Side) -> u32 {
        let before = self.seats[side].away().map_or(0, |away| away.frames);
        self.relay.lines[side].as_ref().map_or(before, |line| line.frames)
    }

    /// The handshake's time is over: whoever held it up loses the seat.
    async fn judge(&mut self, now: Instant) {
        let Some(mut turns) = self.relay.turns.take() else {
            return;
        };
        for side in turns.blamed(now) {
            self.refuse(side, Refusal::TooSlow, Parting::NeverReady).await;
        }
    }
}
