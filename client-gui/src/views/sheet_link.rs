//! The question before a link is opened: whose place it leads to.

use egui::{Id, Label, Ui};

use super::hints::{Shortcut, hint};
use crate::action::Action;
use crate::hygiene::Link;
use crate::theme::{gap, palette, radius, role};
use crate::widgets::button::{Button, Kind, button_row};
use crate::widgets::icon::Icon;
use crate::widgets::sheet::{Place, sheet};
use crate::widgets::text::{heading, text};
use crate::wording::{Key, Words};

/// Draws it.
pub(super) fn link_sheet(ui: &Ui, id: Id, link: &Link, take_focus: bool, words: &Words) -> Option<Action> {
    let title = words.get(Key::LinkTitle);
    let (action, away) = sheet(ui, id, &title, Place::Middle, |ui| {
        where_to(ui, &title, link, take_focus, words)
    });
    action.or(away.then_some(Action::CloseSheet))
}

/// Whose place a link leads to, before anything goes there.
fn where_to(ui: &mut Ui, title: &str, link: &Link, take_focus: bool, words: &Words) -> Option<Action> {
    let colours = palette(ui);
    heading(ui, title);
    ui.add_space(gap::HAIR);
    let body = words.fill(Key::LinkBody, &[("host", link.host().into())]);
    text(ui, &body, role::SECONDARY, colours.text);
    if let Some(ascii) = link.host_in_ascii() {
        ui.add_space(gap::TIGHT);
        let says = words.fill(Key::LinkAscii, &[("ascii", ascii.into())]);
        text(ui, &says, role::LEAD, colours.chance_ink);
    }
    ui.add_space(gap::SNUG);
    address(ui, link);
    ui.add_space(gap::BASE);
    let (open, copy, cancel) = (
        words.get(Key::LinkOpen),
        words.get(Key::LinkCopy),
        words.get(Key::Cancel),
    );
    let button = |words, kind| Button::new(words, kind).height(36.0);
    let row = vec![
        (
            button(&cancel, Kind::Main)
                .take_focus(take_focus)
                .tip(hint(words, &cancel, Shortcut::Escape)),
            Action::CloseSheet,
        ),
        (button(&open, Kind::Quiet), Action::OpenLink),
        (button(&copy, Kind::Bare).icon(Icon::Copy), Action::CopyLink),
    ];
    button_row(ui, row)
}

/// The whole address, as far as it fits in three lines.
fn address(ui: &mut Ui, link: &Link) {
    let palette = palette(ui);
    let frame = egui::Frame::NONE
        .fill(palette.sunken)
        .corner_radius(radius::CONTROL)
        .inner_margin(egui::Margin::symmetric(12, 8));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let mut job = role::CODE.job_within(link.as_str(), palette.text, ui.available_width());
        job.wrap.max_rows = 3;
        job.wrap.break_anywhere = true;
        ui.add(Label::new(job).selectable(false));
    });
}
