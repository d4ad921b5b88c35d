//! Who may come, how many at once and how often, by the network they come from. It counts and says no with a reason and seconds;
//! it holds no connection and knows no names.

mod bans;
mod guess;
mod ledger;
mod recent;

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use acaso_shared::protocol::Refusal;
use tokio::sync::Notify;

pub(crate) use self::bans::BANS_MAX;
pub use self::bans::Ban;
use self::bans::Bans;
pub(crate) use self::guess::Guess;
use self::ledger::{Ledger, PAGES_MAX, Wait};
use crate::config::Limits;
use crate::network::Network;

/// Asks the guard. What it knows is behind a lock that is held for a few steps on values, never while anything is awaited.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    books: Arc<Mutex<Books>>,
    /// Told whenever a login has been looked at.
    login_ended: Arc<Notify>,
    beginning: Instant,
}

#[derive(Debug)]
struct Books {
    ledger: Ledger,
    bans: Bans,
}

/// One person's place in the count of their network, from the visit until the seat is empty. Clones are the same person; the
/// place comes back when the last is dropped.
#[derive(Clone, Debug)]
pub(crate) struct Pass(Arc<Counted>);

#[derive(Debug)]
struct Counted {
    guard: Guard,
    address: IpAddr,
    network: Network,
    /// False for who is exempt.
    is_counted: bool,
    /// Whether a seat was asked for.
    guest: AtomicBool,
}

/// The one login of a network that is looked at, until this is dropped.
#[derive(Debug)]
pub(crate) struct LoginTurn(Pass);

impl Guard {
    /// A guard with these limits and bans, for whom a first wrong login is followed by so long a wait.
    pub(crate) fn new(limits: Limits, first_wait: Duration, bans: impl IntoIterator<Item = Ban>) -> Self {
        let mut books = Books {
            ledger: Ledger::new(limits, first_wait, PAGES_MAX),
            bans: Bans::default(),
        };
        let now = SystemTime::now();
        bans.into_iter().for_each(|ban| books.bans.add(ban, now));
        Self {
            books: Arc::new(Mutex::new(books)),
            login_ended: Arc::default(),
            beginning: Instant::now(),
        }
    }

    /// Somebody comes to the lobby from there.
    ///
    /// # Errors
    /// The refusal to say.
    pub(crate) fn enter(&self, address: IpAddr) -> Result<Pass, Refusal> {
        let mut books = self.books();
        books.barred(address)?;
        let exempt = &books.ledger.limits().exempt;
        let is_counted = !exempt.iter().any(|exempt| exempt.contains(address));
        let network = Network::of(address);
        if is_counted {
            books.ledger.enter(network, self.now()).map_err(slow_down)?;
        }
        drop(books);
        Ok(Pass(Arc::new(Counted {
            guard: self.clone(),
            address,
            network,
            is_counted,
            guest: AtomicBool::new(false),
        })))
    }

    /// Whether somebody may come from there at all: what is asked where they were counted before.
    ///
    /// # Errors
    /// The refusal to say.
    pub(crate) fn may_come(&self, address: IpAddr) -> Result<(), Refusal> {
        self.books().barred(address)
    }

    /// From now on other limits hold.
    pub(crate) fn set_limits(&self, limits: Limits) {
        self.books().ledger.set_limits(limits);
    }

    pub(crate) fn ban(&self, ban: Ban) {
        self.books().bans.add(ban, SystemTime::now());
    }

    /// False if there was no such ban.
    pub(crate) fn unban(&self, network: Network) -> bool {
        self.books().bans.remove(network)
    }

    /// The bans that hold, by network.
    pub(crate) fn bans(&self) -> Vec<Ban> {
        self.books().bans.holding(SystemTime::now())
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        // Nothing below can panic half-way; if it did, wrong counts are better than no server.
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Duration {
        self.beginning.elapsed()
    }

    /// Asks the ledger about somebody's network.
    fn ask<T>(&self, who: &Counted, ask: impl FnOnce(&mut Ledger, Network, Duration) -> T) -> T {
        ask(&mut self.books().ledger, who.network, self.now())
    }
}

impl Books {
    fn barred(&self, address: IpAddr) -> Result<(), Refusal> {
        match self.bans.remaining_secs(address, SystemTime::now()) {
            Some(remaining_secs) => Err(Refusal::Banned { remaining_secs }),
            None => Ok(()),
        }
    }
}

impl Pass {
    /// Where they come from.
    pub(crate) fn address(&self) -> IpAddr {
        self.0.address
    }

    /// Their network, unless it is exempt.
    pub(crate) fn counted_network(&self) -> Option<Network> {
        self.0.is_counted.then_some(self.0.network)
    }

