//! What partners tell each other besides words, and only if both chose to: that one is typing, and that one has looked.

use std::collections::VecDeque;
use std::time::Instant;

use crate::limits::{OUTBOX_MESSAGES_MAX, TYPING_EVERY, TYPING_OVER_AFTER};
use crate::protocol::partner::PartnerControl;
use crate::session::event::{Habits, MessageId};

#[derive(Debug)]
pub(super) struct Signs {
    habits: Habits,
    /// We type, the partner is to be told.
    typing_due: bool,
    /// When we may tell it again.
    typing_next: Option<Instant>,
    /// The partner types, until then if nothing more is heard of it.
    theirs_until: Option<Instant>,
    /// The number after their newest text, and how much of that we looked at and said so.
    texts: u64,
    looked: u64,
    told: u64,
    /// Our newest messages that arrived and were not looked at, by number. What is older is seen with them.
    unseen: VecDeque<(u64, MessageId)>,
}

impl Signs {
    pub(super) fn new(habits: Habits) -> Self {
        Self {
            habits,
            typing_due: false,
            typing_next: None,
            theirs_until: None,
            texts: 0,
            looked: 0,
            told: 0,
            unseen: VecDeque::new(),
        }
    }

    /// The person is typing.
    pub(super) fn typing(&mut self, now: Instant) {
        if self.habits.typing && self.typing_next.is_none_or(|next| next <= now) {
            self.typing_due = true;
        }
    }

    /// A message goes out: whoever gets it knows that it was typed.
    pub(super) fn said(&mut self) {
        self.typing_due = false;
    }

    /// What we tell has changed. What is not told now never will be, even if it is told again.
    pub(super) fn change(&mut self, habits: Habits) {
        self.habits = habits;
        if !habits.typing {
            self.typing_due = false;
        }
        if !habits.seen {
            self.looked = self.looked.min(self.told);
        }
    }

    /// The person looked at everything there is.
    pub(super) fn looked(&mut self) {
        if self.habits.seen {
            self.looked = self.texts;
        }
    }

    /// A text came; `next` is the number after it. Tells whether the partner was typing until now.
    pub(super) fn text_came(&mut self, next: u64) -> bool {
        self.texts = next;
        self.they_stopped()
    }

    /// What the partner was told may not have arrived.
    pub(super) fn interrupted(&mut self) {
        self.typing_due = false;
        self.told = 0;
    }

    /// What the partner is to be told now.
    pub(super) fn due(&mut self, now: Instant) -> Option<PartnerControl> {
        if self.habits.seen && self.looked > self.told {
            self.told = self.looked;
            return Some(PartnerControl::Seen { next: self.looked });
        }
        if std::mem::take(&mut self.typing_due) {
            self.typing_next = Some(now + TYPING_EVERY);
            return Some(PartnerControl::Typing);
        }
        None
    }

    /// The partner types. Tells whether that is new.
    pub(super) fn they_type(&mut self, now: Instant) -> bool {
        self.habits.typing && self.theirs_until.replace(now + TYPING_OVER_AFTER).is_none()
    }

    /// The partner does not type any more. Tells whether it did.
    pub(super) fn they_stopped(&mut self) -> bool {
        self.theirs_until.take().is_some()
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.theirs_until
    }

    /// Whether the partner's typing is over because nothing more was heard of it.
    pub(super) fn tick(&mut self, now: Instant) -> bool {
        self.theirs_until.is_some_and(|until| until <= now) && self.they_stopped()
    }

    /// A message of ours arrived.
    pub(super) fn arrived(&mut self, sequence: u64, id: MessageId) {
        if self.unseen.len() == OUTBOX_MESSAGES_MAX {
            self.unseen.pop_front();
        }
        self.unseen.push_back((sequence, id));
    }

    /// The partner looked at everything before that number. Tells the newest message that is news about.
    pub(super) fn they_looked(&mut self, next: u64) -> Option<MessageId> {
        let seen = self
            .unseen
            .iter()
            .take_while(|(sequence, _)| *sequence < next)
            .count();
        let newest = self.unseen.drain(..seen).next_back();
        newest.map(|(_, id)| id).filter(|_| self.habits.seen)
    }
}
