//! Under the bar of a plaza: a link that was lost, and how the visit to a stranger stands meanwhile.

use egui::Ui;

use crate::action::Action;
use crate::model::{Aside, Plaza, Standing};
use crate::views::hints::{Shortcut, hint};
use crate::views::strips::{Strip, aside_strip};
use crate::widgets::button::Kind;
use crate::widgets::icon::Icon;
use crate::wording::{Key, Words};

/// Draws them, if there is something to say.
pub(super) fn strips(ui: &mut Ui, plaza: &Plaza, aside: Option<&Aside>, words: &Words) -> Option<Action> {
    let lost = lost(plaza, words).and_then(|strip| strip.show(ui));
    let aside = aside.and_then(|aside| aside_strip(ui, aside, words));
    lost.or(aside)
}

fn lost(plaza: &Plaza, words: &Words) -> Option<Strip> {
    let Standing::Lost(pause) = &plaza.standing else {
        return None;
    };
    let button = words.get(Key::TryNow);
    let rest = match pause.secs {
        0 => words.get(Key::LostNow),
        secs => words.fill(Key::LostAgain, &[("secs", secs.into())]),
    };
    Some(Strip {
        id: "lost plaza",
        sign: Icon::Cut,
        head: words.get(Key::LostHead),
        rest,
        kind: Kind::Quiet,
        tip: Some(hint(words, &button, Shortcut::Control("R"))),
        button,
        action: Action::TryNow,
        warm: true,
    })
}
