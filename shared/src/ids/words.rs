//! What people type: names, passwords, messages. Parsed once, with a ceiling each; none of it prints.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use super::random_bytes;
use crate::limits::{
    ACCOUNT_NAME_BYTES_MAX, MESSAGE_BYTES_MAX, NAME_BYTES_MAX, NAME_GRAPHEMES_MAX, PASSWORD_BYTES_MAX,
};

/// The name somebody goes by: 1 to 32 graphemes, at most 128 bytes, no control characters, no space around it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

/// Why a text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// Nothing but space.
    #[error("a name needs at least one visible character")]
    Empty,
    /// More than a header can show.
    #[error("a name has at most {NAME_GRAPHEMES_MAX} characters and {NAME_BYTES_MAX} bytes")]
    TooLong,
    /// A line break, a tab or another control character.
    #[error("a name is one line of text without control characters")]
    Control,
}

impl Name {
    /// Parses what somebody typed; the space around it is not part of the name.
    ///
    /// # Errors
    /// Says which rule the text breaks.
    pub fn parse(text: &str) -> Result<Self, BadName> {
        let name = text.trim();
        if name.is_empty() {
            return Err(BadName::Empty);
        }
        if name.len() > NAME_BYTES_MAX || name.graphemes(true).count() > NAME_GRAPHEMES_MAX {
            return Err(BadName::TooLong);
        }
        if name.chars().any(char::is_control) {
            return Err(BadName::Control);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name for who gave none: `anonymous-` and four digits, new each time.
    pub fn anonymous() -> Self {
        let [high, low] = random_bytes::<2>();
        Self(format!(
            "anonymous-{:04}",
            u16::from_le_bytes([high, low]) % 10_000
        ))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Name {
    type Error = BadName;

    fn try_from(text: String) -> Result<Self, BadName> {
        Self::parse(&text)
    }
}

impl From<Name> for String {
    fn from(name: Name) -> String {
        name.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Name(…)")
    }
}

/// The name of an account on a server: 1 to 32 of `a`–`z`, `0`–`9`, `.`, `_` and `-`, so that it reads the same everywhere.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountName(String);

/// A text is no account name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an account name has 1 to {ACCOUNT_NAME_BYTES_MAX} of the characters a-z, 0-9, '.', '_' and '-'")]
pub struct BadAccountName;

impl AccountName {
    /// Parses what somebody typed; capitals are made small, the space around it is not part of the name.
    ///
    /// # Errors
    /// The text breaks the rule.
    pub fn parse(text: &str) -> Result<Self, BadAccountName> {
        let name = text.trim().to_ascii_lowercase();
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
        if (1..=ACCOUNT_NAME_BYTES_MAX).contains(&name.len()) && name.bytes().all(allowed) {
            Ok(Self(name))
        } else {
            Err(BadAccountName)
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for AccountName {
    type Error = BadAccountName;

    fn try_from(text: String) -> Result<Self, BadAccountName> {
        // What comes over the wire is the name itself, not something typed.
        Self::parse(&text)
            .ok()
            .filter(|name| name.0 == text)
            .ok_or(BadAccountName)
    }
}

impl From<AccountName> for String {
    fn from(name: AccountName) -> String {
        name.0
    }
}

impl fmt::Debug for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountName(…)")
    }
}

/// A password, 1 to 128 bytes of UTF-8. It prints as nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Password(String);

/// A text is no password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a password has 1 to {PASSWORD_BYTES_MAX} bytes")]
pub struct BadPassword;

impl Password {
    /// Takes what somebody typed exactly as it is.
    ///
    /// # Errors
    /// It is empty or too long.
    pub fn parse(text: &str) -> Result<Self, BadPassword> {
        if (1..=PASSWORD_BYTES_MAX).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadPassword)
        }
    }

    /// The password itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Password {
    type Error = BadPassword;

    fn try_from(text: String) -> Result<Self, BadPassword> {
        Self::parse(&text)
    }
}

impl From<Password> for String {
    fn from(password: Password) -> String {
        password.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// What one person says at once: some visible text, at most 4,096 bytes of UTF-8. It prints as its length only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageText(String);

/// Why a text is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadMessage {
    /// Nothing but space.
    #[error("a message needs at least one visible character")]
    Empty,
    /// More than a message carries.
    #[error("a message has at most {MESSAGE_BYTES_MAX} bytes, this one has {0}: send it in parts")]
    TooLong(usize),
}

impl MessageText {
    /// Parses what somebody typed. The text stays exactly as it is, space and line breaks included.
    ///
    /// # Errors
    /// Says which rule the text breaks.
    pub fn parse(text: &str) -> Result<Self, BadMessage> {
        if text.trim().is_empty() {
            return Err(BadMessage::Empty);
        }
        if text.len() > MESSAGE_BYTES_MAX {
            return Err(BadMessage::TooLong(text.len()));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for MessageText {
    type Error = BadMessage;

    fn try_from(text: String) -> Result<Self, BadMessage> {
        Self::parse(&text)
    }
}

impl From<MessageText> for String {
    fn from(text: MessageText) -> String {
        text.0
    }
}

impl fmt::Debug for MessageText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageText({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!(Name::parse("  Ana \n").unwrap().as_str(), "Ana");
        assert_eq!(Name::parse(" \t"), Err(BadName::Empty));
        assert_eq!(Name::parse("a\u{7}b"), Err(BadName::Control));
        assert_eq!(Name::parse(&"x".repeat(33)), Err(BadName::TooLong));
        let family = "👨‍👩‍👧‍👦";
        assert!(
            Name::parse(&family.repeat(5)).is_ok(),
            "a family is one character"
        );
        assert_eq!(
            Name::parse(&family.repeat(6)),
            Err(BadName::TooLong),
            "six of them are 150 bytes"
        );
    }

    #[test]
    fn a_message_keeps_its_space_and_has_a_ceiling() {
        assert_eq!(
            MessageText::parse("  two\n lines ").unwrap().as_str(),
            "  two\n lines "
        );
        assert_eq!(MessageText::parse("\n \n"), Err(BadMessage::Empty));
        assert!(MessageText::parse(&"ж".repeat(2048)).is_ok());
        assert_eq!(
            MessageText::parse(&"ж".repeat(2049)),
            Err(BadMessage::TooLong(4098))
        );
    }

    #[test]
    fn words_do_not_print() {
        let text = MessageText::parse("meet me").unwrap();
        assert_eq!(format!("{text:?}"), "MessageText(7 bytes)");
    }
}
