//! The page that leads to a circle: once ever what it means to be in one; then its name, its code, or a new one.

use egui::{Id, Key as Press, Rect, Response, Sense, Ui, UiBuilder, pos2, vec2};

use super::code_words::{Words as CodeWords, complete};
use super::hints::{Shortcut, hint};
use super::name_field::name_field;
use super::rules::house_rule;
use super::top_bar::back_bar;
use crate::action::{Action, WhichCircle};
use crate::model::{CircleDoor, DoorField, DoorTrouble};
use crate::theme::{Room, column as width, gap};
use crate::widgets::button::{Button, Kind, button_row};
use crate::widgets::divider::{DIVIDER, divider};
use crate::widgets::field::Field;
use crate::widgets::icon::Icon;
use crate::widgets::surface::{column, notice, offer, page};
use crate::widgets::text::{secondary, small, title};
use crate::wording::{Key, Sentence, Words};

/// Height of a field, and width of the button beside it, in points.
const FIELD: f32 = 44.0;
const BUTTON: f32 = 164.0;

/// Narrower than this a field and its button stand one under the other.
const SIDE_BY_SIDE: f32 = 560.0;

const ASKED: [(Key, Key); 3] = [
    (Key::CircleAsksAddress, Key::CircleAsksAddressBody),
    (Key::CircleAsksServer, Key::CircleAsksServerBody),
    (Key::CircleAsksKey, Key::CircleAsksKeyBody),
];

/// Draws the page.
pub fn door_ui(ui: &mut Ui, door: &mut CircleDoor, words: &Words) -> Option<Action> {
    let mut action = back_bar(ui, words, Key::Back).then_some(Action::ClosePage);
    let margin = Room::of(ui.ctx()).margin();
    page(ui, true, |ui| {
        column(ui, width::READING, margin, |ui| {
            ui.add_space(gap::TIGHT);
            let from_page = if door.asks {
                question(ui, door, words)
            } else {
                choice(ui, door, words)
            };
            action = action.take().or(from_page);
            ui.add_space(gap::WIDE);
        });
    });
    action
}

/// What the others see, what the server does, and what nobody checks.
fn question(ui: &mut Ui, door: &mut CircleDoor, words: &Words) -> Option<Action> {
    // Where it is out of sight, nobody agrees by a key that they press too soon.
    let low = Room::of(ui.ctx()).pinned();
    let take_focus = door.focus.take() == Some(DoorField::Agree) && !low;
    title(ui, &words.get(Key::CircleAsks));
    ui.add_space(gap::HAIR);
    secondary(ui, &words.get(Key::CircleAsksAbout));
    ui.add_space(gap::ROOMY);
    for (number, (head, body)) in (1..).zip(ASKED) {
        house_rule(ui, number, &words.get(head), &words.get(body));
        ui.add_space(gap::SNUG);
    }
    ui.add_space(gap::SNUG);
    let (agree, not_now) = (words.get(Key::CircleAgree), words.get(Key::RulesNotNow));
    let not_now_tip = hint(words, &not_now, Shortcut::Escape);
    let agree = Button::new(&agree, Kind::Main)
        .height(48.0)
        .take_focus(take_focus);
    let not_now = Button::new(&not_now, Kind::Bare).height(48.0).tip(not_now_tip);
    let row = vec![(agree, Action::AgreeToCircles), (not_now, Action::ClosePage)];
    button_row(ui, row)
}

/// Which circle.
fn choice(ui: &mut Ui, door: &mut CircleDoor, words: &Words) -> Option<Action> {
    let focus = door.focus.take();
    title(ui, &words.get(Key::Circle));
    ui.add_space(gap::HAIR);
    secondary(ui, &words.fill(Key::CircleAbout, &[("host", door.host().into())]));
    ui.add_space(gap::ROOMY);
    if let Some(trouble) = &door.trouble {
        let sentence = sentence(trouble, words);
        notice(ui, &sentence.what, &sentence.next);
        ui.add_space(gap::BASE);
    }
    if name_field(ui, &mut door.goes_by, words) {
        door.focus = Some(DoorField::Name);
    }
    let by_name = entry(ui, door, &NAME, focus, words);
    ui.add_space(gap::HAIR);
    small(ui, &words.get(Key::CircleNameAbout));
    ui.add_space(gap::ROOMY);
    let by_code = entry(ui, door, &CODE, focus, words);
    ui.add_space(gap::WIDE);
    let new = words.get(Key::CircleNew);
    let place = vec2(ui.available_width(), DIVIDER);
    let (place, _) = ui.allocate_exact_size(place, Sense::hover());
    divider(ui, place, None, &words.get(Key::FirstWays));
    ui.add_space(gap::SNUG);
    let about = words.get(Key::CircleNewAbout);
    let begun = offer(ui, Icon::Plus, &new, &about, &about).clicked();
    let begun = begun.then_some(Action::EnterCircle(WhichCircle::New));
    by_name.or(by_code).or(begun)
}

