//! Who is in a plaza.

use std::collections::BTreeMap;

use acaso_shared::protocol::plaza::{Member, MemberNumber};

use super::namesakes::{Namesakes, fold};
use crate::hygiene::shown_name;

/// More than any plaza holds: what a server tells beyond this is not believed.
const PEOPLE_MAX: usize = 10_000;

/// Everybody who is here.
#[derive(Default)]
pub struct People {
    by_number: BTreeMap<MemberNumber, String>,
    /// In the order in which they are shown.
    shown: Vec<Person>,
    namesakes: Namesakes,
    me: Option<MemberNumber>,
}

/// Somebody who is here.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Who, for certain.
    pub number: MemberNumber,
    /// What they are called, fit to be shown.
    pub name: String,
    /// Whether it is oneself.
    pub me: bool,
}

/// Names stay out of logs.
impl std::fmt::Debug for People {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "People({})", self.by_number.len())
    }
}

impl People {
    /// How many are here.
    pub fn count(&self) -> usize {
        self.by_number.len()
    }

    /// Everybody: oneself first, the others by name, and who came earlier first among those of one name.
    pub fn shown(&self) -> &[Person] {
        &self.shown
    }

    /// Who was here is no longer known to be.
    pub(super) fn begin_anew(&mut self, me: MemberNumber) {
        *self = Self {
            me: Some(me),
            ..Self::default()
        };
    }

    /// Somebody is here.
    pub(super) fn add(&mut self, member: &Member) {
        if self.by_number.len() >= PEOPLE_MAX || self.by_number.contains_key(&member.number) {
            return;
        }
        let (number, name) = (member.number, shown_name(&member.name));
        self.namesakes.add(number, &name);
        self.by_number.insert(number, name.clone());
        let me = self.me == Some(number);
        let person = Person { number, name, me };
        let place = self.shown.partition_point(|other| order(other) < order(&person));
        self.shown.insert(place, person);
    }

    /// Somebody is gone. Answers what they were called.
    pub(super) fn remove(&mut self, number: MemberNumber) -> Option<String> {
        let name = self.by_number.remove(&number)?;
        self.namesakes.remove(number, &name);
        self.shown.retain(|person| person.number != number);
        Some(name)
    }

    /// Whether anybody else here goes by this name.
    pub(super) fn others_by(&self, number: MemberNumber, name: &str) -> bool {
        self.namesakes.others(number, name)
    }
}

fn order(person: &Person) -> (bool, String, MemberNumber) {
    (!person.me, fold(&person.name), person.number)
}
