//! A room that somebody opened to wait for whom they share a code with: it stands and falls with whoever opened it, and after the two
//! have met with either.

use acaso_shared::protocol::room::{Closing, Parting, RoomEvent};
use tokio::time::Instant;

use super::Table;
use crate::guard::Guess;
use crate::room::seat::{Seat, Side};
use crate::room::{Appointment, VisitNumber};

/// What makes it such a room.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rendezvous {
    opener: VisitNumber,
    /// When nobody is waited for any more.
    until: Instant,
    /// Whether somebody came, who sat down beside them: nobody else does.
    pub(super) have_met: bool,
}

impl Rendezvous {
    pub(super) fn new(appointment: Appointment, opener: VisitNumber) -> Self {
        Self {
            opener,
            until: Instant::from_std(appointment.until),
            have_met: false,
        }
    }
}

impl Table {
    /// Whether the other seat goes with that one: this is no place to wait for a stranger, nor without who opened it.
    pub(super) fn falls_with(&self, side: Side) -> bool {
        let visit = self.seats[side].visit();
        self.rendezvous
            .is_some_and(|rendezvous| rendezvous.have_met || visit == Some(rendezvous.opener))
    }

    /// What whoever is left is told at last. Who came beside somebody who is gone is cut off, and looks again.
    pub(super) fn last_words_at_rendezvous(&self) -> Option<RoomEvent> {
        let have_met = self.rendezvous.is_some_and(|rendezvous| rendezvous.have_met);
        have_met.then_some(RoomEvent::Closing(Closing::RendezvousOver))
    }

    /// Whoever came is not to blame: they knew the words, for both say that their encryption stands; or they could not do their part.
    pub(super) fn forgive_guess(&mut self) {
        let guesses = self.seats.iter_mut().filter_map(Seat::take_guess);
        guesses.for_each(Guess::take_back);
    }

    /// Somebody's seat is about to be empty. Once both have spoken, whoever came may know whether they guessed right, and may see to it that
    /// it is the opener who goes: from then on only two who stand by their encryption take a guess back, or an operator's hand.
    pub(super) fn judge_guess(&mut self, going: Side, why: Parting) {
        let Some(rendezvous) = self.rendezvous else { return };
        let both_spoke = Side::BOTH.into_iter().all(|side| self.frames(side) > 0);
        let is_innocent = match self.seats[going].visit() == Some(rendezvous.opener) {
            true => why == Parting::Removed || !both_spoke,
            false => why == Parting::Removed,
        };
        if is_innocent {
            self.forgive_guess();
        }
    }

    /// When nobody is waited for any more. Whoever has a ticket by then may use it.
    pub(super) fn nobody_comes_after(&self) -> Option<Instant> {
        let rendezvous = self.rendezvous.filter(|rendezvous| !rendezvous.have_met)?;
        let is_on_the_way = |seat: &Seat| matches!(seat, Seat::Expected(_));
        (!self.seats.iter().any(is_on_the_way)).then_some(rendezvous.until)
    }

    /// The time is over: whoever waited is told so.
    pub(super) async fn nobody_came(&mut self) {
        for side in Side::BOTH {
            let words = RoomEvent::Closing(Closing::NobodyCame);
            self.vacate(side, Parting::Lost, Some(words)).await;
        }
    }

    /// Whoever opened it waits elsewhere: the link that is left of them is dead, and who came here looks again.
    pub(super) async fn void(&mut self) {
        self.forgive_guess();
        for side in Side::BOTH {
            self.vacate(side, Parting::Lost, None).await;
        }
    }
}
