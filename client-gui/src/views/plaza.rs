//! A plaza: who is here, what was posted, and where to write. It is public, and says so in ochre.

mod foot;
mod header;
mod people;
mod rows;
mod strips;

use egui::text_edit::TextEditState;
use egui::{Align2, CentralPanel, Context, Frame, Id, Panel, Role, Sense, Ui, WidgetInfo};

use super::news_pill::news_pill;
use super::sheet_link::link_sheet;
use crate::action::Action;
use crate::model::{Aside, Plaza, PlazaSheet};
use crate::theme::{Room, gap, palette, role};
use crate::widgets::history::{self, history};
use crate::widgets::sheet::{Place, sheet};
use crate::wording::{Key, Words};
use rows::PlazaRows;

/// From this width on there is room for everybody's names beside what they say, in points.
pub(super) const WIDE: f32 = 820.0;

/// Width of their column, in points.
pub(super) const PEOPLE: f32 = 224.0;

/// Draws the plaza; `aside` is how the visit to a stranger stands meanwhile.
pub fn plaza_ui(ui: &mut Ui, plaza: &mut Plaza, aside: Option<&Aside>, words: &Words) -> Option<Action> {
    forget_others(ui.ctx(), plaza.number);
    let wide = Room::of(ui.ctx()).width >= WIDE;
    let from_header = header::header(ui, plaza, wide, words);
    let from_strips = strips::strips(ui, plaza, aside, words);
    if wide {
        column(ui, plaza, words);
    }
    let from_foot = foot::foot(ui, plaza, words);
    let from_posts = posts(ui, plaza, words);
    let from_sheet = sheets(ui, plaza, words);
    from_sheet
        .or(from_header)
        .or(from_strips)
        .or(from_foot)
        .or(from_posts)
}

fn column(ui: &mut Ui, plaza: &Plaza, words: &Words) {
    let frame = Frame::NONE.fill(palette(ui).bg);
    let panel = Panel::right("people")
        .exact_size(PEOPLE)
        .resizable(false)
        .frame(frame)
        .show_separator_line(false);
    panel.show(ui, |ui| people::column(ui, plaza, words));
}

fn posts(ui: &mut Ui, plaza: &mut Plaza, words: &Words) -> Option<Action> {
    let frame = Frame::NONE.fill(palette(ui).bg);
    let shown = CentralPanel::default().frame(frame).show(ui, |ui| {
        let to_end = std::mem::take(&mut plaza.to_newest);
        if plaza.posts.count() == 0 {
            empty(ui, plaza, words);
        }
        let mut rows = PlazaRows::new(ui, plaza, words);
        let shown = history(ui, history_id(), to_end, &mut rows);
        let link = rows.pressed.take();
        if matches!(link, Some(Action::Unfold(_))) {
            history::hold(ui.ctx(), history_id());
        }
        plaza.at_bottom = shown.at_end;
        if link.is_some() || shown.at_end || plaza.below == 0 {
            return link;
        }
        news_pill(ui, shown.rect, plaza.below, words)
    });
    shown.inner
}

/// Nothing to read yet.
fn empty(ui: &Ui, plaza: &Plaza, words: &Words) {
    let key = if plaza.is_inside() {
        Key::PlazaEmpty
    } else {
        Key::PlazaCalling
    };
    let (says, colour) = (words.get(key), palette(ui).muted);
    let centre = ui.max_rect().center();
    let font = role::SECONDARY.font();
    let place = ui
        .painter()
        .text(centre, Align2::CENTER_CENTER, &says, font, colour);
    let response = ui.interact(place, Id::unique("nothing yet"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &says));
}

fn sheets(ui: &Ui, plaza: &mut Plaza, words: &Words) -> Option<Action> {
    let take_focus = std::mem::take(&mut plaza.sheet_focus);
    let id = Id::unique("sheet over a plaza");
    match plaza.sheet.as_ref()? {
        PlazaSheet::Link(link) => link_sheet(ui, id, link, take_focus, words),
        PlazaSheet::People => {
            let title = words.fill(Key::PlazaPeople, &[("people", plaza.people.count().into())]);
            let (action, away) = sheet(ui, id, &title, Place::Middle, |ui| {
                people::sheet(ui, plaza, &title, take_focus, words)
            });
            action.or(away.then_some(Action::CloseSheet))
        }
    }
}

fn history_id() -> Id {
    Id::unique("posts")
}

fn composer_id() -> Id {
    Id::unique("post")
}

/// What the toolkit remembers is about one visit: the next one begins without it.
fn forget_others(ctx: &Context, number: u64) {
    let shown = Id::unique("plaza shown");
    if ctx.data(|data| data.get_temp::<u64>(shown)) != Some(number) {
        forget(ctx);
        ctx.data_mut(|data| data.insert_temp(shown, number));
    }
}

/// Forgets what the toolkit remembers of a plaza.
pub(super) fn forget(ctx: &Context) {
    ctx.data_mut(|data| {
        data.remove::<TextEditState>(composer_id());
        data.remove::<TextEditState>(composer_id().with("subject"));
    });
    history::forget(ctx, history_id());
}

/// The margin beside what people say among others, in points.
pub(super) fn margin(ui: &Ui) -> f32 {
    if Room::of(ui.ctx()).narrow() {
        gap::SNUG
    } else {
        gap::WIDE + gap::HAIR
    }
}

/// Left edge and width of the column of what people say in a row of this width.
pub(super) fn column_in(row_width: f32, margin: f32) -> (f32, f32) {
    let column = (row_width - 2.0 * margin)
        .clamp(0.0, crate::theme::column::CHAT)
        .floor();
    (((row_width - column) / 2.0).round(), column)
}
