//! What the views noticed while they were drawn, as the engine should know: that something is being typed, and that everything
//! that came was looked at.

use acaso_shared::session::Command;

use super::{Effect, Model, Screen};

impl Model {
    /// Whoever has waited for a while is offered a plaza, if the server has any: asked once.
    fn wonder_about_plazas(&mut self) -> Option<Effect> {
        if self.outing.is_some() {
            return None;
        }
        let Screen::Waiting(waiting) = &mut self.screen else {
            return None;
        };
        if !waiting.has_offers() || std::mem::replace(&mut waiting.asked_plazas, true) {
            return None;
        }
        self.visit.clone().map(Effect::LookForPlazas)
    }

    /// Takes in what the last frame noticed. The engine decides whether, and how often, a partner is told.
    pub fn noticed(&mut self) -> Vec<Effect> {
        if let Some(question) = self.wonder_about_plazas() {
            return vec![question];
        }
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
