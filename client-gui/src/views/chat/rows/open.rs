//! The first line of a conversation with an old client: the host can read what follows.

use std::sync::Arc;

use egui::{Galley, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::{ConversationRows, SYSTEM_GAP};
use crate::theme::{Face, palette, radius, role};
use crate::widgets::icon::{Icon, icon};
use crate::widgets::text::runs_job;
use crate::wording::Key;

/// Space around the words, the width that the sign takes before them, and the space beside the whole.
const PADDING: (f32, f32) = (14.0, 10.0);
const SIGN: f32 = 30.0;
const BESIDE: f32 = 24.0;

/// The notice, laid out.
pub(in crate::views::chat) struct Notice {
    words: Arc<Galley>,
    says: String,
}

impl Notice {
    /// How high it is, in points.
    pub(super) fn height(&self) -> f32 {
        self.words.size().y + 2.0 * PADDING.1
    }
}

impl ConversationRows<'_> {
    pub(super) fn lay_out_notice(&self, ui: &Ui, row_width: f32) -> Notice {
        let palette = palette(ui);
        let (head, body) = (self.words.get(Key::OpenHead), self.words.get(Key::OpenBody));
        let says = format!("{head} {body}");
        let ink = if self.is_past() {
            palette.muted
        } else {
            palette.text
        };
        let bold = role::NOTE.in_face(Face::SemiBold);
        let mut job = runs_job(&[(&head, bold, ink), (&format!(" {body}"), role::NOTE, ink)]);
        let (_, column) = self.column(row_width);
        job.wrap.max_width = (column - 2.0 * (BESIDE + PADDING.0) - SIGN).max(80.0);
        let words = ui.painter().layout_job(job);
        Notice { words, says }
    }

    pub(super) fn show_notice(&self, ui: &Ui, notice: Notice) {
        let palette = palette(ui);
        let row = ui.max_rect();
        let (left, column) = self.column(row.width());
        let at = pos2(row.left() + left + BESIDE, row.top() + SYSTEM_GAP);
        let place = Rect::from_min_size(at, vec2(column - 2.0 * BESIDE, notice.height()));
        let (fill, sign) = if self.is_past() {
            (palette.sunken, palette.muted)
        } else {
            (palette.chance_soft, palette.chance_ink)
        };
        ui.painter().rect_filled(place, radius::CONTROL, fill);
        let first_line = place.top() + PADDING.1 + role::NOTE.line / 2.0;
        let centre = pos2(place.left() + PADDING.0 + 9.0, first_line);
        icon(ui.painter(), centre, 18.0, Icon::Eye, sign);
        let response = ui.interact(place, ui.scope_id().with("not private"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &notice.says));
        let words_at = place.min + vec2(PADDING.0 + SIGN, PADDING.1);
        ui.painter().galley(words_at, notice.words, palette.text);
    }
}
