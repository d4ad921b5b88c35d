//! A conversation that has been shown to the person: texts that wait their turn, what became of those that went, and who types.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::exchange::{Broken, Exchange, Heard, Kept};
use super::keep::{Keep, NotAsked};
use super::signs::Signs;
use super::{Outcome, Said};
use crate::ids::{Generation, MessageText};
use crate::limits::OUTBOX_MESSAGES_MAX;
use crate::protocol::partner::PartnerMessage;
use crate::protocol::room::RoomRequest;
use crate::sealed::SealError;
use crate::session::event::{ConversationId, Event, Habits, MessageId, NotSent};
use crate::session::pacer::Pacer;

/// Seconds after which a full outbox surely has room again.
const OUTBOX_RETRY_SECS: u32 = 2;

/// How long somebody who leaves when everything was handed over waits for the partner to have it.
const LEAVING_PATIENCE: Duration = Duration::from_secs(5);

/// How long the room may take to say that a partner who said goodbye has left.
const BYE_PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(in crate::session::state) struct Conversation {
    pub(super) id: ConversationId,
    pub(super) generation: Generation,
    pub(super) exchange: Exchange,
    pub(super) signs: Signs,
    /// What was typed and has no number yet.
    queue: VecDeque<(MessageId, MessageText)>,
    pacer: Pacer,
    /// When the next message may go, if the queue waits for that.
    next_at: Option<Instant>,
    /// The partner's link is lost.
    partner_away: bool,
    /// Leave when everything arrived, or then.
    leaving: Option<Instant>,
    /// The partner said goodbye; until then we wait to hear that they left.
    farewell_until: Option<Instant>,
    keep: Keep,
}

/// What a conversation leaves behind.
#[derive(Debug)]
pub(in crate::session::state) struct Ended {
    pub(in crate::session::state) id: ConversationId,
    /// Went, and is not known to have arrived.
    pub(in crate::session::state) not_delivered: Vec<MessageId>,
    /// The partner was shown as typing.
    pub(in crate::session::state) typing: bool,
    /// Never went.
    pub(in crate::session::state) not_sent: VecDeque<(MessageId, MessageText)>,
}

