//! What makes sure that nothing is lost, doubled or reordered, whichever links break: numbers and what is kept, no keys and no I/O.
//!
//! Each message has a sequence number and is kept until the partner acknowledged it. When either of the two comes back to the room,
//! both say which number they wait for, and whatever the other did not get is handed over again, in order. New messages
//! go only when that is settled; of what comes in, only the next number is taken.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// So many messages are acknowledged at once.
const ACK_EVERY: u32 = 8;

/// Fewer are acknowledged after this long: soon enough for a person, late enough for an answer to come first.
const ACK_AFTER: Duration = Duration::from_millis(100);

/// One end's account of what was said and what was heard in a conversation. `M` is whatever it takes to say a message again.
#[derive(Debug)]
pub(in crate::session) struct Delivery<M> {
    /// Everything of ours before this number has arrived.
    acknowledged: u64,
    /// What has not, from that number on.
    kept: VecDeque<M>,
    /// How many of these were handed to the link since it stands.
    handed: usize,
    /// Since either came back the partner has said which number it waits for.
    settled: bool,
    sync_due: bool,
    /// The number we wait for.
    next: u64,
    /// How many arrived since we last said so, and when we shall at the latest.
    unacknowledged: u32,
    ack_at: Option<Instant>,
    /// The lowest counter of a control message that was not used yet.
    next_counter: u64,
}

/// What is to be said next, before anything new.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::session) enum Due<M> {
    /// Where we stand, after one of the two came back.
    Sync { next: u64 },
    /// What has arrived.
    Ack { next: u64 },
    /// A message that was numbered, for the first time or again.
    Message(M),
}

/// What a message's number says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::session) enum Arrival {
    /// It is the next one.
    Next,
    /// We have it already, or something before it is missing: it is dropped, and will come again if need be.
    NotNow,
}

/// The partner says that something arrived which was never said, or that something did not which it had acknowledged.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{got} was acknowledged, between {acknowledged} and {said} can be")]
pub(in crate::session) struct Impossible {
    acknowledged: u64,
    said: u64,
    got: u64,
}

impl<M: Clone> Delivery<M> {
    /// A conversation that begins: nothing was said, so there is nothing to settle.
    pub(in crate::session) fn new() -> Self {
        Self {
            acknowledged: 0,
            kept: VecDeque::new(),
            handed: 0,
            settled: true,
            sync_due: false,
            next: 0,
            unacknowledged: 0,
            ack_at: None,
            next_counter: 0,
        }
    }

    /// The number of our next message.
    pub(in crate::session) fn said(&self) -> u64 {
        self.acknowledged + u64::try_from(self.kept.len()).unwrap_or(u64::MAX)
    }

    /// Everything of ours before this number has arrived.
    pub(in crate::session) fn first_kept(&self) -> u64 {
        self.acknowledged
    }

    /// The number we wait for.
    pub(in crate::session) fn next(&self) -> u64 {
        self.next
    }

    /// Whether new messages may go.
    pub(in crate::session) fn is_settled(&self) -> bool {
        self.settled
    }

    /// What has not arrived, as far as we know.
    pub(in crate::session) fn kept(&self) -> &VecDeque<M> {
        &self.kept
    }

    /// A message was numbered, as [`said`](Self::said) tells.
    pub(in crate::session) fn keep(&mut self, message: M) {
        self.kept.push_back(message);
    }

    /// One of the two lost the link: nothing that is said now would arrive.
    pub(in crate::session) fn interrupted(&mut self) {
        self.settled = false;
        self.sync_due = false;
    }

    /// One of the two is back. Whatever was on the way may be lost.
    pub(in crate::session) fn reattached(&mut self) {
        self.settled = false;
        self.sync_due = !mutant(Mutant::NoSync);
    }

    /// The partner may have missed where we stand.
    pub(in crate::session) fn sync_again(&mut self) {
        self.sync_due = true;
    }

    /// The partner says where it stands: what it has is let go, the rest is said again. Tells what arrived.
    ///
    /// # Errors
    /// It cannot be.
    pub(in crate::session) fn synced(&mut self, next: u64) -> Result<Vec<M>, Impossible> {
        let arrived = self.acknowledged(next)?;
        if !mutant(Mutant::NoResend) {
            self.handed = 0;
        }
        self.settled = true;
        Ok(arrived)
    }

