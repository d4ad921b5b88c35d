//! Where the tokens of people whose links were lost lead: to a room, or, for a while after a conversation, to the reason why
//! it ended. Hashes only, in memory only, bounded.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use acaso_shared::ids::{RoomPort, SecretHash};

use crate::room::{Bygone, Parted};

/// How long it is remembered why a conversation ended: well beyond the time for which anybody tries to come back to one.
const OVER_SPAN: Duration = Duration::from_secs(5 * 60);

/// Endings remembered at once; past it the oldest are forgotten early. Two for each of some 8,000 conversations that ended.
const OVER_MAX: usize = 1 << 14;

/// Where a token leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// To a seat of that room.
    Room(RoomPort),
    /// To a conversation that has ended.
    Over(Past),
    /// Nowhere: it was never good, or that is long ago.
    Nowhere,
}

/// A conversation that has ended, for the one whose token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Past {
    pub(super) visitor: SecretHash,
    pub(super) parted: Parted,
}

#[derive(Debug, Default)]
pub(super) struct Ways {
    /// At most two for each seat.
    rooms: HashMap<SecretHash, RoomPort>,
    over: HashMap<SecretHash, Past>,
    /// In the order in which they ended.
    ended: VecDeque<(Instant, SecretHash)>,
}

impl Ways {
    /// Where that token leads.
    pub(super) fn lead(&self, token: SecretHash) -> Lead {
        let over = || Some(Lead::Over(*self.over.get(&token)?));
        let room = self.rooms.get(&token).map(|port| Lead::Room(*port));
        room.or_else(over).unwrap_or(Lead::Nowhere)
    }

    /// That token leads to a seat of that room.
    pub(super) fn open(&mut self, token: SecretHash, port: RoomPort) {
        self.rooms.insert(token, port);
    }

    /// That token leads nowhere any more.
    pub(super) fn void(&mut self, token: SecretHash) {
        self.rooms.remove(&token);
    }

    /// Whoever had these sits there no longer.
    pub(super) fn close(&mut self, bygone: Bygone, now: Instant) {
        self.forget_older(now);
        for token in bygone.ways.all() {
            self.rooms.remove(&token);
            if let Some(parted) = bygone.parted {
                let visitor = bygone.visitor;
                self.remember(token, Past { visitor, parted }, now);
            }
        }
    }

    /// That room has failed and tells nothing any more.
    pub(super) fn room_failed(&mut self, port: RoomPort) {
        self.rooms.retain(|_, room| *room != port);
    }

    fn remember(&mut self, token: SecretHash, past: Past, now: Instant) {
        if self.ended.len() >= OVER_MAX {
            self.forget_oldest();
        }
        // A seat is emptied once, and its tokens are in no other's.
        self.over.insert(token, past);
        self.ended.push_back((now, token));
    }

    /// Forgets what ended too long ago; constant time for each.
    pub(super) fn forget_older(&mut self, now: Instant) {
        while let Some((ended, _)) = self.ended.front()
            && now.saturating_duration_since(*ended) >= OVER_SPAN
        {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some((_, token)) = self.ended.pop_front() {
            self.over.remove(&token);
        }
    }
}

#[cfg(test)]
mod tests {
    use acaso_shared::ids::{ConversationNumber, ResumeToken};
    use acaso_shared::protocol::room::Parting;

    use super::*;
    use crate::room;

    fn token() -> SecretHash {
        ResumeToken::random().hash()
    }

    fn port() -> RoomPort {
        RoomPort::try_from(2000).unwrap()
    }

    fn parted(why: Parting) -> Parted {
        Parted {
            conversation: ConversationNumber(1),
            partner: ResumeToken::from([2; 16]).hash(),
            why,
        }
    }

    fn bygone(token: SecretHash, why: Option<Parting>) -> Bygone {
        Bygone {
            ways: room::Ways::new(token),
            visitor: ResumeToken::from([1; 16]).hash(),
            left: false,
            parted: why.map(parted),
        }
    }

    #[test]
    fn a_token_leads_to_its_seat_and_then_for_a_while_to_the_reason() {
        let (mut ways, token, start) = (Ways::default(), token(), Instant::now());
        assert_eq!(ways.lead(token), Lead::Nowhere);
        ways.open(token, port());
        assert_eq!(ways.lead(token), Lead::Room(port()));
        ways.close(bygone(token, Some(Parting::Left)), start);
        let past = Past {
            visitor: ResumeToken::from([1; 16]).hash(),
            parted: parted(Parting::Left),
        };
        assert_eq!(ways.lead(token), Lead::Over(past));
        ways.forget_older(start + OVER_SPAN);
        assert_eq!(ways.lead(token), Lead::Nowhere);
        assert!(ways.over.is_empty() && ways.ended.is_empty() && ways.rooms.is_empty());
    }

    #[test]
    fn of_whoever_met_nobody_and_of_a_failed_room_nothing_is_kept() {
        let (mut ways, token, other) = (Ways::default(), token(), token());
        ways.open(token, port());
        ways.open(other, port());
        ways.close(bygone(token, None), Instant::now());
        assert_eq!(
            (ways.lead(token), ways.lead(other)),
            (Lead::Nowhere, Lead::Room(port()))
        );
        ways.room_failed(port());
        assert_eq!(ways.lead(other), Lead::Nowhere);
    }

    #[test]
    fn it_never_holds_more_than_its_ceiling() {
        let (mut ways, first, start) = (Ways::default(), token(), Instant::now());
        ways.close(bygone(first, Some(Parting::Lost)), start);
        for _ in 0..OVER_MAX {
            ways.close(bygone(token(), Some(Parting::Lost)), start);
        }
        assert_eq!((ways.over.len(), ways.ended.len()), (OVER_MAX, OVER_MAX));
        assert_eq!(ways.lead(first), Lead::Nowhere);
    }
}
