//! The bar above a conversation: the room as it is now, who is there, one line about it, and the two ways out.

use egui::{Color32, Rect, Sense, Ui, vec2};

use crate::action::{Action, KeepWish};
use crate::hygiene::shown_name;
use crate::model::{Conversation, Presence, Sheet};
use crate::theme::{Palette, Room, gap, palette};
use crate::views::header_bar::{Mark, Titled, header_bar, sign_side};
use crate::views::hints::{Shortcut, hint};
use crate::widgets::button::{Button, Kind};
use crate::widgets::icon::Icon;
use crate::widgets::menu::menu;
use crate::widgets::tile::{Seat, TileColours, tile};
use crate::wording::{Key, Words};

/// Draws the bar. Answers as well where the button of the safety phrase stands.
pub(super) fn header(
    ui: &mut Ui,
    conversation: &Conversation,
    behind: Option<&str>,
    words: &Words,
) -> (Option<Action>, Option<Rect>) {
    header_bar(ui, "conversation", |ui, room| {
        content(ui, conversation, behind, words, room)
    })
}

fn content(
    ui: &mut Ui,
    conversation: &Conversation,
    behind: Option<&str>,
    words: &Words,
    room: Room,
) -> (Option<Action>, Option<Rect>) {
    ui.spacing_mut().item_spacing.x = gap::SNUG;
    let side = sign_side(room);
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
    titled(ui, conversation, words, room).show(ui, rest, room);
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
    let chosen = menu(&more.show(ui), &names.more, rarely(conversation, behind, words));
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
fn rarely(conversation: &Conversation, behind: Option<&str>, words: &Words) -> Vec<(Icon, String, Action)> {
    let back = behind.map(|plaza| {
        let says = words.fill(Key::PlazaBack, &[("plaza", plaza.into())]);
        (Icon::Plaza, says, Action::ToPlaza)
    });
    let mut rows: Vec<_> = back.into_iter().collect();
    rows.extend(keeping(conversation, words));
    rows.push((Icon::Settings, words.get(Key::Settings), Action::OpenSettings));
    if conversation.can_block() {
        rows.push((Icon::Block, words.get(Key::Block), Action::AskBlock));
    }
    rows
}

/// Keeping in touch; whether it was said is shown to who said it alone.
fn keeping(conversation: &Conversation, words: &Words) -> Vec<(Icon, String, Action)> {
    let mut rows = Vec::new();
    if conversation.can_keep() {
        let (sign, says) = if conversation.keep.said {
            (Icon::Check, Key::KeepSaidRow)
        } else {
            (Icon::Invitation, Key::Keep)
        };
        rows.push((sign, words.get(says), Action::Keep(KeepWish::Ask)));
    }
    if let Some(kept) = &conversation.keep.kept {
        let name = shown_name(&kept.person.name);
        let says = words.fill(Key::KeptShow, &[("name", name.into())]);
        rows.push((Icon::Invitation, says, Action::Keep(KeepWish::Show)));
    }
    for other in &conversation.keep.others {
        let name = shown_name(&other.person.name);
        let says = words.fill(Key::KeptShow, &[("name", name.into())]);
        let show = KeepWish::ShowOther(other.person.code.clone());
        rows.push((Icon::Invitation, says, Action::Keep(show)));
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
    let mut buttons = vec![(leave_button, Action::Leave)];
    // With somebody one knows there is no next one as long as they are there.
    if !(conversation.by_code && conversation.is_talking()) {
        buttons.insert(0, (next_button, Action::Next));
    }
    if conversation.is_talking() && !conversation.is_open() {
        buttons.insert(0, (phrase_button, Action::SafetyPhrase));
    }
    buttons
}

/// The name and the line under it.
fn titled(ui: &Ui, conversation: &Conversation, words: &Words, room: Room) -> Titled {
    let palette = palette(ui);
    let title = match conversation.presence {
        Presence::Talking | Presence::Over(_) => conversation.who.called_first(words),
        Presence::Left(_) => words.get(Key::WaitingTitle),
    };
    let status = match line_status(conversation, words, room) {
        Some(says) => (says, palette.chance_ink),
        None => (status(conversation, words), status_ink(conversation, palette)),
    };
    Titled {
        title,
        mark: mark(conversation, words, room),
        status,
    }
}

/// That their letters are of several alphabets; or, where a low bar has no room for the line that says so, that the host can read
/// what is said.
fn mark(conversation: &Conversation, words: &Words, room: Room) -> Option<Mark> {
    if matches!(conversation.presence, Presence::Left(_)) {
        return None;
    }
    if conversation.is_open() && room.compact() {
        return Some(Mark {
            sign: Icon::Eye,
            says: words.get(Key::OpenMark),
            about: words.get(Key::OpenBody),
            sign_only: false,
        });
    }
    conversation.mixed.then(|| Mark {
        sign: Icon::Letters,
        says: words.get(Key::ChatAlphabets),
        about: words.get(Key::ChatAlphabetsBody),
        sign_only: room.narrow(),
    })
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
        Presence::Talking if conversation.vouched => words.get(Key::ChatStatusCode),
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
