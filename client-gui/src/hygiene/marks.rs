//! How many marks a letter may carry. Marks pile up without end in what is called zalgo, and smear over the lines around.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};
use unicode_script::{Script, UnicodeScript as _};

/// Marks that belong to no script: they go above and below any letter, one on top of the other. Vietnamese taken apart needs two,
/// polytonic Greek three, careful phonetic transcription four.
const ANYWHERE_MAX: usize = 4;

/// Marks of a script's own, which has its rules for where they go. Pointed and chanted Hebrew needs five, Tibetan stacks in
/// Sanskrit words eight.
const OWN_MAX: usize = 8;

/// Counts the marks on the letter at hand.
#[derive(Default)]
pub(super) struct Marks {
    anywhere: usize,
    own: usize,
}

impl Marks {
    /// Whether this character, the next of the text, may stay.
    pub(super) fn allows(&mut self, c: char) -> bool {
        if c.general_category() == GeneralCategory::Format {
            // A joiner is no letter: marks go on piling up behind it.
            return true;
        }
        if !is_mark(c) {
            *self = Self::default();
            return true;
        }
        let (count, most) = match c.script() {
            Script::Inherited | Script::Common => (&mut self.anywhere, ANYWHERE_MAX),
            _ => (&mut self.own, OWN_MAX),
        };
        *count += 1;
        *count <= most
    }
}

/// Whether it stands on the letter before it. The selectors of an emoji's style count as well: nobody needs a row of them.
fn is_mark(c: char) -> bool {
    matches!(
        c.general_category(),
        GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark | GeneralCategory::SpacingMark
    )
}
