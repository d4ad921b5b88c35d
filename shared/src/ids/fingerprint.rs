//! A server's identity, as people compare it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::sha256;

/// The identity of a server, or of a member of a circle: SHA-256 of its certificate's SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of a key, given its DER-encoded SubjectPublicKeyInfo.
    pub fn of_spki(spki: &[u8]) -> Self {
        Self(sha256(&[spki]))
    }

    /// The hash itself.
    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_reads_back_as_it_was_shown() {
        let print = Fingerprint::of_spki(b"a key");
        assert_eq!(print.to_string().parse(), Ok(print));
        assert_eq!(print.to_string().len(), 16 * 4 + 15);
        assert_eq!("12 34".parse::<Fingerprint>(), Err(NotAFingerprint));
        assert_eq!(print.groups_differing(&print), 0);
    }
}
