//! The rows of a conversation: the meeting, days, messages in groups, and lines of the system's, which no text can imitate.

use egui::{Painter, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::bubble::{Bubble, Mood};
use super::farewell;
use crate::hygiene::Link;
use crate::model::{By, Conversation, Entry, State, What};
use crate::theme::{Palette, Room, column as width, palette, role, stroke};
use crate::widgets::history::Rows;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::meeting::{Meeting, Scene, arrival, meeting};
use crate::widgets::tile::{Seat, Side, seat};
use crate::wording::{Key, Words};

/// On either side of the bubbles, for the seats that mark the groups, in points.
const GUTTER: f32 = 24.0;

/// Before a group, and between the bubbles of one.
const GROUP_GAP: f32 = 16.0;
const BUBBLE_GAP: f32 = 3.0;

/// The name above their group, and the time below yours.
const NAME_LINE: f32 = 22.0;
const TIME_LINE: f32 = 20.0;

/// A line of the system's with the space around it, and the space after the newest row.
const SYSTEM_LINE: f32 = 24.0;
const SYSTEM_GAP: f32 = 14.0;
const LAST_GAP: f32 = 8.0;

/// The band of the meeting, its tile, and the words under it.
const BAND: f32 = 84.0;
const BAND_TILE: f32 = 48.0;
const BAND_GAP: f32 = 8.0;

/// The rows, as the history asks for them.
pub(super) struct ConversationRows<'a> {
    conversation: &'a Conversation,
    words: &'a Words,
    /// How far the other path has come.
    arrived: f32,
    margin: f32,
    compact: bool,
    /// What stands under the history says why they left.
    told_below: bool,
    /// The link that was pressed.
    pub(super) pressed: Option<Link>,
}

/// A row, laid out.
pub(super) enum Laid {
    Nothing,
    Met,
    Day(String),
    System(Icon, String),
    Said(Bubble, Mood),
}

impl<'a> ConversationRows<'a> {
    pub(super) fn new(
        ui: &Ui,
        conversation: &'a Conversation,
        words: &'a Words,
        little_motion: bool,
    ) -> Self {
        Self {
            conversation,
            words,
            arrived: arrival(ui.ctx(), super::picture_id(), little_motion),
            margin: super::margin(ui),
            compact: Room::of(ui.ctx()).compact(),
            told_below: farewell::tells_why(conversation),
            pressed: None,
        }
    }

    fn is_past(&self) -> bool {
        !self.conversation.is_talking()
    }

    fn entry(&self, row: usize) -> Option<&'a Entry> {
        self.conversation.history.entries().get(row)
    }

    /// Left edge and width of the column in a row of this width.
    fn column(&self, row_width: f32) -> (f32, f32) {
        let column = (row_width - 2.0 * self.margin).clamp(0.0, width::CHAT).floor();
        (((row_width - column) / 2.0).round(), column)
    }

    fn band_top(&self) -> f32 {
        if self.compact { 4.0 } else { 12.0 }
    }

    /// Space above the bubble of a message, and below it.
    fn around_bubble(&self, row: usize, entry: &Entry, by: By) -> (f32, f32) {
        let gap = if entry.opens { GROUP_GAP } else { BUBBLE_GAP };
        let name = if entry.opens && by == By::Them {
            NAME_LINE
        } else {
            0.0
        };
        let time = if by == By::Me && self.conversation.history.closes(row) {
            TIME_LINE
        } else {
            0.0
        };
        (gap + name, time)
    }
}

