//! The bar above a conversation: the room as it is now, who is there, one line about it, and the two ways out.

use egui::{
    Align, Color32, Frame, Label, Layout, Margin, Panel, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2,
};

use crate::action::Action;
use crate::model::{Conversation, Presence, Sheet};
use crate::theme::{Palette, Room, gap, palette, role, stroke};
use crate::views::hints::{Shortcut, hint};
use crate::widgets::button::{Button, Kind};
use crate::widgets::icon::{Icon, icon};
use crate::widgets::menu::menu;
use crate::widgets::tile::{Seat, TileColours, tile};
use crate::wording::{Key, Words};

/// Draws the bar. Answers as well where the button of the safety phrase stands.
pub(super) fn header(
    ui: &mut Ui,
    conversation: &Conversation,
    words: &Words,
) -> (Option<Action>, Option<Rect>) {
    let room = Room::of(ui.ctx());
    let height = if room.compact() { 48.0 } else { 60.0 };
    let margin = if room.narrow() { 12 } else { 20 };
    let frame = Frame::NONE
        .fill(palette(ui).bg)
        .inner_margin(Margin::symmetric(margin, 0));
    let panel = Panel::top("conversation")
        .exact_size(height)
        .frame(frame)
        .show_separator_line(false);
    let shown = panel.show(ui, |ui| {
        let inside = ui.max_rect().expand2(vec2(f32::from(margin), 0.0));
        let line = Rect::from_min_max(pos2(inside.left(), inside.bottom() - stroke::LINE), inside.max);
        ui.painter().rect_filled(line, 0, palette(ui).line);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            content(ui, conversation, words, room)
        })
        .inner
    });
    shown.inner
}

fn content(
    ui: &mut Ui,
    conversation: &Conversation,
    words: &Words,
    room: Room,
) -> (Option<Action>, Option<Rect>) {
    ui.spacing_mut().item_spacing.x = gap::SNUG;
    let side = if room.compact() { 28.0 } else { 36.0 };
    let (rect, _) = ui.allocate_exact_size(vec2(side, side), Sense::hover());
    let (they, you) = seats(conversation);
    tile(
        ui.painter(),
        rect,
        &TileColours::room(palette(ui), they),
        they,
        you,
    );

    let names = Names::of(conversation, words);
    let buttons = buttons(conversation, &names, words, room);
    let more = Button::new(&names.more, Kind::Bare)
        .icon(Icon::More)
        .height(36.0)
        .icon_only(true);
    // Measured, so that any language fits: the title gives way, the buttons never do.
    let kept: f32 = buttons
        .iter()
        .map(|(button, _)| button.measure(ui) + gap::HAIR)
        .sum::<f32>()
        + more.measure(ui);
    let rest = (ui.available_width() - kept - gap::TIGHT).max(40.0);
    who(ui, rest, side, conversation, words, room);
    ui.spacing_mut().item_spacing.x = gap::HAIR;
    let (mut pressed, mut phrase) = (None, None);
    for (button, action) in buttons {
        let response = button.show(ui);
        if action == Action::SafetyPhrase {
            phrase = Some(response.rect);
        }
        if response.clicked() {
            pressed = Some(action);
        }
    }
    let chosen = menu(&more.show(ui), &names.more, rarely(conversation, words));
    (pressed.or(chosen), phrase)
}

/// What sits in their seat, and in yours.
fn seats(conversation: &Conversation) -> (Seat, Seat) {
    let line = &conversation.line;
    let they = match conversation.presence {
        Presence::Talking if line.theirs.is_some() => Seat::Away,
        Presence::Talking => Seat::Taken,
        Presence::Left(_) => Seat::Free,
        Presence::Over(_) => Seat::Gone,
    };
    let you = if line.ours.is_some() {
        Seat::Away
    } else {
        Seat::Taken
    };
    (they, you)
}

/// What is rarely wanted.
fn rarely(conversation: &Conversation, words: &Words) -> Vec<(Icon, String, Action)> {
    let mut rows = vec![(Icon::Settings, words.get(Key::Settings), Action::OpenSettings)];
    if conversation.can_block() {
        rows.push((Icon::Block, words.get(Key::Block), Action::AskBlock));
    }
    rows
}

/// What the buttons say.
struct Names {
    phrase: String,
    next: String,
    leave: String,
    more: String,
}

impl Names {
    fn of(conversation: &Conversation, words: &Words) -> Self {
        Self {
            phrase: words.get(Key::SafetyPhrase),
            next: words.get(if conversation.asks_next_again() {
                Key::ChatNextAgain
            } else {
                Key::ChatNext
            }),
            leave: words.get(Key::ChatLeave),
            more: words.get(Key::ChatMore),
        }
    }
}

fn buttons<'a>(
    conversation: &Conversation,
    names: &'a Names,
    words: &Words,
    room: Room,
) -> Vec<(Button<'a>, Action)> {
    let asked = conversation.asks_next_again();
    let (next, leave, phrase) = (&names.next, &names.leave, &names.phrase);
    let phrase_button = Button::new(phrase, Kind::Bare)
        .icon(Icon::Phrase)
        .height(36.0)
        .icon_only(room.narrow())
        .held(matches!(conversation.sheet, Some(Sheet::Phrase { .. })))
        .tip(hint(words, phrase, Shortcut::Control("S")));
    // A question has to be read, so it keeps its words even where the others give theirs up.
    let next_button = Button::new(next, if asked { Kind::Quiet } else { Kind::Bare })
        .icon(Icon::Next)
        .height(36.0)
        .icon_only(room.narrow() && !asked)
        .tip(hint(words, next, Shortcut::Control("N")));
    let leave_button = Button::new(leave, Kind::Bare)
        .icon(Icon::Leave)
        .height(36.0)
        .icon_only(room.narrow())
        .tip(hint(words, leave, Shortcut::Control("L")));
    let mut buttons = vec![(next_button, Action::Next), (leave_button, Action::Leave)];
    if conversation.is_talking() && !conversation.is_open() {
        buttons.insert(0, (phrase_button, Action::SafetyPhrase));
    }
    buttons
}

