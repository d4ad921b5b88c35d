//! The first screen: where to, as whom, and one button. What went wrong stands right above that button.

pub(super) mod login;
mod servers;

use acaso_shared::protocol::room::Role;
use egui::{Frame, Id, Key as Press, Margin, Modifiers, Panel, Sense, Ui, vec2};

use super::hints::{Shortcut, hint, keys};
use super::top_bar::home_bar;
use crate::action::{Action, Invite};
use crate::model::{Field, First, Host};
use crate::theme::{Room, column as width, gap, palette};
use crate::widgets::button::{Button, Kind};
use crate::widgets::divider::{DIVIDER, divider};
use crate::widgets::field;
use crate::widgets::icon::Icon;
use crate::widgets::meeting::{Meeting, Scene, meeting};
use crate::widgets::surface::{column, notice, page};
use crate::widgets::text::{secondary, title};
use crate::widgets::way::{Way, way_row};
use crate::wording::{Key, Words};

/// Narrower than this the two fields stand one under the other.
const TWO_FIELDS_WIDTH: f32 = 420.0;

/// Draws the first screen.
pub fn first_ui(ui: &mut Ui, first: &mut First, host: &Host, words: &Words) -> Option<Action> {
    let focus = first.focus.take();
    let room = Room::of(ui.ctx());
    let mut action = home_bar(ui, host, words);
    if room.pinned() {
        let pressed = bottom_panel(ui, |ui| {
            column(ui, width::FORM, room.margin(), |ui| {
                trouble(ui, first, words);
                meet_button(ui, first, focus, words, 48.0)
            })
        });
        action = action.or(pressed);
    }
    page(ui, true, |ui| {
        band(ui, first, room);
        let filled = column(ui, width::FORM, room.margin(), |ui| {
            form(ui, first, focus, room, words)
        });
        action = action.take().or(filled);
    });
    let entered = nowhere_focused(ui) && ui.input(|input| input.key_pressed(Press::Enter));
    action.or_else(|| entered.then_some(Action::Meet))
}

/// What stands at the lower edge of a low window, while the rest scrolls.
pub(super) fn bottom_panel<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    let frame = Frame::NONE.fill(palette(ui).bg).inner_margin(Margin {
        top: 8,
        bottom: 12,
        ..Margin::ZERO
    });
    let panel = Panel::bottom("main")
        .resizable(false)
        .show_separator_line(false)
        .frame(frame);
    panel.show(ui, add).inner
}

/// The half of a meeting that is there already. A low window has no room for it.
fn band(ui: &mut Ui, first: &First, room: Room) {
    let enough = if first.login.is_some() { 800.0 } else { 600.0 };
    let crowded = first.trouble.is_some() && room.height < enough;
    if room.pinned() || crowded {
        ui.add_space(gap::HAIR);
        return;
    }
    let (height, side) = if room.height < 620.0 {
        (84.0, 48.0)
    } else {
        (132.0, 60.0)
    };
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let picture = Meeting {
        seed: &first.meeting,
        role: Role::Initiator,
        scene: Scene::Waiting,
        tile: side,
    };
    meeting(ui.painter(), rect, palette(ui), &picture);
    ui.add_space(if first.trouble.is_some() {
        gap::BASE
    } else {
        gap::BROAD
    });
}

fn form(ui: &mut Ui, first: &mut First, focus: Option<Field>, room: Room, words: &Words) -> Option<Action> {
    // Where it is tight, what went wrong matters more than what the program is.
    if !(room.pinned() && first.trouble.is_some()) {
        title(ui, &words.get(Key::FirstTitle));
        ui.add_space(gap::HAIR);
        secondary(ui, &words.get(Key::FirstSubtitle));
        ui.add_space(if room.compact() { gap::BASE } else { gap::WIDE });
    }
    let mut action = fields(ui, first, focus, words);
    action = login::login(ui, first, focus, words).or(action);
    ui.add_space(gap::BASE);
    if !room.pinned() {
        trouble(ui, first, words);
        action = action.or(meet_button(ui, first, focus, words, 52.0));
        ui.add_space(gap::BROAD);
    }
    action = action.or(other_ways(ui, words));
    ui.add_space(gap::BASE);
    action
}

