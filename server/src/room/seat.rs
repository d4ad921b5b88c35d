//! The two seats of a room, and what is known of each.

use std::net::IpAddr;
use std::ops::{Index, IndexMut};

use acaso_shared::ids::{ConversationNumber, SecretHash};
use acaso_shared::protocol::VersionRange;
use acaso_shared::protocol::room::Parting;
use tokio::time::Instant;

use super::VisitNumber;
use super::ways::Ways;
use crate::budget::Place;
use crate::guard::Guess;

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
    Expected(Box<Expected>),
    /// Somebody sits on it.
    Taken(Box<Guest>),
    /// Somebody in a conversation has lost the link; the seat is kept for a while.
    Away(Box<Away>),
}

/// Who may come.
#[derive(Debug)]
pub(super) struct Expected {
    pub(super) visit: VisitNumber,
    pub(super) visitor: SecretHash,
    pub(super) ticket: SecretHash,
    /// With an old client they show no ticket, but come from there.
    pub(super) old_from: Option<IpAddr>,
    /// When the ticket is void.
    pub(super) until: Instant,
    /// Their try at the number of somebody who waits here.
    pub(super) guess: Option<Guess>,
    pub(super) place: Place,
}

/// Who sits there.
#[derive(Debug)]
pub(super) struct Guest {
    pub(super) visit: VisitNumber,
    pub(super) visitor: SecretHash,
    pub(super) versions: VersionRange,
    /// Whether they have an old client: a translator sits for them.
    pub(super) is_old: bool,
    /// Where they came from last.
    pub(super) ip: IpAddr,
    /// Counts up with each arrival in this room: the lower, the longer they have been here.
    pub(super) arrival: u64,
    pub(super) ways: Ways,
    /// The conversation here that ended last.
    pub(super) parted: Option<Parted>,
    /// Their try at the number of whoever waited here; until it has turned out to be right.
    pub(super) guess: Option<Guess>,
    pub(super) _place: Place,
}

/// A conversation that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parted {
    pub(crate) conversation: ConversationNumber,
    pub(crate) partner: SecretHash,
    pub(crate) why: Parting,
}

/// Somebody whose link was lost.
#[derive(Debug)]
pub(super) struct Away {
    pub(super) guest: Box<Guest>,
    /// When the seat is given up.
    pub(super) until: Instant,
    /// Sealed frames they had said in this conversation.
    pub(super) frames: u32,
    /// The way back, if they have asked for it.
    pub(super) coming: Option<Coming>,
}

/// Somebody on the way back to their seat.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coming {
    pub(super) ticket: SecretHash,
    /// When the ticket is void.
    pub(super) until: Instant,
    /// What they showed to get it.
    pub(super) token: SecretHash,
}

impl Away {
    /// When the seat is given up: whoever has a ticket may use it.
    pub(super) fn ends(&self) -> Instant {
        self.coming
            .map_or(self.until, |coming| coming.until.max(self.until))
    }
}

impl Seat {
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    pub(super) fn is_away(&self) -> bool {
        matches!(self, Self::Away(_))
    }

    pub(super) fn visit(&self) -> Option<VisitNumber> {
        match self {
            Self::Expected(expected) => Some(expected.visit),
            seat => seat.holder().map(|guest| guest.visit),
        }
    }

    /// Their try at the number of whoever waited here, which is theirs no more.
    pub(super) fn take_guess(&mut self) -> Option<Guess> {
        match self {
            Self::Expected(expected) => expected.guess.take(),
            seat => seat.holder_mut()?.guess.take(),
        }
    }

    /// The ticket that is out for this seat, and when it is void.
    pub(super) fn ticket(&self) -> Option<(SecretHash, Instant)> {
        match self {
            Self::Expected(expected) => Some((expected.ticket, expected.until)),
            Self::Away(away) => away.coming.map(|coming| (coming.ticket, coming.until)),
            Self::Empty | Self::Taken(_) => None,
        }
    }

    /// The ticket of whoever is expected from there with an old client.
    pub(super) fn ticket_of_old(&self, from: IpAddr) -> Option<SecretHash> {
        match self {
            Self::Expected(expected) if expected.old_from == Some(from) => Some(expected.ticket),
            _ => None,
        }
    }

    pub(super) fn away(&self) -> Option<&Away> {
        match self {
            Self::Away(away) => Some(away),
            Self::Empty | Self::Expected(_) | Self::Taken(_) => None,
        }
    }

    /// Who sits there and is present.
    pub(super) fn guest(&self) -> Option<&Guest> {
        match self {
            Self::Taken(guest) => Some(guest),
            Self::Empty | Self::Expected(_) | Self::Away(_) => None,
        }
    }

    /// Whose seat it is, present or away.
    pub(super) fn holder(&self) -> Option<&Guest> {
        match self {
            Self::Taken(guest) => Some(guest),
            Self::Away(away) => Some(&away.guest),
            Self::Empty | Self::Expected(_) => None,
        }
    }

    /// Whose seat it is, present or away.
    pub(super) fn holder_mut(&mut self) -> Option<&mut Guest> {
        match self {
            Self::Taken(guest) => Some(guest),
            Self::Away(away) => Some(&mut away.guest),
            Self::Empty | Self::Expected(_) => None,
        }
    }
}
