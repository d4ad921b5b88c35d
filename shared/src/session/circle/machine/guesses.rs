//! Whether somebody may learn that their words are ours, and what is told of those whose were not.

use std::time::Instant;

use super::{Action, LinkId, Machine};
use crate::session::circle::CircleNews;

impl Machine {
    /// Whoever is on that connection is about to learn whether their words are ours: a guess, unless it turns out that they are.
    pub(in crate::session::circle) fn asks(&mut self, link: LinkId, now: Instant) {
        let asks = self.peers.values().find(|peer| peer.has(link));
        if let (Some(words), Some(peer)) = (&mut self.words, asks) {
            words.asks(link, peer.key());
        }
        self.judge(now);
    }

    pub(super) fn judge(&mut self, now: Instant) {
        if let Some(words) = &mut self.words {
            while let Some(link) = words.next_told(now) {
                self.around.act(Action::Judge { link });
            }
        }
    }

    /// Whoever is on that connection did not know the words, or did not stay to hear it.
    pub(in crate::session::circle) fn wrong_words(&mut self, link: LinkId, stayed: bool, now: Instant) {
        let Some(peer) = self.peers.values_mut().find(|peer| peer.has(link)) else {
            return;
        };
        peer.broken(&mut self.around, link, now);
        match stayed {
            true => peer.is_strange(&mut self.around),
            false => peer.did_not_prove(&mut self.around, now),
        }
        self.sweep(now);
    }

    /// A guess has ended with its connection, however that ended, and whoever ended it.
    pub(super) fn tell_of_guesses(&mut self, actions: &mut Vec<Action>) {
        let Some(words) = &mut self.words else { return };
        let parted = |action: &Action| match action {
            Action::Part { link } => Some(*link),
            _ => None,
        };
        let parted: Vec<_> = actions.iter().filter_map(parted).collect();
        for link in parted {
            if let Some(open) = words.ended(link) {
                actions.push(Action::Tell(CircleNews::WrongWords { open }));
            }
        }
    }
}
