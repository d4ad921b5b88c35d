//! How the two links of a conversation are, ours and theirs, and for how much longer a lost one is waited for.

use std::time::{Duration, Instant};

use super::Now;

/// The links of a conversation.
#[derive(Debug, Default)]
pub struct Line {
    /// Ours is lost.
    pub ours: Option<Lost>,
    /// Theirs is.
    pub theirs: Option<Away>,
}

/// Our link is lost; the seat is kept for a while.
#[derive(Debug)]
pub struct Lost {
    /// How long until the next attempt, in whole seconds; 0 while one is under way.
    pub retry_secs: u64,
    /// For how much longer the seat is kept, in whole seconds.
    pub kept_secs: u64,
    /// For how long it was kept when the link was lost, in whole seconds; at least one.
    pub whole_secs: u64,
    retry_at: Instant,
    until: Instant,
}

/// A time after which something is tried again, counted down.
#[derive(Debug)]
pub struct Pause {
    /// How much of it is left, in whole seconds; 0 while it is tried.
    pub secs: u64,
    at: Instant,
}

impl Pause {
    /// So many milliseconds from now.
    pub(super) fn new(millis: u64, now: &Now) -> Self {
        let at = after(millis, now);
        Self {
            secs: secs_until(at, now),
            at,
        }
    }

    /// It is over: it is tried.
    pub(super) fn end(&mut self, now: &Now) {
        *self = Self::new(0, now);
    }

    /// Counts down. Answers after how long the number changes.
    pub(super) fn tick(&mut self, now: &Now) -> Option<Duration> {
        self.secs = secs_until(self.at, now);
        next_change(self.at, now)
    }
}

/// Their link is lost.
#[derive(Debug)]
pub struct Away {
    /// For how much longer their seat is kept, in whole seconds.
    pub secs: u64,
    until: Instant,
}

/// No pause and no grace is longer; what is beyond is no time but a mistake.
const LONGEST: Duration = Duration::from_secs(3600);

impl Line {
    /// Our link is lost, or still is: the next attempt, and the time that is left, in milliseconds.
    pub(super) fn lose(&mut self, retry_in_millis: u64, grace_left_millis: u64, now: &Now) {
        let until = after(grace_left_millis, now);
        let whole_secs = match &self.ours {
            Some(lost) => lost.whole_secs,
            None => secs_until(until, now).max(1),
        };
        self.ours = Some(Lost {
            retry_secs: 0,
            kept_secs: 0,
            whole_secs,
            retry_at: after(retry_in_millis, now),
            until,
        });
        self.tick(now);
    }

    /// Their link is lost.
    pub(super) fn miss(&mut self, grace_left_millis: u64, now: &Now) {
        let until = after(grace_left_millis, now);
        self.theirs = Some(Away {
            secs: secs_until(until, now),
            until,
        });
    }

    /// Counts down. Answers after how long a number changes.
    pub(super) fn tick(&mut self, now: &Now) -> Option<Duration> {
        let mut changes = Vec::new();
        if let Some(lost) = &mut self.ours {
            lost.retry_secs = secs_until(lost.retry_at, now);
            lost.kept_secs = secs_until(lost.until, now);
            changes.extend([lost.retry_at, lost.until].map(|at| next_change(at, now)));
        }
        if let Some(away) = &mut self.theirs {
            away.secs = secs_until(away.until, now);
            changes.push(next_change(away.until, now));
        }
        changes.into_iter().flatten().min()
    }
}

fn after(millis: u64, now: &Now) -> Instant {
    now.instant + Duration::from_millis(millis).min(LONGEST)
}

/// Rounded up: “in 0 s” would be a lie until it happens.
fn secs_until(at: Instant, now: &Now) -> u64 {
    let left = at.saturating_duration_since(now.instant);
    left.as_secs() + u64::from(left.subsec_nanos() > 0)
}

/// After how long the seconds until then are one fewer; never, once they are over.
fn next_change(at: Instant, now: &Now) -> Option<Duration> {
    let left = at.saturating_duration_since(now.instant);
    let part = Duration::from_nanos(u64::from(left.subsec_nanos()));
    (!left.is_zero()).then_some(if part.is_zero() {
        Duration::from_secs(1)
    } else {
        part
    })
}
