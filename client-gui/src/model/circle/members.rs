//! Who is in a circle, by what they are called and how they are reached.

use std::collections::{BTreeMap, BTreeSet};

use acaso_shared::ids::{Fingerprint, Name};
use acaso_shared::protocol::circle::CircleMember;
use acaso_shared::session::circle::Path;

use crate::hygiene::shown_name;

/// Everybody in it besides oneself.
#[derive(Debug, Default)]
pub struct Members {
    others: BTreeMap<CircleMember, Member>,
    /// Who was there and went; whoever of them comes again was not there all along.
    gone: BTreeSet<CircleMember>,
}

/// As many of those are remembered: more than a circle ever had at once, many times over.
const GONE_MAX: usize = 256;

/// Somebody in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Member {
    /// Who, for certain.
    pub number: CircleMember,
    /// What they go by, fit to be shown, and the key that they show; nothing of somebody who was never reached.
    pub known: Option<Known>,
    /// How they are reached.
    pub reach: Reach,
}

/// What a member has shown of themselves.
#[derive(Clone, PartialEq, Eq)]
pub struct Known {
    /// What they go by, fit to be shown.
    pub name: String,
    /// Their key.
    pub key: Fingerprint,
}

/// How a member is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// At this moment, by this path.
    By(Path),
    /// Not at the moment; what is said is kept for them.
    Away,
    /// Never yet.
    Unreachable,
}

/// Names stay out of logs.
impl std::fmt::Debug for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Member({}, {:?})", self.number.0, self.reach)
    }
}

impl Member {
    /// What they go by, if they were ever reached.
    pub fn name(&self) -> Option<&str> {
        self.known.as_ref().map(|known| known.name.as_str())
    }

    /// Whether they hear what is said: now, or when they are back.
    pub fn hears(&self) -> bool {
        self.reach != Reach::Unreachable
    }
}

impl Members {
    /// The others as they are shown: by name, who came earlier first among those of one name; who was never reached comes last.
    pub fn shown(&self) -> Vec<&Member> {
        let mut shown: Vec<&Member> = self.others.values().collect();
        shown.sort_by_key(|member| {
            (
                !member.hears(),
                member.name().map(str::to_lowercase),
                member.number,
            )
        });
        shown
    }

    /// That one, if they are there.
    pub fn get(&self, number: CircleMember) -> Option<&Member> {
        self.others.get(&number)
    }

    /// How many hear what is said.
    pub fn hearing(&self) -> usize {
        self.others.values().filter(|member| member.hears()).count()
    }

    /// How many of them are reached through the server.
    pub fn relayed(&self) -> usize {
        let relayed = |member: &&Member| member.reach == Reach::By(Path::Relayed);
        self.others.values().filter(relayed).count()
    }

    /// Whether somebody is in it who is not reached at this moment.
    pub fn any_missing(&self) -> bool {
        let mut others = self.others.values();
        others.any(|member| !matches!(member.reach, Reach::By(_)))
    }

    /// Whether that one was there before, and went.
    pub(super) fn went_before(&self, number: CircleMember) -> bool {
        self.gone.contains(&number)
    }

    /// Those who hear what is said.
    pub(super) fn listeners(&self) -> impl Iterator<Item = CircleMember> {
        let hearing = self.others.values().filter(|member| member.hears());
        hearing.map(|member| member.number)
    }

    /// What that one goes by.
    pub(super) fn name(&self, number: CircleMember) -> Option<String> {
        self.get(number)?.name().map(str::to_owned)
    }

    /// Whether another of them goes by the same name, but for capitals.
    pub(super) fn others_by(&self, number: CircleMember, name: &str) -> bool {
        let folded = name.to_lowercase();
        let mut others = self.others.values().filter(|other| other.number != number);
        others.any(|other| other.name().is_some_and(|name| name.to_lowercase() == folded))
    }

    /// Somebody is reached for the first time. Answers what they go by.
    pub(super) fn came(&mut self, number: CircleMember, name: &Name, key: Fingerprint, path: Path) -> String {
        let name = shown_name(name);
        let known = Some(Known {
            name: name.clone(),
            key,
        });
        let reach = Reach::By(path);
        self.others.insert(number, Member { number, known, reach });
        name
    }

    /// Somebody was introduced, and is not reached. Answers whether that is news.
    pub(super) fn unreachable(&mut self, number: CircleMember) -> bool {
        if self.others.contains_key(&number) {
            return false;
        }
        let reach = Reach::Unreachable;
        self.others.insert(
            number,
            Member {
                number,
                known: None,
                reach,
            },
        );
        true
    }

    /// Somebody known is reached another way. Answers what they go by, if that is news.
    pub(super) fn reach(&mut self, number: CircleMember, reach: Reach) -> Option<String> {
        let member = self
            .others
            .get_mut(&number)
            .filter(|member| member.known.is_some())?;
        let news = std::mem::replace(&mut member.reach, reach) != reach;
        if news { self.name(number) } else { None }
    }

    /// Somebody is gone. Answers who it was.
    pub(super) fn remove(&mut self, number: CircleMember) -> Option<Member> {
        let gone = self.others.remove(&number)?;
        self.gone.insert(number);
        if self.gone.len() > GONE_MAX {
            self.gone.pop_first();
        }
        Some(gone)
    }
}