impl Rows for ConversationRows<'_> {
    type Laid = Laid;

    fn count(&self) -> usize {
        self.conversation.history.entries().len()
    }

    fn id(&self, row: usize) -> u64 {
        self.entry(row).map_or(0, |entry| entry.id)
    }

    fn lay_out(&self, ui: &Ui, row: usize, row_width: f32) -> (Laid, f32) {
        let Some(entry) = self.entry(row) else {
            return (Laid::Nothing, 0.0);
        };
        let last = if row + 1 == self.count() { LAST_GAP } else { 0.0 };
        let (laid, height) = match &entry.what {
            What::Met => {
                let words = role::SUBHEADING.line + role::SMALL.line + SYSTEM_GAP + SYSTEM_LINE;
                (Laid::Met, self.band_top() + BAND + BAND_GAP + words)
            }
            What::Day(day) => (Laid::Day(self.day(*day)), SYSTEM_GAP + SYSTEM_LINE),
            What::Left(_) | What::Ended(_) if self.told_below && row + 1 == self.count() => {
                (Laid::Nothing, 0.0)
            }
            What::Left(why) => {
                let says = self.words.parting(*why, &self.conversation.name).what;
                (
                    Laid::System(Icon::Leave, self.with_time(&says, entry)),
                    SYSTEM_GAP + SYSTEM_LINE,
                )
            }
            What::Ended(ending) => {
                let says =
                    farewell::ending(ending, &entry.at, self.words).map_or_else(String::new, |s| s.what);
                (
                    Laid::System(Icon::Leave, self.with_time(&says, entry)),
                    SYSTEM_GAP + SYSTEM_LINE,
                )
            }
            What::Said { by, text, .. } => {
                let mood = Mood {
                    by: *by,
                    past: self.is_past(),
                };
                let (_, column) = self.column(row_width);
                let bubble = Bubble::lay_out(ui, text, mood, column - 2.0 * GUTTER);
                let (above, below) = self.around_bubble(row, entry, *by);
                let height = above + bubble.size.y + below;
                (Laid::Said(bubble, mood), height)
            }
        };
        (laid, height + last)
    }

    fn show(&mut self, ui: &mut Ui, row: usize, laid: Laid) {
        let Some(entry) = self.entry(row) else { return };
        match laid {
            Laid::Nothing => {}
            Laid::Met => self.show_meeting(ui, entry),
            Laid::Day(says) => self.show_line(ui, None, &says),
            Laid::System(sign, says) => self.show_line(ui, Some(sign), &says),
            Laid::Said(bubble, mood) => self.show_message(ui, row, entry, bubble, mood),
        }
    }
}

