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
    returned: Vec<Returned>,
}

/// A post that came back, as long as it stands at the beginning of the text.
struct Returned {
    /// What it was about.
    subject: Option<String>,
    /// Its words.
    text: String,
    /// What of it stands in the text.
    piece: String,
    /// Nobody can say whether it was posted.
    unsure: bool,
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
    /// The link ended before the answer came: it may stand there already.
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

    /// Whether anything was written, be it only what it is about.
    pub(in crate::model) fn has_anything(&self) -> bool {
        self.has_words() || !self.subject.trim().is_empty()
    }

    /// What is left of it for the next visit, if anything is. That a part of it may stand in the plaza already is worth more than
    /// that it was kept.
    pub(in crate::model) fn left_over(self) -> Option<Self> {
        let unsure = self.note == Some(PostNote::Unknown);
        let note = Some(if unsure { PostNote::Unknown } else { PostNote::Kept });
        self.has_anything().then_some(Self { note, ..self })
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

    /// A post comes back, before what is typed now; `unsure` if it may stand in the plaza all the same. A subject that finds another
    /// in its place leads its text.
    pub(super) fn take_back(&mut self, subject: Option<&str>, text: &str, unsure: bool) {
        let piece = match subject {
            Some(subject) if !self.has_anything() => {
                subject.clone_into(&mut self.subject);
                text.to_owned()
            }
            Some(subject) if self.subject.trim() != subject => format!("{subject}\n{text}"),
            _ => text.to_owned(),
        };
        self.body.take_back(&piece);
        self.returned.push(Returned {
            subject: subject.map(str::to_owned),
            text: text.to_owned(),
            piece,
            unsure,
        });
        // What came back earlier and was changed since is typed text like any other.
        if pieces(&self.returned) != self.body.returned() {
            self.returned.drain(..self.returned.len() - 1);
        }
        self.focus = true;
    }

    /// Forgets a text that came back with its fate unknown, now that it stands in the plaza; unless it was changed meanwhile.
    pub(super) fn forget_if(&mut self, post: &plaza::Post) {
        let subject = post.subject.as_ref().map(Subject::as_str);
        let is_it = |returned: &Returned| {
            returned.unsure && returned.subject.as_deref() == subject && returned.text == post.text.as_str()
        };
        let Some(place) = self.returned.iter().position(is_it) else {
            return;
        };
        let gone = self.returned.remove(place);
        if !self.body.change_returned(pieces(&self.returned)) {
            return;
        }
        // Its subject goes with it, if nothing else in the text can be meant by it.
        let needed = self.returned.iter().any(|other| other.subject == gone.subject);
        if !needed && self.body.is_all_returned() && subject == Some(self.subject.trim()) {
            self.subject.clear();
        }
        if !self.returned.iter().any(|other| other.unsure) {
            self.note.take_if(|note| *note == PostNote::Unknown);
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
        if !self.has_anything() {
            self.body.clear();
            self.returned.clear();
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

/// What came back, as it stands in the text.
fn pieces(returned: &[Returned]) -> String {
    let pieces: Vec<&str> = returned.iter().map(|returned| returned.piece.as_str()).collect();
    pieces.join("\n")
}
