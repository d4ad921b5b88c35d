//! The plazas of a server, to choose one; and what stands in the way.

use acaso_shared::protocol::plaza::PlazaFacts;
use egui::Ui;

use super::hints::{Shortcut, hint};
use super::name_field::name_field;
use super::top_bar::back_bar;
use crate::action::Action;
use crate::hygiene::shown_line;
use crate::model::{Looking, Plazas};
use crate::theme::{Room, column as width, gap};
use crate::widgets::button::{Button, Kind};
use crate::widgets::focus::claim_focus;
use crate::widgets::icon::Icon;
use crate::widgets::surface::{card, column, notice, offer, page};
use crate::widgets::text::{heading, secondary, title};
use crate::wording::{Key, Words};

/// Draws the list.
pub fn plazas_ui(ui: &mut Ui, plazas: &mut Plazas, words: &Words) -> Option<Action> {
    let mut action = back_bar(ui, words, Key::Back).then_some(Action::ClosePage);
    let margin = Room::of(ui.ctx()).margin();
    page(ui, true, |ui| {
        column(ui, width::WAITING, margin, |ui| {
            ui.add_space(gap::TIGHT);
            title(ui, &words.get(Key::Plazas));
            ui.add_space(gap::HAIR);
            let host = plazas.host();
            secondary(ui, &words.fill(Key::PlazasAbout, &[("host", host.into())]));
            ui.add_space(gap::ROOMY);
            // Enter goes on to the list.
            plazas.focus |= name_field(ui, &mut plazas.goes_by, words);
            action = action.take().or(list(ui, plazas, words));
            ui.add_space(gap::WIDE);
        });
    });
    action
}

fn list(ui: &mut Ui, plazas: &mut Plazas, words: &Words) -> Option<Action> {
    let take_focus = std::mem::take(&mut plazas.focus);
    match &plazas.state {
        Looking::Asking => {
            secondary(ui, &words.get(Key::PlazasAsking));
            None
        }
        Looking::Found(found) if found.is_empty() => {
            card(ui, |ui| {
                heading(ui, &words.get(Key::PlazasNone));
                ui.add_space(2.0);
                secondary(ui, &words.get(Key::PlazasNoneNext));
            });
            ui.add_space(gap::BASE);
            again(ui, &words.get(Key::PlazasAgain), take_focus, words)
        }
        Looking::Found(found) => rows(ui, found, take_focus, words),
        Looking::Failed(failed) => {
            let sentence = words.problem(&failed.problem, &failed.at);
            notice(ui, &sentence.what, &sentence.next);
            ui.add_space(gap::BASE);
            again(ui, &words.get(Key::PlazasAgain), take_focus, words)
        }
    }
}

fn rows(ui: &mut Ui, found: &[PlazaFacts], take_focus: bool, words: &Words) -> Option<Action> {
    let mut chosen = None;
    for (n, plaza) in found.iter().enumerate() {
        let name = shown_line(plaza.name.as_str());
        let about = about(plaza, words);
        let row = offer(ui, Icon::Plaza, &name, &about, &about);
        if take_focus && n == 0 {
            claim_focus(ui, row.id);
        }
        if row.clicked() {
            chosen = Some(Action::EnterPlaza(plaza.name.clone()));
        }
        ui.add_space(gap::TIGHT);
    }
    ui.add_space(gap::TIGHT);
    chosen.or(again(ui, &words.get(Key::PlazasAgain), false, words))
}

/// How full a plaza is, and what of the past it shows.
fn about(plaza: &PlazaFacts, words: &Words) -> String {
    let people = ("people", plaza.people.into());
    if plaza.people >= plaza.people_max {
        return words.fill(Key::PlazasFull, &[people]);
    }
    let (max, history) = (
        ("max", plaza.people_max.into()),
        ("history", plaza.history.into()),
    );
    words.fill(Key::PlazasRow, &[people, max, history])
}

fn again(ui: &mut Ui, says: &str, take_focus: bool, words: &Words) -> Option<Action> {
    let button = Button::new(says, Kind::Quiet)
        .height(36.0)
        .take_focus(take_focus)
        .tip(hint(words, says, Shortcut::Control("R")));
    button.show(ui).clicked().then_some(Action::LookAgain)
}
