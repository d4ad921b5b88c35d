//! What each network has used of what it may: rules on values, without a clock. The table has a ceiling, and whatever says
//! nothing any more leaves it.

use std::collections::HashMap;
use std::time::Duration;

use super::Network;
use super::recent::Recent;
use crate::config::Limits;

/// Networks remembered at once. Each takes some 600 bytes at most, so the table stays below 40 MB whoever comes.
pub(super) const PAGES_MAX: usize = 65_536;

/// A table that is smaller than this is not worth cleaning.
const SWEEP_FROM: usize = 1024;

/// Visits beyond the limit of connections that are heard all the same: people who were cut off must be able to come back to
/// their seats while these still count, and whoever is one too many can be told so.
const SPARE_VISITS: u32 = 16;

/// When somebody may try again whose network has as many people here as it may: conversations last minutes.
const CROWDED_RETRY: Duration = Duration::from_secs(30);

/// Longest wait after a wrong login, unless the first is longer.
const LOGIN_WAIT_MAX: Duration = Duration::from_secs(60);

/// How long after the last wrong login the first wait is short again.
const LOGIN_MEMORY: Duration = Duration::from_secs(15 * 60);

/// Not now, but after so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wait(pub(super) Duration);

/// All pages. Times count from any one beginning, and never run backwards.
#[derive(Debug)]
pub(super) struct Ledger {
    limits: Limits,
    /// The wait after a first wrong login.
    first_wait: Duration,
    pages: HashMap<Network, Page>,
    pages_max: usize,
    sweep_at: usize,
}

/// What one network uses.
#[derive(Debug, Default)]
struct Page {
    /// Visits and seats.
    connections: u32,
    /// Of these, those that asked for a seat, or have one.
    guests: u32,
    joins: Recent,
    /// Tries at a number at which somebody waits for somebody with a code; those that were right are taken out again.
    guesses: Recent,
    wrong_logins: u32,
    last_wrong_login: Duration,
    /// Whether a login is being looked at.
    logging_in: bool,
    /// When it was last here.
    seen: Duration,
}

impl Ledger {
    pub(super) fn new(limits: Limits, first_wait: Duration, pages_max: usize) -> Self {
        Self {
            limits,
            first_wait,
            pages: HashMap::new(),
            pages_max,
            sweep_at: SWEEP_FROM.min(pages_max),
        }
    }

    /// From now on other limits hold. Whoever is here stays.
    pub(super) fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Somebody comes to the lobby.
    pub(super) fn enter(&mut self, network: Network, now: Duration) -> Result<(), Wait> {
        let most = self.limits.connections.saturating_add(SPARE_VISITS);
        let page = self.page(network, now);
        if page.connections >= most {
            return Err(Wait(CROWDED_RETRY));
        }
        page.connections += 1;
        Ok(())
    }

    /// Somebody who is here asks for a seat.
    pub(super) fn join(&mut self, network: Network, now: Duration) -> Result<(), Wait> {
        let (connections, joins) = (self.limits.connections, self.limits.joins);
        let page = self.page(network, now);
        if page.guests >= connections {
            return Err(Wait(CROWDED_RETRY));
        }
        page.joins.count(joins, now)?;
        page.guests += 1;
        Ok(())
    }

    /// Somebody who is here tries a number. It counts as wrong until it turns out to be right, so that nothing is gained by trying many
    /// at once.
    pub(super) fn guess(&mut self, network: Network, now: Duration) -> Result<(), Wait> {
        let most = self.limits.wrong_codes;
        self.page(network, now).guesses.count(most, now)
    }

    /// What was tried at that time was right, or not tried after all.
    pub(super) fn take_back_guess(&mut self, network: Network, at: Duration) {
        if let Some(page) = self.pages.get_mut(&network) {
            page.guesses.take_back(at);
        }
    }

