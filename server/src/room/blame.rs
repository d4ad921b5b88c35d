//! Who of two held up the end-to-end handshake, judged by what the relay can see of it: who said how much, and when. It cannot
//! read what was said, so that somebody who says nonsense at the right time counts as having done their part.

use tokio::time::{Duration, Instant};

use super::seat::{Side, Two};

/// How many frames the initiator may have said after none, one and more of the responder's: its first message; and then what it had
/// committed to, and its introduction.
const INITIATORS: [u32; 3] = [1, 3, 3];

/// The same for the responder after the initiator's: its answer, and its introduction.
const RESPONDERS: [u32; 3] = [0, 2, 2];

/// The same where both have a code: each has one more message to begin with, and only then comes the initiator's first.
const INITIATORS_BY_CODE: [u32; 3] = [1, 2, 4];

/// The same where both have a code.
const RESPONDERS_BY_CODE: [u32; 3] = [0, 1, 3];

/// Keeps the time of a handshake: for how long it was each side's turn to say something. It may be both's at once.
#[derive(Debug)]
pub(super) struct Turns {
    initiator: Side,
    by_code: bool,
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
    /// The handshake begins; `by_code` says whether that of two who share a code.
    pub(super) fn new(initiator: Side, by_code: bool, now: Instant) -> Self {
        Self {
            initiator,
            by_code,
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
        let (said, may_have_said) = (self.said[side], self.may_have_said(side));
        self.said[side] = said.saturating_add(frames).min(may_have_said.max(said));
    }

    fn frames(&self, side: Side) -> [u32; 3] {
        match (side == self.initiator, self.by_code) {
            (true, false) => INITIATORS,
            (false, false) => RESPONDERS,
            (true, true) => INITIATORS_BY_CODE,
            (false, true) => RESPONDERS_BY_CODE,
        }
    }

    /// How many frames have their place after what the partner said so far.
    fn may_have_said(&self, side: Side) -> u32 {
        let [after_none, after_one, after_more] = self.frames(side);
        match self.said[side.other()] {
            0 => after_none,
            1 => after_one,
            _ => after_more,
        }
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
        let may_go_on = self.said[side] < self.may_have_said(side);
        may_go_on || self.has_said_all(side) && self.has_said_all(side.other()) && !self.ready[side]
    }

    fn has_said_all(&self, side: Side) -> bool {
        let [.., all] = self.frames(side);
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
        blamed_in(false, steps, until)
    }

    fn blamed_in(by_code: bool, steps: &[Step], until: u64) -> Vec<Side> {
        let start = Instant::now();
        let at = |secs: &u64| start + Duration::from_secs(*secs);
        let mut turns = Turns::new(INITIATOR, by_code, start);
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
    fn two_who_share_a_code_have_one_message_more_each() {
        let begun = || Says(0, INITIATOR, 1);
        let answered = || Says(0, RESPONDER, 1);
        let asked = || Says(0, INITIATOR, 1);
        let introduced = || Says(0, RESPONDER, 2);
        let revealed = || Says(0, INITIATOR, 2);
        for (steps, expected) in [
            (vec![], vec![INITIATOR]),
            (vec![begun()], vec![RESPONDER]),
            (vec![Says(0, INITIATOR, 9)], vec![RESPONDER]),
            (vec![begun(), answered()], vec![INITIATOR]),
            (vec![begun(), Says(0, RESPONDER, 9)], vec![INITIATOR]),
            (vec![begun(), answered(), asked()], vec![RESPONDER]),
            (vec![begun(), answered(), asked(), introduced()], vec![INITIATOR]),
            (
                vec![begun(), answered(), asked(), introduced(), revealed()],
                vec![INITIATOR, RESPONDER],
            ),
        ] {
            assert_eq!(blamed_in(true, &steps, 10), expected);
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