/// The name and the line under it; a low window has no room for the line.
fn who(ui: &mut Ui, width: f32, height: f32, conversation: &Conversation, words: &Words, room: Room) {
    let palette = palette(ui);
    let title = match conversation.presence {
        Presence::Talking | Presence::Over(_) => conversation.who.called_first(words),
        Presence::Left(_) => words.get(Key::WaitingTitle),
    };
    let layout = Layout::top_down(Align::LEFT);
    ui.allocate_ui_with_layout(vec2(width, height), layout, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.set_width(width);
        let line = role::HEADER_NAME.line;
        if room.compact() {
            ui.add_space((height - line) / 2.0);
        } else {
            ui.set_height(height);
        }
        name_line(ui, conversation, &title, words, room);
        if !room.compact() {
            let (says, ink) = match line_status(conversation, words, room) {
                Some(says) => (says, palette.chance_ink),
                None => (status(conversation, words), status_ink(conversation, palette)),
            };
            let status = role::SMALL.job(says, ink);
            ui.add(Label::new(status).truncate().selectable(false));
        }
    });
}

/// What has to be known about somebody beside their name.
struct Mark {
    sign: Icon,
    says: Key,
    about: Key,
    /// A narrow bar gives the words up.
    sign_only: bool,
}

/// That their letters are of several alphabets; or, where a low bar has no room for the line that says so, that the host can read
/// what is said.
fn mark(conversation: &Conversation, room: Room) -> Option<Mark> {
    if matches!(conversation.presence, Presence::Left(_)) {
        return None;
    }
    if conversation.is_open() && room.compact() {
        return Some(Mark {
            sign: Icon::Eye,
            says: Key::OpenMark,
            about: Key::OpenBody,
            sign_only: false,
        });
    }
    conversation.mixed.then_some(Mark {
        sign: Icon::Letters,
        says: Key::ChatAlphabets,
        about: Key::ChatAlphabetsBody,
        sign_only: room.narrow(),
    })
}

/// The name, and its mark beside it.
fn name_line(ui: &mut Ui, conversation: &Conversation, title: &str, words: &Words, room: Room) {
    let palette = palette(ui);
    let name = role::HEADER_NAME.job(title, palette.text);
    let label = |name| Label::new(name).truncate().selectable(false);
    let Some(mark) = mark(conversation, room) else {
        ui.add(label(name));
        return;
    };
    let says = words.get(mark.says);
    let shown = if mark.sign_only { "" } else { &says };
    let galley = ui.painter().layout_job(role::META.job(shown, palette.chance_ink));
    let (sign, line) = (16.0, role::HEADER_NAME.line);
    let hint_width = sign + gap::HAIR + galley.size().x;
    let row = vec2(ui.available_width(), line);
    ui.allocate_ui_with_layout(row, Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = gap::TIGHT;
        ui.spacing_mut().interact_size.y = line;
        let rest = (ui.available_width() - hint_width - gap::TIGHT).max(24.0);
        ui.scope(|ui| {
            ui.set_max_width(rest);
            ui.add(label(name));
        });
        let (rect, response) = ui.allocate_exact_size(vec2(hint_width, line), Sense::hover());
        let centre = pos2(rect.left() + sign / 2.0, rect.center().y);
        icon(ui.painter(), centre, sign, mark.sign, palette.chance_ink);
        let at = pos2(
            rect.left() + sign + gap::HAIR,
            rect.center().y - galley.size().y / 2.0,
        );
        ui.painter().galley(at.round(), galley, palette.chance_ink);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &says));
        response.on_hover_text(words.get(mark.about));
    });
}

/// What is to be known about a line that is cut; ours first, since it is what one can do something about.
fn line_status(conversation: &Conversation, words: &Words, room: Room) -> Option<String> {
    let line = &conversation.line;
    if let Some(lost) = &line.ours {
        // A narrow bar has no room for both halves; the strip below says the other.
        let key = if room.narrow() {
            Key::LostStatusShort
        } else {
            Key::LostStatus
        };
        return Some(words.fill(key, &[("secs", lost.kept_secs.into())]));
    }
    let away = line.theirs.as_ref()?;
    let key = if room.narrow() {
        Key::AwayStatusShort
    } else {
        Key::AwayStatus
    };
    Some(words.fill(key, &[("secs", away.secs.into())]))
}

/// That the host can read what is said is no detail.
fn status_ink(conversation: &Conversation, palette: &Palette) -> Color32 {
    if conversation.is_open() && conversation.is_talking() {
        palette.chance_ink
    } else {
        palette.muted
    }
}

fn status(conversation: &Conversation, words: &Words) -> String {
    // A port is a name in digits: as text, no language groups them into thousands.
    let port = ("port", conversation.port.to_string().into());
    let name = ("name", conversation.who.called(words).into());
    match &conversation.presence {
        Presence::Talking if conversation.is_open() => words.fill(Key::OpenStatus, &[port]),
        Presence::Talking => words.fill(Key::ChatStatus, &[port]),
        Presence::Left(left) => words.fill(
            Key::ChatStatusLeft,
            &[port, name, ("time", words.time(&left.at).into())],
        ),
        Presence::Over(over) => words.fill(
            Key::ChatStatusOver,
            &[port, ("time", words.time(&over.at).into())],
        ),
    }
}
