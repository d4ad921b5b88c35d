//! Text from a stranger, made fit to be shown: what hides, turns or smears over its neighbours goes, every real script stays as it
//! is written. Plain values: it knows neither screens nor fonts.

mod alphabets;
mod link;
mod marks;

#[cfg(test)]
mod tests;

pub use alphabets::mixes_alphabets;
pub use link::{Link, links};

use acaso_shared::ids::Name;

use marks::Marks;

/// Stands where a character was that nobody can see and that has no business in a message.
const BOX: char = '\u{25A1}';

/// A stranger's name, fit to be shown: without the invisible characters that turn or hide what stands beside it, and without
/// more marks on a letter than any script writes. Never empty.
pub fn shown_name(name: &Name) -> String {
    shown_line(name.as_str())
}

/// The same of any line of text that stands beside others: a subject, the name of a plaza.
pub fn shown_line(text: &str) -> String {
    let mut marks = Marks::default();
    let mut flags = FlagTags::default();
    let mut shown: String = text
        .chars()
        .filter(|&c| flags.allows(c) && !is_hidden(c) && !turns(c))
        .filter(|&c| marks.allows(c))
        .collect();
    if shown.trim().is_empty() {
        "?".clone_into(&mut shown);
    }
    shown
}

/// A message, fit to be shown: as [`shown_name`], but with its lines and its direction marks, which people need in sentences; a
/// control character becomes a visible box.
pub fn shown_text(text: &str) -> String {
    let mut marks = Marks::default();
    let mut flags = FlagTags::default();
    text.replace("\r\n", "\n")
        .chars()
        .filter(|&c| flags.allows(c) && !overrides(c) && !is_empty_mark(c))
        .filter(|&c| marks.allows(c))
        .map(|c| match c {
            '\n' | '\t' => c,
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            c if c.is_control() || is_noncharacter(c) => BOX,
            c => c,
        })
        .collect()
}

/// Everything that sets the direction of what stands beside it.
fn turns(c: char) -> bool {
    overrides(c) || matches!(c, '\u{200E}' | '\u{200F}' | '\u{61C}')
}

/// Embeddings, overrides and isolates: one of them left open, or closed too often, turns what comes after the text.
fn overrides(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{206A}'..='\u{206F}')
}

/// What has no width and no use in a name. The joiners stay: emoji families and several scripts need them.
fn is_hidden(c: char) -> bool {
    is_empty_mark(c)
        || is_noncharacter(c)
        || matches!(c, '\u{AD}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}')
}

/// Without any width, and never needed to write anything.
fn is_empty_mark(c: char) -> bool {
    matches!(
        c,
        '\u{200B}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{3164}' | '\u{FFA0}' | '\u{115F}' | '\u{1160}'
    )
}

fn is_noncharacter(c: char) -> bool {
    u32::from(c) & 0xFFFE == 0xFFFE || matches!(c, '\u{FDD0}'..='\u{FDEF}')
}

/// Tags are invisible letters, used by nothing but the flags of regions: behind a black flag they stay, elsewhere they go.
#[derive(Default)]
struct FlagTags {
    behind_flag: bool,
}

impl FlagTags {
    fn allows(&mut self, c: char) -> bool {
        if matches!(c, '\u{E0000}'..='\u{E007F}') {
            return self.behind_flag;
        }
        self.behind_flag = c == '\u{1F3F4}';
        true
    }
}
