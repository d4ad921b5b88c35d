//! Waiting: the other seat is free, and nothing spins. After a while there is something to do meanwhile.

use acaso_shared::protocol::room::Role as Part;
use egui::{Role, Sense, Ui, WidgetInfo, vec2};

use super::hints::{Shortcut, hint};
use super::invited_ui;
use super::top_bar::back_bar;
use crate::action::{Action, Invite};
use crate::hygiene::shown_line;
use crate::model::{WaitState, Waiting};
use crate::theme::{Room, column as width, gap, palette, role};
use crate::widgets::button::{Button, Kind};
use crate::widgets::icon::Icon;
use crate::widgets::meeting::{Meeting, Scene, meeting};
use crate::widgets::surface::{column, offer, page};
use crate::widgets::text::{secondary, tabular, text, title};
use crate::wording::{Key, Words};

/// Draws the way to a partner; `behind` is the plaza that goes on meanwhile.
pub fn waiting_ui(ui: &mut Ui, waiting: &Waiting, behind: Option<&str>, words: &Words) -> Option<Action> {
    if let Some(invited) = &waiting.invited {
        return invited_ui(ui, waiting, invited, words);
    }
    let mut action = back_bar(ui, words, Key::Cancel).then_some(Action::Cancel);
    let room = Room::of(ui.ctx());
    page(ui, true, |ui| {
        band(ui, waiting, room);
        column(ui, width::WAITING, room.margin(), |ui| {
            ui.vertical_centered(|ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                title(ui, &waiting.title(words));
                ui.add_space(6.0);
                secondary(ui, &explanation(waiting, words));
                ui.add_space(if room.compact() { gap::HAIR } else { gap::BASE });
                clock(ui, waiting, words);
                ui.add_space(if room.compact() { gap::HAIR } else { gap::BASE });
            });
            if waiting.has_offers() || behind.is_some() {
                action = action.take().or(offers(ui, waiting, behind, words));
                ui.add_space(gap::ROOMY);
            }
            action = action.take().or(buttons(ui, waiting, words));
            ui.add_space(gap::WIDE);
        });
    });
    action
}

pub(super) fn band(ui: &mut Ui, waiting: &Waiting, room: Room) {
    let (height, side, below) = match room {
        room if room.compact() => (60.0, 36.0, gap::TIGHT),
        room if room.height < 600.0 => (132.0, 60.0, gap::WIDE),
        _ => (180.0, 72.0, gap::BROAD),
    };
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let picture = Meeting {
        seed: &waiting.meeting,
        role: Part::Initiator,
        scene: Scene::Waiting,
        tile: side,
    };
    meeting(ui.painter(), rect, palette(ui), &picture);
    ui.add_space(below);
}

fn explanation(waiting: &Waiting, words: &Words) -> String {
    match &waiting.state {
        WaitState::Calling { attempt: 1 } => words.get(Key::WaitingCallingBody),
        WaitState::Calling { attempt } => {
            let again = words.fill(Key::WaitingCallingAgain, &[("attempt", (*attempt).into())]);
            format!("{} {again}", words.get(Key::WaitingCallingBody))
        }
        WaitState::Seated { .. } if !waiting.is_for_stranger() => words.get(Key::InviteComparingBody),
        WaitState::Seated { rooms_in_use, .. } => {
            let host = waiting.host.as_str().into();
            words.fill(
                Key::WaitingWho,
                &[("host", host), ("rooms", (*rooms_in_use).into())],
            )
        }
        WaitState::TryingAgain { problem, at, .. } => {
            let sentence = words.problem(problem, at);
            format!("{}. {}", sentence.what, sentence.next)
        }
    }
}

/// The time waited, in cells of one width: it moves once a second, and only in its figures.
fn clock(ui: &mut Ui, waiting: &Waiting, words: &Words) {
    let (rect, response) = ui.allocate_exact_size(vec2(140.0, 40.0), Sense::hover());
    let time = words.elapsed(waiting.elapsed.as_secs());
    tabular(ui.painter(), rect.center(), &time, role::CLOCK, palette(ui).text);
    let label = words.fill(Key::WaitingElapsed, &[("time", time.into())]);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &label));
}

