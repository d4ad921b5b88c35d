//! What can lie over a conversation: one question, or one thing to read, at a time.

use acaso_shared::session::Command;

use super::{Circle, CircleSheet, Conversation, Effect, Model, Plaza, PlazaSheet, Presence, Secrecy};
use crate::action::Action;
use crate::hygiene::Link;

/// A sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// The safety phrase.
    Phrase {
        /// It was copied.
        copied: bool,
    },
    /// Whether the partner is to be blocked.
    Block,
    /// Whether a link is to be opened.
    Link(Link),
    /// What keeping in touch means, or that the person said they would like to.
    Keep,
    /// The code to meet again.
    Kept,
}

impl Conversation {
    /// Lays this sheet over the conversation; it takes the keyboard.
    pub(super) fn open_sheet(&mut self, sheet: Sheet) {
        self.sheet = Some(sheet);
        self.sheet_focus = true;
    }

    /// Takes the sheet away; the keyboard goes back to where one writes.
    pub(super) fn close_sheet(&mut self) {
        if self.sheet.take().is_some() {
            self.composer.focus = true;
        }
    }

    /// Opens the safety phrase, or closes it. A conversation that is over has none: nobody is there to compare it with. Nor has one
    /// that the host can read.
    pub(super) fn toggle_phrase(&mut self) {
        if matches!(self.sheet, Some(Sheet::Phrase { .. })) {
            self.close_phrase();
        } else if self.is_talking() && !self.is_open() {
            self.open_sheet(Sheet::Phrase { copied: false });
        }
    }

    /// Whether the partner, or who was it just before, can be blocked: the server is there to be told, and was not told before. An
    /// old client is somebody new at each visit: nobody could keep the promise.
    pub fn can_block(&self) -> bool {
        if self.is_open() {
            return false;
        }
        match &self.presence {
            Presence::Talking => true,
            Presence::Left(left) => !left.blocked,
            Presence::Over(_) => false,
        }
    }
}

impl Model {
    /// What lies over the conversation, or is to.
    pub(super) fn over_conversation(&mut self, action: Action) -> Vec<Effect> {
        if action == Action::Block {
            return self.block();
        }
        if let Some(plaza) = self.plaza_in_front() {
            return over_plaza(plaza, action);
        }
        if let Some(circle) = self.circle_in_front() {
            return over_circle(circle, action);
        }
        let Some(conversation) = self.conversation_mut() else {
            return Vec::new();
        };
        match action {
            Action::SafetyPhrase => conversation.toggle_phrase(),
            Action::AskBlock if conversation.can_block() => conversation.open_sheet(Sheet::Block),
            Action::AskLink(link) => conversation.open_sheet(Sheet::Link(link)),
            Action::CloseSheet if conversation.sheet == Some(Sheet::Kept) => conversation.close_code(),
            Action::CloseSheet if matches!(conversation.sheet, Some(Sheet::Phrase { .. })) => {
                conversation.close_phrase();
            }
            Action::CloseSheet => conversation.close_sheet(),
            action => return from_sheet(conversation, &action),
        }
        Vec::new()
    }

    /// Never this partner again. Saying goodbye as well does no harm where the engine has done so, and ends the visit if they had
    /// gone just before: nobody stays in a room that is not on screen.
    fn block(&mut self) -> Vec<Effect> {
        let Some(conversation) = self.conversation_mut().filter(|c| c.can_block()) else {
            return Vec::new();
        };
        let block = Effect::Ask(Command::Block {
            conversation: conversation.id,
        });
        if let Presence::Left(left) = &mut conversation.presence {
            left.blocked = true;
            conversation.close_sheet();
            return vec![block];
        }
        let mut effects = vec![block];
        effects.extend(self.leave());
        effects
    }
}

/// The same over a plaza, where links are all there is to ask about.
fn over_plaza(plaza: &mut Plaza, action: Action) -> Vec<Effect> {
    let effect = match (action, &plaza.sheet) {
        (Action::AskLink(link), _) => {
            plaza.open_sheet(PlazaSheet::Link(link));
            return Vec::new();
        }
        (Action::OpenLink, Some(PlazaSheet::Link(link))) => vec![Effect::Browse(link.clone())],
        (Action::CopyLink, Some(PlazaSheet::Link(link))) => {
            vec![Effect::Copy(link.as_str().to_owned().into())]
        }
        (Action::CloseSheet, _) => Vec::new(),
        _ => return Vec::new(),
    };
    plaza.close_sheet();
    effect
}

/// The same over a circle.
fn over_circle(circle: &mut Circle, action: Action) -> Vec<Effect> {
    let effect = match (action, &circle.sheet) {
        (Action::AskLink(link), _) => {
            circle.open_sheet(CircleSheet::Link(link));
            return Vec::new();
        }
        (Action::OpenLink, Some(CircleSheet::Link(link))) => vec![Effect::Browse(link.clone())],
        (Action::CopyLink, Some(CircleSheet::Link(link))) => {
            vec![Effect::Copy(link.as_str().to_owned().into())]
        }
        (Action::CloseSheet, _) => Vec::new(),
        _ => return Vec::new(),
    };
    circle.close_sheet();
    effect
}

/// What is done on a sheet: with the phrase, or with the link that it asks about.
fn from_sheet(conversation: &mut Conversation, action: &Action) -> Vec<Effect> {
    let (effect, stays) = match (&mut conversation.sheet, action) {
        (Some(Sheet::Phrase { copied }), Action::CopyPhrase) => {
            let Secrecy::Sealed(phrase) = &conversation.secrecy else {
                return Vec::new();
            };
            *copied = true;
            (Effect::Copy(phrase.to_string().into()), true)
        }
        (Some(Sheet::Link(link)), Action::OpenLink) => (Effect::Browse(link.clone()), false),
        (Some(Sheet::Link(link)), Action::CopyLink) => (Effect::Copy(link.as_str().to_owned().into()), false),
        _ => return Vec::new(),
    };
    if !stays {
        conversation.close_sheet();
    }
    vec![effect]
}
