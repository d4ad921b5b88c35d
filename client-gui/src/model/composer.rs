//! What is being typed, for whom it was typed, and the strip above it. A text typed for one person goes to another only if it is
//! asked for twice.

use std::time::{Duration, Instant};

use acaso_shared::session::NotSent;

use super::{Kept, Now, Who};

/// Two presses closer than this are one: nobody reads a question that fast.
const DOUBLE_CLICK: Duration = Duration::from_millis(500);

/// The composer.
#[derive(Default)]
pub struct Composer {
    /// What stands in it.
    pub text: String,
    /// What the strip above says.
    pub note: Option<Note>,
    /// Wants the keyboard, the caret at its end; the view takes it.
    pub focus: bool,
    /// Something was typed in the last frame; the view says so.
    pub typed: bool,
    /// For whom the text, or its beginning, was typed, if that is not who sits opposite now.
    kept_from: Option<Who>,
    /// The kept text as it stood when it was asked to be sent the first time, and when that was.
    sure_of: Option<(String, Instant)>,
    /// What came back unsent, at the beginning of the text: the next one belongs behind it.
    returned: String,
    /// When a message that came too fast may be sent again.
    retry_at: Option<Instant>,
}

/// What the strip above the composer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// Too fast; the text is back, and may be sent in so many seconds (0: now).
    TooFast {
        /// Seconds left.
        secs: u64,
    },
    /// Nobody was there; the text is back.
    NoPartner,
    /// The one it was for has gone; the text is back.
    Ended {
        /// Who it was for.
        who: Who,
    },
    /// Longer than a message can be.
    TooLong {
        /// How many bytes it has.
        bytes: usize,
    },
    /// The text was typed for somebody who is gone.
    Kept {
        /// For whom.
        from: Who,
    },
    /// The same, and it was asked to be sent: the second time sends it.
    Sure {
        /// For whom it was typed.
        from: Who,
    },
}

impl Note {
    /// Whether the strip begins with “Not sent”; otherwise it speaks of a draft.
    pub fn is_not_sent(&self) -> bool {
        !matches!(self, Self::Kept { .. } | Self::Sure { .. })
    }
}

/// Words stay out of logs.
impl std::fmt::Debug for Composer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Composer({} bytes)", self.text.len())
    }
}

impl Composer {
    /// An empty one that wants the keyboard, or one that holds what was typed for somebody else.
    pub(super) fn holding(kept: Option<Kept>) -> Self {
        let mut composer = Self {
            focus: true,
            ..Self::default()
        };
        if let Some(Kept { text, from }) = kept {
            composer.text = text;
            composer.note = Some(Note::Kept { from: from.clone() });
            composer.kept_from = Some(from);
        }
        composer
    }

    /// For whom the text was typed, if that is not who sits opposite now.
    pub fn kept_from(&self) -> Option<&Who> {
        self.kept_from.as_ref()
    }

    /// Takes the text out for whoever comes next, as typed for this person unless it was kept from an earlier one.
    pub(super) fn take_kept(&mut self, partner: &Who) -> Option<Kept> {
        let text = std::mem::take(&mut self.text);
        let from = self.kept_from.take().unwrap_or_else(|| partner.clone());
        (!text.trim().is_empty()).then_some(Kept { text, from })
    }

    /// A text comes back: before what is typed now, behind what came back before it.
    pub(super) fn take_back(&mut self, text: &str) {
        let typed = match self.text.strip_prefix(self.returned.as_str()) {
            Some(rest) if !self.returned.is_empty() => {
                self.returned.push('\n');
                rest.strip_prefix('\n').unwrap_or(rest).to_owned()
            }
            _ => {
                self.returned.clear();
                std::mem::take(&mut self.text)
            }
        };
        self.returned.push_str(text);
        self.text.clone_from(&self.returned);
        if !typed.is_empty() {
            self.text.push('\n');
            self.text.push_str(&typed);
        }
        self.focus = true;
        self.sure_of = None;
    }

    /// What came back, as it stood at the beginning of the text.
    pub(super) fn returned(&self) -> &str {
        &self.returned
    }

    /// Whether nothing stands in it but what came back.
    pub(super) fn is_all_returned(&self) -> bool {
        self.text == self.returned
    }

    /// Puts something else in the place of what came back. Answers whether that was there still, unchanged.
    pub(super) fn change_returned(&mut self, returned: String) -> bool {
        let Some(typed) = self.text.strip_prefix(self.returned.as_str()) else {
            return false;
        };
        if !(typed.is_empty() || typed.starts_with('\n')) {
            return false;
        }
        self.text = if returned.is_empty() {
            typed.strip_prefix('\n').unwrap_or(typed).to_owned()
        } else {
            format!("{returned}{typed}")
        };
        self.returned = returned;
        true
    }

    /// Says why a text came back.
    pub(super) fn explain(&mut self, why: NotSent, meant_for: &Who, now: &Now) {
        self.note = Some(match why {
            NotSent::NoPartner => Note::NoPartner,
            NotSent::ConversationEnded => Note::Ended {
                who: meant_for.clone(),
            },
            NotSent::TooFast { retry_after_secs } => {
                let secs = u64::from(retry_after_secs);
                // An hour is more than any pace asks for.
                self.retry_at = Some(now.instant + Duration::from_secs(secs.min(3600)));
                Note::TooFast { secs }
            }
        });
    }

    /// Marks the text as typed for somebody who is not who sits opposite now.
    pub(super) fn keep_from(&mut self, who: &Who) {
        self.kept_from = Some(who.clone());
        self.sure_of = None;
    }

    /// Whether the text may go to who sits opposite. One typed for somebody else is asked for once; asked again, unchanged, it
    /// may go.
    pub(super) fn is_meant(&mut self, now: &Now) -> bool {
        let Some(from) = self.kept_from.clone() else {
            return true;
        };
        if let Some((text, at)) = &self.sure_of
            && *text == self.text
        {
            return now.instant.saturating_duration_since(*at) >= DOUBLE_CLICK;
        }
        self.sure_of = Some((self.text.clone(), now.instant));
        self.note = Some(Note::Sure { from });
        false
    }

    /// The text was said, or thrown away by hand: the next one is a new one.
    pub(super) fn clear(&mut self) {
        *self = Self {
            focus: self.focus,
            ..Self::default()
        };
    }

    /// Counts down, and forgets about a text that was deleted.
    pub(super) fn tick(&mut self, now: &Now) {
        if self.text.trim().is_empty() {
            self.clear();
        }
        if let (Some(Note::TooFast { secs }), Some(at)) = (&mut self.note, self.retry_at) {
            let left = at.saturating_duration_since(now.instant);
            *secs = left.as_secs() + u64::from(left.subsec_nanos() > 0);
        }
    }

    /// Whether a number in the strip is going down.
    pub(super) fn is_counting(&self) -> bool {
        matches!(self.note, Some(Note::TooFast { secs: 1.. }))
    }
}