fn offers(ui: &mut Ui, waiting: &Waiting, behind: Option<&str>, words: &Words) -> Option<Action> {
    text(ui, &words.get(Key::WaitingOffers), role::LEAD, palette(ui).text);
    ui.add_space(10.0);
    let (name, about) = (words.get(Key::WaitingTellMe), words.get(Key::WaitingTellMeBody));
    let tip = hint(words, &name, Shortcut::Control("B"));
    let sign = if waiting.tell_me { Icon::Check } else { Icon::Bell };
    let tell_me = offer(ui, sign, &name, &about, &tip).clicked();
    // Where only somebody known is waited for there is nobody else to invite.
    let invite = waiting
        .is_for_stranger()
        .then(|| invite_offer(ui, words))
        .flatten();
    let to_plaza = plaza_offer(ui, waiting, behind, words);
    tell_me.then_some(Action::TellMe).or(invite).or(to_plaza)
}

/// In a window of its own: the place here is kept.
fn invite_offer(ui: &mut Ui, words: &Words) -> Option<Action> {
    let (name, about) = (words.get(Key::WaitingInvite), words.get(Key::WaitingInviteBody));
    ui.add_space(gap::TIGHT);
    let tip = hint(words, &name, Shortcut::Control("I"));
    offer(ui, Icon::Invitation, &name, &about, &tip)
        .clicked()
        .then_some(Action::Invitation(Invite::Open))
}

/// The plaza one has come from, or the fullest one there is.
fn plaza_offer(ui: &mut Ui, waiting: &Waiting, behind: Option<&str>, words: &Words) -> Option<Action> {
    let (name, about, action) = match (behind, &waiting.plaza) {
        (Some(plaza), _) => (
            words.fill(Key::PlazaBack, &[("plaza", plaza.into())]),
            words.get(Key::PlazaPublic),
            Action::ToPlaza,
        ),
        (None, Some(plaza)) => {
            let name = shown_line(plaza.name.as_str());
            let values = [("plaza", name.into()), ("people", plaza.people.into())];
            (
                words.get(Key::WaitingPlaza),
                words.fill(Key::WaitingPlazaBody, &values),
                Action::Plazas,
            )
        }
        (None, None) => return None,
    };
    ui.add_space(gap::TIGHT);
    let tip = hint(words, &name, Shortcut::Control("P"));
    offer(ui, Icon::Plaza, &name, &about, &tip)
        .clicked()
        .then_some(action)
}

pub(super) fn buttons(ui: &mut Ui, waiting: &Waiting, words: &Words) -> Option<Action> {
    let (try_now, cancel) = (words.get(Key::TryNow), words.get(Key::Cancel));
    let cancel_tip = hint(words, &cancel, Shortcut::Escape);
    let mut buttons = vec![(Button::new(&cancel, Kind::Quiet).tip(cancel_tip), Action::Cancel)];
    if matches!(waiting.state, WaitState::TryingAgain { .. }) {
        let tip = hint(words, &try_now, Shortcut::Control("R"));
        buttons.insert(0, (Button::new(&try_now, Kind::Main).tip(tip), Action::TryNow));
    }
    centred_row(ui, buttons)
}

fn centred_row(ui: &mut Ui, buttons: Vec<(Button<'_>, Action)>) -> Option<Action> {
    let total: f32 = buttons
        .iter()
        .map(|(button, _)| button.measure(ui) + gap::TIGHT)
        .sum::<f32>()
        - gap::TIGHT;
    let indent = ((ui.available_width() - total) / 2.0).max(0.0).floor();
    let mut pressed = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(indent);
        for (button, action) in buttons {
            if button.show(ui).clicked() {
                pressed = Some(action);
            }
            ui.add_space(gap::TIGHT);
        }
    });
    pressed
}
