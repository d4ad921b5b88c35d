//! Meeting somebody one knows: a code is made or entered here, and people with whom a code was kept are met again.

mod enter;
mod people;

use acaso_shared::server_link::ServerLink;
use egui::{Key as Press, Ui};

use super::first::{bottom_panel, login, nowhere_focused, trouble};
use super::hints::{Shortcut, keys};
use super::top_bar::back_bar;
use crate::action::{Action, Invite};
use crate::model::{Field, First, Half, Invitation};
use crate::theme::{Room, column as width, gap};
use crate::widgets::button::{Button, Kind};
use crate::widgets::choice::segmented;
use crate::widgets::icon::Icon;
use crate::widgets::surface::{column, page};
use crate::widgets::text::{secondary, title};
use crate::wording::{Key, Words};

/// What a view needs besides the model.
struct Look<'a> {
    words: &'a Words,
    room: Room,
    /// What wants the keyboard.
    focus: Option<Field>,
}

/// Draws it.
pub fn invitation_ui(
    ui: &mut Ui,
    invitation: &mut Invitation,
    first: &mut First,
    words: &Words,
) -> Option<Action> {
    let mut action = back_bar(ui, words, Key::Back).then_some(Action::Invitation(Invite::Close));
    let look = Look {
        words,
        room: Room::of(ui.ctx()),
        focus: first.focus.take(),
    };
    if look.room.pinned() {
        let pressed = pinned(ui, invitation.half, first, &look);
        action = action.or(pressed);
    }
    page(ui, true, |ui| {
        column(ui, width::INVITATION, look.room.margin(), |ui| {
            ui.add_space(gap::TIGHT);
            title(ui, &words.get(Key::InviteTitle));
            // A low window has no room for what the first screen says already.
            if !look.room.compact() {
                ui.add_space(gap::HAIR);
                secondary(ui, &place(first, words));
            }
            ui.add_space(gap::BASE);
            let turned = halves(ui, invitation.half, words);
            ui.add_space(gap::ROOMY);
            let asked = match invitation.half {
                Half::Making => make(ui, first, &look),
                Half::Entering => enter::enter(ui, invitation, first, &look),
            };
            let listed = people::people(ui, invitation, words);
            action = action.take().or(turned).or(asked).or(listed);
            ui.add_space(gap::WIDE);
        });
    });
    action.or_else(|| pressed_enter(ui, invitation.half))
}

/// Where, and as whom: as the first screen says.
fn place(first: &First, words: &Words) -> String {
    let link = first.server.parse::<ServerLink>();
    let host = link.map_or_else(|_| first.server.clone(), |link| link.server.to_string());
    let host = ("host", host.into());
    match first.name.trim() {
        "" => words.fill(Key::InviteWhereNameless, &[host]),
        name => words.fill(Key::InviteWhere, &[host, ("name", name.into())]),
    }
}

fn halves(ui: &mut Ui, half: Half, words: &Words) -> Option<Action> {
    let choices = [
        (Half::Making, words.get(Key::InviteMake)),
        (Half::Entering, words.get(Key::InviteEnter)),
    ];
    let turned = segmented(ui, &words.get(Key::InviteHow), half, &choices);
    turned.map(|half| Action::Invitation(Invite::Turn(half)))
}

fn make(ui: &mut Ui, first: &mut First, look: &Look<'_>) -> Option<Action> {
    secondary(ui, &look.words.get(Key::InviteMakeAbout));
    ui.add_space(gap::BASE);
    let asked = asked_by_server(ui, first, look);
    if look.room.pinned() {
        return asked.then_some(Action::Invitation(Invite::Make));
    }
    trouble(ui, first, look.words);
    let pressed = main_button(ui, Half::Making, look);
    (pressed || asked).then_some(Action::Invitation(Invite::Make))
}

/// A low window has the main button, and what went wrong, at its lower edge.
fn pinned(ui: &mut Ui, half: Half, first: &First, look: &Look<'_>) -> Option<Action> {
    let pressed = bottom_panel(ui, |ui| {
        column(ui, width::INVITATION, look.room.margin(), |ui| {
            trouble(ui, first, look.words);
            main_button(ui, half, look)
        })
    });
    pressed.then(|| Action::Invitation(wish(half)))
}

/// The main thing of a half.
fn wish(half: Half) -> Invite {
    match half {
        Half::Making => Invite::Make,
        Half::Entering => Invite::Enter,
    }
}

/// What the server asks for before it lets somebody in. Answers whether it was entered.
fn asked_by_server(ui: &mut Ui, first: &mut First, look: &Look<'_>) -> bool {
    if first.login_fields().is_none() {
        return false;
    }
    let entered = login::login(ui, first, look.focus, look.words).is_some();
    ui.add_space(gap::BASE);
    entered
}

fn main_button(ui: &mut Ui, half: Half, look: &Look<'_>) -> bool {
    // Where a code is entered its field has the keyboard.
    let (says, take_focus) = match half {
        Half::Making => (Key::InviteMake, look.wants_main()),
        Half::Entering => (Key::InviteMeet, false),
    };
    let (says, enter) = (look.words.get(says), keys(look.words, Shortcut::Enter));
    let button = Button::new(&says, Kind::Main)
        .icon(Icon::Invitation)
        .height(48.0)
        .wide(ui.available_width())
        .key_cap(&enter)
        .take_focus(take_focus);
    button.show(ui).clicked()
}

impl Look<'_> {
    /// Whether the keyboard belongs to what is asked on this screen, and not to a field of the login.
    fn wants_main(&self) -> bool {
        !matches!(self.focus, None | Some(Field::Account | Field::Password))
    }
}

/// Enter does the main thing, wherever the keyboard is not.
fn pressed_enter(ui: &Ui, half: Half) -> Option<Action> {
    let pressed = nowhere_focused(ui) && ui.input(|input| input.key_pressed(Press::Enter));
    pressed.then(|| Action::Invitation(wish(half)))
}
