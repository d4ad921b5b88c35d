//! Everything the window says, from the Fluent catalogues under `assets/locales`, in English and Brazilian Portuguese.
//! It knows which words belong to which fact; where they stand on the screen it does not know.

mod dates;
mod keys;
mod known;
mod sentences;

pub use keys::Key;
pub use sentences::Sentence;
pub(crate) use sentences::yes_or_no;

use std::borrow::Cow;
use std::fmt;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::prefs::Language;

const ENGLISH: [&str; 3] = [
    include_str!("../../assets/locales/en/window.ftl"),
    include_str!("../../assets/locales/en/circles.ftl"),
    include_str!("../../assets/locales/en/problems.ftl"),
];
const PORTUGUESE: [&str; 3] = [
    include_str!("../../assets/locales/pt-BR/window.ftl"),
    include_str!("../../assets/locales/pt-BR/circles.ftl"),
    include_str!("../../assets/locales/pt-BR/problems.ftl"),
];

/// The words of one language.
pub struct Words {
    language: Spoken,
    bundle: FluentBundle<FluentResource>,
}

/// The languages there is a catalogue for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoken {
    /// English.
    English,
    /// Brazilian Portuguese.
    Portuguese,
}

/// What fills a gap in a message. Text that is written from right to left is isolated, so that it does not turn its
/// surroundings around where they are laid out by the desktop: in the window's title, a notice, a screen reader.
pub struct Value<'a>(FluentValue<'a>);

impl Words {
    /// The words in the language chosen; [`Language::System`] asks the system.
    pub fn new(language: Language) -> Self {
        Self::speaking(match language {
            Language::English => Spoken::English,
            Language::Portuguese => Spoken::Portuguese,
            Language::System => first_spoken(sys_locale::get_locales()),
        })
    }

    /// The words of this language.
    pub fn speaking(language: Spoken) -> Self {
        let (tag, sources) = language.catalogue();
        let locale: LanguageIdentifier = tag.parse().expect("“en” and “pt-BR” are language tags");
        let mut bundle = FluentBundle::new(vec![locale]);
        // Values isolate themselves where it is needed: marks around every name would only puzzle who searches or copies.
        bundle.set_use_isolating(false);
        for source in sources {
            let resource = FluentResource::try_new(source.to_owned())
                .expect("our own catalogues parse: a test reads every one of them");
            bundle
                .add_resource(resource)
                .expect("no key stands twice in a language: a test reads them all");
        }
        Self { language, bundle }
    }

    /// The language these words are in.
    pub fn language(&self) -> Spoken {
        self.language
    }

    /// What a message without gaps says.
    pub fn get(&self, key: Key) -> String {
        self.fill(key, &[])
    }

    /// What a message says, its gaps filled in.
    pub fn fill(&self, key: Key, values: &[(&str, Value<'_>)]) -> String {
        let args: FluentArgs<'_> = values
            .iter()
            .map(|(name, value)| (*name, value.0.clone()))
            .collect();
        let mut errors = Vec::new();
        let pattern = self.bundle.get_message(key.id()).and_then(|m| m.value());
        let said = pattern.map(|p| self.bundle.format_pattern(p, Some(&args), &mut errors));
        if !errors.is_empty() || said.is_none() {
            tracing::error!(
                key = key.id(),
                ?errors,
                "a message of the catalogue cannot be said"
            );
            // A hole in a sentence is found by whoever runs the tests, not by whoever chats.
            debug_assert!(false, "{} cannot be said: {errors:?}", key.id());
        }
        said.map_or_else(|| key.id().to_owned(), Cow::into_owned)
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words({:?})", self.language)
    }
}

impl Spoken {
    /// The language tag and the sources of the catalogue.
    fn catalogue(self) -> (&'static str, [&'static str; 3]) {
        match self {
            Self::English => ("en", ENGLISH),
            Self::Portuguese => ("pt-BR", PORTUGUESE),
        }
    }
}

/// The first of these locales that we speak, whatever the region; English if none is.
fn first_spoken(locales: impl Iterator<Item = String>) -> Spoken {
    locales
        .filter_map(|tag| match tag.split(['-', '_', '.']).next() {
            Some("en") => Some(Spoken::English),
            Some("pt") => Some(Spoken::Portuguese),
            _ => None,
        })
        .next()
        .unwrap_or(Spoken::English)
}

/// First strong isolate, and pop directional isolate (UAX #9).
const ISOLATE: [char; 2] = ['\u{2068}', '\u{2069}'];

/// Wraps text that is, or may turn its surroundings, right to left; leaves other text as it is.
pub fn isolated(text: &str) -> Cow<'_, str> {
    if text.chars().any(turns_direction) {
        let [open, close] = ISOLATE;
        Cow::Owned(format!("{open}{text}{close}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Hebrew to Arabic Extended and their presentation forms, the right-to-left planes, and the marks that set a direction.
fn turns_direction(c: char) -> bool {
    matches!(c,
        '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}' | '\u{10800}'..='\u{10FFF}'
        | '\u{1E800}'..='\u{1EFFF}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self(FluentValue::String(isolated(text)))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self(FluentValue::String(Cow::Owned(isolated(&text).into_owned())))
    }
}

macro_rules! value_from_number {
    ($($number:ty),*) => {$(
        impl From<$number> for Value<'_> {
            fn from(number: $number) -> Self {
                Self(FluentValue::from(number))
            }
        }
    )*};
}
value_from_number!(i8, u8, i16, u16, u32, u64, usize);

#[cfg(test)]
mod tests;
