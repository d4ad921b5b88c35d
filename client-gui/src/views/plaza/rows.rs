//! The rows of a plaza: posts without bubbles, days, and quiet lines for who came and went.

use egui::{Rect, Sense, Ui, UiBuilder, pos2, vec2};

use super::header::list_item;
use super::people::number;
use super::{column_in, margin};
use crate::action::Action;
use crate::model::{Moves, Named, Plaza, Post, RowWhat};
use crate::theme::{palette, role};
use crate::widgets::button::{Button, Kind};
use crate::widgets::divider::{DIVIDER, divider};
use crate::widgets::history::Rows;
use crate::widgets::message_text::message_job;
use crate::widgets::prose::{Inks, Prose};
use crate::widgets::tile::{Seat, Side, seat};
use crate::wording::{Key, Words};

/// Left of the words, for the seats that mark who wrote, in points.
const GUTTER: f32 = 24.0;

/// Above a post, the height of the line with the name, and of the subject.
const GAP: f32 = 16.0;
const NAME: f32 = 20.0;

/// Under a long post.
const MORE: f32 = 36.0;

/// Above a line of the system's, and after the newest row.
const LINE_GAP: f32 = 14.0;
const LAST_GAP: f32 = 12.0;

/// The rows, as the history asks for them.
pub(super) struct PlazaRows<'a> {
    plaza: &'a Plaza,
    words: &'a Words,
    margin: f32,
    /// What a link that was pressed, or the end of a long post, asks for.
    pub(super) pressed: Option<Action>,
}

/// A row, laid out.
pub(super) enum Laid {
    Nothing,
    Line(String),
    Post(LaidPost),
}

/// A post, laid out.
pub(super) struct LaidPost {
    subject: Option<std::sync::Arc<egui::Galley>>,
    prose: Prose,
    /// What unfolds it, or folds it again, if it is long.
    more: Option<String>,
}

/// What is drawn of a post.
#[derive(Clone, Copy)]
struct Shown<'a> {
    post: &'a Post,
    mine: bool,
    /// It waits for an answer.
    waits: bool,
}

impl<'a> PlazaRows<'a> {
    pub(super) fn new(ui: &Ui, plaza: &'a Plaza, words: &'a Words) -> Self {
        Self {
            plaza,
            words,
            margin: margin(ui),
            pressed: None,
        }
    }

    /// The post in this row, if it holds one.
    fn post(&self, row: usize) -> Option<Shown<'a>> {
        if let Some(post) = self.plaza.posts.waiting(row) {
            let (mine, waits) = (true, true);
            return Some(Shown { post, mine, waits });
        }
        match &self.plaza.posts.row(row)?.what {
            RowWhat::Post { post, mine } => Some(Shown {
                post,
                mine: *mine,
                waits: false,
            }),
            RowWhat::Day(_) | RowWhat::Moves(_) => None,
        }
    }

    /// What a line between posts says.
    fn line(&self, row: usize) -> Option<String> {
        match &self.plaza.posts.row(row)?.what {
            RowWhat::Day(day) => {
                let today = self.plaza.today.unwrap_or(*day);
                Some(self.words.day(*day, today))
            }
            RowWhat::Moves(Moves { came, went }) => {
                let came = said(came, Key::PlazaCame, Key::PlazaCameMore, self.words);
                let went = said(went, Key::PlazaWent, Key::PlazaWentMore, self.words);
                Some([came, went].into_iter().flatten().collect::<Vec<_>>().join(" · "))
            }
            RowWhat::Post { .. } => None,
        }
    }
}

/// Who came, or who went; nothing if nobody did.
fn said(named: &Named, few: Key, many: Key, words: &Words) -> Option<String> {
    if named.names.is_empty() {
        return None;
    }
    let names = ("names", named.names.join(", ").into());
    Some(match named.more {
        0 => words.fill(few, &[names]),
        more => words.fill(many, &[names, ("more", more.into())]),
    })
}

impl Rows for PlazaRows<'_> {
    type Laid = Laid;

    fn count(&self) -> usize {
        self.plaza.posts.count()
    }

    fn id(&self, row: usize) -> u64 {
        self.plaza.posts.id(row)
    }

    fn lay_out(&self, ui: &Ui, row: usize, row_width: f32) -> (Laid, f32) {
        let last = if row + 1 == self.count() { LAST_GAP } else { 0.0 };
        if let Some(says) = self.line(row) {
            return (Laid::Line(says), LINE_GAP + DIVIDER + last);
        }
        let Some(Shown { post, .. }) = self.post(row) else {
            return (Laid::Nothing, last);
        };
        let (text, more) = self.shown_of(post, self.id(row));
        let width = column_in(row_width, self.margin).1 - GUTTER;
        let ink = palette(ui).text;
        let subject = post.subject.as_ref().map(|subject| {
            let mut job = message_job(subject, role::SUBJECT, ink);
            job.wrap.max_width = width;
            ui.painter().layout_job(job)
        });
        let prose = Prose::lay_out(ui, text, inks(ui), width);
        let about = subject.as_ref().map_or(0.0, |subject| subject.size().y + 2.0);
        let below = if more.is_some() { MORE } else { 0.0 };
        let height = (GAP + NAME + about + prose.size.y + below).ceil() + last;
        let laid = LaidPost { subject, prose, more };
        (Laid::Post(laid), height)
    }

    fn show(&mut self, ui: &mut Ui, row: usize, laid: Laid) {
        match laid {
            Laid::Nothing => {}
            Laid::Line(says) => {
                let place = ui.max_rect();
                let (left, width) = column_in(place.width(), self.margin);
                let at = pos2(place.left() + left, place.top() + LINE_GAP);
                divider(ui, Rect::from_min_size(at, vec2(width, DIVIDER)), None, &says);
            }
            Laid::Post(laid) => {
                if let Some(shown) = self.post(row) {
                    self.show_post(ui, self.id(row), shown, laid);
                }
            }
        }
    }
}

