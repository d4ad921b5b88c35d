//! Entering a code: one field, and the words that can stand in it, so that one need not know how they are spelt.

use acaso_shared::ids::Code;
use egui::{EventFilter, Id, Key as Press, Modifiers, Response, Ui};

use super::{Look, asked_by_server, main_button};
use crate::action::{Action, Invite};
use crate::model::{Field, First, Invitation};
use crate::theme::gap;
use crate::views::first::{entered, trouble};
use crate::widgets::button::{Button, Kind};
use crate::widgets::field::{self, focus_at_end};
use crate::widgets::text::secondary;
use crate::wording::Key;

/// As many words are offered as fit into one line.
const COMPLETIONS: usize = 4;

/// Draws the field and what belongs to it.
pub(super) fn enter(
    ui: &mut Ui,
    invitation: &mut Invitation,
    first: &mut First,
    look: &Look<'_>,
) -> Option<Action> {
    let id = Id::unique("code");
    let shown = field::Field {
        label: &look.words.get(Key::InviteCode),
        hint: &look.words.get(Key::InviteCodeHint),
        in_error: first.field_in_error() == Some(Field::Code),
        take_focus: look.wants_main(),
        secret: false,
        menu: None,
        value: &mut invitation.code,
    }
    .show(ui, id);
    complete(ui, id, &shown.edit, &mut invitation.code);
    ui.add_space(gap::SNUG);
    trouble(ui, first, look.words);
    secondary(ui, &look.words.get(Key::InviteOneTry));
    ui.add_space(gap::BASE);
    let asked = asked_by_server(ui, first, look);
    let pressed = main_button(ui, Key::InviteMeet, false, look);
    (pressed || asked || entered(ui, &shown.edit)).then_some(Action::Invitation(Invite::Enter))
}

/// The words that the last one can become; Tab takes the first.
fn complete(ui: &mut Ui, id: Id, edit: &Response, code: &mut String) {
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
        *code = with_hyphen(chosen);
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

/// Another word follows the first and the third.
fn with_hyphen(mut code: String) -> String {
    let parts = code.split(is_gap).filter(|part| !part.is_empty());
    let words = parts.count().saturating_sub(1);
    if words % 2 == 1 {
        code.push('-');
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_another_one_follows_brings_its_hyphen() {
        assert_eq!(with_hyphen("7-crossover".to_owned()), "7-crossover-");
        assert_eq!(
            with_hyphen("7 crossover clockwork".to_owned()),
            "7 crossover clockwork"
        );
        assert_eq!(last_word("7-crossover-clockwork"), "clockwork");
    }
}
