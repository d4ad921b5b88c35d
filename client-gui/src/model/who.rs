//! How somebody is called: by the name they gave, or, as long as they gave none, by what they came with.

use std::fmt;

use crate::wording::{Key, Words};

/// Somebody, as they are called.
#[derive(Clone, PartialEq, Eq)]
pub enum Who {
    /// By a name, fit to be shown.
    Named(String),
    /// Somebody with an old client, who has not typed a name yet.
    OldClient,
}

impl Who {
    /// What they are called within a sentence.
    pub fn called(&self, words: &Words) -> String {
        match self {
            Self::Named(name) => name.clone(),
            Self::OldClient => words.get(Key::ChatSomebody),
        }
    }

    /// What they are called at the beginning of a sentence, or where nothing else stands.
    pub fn called_first(&self, words: &Words) -> String {
        match self {
            Self::Named(name) => name.clone(),
            Self::OldClient => words.get(Key::ChatSomebodyFirst),
        }
    }
}

/// Names stay out of logs.
impl fmt::Debug for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Named(_) => "Named",
            Self::OldClient => "OldClient",
        })
    }
}
