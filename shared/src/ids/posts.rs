//! What people type in a plaza, and what plazas and circles are called. As everything typed it is parsed once, has a ceiling, and does not print.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{BadName, Name};
use crate::limits::{POST_BYTES_MAX, SUBJECT_BYTES_MAX};

/// What a plaza is called: a [`Name`] that the operator chose.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PlazaName(Name);

impl PlazaName {
    /// Parses what an operator configured or a person typed, by the rules of a name.
    ///
    /// # Errors
    /// Says which rule the text breaks.
    pub fn parse(text: &str) -> Result<Self, BadName> {
        Name::parse(text).map(Self)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for PlazaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The operator's own word, no secret of anybody's.
impl fmt::Debug for PlazaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlazaName({})", self.0)
    }
}

/// What a circle is called: a [`Name`] that its members tell each other. Whoever knows it may come.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CircleName(Name);

impl CircleName {
    /// Parses what a person typed, by the rules of a name.
    ///
    /// # Errors
    /// Says which rule the text breaks.
    pub fn parse(text: &str) -> Result<Self, BadName> {
        Name::parse(text).map(Self)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for CircleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Unlike a plaza's it is a secret of those who go there: it does not print.
impl fmt::Debug for CircleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CircleName(…)")
    }
}

/// What a post is about: one line of visible text, at most 256 bytes of UTF-8.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Subject(String);

/// Why a text is no subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSubject {
    /// Nothing but space.
    #[error("a subject needs at least one visible character, or is left out")]
    Empty,
    /// More than a line shows.
    #[error("a subject has at most {SUBJECT_BYTES_MAX} bytes, this one has {0}")]
    TooLong(usize),
    /// A line break, a tab or another control character.
    #[error("a subject is one line of text without control characters")]
    Control,
}

impl Subject {
    /// Parses what somebody typed; the space around it is not part of the subject.
    ///
    /// # Errors
    /// Says which rule the text breaks.
    pub fn parse(text: &str) -> Result<Self, BadSubject> {
        let subject = text.trim();
        if subject.is_empty() {
            return Err(BadSubject::Empty);
        }
        if subject.len() > SUBJECT_BYTES_MAX {
            return Err(BadSubject::TooLong(subject.len()));
        }
        if subject.chars().any(char::is_control) {
            return Err(BadSubject::Control);
        }
        Ok(Self(subject.to_owned()))
    }

    /// The subject as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Subject {
    type Error = BadSubject;

    fn try_from(text: String) -> Result<Self, BadSubject> {
        Self::parse(&text)
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> String {
        subject.0
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Subject({} bytes)", self.0.len())
    }
}

/// What a post says: some visible text of any number of lines, at most 61,440 bytes of UTF-8.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PostText(String);

/// Why a text is no post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPost {
    /// Nothing but space.
    #[error("a post needs at least one visible character")]
    Empty,
    /// More than a post carries.
    #[error("a post has at most {POST_BYTES_MAX} bytes, this one has {0}: send it in parts")]
    TooLong(usize),
}

impl PostText {
    /// Parses what somebody typed. The text stays exactly as it is, space and line breaks included.
    ///
    /// # Errors
    /// Says which rule the text breaks.
    pub fn parse(text: &str) -> Result<Self, BadPost> {
        if text.trim().is_empty() {
            return Err(BadPost::Empty);
        }
        if text.len() > POST_BYTES_MAX {
            return Err(BadPost::TooLong(text.len()));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PostText {
    type Error = BadPost;

    fn try_from(text: String) -> Result<Self, BadPost> {
        Self::parse(&text)
    }
}

impl From<PostText> for String {
    fn from(text: PostText) -> String {
        text.0
    }
}

impl fmt::Debug for PostText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostText({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_line_and_a_post_is_many() {
        assert_eq!(Subject::parse(" boats \n").unwrap().as_str(), "boats");
        assert_eq!(Subject::parse("two\nlines"), Err(BadSubject::Control));
        assert_eq!(Subject::parse("  "), Err(BadSubject::Empty));
        assert_eq!(PostText::parse(" two\nlines ").unwrap().as_str(), " two\nlines ");
        assert_eq!(PostText::parse("\n"), Err(BadPost::Empty));
    }

    #[test]
    fn both_have_a_ceiling() {
        assert!(Subject::parse(&"x".repeat(256)).is_ok());
        assert_eq!(Subject::parse(&"x".repeat(257)), Err(BadSubject::TooLong(257)));
        assert!(PostText::parse(&"x".repeat(60 * 1024)).is_ok());
        assert_eq!(
            PostText::parse(&"x".repeat(60 * 1024 + 1)),
            Err(BadPost::TooLong(61_441))
        );
    }
}
