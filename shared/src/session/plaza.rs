//! A visit to a plaza, as [`Session`](super::Session) is one to a stranger: wishes in, news out. Public rooms need no keys, and what was
//! missed while the link was lost is shown by the server, if it keeps it.

use super::event::{Ending, MessageId, Visit};
use crate::ids::{PlazaName, PostText, Subject};
use crate::protocol::Refusal;
use crate::protocol::plaza::{Member, MemberNumber, Post, PostNumber};

/// Which plaza to visit, and as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlazaVisit {
    /// The server, the name to go by, and how to get there. Habits have no meaning here.
    pub visit: Visit,
    /// The plaza.
    pub plaza: PlazaName,
}

/// What a person in a plaza wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlazaCommand {
    /// Say something to everybody. Answered by [`PlazaNews::Posted`] or [`PlazaNews::NotPosted`].
    Post {
        /// The sender's own number for it, unique within the visit.
        id: MessageId,
        /// What it is about.
        subject: Option<Subject>,
        /// The words.
        text: PostText,
    },
    /// Do not wait for the next attempt to come back: try now.
    TryNow,
    /// Say goodbye and go, at once.
    Leave,
}

/// What happened in a plaza.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlazaNews {
    /// On the way: looking the server up, connecting, asking to come in.
    Calling {
        /// 1 for the first try.
        attempt: u32,
    },
    /// Inside, for the first time or again. Who is here, oneself included, follows; who was here before is no longer known to be.
    Entered {
        /// Who we are there.
        member: MemberNumber,
    },
    /// Some of those who are here.
    Here(Vec<Member>),
    /// Somebody came.
    Came(Member),
    /// Somebody is gone.
    Went(MemberNumber),
    /// Somebody else's post, or one of ours that came to be known only after a lost link. None is told twice.
    Post(Post),
    /// Our post was taken.
    Posted {
        /// Our number for it.
        id: MessageId,
        /// Its place in the order of all.
        number: PostNumber,
        /// When, in seconds since 1970, UTC, by the server's clock.
        unix_secs: u64,
    },
    /// Our post was not taken, or is not known to have been: it belongs back into the composer.
    NotPosted {
        /// Our number for it.
        id: MessageId,
        /// What it was about.
        subject: Option<Subject>,
        /// The words, back.
        text: PostText,
        /// Why.
        reason: NotPosted,
    },
    /// The link was lost; it is tried to come back until somebody leaves.
    LinkLost {
        /// When the next attempt begins, in milliseconds from now.
        retry_in_millis: u64,
    },
    /// The visit is over, and the engine has ended.
    Closed(Ending),
}

/// Why a post was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotPosted {
    /// The server's word.
    Refused(Refusal),
    /// The link was lost before the answer came. It may have been taken.
    Unknown,
    /// We are not inside, or as many as may wait are waiting for an answer.
    NotTaken,
}
