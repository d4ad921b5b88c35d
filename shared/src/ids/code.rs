//! Codes that people read to each other: a number, where two look for each other, and words, which only the two know.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{random_bytes, sha256};

/// Where two who share a code look for each other: all that a server learns of the code. 1 to 999,999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct RendezvousNumber(u32);

/// A number outside the range that codes have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the number of a code is 1 to 999999, not {0}")]
pub struct NotARendezvous(pub u32);

/// The highest number of a code: six digits can still be read aloud.
const NUMBER_MAX: u32 = 999_999;

/// Words of the longest code.
const WORDS_MAX: usize = 4;

/// Codes that no server gave out have numbers from here on, so that they meet no invitation's.
const LASTING_FROM: u32 = 100_000;

impl RendezvousNumber {
    /// The number itself.
    pub fn get(self) -> u32 {
        self.0
    }

    /// Whether it is one that a server gives out with an invitation; the others are those of lasting codes.
    pub fn is_given_out(self) -> bool {
        self.0 < LASTING_FROM
    }
}

impl TryFrom<u32> for RendezvousNumber {
    type Error = NotARendezvous;

    fn try_from(number: u32) -> Result<Self, NotARendezvous> {
        match number {
            1..=NUMBER_MAX => Ok(Self(number)),
            _ => Err(NotARendezvous(number)),
        }
    }
}

impl From<RendezvousNumber> for u32 {
    fn from(number: RendezvousNumber) -> u32 {
        number.0
    }
}

impl fmt::Debug for RendezvousNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for RendezvousNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What two people, or a circle, have in common: `7-crossover-clockwork`. Two words (16 bits) are an invitation, good for one try;
/// four (32 bits) are good until they are used. The words are those of Juola and Zimmermann (1996), made to be told apart by ear: at
/// odd and even places stand words of different lists, so that two in the wrong order are noticed. Prints its number only, to logs.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Code {
    number: RendezvousNumber,
    words: Words,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Words {
    Two([u8; 2]),
    Four([u8; 4]),
}

/// Why a text is no code.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCode {
    /// It does not begin with a number from 1 to 999,999.
    #[error("a code begins with its number, as in 7-crossover-clockwork")]
    Number,
    /// A word that is in neither list, or in the other one.
    #[error(
        "\u{201c}{word}\u{201d} is not a word that stands at place {place} of a code: listen again, or look at the spelling"
    )]
    Word {
        /// The word as typed.
        word: String,
        /// Which word of the code it is, from 1.
        place: usize,
    },
    /// Neither two words nor four.
    #[error("a code has two words after its number, or four; this one has {0}")]
    Length(usize),
}

/// What was typed stays out of logs: it is nearly a code.
impl fmt::Debug for BadCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number => f.write_str("Number"),
            Self::Word { place, .. } => write!(f, "Word {{ place: {place}, .. }}"),
            Self::Length(words) => write!(f, "Length({words})"),
        }
    }
}

/// The words for each byte: those of three syllables, which stand first, and those of two.
static LISTS: LazyLock<[Vec<String>; 2]> = LazyLock::new(|| {
    let word = |byte, list: usize| pgp_words::to_words(&[byte, byte])[list].to_lowercase();
    [1, 0].map(|list| (0..=u8::MAX).map(|byte| word(byte, list)).collect())
});

fn list(place: usize) -> &'static [String] {
    &LISTS[place % 2]
}

impl Code {
    /// The code of an invitation: the server chose the number, chance the two words.
    pub fn for_invitation(number: RendezvousNumber) -> Self {
        Self {
            number,
            words: Words::Two(random_bytes()),
        }
    }

    /// A code that lasts, by chance: a circle's.
    pub fn lasting() -> Self {
        Self::from_secret(&random_bytes())
    }

    /// The code that lasts which everybody derives alike who has the same secret.
    pub(crate) fn from_secret(secret: &[u8; 32]) -> Self {
        let [a, b, c, d, w @ ..] = sha256(&[b"acaso code", secret]);
        let number = LASTING_FROM + u32::from_be_bytes([a, b, c, d]) % (NUMBER_MAX - LASTING_FROM + 1);
        Self {
            number: RendezvousNumber(number),
            words: Words::Four([w[0], w[1], w[2], w[3]]),
        }
    }

    /// Where to meet: no secret.
    pub fn number(&self) -> RendezvousNumber {
        self.number
    }

    /// Whether it is good for more than one try: a code of four words.
    pub fn is_lasting(&self) -> bool {
        matches!(self.words, Words::Four(_))
    }

    /// The words, in the order in which they are read.
    pub fn words(&self) -> Vec<&'static str> {
        let bytes = self.bytes().iter().enumerate();
        bytes
            .map(|(place, byte)| list(place)[usize::from(*byte)].as_str())
            .collect()
    }

    /// What only the two know.
    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.words {
            Words::Two(bytes) => bytes,
            Words::Four(bytes) => bytes,
        }
    }

    /// How what was typed of a code may go on: the whole text with its last word completed, at most `most` of them, in the order of the
    /// alphabet. None while the number is typed.
    pub fn completions(typed: &str, most: usize) -> Vec<String> {
        let begun = typed.rsplit(is_gap).next().unwrap_or_default();
        let before = &typed[..typed.len() - begun.len()];
        let begun = begun.to_lowercase();
        let Some(place) = parts(before).count().checked_sub(1) else {
            return Vec::new();
        };
        if place >= WORDS_MAX {
            return Vec::new();
        }
        let mut fitting: Vec<_> = list(place)
            .iter()
            .filter(|word| word.starts_with(&begun))
            .collect();
        fitting.sort();
        let whole = fitting.into_iter().take(most);
        whole.map(|word| format!("{before}{word}")).collect()
    }
}

