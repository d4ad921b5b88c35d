//! The rows of a circle: messages in groups by who said them, days, and quiet lines for what happened.

use egui::{Rect, Role, Ui, WidgetInfo, pos2, vec2};

use super::margin;
use crate::hygiene::Link;
use crate::model::{By, Circle, Delivered, Happened, Said, Speaker, TalkRow, Talked};
use crate::theme::palette;
use crate::views::chat::{Bubble, Mood};
use crate::views::group::{
    BUBBLE_GAP, Below, GROUP_GAP, GUTTER, NAME_LINE, TIME_LINE, name_above, state_below,
};
use crate::views::plaza::column_in;
use crate::widgets::divider::{DIVIDER, divider};
use crate::widgets::history::Rows;
use crate::widgets::icon::Icon;
use crate::widgets::tile::Seat;
use crate::wording::{Key, Words};

/// Above a line of the system's, and after the newest row.
const LINE_GAP: f32 = 14.0;
const LAST_GAP: f32 = 8.0;

/// The rows, as the history asks for them.
pub(super) struct CircleRows<'a> {
    circle: &'a Circle,
    words: &'a Words,
    margin: f32,
    /// The link that was pressed.
    pub(super) pressed: Option<Link>,
}

/// A row, laid out.
pub(super) enum Laid {
    Nothing,
    Line(Option<Icon>, String),
    Said(Bubble, Mood),
}

/// Space above and below a bubble.
struct Around {
    above: f32,
    below: f32,
}

impl<'a> CircleRows<'a> {
    pub(super) fn new(ui: &Ui, circle: &'a Circle, words: &'a Words) -> Self {
        Self {
            circle,
            words,
            margin: margin(ui),
            pressed: None,
        }
    }

    fn row(&self, row: usize) -> Option<&'a TalkRow> {
        self.circle.talk.rows().get(row)
    }

    fn mood(&self, said: &Said) -> Mood {
        let by = match said.by {
            Speaker::Me(_) => By::Me,
            Speaker::Member(..) => By::Them,
        };
        let past = self.circle.is_over();
        Mood { by, past }
    }

    fn around(&self, row: usize, entry: &TalkRow, said: &Said) -> Around {
        let gap = if entry.opens { GROUP_GAP } else { BUBBLE_GAP };
        match &said.by {
            Speaker::Member(..) => Around {
                above: gap + if entry.opens { NAME_LINE } else { 0.0 },
                below: 0.0,
            },
            Speaker::Me(delivery) => {
                // Whom one of them has not reached is said under that one.
                let told = matches!(delivery.state(), Delivered::Missed { .. });
                let line = self.circle.talk.closes(row) || told;
                Around {
                    above: gap,
                    below: if line { TIME_LINE } else { 0.0 },
                }
            }
        }
    }

    /// What a line between messages says.
    fn line(&self, entry: &TalkRow) -> Option<(Option<Icon>, String)> {
        match &entry.what {
            Talked::Said(_) => None,
            Talked::Day(day) => {
                let today = self.circle.today.unwrap_or(*day);
                Some((None, self.words.day(*day, today)))
            }
            Talked::Happened(what, names) => {
                let (sign, key) = told(*what);
                let says = if names.is_empty() {
                    self.words.get(key)
                } else {
                    self.words.fill(key, &[("names", names.join(", ").into())])
                };
                Some((Some(sign), format!("{says} · {}", self.words.time(&entry.at))))
            }
        }
    }
}

/// The sign and the words of what happens.
fn told(what: Happened) -> (Icon, Key) {
    match what {
        Happened::Here => (Icon::Circle, Key::CircleHere),
        Happened::Came => (Icon::Circle, Key::CircleCame),
        Happened::Left => (Icon::Leave, Key::CircleLeft),
        Happened::Lost => (Icon::Leave, Key::CircleLost),
        Happened::Away => (Icon::Cut, Key::CircleWentAway),
        Happened::Back => (Icon::Arrived, Key::CircleCameBack),
        Happened::Unreachable => (Icon::Cut, Key::CircleNoWay),
        Happened::WrongWords { open: true } => (Icon::Warning, Key::CircleWrongWords),
        Happened::WrongWords { open: false } => (Icon::Warning, Key::CircleShut),
    }
}

