//! How much one sender may say: a whole outbox at once, then so much a second, of frames and of bytes, whatever kind they are.
//! Whoever says more is left alone for a while; nothing is lost by it, since the network holds what is not read.

use std::time::Duration;

use acaso_shared::limits::{
    RELAY_BYTES_BURST, RELAY_BYTES_PER_SECOND, RELAY_FRAMES_BURST, RELAY_FRAMES_PER_SECOND, RELAY_REST_MAX,
};
use tokio::time::Instant;

/// Two meters, each the moment at which the sender will have paid for everything said so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Allowance {
    frames_paid: Instant,
    bytes_paid: Instant,
}

impl Allowance {
    /// Nothing was said yet.
    pub(super) fn full(now: Instant) -> Self {
        Self {
            frames_paid: now,
            bytes_paid: now,
        }
    }

    /// So many frames were said.
    pub(super) fn charge_frames(&mut self, frames: u32, now: Instant) {
        charge(
            &mut self.frames_paid,
            price(frames, RELAY_FRAMES_PER_SECOND),
            span(RELAY_FRAMES_BURST, RELAY_FRAMES_PER_SECOND),
            now,
        );
    }

    /// So many bytes were said.
    pub(super) fn charge_bytes(&mut self, bytes: usize, now: Instant) {
        charge(
            &mut self.bytes_paid,
            price(u32::try_from(bytes).unwrap_or(u32::MAX), RELAY_BYTES_PER_SECOND),
            span(RELAY_BYTES_BURST, RELAY_BYTES_PER_SECOND),
            now,
        );
    }

    /// So many of the bytes said are not to be paid for.
    pub(super) fn give_back_bytes(&mut self, bytes: usize) {
        let price = price(u32::try_from(bytes).unwrap_or(u32::MAX), RELAY_BYTES_PER_SECOND);
        self.bytes_paid = self.bytes_paid.checked_sub(price).unwrap_or(self.bytes_paid);
    }

    /// Until when the sender is to be left alone, if more was said than may be.
    pub(super) fn rests_until(&self, now: Instant) -> Option<Instant> {
        let over = |paid: Instant, burst: Duration| paid.saturating_duration_since(now).saturating_sub(burst);
        let rest = over(
            self.frames_paid,
            span(RELAY_FRAMES_BURST, RELAY_FRAMES_PER_SECOND),
        )
        .max(over(
            self.bytes_paid,
            span(RELAY_BYTES_BURST, RELAY_BYTES_PER_SECOND),
        ));
        (!rest.is_zero()).then(|| now + rest)
    }
}

/// Debts are bounded: however small the frames of one read were, its sender is heard again before the link would count as dead.
fn charge(paid: &mut Instant, price: Duration, burst: Duration, now: Instant) {
    *paid = ((*paid).max(now) + price).min(now + burst + RELAY_REST_MAX);
}

fn price(amount: u32, per_second: u32) -> Duration {
    Duration::from_secs(amount.into()) / per_second
}

fn span(burst: u32, per_second: u32) -> Duration {
    price(burst, per_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_outbox_at_once_is_no_reason_to_rest() {
        let now = Instant::now() + Duration::from_secs(60);
        let mut allowance = Allowance::full(now);
        allowance.charge_frames(RELAY_FRAMES_BURST, now);
        allowance.charge_bytes(RELAY_BYTES_BURST as usize, now);
        assert_eq!(allowance.rests_until(now), None);
        allowance.charge_frames(RELAY_FRAMES_PER_SECOND, now);
        assert_eq!(
            allowance.rests_until(now),
            Some(now + Duration::from_secs(1)),
            "a second's worth more"
        );
        assert_eq!(allowance.rests_until(now + Duration::from_secs(1)), None);
    }

    #[test]
    fn bytes_count_as_well_as_frames() {
        let now = Instant::now() + Duration::from_secs(60);
        let mut allowance = Allowance::full(now);
        allowance.charge_bytes((RELAY_BYTES_BURST + RELAY_BYTES_PER_SECOND / 2) as usize, now);
        assert_eq!(allowance.rests_until(now), Some(now + Duration::from_millis(500)));
    }

    #[test]
    fn whoever_keeps_to_the_pace_never_rests() {
        let mut now = Instant::now() + Duration::from_secs(60);
        let mut allowance = Allowance::full(now);
        for _ in 0..10_000 {
            allowance.charge_frames(1, now);
            allowance.charge_bytes(1000, now);
            assert_eq!(allowance.rests_until(now), None);
            now += Duration::from_secs(1) / RELAY_FRAMES_PER_SECOND;
        }
    }

    #[test]
    fn no_flood_is_left_alone_for_longer_than_the_longest_rest() {
        let now = Instant::now() + Duration::from_secs(60);
        let mut allowance = Allowance::full(now);
        for _ in 0..100 {
            allowance.charge_frames(20_000, now);
            allowance.charge_bytes(1 << 20, now);
        }
        assert_eq!(allowance.rests_until(now), Some(now + RELAY_REST_MAX));
    }
}