impl PlazaRows<'_> {
    /// As much of a post as is shown, and the words that show more or less of it.
    fn shown_of<'p>(&self, post: &'p Post, row: u64) -> (&'p str, Option<String>) {
        let Some(end) = post.fold else {
            return (&post.text, None);
        };
        if self.plaza.unfolded == Some(row) {
            return (&post.text, Some(self.words.get(Key::PlazaFold)));
        }
        let lines = ("lines", post.lines().into());
        (
            &post.text[..end],
            Some(self.words.fill(Key::PlazaUnfold, &[lines])),
        )
    }

    fn show_post(&mut self, ui: &mut Ui, id: u64, shown: Shown<'_>, laid: LaidPost) {
        let row = ui.max_rect();
        let (left, width) = column_in(row.width(), self.margin);
        let corner = pos2(row.left() + left, row.top() + GAP);
        let place = Rect::from_min_max(corner, pos2(corner.x + width, row.bottom()));
        let response = ui.interact(place, ui.scope_id().with("post"), Sense::hover());
        list_item(&response, &self.spoken(shown, id));
        self.name_line(ui, corner, width, shown);
        let mut top = corner.y + NAME;
        if let Some(subject) = laid.subject {
            let height = subject.size().y;
            ui.painter()
                .galley(pos2(corner.x + GUTTER, top).round(), subject, palette(ui).text);
            top += height + 2.0;
        }
        let text = Rect::from_min_size(
            pos2(corner.x + GUTTER, top),
            vec2(width - GUTTER, laid.prose.size.y),
        );
        let link = laid.prose.show(ui, text, ui.scope_id().with("text"), inks(ui));
        let more = laid.more.is_some_and(|says| more(ui, text, &says));
        let pressed = link.map(Action::AskLink).or(more.then_some(Action::Unfold(id)));
        self.pressed = pressed.or(self.pressed.take());
    }

    /// Who wrote it, and when.
    fn name_line(&self, ui: &Ui, corner: egui::Pos2, width: f32, shown: Shown<'_>) {
        let palette = palette(ui);
        let (side, colour) = if shown.mine {
            (Side::You, palette.tile)
        } else {
            (Side::They, palette.ring)
        };
        let radius = if shown.mine { 5.0 } else { 6.0 };
        seat(
            ui.painter(),
            corner + vec2(6.0, 9.0),
            radius,
            colour,
            Seat::Taken,
            side,
        );
        let time = if shown.waits {
            self.words.get(Key::StateSending)
        } else {
            self.words.time(&shown.post.at)
        };
        let beside = match self.beside(shown) {
            Some(beside) => format!("{beside}  {time}"),
            None => time,
        };
        let beside = ui.painter().layout_job(role::META.job(beside, palette.muted));
        let mut name = role::NAME.job(&shown.post.name, palette.text);
        let room = (width - GUTTER - beside.size().x - 8.0).max(40.0);
        name.wrap = egui::text::TextWrapping::truncate_at_width(room);
        let name = ui.painter().layout_job(name);
        let after = corner + vec2(GUTTER + name.size().x + 8.0, 1.5);
        ui.painter()
            .galley(corner + vec2(GUTTER, 0.0), name, palette.text);
        ui.painter().galley(after, beside, palette.muted);
    }

    /// What stands beside a name: that it is oneself, or which of those who have it.
    fn beside(&self, shown: Shown<'_>) -> Option<String> {
        if shown.mine {
            return Some(self.words.get(Key::PlazaYou));
        }
        let post = shown.post;
        let namesake = self.plaza.has_namesake(post.author, &post.name);
        namesake.then(|| number(post.author, self.words))
    }

    /// How a screen reader says a post.
    fn spoken(&self, shown: Shown<'_>, id: u64) -> String {
        let post = shown.post;
        let text = self.shown_of(post, id).0;
        let name = match self.beside(shown) {
            Some(beside) => format!("{} ({beside})", post.name),
            None => post.name.clone(),
        };
        let mut values = vec![
            ("name", name.into()),
            ("time", self.words.time(&post.at).into()),
            ("text", text.into()),
        ];
        if shown.waits {
            values.push(("state", self.words.get(Key::StateSending).into()));
            return self.words.fill(Key::ChatRowState, &values);
        }
        match &post.subject {
            None => self.words.fill(Key::ChatRow, &values),
            Some(subject) => {
                values.push(("subject", subject.as_str().into()));
                self.words.fill(Key::PlazaRowSubject, &values)
            }
        }
    }
}

/// Under a long post: what shows more or less of it.
fn more(ui: &mut Ui, text: Rect, says: &str) -> bool {
    let button = Button::new(says, Kind::Bare).height(MORE - 4.0);
    // Its words stand under the post's, not its edge.
    let at = pos2(text.left() - 12.0, text.bottom() + 4.0);
    let place = Rect::from_min_size(at, vec2(button.measure(ui), MORE - 4.0));
    let mut child = ui.new_child(UiBuilder::new().max_rect(place));
    button.show(&mut child).clicked()
}

fn inks(ui: &Ui) -> Inks {
    let palette = palette(ui);
    Inks {
        text: palette.text,
        link: palette.link,
        code_ground: palette.sunken,
    }
}
