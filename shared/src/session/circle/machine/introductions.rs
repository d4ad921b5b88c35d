//! Who is introduced is looked for, as far as there is room; who is gone makes some.

use std::time::Instant;

use super::lobby::Met;
use super::{Machine, Peer, remember};
use crate::limits::{ACQUAINTANCES_MAX, CIRCLE_MEMBERS_MAX};
use crate::protocol::circle::CircleMember;

impl Machine {
    /// The server introduced somebody, or anew.
    pub(super) fn met(&mut self, met: Met, now: Instant) {
        let key = met.introduction.key;
        self.unmet.retain(|unmet| unmet.introduction.key != key);
        if key == self.key || self.left.contains(&key) {
            return;
        }
        if !self.peers.contains_key(&key) {
            self.make_room();
            if !self.has_room() {
                tracing::debug!("more are introduced than can be in a circle");
                return self.meet_later(met);
            }
            let shown = self.number_to_show(met.member);
            let peer = Peer::new(key, shown, self.key < key, self.next_acquaintance);
            // Each acquaintance of theirs has a number of its own, whatever becomes of it.
            self.next_acquaintance += 1 << 32;
            self.peers.insert(key, peer);
        }
        if let Some(peer) = self.peers.get_mut(&key) {
            peer.introduced(&mut self.around, met, now);
        }
    }

    /// Of those who were never reached no more are looked for than can be in a circle, whatever the server says.
    fn has_room(&self) -> bool {
        let strangers = self.peers.values().filter(|peer| !peer.is_known()).count();
        self.peers.len() < ACQUAINTANCES_MAX && strangers < CIRCLE_MEMBERS_MAX - 1
    }

    /// Whoever the server has lost sight of makes place for newcomers: first who was never reached, then who was missed for longest.
    fn make_room(&mut self) {
        while !self.has_room() {
            let is_full = self.peers.len() >= ACQUAINTANCES_MAX;
            let spared = |peer: &&mut Peer| peer.spared().filter(|_| is_full || !peer.is_known());
            let found = self.peers.values_mut().filter(|peer| spared(peer).is_some());
            let Some(peer) = found.min_by_key(|peer| (peer.is_known(), peer.spared())) else {
                return;
            };
            let key = peer.key();
            peer.forget(&mut self.around);
            self.peers.remove(&key);
        }
    }

    /// A server says of everybody once that they are there.
    fn meet_later(&mut self, met: Met) {
        if self.unmet.len() >= ACQUAINTANCES_MAX {
            self.unmet.pop_front();
        }
        self.unmet.push_back(met);
    }

    /// The server's own number, unless somebody else was shown by it: a server that was started anew may count anew.
    pub(super) fn number_to_show(&mut self, member: CircleMember) -> CircleMember {
        let shown = if self.shown.contains(&member) {
            self.next_spare = self.next_spare.wrapping_add(1);
            CircleMember(self.next_spare)
        } else {
            member
        };
        remember(&mut self.shown, shown);
        shown
    }

    /// Forgets who is gone, and takes up who waits for their place.
    pub(super) fn sweep(&mut self, now: Instant) {
        let gone = self.peers.extract_if(.., |_, peer| peer.is_over());
        for (key, peer) in gone {
            if peer.has_left() {
                self.words.iter_mut().for_each(|words| words.has_left(key));
                remember(&mut self.left, key);
            }
        }
        while self.has_room()
            && let Some(met) = self.unmet.pop_front()
        {
            self.met(met, now);
        }
    }
}
