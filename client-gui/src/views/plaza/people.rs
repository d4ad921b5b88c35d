//! Who is in a plaza: a column beside the posts, or a sheet where there is no room for one. Only those in sight are drawn.

use acaso_shared::protocol::plaza::MemberNumber;
use egui::{Rect, ScrollArea, Sense, Ui, pos2, vec2};

use super::header::list_item;
use crate::action::Action;
use crate::model::{Person, Plaza};
use crate::theme::{Face, Room, gap, palette, role, stroke};
use crate::views::hints::{Shortcut, hint};
use crate::widgets::button::{Button, Kind};
use crate::widgets::text::{heading, text};
use crate::widgets::tile::{Seat, Side, seat};
use crate::wording::{Key, Words};

/// Height of somebody's row, and where their name stands in it, in points.
const ROW: f32 = 28.0;
const INDENT: f32 = 22.0;

/// What a sheet has besides the people, with the space around it.
const SHEET: f32 = 190.0;

/// The column beside the posts.
pub(super) fn column(ui: &mut Ui, plaza: &Plaza, words: &Words) {
    let place = ui.max_rect();
    let line = Rect::from_min_max(place.min, pos2(place.left() + stroke::LINE, place.bottom()));
    ui.painter().rect_filled(line, 0, palette(ui).line);
    let inside = Rect::from_min_max(
        place.min + vec2(gap::ROOMY, 16.0),
        place.max - vec2(gap::TIGHT, 0.0),
    );
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(inside));
    child.spacing_mut().item_spacing.y = 0.0;
    if plaza.people.count() == 0 {
        // On the way in: nobody has said yet who is there.
        return;
    }
    let says = words.fill(Key::PlazaPeople, &[("people", plaza.people.count().into())]);
    let ink = palette(&child).text;
    text(&mut child, &says, role::NAME, ink);
    child.add_space(gap::SNUG);
    ScrollArea::vertical()
        .id_salt("people")
        .auto_shrink(false)
        .show(&mut child, |ui| rows(ui, plaza, words));
}

/// The same over the posts.
pub(super) fn sheet(
    ui: &mut Ui,
    plaza: &Plaza,
    title: &str,
    take_focus: bool,
    words: &Words,
) -> Option<Action> {
    heading(ui, title);
    ui.add_space(gap::TIGHT);
    let height = (Room::of(ui.ctx()).height - SHEET).max(3.0 * ROW);
    ScrollArea::vertical()
        .id_salt("people in a sheet")
        .max_height(height)
        .show(ui, |ui| rows(ui, plaza, words));
    ui.add_space(gap::SNUG);
    let close = words.get(Key::Close);
    let button = Button::new(&close, Kind::Main)
        .height(36.0)
        .take_focus(take_focus)
        .tip(hint(words, &close, Shortcut::Escape));
    button.show(ui).clicked().then_some(Action::CloseSheet)
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "some thousand rows, and clamped to what there is"
)]
fn rows(ui: &mut Ui, plaza: &Plaza, words: &Words) {
    let people = plaza.people.shown();
    let size = vec2(ui.available_width(), ROW * people.len() as f32);
    let (all, _) = ui.allocate_exact_size(size, Sense::hover());
    let clip = ui.clip_rect();
    let first = ((clip.top() - all.top()) / ROW).floor().max(0.0) as usize;
    let shown = (clip.height() / ROW).ceil().max(0.0) as usize + 1;
    for (n, person) in people.iter().enumerate().skip(first).take(shown) {
        let at = pos2(all.left(), all.top() + ROW * n as f32);
        let place = Rect::from_min_size(at, vec2(all.width(), ROW));
        row(ui, plaza, person, place, words);
    }
}

fn row(ui: &Ui, plaza: &Plaza, person: &Person, place: Rect, words: &Words) {
    let palette = palette(ui);
    let centre = pos2(place.left() + 8.0, place.center().y);
    // Without a link it is who was here, not who is.
    let (ink, you, they) = if plaza.is_inside() {
        (palette.text, palette.tile, palette.ring)
    } else {
        (palette.muted, palette.field, palette.field)
    };
    let (side, colour, radius) = if person.me {
        (Side::You, you, 4.0)
    } else {
        (Side::They, they, 5.0)
    };
    seat(ui.painter(), centre, radius, colour, Seat::Taken, side);
    let says = called(plaza, person, words);
    let role = if person.me {
        role::SECONDARY.in_face(Face::SemiBold)
    } else {
        role::SECONDARY
    };
    let mut job = role.job(&says, ink);
    job.wrap = egui::text::TextWrapping::truncate_at_width(place.width() - INDENT);
    let galley = ui.painter().layout_job(job);
    let at = pos2(place.left() + INDENT, place.center().y - galley.size().y / 2.0);
    ui.painter().galley(at.round(), galley, ink);
    let response = ui.interact(
        place,
        ui.scope_id().with(("person", person.number.0)),
        Sense::hover(),
    );
    list_item(&response, &says);
}

/// The name; who oneself is, and who of two with one name.
fn called(plaza: &Plaza, person: &Person, words: &Words) -> String {
    if person.me {
        return words.fill(Key::PlazaPersonYou, &[("name", person.name.as_str().into())]);
    }
    if !plaza.has_namesake(person.number, &person.name) {
        return person.name.clone();
    }
    format!("{} · {}", person.name, number(person.number, words))
}

/// What tells two people of one name apart. As text: no language groups it into thousands.
pub(super) fn number(number: MemberNumber, words: &Words) -> String {
    words.fill(Key::PlazaNumber, &[("number", number.short().to_string().into())])
}
