//! The pill over a history: how much came below what is being read.

use egui::epaint::Shadow;
use egui::{Id, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::hints::{Shortcut, hint};
use crate::action::Action;
use crate::theme::{Face, gap, palette, role};
use crate::widgets::focus::focus_ring;
use crate::widgets::icon::{Icon, icon};
use crate::wording::{Key, Words};

/// What came below while something older was being read; it leads there.
pub(super) fn news_pill(ui: &Ui, history: Rect, count: usize, words: &Words) -> Option<Action> {
    let palette = palette(ui);
    let says = words.fill(Key::ChatNewMessages, &[("count", count.into())]);
    let role_of_words = role::BUTTON_SMALL.in_face(Face::SemiBold);
    let galley = ui
        .painter()
        .layout_job(role_of_words.job(&says, palette.on_chance));
    let (icon_size, padding, height) = (16.0, 16.0, 36.0);
    let width = galley.size().x + icon_size + gap::TIGHT + 2.0 * padding;
    let centre = pos2(history.center().x, history.bottom() - height / 2.0 - 6.0);
    let rect = Rect::from_center_size(centre, vec2(width, height)).round();
    let response = ui.interact(rect, Id::unique("new messages"), Sense::click());
    let painter = ui.painter();
    let corner = 18;
    let shadow = Shadow {
        offset: [0, 3],
        blur: 12,
        spread: 0,
        color: palette.shadow,
    };
    painter.add(shadow.as_shape(rect, corner));
    painter.rect_filled(rect, corner, palette.chance);
    if response.has_focus() {
        focus_ring(ui, rect, corner);
    }
    icon(
        painter,
        rect.left_center() + vec2(padding + icon_size / 2.0, 0.0),
        icon_size,
        Icon::Down,
        palette.on_chance,
    );
    let at = rect.left_center() + vec2(padding + icon_size + gap::TIGHT, -galley.size().y / 2.0);
    painter.galley(at.round(), galley, palette.on_chance);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &says));
    let pressed = response.clicked();
    response.on_hover_text(hint(words, &says, Shortcut::ControlEnd));
    pressed.then_some(Action::ToNewest)
}
