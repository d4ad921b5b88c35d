//! What the desk does for people who look for each other by the number of a code.

use std::time::Instant;

use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::lobby::Rendezvous;

use super::Desk;
use crate::budget::SeatPlaces;
use crate::guard::{Guess, Pass};
use crate::matchmaker::policy::{Meeting, NoMeeting};
use crate::matchmaker::{Ask, Whom};
use crate::room::{Command, Errand, Expect};

/// When somebody may ask again for a seat at a number that is open and not free at this moment. Asked a few times, that is longer than a ticket
/// is good for, and than somebody needs who lost the link for a moment.
const NOT_NOW_RETRY_SECS: u32 = 3;

/// What they are told.
pub(super) const NOT_NOW: Refusal = Refusal::SlowDown {
    retry_after_secs: NOT_NOW_RETRY_SECS,
};

impl Ask {
    /// Says no. Whoever asked may have gone.
    pub(super) fn refuse(self, refusal: Refusal) {
        let _ = self.answer.send(Err(refusal));
    }
}

impl Desk {
    /// Sends somebody to whoever waits at that number, or has them wait there.
    pub(super) fn meet(&mut self, ask: Ask, at: Rendezvous, places: SeatPlaces) {
        let now = Instant::now();
        let guesser = ask.pass.as_ref();
        let guesser = guesser.filter(|_| self.policy.is_guess(ask.wish.visitor, at, now));
        let guess = match guesser.map(Pass::guess).transpose() {
            Ok(guess) => guess,
            Err(refusal) => return ask.refuse(refusal),
        };
        match self.policy.meet(ask.wish, at, now, &mut self.rng) {
            Ok(Meeting::Comes(seat)) => self.expect(seat, Errand::Comes(guess), ask, places),
            Ok(Meeting::Waits {
                seat,
                appointment,
                given_up,
            }) => {
                if let Some(room) = given_up.and_then(|port| self.mailboxes.get(&port)) {
                    // One that is busy beyond measure ends when its time is over.
                    let _ = room.try_send(Command::Void);
                }
                self.expect(seat, Errand::Waits(appointment), ask, places);
            }
            Err(NoMeeting::Seat(none)) => {
                guess.into_iter().for_each(Guess::take_back);
                self.refuse(ask, none);
            }
            // A number that was misheard or guessed counts like words that were.
            Err(NoMeeting::Nobody) => ask.refuse(Refusal::NoSuchInvitation),
            Err(NoMeeting::NotNow) => {
                guess.into_iter().for_each(Guess::take_back);
                ask.refuse(NOT_NOW);
            }
        }
    }

    /// Somebody whom their room does not take gets a seat in another one, unless they came to meet whoever sits there: they are told why
    /// not.
    pub(super) fn seat_elsewhere(&mut self, expect: Expect, pass: Option<Pass>, why_not: Refusal) {
        let Expect {
            wish,
            errand,
            places,
            answer,
            ..
        } = expect;
        let whom = match errand {
            Errand::Stranger => Whom::Stranger,
            // It is still theirs.
            Errand::Waits(appointment) => Whom::At(Rendezvous::Either {
                number: appointment.number,
            }),
            Errand::Comes(guess) => {
                guess.into_iter().for_each(Guess::take_back);
                // Whoever asked may have gone.
                let _ = answer.send(Err(why_not));
                return;
            }
        };
        let ask = Ask {
            wish,
            whom,
            pass,
            answer,
        };
        self.seat(ask, places);
    }
}