impl ConversationRows<'_> {
    /// A day as seen from the newest row.
    fn day(&self, day: jiff::civil::Date) -> String {
        let newest = self
            .conversation
            .history
            .entries()
            .last()
            .map_or(day, |newest| newest.at.date());
        self.words.day(day, newest)
    }

    fn with_time(&self, says: &str, entry: &Entry) -> String {
        format!("{says} · {}", self.words.time(&entry.at))
    }

    fn show_meeting(&self, ui: &Ui, entry: &Entry) {
        let palette = palette(ui);
        let row = ui.max_rect();
        let top = row.top() + self.band_top();
        let band = Rect::from_min_size(pos2(row.left(), top), vec2(row.width(), BAND));
        let scene = if self.is_past() {
            Scene::Parted
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

        let head = self.words.get(Key::ChatMet);
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
            &[("name", self.conversation.name.as_str().into())],
        );
        self.draw_line(ui, y + SYSTEM_GAP, Some(Icon::Stranger), &joined);
    }

    fn show_line(&self, ui: &Ui, sign: Option<Icon>, says: &str) {
        self.draw_line(ui, ui.max_rect().top() + SYSTEM_GAP, sign, says);
    }

    /// Words in the middle of a line across the column: a widget of its own, not a text anybody could write.
    fn draw_line(&self, ui: &Ui, top: f32, sign: Option<Icon>, says: &str) {
        let palette = palette(ui);
        let row = ui.max_rect();
        let (left, column) = self.column(row.width());
        let place = Rect::from_min_size(pos2(row.left() + left, top), vec2(column, SYSTEM_LINE));
        let sign_width = if sign.is_some() { 24.0 } else { 0.0 };
        let mut job = role::SYSTEM.job(says, palette.muted);
        job.wrap = egui::text::TextWrapping::truncate_at_width((column - sign_width - 48.0).max(0.0));
        let galley = ui.painter().layout_job(job);
        let words_width = galley.size().x + sign_width;
        let begin = (place.center().x - words_width / 2.0).round();
        let y = place.center().y.round();
        for (from, to) in [
            (place.left(), begin - 12.0),
            (begin + words_width + 12.0, place.right()),
        ] {
            let line = Rect::from_min_max(pos2(from, y), pos2(to.max(from), y + stroke::LINE));
            ui.painter().rect_filled(line, 0, palette.line);
        }
        if let Some(sign) = sign {
            icon(ui.painter(), pos2(begin + 8.0, y), 16.0, sign, palette.muted);
        }
        let at = pos2(begin + sign_width, (y - galley.size().y / 2.0).round());
        ui.painter().galley(at, galley, palette.muted);
        let response = ui.interact(place, ui.scope_id().with("line"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, says));
    }

    fn show_message(&mut self, ui: &mut Ui, row: usize, entry: &Entry, bubble: Bubble, mood: Mood) {
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
            self.name_line(ui.painter(), palette, pos2(left, rect.top() - NAME_LINE), &time);
        }
        if below > 0.0 {
            self.time_line(ui.painter(), palette, pos2(right, rect.bottom()), state, &time);
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
            By::Them => self.conversation.name.clone(),
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

    /// Above their group: their ring, their name, the time.
    fn name_line(&self, painter: &Painter, palette: &Palette, left_top: egui::Pos2, time: &str) {
        let (ring, ink) = if self.is_past() {
            (palette.field, palette.muted)
        } else {
            (palette.ring, palette.text)
        };
        seat(
            painter,
            left_top + vec2(8.0, 9.0),
            5.5,
            ring,
            Seat::Taken,
            Side::They,
        );
        let name = painter.layout_job(role::NAME.job(&self.conversation.name, ink));
        let after_name = left_top + vec2(GUTTER + name.size().x + 8.0, 1.5);
        painter.galley(left_top + vec2(GUTTER, 0.0), name, ink);
        painter.galley(
            after_name,
            painter.layout_job(role::META.job(time, palette.muted)),
            palette.muted,
        );
    }

    /// Below your group: what became of it, the time, your disc.
    fn time_line(
        &self,
        painter: &Painter,
        palette: &Palette,
        right_top: egui::Pos2,
        state: Option<State>,
        time: &str,
    ) {
        let disc = if self.is_past() {
            palette.field
        } else {
            palette.tile
        };
        let y = right_top.y + TIME_LINE / 2.0 + 2.0;
        let cut = state == Some(State::Sending) && self.conversation.line.ours.is_some();
        seat(
            painter,
            pos2(right_top.x - 8.0, y),
            5.0,
            disc,
            if cut { Seat::Away } else { Seat::Taken },
            Side::You,
        );
        let ink = match state {
            Some(State::NotDelivered) => palette.danger,
            _ if cut => palette.chance_ink,
            _ => palette.muted,
        };
        let says = match state {
            Some(state) => format!("{} · {time}", self.words.get(state_key(state))),
            None => time.to_owned(),
        };
        let galley = painter.layout_job(role::META.job(says, ink));
        let at = pos2(right_top.x - GUTTER - galley.size().x, y - galley.size().y / 2.0);
        painter.galley(at.round(), galley, ink);
        if let Some(sign) = state.and_then(state_sign) {
            icon(painter, pos2(at.x - 13.0, y), 16.0, sign, ink);
        }
    }
}

fn state_key(state: State) -> Key {
    match state {
        State::Sending => Key::StateSending,
        State::Delivered => Key::StateDelivered,
        State::Seen => Key::StateSeen,
        State::NotDelivered => Key::StateNotDelivered,
    }
}

/// What is on the way has no sign yet.
fn state_sign(state: State) -> Option<Icon> {
    match state {
        State::Sending => None,
        State::Delivered => Some(Icon::Arrived),
        State::Seen => Some(Icon::Eye),
        State::NotDelivered => Some(Icon::Warning),
    }
}
