//! How much may be said: so much at once, then so much a second. Values only.

use std::time::Duration;

use tokio::time::Instant;

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

    /// Charges it if so much may be said now. Tells whether it may.
    pub(crate) fn take(&mut self, amount: usize, now: Instant) -> bool {
        let amount = u32::try_from(amount).unwrap_or(u32::MAX);
        let may_be_said = self.wait(amount, now).is_zero();
        if may_be_said {
            self.charge(amount, now);
        }
        may_be_said
    }

    fn price(&self, amount: u32) -> Duration {
        Duration::from_secs(amount.into()) / self.rate.per_second
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
