//! Who may come, how many at once and how often, by the network they come from. It counts and says no with a reason and seconds;
//! it holds no connection and knows no names.

mod bans;
mod ledger;

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use acaso_shared::protocol::Refusal;

pub(crate) use self::bans::BANS_MAX;
pub use self::bans::Ban;
use self::bans::Bans;
use self::ledger::{Ledger, PAGES_MAX, Wait};
use crate::config::Limits;
use crate::network::Network;

/// Asks the guard. What it knows is behind a lock that is held for a few steps on values, never while anything is awaited.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    books: Arc<Mutex<Books>>,
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
    /// What is counted; `None` for who is exempt.
    network: Option<Network>,
    /// Whether a seat was asked for.
    guest: AtomicBool,
}

impl Guard {
    pub(crate) fn new(limits: Limits, bans: impl IntoIterator<Item = Ban>) -> Self {
        let mut books = Books {
            ledger: Ledger::new(limits, PAGES_MAX),
            bans: Bans::default(),
        };
        let now = SystemTime::now();
        bans.into_iter().for_each(|ban| books.bans.add(ban, now));
        Self {
            books: Arc::new(Mutex::new(books)),
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
        let network = (!exempt.iter().any(|exempt| exempt.contains(address))).then(|| Network::of(address));
        if let Some(network) = network {
            books.ledger.enter(network, self.now()).map_err(slow_down)?;
        }
        drop(books);
        Ok(Pass(Arc::new(Counted {
            guard: self.clone(),
            address,
            network,
            guest: AtomicBool::new(false),
        })))
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

    /// Asks the ledger about a network that counts.
    fn count<T>(&self, pass: &Counted, ask: impl FnOnce(&mut Ledger, Network, Duration) -> T) -> Option<T> {
        let network = pass.network?;
        Some(ask(&mut self.books().ledger, network, self.now()))
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
    /// They ask for a seat. Not to be asked of who comes back to a seat.
    ///
    /// # Errors
    /// The refusal to say.
    pub(crate) fn join(&self) -> Result<(), Refusal> {
        // Once more: they may have been barred since they came in.
        self.0.guard.books().barred(self.0.address)?;
        let counted = self.0.guard.count(&self.0, Ledger::join);
        counted.unwrap_or(Ok(())).map_err(slow_down)?;
        self.0.guest.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Whether their login may be looked at: not while their network waits after a wrong one.
    ///
    /// # Errors
    /// The refusal to say.
    pub(crate) fn may_log_in(&self) -> Result<(), Refusal> {
        let counted = self.0.guard.count(&self.0, Ledger::may_log_in);
        counted.unwrap_or(Ok(())).map_err(wrong_login)
    }

    /// Their login was wrong; this is the refusal to say.
    pub(crate) fn wrong_login(&self) -> Refusal {
        let counted = self.0.guard.count(&self.0, Ledger::wrong_login);
        wrong_login(counted.unwrap_or(Wait(Duration::ZERO)))
    }

    /// Their login was right.
    pub(crate) fn right_login(&self) {
        self.0.guard.count(&self.0, Ledger::right_login);
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let guest = *self.guest.get_mut();
        let guard = self.guard.clone();
        guard.count(self, |ledger, network, now| ledger.leave(network, guest, now));
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
        let guard = Guard::new(one_each(), []);
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
        let guard = Guard::new(one_each(), []);
        let crowd: Vec<_> = (0..100).map(|_| guard.enter(ip("::1")).unwrap()).collect();
        assert!(crowd.iter().all(|pass| pass.join().is_ok()));
        assert!(
            crowd
                .iter()
                .all(|pass| pass.wrong_login() == Refusal::Login { retry_after_secs: 0 })
        );
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

    #[test]
    fn seconds_are_never_too_few() {
        assert_eq!(whole_secs(Duration::from_millis(1)), 1);
        assert_eq!(whole_secs(Duration::from_secs(7)), 7);
        assert_eq!(whole_secs(Duration::MAX), u32::MAX);
    }
}