/// The ways in besides meeting a stranger.
fn other_ways(ui: &mut Ui, words: &Words) -> Option<Action> {
    let (place, _) = ui.allocate_exact_size(vec2(ui.available_width(), DIVIDER), Sense::hover());
    divider(ui, place, None, &words.get(Key::FirstWays));
    ui.add_space(gap::SNUG);
    let ways = [
        (
            Icon::Invitation,
            Key::FirstInvitation,
            Key::FirstInvitationBody,
            "I",
            Action::Invitation(Invite::Open),
        ),
        (
            Icon::Plaza,
            Key::FirstPlaza,
            Key::FirstPlazaBody,
            "P",
            Action::Plazas,
        ),
        (
            Icon::Circle,
            Key::FirstCircle,
            Key::FirstCircleBody,
            "K",
            Action::Circles,
        ),
    ];
    let ways = ways.map(|(sign, name, about, key, action)| {
        let name = words.get(name);
        let tip = hint(words, &name, Shortcut::Control(key));
        (Way::new(sign, name, words.get(about), tip), action)
    });
    way_row(ui, ways.into())
}

pub(super) fn trouble(ui: &mut Ui, first: &First, words: &Words) {
    if let Some(trouble) = &first.trouble {
        let sentence = trouble.sentence(words);
        notice(ui, &sentence.what, &sentence.next);
        ui.add_space(if Room::of(ui.ctx()).pinned() {
            gap::TIGHT
        } else {
            gap::BASE
        });
    }
}

fn meet_button(
    ui: &mut Ui,
    first: &First,
    focus: Option<Field>,
    words: &Words,
    height: f32,
) -> Option<Action> {
    let (meet, sign) = if first.has_linked_code() {
        (Key::FirstMeetInvited, Icon::Invitation)
    } else {
        (Key::FirstMeet, Icon::Stranger)
    };
    let (meet, enter) = (words.get(meet), keys(words, Shortcut::Enter));
    let button = Button::new(&meet, Kind::Main).icon(sign).height(height);
    let button = button.wide(ui.available_width()).key_cap(&enter);
    let response = button.take_focus(focus == Some(Field::Meet)).show(ui);
    response.clicked().then_some(Action::Meet)
}

fn fields(ui: &mut Ui, first: &mut First, focus: Option<Field>, words: &Words) -> Option<Action> {
    let available = ui.available_width();
    if available < TWO_FIELDS_WIDTH {
        let action = server_field(ui, first, focus, words);
        ui.add_space(gap::SNUG);
        return action.or(name_field(ui, first, focus, words));
    }
    let name_width = 160.0;
    let mut action = None;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = gap::SNUG;
        let server_width = available - name_width - gap::SNUG;
        ui.allocate_ui(vec2(server_width, 0.0), |ui| {
            action = server_field(ui, first, focus, words);
        });
        ui.allocate_ui(vec2(name_width, 0.0), |ui| {
            action = action.take().or(name_field(ui, first, focus, words));
        });
    });
    action
}

fn server_field(ui: &mut Ui, first: &mut First, focus: Option<Field>, words: &Words) -> Option<Action> {
    let (label, placeholder) = (words.get(Key::FirstServer), words.get(Key::FirstServerHint));
    let known = words.get(Key::FirstServersKnown);
    let tip = hint(words, &known, Shortcut::AltDown);
    let shown = field::Field {
        label: &label,
        hint: &placeholder,
        in_error: first.field_in_error() == Some(Field::Server),
        take_focus: focus == Some(Field::Server),
        secret: false,
        menu: (!first.servers.is_empty()).then_some((known.as_str(), tip.as_str())),
        value: &mut first.server,
    }
    .show(ui, Id::unique("server"));
    let from_menu = shown.menu.and_then(|menu| {
        let opened_by_key = shown.edit.has_focus()
            && ui.input_mut(|input| input.consume_key(Modifiers::ALT, Press::ArrowDown));
        servers::menu(&menu, shown.frame, opened_by_key, first, words)
    });
    from_menu.or_else(|| entered(ui, &shown.edit).then_some(Action::Meet))
}

fn name_field(ui: &mut Ui, first: &mut First, focus: Option<Field>, words: &Words) -> Option<Action> {
    let (label, placeholder) = (words.get(Key::FirstName), words.get(Key::FirstNameHint));
    let shown = field::Field {
        label: &label,
        hint: &placeholder,
        in_error: first.field_in_error() == Some(Field::Name),
        take_focus: focus == Some(Field::Name),
        secret: false,
        menu: None,
        value: &mut first.name,
    }
    .show(ui, Id::unique("name"));
    entered(ui, &shown.edit).then_some(Action::Meet)
}

/// Enter in a field: egui takes the focus away, which is how one knows.
pub(super) fn entered(ui: &Ui, edit: &egui::Response) -> bool {
    edit.lost_focus() && ui.input(|input| input.key_pressed(Press::Enter))
}

/// Nothing has the keyboard: then Enter does the main thing.
pub(super) fn nowhere_focused(ui: &Ui) -> bool {
    let nowhere = ui.memory(|memory| memory.focused().is_none());
    nowhere && !egui::Popup::is_any_open(ui.ctx())
}
