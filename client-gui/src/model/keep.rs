//! Keeping in touch: what the person said about it, and the code to meet again, which exists only if both said so.

use acaso_shared::ids::{Code, Name};
use acaso_shared::session::{Command, ConversationId};

use super::{Conversation, Effect, Model, Now, Sheet};
use crate::action::KeepWish;
use crate::prefs::{Acquaintance, AcquaintancesError, Wish};

/// How far keeping in touch has come.
#[derive(Debug)]
pub struct Keep {
    /// The server can tell both; otherwise nothing is offered.
    pub possible: bool,
    /// The person said that they would like to. Whether the partner did is not known to anybody here.
    pub said: bool,
    /// Both did.
    pub kept: Option<KeptCode>,
    /// The partner's name, as they gave it.
    name: Option<Name>,
}

/// The code to meet again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCode {
    /// Whom one meets with it, and where.
    pub person: Acquaintance,
    /// What became of it.
    pub storing: Storing,
    /// It was copied.
    pub copied: bool,
}

/// Whether the code is on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Storing {
    /// No, and nobody asked for it.
    No,
    /// It is being written.
    Asked,
    /// It is.
    Done,
    /// It could not be written.
    Failed(AcquaintancesError),
}

impl Keep {
    /// With this partner, where the server can tell both.
    pub(super) fn with(name: Name, possible: bool) -> Self {
        Self {
            possible,
            name: Some(name),
            ..Self::impossible()
        }
    }

    /// Where nothing is sealed there is nothing both could derive a code from.
    pub(super) fn impossible() -> Self {
        Self {
            possible: false,
            said: false,
            kept: None,
            name: None,
        }
    }
}

impl Conversation {
    /// Whether the person can say now that they would like to keep in touch, or look at having said so.
    pub fn can_keep(&self) -> bool {
        // A code on screen may be one to meet somebody else, who sat here before.
        let has_code = self.keep.said && self.keep.kept.is_some();
        self.keep.possible && self.is_talking() && !has_code
    }
}

impl Model {
    /// Takes in what the person wishes about keeping in touch.
    pub(super) fn keep_in_touch(&mut self, wish: KeepWish) -> Vec<Effect> {
        let Some(conversation) = self.conversation_mut() else {
            return Vec::new();
        };
        match wish {
            KeepWish::Ask if conversation.can_keep() => conversation.open_sheet(Sheet::Keep),
            KeepWish::Say if conversation.can_keep() && !conversation.keep.said => {
                conversation.keep.said = true;
                conversation.close_sheet();
                let conversation = conversation.id;
                return vec![Effect::Ask(Command::Keep { conversation })];
            }
            KeepWish::Show if conversation.keep.kept.is_some() => conversation.open_sheet(Sheet::Kept),
            KeepWish::Copy => return copy(conversation),
            KeepWish::Store => return store(conversation),
            KeepWish::Ask | KeepWish::Say | KeepWish::Show => {}
        }
        Vec::new()
    }

    /// Both would like to meet again: shown at once, over whatever else lies there.
    pub(super) fn kept(&mut self, id: ConversationId, code: Code, now: &Now) {
        let Some(server) = self.visit.as_ref().map(|visit| visit.server.clone()) else {
            return;
        };
        let since = now.local.date();
        let Some(conversation) = self.conversation_mut().filter(|c| c.id == id) else {
            return;
        };
        let Some(name) = conversation.keep.name.clone() else {
            return;
        };
        conversation.keep.said = true;
        conversation.keep.kept = Some(KeptCode {
            person: Acquaintance {
                name,
                server,
                code,
                since,
            },
            storing: Storing::No,
            copied: false,
        });
        conversation.open_sheet(Sheet::Kept);
    }

    /// Somebody comes while a code to meet somebody else again is being looked at: it stays, for it is shown once.
    pub(super) fn carry_code_to(&mut self, next: &mut Conversation) {
        let Some(before) = self.conversation_mut() else {
            return;
        };
        if before.sheet == Some(Sheet::Kept) {
            next.keep.kept = before.keep.kept.take();
            next.open_sheet(Sheet::Kept);
        }
    }

    /// The code was written to the disk, or was not.
    pub(super) fn kept_on_disk(&mut self, code: &Code, trouble: Option<AcquaintancesError>) {
        let kept = self.conversation_mut().and_then(|c| c.keep.kept.as_mut());
        if let Some(kept) = kept.filter(|kept| kept.person.code == *code) {
            kept.storing = trouble.map_or(Storing::Done, Storing::Failed);
        }
    }
}

fn copy(conversation: &mut Conversation) -> Vec<Effect> {
    let Some(kept) = &mut conversation.keep.kept else {
        return Vec::new();
    };
    kept.copied = true;
    vec![Effect::Copy(kept.person.code.to_string().into())]
}

fn store(conversation: &mut Conversation) -> Vec<Effect> {
    let Some(kept) = &mut conversation.keep.kept else {
        return Vec::new();
    };
    if matches!(kept.storing, Storing::Asked | Storing::Done) {
        return Vec::new();
    }
    kept.storing = Storing::Asked;
    vec![Effect::People(Wish::Keep(kept.person.clone()))]
}
