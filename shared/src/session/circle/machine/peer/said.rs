//! What is said to another member and heard, on the connection in use.

use super::{
    Around, Arrival, CircleNews, Due, Impossible, Instant, Kept, LinkId, MessageId, MessageText, Name,
    OUTBOX_MESSAGES_MAX, Peer, PeerMessage, Stage, VERSIONS,
};

impl Peer {
    /// A message for them. Whoever does not take them for so long is not waited for.
    pub(in crate::session::circle::machine) fn say(
        &mut self,
        around: &mut Around,
        id: MessageId,
        text: &MessageText,
        now: Instant,
    ) {
        let sequence = self.delivery.said();
        let text = text.clone();
        self.delivery.keep(Kept { sequence, id, text });
        if self.delivery.kept().len() > OUTBOX_MESSAGES_MAX {
            self.drop_current(around, now);
            self.missed_for_too_long(around, now);
        }
    }

    pub(in crate::session::circle::machine) fn heard(
        &mut self,
        around: &mut Around,
        link: LinkId,
        message: PeerMessage,
        now: Instant,
    ) {
        if !self.is_current(link) {
            return self.greeted(around, link, message, now);
        }
        let possible = match message {
            PeerMessage::Text { sequence, text } => {
                self.text(around, sequence, text, now);
                Ok(())
            }
            PeerMessage::Sync { next } => {
                let arrived = self.delivery.synced(next);
                self.arrived(around, arrived, true, now)
            }
            PeerMessage::Ack { next } => {
                let arrived = self.delivery.acknowledged(next);
                self.arrived(around, arrived, false, now)
            }
            PeerMessage::Bye => {
                self.give_up(around);
                self.tell_went(around, true);
                self.go(around, true);
                Ok(())
            }
            PeerMessage::Spake(_) | PeerMessage::Confirm(_) | PeerMessage::Hello { .. } => Err(()),
        };
        if possible.is_err() {
            tracing::debug!("a member says what cannot be");
            self.is_mistaken(around, now);
        }
    }

    pub(super) fn text(&mut self, around: &mut Around, sequence: u64, text: MessageText, now: Instant) {
        if self.delivery.arrival(sequence) == Arrival::Next {
            self.delivery.took(now);
            let member = self.shown;
            around.tell(CircleNews::Said { member, text });
        }
    }

    pub(super) fn arrived(
        &mut self,
        around: &mut Around,
        arrived: Result<Vec<Kept>, Impossible>,
        settles: bool,
        now: Instant,
    ) -> Result<(), ()> {
        let arrived = arrived.map_err(|error| tracing::debug!(%error, "impossible"))?;
        if settles || !arrived.is_empty() {
            let waits = !self.delivery.kept().is_empty() || !self.delivery.is_settled();
            self.unanswered = waits.then_some(now);
        }
        let member = self.shown;
        for Kept { id, .. } in arrived {
            around.tell(CircleNews::Delivered { id, member });
        }
        Ok(())
    }

    /// What is next to be said on that connection.
    pub(in crate::session::circle::machine) fn due(
        &mut self,
        link: LinkId,
        name: &Name,
        now: Instant,
    ) -> Option<PeerMessage> {
        let mut connections = self.current.iter_mut().chain(&mut self.candidates);
        let connection = connections.find(|connection| connection.link == link)?;
        if connection.stage != Stage::Greeting {
            return None;
        }
        if !std::mem::replace(&mut connection.greeted, true) {
            return Some(PeerMessage::Hello {
                versions: VERSIONS,
                name: name.clone(),
                acquaintance: connection.greeting,
            });
        }
        if !self.is_current(link) {
            return None;
        }
        Some(match self.delivery.due()? {
            Due::Sync { next } => PeerMessage::Sync { next },
            Due::Ack { next } => PeerMessage::Ack { next },
            Due::Message(Kept { sequence, text, .. }) => {
                self.unanswered.get_or_insert(now);
                PeerMessage::Text { sequence, text }
            }
        })
    }
}
