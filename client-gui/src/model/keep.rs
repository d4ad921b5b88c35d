//! Keeping in touch: what the person said about it, and the code to meet again, which exists only if both said so.

use acaso_shared::ids::{Code, Name};
use acaso_shared::session::{Command, ConversationId};

use super::{Conversation, Effect, Model, Now, Sheet, Trouble};
use crate::action::{HeldWish, KeepWish};
use crate::prefs::{Acquaintance, AcquaintancesError, Wish};

/// More codes than anybody gets without putting one away.
const CODES_MAX: usize = 8;

/// How far keeping in touch has come.
#[derive(Debug)]
pub struct Keep {
    /// The server can tell both; otherwise nothing is offered.
    pub possible: bool,
    /// The person said that they would like to. Whether the partner did is not known to anybody here.
    pub said: bool,
    /// Both did: the code that is looked at, which may be one to meet somebody else, who sat here before.
    pub kept: Option<KeptCode>,
    /// Others that are on no disk, the latest first.
    pub others: Vec<KeptCode>,
    /// The partner's name, as they gave it.
    name: Option<Name>,
}

/// The code to meet again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCode {
    /// In which conversation both said so: its safety phrase tells whether somebody sat in between.
    pub of: ConversationId,
    /// Whom one meets with it, and where.
    pub person: Acquaintance,
    /// What became of it.
    pub storing: Storing,
    /// It was copied.
    pub copied: bool,
    /// The person has seen it and closed it: it may go with the conversation.
    put_away: bool,
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
            others: Vec::new(),
            name: None,
        }
    }
}

impl KeptCode {
    fn new(of: ConversationId, person: Acquaintance) -> Self {
        Self {
            of,
            person,
            storing: Storing::No,
            copied: false,
            put_away: false,
        }
    }

    /// Whether it may not go unless it is shown again: nobody has closed it, or the disk has not answered.
    fn is_held(&self) -> bool {
        match self.storing {
            Storing::No | Storing::Failed(_) => !self.put_away,
            Storing::Asked => true,
            Storing::Done => false,
        }
    }

    /// Whether it is to be put before the person's eyes.
    fn wants_to_be_seen(&self) -> bool {
        !self.put_away && self.storing != Storing::Done
    }

    /// The disk has answered.
    fn answered(&mut self, trouble: Option<AcquaintancesError>) {
        // What was closed in good faith is shown again if it is nowhere else.
        self.put_away &= trouble.is_none();
        self.storing = trouble.map_or(Storing::Done, Storing::Failed);
    }
}

impl Keep {
    /// Shows this code; the one before it is still there.
    fn show(&mut self, code: KeptCode) {
        let before = self.kept.replace(code);
        if let Some(before) = before.filter(|before| before.storing != Storing::Done) {
            self.others.insert(0, before);
        }
        self.others.truncate(CODES_MAX);
    }

    /// Shows that one of the others.
    fn turn_to(&mut self, code: &Code) {
        let at = self.others.iter().position(|other| other.person.code == *code);
        if let Some(at) = at {
            let code = self.others.remove(at);
            self.show(code);
        }
    }

    /// The code was looked at. Answers whether another one is there that was not.
    fn put_away(&mut self) -> bool {
        if let Some(kept) = &mut self.kept {
            kept.put_away = true;
        }
        let next = self.others.iter().find(|other| other.wants_to_be_seen());
        let next = next.map(|other| other.person.code.clone());
        next.inspect(|code| self.turn_to(code)).is_some()
    }

    fn with_code(&mut self, code: &Code) -> Option<&mut KeptCode> {
        let mut all = self.kept.iter_mut().chain(&mut self.others);
        all.find(|kept| kept.person.code == *code)
    }

    /// Takes those out that may not go, the latest first.
    fn take_held(&mut self) -> Vec<KeptCode> {
        let all = self.kept.take().into_iter().chain(self.others.drain(..));
        all.filter(KeptCode::is_held).collect()
    }
}

impl Conversation {
    /// Puts a code before the person's eyes again, unless something else lies there: then it comes when the conversation goes.
    fn show_unseen(&mut self, code: Option<&Code>) {
        if let Some(code) = code
            && self.sheet.is_none()
        {
            self.keep.turn_to(code);
            self.open_sheet(Sheet::Kept);
        }
    }

    /// Closes the safety phrase; a code from which one went there is looked at again.
    pub(super) fn close_phrase(&mut self) {
        self.close_sheet();
        if self.keep.kept.as_ref().is_some_and(KeptCode::wants_to_be_seen) {
            self.open_sheet(Sheet::Kept);
        }
    }