    /// Somebody has gone; `guest` says whether they had asked for a seat.
    pub(super) fn leave(&mut self, network: Network, guest: bool, now: Duration) {
        let page = self.page(network, now);
        page.connections = page.connections.saturating_sub(1);
        page.guests = page.guests.saturating_sub(u32::from(guest));
        if page.is_idle(now) {
            self.pages.remove(&network);
        }
    }

    /// Whether a login of that network may be looked at.
    pub(super) fn may_log_in(&mut self, network: Network, now: Duration) -> Result<(), Wait> {
        let first_wait = self.first_wait;
        let page = self.page(network, now);
        let until = page.last_wrong_login + login_wait(first_wait, page.wrong_logins);
        match until.saturating_sub(now) {
            Duration::ZERO => Ok(()),
            left => Err(Wait(left)),
        }
    }

    /// A login of that network is looked at from now on. False if another is: it may turn out to be wrong, so that whoever
    /// guesses gains nothing by doing it twice at once.
    pub(super) fn begin_login(&mut self, network: Network, now: Duration) -> Result<bool, Wait> {
        self.may_log_in(network, now)?;
        Ok(!std::mem::replace(&mut self.page(network, now).logging_in, true))
    }

    /// No login of that network is looked at any more. One that was right forgives nothing: whoever has an account could guess
    /// the passwords of others between two logins of their own. What was wrong is forgotten with time alone.
    pub(super) fn end_login(&mut self, network: Network, now: Duration) {
        self.page(network, now).logging_in = false;
    }

    /// A login was wrong: the next has to wait twice as long as the one before.
    pub(super) fn wrong_login(&mut self, network: Network, now: Duration) -> Wait {
        let first_wait = self.first_wait;
        let page = self.page(network, now);
        if page.last_wrong_login + LOGIN_MEMORY <= now {
            page.wrong_logins = 0;
        }
        page.wrong_logins = page.wrong_logins.saturating_add(1);
        page.last_wrong_login = now;
        Wait(login_wait(first_wait, page.wrong_logins))
    }

    /// A page, opened if there is none.
    fn page(&mut self, network: Network, now: Duration) -> &mut Page {
        if self.pages.len() >= self.sweep_at && !self.pages.contains_key(&network) {
            self.sweep(now);
        }
        let page = self.pages.entry(network).or_default();
        page.seen = now;
        page
    }

    /// Takes out the idle. If the table is full even so, the half of those not here that was here longest ago is forgotten.
    fn sweep(&mut self, now: Duration) {
        self.pages.retain(|_, page| !page.is_idle(now));
        if self.pages.len() >= self.pages_max {
            let mut seen: Vec<_> = self.absent().map(|page| page.seen).collect();
            seen.sort_unstable();
            let middle = seen.get(seen.len() / 2).copied().unwrap_or_default();
            self.pages
                .retain(|_, page| page.is_in_use() || page.seen > middle);
        }
        self.sweep_at = (2 * self.pages.len()).clamp(SWEEP_FROM.min(self.pages_max), self.pages_max);
    }

    fn absent(&self) -> impl Iterator<Item = &Page> {
        self.pages.values().filter(|page| !page.is_in_use())
    }
}

impl Page {
    /// Whether somebody is here. Who is not counted may still log in.
    fn is_in_use(&self) -> bool {
        self.connections > 0 || self.logging_in
    }

    fn is_idle(&mut self, now: Duration) -> bool {
        self.joins.forget_older(now);
        self.guesses.forget_older(now);
        let remembers_tries = !self.joins.is_empty() || !self.guesses.is_empty();
        let remembers_wrong = self.wrong_logins > 0 && self.last_wrong_login + LOGIN_MEMORY > now;
        !self.is_in_use() && !remembers_tries && !remembers_wrong
    }
}

/// The first wait once, twice, four times, … after the first, second, third wrong one.
fn login_wait(first: Duration, wrong: u32) -> Duration {
    match wrong {
        0 => Duration::ZERO,
        wrong => first
            .saturating_mul(1 << (wrong - 1).min(6))
            .min(LOGIN_WAIT_MAX.max(first)),
    }
}

#[cfg(test)]
mod tests;
