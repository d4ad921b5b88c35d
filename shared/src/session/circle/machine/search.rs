//! Where another member may be, and when it is looked for there again. Decided on values; who dials is elsewhere.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use super::lobby::Met;
use super::{Around, Target};
use crate::protocol::circle::FIRST_CLIENT_PORT;
use crate::transport::quic::peers::Route;

/// Of two behind one router few routers let one reach the other by its outer address, and where they do it is the longer way.
const ROUND_THE_HOUSE_AFTER: Duration = Duration::from_millis(250);

/// Pauses between two searches, in times of the shortest: for whom one talked to a moment ago; for whom one never reached; for a shorter
/// way to whom is reached through the server. Both ends begin at about the same moment and keep to the same, so that they meet at it.
const BACK: [u32; 4] = [1, 2, 4, 5];
const FIRST: [u32; 5] = [2, 4, 8, 16, 30];
const SHORTER: [u32; 4] = [10, 20, 40, 60];

/// How far the search is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Search {
    /// There is nothing to look for.
    Idle,
    /// All addresses are tried.
    Direct { until: Instant, attempt: u32 },
    /// The way through the server is tried.
    Relayed { until: Instant, attempt: u32 },
    /// Nothing was found; not before then.
    Resting { until: Instant, attempt: u32 },
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The way back to whom the link was lost.
    Back,
    /// The first way.
    First,
    /// A way past the server.
    Shorter,
}

impl Search {
    pub(super) fn deadline(&self) -> Option<Instant> {
        match *self {
            Self::Idle => None,
            Self::Direct { until, .. } | Self::Relayed { until, .. } | Self::Resting { until, .. } => {
                Some(until)
            }
        }
    }
}

/// The pause after that attempt, from 1.
pub(super) fn pause_after(attempt: u32, wanted: Wanted, shortest: Duration) -> Duration {
    let steps: &[u32] = match wanted {
        Wanted::Back => &BACK,
        Wanted::First => &FIRST,
        Wanted::Shorter => &SHORTER,
    };
    let step = usize::try_from(attempt.saturating_sub(1)).unwrap_or(usize::MAX);
    shortest.saturating_mul(steps[step.min(steps.len() - 1)])
}

/// Where a member may be.
#[derive(Debug, Default)]
pub(super) struct Places {
    seen_at: Option<SocketAddr>,
    local: Vec<SocketAddr>,
    /// Where it was reached last.
    last: Option<SocketAddr>,
}

impl Places {
    /// What the server says; only what can be the member's own counts, so that nobody can have us call a stranger. Tells whether
    /// anything of it is new.
    pub(super) fn learn(&mut self, met: Met, at_home: bool) -> bool {
        let seen_at = met
            .seen_at
            .map(|at| SocketAddr::new(at.ip().to_canonical(), at.port()))
            .filter(|at| may_be_seen(*at, at_home));
        let local = met.introduction.sifted(at_home).local;
        let is_new = (seen_at, &local) != (self.seen_at, &self.local);
        (self.seen_at, self.local) = (seen_at, local);
        is_new
    }

    pub(super) fn reached(&mut self, route: Route) {
        if let Route::Direct(address) = route {
            self.last = Some(address);
        }
    }

    /// All that is worth trying, at once: whichever stands first.
    pub(super) fn targets(&self, around: &Around) -> Vec<Target> {
        let under_one_roof = self.seen_at.is_some_and(|at| Some(at.ip()) == around.seen_at);
        let seen_after = match under_one_roof && !self.local.is_empty() {
            true => ROUND_THE_HOUSE_AFTER,
            false => Duration::ZERO,
        };
        // In another network than ours a private address is somebody else's, who asked for nothing.
        let near = self
            .local
            .iter()
            .filter(|at| under_one_roof || around.is_near(at.ip()))
            .chain(&self.last)
            .map(|at| (*at, Duration::ZERO));
        let seen = self.seen_at.map(|at| (at, seen_after));
        let mut targets: Vec<Target> = Vec::new();
        for (address, after) in near.chain(seen) {
            let route = Route::Direct(address);
            if targets.iter().all(|target| target.route != route) {
                targets.push(Target { route, after });
            }
        }
        targets
    }
}

