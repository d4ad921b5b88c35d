//! The bar above every screen that is no conversation: the name and the tools, or the way back and the name, quieter.

use egui::{Align, Frame, Layout, Margin, Panel, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::hints::{Shortcut, hint};
use crate::action::Action;
use crate::model::Host;
use crate::theme::{Room, gap, palette};
use crate::widgets::button::{Button, Kind};
use crate::widgets::icon::Icon;
use crate::widgets::name_mark::name_mark;
use crate::widgets::tile::{Seat, TileColours, tile};
use crate::wording::{Key, Words};

/// The bar of the first screen.
pub(super) fn home_bar(ui: &mut Ui, host: &Host, words: &Words) -> Option<Action> {
    bar(ui, |ui| {
        sign_and_name(ui, words);
        let settings = words.get(Key::Settings);
        let button = Button::new(&settings, Kind::Bare)
            .icon(Icon::Settings)
            .height(36.0)
            .icon_only(Room::of(ui.ctx()).narrow())
            .tip(hint(words, &settings, Shortcut::Control(",")));
        let hosting = host_words(host, words);
        let host_button = Button::new(&hosting, Kind::Bare)
            .icon(Icon::Host)
            .height(36.0)
            .icon_only(Room::of(ui.ctx()).narrow())
            .held(host.is_hosting())
            .tip(hint(words, &hosting, Shortcut::Control("H")));
        let tools = button.measure(ui);
        if !host.offered {
            push_right(ui, tools);
            return button.show(ui).clicked().then_some(Action::OpenSettings);
        }
        ui.spacing_mut().item_spacing.x = gap::HAIR;
        push_right(ui, host_button.measure(ui) + gap::HAIR + tools);
        let hosting = host_button.show(ui).clicked().then_some(Action::OpenHost);
        hosting.or(button.show(ui).clicked().then_some(Action::OpenSettings))
    })
}

/// What leads to hosting; while servers run, how many people are there.
fn host_words(host: &Host, words: &Words) -> String {
    match host.servers.is_empty() {
        true => words.get(Key::HostOpen),
        false => words.fill(Key::HostOpenRunning, &[("people", host.people().into())]),
    }
}

/// The bar of a page one comes back from. Answers whether the way back was taken.
pub(super) fn back_bar(ui: &mut Ui, words: &Words, back: Key) -> bool {
    bar(ui, |ui| {
        let back = words.get(back);
        let button = Button::new(&back, Kind::Bare).icon(Icon::Back).height(36.0);
        let pressed = button
            .tip(hint(words, &back, Shortcut::Escape))
            .show(ui)
            .clicked();
        let x_height = 12.0;
        let size = vec2(x_height * 5.6, x_height);
        push_right(ui, size.x);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let colour = palette(ui).muted;
        name_mark(ui.painter(), rect.left_bottom(), x_height, colour, colour);
        name_it(&response, words);
        pressed
    })
}

fn bar<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    let room = Room::of(ui.ctx());
    let height = if room.compact() { 48.0 } else { 56.0 };
    let margin = if room.narrow() { 12 } else { 20 };
    let frame = Frame::NONE
        .fill(palette(ui).bg)
        .inner_margin(Margin::symmetric(margin, 0));
    let panel = Panel::top("top bar")
        .exact_size(height)
        .frame(frame)
        .show_separator_line(false);
    panel
        .show(ui, |ui| {
            ui.with_layout(Layout::left_to_right(Align::Center), add).inner
        })
        .inner
}

/// Leaves so much room free that what comes next ends at the right edge; drawn from left to right, as Tab goes.
fn push_right(ui: &mut Ui, width: f32) {
    ui.add_space((ui.available_width() - width).max(0.0));
}

fn sign_and_name(ui: &mut Ui, words: &Words) {
    let palette = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(140.0, 32.0), Sense::hover());
    let side = 28.0;
    let sign = Rect::from_min_size(pos2(rect.left(), rect.center().y - side / 2.0), vec2(side, side));
    tile(
        ui.painter(),
        sign,
        &TileColours::sign(palette),
        Seat::Taken,
        Seat::Taken,
    );
    let base_line = pos2(sign.right() + 12.0, rect.center().y + 8.0);
    name_mark(ui.painter(), base_line, 16.0, palette.text, palette.ring);
    name_it(&response, words);
}

fn name_it(response: &Response, words: &Words) {
    let name = words.get(Key::AppName);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
}
