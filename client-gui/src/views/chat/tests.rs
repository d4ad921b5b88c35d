//! What undoing brings back in the composer: only what was typed for the person who is there.

use acaso_shared::ids::{Name, RoomPort};
use acaso_shared::protocol::room::{Parting, Role as Part};
use acaso_shared::session::{Event, Partner};
use egui::{Key as Press, Modifiers, RawInput, Rect, pos2, vec2};

use super::*;
use crate::model::{Model, Now};
use crate::prefs::Settings;
use crate::views::window_ui;
use crate::wording::Spoken;

/// A window with a conversation, and nobody but the keyboard.
struct Window {
    ctx: Context,
    model: Model,
    words: Words,
    /// Undoing goes back to where a text has rested for a second: each frame is two later.
    secs: f64,
}

impl Window {
    fn talking() -> Self {
        let server = "chat.example.org".to_owned();
        let rules_accepted = vec![server.parse().unwrap()];
        let settings = Settings {
            server,
            rules_accepted,
            ..Settings::default()
        };
        let ctx = Context::default();
        crate::fonts::install(&ctx);
        crate::theme::install(&ctx);
        let mut window = Self {
            ctx,
            model: Model::new(settings, false),
            words: Words::speaking(Spoken::English),
            secs: 0.0,
        };
        window.wish(Action::Meet);
        window.hear(Event::Calling { attempt: 1 });
        window.meet(1);
        window
    }

    fn wish(&mut self, action: Action) {
        let _ = self.model.wish(action, &Now::read());
    }

    fn hear(&mut self, event: Event) {
        let _ = self.model.heard(event, &Now::read());
    }

    fn meet(&mut self, number: u64) {
        self.hear(Event::Paired(Partner {
            conversation: ConversationId(number),
            name: Name::parse("Marina").unwrap(),
            port: RoomPort::try_from(4127).unwrap(),
            role: Part::Initiator,
            phrase: acaso_shared::sealed::SafetyPhrase::from_hash(&[7; 32]),
            meeting: [7; 32],
            can_keep: true,
            had_code: false,
        }));
        self.frame(Vec::new());
        self.frame(Vec::new());
    }

    fn frame(&mut self, events: Vec<egui::Event>) {
        self.secs += 2.0;
        let screen = Rect::from_min_size(pos2(0.0, 0.0), vec2(800.0, 600.0));
        let input = RawInput {
            screen_rect: Some(screen),
            focused: true,
            time: Some(self.secs),
            events,
            ..Default::default()
        };
        let (model, words, mut wished) = (&mut self.model, &self.words, None);
        let mut output = self.ctx.run_ui(input, |ui| {
            wished = window_ui(ui, model, words, true).or(wished.take());
        });
        output.textures_delta.clear();
        if let Some(action) = wished {
            self.wish(action);
        }
    }

    fn press(&mut self, key: Press, modifiers: Modifiers) {
        self.frame(vec![egui::Event::Key {
            key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers,
        }]);
    }

    fn type_text(&mut self, text: &str) {
        self.frame(vec![egui::Event::Text(text.to_owned())]);
        self.frame(Vec::new());
    }

    fn undo(&mut self) -> String {
        self.press(Press::Z, Modifiers::COMMAND);
        self.model
            .conversation()
            .map(|c| c.composer.text.clone())
            .unwrap_or_default()
    }
}

#[test]
fn undoing_brings_back_what_was_typed_for_this_person() {
    let mut window = Window::talking();
    window.type_text("only for you");
    window.press(Press::Enter, Modifiers::NONE);
    assert_eq!(window.undo(), "only for you");
}

#[test]
fn undoing_never_brings_back_what_was_typed_for_somebody_else() {
    let mut window = Window::talking();
    window.type_text("only for you");
    window.press(Press::Enter, Modifiers::NONE);
    window.hear(Event::PartnerLeft {
        conversation: ConversationId(1),
        reason: Parting::Left,
    });
    window.meet(2);
    assert_eq!(window.undo(), "", "the next in the same room");

    window.type_text("and this for the second");
    window.press(Press::Enter, Modifiers::NONE);
    window.wish(Action::Leave);
    window.frame(Vec::new());
    let left_behind = window
        .ctx
        .data_mut(|data| data.get_persisted::<TextEditState>(composer_id()).is_some());
    assert!(!left_behind, "after leaving nothing of it is kept");
}
