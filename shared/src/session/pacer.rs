//! A token bucket that keeps a person's messages below what a server allows, by waiting instead of being refused.

use std::time::{Duration, Instant};

/// Lets `burst` messages through at once, then one each interval.
#[derive(Debug)]
pub(super) struct Pacer {
    burst: u32,
    interval: Duration,
    /// When the bucket will be full again: the further ahead, the emptier it is.
    full_at: Option<Instant>,
}

impl Pacer {
    pub(super) fn new(burst: u32, interval: Duration) -> Self {
        Self {
            burst,
            interval,
            full_at: None,
        }
    }

    /// Takes a token if there is one; otherwise tells when there will be.
    pub(super) fn take(&mut self, now: Instant) -> Result<(), Instant> {
        let full_at = self.full_at.unwrap_or(now).max(now) + self.interval;
        let earliest = full_at.checked_sub(self.interval * self.burst).unwrap_or(now);
        if earliest > now {
            return Err(earliest);
        }
        self.full_at = Some(full_at);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_one_message_each_interval() {
        let start = Instant::now();
        let mut pacer = Pacer::new(3, Duration::from_millis(200));
        for _ in 0..3 {
            assert_eq!(pacer.take(start), Ok(()));
        }
        let next = start + Duration::from_millis(200);
        assert_eq!(pacer.take(start), Err(next));
        assert_eq!(pacer.take(next), Ok(()));
        assert_eq!(pacer.take(next), Err(next + Duration::from_millis(200)));
        let rested = start + Duration::from_secs(60);
        assert_eq!(
            (0..9).filter(|_| pacer.take(rested).is_ok()).count(),
            3,
            "rest fills the bucket, and no more than it"
        );
    }
}
