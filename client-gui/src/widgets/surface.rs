//! What holds other things: the page, its column, cards, notices, rows, lines.

use egui::{
    Align, CentralPanel, Frame, Layout, Margin, Rect, Response, Role, ScrollArea, Sense, Stroke, StrokeKind,
    Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

use crate::theme::{Face, Palette, Room, gap, palette, radius, role, stroke};
use crate::widgets::focus::focus_ring;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::text::{runs, text};

/// Where the content of a page stands when there is more room than it needs, as a share of what is left over: a little above
/// the middle looks like the middle.
const OPTICAL_MIDDLE: f32 = 0.42;

/// A page that scrolls when it has to; `centred` sets it in the middle of a window that has more room.
pub fn page(ui: &mut Ui, centred: bool, add: impl FnOnce(&mut Ui)) {
    let fill = palette(ui).bg;
    CentralPanel::default()
        .frame(Frame::NONE.fill(fill))
        .show(ui, |ui| {
            let available = ui.available_height();
            ScrollArea::vertical()
                .auto_shrink(false)
                .animated(false)
                .show(ui, |ui| {
                    ui.spacing_mut().item_spacing.y = 0.0;
                    let id = ui.scope_id().with("page height");
                    let before: f32 = ui.data(|data| data.get_temp(id)).unwrap_or(0.0);
                    if centred {
                        ui.add_space(((available - before) * OPTICAL_MIDDLE).max(0.0).floor());
                    }
                    let top = ui.cursor().top();
                    add(ui);
                    let height = ui.cursor().top() - top;
                    // The place depends on a height that is known only now: laid out once more before anybody sees it.
                    if centred && (height - before).abs() > 0.5 {
                        ui.data_mut(|data| data.insert_temp(id, height));
                        ui.ctx().request_discard("the height of the page has changed");
                    }
                });
        });
}

/// A column of at most `width` points in the middle, with a margin on either side.
pub fn column<R>(ui: &mut Ui, width: f32, margin: f32, add: impl FnOnce(&mut Ui) -> R) -> R {
    let available = ui.available_rect_before_wrap();
    let width = (available.width() - 2.0 * margin).min(width).max(0.0).floor();
    let left = (available.center().x - width / 2.0).round();
    let place = Rect::from_min_size(pos2(left, available.top()), vec2(width, available.height()));
    let mut child = ui.new_child(
        UiBuilder::new()
            .max_rect(place)
            .layout(Layout::top_down(Align::LEFT)),
    );
    child.set_width(width);
    child.spacing_mut().item_spacing.y = 0.0;
    let inner = add(&mut child);
    let used = child.min_rect();
    let row = Rect::from_min_max(
        pos2(available.left(), used.top()),
        pos2(available.right(), used.bottom()),
    );
    ui.advance_cursor_after_rect(row);
    inner
}

/// A card with a border.
pub fn card<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    let palette = palette(ui);
    let frame = Frame::NONE
        .fill(palette.surface)
        .stroke(Stroke::new(stroke::LINE, palette.line))
        .corner_radius(radius::CARD)
        .inner_margin(Margin::same(20));
    let filled = frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 0.0;
        add(ui)
    });
    filled.inner
}

/// What went wrong, in bold, and what to do about it; one small paragraph in a low window. Announced to screen readers.
pub fn notice(ui: &mut Ui, what: &str, next: &str) {
    let colours = palette(ui);
    let compact = Room::of(ui.ctx()).compact();
    let margin = if compact {
        Margin::symmetric(12, 8)
    } else {
        Margin::symmetric(14, 12)
    };
    let frame = Frame::NONE
        .fill(colours.danger_soft)
        .corner_radius(radius::CONTROL)
        .inner_margin(margin);
    let shown = frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        if compact {
            let (head, rest) = (format!("{what}."), format!(" {next}"));
            let bold = role::NOTE.in_face(Face::SemiBold);
            runs(
                ui,
                &[(&head, bold, colours.danger), (&rest, role::NOTE, colours.text)],
            );
        } else {
            notice_with_sign(ui, colours, what, next);
        }
    });
    let response = shown.response;
    response.widget_info(|| WidgetInfo::labeled(Role::Alert, true, format!("{what}. {next}")));
}

fn notice_with_sign(ui: &mut Ui, colours: &Palette, what: &str, next: &str) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = gap::SNUG;
        let (place, _) = ui.allocate_exact_size(vec2(20.0, role::BODY.line), Sense::hover());
        icon(ui.painter(), place.center(), 20.0, Icon::Warning, colours.danger);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            text(ui, what, role::BODY.in_face(Face::SemiBold), colours.danger);
            text(ui, next, role::SECONDARY, colours.text);
        });
    });
}

/// Something one can choose to do, as a row with an icon, its name and what it means.
pub fn offer(ui: &mut Ui, sign: Icon, name: &str, about: &str, tip: &str) -> Response {
    let palette = palette(ui);
    let (indent, padding) = (56.0, 9.0);
    let width = ui.available_width();
    let words_width = width - indent - gap::BASE;
    let name_galley = ui
        .painter()
        .layout_job(role::SUBHEADING.job_within(name, palette.text, words_width));
    let about_galley = ui
        .painter()
        .layout_job(role::NOTE.job_within(about, palette.muted, words_width));
    let height = name_galley.size().y + about_galley.size().y + 2.0 * padding;
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::click());
    let painter = ui.painter();
    let fill = if response.hovered() {
        palette.sunken
    } else {
        palette.surface
    };
    painter.rect(
        rect,
        radius::ROW,
        fill,
        Stroke::new(stroke::LINE, palette.field),
        StrokeKind::Inside,
    );
    if response.has_focus() {
        focus_ring(ui, rect, radius::ROW);
    }
    icon(
        painter,
        pos2(rect.left() + indent / 2.0, rect.center().y),
        20.0,
        sign,
        palette.link,
    );
    let about_at = rect.min + vec2(indent, padding + name_galley.size().y);
    painter.galley(rect.min + vec2(indent, padding), name_galley, palette.text);
    painter.galley(about_at, about_galley, palette.muted);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    response.on_hover_text(tip)
}

/// A line across, for decoration.
pub fn line(ui: &mut Ui) {
    let colour = palette(ui).line;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), stroke::LINE), Sense::hover());
    ui.painter().rect_filled(rect, 0, colour);
}
