//! The name to go by among others, asked for where the first screen had none.

use acaso_shared::ids::{BadName, Name};

/// A name that is asked for, and may be left out.
#[derive(Debug, Default)]
pub struct AskedName {
    /// As typed; nothing where it is not asked for.
    pub typed: Option<String>,
    /// What is wrong with it.
    pub bad: Option<BadName>,
    /// Its field wants the keyboard; the view takes it.
    pub focus: bool,
}

impl AskedName {
    /// Asked for, and nothing typed yet; or not asked for.
    pub(super) fn new(asked: bool) -> Self {
        Self {
            typed: asked.then(String::new),
            bad: None,
            focus: asked,
        }
    }

    /// Whether it is asked for.
    pub fn is_asked(&self) -> bool {
        self.typed.is_some()
    }

    pub(super) fn want_keyboard(&mut self) {
        self.focus = self.is_asked();
    }

    /// The name, if one was typed. One that is none is marked, and gets the keyboard.
    pub(super) fn read(&mut self) -> Result<Option<Name>, BadName> {
        match self.typed.as_deref().map(Name::parse) {
            None | Some(Err(BadName::Empty)) => Ok(None),
            Some(Ok(name)) => Ok(Some(name)),
            Some(Err(bad)) => {
                self.bad = Some(bad);
                self.focus = true;
                Err(bad)
            }
        }
    }
}
