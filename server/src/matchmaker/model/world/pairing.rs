//! Strangers who are brought together: at their arrival, or out of their loneliness.

use super::{Errand, Origin, Person, World};
use crate::matchmaker::policy::check::Waiting;
use crate::room::{Client, Wish};

impl World {
    pub(super) fn seat(&mut self, wish: Wish, person: Person, from: Option<Origin>) -> Result<(), String> {
        let waiting: Vec<_> = self.policy.on_offer().collect();
        match self.policy.join(wish, self.now, &mut self.rng) {
            Err(_) => {
                if let Some(from) = from {
                    self.answer(from, None);
                }
                self.moving.remove(&person);
                Ok(())
            }
            Ok(to) => {
                let beside = waiting.iter().find(|(port, _)| *port == to.port);
                if beside.is_some_and(|(_, other)| !self.could_meet(other.wish, wish)) {
                    return Err("two who can never sit together were brought together".into());
                }
                if beside.is_some_and(|(_, other)| !may_join(*other, wish)) {
                    return Err(
                        "an old client and one of ours were brought together before the old one sat".into(),
                    );
                }
                if beside.is_some_and(|(_, other)| self.have_met(other.wish.visitor, wish.visitor)) {
                    return Err("two who met lately were brought together at once".into());
                }
                if self
                    .rooms
                    .get(&to.port)
                    .is_some_and(|room| !to.fresh && room.kept.is_some())
                {
                    return Err("a stranger was sent to a room that is kept for two".into());
                }
                if to.fresh
                    && waiting
                        .iter()
                        .any(|(_, other)| self.fit(other.wish, wish) && may_join(*other, wish))
                {
                    return Err("a room was opened while somebody fitting waited".into());
                }
                self.send(to, wish, person, Errand::Stranger(from))
            }
        }
    }

    pub(super) fn bring_together(&mut self) -> Result<(), String> {
        let waiting: Vec<_> = self.policy.on_offer().collect();
        for step in self.policy.due(self.now, &mut self.rng) {
            let beside = waiting.iter().find(|(port, _)| *port == step.to.port);
            if beside.is_some_and(|(_, other)| !self.could_meet(other.wish, step.wish)) {
                return Err("two who can never sit together were moved together".into());
            }
            if beside.is_some_and(|(_, other)| !may_join(*other, step.wish)) {
                return Err("one of ours was moved to an old client that did not sit".into());
            }
            let is_kept = |port| self.rooms.get(&port).is_some_and(|room| room.kept.is_some());
            if is_kept(step.from) || !step.to.fresh && is_kept(step.to.port) {
                return Err("somebody was moved from or into a room that is kept for two".into());
            }
            if matches!(step.wish.client, Client::Old(_)) {
                return Err("an old client was told to move".into());
            }
            let mover = self.rooms.get(&step.from).and_then(|room| match &room.seats[..] {
                [seat] if seat.ticket_until.is_none() && seat.wish == step.wish => Some(seat.person),
                _ => None,
            });
            match mover {
                Some(person) if !self.is_ending(step.from) => {
                    self.moving.insert(person);
                    let opening = self.rooms[&step.from].opening;
                    let from = Origin {
                        port: step.from,
                        opening,
                    };
                    self.send(step.to, step.wish, person, Errand::Stranger(Some(from)))?;
                }
                _ => {
                    self.policy.call_off(step.from, step.to, self.now);
                    if step.to.fresh {
                        self.called_off.insert(step.to.port);
                    }
                    self.visits.insert(step.to.visit.0);
                }
            }
        }
        self.called_off.clear();
        self.hear_unsent()
    }
}

/// Whether somebody may be sent beside whoever waits: whoever has an old client sits before one of ours comes.
fn may_join(waits: Waiting, newcomer: Wish) -> bool {
    let is_old = |wish: Wish| matches!(wish.client, Client::Old(_));
    match (is_old(waits.wish), is_old(newcomer)) {
        (true, false) => waits.seated,
        (false, true) => false,
        (true, true) | (false, false) => true,
    }
}
