//! Canaries: texts so random that they can be found somewhere only if somebody brought them there; and the forms in which a
//! program might keep a text.

use acaso_shared::ids::Code;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rand::RngExt;
use rand::distr::Alphabetic;

/// Letters of a canary: 24 of 52 are 136 bits, which come about nowhere by chance.
const LETTERS: usize = 24;

/// Bits that one character of base64 carries (RFC 4648 §4).
const BASE64_BITS: usize = 6;

/// A text to be looked for. Of ASCII letters both alphabets of base64 write the same.
#[derive(Clone, Debug)]
pub(super) struct Canary(String);

impl Canary {
    /// A new one.
    pub(super) fn hatch() -> Self {
        Self(
            rand::rng()
                .sample_iter(Alphabetic)
                .take(LETTERS)
                .map(char::from)
                .collect(),
        )
    }

    /// The words of a code as they are written, which are random too: of 65,536 such pairs few have ever been written down.
    pub(super) fn of(code: &Code) -> Self {
        Self(code.words().join("-"))
    }

    /// The text.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The text as it looks in that form.
    pub(super) fn in_form(&self, form: Form) -> Vec<u8> {
        match form {
            Form::Utf8 => self.0.as_bytes().to_vec(),
            Form::Utf16LittleEndian => self.0.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Form::Utf16BigEndian => self.0.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Form::Base64(before) => base64_within(before, self.0.as_bytes()),
            Form::HexLower => self.hex(|byte| format!("{byte:02x}")),
            Form::HexUpper => self.hex(|byte| format!("{byte:02X}")),
        }
    }

    fn hex(&self, digits: impl Fn(u8) -> String) -> Vec<u8> {
        self.0.bytes().map(digits).collect::<String>().into_bytes()
    }
}

/// A form in which a text might be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Utf8,
    Utf16LittleEndian,
    Utf16BigEndian,
    /// Within a longer base64, with so many bytes modulo 3 before it.
    Base64(usize),
    HexLower,
    HexUpper,
}

impl Form {
    /// Every form.
    pub(super) const ALL: [Self; 8] = [
        Self::Utf8,
        Self::Utf16LittleEndian,
        Self::Utf16BigEndian,
        Self::Base64(0),
        Self::Base64(1),
        Self::Base64(2),
        Self::HexLower,
        Self::HexUpper,
    ];
}

impl std::fmt::Display for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Utf8 => f.write_str("UTF-8"),
            Self::Utf16LittleEndian => f.write_str("UTF-16LE"),
            Self::Utf16BigEndian => f.write_str("UTF-16BE"),
            Self::Base64(before) => write!(f, "base64 with {before} bytes before it"),
            Self::HexLower => f.write_str("hex"),
            Self::HexUpper => f.write_str("capital hex"),
        }
    }
}

/// Those characters of a base64 that depend on nothing but these bytes, with so many others before them.
fn base64_within(before: usize, bytes: &[u8]) -> Vec<u8> {
    let (first_bit, end_bit) = (8 * before, 8 * (before + bytes.len()));
    let encoded = STANDARD_NO_PAD.encode([vec![0; before].as_slice(), bytes].concat());
    encoded.as_bytes()[first_bit.div_ceil(BASE64_BITS)..end_bit / BASE64_BITS].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_are_alike() {
        let (one, other) = (Canary::hatch(), Canary::hatch());
        assert_ne!(one.as_str(), other.as_str());
        assert_eq!(one.as_str().len(), LETTERS);
    }

    #[test]
    fn a_canary_is_found_in_any_base64_that_has_it() {
        let canary = Canary::hatch();
        for before in 0..9 {
            let neighbours = [&[0xf7; 9][..before], canary.as_str().as_bytes(), b"~~~~"].concat();
            let encoded = base64::engine::general_purpose::STANDARD.encode(neighbours);
            let looked_for = String::from_utf8(canary.in_form(Form::Base64(before % 3))).unwrap();
            assert!(
                encoded.contains(&looked_for),
                "{looked_for} in {encoded}, {before} before it"
            );
            assert!(looked_for.len() >= 31, "all but the ends is looked for");
        }
    }

    #[test]
    fn forms_are_what_they_are_called() {
        let canary = Canary("aZ".into());
        assert_eq!(canary.in_form(Form::Utf16LittleEndian), b"a\0Z\0");
        assert_eq!(canary.in_form(Form::Utf16BigEndian), b"\0a\0Z");
        assert_eq!(canary.in_form(Form::HexLower), b"615a");
        assert_eq!(canary.in_form(Form::HexUpper), b"615A");
    }
}
