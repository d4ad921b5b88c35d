//! Where somebody is who came over QUIC, as far as they have proved it: others are sent there. QUIC goes on at whatever address a datagram
//! of the connection comes from, and asks for a proof only then; whoever can send from a stranger's address could have others sent to the
//! stranger. Values only.

use std::net::SocketAddr;
use std::time::Duration;

use acaso_shared::transport::Footing;
use tokio::time::Instant;

/// How long somebody has to have been at another address before others are told of it: whoever moves is at several within seconds.
const STANDS_AFTER: Duration = Duration::from_secs(3);

/// Where one member is.
#[derive(Clone, Debug)]
pub(super) struct Whereabouts {
    proved: Option<SocketAddr>,
    /// Where they seem to be now, and since when they have been there without being asked for a proof.
    other: Option<(Footing, Instant)>,
}

impl Whereabouts {
    /// They came from there, which was proved before they were let in; `None` for who came otherwise.
    pub(super) fn new(proved: Option<SocketAddr>) -> Self {
        Self { proved, other: None }
    }

    /// They are seen there now. Tells their new address, once it is theirs for certain.
    pub(super) fn look(&mut self, seen: Footing, now: Instant) -> Option<SocketAddr> {
        if self.proved == Some(seen.address) {
            self.other = None;
            return None;
        }
        match self.other {
            Some((first, since)) if seen.is_as(&first) && now < since + STANDS_AFTER => None,
            Some((first, _)) if seen.is_proved_since(&first) => {
                (self.proved, self.other) = (Some(seen.address), None);
                self.proved
            }
            // They have moved again, are still asked for a proof, or nothing was said to them.
            _ => {
                self.other = Some((seen, now));
                None
            }
        }
    }

    /// When to look again, if where they are is open: something is to be said to them until then, which shows whether they still are
    /// asked for a proof.
    pub(super) fn look_again(&self) -> Option<Instant> {
        self.other.map(|(_, since)| since + STANDS_AFTER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: &str = "192.0.2.7:5000";
    const AWAY: &str = "198.51.100.9:6000";

    fn seen(address: &str, challenges: u64, said: u64) -> Footing {
        Footing {
            address: address.parse().unwrap(),
            challenges,
            said,
        }
    }

    fn at_home() -> Whereabouts {
        Whereabouts::new(HOME.parse().ok())
    }

    #[test]
    fn who_has_moved_is_told_of_once_they_are_asked_for_no_proof_any_more_and_stay() {
        let (mut whereabouts, now) = (at_home(), Instant::now());
        assert_eq!(whereabouts.look(seen(HOME, 0, 1), now), None);
        assert_eq!(whereabouts.look_again(), None);
        // What is said to them asks for a proof.
        assert_eq!(whereabouts.look(seen(AWAY, 2, 1), now), None);
        assert_eq!(whereabouts.look(seen(AWAY, 3, 2), now), None);
        let soon = now + STANDS_AFTER / 2;
        assert_eq!(whereabouts.look(seen(AWAY, 3, 3), soon), None, "not at once");
        let later = now + STANDS_AFTER;
        assert_eq!(whereabouts.look_again(), Some(later));
        assert_eq!(whereabouts.look(seen(AWAY, 3, 3), later), AWAY.parse().ok());
        assert_eq!(whereabouts.look(seen(AWAY, 3, 4), later), None, "once");
    }

    #[test]
    fn who_proves_nothing_is_never_told_of() {
        let (mut whereabouts, now) = (at_home(), Instant::now());
        for look in 0..100 {
            let at = now + STANDS_AFTER * look;
            // Asked for a proof with everything that is said.
            let asked = seen(AWAY, look.into(), look.into());
            assert_eq!(whereabouts.look(asked, at), None);
        }
        for look in 0..100 {
            let at = now + STANDS_AFTER * (100 + look);
            // Nothing more may be said to an address that is not proved.
            assert_eq!(whereabouts.look(seen(AWAY, 100, 100), at), None);
            assert_eq!(
                whereabouts.look_again(),
                Some(at + STANDS_AFTER),
                "later, not at once"
            );
        }
    }

    #[test]
    fn who_only_seemed_to_be_elsewhere_begins_anew() {
        let (mut whereabouts, now) = (at_home(), Instant::now());
        whereabouts.look(seen(AWAY, 1, 1), now);
        whereabouts.look(seen(HOME, 2, 2), now + STANDS_AFTER);
        assert_eq!(whereabouts.look(seen(AWAY, 1, 3), now + STANDS_AFTER), None);
        let elsewhere = seen("203.0.113.5:7000", 1, 4);
        assert_eq!(whereabouts.look(elsewhere, now + STANDS_AFTER * 2), None);
        assert_eq!(
            whereabouts.look_again(),
            Some(now + STANDS_AFTER * 3),
            "each address stands by itself"
        );
    }
}
