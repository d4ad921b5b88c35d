//! How people go, and how the room ends: the row first, then the partner is told, then the seat is called empty.

use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::room::{Closing, Parting, RoomEvent};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Duration, timeout};

use super::Table;
use crate::registry::NotRecorded;
use crate::room::seat::{Guest, Parted, Seat, Side};
use crate::room::{Bygone, Command, Ended, Removal, Report, Reservation};

/// How long a partner waits for the row before they are told that the other has gone. The row comes first, so that whoever
/// looks at it then sees it right; but a registry that is stuck keeps nobody in the dark.
const ROW_PATIENCE: Duration = Duration::from_millis(500);

/// How long a room waits until the row says that somebody is expected: while it does, it hears nobody. A registry that works
/// says yes or no within two of its waits for somebody else's lock.
const RAISE_PATIENCE: Duration = Duration::from_secs(2);

impl Table {
    /// Empties a seat, whatever it was. A conversation ends with it, and so does the wait for a partner whose link was lost.
    pub(super) async fn vacate(&mut self, side: Side, why: Parting, last_words: Option<RoomEvent>) {
        if self.seats[side].is_empty() {
            return;
        }
        self.judge_guess(side, why);
        // Whoever was about to move sat here alone; and a seat elsewhere that nobody waits for gives itself back.
        self.moving = None;
        let (ended, other) = (self.end_conversation(why), side.other());
        let falls = self.falls_with(side);
        self.empty(side, why, last_words, ended).await;
        if self.seats[other].is_away() || falls {
            let words = self.last_words_at_rendezvous();
            self.empty(other, Parting::Lost, words, None).await;
        }
    }

    /// The row first, then the partner is told, then the seat is called empty.
    async fn empty(
        &mut self,
        side: Side,
        why: Parting,
        last_words: Option<RoomEvent>,
        partner_hears: Option<RoomEvent>,
    ) {
        let seat = std::mem::take(&mut self.seats[side]);
        let Some(visit) = seat.visit() else { return };
        let bygone = seat.holder().map(|guest| Bygone {
            ways: guest.ways,
            visitor: guest.visitor,
            left: matches!(why, Parting::Left | Parting::Removed),
            parted: guest.parted,
        });
        self.close_idle_door();
        self.lower_row().await;
        self.part(side, seat, last_words);
        if let (Some(words), Some(partner)) = (partner_hears, &mut self.relay.lines[side.other()]) {
            partner.say(&words);
        }
        self.report(Report::Emptied(visit, bygone)).await;
    }

    /// Ends what goes on between the two, who both keep in mind how. Returns what whoever stays is told.
    fn end_conversation(&mut self, why: Parting) -> Option<RoomEvent> {
        let conversation = self.going.take()?.number;
        self.relay.set_conversation(None);
        for side in Side::BOTH {
            let (seat, partner) = self.seats.split_mut(side);
            if let (Some(guest), Some(partner)) = (seat.holder_mut(), partner.holder()) {
                guest.parted = Some(Parted {
                    conversation,
                    partner: partner.visitor,
                    why,
                });
            }
        }
        Some(RoomEvent::PartnerLeft {
            conversation,
            reason: why,
        })
    }

    /// The operator closes the room. Both are told the same: that it is closed.
    pub(super) async fn close_room(&mut self) {
        self.end_conversation(Parting::Removed);
        self.forgive_guess();
        // One who had a rendezvous hears nothing else than the other.
        self.rendezvous = None;
        for side in Side::BOTH {
            let words = RoomEvent::Closing(Closing::Room);
            self.vacate(side, Parting::Removed, Some(words)).await;
        }
    }

    /// The operator takes out whoever comes from there.
    pub(super) async fn remove(&mut self, removal: Removal) {
        let refusal = Refusal::Banned {
            remaining_secs: removal.remaining_secs,
        };
        for side in Side::BOTH {
            let from_there = |guest: &Guest| (removal.is_from)(guest.ip);
            if self.seats[side].holder().is_some_and(from_there) {
                self.refuse(side, refusal, Parting::Removed).await;
            }
        }
    }