impl Rows for CircleRows<'_> {
    type Laid = Laid;

    fn count(&self) -> usize {
        self.circle.talk.rows().len()
    }

    fn id(&self, row: usize) -> u64 {
        self.row(row).map_or(u64::MAX, |row| row.id)
    }

    fn lay_out(&self, ui: &Ui, row: usize, row_width: f32) -> (Laid, f32) {
        let last = if row + 1 == self.count() { LAST_GAP } else { 0.0 };
        let Some(entry) = self.row(row) else {
            return (Laid::Nothing, last);
        };
        if let Some((sign, says)) = self.line(entry) {
            return (Laid::Line(sign, says), LINE_GAP + DIVIDER + last);
        }
        let Talked::Said(said) = &entry.what else {
            return (Laid::Nothing, last);
        };
        let mood = self.mood(said);
        let (_, column) = column_in(row_width, self.margin);
        let bubble = Bubble::lay_out(ui, &said.text, mood, column - 2.0 * GUTTER);
        let around = self.around(row, entry, said);
        let height = around.above + bubble.size.y + around.below;
        (Laid::Said(bubble, mood), height + last)
    }

    fn show(&mut self, ui: &mut Ui, row: usize, laid: Laid) {
        match laid {
            Laid::Nothing => {}
            Laid::Line(sign, says) => {
                let row = ui.max_rect();
                let (left, column) = column_in(row.width(), self.margin);
                let corner = pos2(row.left() + left, row.top() + LINE_GAP);
                divider(
                    ui,
                    Rect::from_min_size(corner, vec2(column, DIVIDER)),
                    sign,
                    &says,
                );
            }
            Laid::Said(bubble, mood) => {
                if let Some(entry) = self.row(row)
                    && let Talked::Said(said) = &entry.what
                {
                    self.show_said(ui, row, (entry, said), bubble, mood);
                }
            }
        }
    }
}

impl CircleRows<'_> {
    fn show_said(
        &mut self,
        ui: &mut Ui,
        row: usize,
        (entry, said): (&TalkRow, &Said),
        bubble: Bubble,
        mood: Mood,
    ) {
        let place = ui.max_rect();
        let (left, column) = column_in(place.width(), self.margin);
        let (left, right) = (place.left() + left, place.left() + left + column);
        let around = self.around(row, entry, said);
        let x = match mood.by {
            By::Me => right - GUTTER - bubble.size.x,
            By::Them => left + GUTTER,
        };
        let rect = Rect::from_min_size(pos2(x.round(), place.top() + around.above), bubble.size);
        let (response, pressed) = bubble.show(ui, rect, ui.scope_id().with("bubble"), mood);
        self.pressed = pressed.or(self.pressed.take());
        let time = self.words.time(&entry.at);
        let (name, state) = self.marks(said);
        let values = [
            ("name", name.as_str().into()),
            ("time", time.as_str().into()),
            ("text", said.text.as_str().into()),
            ("state", state.as_deref().unwrap_or_default().into()),
        ];
        let spoken = match state {
            Some(_) => self.words.fill(Key::ChatRowState, &values),
            None => self.words.fill(Key::ChatRow, &values),
        };
        response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &spoken));
        response.on_hover_text(&time);
        if around.above > GROUP_GAP {
            let at = pos2(left, rect.top() - NAME_LINE);
            name_above(ui, at, column, &name, &time, mood.past);
        }
        if around.below > 0.0
            && let Speaker::Me(delivery) = &said.by
        {
            let says = format!("{} · {time}", state.unwrap_or_default());
            let at = pos2(right, rect.bottom());
            state_below(ui, at, column, &below(ui, &delivery.state(), &says, mood.past));
        }
    }

    /// Who said it, and how far it is, if it is ours.
    fn marks(&self, said: &Said) -> (String, Option<String>) {
        match &said.by {
            Speaker::Me(delivery) => {
                let state = delivered(&delivery.state(), self.words);
                (self.words.get(Key::ChatYou), Some(state))
            }
            Speaker::Member(number, name) => {
                let name = if self.circle.has_namesake(*number, name) {
                    let number = number.0.to_string();
                    let number = self.words.fill(Key::CircleNumber, &[("number", number.into())]);
                    format!("{name} · {number}")
                } else {
                    name.clone()
                };
                (name, None)
            }
        }
    }
}

/// How far a message of ours is, in words.
fn delivered(state: &Delivered, words: &Words) -> String {
    match state {
        Delivered::Some { has: 0, .. } => words.get(Key::CircleSending),
        Delivered::Some { has, of } => {
            let values = [("has", (*has).into()), ("of", (*of).into())];
            words.fill(Key::CircleDeliveredSome, &values)
        }
        Delivered::All { of } => words.fill(Key::CircleDelivered, &[("of", (*of).into())]),
        Delivered::Missed { names } if names.is_empty() => words.get(Key::CircleMissedSomebody),
        Delivered::Missed { names } => words.fill(Key::CircleMissed, &[("names", names.join(", ").into())]),
    }
}

fn below<'a>(ui: &Ui, state: &Delivered, says: &'a str, past: bool) -> Below<'a> {
    let palette = palette(ui);
    let (ink, sign) = match state {
        Delivered::Some { .. } => (palette.muted, None),
        Delivered::All { .. } => (palette.muted, Some(Icon::Arrived)),
        Delivered::Missed { .. } => (palette.danger, Some(Icon::Warning)),
    };
    Below {
        says,
        ink,
        sign,
        seat: Seat::Taken,
        past,
    }
}
