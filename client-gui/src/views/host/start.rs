//! The form that starts a server: who may come, through which port. Its defaults work as they are.

use std::net::IpAddr;

use egui::{Align, Id, Key as Press, Layout, Ui, vec2};

use crate::action::HostWish;
use crate::hosting::Reach;
use crate::model::{HostField, HostForm};
use crate::theme::{gap, palette, role};
use crate::views::hints::{Shortcut, keys};
use crate::widgets::button::{Button, Kind};
use crate::widgets::choice::{pick, switch};
use crate::widgets::field::{Field, FieldShown};
use crate::widgets::focus::claim_focus;
use crate::widgets::icon::Icon;
use crate::widgets::surface::notice;
use crate::widgets::text::{secondary, small, text, title};
use crate::wording::{Key, Words};

/// Narrower than this the two fields stand one under the other, in points.
const TWO_FIELDS_WIDTH: f32 = 400.0;

/// Width of the port's field, in points.
const PORT_WIDTH: f32 = 120.0;

/// Draws the form.
pub(super) fn start(ui: &mut Ui, form: &mut HostForm, words: &Words) -> Option<HostWish> {
    let focus = form.focus.take();
    title(ui, &words.get(Key::HostOpen));
    ui.add_space(gap::HAIR);
    secondary(ui, &words.get(Key::HostAbout));
    ui.add_space(gap::ROOMY);
    // Lists that grow stand in a place of their own: what comes after them keeps its name, and with it the keyboard.
    ui.vertical(|ui| bind(ui, form, focus == Some(HostField::Bind), words));
    ui.add_space(gap::BASE);
    let entered = fields(ui, form, focus, words);
    ui.add_space(gap::SNUG);
    let (name, about) = (words.get(Key::HostSinglePort), words.get(Key::HostSinglePortBody));
    switch(ui, &mut form.single_port, &name, &about);
    ui.add_space(gap::BASE);
    ui.vertical(|ui| {
        if let Some(trouble) = &form.trouble {
            let sentence = trouble.sentence(words);
            notice(ui, &sentence.what, &sentence.next);
            ui.add_space(gap::BASE);
        }
    });
    let pressed = start_button(ui, form, focus == Some(HostField::Start), words);
    (pressed || entered).then_some(HostWish::Start)
}

/// Port and plaza, beside each other where there is room. Answers whether Enter was pressed in one.
fn fields(ui: &mut Ui, form: &mut HostForm, focus: Option<HostField>, words: &Words) -> bool {
    let (at_port, at_plaza) = (focus == Some(HostField::Port), focus == Some(HostField::Plaza));
    let available = ui.available_width();
    if available < TWO_FIELDS_WIDTH {
        let entered = port(ui, form, at_port, words);
        ui.add_space(gap::SNUG);
        return plaza(ui, form, at_plaza, words) || entered;
    }
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = gap::SNUG;
        let down = Layout::top_down(Align::LEFT);
        let size = vec2(PORT_WIDTH, 0.0);
        let port = ui.allocate_ui_with_layout(size, down, |ui| port(ui, form, at_port, words));
        let rest = available - PORT_WIDTH - gap::SNUG;
        let size = vec2(rest, 0.0);
        let plaza = ui.allocate_ui_with_layout(size, down, |ui| plaza(ui, form, at_plaza, words));
        plaza.inner || port.inner
    })
    .inner
}

/// Who may come: rows, since each choice wants a word of explanation.
fn bind(ui: &mut Ui, form: &mut HostForm, take_focus: bool, words: &Words) {
    let in_error = form.field_in_error() == Some(HostField::Bind);
    let ink = if in_error {
        palette(ui).danger
    } else {
        palette(ui).text
    };
    let name = words.get(Key::HostWho);
    text(ui, &name, role::LABEL, ink);
    ui.add_space(6.0);
    for (n, (ip, words)) in choices(form, words).into_iter().enumerate() {
        let row = pick(ui, &name, form.bind == ip, &words.0, &words.1);
        if row.clicked() {
            form.bind = ip;
        }
        if take_focus && n == 0 {
            claim_focus(ui, row.id);
        }
        ui.add_space(gap::HAIR);
    }
}

/// Each address, what it means, and what it is.
fn choices(form: &HostForm, words: &Words) -> Vec<(IpAddr, (String, String))> {
    let mut choices = vec![(
        Reach::THIS_COMPUTER,
        (words.get(Key::HostThisComputer), Reach::THIS_COMPUTER.to_string()),
    )];
    choices.extend(form.own.iter().map(|own| {
        let interface = [("interface", own.interface.as_str().into())];
        let name = words.fill(Key::HostOneAddress, &interface);
        (own.ip, (name, own.ip.to_string()))
    }));
    for (ip, key) in [(Reach::ALL_V4, Key::HostAllV4), (Reach::ALL, Key::HostAll)] {
        choices.push((ip, (words.get(key), ip.to_string())));
    }
    choices
}

fn port(ui: &mut Ui, form: &mut HostForm, take_focus: bool, words: &Words) -> bool {
    let in_error = form.field_in_error() == Some(HostField::Port);
    let (label, hint) = (words.get(Key::HostPort), words.get(Key::HostPortHint));
    let shown = Field {
        label: &label,
        hint: &hint,
        value: &mut form.port,
        in_error,
        take_focus,
        secret: false,
        menu: None,
    }
    .show(ui, Id::unique("host port"));
    entered(ui, form, &shown, in_error)
}

fn plaza(ui: &mut Ui, form: &mut HostForm, take_focus: bool, words: &Words) -> bool {
    let in_error = form.field_in_error() == Some(HostField::Plaza);
    let (label, hint) = (words.get(Key::HostPlaza), words.get(Key::HostPlazaHint));
    let shown = Field {
        label: &label,
        hint: &hint,
        value: &mut form.plaza,
        in_error,
        take_focus,
        secret: false,
        menu: None,
    }
    .show(ui, Id::unique("host plaza"));
    ui.add_space(gap::HAIR);
    small(ui, &words.get(Key::HostPlazaBody));
    entered(ui, form, &shown, in_error)
}

/// Whether Enter was pressed in a field. What was wrong in it is forgotten with the first letter that changes there.
fn entered(ui: &Ui, form: &mut HostForm, shown: &FieldShown, in_error: bool) -> bool {
    if in_error && shown.edit.changed() {
        form.trouble = None;
    }
    shown.edit.lost_focus() && ui.input(|input| input.key_pressed(Press::Enter))
}

fn start_button(ui: &mut Ui, form: &HostForm, take_focus: bool, words: &Words) -> bool {
    let starting = form.starting.is_some();
    let start = words.get(if starting {
        Key::HostStarting
    } else {
        Key::HostStart
    });
    let enter = keys(words, Shortcut::Enter);
    let button = Button::new(&start, Kind::Main)
        .icon(Icon::Host)
        .height(48.0)
        .wide(ui.available_width())
        .enabled(!starting)
        .take_focus(take_focus);
    let button = if starting { button } else { button.key_cap(&enter) };
    button.show(ui).clicked()
}
