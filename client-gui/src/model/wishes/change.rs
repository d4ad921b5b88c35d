//! A changed setting.

use acaso_shared::session::Command;

use crate::action::Change;
use crate::model::{Effect, Model, Screen};
use crate::prefs::Settings;

impl Model {
    /// A changed setting; the engine hears at once of those that concern a partner.
    pub(super) fn change(&mut self, change: Change) -> Vec<Effect> {
        if matches!(change, Change::Carrier(_)) {
            self.carrier = None;
        }
        let before = (self.settings.habits(), self.settings.old_clients);
        let mut effects = self.settings.change(change);
        let (habits, old_clients) = (self.settings.habits(), self.settings.old_clients);
        let visiting = matches!(self.screen, Screen::Waiting(_) | Screen::Chat(_));
        if visiting && habits != before.0 {
            effects.push(Effect::Ask(Command::Habits(habits)));
        }
        if visiting && old_clients != before.1 {
            effects.push(Effect::Ask(Command::OldClients(old_clients)));
        }
        if let Some(conversation) = self.conversation_mut().filter(|_| !habits.typing) {
            conversation.typing = false;
        }
        effects
    }
}

impl Settings {
    fn change(&mut self, change: Change) -> Vec<Effect> {
        match change {
            Change::Theme(theme) => self.theme = theme,
            Change::Language(language) => self.language = language,
            Change::TextPercent(percent) => self.text_percent = percent,
            Change::Motion(motion) => self.motion = motion,
            Change::Notices(on) => self.notices = on,
            Change::Typing(on) => self.typing = on,
            Change::Seen(on) => self.seen = on,
            Change::Carrier(carrier) => self.carrier = carrier,
            Change::OldClients(on) => self.old_clients = on,
        }
        vec![Effect::Save]
    }
}
