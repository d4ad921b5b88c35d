//! Whom a message of ours has reached.

use std::collections::{BTreeMap, BTreeSet};

use acaso_shared::protocol::circle::CircleMember;
use acaso_shared::session::MessageId;

/// To whom a message of ours was said, and what became of it.
pub struct Delivery {
    /// Our number for it.
    pub(super) id: MessageId,
    waits: BTreeSet<CircleMember>,
    has: BTreeSet<CircleMember>,
    missed: BTreeMap<CircleMember, Option<String>>,
}

/// How far a message of ours is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// On its way; so many of them have it.
    Some {
        /// How many have it.
        has: usize,
        /// To how many it was said.
        of: usize,
    },
    /// Everybody has it to whom it was said.
    All {
        /// How many they are.
        of: usize,
    },
    /// These may not have it, by name; nobody waits for it any more, or others still do.
    Missed {
        /// Their names, where known.
        names: Vec<String>,
    },
}

impl Delivery {
    /// It is on its way to these.
    pub(super) fn to(id: MessageId, listeners: impl Iterator<Item = CircleMember>) -> Self {
        Self {
            id,
            waits: listeners.collect(),
            has: BTreeSet::new(),
            missed: BTreeMap::new(),
        }
    }

    /// How far it is. Who does not have it is worth more than who has.
    pub fn state(&self) -> Delivered {
        if !self.missed.is_empty() {
            let names = self.missed.values().flatten().cloned().collect();
            return Delivered::Missed { names };
        }
        let (has, of) = (self.has.len(), self.has.len() + self.waits.len());
        if self.waits.is_empty() && of > 0 {
            return Delivered::All { of };
        }
        Delivered::Some { has, of }
    }

    /// Whether somebody is still to get it.
    pub(super) fn waits(&self) -> bool {
        !self.waits.is_empty()
    }

    pub(super) fn waits_for(&self, member: CircleMember) -> bool {
        self.waits.contains(&member)
    }

    /// That member has it. One who came while it was being said is only known by this very message's number.
    pub(super) fn reached(&mut self, member: CircleMember, this_very: bool) {
        if self.waits.remove(&member) || this_very {
            self.missed.remove(&member);
            self.has.insert(member);
        }
    }

    /// That member may not have it.
    pub(super) fn missed(&mut self, member: CircleMember, name: Option<String>) {
        self.waits.remove(&member);
        if self.has.contains(&member) {
            return;
        }
        let known = self.missed.entry(member).or_default();
        if known.is_none() {
            *known = name;
        }
    }

    /// Nobody who has not got it will.
    pub(super) fn close(&mut self, name_of: impl Fn(CircleMember) -> Option<String>) {
        for member in std::mem::take(&mut self.waits) {
            self.missed(member, name_of(member));
        }
    }
}
