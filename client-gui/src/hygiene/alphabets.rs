//! Words that mix alphabets, as a Latin name with one Cyrillic letter in it does: they can be made to look like another name.

use unicode_script::{Script, ScriptExtension, UnicodeScript as _};

/// Scripts that are written together in one word, besides each by itself: Japanese, Chinese with its phonetic letters, Korean;
/// each with Latin letters among them, as people do there. After the highly restrictive level of Unicode's UTS 39.
const TOGETHER: [&[Script]; 3] = [
    &[Script::Latin, Script::Han, Script::Hiragana, Script::Katakana],
    &[Script::Latin, Script::Han, Script::Bopomofo],
    &[Script::Latin, Script::Han, Script::Hangul],
];

/// Whether some word of a name mixes alphabets that are not written together. Words beside each other may differ: “DJ Ваня” is an
/// honest name.
pub fn mixes_alphabets(name: &str) -> bool {
    name.split(|c: char| !c.is_alphanumeric() && !is_within_word(c))
        .any(word_mixes)
}

/// Apostrophes and joiners do not end a word, or a stranger would separate the letters that do not belong together by them.
fn is_within_word(c: char) -> bool {
    matches!(c, '\'' | '’' | '\u{200C}' | '\u{200D}' | '_' | '-' | '.')
        || c.script() == Script::Inherited
        || unicode_properties::UnicodeGeneralCategory::general_category(c)
            == unicode_properties::GeneralCategory::NonspacingMark
}

fn word_mixes(word: &str) -> bool {
    let letters = || word.chars().map(|c| c.script_extension());
    let shared = letters().fold(ScriptExtension::default(), ScriptExtension::intersection);
    if !shared.is_empty() {
        return false;
    }
    let written_with = |scripts: &&[Script]| {
        letters().all(|letter| {
            letter.is_common()
                || letter.is_inherited()
                || scripts.iter().any(|script| letter.contains_script(*script))
        })
    };
    !TOGETHER.iter().any(written_with)
}
