//! The field for a name among others, where the first screen had none: it may be left out.

use egui::{Id, Key as Press, Ui};

use crate::model::AskedName;
use crate::theme::gap;
use crate::widgets::field::Field;
use crate::widgets::surface::notice;
use crate::wording::{Key, Words};

/// Draws it, if a name is asked for. Answers whether Enter was pressed in it.
pub(super) fn name_field(ui: &mut Ui, asked: &mut AskedName, words: &Words) -> bool {
    let take_focus = std::mem::take(&mut asked.focus);
    let bad = asked.bad;
    let Some(name) = &mut asked.typed else {
        return false;
    };
    if let Some(bad) = bad {
        let sentence = words.bad_name(bad);
        notice(ui, &sentence.what, &sentence.next);
        ui.add_space(gap::SNUG);
    }
    let shown = Field {
        label: &words.get(Key::FirstName),
        hint: &words.get(Key::FirstNameHint),
        in_error: bad.is_some(),
        take_focus,
        secret: false,
        menu: None,
        value: name,
    }
    .show(ui, Id::unique("name among others"));
    if shown.edit.changed() {
        asked.bad = None;
    }
    ui.add_space(gap::BASE);
    shown.edit.lost_focus() && ui.input(|input| input.key_pressed(Press::Enter))
}