impl Conversation {
    pub(super) fn new(
        id: ConversationId,
        generation: Generation,
        exchange: Exchange,
        signs: Signs,
        pacer: Pacer,
        keep: Keep,
    ) -> Self {
        Self {
            id,
            generation,
            exchange,
            signs,
            queue: VecDeque::new(),
            pacer,
            next_at: None,
            partner_away: false,
            leaving: None,
            farewell_until: None,
            keep,
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        [
            self.next_at,
            self.exchange.deadline(),
            self.signs.deadline(),
            self.leaving,
            self.farewell_until,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// When whoever leaves does so in any case.
    pub(super) fn leaving(&self) -> Option<Instant> {
        self.leaving
    }

    /// When a partner who said goodbye and stays has left all the same.
    pub(super) fn farewell_until(&self) -> Option<Instant> {
        self.farewell_until
    }

    /// What is due goes as soon as the link takes it.
    pub(super) fn tick(&mut self, now: Instant) -> Option<Event> {
        self.next_at = self.next_at.filter(|next| *next > now);
        self.exchange.tick(now);
        self.signs.tick(now).then(|| self.typing(false))
    }

    /// Puts a text into the queue, or gives it back.
    pub(super) fn queue(&mut self, id: MessageId, text: MessageText) -> Result<(), (MessageText, NotSent)> {
        if self.queue.len() + self.on_the_way() >= OUTBOX_MESSAGES_MAX {
            let retry_after_secs = OUTBOX_RETRY_SECS;
            return Err((text, NotSent::TooFast { retry_after_secs }));
        }
        self.queue.push_back((id, text));
        Ok(())
    }

    pub(super) fn leave_when_sent(&mut self, now: Instant) {
        self.leaving = Some(now + LEAVING_PATIENCE);
    }

    /// Whether everything the person said arrived.
    pub(super) fn is_done(&self) -> bool {
        self.queue.is_empty() && self.on_the_way() == 0
    }

    /// The person's messages that went, and are not known to have arrived.
    fn on_the_way(&self) -> usize {
        let kept = self.exchange.delivery().kept().iter();
        kept.filter(|kept| kept.id.is_some()).count()
    }

    /// What goes next. A text is numbered only here, so nothing that has a number is ever taken back.
    pub(super) fn next_said(&mut self, now: Instant) -> Said {
        self.next_at = None;
        if let Some(frame) = self.exchange.due() {
            return Said::Frame(frame);
        }
        if self.leaving.is_some() && self.is_done() {
            return Said::Everything;
        }
        if !self.exchange.delivery().is_settled() {
            return Said::Nothing;
        }
        if !self.queue.is_empty() {
            match self.pacer.take(now) {
                Ok(()) => return self.say_next(now),
                Err(later) => self.next_at = Some(later),
            }
        }
        self.signs
            .due(now)
            .and_then(|sign| self.exchange.control(&sign))
            .map_or(Said::Nothing, Said::Frame)
    }

    fn say_next(&mut self, now: Instant) -> Said {
        let Some((id, text)) = self.queue.pop_front() else {
            return Said::Nothing;
        };
        let message = PartnerMessage::Text { text: text.clone() };
        if let Err(error) = self.exchange.say(&message, Some(id)) {
            // Only after 2^63 messages; the text stays with the person.
            tracing::warn!(%error, "a message could not be sealed");
            self.queue.push_front((id, text));
            return Said::Nothing;
        }
        self.signs.said();
        if let Some(leaving) = &mut self.leaving {
            *leaving = now + LEAVING_PATIENCE;
        }
        self.exchange.due().map_or(Said::Nothing, Said::Frame)
    }

    /// A frame came.
    pub(super) fn open(&mut self, body: &[u8], now: Instant) -> Result<Outcome, Broken> {
        let events = match self.exchange.open(body, now)? {
            Heard::Nothing => Vec::new(),
            Heard::Answer(frame) => {
                return Ok(Outcome::reply(RoomRequest::Sealed(frame)));
            }
            Heard::Message(PartnerMessage::Text { text }) => self.text_came(text),
            Heard::Arrived(arrived) => self.arrived(arrived),
            Heard::Bye(arrived) => {
                // Nobody is there to take more, and the room is about to say so.
                self.exchange.interrupted();
                self.farewell_until.get_or_insert(now + BYE_PATIENCE);
                self.arrived(arrived)
            }
            Heard::Seen(next) => self.they_looked(next)?,
            Heard::Typing => self
                .signs
                .they_type(now)
                .then(|| self.typing(true))
                .into_iter()
                .collect(),
            Heard::Established(_)
            | Heard::Message(PartnerMessage::Introduce { .. } | PartnerMessage::Reveal { .. }) => {
                return Err(SealError::OutOfPhase.into());
            }
        };
        Ok(Outcome::events(events))
    }

    fn text_came(&mut self, text: MessageText) -> Vec<Event> {
        let next = self.exchange.delivery().next();
        let stopped = self.signs.text_came(next).then(|| self.typing(false));
        let message = Event::Message {
            conversation: self.id,
            text,
        };
        stopped.into_iter().chain([message]).collect()
    }

    fn arrived(&mut self, arrived: Vec<Kept>) -> Vec<Event> {
        let conversation = self.id;
        arrived
            .into_iter()
            .filter_map(|kept| {
                let id = kept.id?;
                self.signs.arrived(kept.sequence, id);
                Some(Event::Delivered { conversation, id })
            })
            .collect()
    }

    fn they_looked(&mut self, next: u64) -> Result<Vec<Event>, Broken> {
        let arrived = self.exchange.seen(next)?;
        let mut events = self.arrived(arrived);
        let conversation = self.id;
        let newest = self.signs.they_looked(next);
        events.extend(newest.map(|id| Event::Seen { conversation, id }));
        Ok(events)
    }

    fn typing(&self, typing: bool) -> Event {
        Event::Typing {
            conversation: self.id,
            typing,
        }
    }

    /// The person would like to meet this partner again.
    pub(super) fn keep(&mut self) -> Option<RoomRequest> {
        let conversation = self.exchange.number();
        self.keep.say().then_some(RoomRequest::Keep { conversation })
    }

    /// Both said so. Told once, however often the room says it.
    pub(super) fn kept(&mut self) -> Result<Option<Event>, NotAsked> {
        if !self.keep.both()? {
            return Ok(None);
        }
        let (conversation, code) = (self.id, self.exchange.code());
        Ok(code.map(|code| Event::Kept { conversation, code }))
    }

    /// Our link, or theirs, is lost: whoever typed is not heard typing any more.
    fn interrupted(&mut self) -> Option<Event> {
        self.exchange.interrupted();
        self.signs.interrupted();
        self.signs.they_stopped().then(|| self.typing(false))
    }

    pub(super) fn link_lost(&mut self) -> Option<Event> {
        self.next_at = None;
        self.interrupted()
    }

    /// We are back in our seat. What the room knew of this conversation may have been on the lost link.
    pub(super) fn link_back(&mut self) -> Outcome {
        let conversation = self.id;
        let number = self.exchange.number();
        let first = self.exchange.reattached();
        let ready = RoomRequest::Ready { conversation: number };
        let keep = RoomRequest::Keep { conversation: number };
        let keep = self.keep.is_open().then_some(keep);
        // The room says anew that they are away, if they still are.
        let back = std::mem::take(&mut self.partner_away).then_some(Event::PartnerBack { conversation });
        Outcome {
            replies: first
                .map(RoomRequest::Sealed)
                .into_iter()
                .chain([ready])
                .chain(keep)
                .collect(),
            events: [Event::LinkBack { conversation }]
                .into_iter()
                .chain(back)
                .collect(),
            began: false,
        }
    }

    pub(super) fn partner_lost(&mut self, grace: Duration) -> Outcome {
        self.partner_away = true;
        let stopped = self.interrupted();
        let away = Event::PartnerAway {
            conversation: self.id,
            grace_left_millis: super::millis(grace),
        };
        Outcome::events(stopped.into_iter().chain([away]).collect())
    }

    pub(super) fn partner_back(&mut self) -> Outcome {
        let first = self.exchange.reattached();
        self.signs.interrupted();
        let conversation = self.id;
        let was_away = std::mem::take(&mut self.partner_away);
        Outcome {
            replies: first.map(RoomRequest::Sealed).into_iter().collect(),
            events: was_away
                .then_some(Event::PartnerBack { conversation })
                .into_iter()
                .collect(),
            began: false,
        }
    }

    /// The last words to a partner who is there to hear them.
    pub(super) fn bye(&mut self) -> Option<RoomRequest> {
        self.exchange.bye().map(RoomRequest::Sealed)
    }

    pub(super) fn end(mut self) -> Ended {
        let typing = self.signs.they_stopped();
        let kept = self.exchange.delivery().kept().iter();
        Ended {
            id: self.id,
            typing,
            not_delivered: kept.filter_map(|kept| kept.id).collect(),
            not_sent: self.queue,
        }
    }

    /// What the partner is told besides words has changed.
    pub(super) fn change(&mut self, habits: Habits) -> Option<Event> {
        self.signs.change(habits);
        (!habits.typing && self.signs.they_stopped()).then(|| self.typing(false))
    }

    /// The person types.
    pub(super) fn types(&mut self, now: Instant) {
        if self.exchange.delivery().is_settled() {
            self.signs.typing(now);
        }
    }

    /// The person looked at everything there is.
    pub(super) fn looks(&mut self) {
        self.signs.looked();
    }
}
