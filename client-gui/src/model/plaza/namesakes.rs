//! Which names more than one go by: two in a plaza may have the same, and a number tells them apart.

use std::collections::{BTreeMap, HashMap};

use acaso_shared::protocol::plaza::MemberNumber;

/// Who goes by which name, and how often that stands somewhere.
#[derive(Debug, Default)]
pub(super) struct Namesakes(HashMap<String, BTreeMap<MemberNumber, usize>>);

impl Namesakes {
    /// The name stands somewhere once more.
    pub(super) fn add(&mut self, number: MemberNumber, name: &str) {
        *self.0.entry(fold(name)).or_default().entry(number).or_default() += 1;
    }

    /// It stands there no more.
    pub(super) fn remove(&mut self, number: MemberNumber, name: &str) {
        let folded = fold(name);
        let Some(numbers) = self.0.get_mut(&folded) else {
            return;
        };
        if let Some(times) = numbers.get_mut(&number) {
            *times -= 1;
            if *times == 0 {
                numbers.remove(&number);
            }
        }
        if numbers.is_empty() {
            self.0.remove(&folded);
        }
    }

    /// Whether anybody else goes by this name.
    pub(super) fn others(&self, number: MemberNumber, name: &str) -> bool {
        let numbers = self.0.get(&fold(name));
        numbers.is_some_and(|numbers| numbers.keys().any(|other| *other != number))
    }
}

/// Names that differ in capitals alone look the same to most.
pub(super) fn fold(name: &str) -> String {
    name.to_lowercase()
}
