//! The people one has agreed with to meet again.

use egui::{Align, Label, Layout, Ui, vec2};
use jiff::civil::Date;

use crate::action::{Action, Invite};
use crate::hygiene::shown_name;
use crate::model::Invitation;
use crate::prefs::Acquaintance;
use crate::theme::{gap, palette, role};
use crate::widgets::button::{Button, Kind, button_row};
use crate::widgets::surface::{line, notice};
use crate::widgets::text::text;
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
    if invitation.people.is_empty() {
        return None;
    }
    ui.add_space(gap::BROAD);
    text(ui, &words.get(Key::InvitePeople), role::NAME, palette(ui).muted);
    ui.add_space(6.0);
    line(ui);
    let mut action = None;
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
