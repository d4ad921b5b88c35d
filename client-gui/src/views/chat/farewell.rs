//! When they have left: why, what becomes of the words, and what one can do now.

use acaso_shared::protocol::room::Parting;
use acaso_shared::session::Ending;
use egui::Ui;
use jiff::Zoned;

use crate::action::{Action, Invite, KeepWish};
use crate::model::{Conversation, Left, Over, Presence, WaitState};
use crate::theme::{Room, gap, palette, role};
use crate::views::hints::{Shortcut, hint};
use crate::widgets::button::{Button, Kind, button_row};
use crate::widgets::icon::Icon;
use crate::widgets::surface::{card, line};
use crate::widgets::text::{heading, secondary, text};
use crate::wording::{Key, Sentence, Words};

/// Draws it, if they have left.
pub(super) fn farewell(ui: &mut Ui, conversation: &Conversation, words: &Words) -> Option<Action> {
    let (sentence, choices) = match &conversation.presence {
        Presence::Talking => return None,
        Presence::Left(left) => {
            let choices = if conversation.by_code {
                known_choices()
            } else {
                left_choices(left, conversation.is_open())
            };
            (parting(conversation, left, words), choices)
        }
        Presence::Over(over) => {
            let choices = if conversation.by_code {
                known_choices()
            } else {
                vec![Choice::Next(Kind::Main), Choice::Leave]
            };
            (over_sentence(conversation, over, words), choices)
        }
    };
    let mut choices = choices;
    if conversation.keep.kept.is_some() {
        choices.insert(1, Choice::Code);
    }
    if Room::of(ui.ctx()).compact() {
        ui.add_space(gap::TIGHT);
        line(ui);
        ui.add_space(gap::TIGHT);
        text(ui, &sentence.what, role::LEAD, palette(ui).text);
        ui.add_space(gap::TIGHT);
        return buttons(ui, &choices, words, 36.0);
    }
    ui.add_space(gap::TIGHT);
    card(ui, |ui| {
        heading(ui, &sentence.what);
        if !sentence.next.is_empty() {
            ui.add_space(2.0);
            secondary(ui, &sentence.next);
        }
        ui.add_space(gap::BASE);
        buttons(ui, &choices, words, 40.0)
    })
}

/// Whether it says why they left: then the history need not.
pub(super) fn tells_why(conversation: &Conversation) -> bool {
    match &conversation.presence {
        Presence::Talking => false,
        Presence::Left(left) => matches!(left.state, WaitState::Seated { .. }) && !left.staying,
        Presence::Over(_) => true,
    }
}

/// Why they are gone, and what becomes of the words.
pub(super) fn reason(conversation: &Conversation, why: Parting, words: &Words) -> Sentence {
    let who = &conversation.who;
    if conversation.by_code {
        let mut sentence = words.parting(why, &who.called_first(words));
        sentence.next = words.get(Key::LeftBodyCode);
        return sentence;
    }
    match (conversation.is_open(), why) {
        (false, _) => words.parting(why, &who.called_first(words)),
        (true, Parting::Lost) => words.parting_open(why, &who.called(words)),
        (true, _) => words.parting_open(why, &who.called_first(words)),
    }
}

/// Why the visit ended, unless it was our own goodbye.
pub(in crate::views) fn ending(ending: &Ending, at: &Zoned, words: &Words) -> Option<Sentence> {
    match ending {
        Ending::Left => None,
        Ending::Closing(closing) => Some(words.closing(*closing)),
        Ending::Problem(problem) => Some(words.problem(problem, at)),
    }
}

fn over_sentence(conversation: &Conversation, over: &Over, words: &Words) -> Sentence {
    if let Some(why) = over.parted {
        return reason(conversation, why, words);
    }
    ending(&over.ending, &over.at, words).unwrap_or_else(|| Sentence {
        what: words.get(Key::ChatLeave),
        next: String::new(),
    })
}