/// Whether anybody can be there at all, and not merely on this computer.
fn may_be_seen(at: SocketAddr, at_home: bool) -> bool {
    let nobodys = match at.ip() {
        IpAddr::V4(v4) => v4.is_unspecified() || v4.is_multicast() || v4.is_broadcast(),
        IpAddr::V6(v6) => v6.is_unspecified() || v6.is_multicast(),
    };
    at.port() >= FIRST_CLIENT_PORT && !nobodys && (at_home || !at.ip().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Fingerprint;
    use crate::protocol::circle::{CircleMember, Introduction};
    use crate::session::Timings;

    fn met(seen_at: Option<&str>, local: &[&str]) -> Met {
        Met {
            member: CircleMember(1),
            seen_at: seen_at.map(|at| at.parse().unwrap()),
            introduction: Introduction {
                key: Fingerprint::from([1; 32]),
                local: local.iter().map(|at| at.parse().unwrap()).collect(),
            },
        }
    }

    fn around(seen_at: Option<&str>) -> Around {
        Around {
            timings: Timings::default(),
            relays: false,
            at_home: false,
            seen_at: seen_at.map(|ip| ip.parse().unwrap()),
            own: vec!["10.0.0.9".parse().unwrap(), "fd00::9".parse().unwrap()],
            actions: Vec::new(),
        }
    }

    fn tried(met: Met, at_home: bool, ours: Option<&str>) -> Vec<(String, u128)> {
        let mut places = Places::default();
        places.learn(met, at_home);
        let targets = places.targets(&around(ours)).into_iter();
        targets
            .map(|target| {
                let Route::Direct(address) = target.route else {
                    panic!("{target:?}")
                };
                (address.to_string(), target.after.as_millis())
            })
            .collect()
    }

    #[test]
    fn everything_is_tried_at_once_and_the_way_round_the_house_a_little_later() {
        let apart = tried(
            met(Some("192.0.2.7:9000"), &["10.0.0.2:9000"]),
            false,
            Some("192.0.2.8"),
        );
        assert_eq!(apart, [("10.0.0.2:9000".into(), 0), ("192.0.2.7:9000".into(), 0)]);
        let together = tried(
            met(Some("192.0.2.7:9000"), &["10.0.0.2:9000"]),
            false,
            Some("192.0.2.7"),
        );
        assert_eq!(
            together,
            [("10.0.0.2:9000".into(), 0), ("192.0.2.7:9000".into(), 250)]
        );
        let elsewhere = ["10.0.1.2:9000", "169.254.169.254:9000", "[fd00:0:0:1::2]:9000"];
        let near = ["10.0.0.2:9000", "[fd00::2]:9000"];
        let both = [elsewhere.as_slice(), &near].concat();
        let sent = tried(met(Some("192.0.2.7:9000"), &both), false, Some("192.0.2.8"));
        let sent: Vec<_> = sent.iter().map(|(at, _)| at.as_str()).collect();
        assert_eq!(
            sent,
            [near[0], near[1], "192.0.2.7:9000"],
            "our network has others there"
        );
        let mapped = tried(met(Some("[::ffff:192.0.2.7]:9000"), &[]), false, None);
        assert_eq!(mapped, [("192.0.2.7:9000".into(), 0)]);
    }

    #[test]
    fn nobody_has_us_call_strangers_or_ourselves() {
        let bad = ["8.8.8.8:53", "224.0.0.1:9000", "127.0.0.1:9000", "0.0.0.0:9000"];
        for seen in [
            "224.0.0.1:9000",
            "127.0.0.1:9000",
            "0.0.0.0:9000",
            "192.0.2.7:0",
            "192.0.2.7:53",
            "[ff02::1]:9000",
        ] {
            assert_eq!(tried(met(Some(seen), &bad), false, None), [], "{seen}");
        }
        let home = tried(met(Some("127.0.0.1:9000"), &["127.0.0.1:9000"]), true, None);
        assert_eq!(home, [("127.0.0.1:9000".into(), 0)]);
    }
}
