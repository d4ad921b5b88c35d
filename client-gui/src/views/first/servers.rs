//! The menu of known servers under the server's field: choose one, or let it be forgotten.

use acaso_shared::address::ServerAddress;
use egui::{
    Align, Layout, Popup, PopupCloseBehavior, Rect, Response, Role, Sense, SetOpenCommand, Ui, WidgetInfo,
    vec2,
};

use crate::action::Action;
use crate::model::{Field, First};
use crate::theme::{palette, radius, role, stroke};
use crate::widgets::focus::focus_ring;
use crate::widgets::icon::{Icon, icon};
use crate::wording::{Key, Words};

/// Height of a row and space around the rows, in points.
const ROW: f32 = 40.0;
const MARGIN: f32 = 6.0;

/// Puts the addresses under the one in the field.
const TEXT_INDENT: f32 = 7.0;

/// What somebody did in the menu.
enum Chosen {
    Server(ServerAddress),
    Forget(ServerAddress),
}

/// Shows the menu while it is open, under the whole `field`.
pub(super) fn menu(
    button: &Response,
    field: Rect,
    opened_by_key: bool,
    first: &mut First,
    words: &Words,
) -> Option<Action> {
    let open = (button.clicked() || opened_by_key).then_some(SetOpenCommand::Toggle);
    let frame = egui::Frame::popup(&button.ctx.global_style())
        .inner_margin(MARGIN)
        .corner_radius(radius::ROW);
    let popup = Popup::menu(button)
        .open_memory(open)
        .anchor(field)
        .gap(4.0)
        .width(field.width())
        .frame(frame)
        .close_behavior(PopupCloseBehavior::CloseOnClick)
        .accessible_name(words.get(Key::FirstServersKnown));
    let chosen = popup
        .show(|ui| {
            rows(
                ui,
                field.width() - 2.0 * (MARGIN + stroke::LINE),
                &first.servers,
                words,
            )
        })?
        .inner?;
    match chosen {
        Chosen::Server(server) => {
            first.server = server.to_string();
            first.focus = Some(Field::Meet);
            None
        }
        Chosen::Forget(server) => Some(Action::ForgetServer(server)),
    }
}

fn rows(ui: &mut Ui, width: f32, servers: &[ServerAddress], words: &Words) -> Option<Chosen> {
    ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
    ui.set_width(width);
    let mut chosen = None;
    for server in servers {
        chosen = row(ui, width, server, words).or(chosen);
    }
    chosen
}

fn row(ui: &mut Ui, width: f32, server: &ServerAddress, words: &Words) -> Option<Chosen> {
    let address = server.to_string();
    let forget_name = words.fill(Key::FirstForget, &[("host", address.as_str().into())]);
    ui.allocate_ui_with_layout(vec2(width, ROW), Layout::left_to_right(Align::Center), |ui| {
        let choose = part(ui, vec2(width - ROW, ROW), &address);
        let mut job = role::LEAD.job(&address, palette(ui).text);
        job.wrap = egui::text::TextWrapping::truncate_at_width(width - ROW - 16.0);
        let galley = ui.painter().layout_job(job);
        let at = choose.rect.left_center() + vec2(TEXT_INDENT, -galley.size().y / 2.0);
        ui.painter().galley(at, galley, palette(ui).text);
        let forget = part(ui, vec2(ROW, ROW), &forget_name).on_hover_text(&forget_name);
        icon(
            ui.painter(),
            forget.rect.center(),
            14.0,
            Icon::Close,
            palette(ui).muted,
        );
        if choose.clicked() {
            return Some(Chosen::Server(server.clone()));
        }
        forget.clicked().then(|| Chosen::Forget(server.clone()))
    })
    .inner
}

/// One thing to press in a row.
fn part(ui: &mut Ui, size: egui::Vec2, name: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    if response.hovered() {
        ui.painter().rect_filled(rect, radius::INNER, palette(ui).sunken);
    }
    if response.has_focus() {
        focus_ring(ui, inner_ring(rect), radius::INNER - 3);
    }
    response.widget_info(|| WidgetInfo::labeled(Role::MenuItem, true, name));
    response
}

/// Rows touch each other: the ring stands inside.
fn inner_ring(rect: Rect) -> Rect {
    rect.shrink(4.0)
}