/// A field, and the button that goes in by it.
struct Entry {
    field: DoorField,
    id: &'static str,
    label: Key,
    hint: Key,
    button: Key,
    kind: Kind,
    which: WhichCircle,
}

const NAME: Entry = Entry {
    field: DoorField::Name,
    id: "name of a circle",
    label: Key::CircleName,
    hint: Key::CircleNameHint,
    button: Key::CircleEnterName,
    kind: Kind::Main,
    which: WhichCircle::Named,
};

const CODE: Entry = Entry {
    field: DoorField::Code,
    id: "code of a circle",
    label: Key::CircleCode,
    hint: Key::CircleCodeHint,
    button: Key::CircleEnterCode,
    kind: Kind::Quiet,
    which: WhichCircle::Coded,
};

fn entry(
    ui: &mut Ui,
    door: &mut CircleDoor,
    entry: &Entry,
    focus: Option<DoorField>,
    words: &Words,
) -> Option<Action> {
    let in_error = door.field_in_error() == Some(entry.field);
    let value = match entry.field {
        DoorField::Code => &mut door.code,
        DoorField::Name | DoorField::Agree => &mut door.name,
    };
    let (label, hint) = (words.get(entry.label), words.get(entry.hint));
    let field = Field {
        label: &label,
        hint: &hint,
        in_error,
        take_focus: focus == Some(entry.field),
        secret: false,
        menu: None,
        value,
    };
    let says = words.get(entry.button);
    let button = Button::new(&says, entry.kind).height(FIELD);
    let (edit, pressed) = field_and_button(ui, field, Id::unique(entry.id), button);
    if in_error && edit.changed() {
        door.trouble = None;
    }
    if entry.field == DoorField::Code {
        complete(ui, Id::unique(entry.id), &edit, &mut door.code, CodeWords::Four);
    }
    let entered = edit.lost_focus() && ui.input(|input| input.key_pressed(Press::Enter));
    (entered || pressed).then_some(Action::EnterCircle(entry.which))
}

/// Side by side, or one under the other where it is narrow. Answers the text, and whether the button was pressed.
fn field_and_button(ui: &mut Ui, field: Field<'_>, id: Id, button: Button<'_>) -> (Response, bool) {
    let available = ui.available_width();
    if available < SIDE_BY_SIDE {
        let edit = field.show(ui, id).edit;
        ui.add_space(gap::TIGHT);
        return (edit, button.wide(available).show(ui).clicked());
    }
    let shown = ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = gap::SNUG;
        let size = vec2(available - BUTTON - gap::SNUG, 0.0);
        let field = ui.allocate_ui(size, |ui| field.show(ui, id)).inner;
        let corner = pos2(field.frame.right() + gap::SNUG, field.frame.top());
        let place = Rect::from_min_size(corner, vec2(BUTTON, FIELD));
        let mut child = ui.new_child(UiBuilder::new().max_rect(place));
        (field.edit, button.wide(BUTTON).show(&mut child).clicked())
    });
    shown.inner
}

fn sentence(trouble: &DoorTrouble, words: &Words) -> Sentence {
    match trouble {
        DoorTrouble::Name(_) => words.bad_circle_name(),
        DoorTrouble::Code(why) => words.bad_code(why),
        DoorTrouble::ForTwo => words.sentence(Key::CircleCodeForTwo, Key::CircleCodeForTwoNext, &[]),
        DoorTrouble::Problem(failed) => words.problem(&failed.problem, &failed.at),
    }
}
