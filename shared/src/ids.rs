//! The small values that both ends pass around: parsed once at the border, then carried as types. No I/O.

use std::fmt;

use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use crate::limits::{
    ACCOUNT_NAME_BYTES_MAX, MESSAGE_BYTES_MAX, NAME_BYTES_MAX, NAME_GRAPHEMES_MAX, PASSWORD_BYTES_MAX,
    ROOM_PORTS,
};

/// The port of a room, 1026 to 9999; also the room's row id in the registry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct RoomPort(u16);

/// A port outside the range that rooms live in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("port {0} is not one a room can have (1026 to 9999)")]
pub struct NotARoomPort(pub u16);

impl RoomPort {
    /// The port as a number.
    pub fn get(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for RoomPort {
    type Error = NotARoomPort;

    fn try_from(port: u16) -> Result<Self, NotARoomPort> {
        if ROOM_PORTS.contains(&port) {
            Ok(Self(port))
        } else {
            Err(NotARoomPort(port))
        }
    }
}

impl From<RoomPort> for u16 {
    fn from(port: RoomPort) -> u16 {
        port.0
    }
}

impl fmt::Debug for RoomPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for RoomPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Which opening of a port this is: a late client of the room that had the port before must not enter the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Generation(pub u64);

/// Which conversation of a room this is, from 1: a seat that is filled anew begins the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ConversationNumber(pub u32);

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub struct $name([u8; 16]);

        impl $name {
            /// A fresh one, from the operating system's random numbers.
            pub fn random() -> Self {
                Self(random_bytes())
            }

            /// What is kept instead of the value itself: its SHA-256.
            pub fn hash(&self) -> SecretHash {
                SecretHash(sha256(&[&self.0]))
            }
        }

        impl From<[u8; 16]> for $name {
            fn from(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

secret! {
    /// The only way through a door: single use, good for ten seconds, for one seat of one generation of a room.
    Ticket
}
secret! {
    /// Who somebody is for one run of a client: the lobby does not bring the same two together at once again.
    VisitorToken
}

secret! {
    /// The way back to a seat whose link was lost: renewed each time it is taken, bound to one conversation.
    ResumeToken
}

/// SHA-256 of a secret of 128 random bits: enough to recognise it, useless to whoever reads memory or disk.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretHash([u8; 32]);

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

/// A server's identity: SHA-256 of its certificate's SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of a key, given its DER-encoded SubjectPublicKeyInfo.
    pub fn of_spki(spki: &[u8]) -> Self {
        Self(sha256(&[spki]))
    }

    /// Sixteen groups of four hexadecimal digits, as people read them to each other.
    pub fn groups(&self) -> [String; 16] {
        std::array::from_fn(|i| format!("{:02X}{:02X}", self.0[2 * i], self.0[2 * i + 1]))
    }

    /// How many of the sixteen groups differ from another fingerprint's.
    pub fn groups_differing(&self, other: &Self) -> usize {
        self.groups()
            .iter()
            .zip(other.groups())
            .filter(|(a, b)| **a != *b)
            .count()
    }
}

impl From<[u8; 32]> for Fingerprint {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.groups().join(" "))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is not a fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint is 64 hexadecimal digits, in groups or not")]
pub struct NotAFingerprint;

impl std::str::FromStr for Fingerprint {
    type Err = NotAFingerprint;

    fn from_str(text: &str) -> Result<Self, NotAFingerprint> {
        let digits: Vec<u32> = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != ':')
            .map(|c| c.to_digit(16).ok_or(NotAFingerprint))
            .collect::<Result<_, _>>()?;
        let bytes: Vec<u8> = digits
            .chunks(2)
            .map(|pair| match *pair {
                [high, low] => u8::try_from(high << 4 | low).map_err(|_| NotAFingerprint),
                _ => Err(NotAFingerprint),
            })
            .collect::<Result<_, _>>()?;
        bytes.try_into().map(Self).map_err(|_| NotAFingerprint)
    }
}

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

/// Random bytes for tickets, tokens and nonces.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // The kernel's generator fails only before it was ever seeded, at boot; carrying on with zeros would be worse than ending.
    SystemRandom::new()
        .fill(&mut bytes)
        .expect("the operating system has random numbers");
    bytes
}

/// SHA-256 over the parts, one after the other.
pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    for part in parts {
        context.update(part);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_port_is_one_of_8974() {
        let ports = (0..=u16::MAX).filter(|p| RoomPort::try_from(*p).is_ok());
        assert_eq!(ports.count(), 8974);
    }

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
    fn secrets_and_words_do_not_print() {
        let shown = format!(
            "{:?} {:?}",
            Ticket::from([7; 16]),
            MessageText::parse("meet me").unwrap()
        );
        assert_eq!(shown, "Ticket(…) MessageText(7 bytes)");
    }

    #[test]
    fn a_fingerprint_reads_back_as_it_was_shown() {
        let print = Fingerprint::of_spki(b"a key");
        assert_eq!(print.to_string().parse(), Ok(print));
        assert_eq!(print.to_string().len(), 16 * 4 + 15);
        assert_eq!("12 34".parse::<Fingerprint>(), Err(NotAFingerprint));
        assert_eq!(print.groups_differing(&print), 0);
    }
}
