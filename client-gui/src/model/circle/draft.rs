//! What is being written to a circle. What was not taken comes back into it; nothing typed is lost.

use std::time::{Duration, Instant};

use acaso_shared::session::circle::NotSaid;

use crate::model::{Composer, Now};

/// The composer of a circle.
#[derive(Debug, Default)]
pub struct CircleDraft {
    /// The words, and what came back of earlier ones.
    pub body: Composer,
    /// What the strip above says.
    pub note: Option<CircleNote>,
    retry_at: Option<Instant>,
}

/// What the strip above the composer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CircleNote {
    /// Too fast; the text is back, and may be said in so many seconds (0: now).
    TooFast {
        /// Seconds left.
        secs: u64,
    },
    /// Nobody is there to hear it.
    Nobody,
    /// Longer than a message can be.
    TooLong {
        /// How many bytes it has.
        bytes: usize,
    },
    /// It was being written when the circle was left.
    Kept,
}

impl CircleDraft {
    /// An empty one, or what was being written here before; it wants the keyboard.
    pub(super) fn holding(text: Option<String>) -> Self {
        let mut draft = Self::default();
        draft.body.focus = true;
        if let Some(text) = text {
            draft.body.text = text;
            draft.note = Some(CircleNote::Kept);
        }
        draft
    }

    /// Whether there is something to say.
    pub fn has_words(&self) -> bool {
        !self.body.text.trim().is_empty()
    }

    /// What is left of it for the next visit, if anything is.
    pub(super) fn left_over(self) -> Option<String> {
        self.has_words().then_some(self.body.text)
    }

    /// A text was not taken: it comes back, with the reason.
    pub(super) fn take_back(&mut self, text: &str, why: NotSaid, now: &Now) {
        self.body.take_back(text);
        self.note = Some(match why {
            NotSaid::Nobody => CircleNote::Nobody,
            NotSaid::TooFast { retry_after_secs } => {
                let secs = u64::from(retry_after_secs);
                // An hour is more than any pace asks for.
                self.retry_at = Some(now.instant + Duration::from_secs(secs.min(3600)));
                CircleNote::TooFast { secs }
            }
        });
    }

    /// Somebody is there to hear it now.
    pub(super) fn allow_again(&mut self) {
        self.note.take_if(|note| *note == CircleNote::Nobody);
    }

    /// It was said.
    pub(super) fn clear(&mut self) {
        *self = Self::holding(None);
    }

    /// Counts down, and forgets about a text that was deleted. Answers after how long a number changes.
    pub(super) fn tick(&mut self, now: &Now) -> Option<Duration> {
        if !self.has_words() {
            self.body.clear();
            self.note = None;
        }
        let (Some(CircleNote::TooFast { secs }), Some(at)) = (&mut self.note, self.retry_at) else {
            return None;
        };
        let left = at.saturating_duration_since(now.instant);
        *secs = left.as_secs() + u64::from(left.subsec_nanos() > 0);
        (*secs > 0).then_some(Duration::from_secs(1))
    }
}
