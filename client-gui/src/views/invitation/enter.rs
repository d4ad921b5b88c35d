//! Entering a code: one field, and the words that can stand in it.

use egui::{Id, Ui};

use super::{Look, asked_by_server, main_button};
use crate::action::{Action, Invite};
use crate::model::{Field, First, Half, Invitation};
use crate::theme::gap;
use crate::views::code_words::{Words, complete};
use crate::views::first::{entered, trouble};
use crate::widgets::field;
use crate::widgets::text::secondary;
use crate::wording::Key;

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
    complete(ui, id, &shown.edit, &mut invitation.code, Words::TwoOrFour);
    ui.add_space(gap::SNUG);
    let pinned = look.room.pinned();
    if !pinned {
        trouble(ui, first, look.words);
    }
    secondary(ui, &look.words.get(Key::InviteOneTry));
    ui.add_space(gap::BASE);
    let asked = asked_by_server(ui, first, look);
    let pressed = !pinned && main_button(ui, Half::Entering, look);
    (pressed || asked || entered(ui, &shown.edit)).then_some(Action::Invitation(Invite::Enter))
}