    /// Closes the code that is looked at; one that was not looked at yet comes next.
    pub(super) fn close_code(&mut self) {
        if self.keep.put_away() {
            self.sheet_focus = true;
        } else {
            self.close_sheet();
        }
    }

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
            KeepWish::ShowOther(code) if conversation.keep.with_code(&code).is_some() => {
                conversation.keep.turn_to(&code);
                conversation.open_sheet(Sheet::Kept);
            }
            KeepWish::Copy => return copy(conversation),
            KeepWish::Store => return store(conversation),
            KeepWish::Ask | KeepWish::Say | KeepWish::Show | KeepWish::ShowOther(_) => {}
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
        conversation.keep.show(KeptCode::new(
            id,
            Acquaintance {
                name,
                server,
                code,
                since,
            },
        ));
        conversation.open_sheet(Sheet::Kept);
    }

    /// Somebody comes while a code to meet somebody else again is being looked at: it stays, for it is shown once.
    pub(super) fn carry_code_to(&mut self, next: &mut Conversation) {
        self.hold_codes();
        for code in self.invitation.held.drain(..).rev() {
            next.keep.show(code);
        }
        let unseen = next.keep.kept.as_ref().is_some_and(KeptCode::wants_to_be_seen);
        if unseen || next.keep.put_away() {
            next.open_sheet(Sheet::Kept);
        }
    }

    /// The conversation goes: codes that nobody has put away, or that the disk may refuse, do not go with it.
    pub(super) fn hold_codes(&mut self) {
        let Some(conversation) = self.conversation_mut() else {
            return;
        };
        let mut held = conversation.keep.take_held();
        held.append(&mut self.invitation.held);
        held.truncate(CODES_MAX);
        self.invitation.held = held;
    }

    /// Whose code waits to be put away, if any.
    pub(super) fn held_for(&self) -> Option<String> {
        let mut held = self.invitation.held.iter();
        let code = held.find(|code| code.wants_to_be_seen())?;
        Some(crate::hygiene::shown_name(&code.person.name))
    }

    /// What the person wishes about a code that outlived its conversation.
    pub(super) fn of_held(&mut self, wish: HeldWish, code: &Code) -> Vec<Effect> {
        let held = &mut self.invitation.held;
        let Some(at) = held.iter().position(|held| held.person.code == *code) else {
            return Vec::new();
        };
        match wish {
            HeldWish::Copy => vec![held[at].copy()],
            HeldWish::Store => held[at].store().into_iter().collect(),
            HeldWish::PutAway => {
                held[at].put_away = true;
                held.retain(KeptCode::is_held);
                Vec::new()
            }
        }
    }

    /// The code was written to the disk, or was not.
    pub(super) fn kept_on_disk(&mut self, code: &Code, trouble: Option<AcquaintancesError>) {
        if let Some(conversation) = self.conversation_mut()
            && let Some(kept) = conversation.keep.with_code(code)
        {
            kept.answered(trouble);
            let unseen = kept.wants_to_be_seen();
            conversation.show_unseen(unseen.then_some(code));
            return;
        }
        let held = &mut self.invitation.held;
        let Some(at) = held.iter().position(|held| held.person.code == *code) else {
            return;
        };
        held[at].answered(trouble);
        if !held[at].is_held() {
            held.remove(at);
            return;
        }
        let code = held[at].clone();
        self.show_held(code);
    }

    /// The disk did not take a code whose conversation has gone: shown over the one that is there now, else told on the first screen.
    fn show_held(&mut self, code: KeptCode) {
        if let Some(conversation) = self.conversation_mut() {
            let of = code.person.code.clone();
            conversation.keep.show(code);
            conversation.open_sheet(Sheet::Kept);
            self.invitation.held.retain(|held| held.person.code != of);
        } else if let Some(name) = self.held_for() {
            self.complain(Trouble::CodeHeld { name });
        }
    }
}

impl KeptCode {
    fn copy(&mut self) -> Effect {
        self.copied = true;
        Effect::Copy(self.person.code.to_string().into())
    }

    fn store(&mut self) -> Option<Effect> {
        if matches!(self.storing, Storing::Asked | Storing::Done) {
            return None;
        }
        self.storing = Storing::Asked;
        Some(Effect::People(Wish::Keep(self.person.clone())))
    }
}

fn copy(conversation: &mut Conversation) -> Vec<Effect> {
    conversation
        .keep
        .kept
        .as_mut()
        .map(KeptCode::copy)
        .into_iter()
        .collect()
}

fn store(conversation: &mut Conversation) -> Vec<Effect> {
    conversation
        .keep
        .kept
        .as_mut()
        .and_then(KeptCode::store)
        .into_iter()
        .collect()
}
