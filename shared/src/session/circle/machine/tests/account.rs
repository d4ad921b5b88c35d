//! What one member was told, held against what may be: nothing twice, nothing out of order, and of everything said what became of it.

use std::collections::{BTreeMap, BTreeSet};

use super::world::Wrong;
use crate::ids::Fingerprint;
use crate::protocol::circle::CircleMember;
use crate::session::circle::CircleNews;
use crate::session::event::MessageId;

#[derive(Default)]
pub(super) struct Account {
    /// Who is shown by which number, and whether they are there.
    shown: BTreeMap<CircleMember, Fingerprint>,
    there: BTreeSet<CircleMember>,
    said: u64,
    /// Of what was said, who is not known to have it.
    open: BTreeSet<(MessageId, CircleMember)>,
    /// It is not known to have arrived: then they must be gone.
    undelivered: BTreeSet<CircleMember>,
    /// What was heard, and from whom.
    heard: BTreeMap<Fingerprint, Vec<u64>>,
}

impl Account {
    /// The next thing to be said, which is for everybody who is there.
    pub(super) fn says(&mut self) -> MessageId {
        self.said += 1;
        let id = MessageId(self.said);
        self.open.extend(self.there.iter().map(|member| (id, *member)));
        id
    }

    pub(super) fn has(&self, from: Fingerprint, id: MessageId) -> bool {
        self.heard.get(&from).is_some_and(|heard| heard.contains(&id.0))
    }

    /// Tells whom it is about.
    pub(super) fn tell(&mut self, news: &CircleNews) -> Result<Option<Fingerprint>, Wrong> {
        match news {
            CircleNews::Came { member, key, .. } => self.came(*member, *key)?,
            CircleNews::Went { member, .. } => {
                self.undelivered.remove(member);
                self.there.remove(member);
            }
            CircleNews::Said { member, text } => self.hears(*member, text.as_str().parse().unwrap())?,
            CircleNews::Delivered { id, member } => {
                self.closes(*id, *member)?;
                return Ok(self.shown.get(member).copied());
            }
            CircleNews::NotDelivered { id, member } => {
                self.closes(*id, *member)?;
                self.undelivered.insert(*member);
            }
            CircleNews::NotSaid { id, .. } if self.open.iter().any(|(open, _)| open == id) => {
                return Err(format!("{id:?} was not said, and somebody is there"));
            }
            CircleNews::Closed(_) => self.undelivered.clear(),
            CircleNews::Away { member }
            | CircleNews::Back { member, .. }
            | CircleNews::Path { member, .. }
                if !self.there.contains(member) =>
            {
                return Err(format!("{news:?} of somebody who is not there"));
            }
            _ => {}
        }
        Ok(None)
    }

    fn came(&mut self, member: CircleMember, key: Fingerprint) -> Result<(), Wrong> {
        let shown = self.there.iter().any(|there| self.shown[there] == key);
        let other = self.shown.insert(member, key).is_some_and(|before| before != key);
        if shown || other || !self.there.insert(member) {
            return Err(format!("{member:?} came, and somebody is shown twice"));
        }
        Ok(())
    }

    fn hears(&mut self, member: CircleMember, words: u64) -> Result<(), Wrong> {
        if !self.there.contains(&member) {
            return Err(format!("{member:?} is heard and is not there"));
        }
        let heard = self.heard.entry(self.shown[&member]).or_default();
        if heard.last().is_some_and(|last| *last >= words) {
            return Err(format!("{words} of {member:?} after {:?}", heard.last()));
        }
        heard.push(words);
        Ok(())
    }

    fn closes(&mut self, id: MessageId, member: CircleMember) -> Result<(), Wrong> {
        match self.open.remove(&(id, member)) {
            true => Ok(()),
            false => Err(format!("nobody waits to hear whether {member:?} has {id:?}")),
        }
    }

    /// At the end, when everything has mended: exactly these others are there.
    pub(super) fn check(&self, others: &[Fingerprint]) -> Result<(), Wrong> {
        let there: BTreeSet<_> = self.there.iter().map(|member| self.shown[member]).collect();
        if there != others.iter().copied().collect() {
            return Err(format!("{} of {} others are there", there.len(), others.len()));
        }
        match (self.open.first(), self.undelivered.first()) {
            (None, None) => Ok(()),
            (Some(open), _) => Err(format!("nobody knows what became of {open:?}")),
            (_, Some(member)) => Err(format!(
                "something was not delivered to {member:?}, who did not go"
            )),
        }
    }
}
