//! Signs from the other side, and of the line between: what became of messages, who is writing, whose link is lost.

use acaso_shared::session::{ConversationId, Event};

use super::{Conversation, History, Model, Now};

impl Model {
    /// What became of a message of ours.
    pub(super) fn of_ours(&mut self, id: ConversationId, what: impl FnOnce(&mut History)) {
        if let Some(conversation) = self.conversation_mut().filter(|c| c.id == id) {
            what(&mut conversation.history);
        }
    }

    pub(super) fn typing(&mut self, id: ConversationId, typing: bool) {
        let shown = self.settings.typing;
        if let Some(conversation) = self.talk(id) {
            conversation.typing = typing && shown;
        }
    }

    /// A link was lost, or is back.
    pub(super) fn line(&mut self, event: &Event, now: &Now) {
        let (Event::LinkLost { conversation, .. }
        | Event::LinkBack { conversation }
        | Event::PartnerAway { conversation, .. }
        | Event::PartnerBack { conversation }) = event
        else {
            return;
        };
        let Some(conversation) = self.talk(*conversation) else {
            return;
        };
        // Whoever was writing cannot be seen writing over a line that is cut.
        conversation.typing = false;
        let line = &mut conversation.line;
        match event {
            Event::LinkLost {
                retry_in_millis,
                grace_left_millis,
                ..
            } => line.lose(*retry_in_millis, *grace_left_millis, now),
            Event::PartnerAway {
                grace_left_millis, ..
            } => line.miss(*grace_left_millis, now),
            Event::PartnerBack { .. } => line.theirs = None,
            _ => line.ours = None,
        }
    }

    /// That conversation, if it goes on.
    pub(super) fn talk(&mut self, id: ConversationId) -> Option<&mut Conversation> {
        self.conversation_mut().filter(|c| c.id == id && c.is_talking())
    }
}