    /// The partner says what it has. Tells what arrived that we did not know of.
    ///
    /// # Errors
    /// It cannot be.
    pub(in crate::session) fn acknowledged(&mut self, next: u64) -> Result<Vec<M>, Impossible> {
        let arrived = next
            .checked_sub(self.acknowledged)
            .and_then(|arrived| usize::try_from(arrived).ok())
            .filter(|arrived| *arrived <= self.kept.len())
            .ok_or(Impossible {
                acknowledged: self.acknowledged,
                said: self.said(),
                got: next,
            })?;
        self.acknowledged = next;
        self.handed = self.handed.saturating_sub(arrived);
        Ok(self.kept.drain(..arrived).collect())
    }

    /// Whether a message of that number may be taken.
    pub(in crate::session) fn arrival(&self, sequence: u64) -> Arrival {
        let next = sequence == self.next
            || (sequence > self.next && mutant(Mutant::TakeGaps))
            || (sequence < self.next && mutant(Mutant::TakeTwice));
        if next { Arrival::Next } else { Arrival::NotNow }
    }

    /// The next message was taken, and verified.
    pub(in crate::session) fn took(&mut self, now: Instant) {
        self.next += 1;
        self.unacknowledged += 1;
        self.ack_at.get_or_insert(now + ACK_AFTER);
    }

    /// Whether a control message of that counter may be taken: an earlier one is somebody saying again what was true once.
    pub(in crate::session) fn is_fresh(&self, counter: u64) -> bool {
        counter >= self.next_counter || mutant(Mutant::TakeStale)
    }

    /// A control message was taken, and verified.
    pub(in crate::session) fn took_control(&mut self, counter: u64) {
        self.next_counter = counter.saturating_add(1);
    }

    /// When [`tick`](Self::tick) wants to be called.
    pub(in crate::session) fn deadline(&self) -> Option<Instant> {
        self.ack_at.filter(|_| self.settled)
    }

    /// Time passed: what arrived is acknowledged as soon as the link takes it.
    pub(in crate::session) fn tick(&mut self, now: Instant) {
        if self.settled && self.ack_at.is_some_and(|at| at <= now) {
            self.ack_at = None;
            self.unacknowledged = self.unacknowledged.max(ACK_EVERY);
        }
    }

    /// What is to be said next; the link has to take it.
    pub(in crate::session) fn due(&mut self) -> Option<Due<M>> {
        if std::mem::take(&mut self.sync_due) {
            return Some(Due::Sync {
                next: self.say_where_we_stand(),
            });
        }
        if !self.settled {
            return None;
        }
        if self.unacknowledged >= ACK_EVERY {
            return Some(Due::Ack {
                next: self.say_where_we_stand(),
            });
        }
        let message = self.kept.get(self.handed)?.clone();
        self.handed += 1;
        Some(Due::Message(message))
    }

    /// The number we wait for, as it is told to the partner.
    pub(in crate::session) fn say_where_we_stand(&mut self) -> u64 {
        self.unacknowledged = 0;
        self.ack_at = None;
        self.next + u64::from(mutant(Mutant::AckEarly))
    }
}

/// A planted mistake, for the simulation to find. None is ever there outside tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::session) enum Mutant {
    NoSync,
    NoResend,
    TakeGaps,
    TakeTwice,
    AckEarly,
    TakeStale,
}

#[cfg(not(test))]
fn mutant(_: Mutant) -> bool {
    false
}

#[cfg(test)]
thread_local! {
    /// The mistake that is planted in this thread at the moment.
    static PLANTED: std::cell::Cell<Option<Mutant>> = const { std::cell::Cell::new(None) };
}

/// Plants a mistake in this thread, or takes it out again.
#[cfg(test)]
pub(in crate::session) fn plant(which: Option<Mutant>) {
    PLANTED.set(which);
}

#[cfg(test)]
fn mutant(which: Mutant) -> bool {
    PLANTED.get() == Some(which)
}

#[cfg(test)]
mod tests;
