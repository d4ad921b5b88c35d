//! The rows of a conversation: the meeting, days, messages in groups, and lines of the system's, which no text can imitate.

mod meeting;
mod message;
mod open;

use egui::{Rect, Ui, pos2, vec2};

use super::bubble::{Bubble, Mood};
use super::farewell;
use crate::hygiene::Link;
use crate::model::{By, Conversation, Entry, What};
use crate::theme::{Room, column as width, role};
use crate::views::group::{BUBBLE_GAP, GROUP_GAP, GUTTER, NAME_LINE, TIME_LINE};
use crate::widgets::divider::{DIVIDER, divider};
use crate::widgets::history::Rows;
use crate::widgets::icon::Icon;
use crate::widgets::meeting::arrival;
use crate::wording::Words;
use open::Notice;

/// Space above a line of the system's, and after the newest row.
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
    NotPrivate(Notice),
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
                let words = role::SUBHEADING.line + role::SMALL.line + SYSTEM_GAP + DIVIDER;
                (Laid::Met, self.band_top() + BAND + BAND_GAP + words)
            }
            What::NotPrivate => {
                let notice = self.lay_out_notice(ui, row_width);
                let height = notice.height() + SYSTEM_GAP;
                (Laid::NotPrivate(notice), height)
            }
            What::Day(day) => (Laid::Day(self.day(*day)), SYSTEM_GAP + DIVIDER),
            What::Left(_) | What::Ended(_) if self.told_below && row + 1 == self.count() => {
                (Laid::Nothing, 0.0)
            }
            What::Left(why) => {
                let says = farewell::reason(self.conversation, *why, self.words).what;
                (
                    Laid::System(Icon::Leave, self.with_time(&says, entry)),
                    SYSTEM_GAP + DIVIDER,
                )
            }
            What::Ended(ending) => {
                let says =
                    farewell::ending(ending, &entry.at, self.words).map_or_else(String::new, |s| s.what);
                (
                    Laid::System(Icon::Leave, self.with_time(&says, entry)),
                    SYSTEM_GAP + DIVIDER,
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
            Laid::NotPrivate(notice) => self.show_notice(ui, notice),
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

    fn show_line(&self, ui: &Ui, sign: Option<Icon>, says: &str) {
        let place = self.line_place(ui, ui.max_rect().top() + SYSTEM_GAP);
        divider(ui, place, sign, says);
    }

    /// Where a line of the system's stands that begins at this height.
    fn line_place(&self, ui: &Ui, top: f32) -> Rect {
        let row = ui.max_rect();
        let (left, column) = self.column(row.width());
        Rect::from_min_size(pos2(row.left() + left, top), vec2(column, DIVIDER))
    }
}
