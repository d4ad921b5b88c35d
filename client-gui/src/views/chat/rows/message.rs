//! A message: its bubble, and the marks of its group.

use egui::{Rect, Role, Ui, WidgetInfo, pos2, vec2};

use super::ConversationRows;
use crate::model::{By, Entry, State, What};
use crate::theme::palette;
use crate::views::chat::bubble::{Bubble, Mood};
use crate::views::group::{Below, GROUP_GAP, GUTTER, NAME_LINE, name_above, state_below};
use crate::widgets::icon::{Icon, icon};
use crate::widgets::tile::Seat;
use crate::wording::Key;

impl ConversationRows<'_> {
    pub(super) fn show_message(
        &mut self,
        ui: &mut Ui,
        row: usize,
        entry: &Entry,
        bubble: Bubble,
        mood: Mood,
    ) {
        let place = ui.max_rect();
        let (left, column) = self.column(place.width());
        let (above, below) = self.around_bubble(row, entry, mood.by);
        let (left, right) = (place.left() + left, place.left() + left + column);
        let size = bubble.size;
        let x = match mood.by {
            By::Me => right - GUTTER - size.x,
            By::Them => left + GUTTER,
        };
        let rect = Rect::from_min_size(pos2(x.round(), place.top() + above), size);
        let (response, pressed) = bubble.show(ui, rect, ui.scope_id().with("bubble"), mood);
        self.pressed = pressed.or(self.pressed.take());
        let state = self.conversation.state_of(entry);
        let time = self.words.time(&entry.at);
        response
            .widget_info(|| WidgetInfo::labeled(Role::ListItem, true, self.spoken(entry, mood.by, &time)));
        response.on_hover_text(&time);
        let palette = palette(ui);
        if above > GROUP_GAP {
            let name = self.conversation.who.called_first(self.words);
            let at = pos2(left, rect.top() - NAME_LINE);
            name_above(ui, at, column, &name, &time, self.is_past());
        }
        if below > 0.0 {
            self.state_line(ui, pos2(right, rect.bottom()), column, state, &time);
        }
        // Those that never arrived are marked one by one: the line under the group speaks of the last.
        if state == Some(State::NotDelivered) {
            let beside = rect.left_center() - vec2(14.0, 0.0);
            icon(ui.painter(), beside, 16.0, Icon::Warning, palette.danger);
        }
    }

    /// How a screen reader says a message.
    fn spoken(&self, entry: &Entry, by: By, time: &str) -> String {
        let name = match by {
            By::Me => self.words.get(Key::ChatYou),
            By::Them => self.conversation.who.called_first(self.words),
        };
        let text = match &entry.what {
            What::Said { text, .. } => text.as_str(),
            _ => "",
        };
        let mut values = vec![
            ("name", name.into()),
            ("time", time.into()),
            ("text", text.into()),
        ];
        let Some(state) = self.conversation.state_of(entry) else {
            return self.words.fill(Key::ChatRow, &values);
        };
        values.push(("state", self.words.get(state_key(state)).into()));
        self.words.fill(Key::ChatRowState, &values)
    }

    /// Below your group: what became of it, the time, your disc.
    fn state_line(&self, ui: &Ui, right_top: egui::Pos2, width: f32, state: Option<State>, time: &str) {
        let palette = palette(ui);
        let cut = state == Some(State::Sending) && self.conversation.line.ours.is_some();
        let says = match state {
            Some(state) => format!("{} · {time}", self.words.get(state_key(state))),
            None => time.to_owned(),
        };
        let below = Below {
            says: &says,
            ink: match state {
                Some(State::NotDelivered) => palette.danger,
                _ if cut => palette.chance_ink,
                _ => palette.muted,
            },
            sign: state.and_then(state_sign),
            seat: if cut { Seat::Away } else { Seat::Taken },
            past: self.is_past(),
        };
        state_below(ui, right_top, width, &below);
    }
}

fn state_key(state: State) -> Key {
    match state {
        State::Sending => Key::StateSending,
        State::Sent => Key::StateSent,
        State::Delivered => Key::StateDelivered,
        State::Seen => Key::StateSeen,
        State::NotDelivered => Key::StateNotDelivered,
    }
}

/// What is on the way has no sign yet, and what nobody confirms has none at all.
fn state_sign(state: State) -> Option<Icon> {
    match state {
        State::Sending | State::Sent => None,
        State::Delivered => Some(Icon::Arrived),
        State::Seen => Some(Icon::Eye),
        State::NotDelivered => Some(Icon::Warning),
    }
}
