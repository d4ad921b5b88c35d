//! Hosting: the form that starts a server in this program, and each server that runs.

mod cards;
mod log;
mod running;
mod start;

use egui::{Ui, vec2};

use super::closing::{Question, question_ui};
use super::top_bar::back_bar;
use crate::action::{Action, HostWish};
use crate::hosting::HostId;
use crate::model::{Host, Hosted};
use crate::theme::{Room, column as width, gap};
use crate::widgets::button::{Button, Kind};
use crate::widgets::choice::segmented;
use crate::widgets::icon::Icon;
use crate::widgets::surface::{column, page};
use crate::wording::{Key, Words};

/// Draws the page of hosting.
pub(super) fn host_ui(ui: &mut Ui, host: &mut Host, words: &Words) -> Option<Action> {
    let mut action = back_bar(ui, words, Key::Back).then_some(Action::ClosePage);
    let room = Room::of(ui.ctx());
    let margin = if room.narrow() { gap::BASE } else { gap::WIDE };
    page(ui, false, |ui| {
        let wide = if host.shown().is_some() {
            width::HOST
        } else {
            width::WAITING
        };
        column(ui, wide, margin, |ui| {
            let chosen = servers(ui, host, words);
            let shown = host
                .shown
                .and_then(|id| host.servers.iter().find(|server| server.id == id));
            let wished = match shown {
                Some(server) => {
                    let wished = running::running(ui, server, host.tell_joins, words);
                    wished.or(is_only_one(host).then(|| another(ui, words)).flatten())
                }
                None => start::start(ui, &mut host.form, words).map(Action::Host),
            };
            ui.add_space(gap::WIDE);
            action = action.take().or(chosen).or(wished);
        });
    });
    action
}

/// Which of several servers is shown, and another one.
fn servers(ui: &mut Ui, host: &Host, words: &Words) -> Option<Action> {
    if host.servers.is_empty() || is_only_one(host) {
        return None;
    }
    let mut choices: Vec<(Option<HostId>, String)> = host
        .servers
        .iter()
        .map(|server| (Some(server.id), address(server)))
        .collect();
    if host.shown.is_none() {
        choices.push((None, words.get(Key::HostNew)));
    }
    let (mut wish, mut another_wished) = (None, None);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(gap::TIGHT, gap::TIGHT);
        if choices.len() > 1 {
            let chosen = segmented(ui, &words.get(Key::HostServers), host.shown, &choices).flatten();
            wish = chosen.map(HostWish::Show);
        }
        if host.shown.is_some() {
            another_wished = another(ui, words);
        }
    });
    ui.add_space(gap::SNUG);
    wish.map(Action::Host).or(another_wished)
}

/// A single server has no need of a row of servers.
fn is_only_one(host: &Host) -> bool {
    host.servers.len() == 1 && host.shown.is_some()
}

fn another(ui: &mut Ui, words: &Words) -> Option<Action> {
    let another = words.get(Key::HostAnother);
    let button = Button::new(&another, Kind::Quiet).icon(Icon::Plus).height(36.0);
    button
        .show(ui)
        .clicked()
        .then_some(Action::Host(HostWish::Another))
}

/// How a server is told from the others here.
fn address(server: &Hosted) -> String {
    server.standing.address.to_string()
}

/// The question whether a server is to be stopped although people are there.
pub(super) fn stop_question_ui(ui: &Ui, host: &mut Host, words: &Words) -> Option<Action> {
    let take_focus = std::mem::take(&mut host.question_focus);
    let question = Question {
        title: words.get(Key::HostStopTitle),
        body: words.fill(Key::HostStopBody, &[("people", host.people_asked_about().into())]),
        keep: words.get(Key::HostKeep),
        close: words.get(Key::HostStopAnyway),
    };
    let answer = question_ui(ui, &question, take_focus, words)?;
    let wish = if answer {
        HostWish::StopAnyway
    } else {
        HostWish::KeepHosting
    };
    Some(Action::Host(wish))
}
