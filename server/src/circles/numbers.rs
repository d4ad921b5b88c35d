//! The numbers of members. They are read off the clock, so that a server that was started anew gives nobody's number to another:
//! those whom it introduced before may still be talking.

use std::time::{Duration, SystemTime};

use acaso_shared::protocol::circle::CircleMember;

/// Numbers per second: somebody who comes takes one, and a whole circle that comes at once is a second ahead of the clock. That is as
/// long as a client waits at least before it comes to a server that it lost.
const PER_SECOND: u64 = 16;

/// 2026-01-01, in seconds since 1970. In 2034, after as many numbers as there are, they begin anew.
const BEGINNING_SECS: u64 = 1_767_225_600;

/// The number that the clock shows.
pub(super) fn clock() -> CircleMember {
    // A clock that stands before 1970 is wrong by more than a number can help.
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    at(now.unwrap_or_default())
}

fn at(since_1970: Duration) -> CircleMember {
    let since = since_1970.saturating_sub(Duration::from_secs(BEGINNING_SECS));
    let ticks = since.as_secs() * PER_SECOND + u64::from(since.subsec_nanos()) * PER_SECOND / 1_000_000_000;
    let in_turn = ticks % (u64::from(u32::MAX) + 1);
    CircleMember(u32::try_from(in_turn).expect("what remains is less than what it was divided by"))
}

/// The next number after that one, if there was any.
pub(super) fn after(newest: Option<CircleMember>, clock: CircleMember) -> CircleMember {
    match newest {
        // Of a circle that lasted until they began anew the highest may be taken.
        Some(CircleMember(newest)) => newest
            .checked_add(1)
            .map_or(clock, |next| CircleMember(next.max(clock.0))),
        None => clock,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_counts_sixteen_a_second_and_begins_anew() {
        let begun = Duration::from_secs(BEGINNING_SECS);
        assert_eq!(at(begun + Duration::from_secs(10)), CircleMember(160));
        assert_eq!(at(begun + Duration::from_millis(10_999)), CircleMember(175));
        let all = Duration::from_secs((u64::from(u32::MAX) + 1) / PER_SECOND);
        assert_eq!(at(begun + all + Duration::from_secs(1)), CircleMember(16));
        assert_eq!(at(Duration::ZERO), CircleMember(0));
    }

    #[test]
    fn who_comes_later_has_a_higher_number() {
        let clock = CircleMember(100);
        assert_eq!(after(None, clock), clock);
        assert_eq!(after(Some(CircleMember(50)), clock), clock);
        assert_eq!(after(Some(clock), clock), CircleMember(101));
        assert_eq!(after(Some(CircleMember(u32::MAX)), clock), clock);
    }
}
