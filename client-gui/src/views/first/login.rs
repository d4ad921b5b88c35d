//! What a server asks for before it lets somebody in: its fields stand under the others only when it has asked.

use egui::{Id, Ui, vec2};

use super::entered;
use crate::action::Action;
use crate::model::{Field, First, LoginFields};
use crate::theme::gap;
use crate::widgets::choice::check;
use crate::widgets::field;
use crate::wording::{Key, Words};

/// Draws the fields, if the server in its field has asked for them.
pub(in crate::views) fn login(
    ui: &mut Ui,
    first: &mut First,
    focus: Option<Field>,
    words: &Words,
) -> Option<Action> {
    let (in_error, has_keyring) = (first.field_in_error(), first.has_keyring);
    let fields = first.login_fields()?;
    ui.add_space(gap::SNUG);
    let entered = if fields.account.is_some() && ui.available_width() >= super::TWO_FIELDS_WIDTH {
        side_by_side(ui, fields, (in_error, focus), words)
    } else {
        one_by_one(ui, fields, (in_error, focus), words)
    };
    if has_keyring {
        ui.add_space(gap::TIGHT);
        check(ui, &mut fields.remember, &words.get(Key::FirstRemember));
    }
    entered.then_some(Action::Meet)
}

/// Which field is in error, and which is to have the keyboard.
type Marks = (Option<Field>, Option<Field>);

fn side_by_side(ui: &mut Ui, fields: &mut LoginFields, marks: Marks, words: &Words) -> bool {
    let width = (ui.available_width() - gap::SNUG) / 2.0;
    let mut entered = false;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = gap::SNUG;
        ui.allocate_ui(vec2(width, 0.0), |ui| {
            entered |= account(ui, fields, marks, words);
        });
        ui.allocate_ui(vec2(width, 0.0), |ui| {
            entered |= password(ui, fields, marks, words);
        });
    });
    entered
}

fn one_by_one(ui: &mut Ui, fields: &mut LoginFields, marks: Marks, words: &Words) -> bool {
    let by_account = account(ui, fields, marks, words);
    if fields.account.is_some() {
        ui.add_space(gap::SNUG);
    }
    password(ui, fields, marks, words) || by_account
}

fn account(ui: &mut Ui, fields: &mut LoginFields, (in_error, focus): Marks, words: &Words) -> bool {
    let Some(value) = &mut fields.account else {
        return false;
    };
    let shown = field::Field {
        label: &words.get(Key::FirstAccount),
        hint: "",
        in_error: in_error == Some(Field::Account),
        take_focus: focus == Some(Field::Account),
        secret: false,
        menu: None,
        value,
    }
    .show(ui, Id::unique("account"));
    entered(ui, &shown.edit)
}

fn password(ui: &mut Ui, fields: &mut LoginFields, (in_error, focus): Marks, words: &Words) -> bool {
    let shown = field::Field {
        label: &words.get(Key::FirstPassword),
        hint: "",
        in_error: in_error == Some(Field::Password),
        take_focus: focus == Some(Field::Password),
        secret: true,
        menu: None,
        value: &mut fields.password,
    }
    .show(ui, Id::unique("password"));
    entered(ui, &shown.edit)
}
