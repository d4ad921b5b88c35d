//! The people one has agreed with to meet again.

use egui::{Align, Label, Layout, Ui, vec2};
use jiff::civil::Date;

use crate::action::{Action, HeldWish, Invite};
use crate::hygiene::shown_name;
use crate::model::{Invitation, KeptCode, Storing};
use crate::prefs::Acquaintance;
use crate::theme::{gap, palette, role};
use crate::views::invited::code;
use crate::widgets::button::{Button, Kind, button_row};
use crate::widgets::surface::{line, notice};
use crate::widgets::text::{secondary, text};
use crate::wording::{Key, Words};

/// Height of somebody's row, in points.
const ROW: f32 = 52.0;

/// Draws them, if there are any.
pub(super) fn people(ui: &mut Ui, invitation: &mut Invitation, words: &Words) -> Option<Action> {
    let take_focus = std::mem::take(&mut invitation.forgetting_focus);
    if let Some(trouble) = &invitation.people_trouble {
        let sentence = words.acquaintances(trouble);
        ui.add_space(gap::WIDE);
        notice(ui, &sentence.what, &sentence.next);
    }
    let of_held = held(ui, invitation, words);
    if invitation.people.is_empty() {
        return of_held;
    }
    ui.add_space(gap::BROAD);
    text(ui, &words.get(Key::InvitePeople), role::NAME, palette(ui).muted);
    ui.add_space(6.0);
    line(ui);
    let mut action = of_held;
    for person in &invitation.people {
        let chosen = if invitation.forgetting.as_ref() == Some(&person.code) {
            question(ui, person, take_focus, words)
        } else {
            row(ui, person, invitation.today, words)
        };
        line(ui);
        action = action.or(chosen.map(Action::Invitation));
    }
    action
}

/// Codes that nobody has put away, though their conversations have gone.
fn held(ui: &mut Ui, invitation: &Invitation, words: &Words) -> Option<Action> {
    let mut pressed = None;
    for kept in &invitation.held {
        let name = shown_name(&kept.person.name);
        let values = [
            ("name", name.as_str().into()),
            ("host", kept.person.server.to_string().into()),
        ];
        ui.add_space(gap::WIDE);
        text(
            ui,
            &words.fill(Key::KeptShow, &values),
            role::NAME,
            palette(ui).text,
        );
        ui.add_space(gap::HAIR);
        code(ui, &kept.person.code);
        ui.add_space(gap::TIGHT);
        secondary(ui, &words.fill(Key::KeptBody, &values));
        ui.add_space(gap::SNUG);
        if let Storing::Failed(why) = &kept.storing {
            let sentence = words.acquaintances(why);
            notice(ui, &sentence.what, &sentence.next);
            ui.add_space(gap::SNUG);
        }
        let wish = held_choices(ui, kept, words);
        pressed = pressed.or(wish.map(|wish| Invite::Held(wish, kept.person.code.clone()).into()));
    }
    pressed
}

fn held_choices(ui: &mut Ui, kept: &KeptCode, words: &Words) -> Option<HeldWish> {
    let storing = kept.storing == Storing::Asked;
    let store = words.get(if storing { Key::KeptStoring } else { Key::KeptStore });
    let copy = words.get(if kept.copied { Key::SafetyCopied } else { Key::Copy });
    let close = words.get(Key::KeptOnlyShow);
    let button = |says, kind| Button::new(says, kind).height(36.0);
    let row = vec![
        (
            button(store.as_str(), Kind::Quiet).enabled(!storing),
            HeldWish::Store,
        ),
        (button(copy.as_str(), Kind::Quiet), HeldWish::Copy),
        (button(close.as_str(), Kind::Bare), HeldWish::PutAway),
    ];
    button_row(ui, row)
}

fn row(ui: &mut Ui, person: &Acquaintance, today: Date, words: &Words) -> Option<Invite> {
    let name = shown_name(&person.name);
    let (meet, forget) = (words.get(Key::InviteMeet), words.get(Key::InviteForget));
    let named = |key| words.fill(key, &[("name", name.as_str().into())]);
    let meet_button = Button::new(&meet, Kind::Quiet)
        .height(32.0)
        .accessible_name(named(Key::InviteMeetPerson));
    let forget_button = Button::new(&forget, Kind::Bare)
        .height(32.0)
        .accessible_name(named(Key::InviteForgetPerson));
    let width = ui.available_width();
    let buttons = meet_button.measure(ui) + gap::HAIR + forget_button.measure(ui);
    ui.allocate_ui_with_layout(vec2(width, ROW), Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        about(ui, (width - buttons - gap::SNUG).max(40.0), person, today, words);
        ui.add_space(gap::SNUG);
        let meet = meet_button.show(ui).clicked();
        ui.add_space(gap::HAIR);
        let forget = forget_button.show(ui).clicked();
        if meet {
            return Some(Invite::Meet(person.code.clone()));
        }
        forget.then(|| Invite::AskForget(person.code.clone()))
    })
    .inner
}

/// Who, where, and since when.
fn about(ui: &mut Ui, width: f32, person: &Acquaintance, today: Date, words: &Words) {
    let colours = palette(ui);
    let date = words.date(person.since, today);
    let host = person.server.to_string();
    let says = words.fill(Key::InvitePerson, &[("host", host.into()), ("date", date.into())]);
    let lines = [
        (shown_name(&person.name), role::SUBHEADING, colours.text),
        (says, role::NOTE, colours.muted),
    ];
    ui.allocate_ui_with_layout(vec2(width, ROW), Layout::top_down(Align::LEFT), |ui| {
        ui.set_width(width);
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.add_space((ROW - role::SUBHEADING.line - role::NOTE.line) / 2.0);
        for (says, role, ink) in lines {
            ui.add(Label::new(role.job(says, ink)).truncate().selectable(false));
        }
    });
}

/// A code that is forgotten cannot be got back: not to do it has the keyboard.
fn question(ui: &mut Ui, person: &Acquaintance, take_focus: bool, words: &Words) -> Option<Invite> {
    let name = shown_name(&person.name);
    ui.add_space(gap::SNUG);
    let says = words.fill(Key::InviteForgetSure, &[("name", name.into())]);
    text(ui, &says, role::LEAD, palette(ui).text);
    ui.add_space(gap::TIGHT);
    let (keep, forget) = (words.get(Key::InviteForgetNot), words.get(Key::InviteForget));
    let keep_button = Button::new(&keep, Kind::Quiet)
        .height(32.0)
        .take_focus(take_focus);
    let forget_button = Button::new(&forget, Kind::Danger).height(32.0);
    let chosen = button_row(
        ui,
        vec![
            (keep_button, Invite::KeepAll),
            (forget_button, Invite::Forget(person.code.clone())),
        ],
    );
    ui.add_space(gap::SNUG);
    chosen
}
