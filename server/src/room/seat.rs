//! The two seats of a room, and what is known of each.

use std::ops::{Index, IndexMut};

use acaso_shared::ids::SecretHash;
use acaso_shared::protocol::VersionRange;
use tokio::time::Instant;

use super::VisitNumber;
use crate::budget::Place;

/// One of the two seats; which one somebody gets means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    A,
    B,
}

impl Side {
    pub(super) const BOTH: [Self; 2] = [Self::A, Self::B];

    pub(super) fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// One of something for each seat.
#[derive(Clone, Debug, Default)]
pub(super) struct Two<T> {
    a: T,
    b: T,
}

impl<T> Two<T> {
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        [&self.a, &self.b].into_iter()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        [&mut self.a, &mut self.b].into_iter()
    }

    /// This side's, and the other's.
    pub(super) fn split_mut(&mut self, side: Side) -> (&mut T, &mut T) {
        match side {
            Side::A => (&mut self.a, &mut self.b),
            Side::B => (&mut self.b, &mut self.a),
        }
    }
}

impl<T> Index<Side> for Two<T> {
    type Output = T;

    fn index(&self, side: Side) -> &T {
        match side {
            Side::A => &self.a,
            Side::B => &self.b,
        }
    }
}

impl<T> IndexMut<Side> for Two<T> {
    fn index_mut(&mut self, side: Side) -> &mut T {
        self.split_mut(side).0
    }
}

/// What a seat is. Its line, if somebody sits on it, is the relay's.
#[derive(Debug, Default)]
pub(super) enum Seat {
    #[default]
    Empty,
    /// A ticket for it is out.
    Expected(Expected),
    /// Somebody sits on it.
    Taken(Guest),
}

/// Who may come.
#[derive(Debug)]
pub(super) struct Expected {
    pub(super) visit: VisitNumber,
    pub(super) ticket: SecretHash,
    /// When the ticket is void.
    pub(super) until: Instant,
    pub(super) place: Place,
}

/// Who sits there.
#[derive(Debug)]
pub(super) struct Guest {
    pub(super) visit: VisitNumber,
    pub(super) versions: VersionRange,
    /// Counts up with each arrival in this room: the lower, the longer they have been here.
    pub(super) arrival: u64,
    pub(super) _place: Place,
}

impl Seat {
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    pub(super) fn visit(&self) -> Option<VisitNumber> {
        match self {
            Self::Empty => None,
            Self::Expected(expected) => Some(expected.visit),
            Self::Taken(guest) => Some(guest.visit),
        }
    }

    pub(super) fn expected(&self) -> Option<&Expected> {
        match self {
            Self::Expected(expected) => Some(expected),
            Self::Empty | Self::Taken(_) => None,
        }
    }

    pub(super) fn guest(&self) -> Option<&Guest> {
        match self {
            Self::Taken(guest) => Some(guest),
            Self::Empty | Self::Expected(_) => None,
        }
    }
}
