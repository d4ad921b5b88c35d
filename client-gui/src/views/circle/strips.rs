//! Under the bar of a circle: that the server is gone, and how the visit to a stranger stands meanwhile.

use egui::Ui;

use crate::action::Action;
use crate::model::{Aside, Circle};
use crate::views::hints::{Shortcut, hint};
use crate::views::strips::{Strip, aside_strip};
use crate::widgets::button::Kind;
use crate::widgets::icon::Icon;
use crate::wording::{Key, Words};

/// Draws them, if there is something to say.
pub(super) fn strips(ui: &mut Ui, circle: &Circle, aside: Option<&Aside>, words: &Words) -> Option<Action> {
    let lost = lobby_lost(circle, words).and_then(|strip| strip.show(ui));
    let aside = aside.and_then(|aside| aside_strip(ui, aside, words));
    lost.or(aside)
}

fn lobby_lost(circle: &Circle, words: &Words) -> Option<Strip> {
    let pause = circle.lobby_lost.as_ref()?;
    let button = words.get(Key::TryNow);
    let rest = match pause.secs {
        0 => words.get(Key::CircleLobbyRest),
        secs => words.fill(Key::CircleLobbyAgain, &[("secs", secs.into())]),
    };
    Some(Strip {
        id: "lobby lost",
        sign: Icon::Cut,
        head: words.get(Key::CircleLobbyHead),
        rest,
        kind: Kind::Quiet,
        tip: Some(hint(words, &button, Shortcut::Control("R"))),
        button,
        action: Action::TryNow,
        warm: true,
    })
}
