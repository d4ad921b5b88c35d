//! What lies over a circle: who is in it, somebody's key, the code that others need, and where a link leads.

use acaso_shared::ids::{Code, Fingerprint};
use egui::{Id, Ui};

use super::people;
use crate::action::Action;
use crate::model::{Circle, CircleSheet};
use crate::theme::{Room, gap, palette, role};
use crate::views::hints::{Shortcut, hint};
use crate::views::key_card::key_box;
use crate::views::sheet_link::link_sheet;
use crate::widgets::button::{Button, Kind, button_row};
use crate::widgets::icon::Icon;
use crate::widgets::sheet::{Place, sheet};
use crate::widgets::text::{heading, text};
use crate::wording::{Key, Words};

/// Draws what lies over the circle, if anything does.
pub(super) fn sheets(ui: &Ui, circle: &mut Circle, words: &Words) -> Option<Action> {
    let take_focus = std::mem::take(&mut circle.sheet_focus);
    let id = Id::unique("sheet over a circle");
    let (action, away) = match circle.sheet.as_ref()? {
        CircleSheet::Link(link) => return link_sheet(ui, id, link, take_focus, words),
        CircleSheet::People => {
            let title = words.fill(Key::CirclePeople, &[("people", circle.people().into())]);
            sheet(ui, id, &title, Place::Middle, |ui| {
                people::sheet(ui, circle, &title, take_focus, words)
            })
        }
        CircleSheet::Key { name, key, copied } => {
            let says = whose(name.as_deref(), words);
            sheet(ui, id, &says.title, Place::Middle, |ui| {
                key_sheet(ui, &says, key, *copied, take_focus, words)
            })
        }
        CircleSheet::Code { copied } => {
            let code = circle.code.as_ref()?;
            let title = words.get(Key::CircleCodeTitle);
            sheet(ui, id, &title, Place::Middle, |ui| {
                code_sheet(ui, &title, code, *copied, take_focus, words)
            })
        }
    };
    action.or(away.then_some(Action::CloseSheet))
}

/// Whose key it is, and how it is compared.
struct Whose {
    title: String,
    how: String,
}

fn whose(name: Option<&str>, words: &Words) -> Whose {
    match name {
        None => Whose {
            title: words.get(Key::CircleKeyOwn),
            how: words.get(Key::CircleKeyHowOwn),
        },
        Some(name) => {
            let name = || [("name", name.into())];
            Whose {
                title: words.fill(Key::CircleKeyOf, &name()),
                how: words.fill(Key::CircleKeyHow, &name()),
            }
        }
    }
}

fn key_sheet(
    ui: &mut Ui,
    says: &Whose,
    key: &Fingerprint,
    copied: bool,
    take_focus: bool,
    words: &Words,
) -> Option<Action> {
    heading(ui, &says.title);
    ui.add_space(gap::SNUG);
    let label = [
        ("whose", says.title.as_str().into()),
        ("key", key.to_string().into()),
    ];
    key_box(ui, &words.fill(Key::CircleKeyLabel, &label), key);
    how(ui, &says.how);
    copy_and_close(ui, copied, take_focus, words)
}

fn code_sheet(
    ui: &mut Ui,
    title: &str,
    code: &Code,
    copied: bool,
    take_focus: bool,
    words: &Words,
) -> Option<Action> {
    let ink = palette(ui).text;
    heading(ui, title);
    ui.add_space(gap::SNUG);
    text(ui, &code.to_string(), role::ADDRESS, ink);
    how(ui, &words.get(Key::CircleCodeHow));
    copy_and_close(ui, copied, take_focus, words)
}

fn how(ui: &mut Ui, says: &str) {
    let tight = Room::of(ui.ctx()).compact();
    let ink = palette(ui).text;
    ui.add_space(if tight { gap::TIGHT } else { gap::SNUG });
    text(ui, says, if tight { role::NOTE } else { role::SECONDARY }, ink);
    ui.add_space(if tight { gap::TIGHT } else { gap::BASE });
}

fn copy_and_close(ui: &mut Ui, copied: bool, take_focus: bool, words: &Words) -> Option<Action> {
    let copy = words.get(if copied { Key::SafetyCopied } else { Key::Copy });
    let close = words.get(Key::Close);
    let sign = if copied { Icon::Check } else { Icon::Copy };
    let close_button = Button::new(&close, Kind::Main)
        .height(36.0)
        .take_focus(take_focus)
        .tip(hint(words, &close, Shortcut::Escape));
    let copy_button = Button::new(&copy, Kind::Quiet).icon(sign).height(36.0);
    let row = vec![
        (close_button, Action::CloseSheet),
        (copy_button, Action::CopyFromSheet),
    ];
    button_row(ui, row)
}
