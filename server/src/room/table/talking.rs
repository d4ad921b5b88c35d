//! What happens while people sit: they are paired, say things to the room, or say nothing for too long.

use acaso_shared::ids::ConversationNumber;
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::room::{Pairing, Parting, Role, RoomEvent};
use tokio::time::Instant;

use super::{Conversation, FAR_AWAY, Table};
use crate::room::blame::{Blame, Conduct, blame};
use crate::room::relay::Said;
use crate::room::seat::{Side, Two};

impl Table {
    /// Begins a conversation, if both seats are taken.
    pub(super) fn pair(&mut self) {
        let (Some(a), Some(b)) = (self.seats[Side::A].guest(), self.seats[Side::B].guest()) else {
            return;
        };
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
        self.going = Some(Conversation {
            number,
            initiator,
            ready_until: Some(Instant::now() + self.context.timings.sealed_handshake),
            ready: Two::default(),
        });
    }

    pub(super) async fn said(&mut self, side: Side, said: Said) {
        match said {
            Said::Ready(conversation) => self.ready(side, conversation),
            Said::Leave => self.vacate(side, Parting::Left, None).await,
            Said::Unexpected => self.refuse(side, Refusal::Unexpected, Parting::Lost).await,
            Said::Lost(error) => {
                tracing::debug!(port = %self.identity.port, %error, "a link is lost");
                self.vacate(side, Parting::Lost, None).await;
            }
            // The alarm is set anew after each event, so their time is watched from here on.
            Said::Stuck => {}
        }
    }

    fn ready(&mut self, side: Side, conversation: ConversationNumber) {
        if let Some(going) = &mut self.going
            && going.number == conversation
        {
            going.ready[side] = true;
            if going.ready.iter().all(|ready| *ready) {
                going.ready_until = None;
            }
        }
    }

    /// When the next thing falls due.
    pub(super) fn next_alarm(&self) -> Instant {
        let timings = &self.context.timings;
        let tickets = self.seats.iter().filter_map(|seat| Some(seat.expected()?.until));
        let handshake = self.going.as_ref().and_then(|going| going.ready_until);
        let lines = self.relay.lines.iter().flatten();
        let signs = lines.flat_map(|line| {
            let next_ping = line.heard + timings.ping_after * (line.pings + 1);
            let stuck = line.owed_since().map(|since| since + timings.write);
            [Some(next_ping.min(line.heard + timings.dead_after)), stuck]
        });
        let due = tickets.chain(handshake).chain(signs.flatten()).min();
        due.unwrap_or_else(|| Instant::now() + FAR_AWAY)
    }

    pub(super) async fn alarm(&mut self) {
        let now = Instant::now();
        for side in Side::BOTH {
            if self.is_ticket_over(side, now) {
                self.vacate(side, Parting::Left, None).await;
            } else if self.is_dead(side, now) {
                self.vacate(side, Parting::Lost, None).await;
            } else {
                self.ask_for_a_sign(side, now);
            }
        }
        if let Some(going) = self
            .going
            .as_ref()
            .filter(|going| going.ready_until.is_some_and(|until| until <= now))
        {
            self.judge(going.clone()).await;
        }
    }

    fn is_ticket_over(&self, side: Side, now: Instant) -> bool {
        self.seats[side]
            .expected()
            .is_some_and(|expected| expected.until <= now)
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

    /// The handshake's time is over: whoever held it up loses the seat.
    async fn judge(&mut self, going: Conversation) {
        let conduct = |side: Side| Conduct {
            frames: self.relay.lines[side].as_ref().map_or(0, |line| line.frames),
            ready: going.ready[side],
        };
        let (initiator, responder) = (going.initiator, going.initiator.other());
        let blamed: &[Side] = match blame(conduct(initiator), conduct(responder)) {
            Blame::Initiator => &[initiator],
            Blame::Responder => &[responder],
            Blame::Both => &Side::BOTH,
            Blame::Nobody => &[],
        };
        for side in blamed {
            self.refuse(*side, Refusal::TooSlow, Parting::NeverReady).await;
        }
    }
}
