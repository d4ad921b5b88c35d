//! Keeping in touch: what it means before it is said, and the code to meet again once both have said so.

use egui::{Id, Ui};

use crate::action::{Action, KeepWish};
use crate::hygiene::shown_name;
use crate::model::{Conversation, KeptCode, Storing};
use crate::theme::{gap, palette, role};
use crate::views::hints::{Shortcut, hint};
use crate::views::invited::code;
use crate::widgets::button::{Button, Kind, button_row};
use crate::widgets::icon::Icon;
use crate::widgets::sheet::{Place, sheet};
use crate::widgets::surface::notice;
use crate::widgets::text::{heading, secondary, text};
use crate::wording::{Key, Words};

/// Draws the sheet that explains it, or says that it was said.
pub(super) fn keep_sheet(
    ui: &Ui,
    id: Id,
    conversation: &Conversation,
    take_focus: bool,
    words: &Words,
) -> (Option<Action>, bool) {
    let said = conversation.keep.said;
    let (title, body) = if said {
        (Key::KeepSaid, Key::KeepSaidBody)
    } else {
        (Key::Keep, Key::KeepBody)
    };
    let title = words.get(title);
    sheet(ui, id, &title, Place::Middle, |ui| {
        heading(ui, &title);
        ui.add_space(gap::HAIR);
        let name = conversation.who.called(words);
        let body = words.fill(body, &[("name", name.into())]);
        text(ui, &body, role::SECONDARY, palette(ui).text);
        ui.add_space(gap::BASE);
        choices(ui, said, take_focus, words)
    })
}

fn choices(ui: &mut Ui, said: bool, take_focus: bool, words: &Words) -> Option<Action> {
    let (keep, close) = (words.get(Key::Keep), words.get(Key::Close));
    let tip = hint(words, &close, Shortcut::Escape);
    let close_button = |kind| Button::new(&close, kind).height(36.0).tip(tip.as_str());
    if said {
        let close = close_button(Kind::Main).take_focus(take_focus);
        return button_row(ui, vec![(close, Action::CloseSheet)]);
    }
    // It cannot be taken back: it wants a press of its own.
    let keep_button = Button::new(&keep, Kind::Main).icon(Icon::Invitation).height(36.0);
    let row = vec![
        (keep_button, Action::Keep(KeepWish::Say)),
        (
            close_button(Kind::Quiet).take_focus(take_focus),
            Action::CloseSheet,
        ),
    ];
    button_row(ui, row)
}

/// Draws the sheet with the code.
pub(super) fn kept_sheet(
    ui: &Ui,
    id: Id,
    conversation: &Conversation,
    kept: &KeptCode,
    take_focus: bool,
    words: &Words,
) -> (Option<Action>, bool) {
    let title = words.get(Key::Kept);
    sheet(ui, id, &title, Place::Middle, |ui| {
        heading(ui, &title);
        ui.add_space(gap::TIGHT);
        code(ui, &kept.person.code);
        ui.add_space(gap::TIGHT);
        let name = shown_name(&kept.person.name);
        let host = kept.person.server.to_string();
        let values = [("name", name.as_str().into()), ("host", host.into())];
        let says = words.fill(Key::KeptBody, &values);
        text(ui, &says, role::SECONDARY, palette(ui).text);
        ui.add_space(gap::TIGHT);
        secondary(ui, &words.get(Key::KeptCompare));
        ui.add_space(gap::SNUG);
        stored(ui, kept, &name, words);
        let compares = kept.of == conversation.id && conversation.is_talking() && !conversation.is_open();
        kept_choices(ui, kept, compares, take_focus, words)
    })
}

/// What became of the wish to keep it here.
fn stored(ui: &mut Ui, kept: &KeptCode, name: &str, words: &Words) {
    match &kept.storing {
        Storing::No | Storing::Asked => return,
        Storing::Done => {
            let says = words.fill(Key::KeptStored, &[("name", name.into())]);
            text(ui, &says, role::SECONDARY, palette(ui).text);
        }
        Storing::Failed(why) => {
            let sentence = words.acquaintances(why);
            notice(ui, &sentence.what, &sentence.next);
        }
    }
    ui.add_space(gap::SNUG);
}

/// A press that was meant for the composer only copies: the code is not put away by it.
fn kept_choices(
    ui: &mut Ui,
    kept: &KeptCode,
    compares: bool,
    take_focus: bool,
    words: &Words,
) -> Option<Action> {
    let copy = words.get(if kept.copied { Key::SafetyCopied } else { Key::Copy });
    let sign = if kept.copied { Icon::Check } else { Icon::Copy };
    let (store, close) = match kept.storing {
        Storing::Asked => (Key::KeptStoring, Key::KeptOnlyShow),
        Storing::Done => (Key::KeptStore, Key::Close),
        Storing::No | Storing::Failed(_) => (Key::KeptStore, Key::KeptOnlyShow),
    };
    let (store, close) = (words.get(store), words.get(close));
    let copy_button = Button::new(&copy, Kind::Quiet)
        .icon(sign)
        .height(36.0)
        .take_focus(take_focus);
    let store_button = Button::new(&store, Kind::Main)
        .height(36.0)
        .enabled(kept.storing != Storing::Asked);
    let close_button =
        Button::new(&close, Kind::Bare)
            .height(36.0)
            .tip(hint(words, &close, Shortcut::Escape));
    let mut row = vec![
        (copy_button, Action::Keep(KeepWish::Copy)),
        (close_button, Action::CloseSheet),
    ];
    let phrase = words.get(Key::SafetyPhrase);
    if compares {
        let phrase_button = Button::new(&phrase, Kind::Quiet).icon(Icon::Phrase).height(36.0);
        row.insert(1, (phrase_button, Action::SafetyPhrase));
    }
    if kept.storing != Storing::Done {
        row.insert(0, (store_button, Action::Keep(KeepWish::Store)));
    }
    button_row(ui, row)
}
