//! A server that runs: how others come to it, who is there, and what has happened.

use egui::{Align, Layout, Ui, vec2};

use super::cards::{rooms_card, way_card};
use super::log::log_and_plazas;
use crate::action::{Action, HostWish};
use crate::hosting::Reach;
use crate::model::{HostState, Hosted};
use crate::theme::{Room, gap};
use crate::views::hints::{Shortcut, hint};
use crate::widgets::button::{Button, Kind};
use crate::widgets::choice::switch;
use crate::widgets::icon::Icon;
use crate::widgets::surface::notice;
use crate::widgets::text::{secondary, title};
use crate::wording::{Key, Words};

/// Draws it.
pub(super) fn running(ui: &mut Ui, server: &Hosted, tell_joins: bool, words: &Words) -> Option<Action> {
    let mut action = head(ui, server, words);
    ui.add_space(gap::HAIR);
    secondary(ui, &who_is_there(server, words));
    secondary(ui, &carried(server, words));
    ui.add_space(gap::BASE);
    if server.state == HostState::Failed {
        notice(ui, &words.get(Key::HostFailed), &words.get(Key::HostFailedNext));
        ui.add_space(gap::BASE);
    }
    action = way_card(ui, server, words)
        .then_some(Action::Host(HostWish::CopyLink))
        .or(action);
    ui.add_space(gap::SNUG);
    rooms_card(ui, server, words);
    ui.add_space(gap::SNUG);
    log_and_plazas(ui, server, words);
    ui.add_space(gap::BASE);
    let (name, about) = (words.get(Key::HostTellJoins), words.get(Key::HostTellJoinsBody));
    let mut tell = tell_joins;
    if switch(ui, &mut tell, &name, &about).changed() {
        action = Some(Action::Host(HostWish::TellJoins(tell)));
    }
    ui.add_space(gap::SNUG);
    action
}

/// The title, and what can be done: at its right, or below it where there is no room.
fn head(ui: &mut Ui, server: &Hosted, words: &Words) -> Option<Action> {
    let (window, stop) = (words.get(Key::HostNewWindow), words.get(stop_key(server)));
    let (room, width) = (Room::of(ui.ctx()), ui.available_width());
    // Below the title there is room for words.
    let stacked = width < STACKED_BELOW;
    let stopping = server.state == HostState::Stopping;
    let window_button = Button::new(&window, Kind::Quiet)
        .icon(Icon::Plus)
        .height(36.0)
        .icon_only(room.narrow() && !stacked)
        .tip(hint(words, &window, Shortcut::ControlShift("N")));
    let stop_button = Button::new(&stop, Kind::Danger)
        .icon(Icon::Stop)
        .height(36.0)
        .enabled(!stopping);
    let buttons = window_button.measure(ui) + gap::SNUG + stop_button.measure(ui);
    let mut action = None;
    let show = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.x = gap::SNUG;
        if window_button.show(ui).clicked() {
            action = Some(Action::NewWindow);
        }
        if stop_button.show(ui).clicked() {
            action = Some(Action::Host(HostWish::Stop));
        }
    };
    let words_width = width - buttons - gap::BASE;
    if stacked || words_width < TITLE_WIDTH_MIN {
        title(ui, &words.get(Key::HostTitle));
        ui.add_space(gap::TIGHT);
        ui.horizontal(show);
        ui.add_space(gap::HAIR);
        return action;
    }
    ui.allocate_ui_with_layout(vec2(width, 40.0), Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.allocate_ui_with_layout(vec2(words_width, 36.0), Layout::top_down(Align::LEFT), |ui| {
            ui.set_width(words_width);
            title(ui, &words.get(Key::HostTitle));
        });
        ui.add_space(gap::BASE);
        show(ui);
    });
    action
}

/// Narrower than this the buttons stand below the title, in points.
const STACKED_BELOW: f32 = 420.0;

/// A title needs so much room beside the buttons, in points.
const TITLE_WIDTH_MIN: f32 = 260.0;

fn stop_key(server: &Hosted) -> Key {
    match server.state {
        HostState::Running => Key::HostStop,
        HostState::Stopping => Key::HostStopping,
        HostState::Failed => Key::HostPutAway,
    }
}

/// One line: for whom it is open, since when, and who is there.
fn who_is_there(server: &Hosted, words: &Words) -> String {
    let whom = match Reach::of(server.standing.address.ip()) {
        Reach::ThisComputer => "here",
        Reach::OneAddress => "network",
        Reach::Everybody => "everybody",
    };
    let census = &server.census;
    words.fill(
        Key::HostStatus,
        &[
            ("whom", whom.into()),
            ("time", words.time(&server.since).into()),
            ("rooms", census.rooms.len().into()),
            ("people", census.people().into()),
            ("waiting", census.waiting().into()),
        ],
    )
}

fn carried(server: &Hosted, words: &Words) -> String {
    words.fill(Key::HostCarried, &[("frames", server.census.carried.into())])
}
