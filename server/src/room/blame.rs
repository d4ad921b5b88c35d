//! Who of two held up the end-to-end handshake, judged by what the relay can see of it: who said how much, and when. It cannot
//! read what was said, so that somebody who says nonsense at the right time counts as having done their part.

use tokio::time::{Duration, Instant};

use super::seat::{Side, Two};

/// The initiator's first message, what it had committed to, and its introduction.
const INITIATORS_FRAMES: u32 = 3;

/// The responder's answer, and its introduction.
const RESPONDERS_FRAMES: u32 = 2;

/// Keeps the time of a handshake: for how long it was each side's turn to say something. It may be both's at once.
#[derive(Debug)]
pub(super) struct Turns {
    initiator: Side,
    /// Frames that had their place when they were said.
    said: Two<u32>,
    ready: Two<bool>,
    /// For how long each side had the word.
    held: Two<Duration>,
    total: Duration,
    /// Up to when all of that was counted; `None` while somebody's link is lost.
    counted: Option<Instant>,
}

impl Turns {
    pub(super) fn new(initiator: Side, now: Instant) -> Self {
        Self {
            initiator,
            said: Two::default(),
            ready: Two::default(),
            held: Two::default(),
            total: Duration::ZERO,
            counted: Some(now),
        }
    }

    /// Somebody said that many frames. What is said before its time answers nothing and does not count, and neither does what
    /// is said beyond what the handshake needs, or to somebody whose link is lost: that is said again.
    pub(super) fn said(&mut self, side: Side, frames: u32, now: Instant) {
        if self.counted.is_none() {
            return;
        }
        self.count(now);
        let (said, partner) = (self.said[side], self.said[side.other()]);
        let may_have_said = match (side == self.initiator, partner) {
            (true, 0) => 1,
            (true, _) => INITIATORS_FRAMES,
            (false, 0) => 0,
            (false, _) => RESPONDERS_FRAMES,
        };
        self.said[side] = said.saturating_add(frames).min(may_have_said.max(said));
    }

    /// Somebody said that the encryption stands. Before the partner said all of their part that cannot be.
    pub(super) fn ready(&mut self, side: Side, now: Instant) {
        self.count(now);
        self.ready[side] |= self.has_said_all(side.other());
    }

    /// Somebody's link is lost: what passes until they are back is nobody's time.
    pub(super) fn rest(&mut self, now: Instant) {
        self.count(now);
        self.counted = None;
    }

    /// Both are there.
    pub(super) fn go_on(&mut self, now: Instant) {
        self.counted = Some(now);
    }

    /// Whose seats are to be given to somebody else now that the time is over: of whoever had the word for half of it or longer.
    /// Whoever was left with the word at the last moment is not to blame, and at least one always is.
    pub(super) fn blamed(&mut self, now: Instant) -> impl Iterator<Item = Side> {
        self.count(now);
        let is_to_blame = |side: &Side| self.held[*side] * 2 >= self.total;
        Side::BOTH
            .map(|side| Some(side).filter(is_to_blame))
            .into_iter()
            .flatten()
    }

    fn count(&mut self, now: Instant) {
        let Some(counted) = &mut self.counted else {
            return;
        };
        let passed = now.saturating_duration_since(*counted);
        *counted = now;
        self.total += passed;
        for side in Side::BOTH {
            if self.has_the_word(side) {
                self.held[side] += passed;
            }
        }
    }

    /// Whether they can say something that was not said yet. One of the two always can, until both are ready.
    fn has_the_word(&self, side: Side) -> bool {
        let partner = self.said[side.other()];
        let may_go_on = match (side == self.initiator, self.said[side]) {
            (true, 0) => true,
            (true, said) => said < INITIATORS_FRAMES && partner > 0,
            (false, said) => said < RESPONDERS_FRAMES && partner > 0,
        };
        may_go_on || self.has_said_all(side) && self.has_said_all(side.other()) && !self.ready[side]
    }