/// People write a code with hyphens or without, and their programs make other dashes of those.
fn is_gap(letter: char) -> bool {
    letter == '-' || ('\u{2010}'..='\u{2015}').contains(&letter) || letter.is_whitespace()
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_gap).filter(|part| !part.is_empty())
}

impl FromStr for Code {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        let mut parts = parts(text);
        let number = parts.next().and_then(|number| number.parse().ok());
        let number: u32 = number.ok_or(BadCode::Number)?;
        let number = RendezvousNumber::try_from(number).map_err(|_| BadCode::Number)?;
        let bytes: Vec<u8> = parts.enumerate().map(byte_of).collect::<Result<_, _>>()?;
        let words = match *bytes.as_slice() {
            [a, b] => Words::Two([a, b]),
            [a, b, c, d] => Words::Four([a, b, c, d]),
            _ => return Err(BadCode::Length(bytes.len())),
        };
        Ok(Self { number, words })
    }
}

fn byte_of((place, word): (usize, &str)) -> Result<u8, BadCode> {
    let lower = word.to_lowercase();
    let found = list(place).iter().position(|listed| *listed == lower);
    found
        .and_then(|byte| u8::try_from(byte).ok())
        .ok_or_else(|| BadCode::Word {
            word: word.to_owned(),
            place: place + 1,
        })
}

/// As it is read aloud, typed and linked.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.number, self.words().join("-"))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({}-…)", self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(number: u32) -> RendezvousNumber {
        RendezvousNumber::try_from(number).unwrap()
    }

    #[test]
    fn the_lists_are_two_of_256_words_that_differ() {
        for place in [0, 1] {
            let mut words = list(place).to_vec();
            assert!(
                words
                    .iter()
                    .all(|word| word.chars().all(|letter| letter.is_ascii_lowercase()))
            );
            words.sort();
            words.dedup();
            assert_eq!(words.len(), 256, "each word stands for one byte");
        }
        assert!(
            !list(0).iter().any(|word| list(1).contains(word)),
            "two in the wrong order are noticed"
        );
    }

    #[test]
    fn a_code_reads_back_however_it_was_written() {
        for code in [Code::for_invitation(number(7)), Code::lasting()] {
            let shown = code.to_string();
            assert_eq!(shown.parse(), Ok(code.clone()), "{shown}");
            assert_eq!(
                format!("  {} ", shown.to_uppercase().replace('-', " ")).parse(),
                Ok(code.clone())
            );
            assert!(!format!("{code:?}").contains(code.words()[0]));
        }
        let code: Code = "7-crossover-clockwork".parse().unwrap();
        assert_eq!(
            (code.number(), code.words()),
            (number(7), vec!["crossover", "clockwork"])
        );
    }

    #[test]
    fn what_is_wrong_with_a_code_is_said() {
        let read = str::parse::<Code>;
        for bad in [
            "",
            "crossover-clockwork",
            "0-crossover-clockwork",
            "1000000-crossover-clockwork",
        ] {
            assert_eq!(read(bad), Err(BadCode::Number), "{bad}");
        }
        assert_eq!(read("7-crossover"), Err(BadCode::Length(1)));
        let swapped = BadCode::Word {
            word: "clockwork".into(),
            place: 1,
        };
        assert_eq!(read("7-clockwork-crossover"), Err(swapped), "the wrong way round");
    }

    #[test]
    fn a_word_completes() {
        assert_eq!(Code::completions("7-cross", 3), ["7-crossover"]);
        assert_eq!(
            Code::completions("7-crossover-clockw", 3),
            ["7-crossover-clockwork"]
        );
        assert_eq!(Code::completions("7 ", 2).len(), 2);
        for typed in [
            "",
            "-",
            "7",
            "7-xyz",
            "7-crossover-clockwork-crossover-clockwork-",
        ] {
            assert_eq!(Code::completions(typed, 3), [""; 0], "{typed}");
        }
    }

    #[test]
    fn gaps_of_any_kind_and_width_are_read_and_completed_behind() {
        for gap in ["-", " ", "\u{a0}", "\u{2011}", "–", "\u{3000}"] {
            let typed = format!("7{gap}crossover{gap}clockw");
            assert_eq!(Code::completions(&typed, 3), [format!("{typed}ork")]);
            assert!(format!("{typed}ork").parse::<Code>().is_ok(), "{typed}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_typed_is_read_or_refused(typed in "\\PC{0,12}|[0-9]{1,7}([-\\s\u{2011}]\\w{0,9}){0,6}") {
            let read = typed.parse::<Code>();
            let completed = Code::completions(&typed, 3);
            proptest::prop_assert!(completed.len() <= 3);
            if let Ok(code) = read {
                proptest::prop_assert_eq!(code.to_string().parse(), Ok(code));
            }
        }
    }

    #[test]
    fn a_lasting_code_meets_no_invitation() {
        let code = Code::lasting();
        assert!(code.number().get() >= LASTING_FROM && code.is_lasting() && code.words().len() == 4);
        assert_eq!(Code::from_secret(&[3; 32]), Code::from_secret(&[3; 32]));
        assert_ne!(Code::from_secret(&[3; 32]), Code::from_secret(&[4; 32]));
    }
}
