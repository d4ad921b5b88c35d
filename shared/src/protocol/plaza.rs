//! What is said in a plaza: a public room for many, which the server relays and can read. It follows the lobby's phase on the same link,
//! after [`LobbyReply::Entered`](super::lobby::LobbyReply::Entered).

use serde::{Deserialize, Serialize};

use super::Refusal;
use crate::ids::{Name, PlazaName, PostText, Subject};

/// A plaza as the lobby lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlazaFacts {
    /// What it is called.
    pub name: PlazaName,
    /// How many people are in it.
    pub people: u32,
    /// How many may be.
    pub people_max: u32,
    /// The port at the lobby's address where it is entered, as the lobby is and with the same words; often the lobby's own.
    pub port: u16,
    /// How many of the last posts a newcomer is shown; 0 where the operator keeps none.
    pub history: u32,
}

/// Names somebody in a plaza, or who was: two may go by one name. Never given twice, over all runs of a server whose clock goes forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MemberNumber(pub u64);

/// Which post of a plaza this is: rises by one with each, and with each run of a server by more than it had posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PostNumber(pub u64);

impl MemberNumber {
    /// The last six digits: enough to tell two people apart who are there at one time.
    pub fn short(self) -> u64 {
        self.0 % 1_000_000
    }
}

impl PostNumber {
    /// The last six digits: the how-many-eth of a server's run it is, up to a million.
    pub fn short(self) -> u64 {
        self.0 % 1_000_000
    }
}

/// Names a post between its author and the server until it has a number; chosen by the author.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PostTag(pub u64);

/// Somebody in a plaza.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who, for certain.
    pub number: MemberNumber,
    /// The name they go by; whatever they say it is.
    pub name: Name,
}

/// A post as everybody in the plaza sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Its place in the order of all.
    pub number: PostNumber,
    /// Who wrote it.
    pub author: Member,
    /// What it is about, if they said so.
    pub subject: Option<Subject>,
    /// The words.
    pub text: PostText,
    /// When the server took it, in seconds since 1970, UTC, by the server's clock.
    pub unix_secs: u64,
}

/// What somebody in a plaza says to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlazaRequest {
    /// Something for everybody. Answered by `Posted` or `NotPosted`, in order.
    Post {
        /// What the answer calls it.
        tag: PostTag,
        /// What it is about.
        subject: Option<Subject>,
        /// The words.
        text: PostText,
    },
    /// Goodbye: everything said before it is taken first.
    Leave,
    /// Asks for a sign of life.
    Ping,
    /// A sign of life.
    Pong,
}

/// What a plaza says to somebody in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlazaEvent {
    /// Some of those who are here; said right after the entrance until all were named, oneself included.
    Here {
        /// At most [`LIST_LEN_MAX`](crate::limits::LIST_LEN_MAX) of them.
        #[serde(deserialize_with = "super::list::page")]
        members: Vec<Member>,
    },
    /// A post, of now or from before the entrance: the numbers tell the order.
    Post(Post),
    /// The post of that tag was taken. Its author is told this instead of the post itself, in its place in the order.
    Posted {
        /// The author's name for it.
        tag: PostTag,
        /// Its place in the order.
        number: PostNumber,
        /// When, as in [`Post::unix_secs`].
        unix_secs: u64,
    },
    /// The post of that tag was not taken.
    NotPosted {
        /// The author's name for it.
        tag: PostTag,
        /// Why, and when to try again.
        refusal: Refusal,
    },
    /// Somebody came.
    Came(Member),
    /// Somebody is gone.
    Went {
        /// Who.
        member: MemberNumber,
    },
    /// No, and why; the link closes after it.
    Refused(Refusal),
    /// Asks for a sign of life.
    Ping,
    /// A sign of life.
    Pong,
}
