//! A circle: who is in it, what they say to each other, and where to write.

mod empty;
mod foot;
mod header;
mod people;
mod rows;
mod sheets;
mod strips;

use egui::text_edit::TextEditState;
use egui::{CentralPanel, Context, Frame, Id, Panel, Ui};

use super::news_pill::news_pill;
use super::plaza::{PEOPLE, WIDE, margin};
use crate::action::Action;
use crate::model::{Aside, Circle};
use crate::theme::{Room, palette};
use crate::widgets::history::{self, history};
use crate::wording::Words;
use rows::CircleRows;

/// Draws the circle; `aside` is how the visit to a stranger stands meanwhile.
pub fn circle_ui(ui: &mut Ui, circle: &mut Circle, aside: Option<&Aside>, words: &Words) -> Option<Action> {
    forget_others(ui.ctx(), circle.number);
    let wide = Room::of(ui.ctx()).width >= WIDE;
    let from_header = header::header(ui, circle, wide, words);
    let from_strips = strips::strips(ui, circle, aside, words);
    let from_column = if wide { column(ui, circle, words) } else { None };
    let from_foot = foot::foot(ui, circle, words);
    let from_talk = talk(ui, circle, words);
    let from_sheet = sheets::sheets(ui, circle, words);
    from_sheet
        .or(from_header)
        .or(from_strips)
        .or(from_column)
        .or(from_foot)
        .or(from_talk)
}

fn column(ui: &mut Ui, circle: &Circle, words: &Words) -> Option<Action> {
    let frame = Frame::NONE.fill(palette(ui).bg);
    let panel = Panel::right("people in a circle")
        .exact_size(PEOPLE)
        .resizable(false)
        .frame(frame)
        .show_separator_line(false);
    panel.show(ui, |ui| people::column(ui, circle, words)).inner
}

fn talk(ui: &mut Ui, circle: &mut Circle, words: &Words) -> Option<Action> {
    let frame = Frame::NONE.fill(palette(ui).bg);
    let shown = CentralPanel::default().frame(frame).show(ui, |ui| {
        let to_end = std::mem::take(&mut circle.to_newest);
        if circle.talk.rows().is_empty() {
            return empty::empty(ui, circle, words);
        }
        let mut rows = CircleRows::new(ui, circle, words);
        let shown = history(ui, history_id(), to_end, &mut rows);
        let link = rows.pressed.take().map(Action::AskLink);
        circle.at_bottom = shown.at_end;
        if link.is_some() || shown.at_end || circle.below == 0 {
            return link;
        }
        news_pill(ui, shown.rect, circle.below, words)
    });
    shown.inner
}

fn history_id() -> Id {
    Id::unique("talk in a circle")
}

fn composer_id() -> Id {
    Id::unique("words to a circle")
}

/// What the toolkit remembers is about one visit: the next one begins without it.
fn forget_others(ctx: &Context, number: u64) {
    let shown = Id::unique("circle shown");
    if ctx.data(|data| data.get_temp::<u64>(shown)) != Some(number) {
        forget(ctx);
        ctx.data_mut(|data| data.insert_temp(shown, number));
    }
}

/// Forgets what the toolkit remembers of a circle.
pub(super) fn forget(ctx: &Context) {
    ctx.data_mut(|data| data.remove::<TextEditState>(composer_id()));
    history::forget(ctx, history_id());
}
