//! The safety phrase: what two people read to each other to know that nobody sits in between.

use std::fmt;

use bip39::Language;

/// Six words and twelve digits, the same at both ends unless somebody made two conversations of one. It prints as nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct SafetyPhrase {
    words: [&'static str; 6],
    digits: [u16; 4],
}

impl SafetyPhrase {
    /// The phrase for 32 bytes that both ends derived: 66 bits of them as words, 40 more as digits.
    pub fn from_hash(hash: &[u8; 32]) -> Self {
        let list = Language::English.word_list();
        let number = |range: std::ops::Range<usize>| {
            hash[range]
                .iter()
                .fold(0u128, |number, byte| number << 8 | u128::from(*byte))
        };
        let (chosen, figures) = (number(0..16), number(16..32));
        Self {
            words: std::array::from_fn(|turn| {
                list[usize::try_from(chosen >> (11 * turn) & 0x7ff).unwrap_or(0)]
            }),
            digits: std::array::from_fn(|turn| {
                let group = figures / 1000u128.pow(u32::try_from(turn).unwrap_or(0)) % 1000;
                u16::try_from(group).unwrap_or(0)
            }),
        }
    }

    /// The words, English ones for everybody, in the order they are read.
    pub fn words(&self) -> [&'static str; 6] {
        self.words
    }

    /// The digits: four groups of three, each 0 to 999.
    pub fn digits(&self) -> [u16; 4] {
        self.digits
    }
}

/// As it is copied: `word word word word word word 012 345 678 901`.
impl fmt::Display for SafetyPhrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words.join(" "))?;
        self.digits.iter().try_for_each(|group| write!(f, " {group:03}"))
    }
}

impl fmt::Debug for SafetyPhrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SafetyPhrase(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_six_words_and_twelve_digits() {
        let phrase = SafetyPhrase::from_hash(&std::array::from_fn(|i| u8::try_from(i * 7).unwrap()));
        let shown = phrase.to_string();
        assert_eq!(shown.split(' ').count(), 10, "{shown}");
        assert!(phrase.digits().iter().all(|group| *group < 1000));
        assert_eq!(format!("{phrase:?}"), "SafetyPhrase(…)");
    }

    #[test]
    fn every_word_and_every_group_depends_on_the_hash() {
        let zero = SafetyPhrase::from_hash(&[0; 32]);
        let ones = SafetyPhrase::from_hash(&[0xff; 32]);
        for turn in 0..6 {
            assert_ne!(zero.words()[turn], ones.words()[turn]);
        }
        assert_eq!(zero.digits(), [0; 4]);
        assert!(ones.digits().iter().all(|group| *group > 0));
    }
}
