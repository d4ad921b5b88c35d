//! What the policy knows of one room: who is in it or on the way, and whether the other seat can be had.

use std::time::Instant;

use acaso_shared::ids::{Generation, RendezvousNumber};

use crate::room::{VisitNumber, Wish};

#[derive(Debug)]
pub(super) struct Room {
    pub(super) generation: Generation,
    pub(super) opened: Instant,
    pub(super) people: [Option<Person>; 2],
    pub(super) other_seat: OtherSeat,
    /// Whoever it was to be opened for does not come, and nobody else has so far, as far as known.
    pub(super) unopened: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Person {
    pub(super) visit: VisitNumber,
    pub(super) wish: Wish,
    pub(super) waiting_since: Instant,
    pub(super) seated: bool,
    /// Since when they have sat with nobody beside them and nobody on the way.
    pub(super) alone_since: Option<Instant>,
}

/// Whether a single person's other seat can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OtherSeat {
    OnOffer,
    /// The person is being brought to another room.
    Moving,
    /// The door does not open; tried again at this time.
    Shut(Instant),
    /// For somebody who knows the number that whoever has this visit opened; never for a stranger.
    Kept {
        opener: VisitNumber,
        number: RendezvousNumber,
    },
    /// Nobody is sent there any more: the room is ending, or was kept for two who have met.
    Ending,
}

impl Room {
    pub(super) fn connections(&self) -> u8 {
        self.people.iter().map(|seat| u8::from(seat.is_some())).sum()
    }

    /// The only person, seated or on the way.
    pub(super) fn single(&self) -> Option<&Person> {
        match &self.people {
            [Some(person), None] | [None, Some(person)] => Some(person),
            _ => None,
        }
    }

    pub(super) fn single_mut(&mut self) -> Option<&mut Person> {
        match &mut self.people {
            [Some(person), None] | [None, Some(person)] => Some(person),
            _ => None,
        }
    }

    /// The only person, if it can be moved.
    pub(super) fn lonely(&self) -> Option<Person> {
        self.single().filter(|person| person.seated).copied()
    }
}