    /// Takes somebody's seat away and tells them the reason.
    pub(super) async fn refuse(&mut self, side: Side, refusal: Refusal, why: Parting) {
        self.vacate(side, why, Some(RoomEvent::Refused(refusal))).await;
    }

    /// Whoever sits here alone is to move, as soon as the seat elsewhere is ready.
    pub(super) async fn prepare_move(
        &mut self,
        seat_elsewhere: oneshot::Receiver<Result<Reservation, Refusal>>,
    ) {
        if self.side_alone().is_some() {
            self.moving = Some(seat_elsewhere);
        } else {
            self.report(Report::Stays).await;
        }
    }

    pub(super) async fn move_out(&mut self, reservation: Option<Reservation>) {
        self.moving = None;
        let (Some(side), Some(reservation)) = (self.side_alone(), reservation) else {
            return self.report(Report::Stays).await;
        };
        let (port, ticket) = (reservation.port(), reservation.ticket());
        reservation.keep();
        self.vacate(side, Parting::Left, Some(RoomEvent::Move { port, ticket }))
            .await;
    }

    /// The last seat is empty: what still comes in goes elsewhere, and the row goes. Only then is the port free.
    pub(super) async fn end(&mut self, mut mailbox: mpsc::Receiver<Command>) -> Ended {
        self.door = None;
        mailbox.close();
        while let Some(command) = mailbox.recv().await {
            match command {
                Command::Expect(expect) => self.report(Report::Bounced(expect)).await,
                // They are not told why: their client knows no reasons.
                Command::OldArrived(_) => {}
                Command::Arrived(arrival) => self.turn_away(*arrival, Refusal::BadTicket),
                // Whoever wants to come back asks again, and learns why that is too late.
                Command::Return(_) => {}
                Command::Withdraw(_)
                | Command::Move(_)
                | Command::Void
                | Command::Close
                | Command::Remove(_) => {}
            }
        }
        self.erase_row().await;
        Ended { usable: self.usable }
    }

    /// The server closes: goodbye to all.
    pub(super) async fn close(&mut self) -> Ended {
        self.door = None;
        for side in Side::BOTH {
            let seat = std::mem::take(&mut self.seats[side]);
            self.part(side, seat, Some(RoomEvent::Closing(Closing::Server)));
        }
        self.erase_row().await;
        Ended { usable: self.usable }
    }

    /// Lets a line go with its last words. Its place is kept until they are heard, or nobody hears them.
    fn part(&mut self, side: Side, seat: Seat, last_words: Option<RoomEvent>) {
        let Some(mut line) = self.relay.lines[side].take() else {
            return;
        };
        if let Some(words) = last_words {
            line.say(&words);
        }
        let patience = self.context.timings.farewell;
        self.context.tracker.spawn(async move {
            line.close(patience).await;
            drop(seat);
        });
    }

    /// Writes that one more seat is given; tells whether the row says so.
    pub(super) async fn raise_row(&mut self) -> bool {
        let given = self.given() + 1;
        let raised = self.context.registry.raise(self.identity.port, given);
        match timeout(RAISE_PATIENCE, raised).await {
            Ok(Ok(())) => {
                self.recorded = given;
                true
            }
            Ok(Err(NotRecorded)) => false,
            Err(_) => {
                // It may be written yet; then it is taken back at once, since that is ordered behind it.
                self.recorded = given;
                self.lower_row().await;
                false
            }
        }
    }

    async fn lower_row(&mut self) {
        let (port, given) = (self.identity.port, self.given());
        let registry = self.context.registry.clone();
        let mut lowered = Box::pin(async move { registry.lower(port, given).await });
        if timeout(ROW_PATIENCE, lowered.as_mut()).await.is_ok() {
            self.recorded = given;
        } else {
            // It keeps its place in the registry's queue, so that later orders of this room stay behind it.
            self.context.tracker.spawn(lowered);
        }
    }

    async fn erase_row(&mut self) {
        if self.recorded > 0 {
            self.context.registry.lower(self.identity.port, 0).await;
            self.recorded = 0;
        }
    }

    fn side_alone(&self) -> Option<Side> {
        let alone = |side: &Side| self.seats[*side].guest().is_some() && self.seats[side.other()].is_empty();
        Side::BOTH.into_iter().find(alone)
    }
}
