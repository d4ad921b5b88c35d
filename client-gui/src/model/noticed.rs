//! What the views noticed while they were drawn, as the engine should know: that something is being typed, and that everything
//! that came was looked at.

use acaso_shared::session::Command;

use super::{Effect, Model};

impl Model {
    /// Takes in what the last frame noticed. The engine decides whether, and how often, a partner is told.
    pub fn noticed(&mut self) -> Vec<Effect> {
        let looking = self.is_seen();
        let Some(conversation) = self.conversation_mut() else {
            return Vec::new();
        };
        let id = conversation.id;
        let typed = std::mem::take(&mut conversation.composer.typed);
        // An old client knows neither.
        if conversation.is_open() {
            return Vec::new();
        }
        let typing = typed && conversation.is_talking() && !conversation.composer.text.trim().is_empty();
        let mut effects = Vec::new();
        if typing {
            effects.push(Effect::Ask(Command::Typing { conversation: id }));
        }
        if looking && conversation.looks() {
            effects.push(Effect::Ask(Command::Looked { conversation: id }));
        }
        effects
    }
}