    /// They ask for a seat. Not to be asked of who comes back to a seat.
    ///
    /// # Errors
    /// The refusal to say.
    pub(crate) fn join(&self) -> Result<(), Refusal> {
        // Once more: they may have been barred since they came in.
        self.0.guard.may_come(self.0.address)?;
        if self.0.is_counted {
            self.ask(Ledger::join).map_err(slow_down)?;
        }
        self.0.guest.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Whether their login may be looked at: not while their network waits after a wrong one. Nobody is exempt from that.
    ///
    /// # Errors
    /// The refusal to say.
    pub(crate) fn may_log_in(&self) -> Result<(), Refusal> {
        self.ask(Ledger::may_log_in).map_err(wrong_login)
    }

    /// Waits until their login may be looked at, after that of anybody else in their network.
    ///
    /// # Errors
    /// The refusal to say.
    pub(crate) async fn login_turn(&self) -> Result<LoginTurn, Refusal> {
        loop {
            // Hears of every end from here on, also of one between the look and the wait.
            let ended = self.0.guard.login_ended.notified();
            if self.ask(Ledger::begin_login).map_err(wrong_login)? {
                return Ok(LoginTurn(self.clone()));
            }
            ended.await;
        }
    }

    fn ask<T>(&self, ask: impl FnOnce(&mut Ledger, Network, Duration) -> T) -> T {
        self.0.guard.ask(&self.0, ask)
    }
}

impl LoginTurn {
    /// The login was wrong; this is the refusal to say.
    pub(crate) fn wrong_login(self) -> Refusal {
        wrong_login(self.0.ask(Ledger::wrong_login))
    }
}

impl Drop for LoginTurn {
    fn drop(&mut self) {
        self.0.ask(Ledger::end_login);
        self.0.0.guard.login_ended.notify_waiters();
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let guest = *self.guest.get_mut();
        if self.is_counted {
            self.guard
                .ask(self, |ledger, network, now| ledger.leave(network, guest, now));
        }
    }
}

fn slow_down(Wait(wait): Wait) -> Refusal {
    Refusal::SlowDown {
        retry_after_secs: whole_secs(wait),
    }
}

fn wrong_login(Wait(wait): Wait) -> Refusal {
    Refusal::Login {
        retry_after_secs: whole_secs(wait),
    }
}

/// Never too early: a started second counts as a whole one.
pub(crate) fn whole_secs(time: Duration) -> u32 {
    let whole = time.as_secs().saturating_add(u64::from(time.subsec_nanos() > 0));
    u32::try_from(whole).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST_WAIT: Duration = Duration::from_secs(1);

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn one_each() -> Limits {
        Limits {
            connections: 1,
            ..Limits::default()
        }
    }

    #[test]
    fn a_place_comes_back_when_the_last_who_holds_it_has_gone() {
        let guard = Guard::new(one_each(), FIRST_WAIT, []);
        let visit = guard.enter(ip("192.0.2.7")).unwrap();
        visit.join().unwrap();
        let seat = visit.clone();
        drop(visit);
        let next = guard.enter(ip("::ffff:192.0.2.7")).unwrap();
        assert!(matches!(
            next.join(),
            Err(Refusal::SlowDown {
                retry_after_secs: 1..
            })
        ));
        drop(seat);
        assert_eq!(next.join(), Ok(()));
    }

    #[test]
    fn who_is_exempt_is_not_counted_but_can_be_barred() {
        let guard = Guard::new(one_each(), FIRST_WAIT, []);
        let crowd: Vec<_> = (0..100).map(|_| guard.enter(ip("::1")).unwrap()).collect();
        assert!(crowd.iter().all(|pass| pass.join().is_ok()));
        let network = "::1".parse().unwrap();
        let until = SystemTime::now() + Duration::from_secs(60);
        guard.ban(Ban { network, until });
        let refused = guard.enter(ip("::1")).unwrap_err();
        assert!(
            matches!(
                refused,
                Refusal::Banned {
                    remaining_secs: 59..=60
                }
            ),
            "{refused:?}"
        );
        assert!(
            matches!(crowd[0].join(), Err(Refusal::Banned { .. })),
            "also who is in"
        );
        assert!(guard.unban(network) && guard.bans().is_empty());
        assert!(guard.enter(ip("::1")).is_ok());
    }

    #[tokio::test]
    async fn nobody_is_exempt_from_the_wait_after_a_wrong_login() {
        let guard = Guard::new(Limits::default(), FIRST_WAIT, []);
        let (one, other) = (guard.enter(ip("::1")).unwrap(), guard.enter(ip("::1")).unwrap());
        let turn = one.login_turn().await.unwrap();
        let next = tokio::spawn(async move { other.login_turn().await.map(drop) });
        assert_eq!(turn.wrong_login(), Refusal::Login { retry_after_secs: 1 });
        let heard = next.await.unwrap();
        assert_eq!(heard, Err(Refusal::Login { retry_after_secs: 1 }));
    }

    #[tokio::test]
    async fn whoever_waits_for_a_login_of_the_same_network_is_next() {
        let guard = Guard::new(Limits::default(), FIRST_WAIT, []);
        let (one, other) = (guard.enter(ip("::1")).unwrap(), guard.enter(ip("::1")).unwrap());
        let turn = one.login_turn().await.unwrap();
        let mut next = std::pin::pin!(other.login_turn());
        tokio::select! {
            biased;
            _ = &mut next => panic!("two at once"),
            () = std::future::ready(()) => {}
        }
        drop(turn);
        assert!(next.await.is_ok());
    }

    #[test]
    fn seconds_are_never_too_few() {
        assert_eq!(whole_secs(Duration::from_millis(1)), 1);
        assert_eq!(whole_secs(Duration::from_secs(7)), 7);
        assert_eq!(whole_secs(Duration::MAX), u32::MAX);
    }
}
