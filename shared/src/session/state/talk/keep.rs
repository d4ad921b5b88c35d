//! The wish to meet a partner again: ours to say, never ours to know of theirs before both said so.

/// How far it got at this end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// The server would not understand it.
    CannotBe,
    /// Not said.
    Unsaid,
    /// Said by us. Whether the partner said so, too, is not ours to know.
    Said,
    /// Both said so.
    Both,
}

/// The room says that both would like to meet again, and one did not say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nobody asked to meet again")]
pub(in crate::session::state) struct NotAsked;

impl Keep {
    pub(super) fn new(can_keep: bool) -> Self {
        if can_keep { Self::Unsaid } else { Self::CannotBe }
    }

    /// The person says so. Tells whether the room is to hear it: once.
    pub(super) fn say(&mut self) -> bool {
        let first = *self == Self::Unsaid;
        if first {
            *self = Self::Said;
        }
        first
    }

    /// Whether the room may not have heard it, or its answer may have been lost.
    pub(super) fn is_open(self) -> bool {
        self == Self::Said
    }

    /// The room says that both did. Tells whether that is news.
    pub(super) fn both(&mut self) -> Result<bool, NotAsked> {
        match self {
            Self::CannotBe | Self::Unsaid => Err(NotAsked),
            Self::Both => Ok(false),
            Self::Said => {
                *self = Self::Both;
                Ok(true)
            }
        }
    }
}
