//! Whether a server introduces people to each other who talk without it, how many, and whether it helps where they find no way.

use acaso_shared::limits::CIRCLE_MEMBERS_MAX;
use serde::{Deserialize, Deserializer, de};

/// How many circles there may be, and what is done for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Circles {
    /// Circles at once; with 0 none is offered. Each is a link for every member and a few hundred bytes.
    pub max: u32,
    /// People in one. One network has half of these places, or two, unless it is exempt from the limits.
    #[serde(deserialize_with = "people")]
    pub people_max: usize,
    /// Circles at once that people of one network began, unless it is exempt from the limits: nobody is to have them all.
    pub per_network: u32,
    /// Whether datagrams are carried between members who find no way to each other. It is the operator's line that carries them.
    pub relay: bool,
    /// KiB per second that are carried for one member: a lively conversation with fifteen people, and pictures are not sent.
    #[serde(deserialize_with = "kib")]
    pub relay_kib_each: u32,
    /// KiB per second that are carried for all together. One circle has a quarter of it, but no less than one member.
    #[serde(deserialize_with = "kib")]
    pub relay_kib_all: u32,
}

/// Highest rate that can be said, in KiB: a GiB each second.
const KIB_MAX: u32 = 1024 * 1024;

impl Default for Circles {
    fn default() -> Self {
        Self {
            max: 256,
            people_max: CIRCLE_MEMBERS_MAX,
            per_network: 8,
            relay: false,
            relay_kib_each: 32,
            relay_kib_all: 1024,
        }
    }
}

fn people<'de, D: Deserializer<'de>>(from: D) -> Result<usize, D::Error> {
    match usize::deserialize(from)? {
        people @ 2..=CIRCLE_MEMBERS_MAX => Ok(people),
        _ => Err(de::Error::custom(format!(
            "a circle is for 2 to {CIRCLE_MEMBERS_MAX} people"
        ))),
    }
}

fn kib<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    match u32::deserialize(from)? {
        kib @ 1..=KIB_MAX => Ok(kib),
        _ => Err(de::Error::custom(format!(
            "say 1 to {KIB_MAX} KiB per second, or relay = false for none"
        ))),
    }
}
