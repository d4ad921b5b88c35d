//! Which plazas a server has: public rooms for many, each with a name, a size and a place to come in.

use std::collections::HashSet;

use acaso_shared::ids::PlazaName;
use serde::{Deserialize, Deserializer, de};

/// Plazas of one server at most: what a person still reads as a list.
pub const PLAZAS_MAX: usize = 32;

/// People in a plaza unless an operator says otherwise.
const PEOPLE_USUAL: u32 = 1000;

/// People in a plaza at most: everything that one says is written to each of them.
const PEOPLE_MAX: u32 = 10_000;

/// Posts that a plaza keeps for newcomers at most.
pub(crate) const HISTORY_MAX: u32 = 50;

/// One plaza as the operator wants it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlazaSetup {
    /// What it is called.
    #[serde(deserialize_with = "name")]
    pub name: PlazaName,
    /// How many people may be in it at once.
    #[serde(default = "people_usual", deserialize_with = "people")]
    pub people_max: u32,
    /// A port of its own, where it is entered as well as at the lobby's; 0 is any free one.
    #[serde(default)]
    pub port: Option<u16>,
    /// How many of the last posts a newcomer is shown.
    #[serde(default, deserialize_with = "history")]
    pub history: u32,
}

impl PlazaSetup {
    /// A plaza of that name, as most are.
    pub fn new(name: PlazaName) -> Self {
        Self {
            name,
            people_max: PEOPLE_USUAL,
            port: None,
            history: 0,
        }
    }
}

/// Why these plazas cannot be had together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPlazas {
    /// More than a person chooses from.
    #[error("a server has {PLAZAS_MAX} plazas at most, these are {0}: take some out")]
    TooMany(usize),
    /// People could not tell them apart.
    #[error("two plazas are called {0}: give one of them another name")]
    SameName(PlazaName),
}

/// Whether a server can have these.
///
/// # Errors
/// Says what is wrong with them.
pub(super) fn check(plazas: &[PlazaSetup]) -> Result<(), BadPlazas> {
    if plazas.len() > PLAZAS_MAX {
        return Err(BadPlazas::TooMany(plazas.len()));
    }
    let mut names = HashSet::new();
    let again = |plaza: &&PlazaSetup| !names.insert(plaza.name.as_str().to_lowercase());
    match plazas.iter().find(again) {
        Some(plaza) => Err(BadPlazas::SameName(plaza.name.clone())),
        None => Ok(()),
    }
}

/// Reads the `[[plaza]]` tables of a file.
pub(super) fn plazas<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<PlazaSetup>>, D::Error> {
    let plazas = Vec::deserialize(from)?;
    check(&plazas).map_err(de::Error::custom)?;
    Ok(Some(plazas))
}

fn name<'de, D: Deserializer<'de>>(from: D) -> Result<PlazaName, D::Error> {
    PlazaName::parse(&String::deserialize(from)?).map_err(de::Error::custom)
}

fn people<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    match u32::deserialize(from)? {
        people @ 2..=PEOPLE_MAX => Ok(people),
        _ => Err(de::Error::custom(format!(
            "a plaza is for 2 to {PEOPLE_MAX} people"
        ))),
    }
}

fn history<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    match u32::deserialize(from)? {
        posts @ 0..=HISTORY_MAX => Ok(posts),
        _ => Err(de::Error::custom(format!(
            "a newcomer is shown {HISTORY_MAX} posts at most: say 0 for none"
        ))),
    }
}

fn people_usual() -> u32 {
    PEOPLE_USUAL
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> PlazaSetup {
        PlazaSetup::new(PlazaName::parse(name).unwrap())
    }

    #[test]
    fn plazas_have_names_that_people_can_tell_apart_and_are_not_too_many() {
        let numbered = |plazas: usize| -> Vec<_> { (0..plazas).map(|n| named(&n.to_string())).collect() };
        assert_eq!(check(&numbered(PLAZAS_MAX)), Ok(()));
        assert_eq!(
            check(&numbered(PLAZAS_MAX + 1)),
            Err(BadPlazas::TooMany(PLAZAS_MAX + 1))
        );
        let twice = [named("Praça"), named("Boats"), named("PRAÇA")];
        let refused = check(&twice).unwrap_err();
        assert_eq!(refused, BadPlazas::SameName(twice[2].name.clone()));
    }
}
