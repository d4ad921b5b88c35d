//! What is being written to a plaza: a subject, perhaps, and any number of lines. What was not taken comes back into it; nothing typed
//! is lost.

use std::time::{Duration, Instant};

use acaso_shared::ids::{BadPost, BadSubject, PostText, Subject};
use acaso_shared::protocol::{Refusal, plaza};
use acaso_shared::session::plaza::NotPosted;

use crate::model::{Composer, Now};

/// A subject and a text.
#[derive(Default)]
pub struct PlazaDraft {
    /// What it is about, as typed.
    pub subject: String,
    /// The words, and what came back of earlier ones.
    pub body: Composer,
    /// What the strip above says.
    pub note: Option<PostNote>,
    /// The text wants the keyboard; the view takes it.
    pub focus: bool,
    /// The subject does.
    pub subject_focus: bool,
    retry_at: Option<Instant>,
}

/// Words stay out of logs.
impl std::fmt::Debug for PlazaDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "PlazaDraft({} bytes)",
            self.subject.len() + self.body.text.len()
        )
    }
}

/// What the strip above the composer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostNote {
    /// Too fast; the text is back, and may be posted in so many seconds (0: now).
    TooFast {
        /// Seconds left.
        secs: u64,
    },
    /// The server did not take it, and its reason helps nobody here.
    Refused,
    /// The link was lost before the answer came: it may stand there already.
    Unknown,
    /// Too many wait for an answer, or we were not inside.
    NotTaken,
    /// Longer than a post can be.
    TooLong {
        /// How many bytes it has.
        bytes: usize,
    },
    /// The subject is longer than one can be.
    SubjectTooLong {
        /// How many bytes it has.
        bytes: usize,
    },
    /// The subject is no line of text.
    SubjectControl,
    /// It was being written when the plaza was left.
    Kept,
}

impl PlazaDraft {
    /// The same, and it wants the keyboard.
    pub(super) fn focused(mut self) -> Self {
        self.focus = true;
        self
    }

    /// Whether there is something to post.
    pub fn has_words(&self) -> bool {
        !self.body.text.trim().is_empty()
    }

    /// What is left of it for the next visit, if anything is.
    pub(in crate::model) fn left_over(self) -> Option<Self> {
        let anything = self.has_words() || !self.subject.trim().is_empty();
        anything.then_some(Self {
            note: Some(PostNote::Kept),
            ..self
        })
    }

    /// The draft as a post. What is wrong with it is noted, and gets the keyboard.
    pub(super) fn read(&mut self) -> Option<(Option<Subject>, PostText)> {
        let subject = match Subject::parse(&self.subject) {
            Ok(subject) => Some(subject),
            Err(BadSubject::Empty) => None,
            Err(BadSubject::TooLong(bytes)) => {
                return self.refuse_subject(PostNote::SubjectTooLong { bytes });
            }
            Err(BadSubject::Control) => return self.refuse_subject(PostNote::SubjectControl),
        };
        match PostText::parse(&self.body.text) {
            Ok(text) => Some((subject, text)),
            Err(BadPost::Empty) => None,
            Err(BadPost::TooLong(bytes)) => {
                self.note = Some(PostNote::TooLong { bytes });
                self.focus = true;
                None
            }
        }
    }

    fn refuse_subject<T>(&mut self, note: PostNote) -> Option<T> {
        self.note = Some(note);
        self.subject_focus = true;
        None
    }

    /// A post comes back, before what is typed now.
    pub(super) fn take_back(&mut self, subject: Option<&Subject>, text: &PostText) {
        self.take_back_shown(subject.map(Subject::as_str), text.as_str());
    }

    /// The same of the bare words. A subject that finds another in its place leads its text.
    pub(super) fn take_back_shown(&mut self, subject: Option<&str>, text: &str) {
        match subject {
            None => self.body.take_back(text),
            Some(subject) if self.subject.trim().is_empty() && self.body.text.trim().is_empty() => {
                subject.clone_into(&mut self.subject);
                self.body.take_back(text);
            }
            Some(subject) if self.subject.trim() == subject => self.body.take_back(text),
            Some(subject) => self.body.take_back(&format!("{subject}\n{text}")),
        }
        self.focus = true;
    }

    /// Forgets a text that came back with its fate unknown, now that it stands in the plaza.
    pub(super) fn forget_if(&mut self, post: &plaza::Post) {
        let subject = post.subject.as_ref().map_or("", Subject::as_str);
        let same = self.body.text == post.text.as_str() && self.subject.trim() == subject;
        if same && self.note == Some(PostNote::Unknown) {
            *self = Self::default().focused();
        }
    }

    /// Says why a text came back.
    pub(super) fn explain(&mut self, why: NotPosted, now: &Now) {
        self.note = Some(match why {
            NotPosted::Refused(Refusal::SlowDown { retry_after_secs }) => {
                let secs = u64::from(retry_after_secs);
                // An hour is more than any pace asks for.
                self.retry_at = Some(now.instant + Duration::from_secs(secs.min(3600)));
                PostNote::TooFast { secs }
            }
            NotPosted::Refused(_) => PostNote::Refused,
            NotPosted::Unknown => PostNote::Unknown,
            NotPosted::NotTaken => PostNote::NotTaken,
        });
    }

    /// It cannot be posted at the moment, and stays where it is.
    pub(super) fn refuse_for_now(&mut self) {
        if self.has_words() {
            self.note = Some(PostNote::NotTaken);
        }
    }

    /// It can again.
    pub(super) fn allow_again(&mut self) {
        self.note.take_if(|note| matches!(note, PostNote::NotTaken));
    }

    /// Counts down, and forgets about a text that was deleted. Answers after how long a number changes.
    pub(super) fn tick(&mut self, now: &Now) -> Option<Duration> {
        if self.body.text.trim().is_empty() && self.subject.trim().is_empty() {
            self.body.clear();
            self.note = None;
        }
        let (Some(PostNote::TooFast { secs }), Some(at)) = (&mut self.note, self.retry_at) else {
            return None;
        };
        let left = at.saturating_duration_since(now.instant);
        *secs = left.as_secs() + u64::from(left.subsec_nanos() > 0);
        (*secs > 0).then_some(Duration::from_secs(1))
    }
}