/// Why they left; how the way to the next one goes, where that has become the news.
fn parting(conversation: &Conversation, left: &Left, words: &Words) -> Sentence {
    let body = reason(conversation, left.reason, words);
    match &left.state {
        WaitState::TryingAgain {
            problem, in_secs, at, ..
        } => Sentence {
            what: words.problem(problem, at).what,
            next: words.fill(Key::WaitingAgain, &[("secs", (*in_secs).into())]),
        },
        WaitState::Calling { .. } => Sentence {
            what: body.what,
            next: words.get(Key::WaitingCallingBody),
        },
        WaitState::Seated { .. } if left.staying => {
            let time = words.elapsed(left.elapsed.as_secs());
            Sentence {
                what: words.fill(Key::LeftWaiting, &[("time", time.into())]),
                next: body.next,
            }
        }
        WaitState::Seated { .. } => body,
    }
}

/// What there is to do.
#[derive(Clone, Copy)]
enum Choice {
    TryNow,
    Next(Kind),
    Wait,
    Leave,
    Block,
    /// The code to meet again.
    Code,
    /// Another code: where one has met by one no stranger comes.
    Invite,
    /// Done; there is nothing more to press.
    Blocked,
}

/// After a conversation with somebody one knows.
fn known_choices() -> Vec<Choice> {
    vec![Choice::Invite, Choice::Next(Kind::Quiet), Choice::Leave]
}

fn left_choices(left: &Left, open: bool) -> Vec<Choice> {
    let mut choices = match &left.state {
        WaitState::TryingAgain { .. } => vec![Choice::TryNow, Choice::Leave],
        _ if left.staying => vec![Choice::Next(Kind::Quiet), Choice::Leave],
        _ => vec![
            Choice::Next(Kind::Main),
            Choice::Wait,
            Choice::Leave,
            if left.blocked {
                Choice::Blocked
            } else {
                Choice::Block
            },
        ],
    };
    // An old client is somebody new at each visit.
    choices.retain(|choice| !(open && matches!(choice, Choice::Block)));
    choices
}

fn buttons(ui: &mut Ui, choices: &[Choice], words: &Words, height: f32) -> Option<Action> {
    let room = Room::of(ui.ctx());
    let (compact, small) = (room.compact(), room.compact() || room.narrow());
    let named: Vec<(String, Choice)> = choices
        .iter()
        // A small window has it in the menu of its header alone.
        .filter(|choice| !(small && matches!(choice, Choice::Block | Choice::Blocked)))
        .map(|choice| (words.get(choice.key()), *choice))
        .collect();
    let row = named.iter().map(|(name, choice)| {
        let (kind, action, key) = choice.parts();
        let mut button = Button::new(name, kind)
            .height(height)
            .enabled(!matches!(choice, Choice::Blocked));
        if let Some(key) = key {
            button = button.tip(hint(words, name, Shortcut::Control(key)));
        }
        if !compact && matches!(choice, Choice::Next(_)) {
            button = button.icon(Icon::Next);
        }
        (button, action)
    });
    button_row(ui, row.collect())
}

impl Choice {
    fn key(self) -> Key {
        match self {
            Self::TryNow => Key::TryNow,
            Self::Next(_) => Key::LeftNext,
            Self::Wait => Key::LeftWait,
            Self::Leave => Key::ChatLeave,
            Self::Code => Key::KeptShowShort,
            Self::Invite => Key::LeftInvite,
            Self::Block => Key::Block,
            Self::Blocked => Key::Blocked,
        }
    }

    /// How it looks, what it does, and the letter that does the same with Control, if one does.
    fn parts(self) -> (Kind, Action, Option<&'static str>) {
        match self {
            Self::TryNow => (Kind::Main, Action::TryNow, Some("R")),
            Self::Next(kind) => (kind, Action::Next, Some("N")),
            Self::Wait => (Kind::Quiet, Action::WaitHere, Some("E")),
            Self::Leave => (Kind::Bare, Action::Leave, Some("L")),
            Self::Code => (Kind::Quiet, Action::Keep(KeepWish::Show), None),
            Self::Invite => (Kind::Main, Action::Invitation(Invite::Open), None),
            Self::Block | Self::Blocked => (Kind::Bare, Action::AskBlock, None),
        }
    }
}
