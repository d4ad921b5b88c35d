//! Waiting for somebody one knows: the code that they need, for how long it is good, and the half of a meeting that is there already.

use acaso_shared::ids::Code;
use egui::{Align, Label, Layout, Ui, vec2};

use super::top_bar::back_bar;
use super::waiting::{band, buttons};
use crate::action::{Action, Invite};
use crate::model::{Invited, WaitState, Waiting};
use crate::theme::{Room, column as width, gap, palette, role};
use crate::widgets::button::{Button, Kind, button_row};
use crate::widgets::icon::Icon;
use crate::widgets::qr::qr;
use crate::widgets::surface::{card, column, notice, page};
use crate::widgets::text::{runs_job, secondary, small, text, title};
use crate::wording::{Key, Words};

/// The side of the picture of the link, in points.
const QR_SIDE: f32 = 156.0;

/// From this width on it stands beside the code, in points.
const TWO_COLUMNS: f32 = 440.0;

/// Draws it.
pub(super) fn invited_ui(ui: &mut Ui, waiting: &Waiting, invited: &Invited, words: &Words) -> Option<Action> {
    let mut action = back_bar(ui, words, Key::Cancel).then_some(Action::Cancel);
    let room = Room::of(ui.ctx());
    page(ui, true, |ui| {
        column(ui, width::INVITATION, room.margin(), |ui| {
            ui.add_space(gap::TIGHT);
            title(ui, &words.get(Key::InviteTitle));
            ui.add_space(gap::BASE);
            action = action.take().or(code_card(ui, invited, words));
            ui.add_space(gap::BASE);
            action = action.take().or(lost(ui, waiting, words));
            for key in explained(invited) {
                secondary(ui, &words.get(*key));
            }
            ui.add_space(gap::BASE);
        });
        if !is_lost(waiting) {
            if !room.pinned() {
                band(ui, waiting, room);
            }
            ui.vertical_centered(|ui| secondary(ui, &waiting.waiting_for(words)));
            ui.add_space(gap::WIDE);
        }
    });
    action
}

fn explained(invited: &Invited) -> &'static [Key] {
    if invited.code.is_lasting() {
        &[Key::InviteHowToKept]
    } else {
        &[Key::InviteHowTo, Key::InviteOneTryMade]
    }
}

fn code_card(ui: &mut Ui, invited: &Invited, words: &Words) -> Option<Action> {
    // A code that both have already is not handed over by a link.
    let with_picture = !invited.code.is_lasting();
    card(ui, |ui| {
        let available = ui.available_width();
        if available < TWO_COLUMNS || !with_picture {
            let pressed = code_and_buttons(ui, invited, words);
            if with_picture {
                ui.add_space(gap::BASE);
                picture(ui, invited, words);
            }
            return pressed;
        }
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let left = available - QR_SIDE - gap::ROOMY;
            let pressed = ui
                .allocate_ui_with_layout(vec2(left, 0.0), Layout::top_down(Align::LEFT), |ui| {
                    ui.set_width(left);
                    code_and_buttons(ui, invited, words)
                })
                .inner;
            ui.add_space(gap::ROOMY);
            picture(ui, invited, words);
            pressed
        })
        .inner
    })
}

fn picture(ui: &mut Ui, invited: &Invited, words: &Words) {
    qr(ui, &invited.link, QR_SIDE, &words.get(Key::InviteQr));
}

fn code_and_buttons(ui: &mut Ui, invited: &Invited, words: &Words) -> Option<Action> {
    let lasting = invited.code.is_lasting();
    let (head, good) = if lasting {
        (Key::InviteBoth, Key::InviteGoodLasting)
    } else {
        (Key::InviteRead, Key::InviteGood)
    };
    text(ui, &words.get(head), role::LABEL, palette(ui).text);
    ui.add_space(gap::HAIR);
    code(ui, &invited.code);
    ui.add_space(gap::TIGHT);
    let time = words.elapsed(invited.left_secs);
    small(ui, &words.fill(good, &[("time", time.into())]));
    ui.add_space(gap::SNUG);
    let copy = |copied, key| words.get(if copied { Key::InviteCopied } else { key });
    let (code, link) = (
        copy(invited.copied_code, Key::InviteCopyCode),
        copy(invited.copied_link, Key::InviteCopyLink),
    );
    let sign = |copied| if copied { Icon::Check } else { Icon::Copy };
    let mut row = vec![(
        Button::new(&code, Kind::Quiet)
            .icon(sign(invited.copied_code))
            .height(36.0),
        Invite::CopyCode,
    )];
    if !lasting {
        let link_button = Button::new(&link, Kind::Bare)
            .icon(sign(invited.copied_link))
            .height(36.0);
        row.push((link_button, Invite::CopyLink));
    }
    button_row(ui, row).map(Action::Invitation)
}

/// A code, large; its number in another colour, for it is read as a number. One can mark it, as one can what is typed.
pub(super) fn code(ui: &mut Ui, code: &Code) {
    let colours = palette(ui);
    let (number, words) = (code.number().to_string(), format!("-{}", code.words().join("-")));
    let large = if Room::of(ui.ctx()).compact() {
        role::ADDRESS
    } else {
        role::READ_ALOUD
    };
    let job = runs_job(&[
        (&number, large, colours.chance_ink),
        (&words, large, colours.text),
    ]);
    ui.add(Label::new(job).wrap().selectable(true));
}

fn is_lost(waiting: &Waiting) -> bool {
    matches!(waiting.state, WaitState::TryingAgain { .. })
}

/// What broke, while the way back is looked for.
fn lost(ui: &mut Ui, waiting: &Waiting, words: &Words) -> Option<Action> {
    let WaitState::TryingAgain { problem, at, .. } = &waiting.state else {
        return None;
    };
    let sentence = words.problem(problem, at);
    let (again, good) = (waiting.title(words), words.get(Key::InviteStillGood));
    notice(ui, &sentence.what, &format!("{again}. {good}"));
    ui.add_space(gap::SNUG);
    let pressed = buttons(ui, waiting, words);
    ui.add_space(gap::BASE);
    pressed
}