    fn has_said_all(&self, side: Side) -> bool {
        let all = match side == self.initiator {
            true => INITIATORS_FRAMES,
            false => RESPONDERS_FRAMES,
        };
        self.said[side] >= all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INITIATOR: Side = Side::A;
    const RESPONDER: Side = Side::B;

    /// What happens in a handshake, and when, in seconds.
    enum Step {
        Says(u64, Side, u32),
        Ready(u64, Side),
        Lost(u64),
        Back(u64),
    }
    use Step::{Back, Lost, Ready, Says};

    /// Who is to blame after that many seconds.
    fn blamed(steps: &[Step], until: u64) -> Vec<Side> {
        let start = Instant::now();
        let at = |secs: &u64| start + Duration::from_secs(*secs);
        let mut turns = Turns::new(INITIATOR, start);
        for step in steps {
            match step {
                Says(when, side, frames) => turns.said(*side, *frames, at(when)),
                Ready(when, side) => turns.ready(*side, at(when)),
                Lost(when) => turns.rest(at(when)),
                Back(when) => turns.go_on(at(when)),
            }
        }
        turns.blamed(at(&until)).collect()
    }

    #[test]
    fn whoever_had_the_word_and_kept_silent_is_to_blame() {
        let asked = || Says(0, INITIATOR, 1);
        let answered = || Says(0, RESPONDER, 2);
        let revealed = || Says(0, INITIATOR, 2);
        for (steps, expected) in [
            (vec![], vec![INITIATOR]),
            (vec![asked()], vec![RESPONDER]),
            (vec![asked(), Says(0, RESPONDER, 1), revealed()], vec![RESPONDER]),
            (vec![asked(), answered()], vec![INITIATOR]),
            (vec![asked(), answered(), Says(0, INITIATOR, 1)], vec![INITIATOR]),
            (vec![asked(), answered(), revealed()], vec![INITIATOR, RESPONDER]),
            (
                vec![asked(), answered(), revealed(), Ready(0, INITIATOR)],
                vec![RESPONDER],
            ),
            (
                vec![asked(), answered(), revealed(), Ready(0, RESPONDER)],
                vec![INITIATOR],
            ),
        ] {
            assert_eq!(blamed(&steps, 10), expected);
        }
    }

    #[test]
    fn whoever_is_left_with_the_word_at_the_last_moment_is_not_to_blame() {
        assert_eq!(blamed(&[Says(9, INITIATOR, 1)], 10), [INITIATOR]);
        let late_answer = [Says(1, INITIATOR, 1), Says(9, RESPONDER, 2)];
        assert_eq!(blamed(&late_answer, 10), [RESPONDER]);
        let late_end = [
            Says(0, INITIATOR, 1),
            Says(1, RESPONDER, 2),
            Says(9, INITIATOR, 2),
            Ready(9, INITIATOR),
        ];
        assert_eq!(blamed(&late_end, 10), [INITIATOR]);
    }

    #[test]
    fn what_is_said_before_its_time_or_beyond_need_does_not_count() {
        assert_eq!(blamed(&[Says(0, INITIATOR, 99)], 10), [RESPONDER]);
        let answered_unasked = [Says(0, RESPONDER, 99), Says(1, INITIATOR, 1)];
        assert_eq!(blamed(&answered_unasked, 10), [RESPONDER]);
        let all_at_once = [Says(0, INITIATOR, 99), Says(1, RESPONDER, 2)];
        assert_eq!(blamed(&all_at_once, 10), [INITIATOR]);
        let ready_unasked = [Ready(0, RESPONDER), Says(1, INITIATOR, 1)];
        assert_eq!(blamed(&ready_unasked, 10), [RESPONDER]);
        let ready_too_soon = [
            Says(0, INITIATOR, 1),
            Says(0, RESPONDER, 1),
            Ready(0, RESPONDER),
            Says(1, INITIATOR, 2),
        ];
        assert_eq!(blamed(&ready_too_soon, 10), [RESPONDER]);
    }

    #[test]
    fn the_time_without_a_link_is_nobodys() {
        let steps = [Says(1, INITIATOR, 1), Lost(2), Back(11), Says(12, RESPONDER, 2)];
        assert_eq!(blamed(&steps, 20), [INITIATOR]);
        let dropped = [Lost(2), Says(3, INITIATOR, 1), Back(11)];
        assert_eq!(blamed(&dropped, 20), [INITIATOR]);
        let said_again = [Lost(1), Says(3, INITIATOR, 1), Back(11), Says(12, INITIATOR, 1)];
        assert_eq!(blamed(&said_again, 20), [RESPONDER]);
    }
}
