//! How a conversation begins: the picture of the meeting, when it was, and who came.

use egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::{BAND, BAND_GAP, BAND_TILE, ConversationRows, SYSTEM_GAP};
use crate::model::Entry;
use crate::theme::{palette, role};
use crate::widgets::divider::divider;
use crate::widgets::icon::Icon;
use crate::widgets::meeting::{Meeting, Scene, meeting};
use crate::wording::Key;

impl ConversationRows<'_> {
    pub(super) fn show_meeting(&self, ui: &Ui, entry: &Entry) {
        let palette = palette(ui);
        let row = ui.max_rect();
        let top = row.top() + self.band_top();
        let band = Rect::from_min_size(pos2(row.left(), top), vec2(row.width(), BAND));
        let scene = if self.is_past() {
            Scene::Parted
        } else if self.conversation.is_open() {
            Scene::Unsealed(self.arrived)
        } else {
            Scene::Met(self.arrived)
        };
        let seed = &self.conversation.meeting;
        let picture = Meeting {
            seed,
            role: self.conversation.role,
            scene,
            tile: BAND_TILE,
        };
        meeting(ui.painter(), band, palette, &picture);
        let about = self.words.get(Key::ChatMeeting);
        let response = ui.interact(band, ui.scope_id().with("picture"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &about));
        response.on_hover_text(&about);

        let head = self.words.get(if self.conversation.had_code {
            Key::ChatMetCode
        } else {
            Key::ChatMet
        });
        let when = self.words.weekday_and_time(&entry.at).into();
        let port = self.conversation.port.to_string().into();
        let line = self
            .words
            .fill(Key::ChatMetLine, &[("when", when), ("port", port)]);
        let ink = if self.is_past() {
            palette.muted
        } else {
            palette.text
        };
        let mut y = band.bottom() + BAND_GAP;
        for (says, role, ink) in [
            (&head, role::SUBHEADING, ink),
            (&line, role::SMALL, palette.muted),
        ] {
            let galley = ui.painter().layout_job(role.job(says, ink));
            let at = pos2((row.center().x - galley.size().x / 2.0).round(), y);
            ui.painter().galley(at, galley, ink);
            y += role.line;
        }
        let words = Rect::from_min_max(pos2(row.left(), band.bottom()), pos2(row.right(), y));
        let response = ui.interact(words, ui.scope_id().with("met"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, format!("{head}. {line}")));

        let joined = self.words.fill(
            Key::ChatJoined,
            &[("name", self.conversation.who.called_first(self.words).into())],
        );
        divider(
            ui,
            self.line_place(ui, y + SYSTEM_GAP),
            Some(Icon::Stranger),
            &joined,
        );
    }
}
