//! How much may be said: so much at once, then so much a second. Values only.

use std::time::Duration;

use acaso_shared::limits::{POSTED_BYTES_BURST, POSTED_BYTES_PER_SECOND, POSTS_BURST, POSTS_PER_SECOND};
use tokio::time::Instant;

/// Posts, and bytes of posts, that one person may write.
pub(super) const OF_ONE: (Rate, Rate) = (
    Rate {
        burst: POSTS_BURST,
        per_second: POSTS_PER_SECOND,
    },
    Rate {
        burst: POSTED_BYTES_BURST,
        per_second: POSTED_BYTES_PER_SECOND,
    },
);

/// The same for all together, whoever floods a plaza by many members: a burst is less than what waits for one member, so that it
/// costs nobody the visit, and per second it is what somebody on a slow line still reads.
pub(super) const OF_ALL: (Rate, Rate) = (
    Rate {
        burst: 200,
        per_second: 50,
    },
    Rate {
        burst: 3 * 1024 * 1024,
        per_second: 512 * 1024,
    },
);

/// What may be said at once, and per second after that.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    pub(crate) burst: u32,
    pub(crate) per_second: u32,
}

/// What was said, measured by the moment at which it will have been paid for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meter {
    rate: Rate,
    paid: Instant,
}

/// Of posts, and of their bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meters {
    posts: Meter,
    bytes: Meter,
}

impl Meter {
    /// Nothing was said yet.
    pub(crate) fn new(rate: Rate, now: Instant) -> Self {
        Self { rate, paid: now }
    }

    /// How long to wait until so much may be said; zero if it may be now. What is more than a burst waits until the burst is whole.
    pub(crate) fn wait(&self, amount: u32, now: Instant) -> Duration {
        let price = self.price(amount.min(self.rate.burst));
        let owed = self.paid.saturating_duration_since(now);
        (owed + price).saturating_sub(self.price(self.rate.burst))
    }

    /// So much was said.
    pub(crate) fn charge(&mut self, amount: u32, now: Instant) {
        self.paid = self.paid.max(now) + self.price(amount);
    }

    fn price(&self, amount: u32) -> Duration {
        Duration::from_secs(amount.into()) / self.rate.per_second
    }
}

impl Meters {
    pub(super) fn new((posts, bytes): (Rate, Rate), now: Instant) -> Self {
        Self {
            posts: Meter::new(posts, now),
            bytes: Meter::new(bytes, now),
        }
    }

    pub(super) fn wait(&self, bytes: u32, now: Instant) -> Duration {
        self.posts.wait(1, now).max(self.bytes.wait(bytes, now))
    }

    pub(super) fn charge(&mut self, bytes: u32, now: Instant) {
        self.posts.charge(1, now);
        self.bytes.charge(bytes, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_and_then_so_much_a_second() {
        let rate = Rate {
            burst: 5,
            per_second: 2,
        };
        let now = Instant::now();
        let mut meter = Meter::new(rate, now);
        for _ in 0..5 {
            assert_eq!(meter.wait(1, now), Duration::ZERO);
            meter.charge(1, now);
        }
        assert_eq!(meter.wait(1, now), Duration::from_millis(500));
        let later = now + Duration::from_millis(500);
        assert_eq!(meter.wait(1, later), Duration::ZERO);
        meter.charge(1, later);
        assert_eq!(meter.wait(2, later), Duration::from_secs(1));
        let rested = later + Duration::from_secs(60);
        assert_eq!(meter.wait(5, rested), Duration::ZERO);
        assert_eq!(
            meter.wait(500, rested),
            Duration::ZERO,
            "no more than a burst is asked for"
        );
    }
}
