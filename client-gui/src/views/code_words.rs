//! Under a field for a code, the words that can stand in it, so that one need not know how they are spelt.

use acaso_shared::ids::Code;
use egui::{EventFilter, Id, Key as Press, Modifiers, Response, Ui};

use crate::theme::gap;
use crate::widgets::button::{Button, Kind};
use crate::widgets::field::focus_at_end;

/// As many words are offered as fit into one line.
const COMPLETIONS: usize = 4;

/// How many words a code may have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    /// An invitation's, or a kept one.
    TwoOrFour,
    /// A circle's.
    Four,
}

/// Offers the words that the last one in this field can become; Tab takes the first.
pub(super) fn complete(ui: &mut Ui, id: Id, edit: &Response, code: &mut String, words_in_all: Words) {
    let mut words = Code::completions(code, COMPLETIONS);
    words.retain(|word| !word.eq_ignore_ascii_case(code));
    let Some(by_tab) = words.first() else {
        return;
    };
    let mut chosen = takes_tab(ui, id, edit).then(|| by_tab.clone());
    ui.add_space(gap::TIGHT);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = gap::HAIR;
        for (n, word) in words.iter().enumerate() {
            // The first is the one that Tab takes.
            let kind = if n == 0 { Kind::Quiet } else { Kind::Bare };
            if Button::new(last_word(word), kind).height(32.0).show(ui).clicked() {
                chosen = Some(word.clone());
            }
        }
    });
    if let Some(chosen) = chosen {
        *code = with_hyphen(chosen, words_in_all);
        focus_at_end(ui, id);
    }
}

/// Whether Tab was pressed in the field; as long as there is something to complete it does not lead out of it.
fn takes_tab(ui: &Ui, id: Id, edit: &Response) -> bool {
    if !edit.has_focus() {
        return false;
    }
    let with_tab = EventFilter {
        tab: true,
        horizontal_arrows: true,
        vertical_arrows: true,
        escape: false,
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, with_tab));
    ui.input_mut(|input| input.consume_key(Modifiers::NONE, Press::Tab))
}

fn is_gap(letter: char) -> bool {
    letter == '-' || letter.is_whitespace()
}

fn last_word(code: &str) -> &str {
    code.rsplit(is_gap).next().unwrap_or(code)
}

/// Another word follows the first and the third, and perhaps the second.
fn with_hyphen(mut code: String, words_in_all: Words) -> String {
    let parts = code.split(is_gap).filter(|part| !part.is_empty());
    let words = parts.count().saturating_sub(1);
    let goes_on = match words_in_all {
        Words::TwoOrFour => words % 2 == 1,
        Words::Four => words < 4,
    };
    if goes_on {
        code.push('-');
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_another_one_follows_brings_its_hyphen() {
        let with = |code: &str, words| with_hyphen(code.to_owned(), words);
        assert_eq!(with("7-crossover", Words::TwoOrFour), "7-crossover-");
        let two = "7 crossover clockwork";
        assert_eq!(with(two, Words::TwoOrFour), two);
        assert_eq!(with(two, Words::Four), "7 crossover clockwork-");
        let four = "7-crossover-clockwork-adroitness-crackdown";
        assert_eq!(with(four, Words::Four), four);
        assert_eq!(last_word("7-crossover-clockwork"), "clockwork");
    }
}
