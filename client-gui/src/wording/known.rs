//! What stands in the way of meeting somebody one knows, in words.

use acaso_shared::ids::BadCode;

use super::{Key, Sentence, Words};
use crate::prefs::{ACQUAINTANCES_MAX, AcquaintancesError};

impl Words {
    /// Why a text is no code.
    pub fn bad_code(&self, why: &BadCode) -> Sentence {
        match why {
            BadCode::Number => self.sentence(Key::CodeNumber, Key::CodeNumberNext, &[]),
            BadCode::Word { word, place } => self.sentence(
                Key::CodeWord,
                Key::CodeWordNext,
                &[("word", word.into()), ("place", (*place).into())],
            ),
            BadCode::Length(words) => self.sentence(
                Key::CodeLength,
                Key::CodeLengthNext,
                &[("words", (*words).into())],
            ),
        }
    }

    /// Why the list of people one has kept is not as it should be.
    pub fn acquaintances(&self, why: &AcquaintancesError) -> Sentence {
        match why {
            AcquaintancesError::File { path, detail } => self.sentence(
                Key::PeopleFile,
                Key::PeopleFileNext,
                &[
                    ("path", path.display().to_string().into()),
                    ("detail", detail.into()),
                ],
            ),
            AcquaintancesError::SetAside { kept } => self.sentence(
                Key::PeopleSetAside,
                Key::PeopleSetAsideNext,
                &[("path", kept.display().to_string().into())],
            ),
            AcquaintancesError::Full => self.sentence(
                Key::PeopleFull,
                Key::PeopleFullNext,
                &[("max", ACQUAINTANCES_MAX.into())],
            ),
            AcquaintancesError::Busy => self.sentence(Key::PeopleBusy, Key::PeopleBusyNext, &[]),
        }
    }
}
