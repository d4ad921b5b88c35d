//! A connection between two: whatever one end says arrives in order, until it breaks; then some of it may not have.

use std::collections::VecDeque;

use super::{Chance, LinkId, PeerMessage, Who};

/// What an end takes before somebody has to wait.
const TAKES: usize = 8;

/// What arrives at an end next.
pub(super) enum Side {
    Nothing,
    Begun,
    Heard(PeerMessage),
    Broken,
}

pub(super) struct Wire {
    pub(super) ends: [(Who, LinkId); 2],
    /// What is on its way to each end.
    to: [VecDeque<PeerMessage>; 2],
    /// Who has asked for the stream, and who has opened it; who believes that it stands.
    asked: [bool; 2],
    opener: Option<usize>,
    begun: [bool; 2],
    /// Nothing goes on it any more.
    broken: bool,
    /// Who has let go of it, or knows that it is broken.
    gone: [bool; 2],
}

impl Wire {
    pub(super) fn new(ends: [(Who, LinkId); 2]) -> Self {
        Self {
            ends,
            to: Default::default(),
            asked: [false; 2],
            opener: None,
            begun: [false; 2],
            broken: false,
            gone: [false; 2],
        }
    }

    pub(super) fn side_of(&self, who: Who) -> Option<usize> {
        self.ends.iter().position(|(end, _)| *end == who)
    }

    pub(super) fn begin(&mut self, side: usize, opens: bool) {
        self.asked[side] = true;
        if opens {
            self.opener = Some(side);
        }
    }

    pub(super) fn takes(&self, side: usize) -> bool {
        self.begun[side] && !self.gone[side] && self.to[1 - side].len() < TAKES
    }

    pub(super) fn say(&mut self, side: usize, message: PeerMessage) {
        if self.begun[side] && !self.broken && !self.gone[side] {
            self.to[1 - side].push_back(message);
        }
    }

    pub(super) fn close(&mut self, side: usize) {
        self.gone[side] = true;
        self.broken = true;
        self.to[side].clear();
    }

    /// It breaks: of what was on it, some still arrives. Tells whether it was of any use.
    pub(super) fn cut(&mut self, chance: &mut Chance) -> bool {
        if self.broken {
            return false;
        }
        self.broken = true;
        for to in &mut self.to {
            to.truncate(chance.below(to.len() + 1));
        }
        self.begun == [true; 2]
    }

    pub(super) fn is_over(&self) -> bool {
        self.gone == [true; 2]
    }

    pub(super) fn arrives(&mut self, side: usize) -> Side {
        if self.gone[side] {
            return Side::Nothing;
        }
        let heard_of = self.opener == Some(side) || self.opener.is_some_and(|opener| self.begun[opener]);
        if !self.begun[side] {
            if self.asked[side] && heard_of && (!self.broken || !self.to[side].is_empty()) {
                self.begun[side] = true;
                return Side::Begun;
            }
        } else if let Some(message) = self.to[side].pop_front() {
            return Side::Heard(message);
        }
        if self.broken {
            self.gone[side] = true;
            return Side::Broken;
        }
        Side::Nothing
    }
}
