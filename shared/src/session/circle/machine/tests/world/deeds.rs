//! Does what the machines decide, and holds what they tell against what may be.

use super::{
    Action, CircleEvent, CircleNews, CircleRequest, Fingerprint, LinkId, MessageId, Peer, PeerMessage,
    Person, Who, Wire, World, Wrong, key,
};

impl World {
    pub(super) fn settle(&mut self) -> Result<(), Wrong> {
        loop {
            let mut quiet = true;
            for who in self.people.keys().copied().collect::<Vec<_>>() {
                if self.person(who).machine.peers.values().any(Peer::is_blamed) {
                    return Err(format!("{who}: somebody said what cannot be"));
                }
                for action in self.person(who).machine.take_actions() {
                    quiet = false;
                    self.perform(who, action)?;
                }
                quiet &= !self.say_due(who);
            }
            // Whoever found no lobby at all has gone home.
            self.people.retain(|_, person| !person.machine.is_over());
            if quiet {
                return Ok(());
            }
        }
    }

    fn say_due(&mut self, who: Who) -> bool {
        let now = self.now;
        let Some(person) = self.people.get_mut(&who) else {
            return false;
        };
        let mut said = false;
        for wire in &mut self.wires {
            let Some(side) = wire.side_of(who) else { continue };
            while wire.takes(side)
                && let Some(message) = person.machine.due(wire.ends[side].1, now)
            {
                wire.say(side, message);
                said = true;
            }
        }
        said
    }

    fn perform(&mut self, who: Who, action: Action) -> Result<(), Wrong> {
        match action {
            Action::Tell(news) => self.tell(who, &news)?,
            Action::Gather => self.person(who).calling = true,
            Action::StopGathering => self.person(who).calling = false,
            Action::PartFromLobby { .. } => self.out(who),
            Action::Send(CircleRequest::Ping) if self.lobby_up => {
                let person = self.person(who);
                if person.inside.is_some() {
                    person.untold.push(CircleEvent::Pong);
                }
            }
            Action::Send(_) | Action::Pass(_) | Action::LookAround | Action::Judge { .. } => {}
            Action::Dial { key, targets } => {
                let routes = targets.iter().map(|target| target.route).collect();
                self.person(who).dialling.insert(key, routes);
            }
            Action::StopDialling { key } => drop(self.person(who).dialling.remove(&key)),
            Action::Begin { link, opens } => {
                if let Some((wire, side)) = self.wire(who, link) {
                    wire.begin(side, opens);
                }
            }
            Action::Part { link } => {
                if let Some((wire, side)) = self.wire(who, link) {
                    wire.close(side);
                }
            }
            Action::Farewell => {
                for wire in &mut self.wires {
                    if let Some(side) = wire.side_of(who) {
                        wire.say(side, PeerMessage::Bye);
                        wire.close(side);
                    }
                }
            }
        }
        Ok(())
    }

    fn wire(&mut self, who: Who, link: LinkId) -> Option<(&mut Wire, usize)> {
        let mut wires = self.wires.iter_mut();
        wires.find_map(|wire| {
            let side = wire.side_of(who)?;
            (wire.ends[side].1 == link).then_some((wire, side))
        })
    }

    fn tell(&mut self, who: Who, news: &CircleNews) -> Result<(), Wrong> {
        let about = self
            .person(who)
            .account
            .tell(news)
            .map_err(|wrong| format!("{who}: {wrong}"))?;
        // What is shown as delivered is there.
        if let (CircleNews::Delivered { id, .. }, Some(other)) = (news, about) {
            self.delivered += 1;
            self.check_delivered(who, *id, other)?;
        }
        Ok(())
    }

    fn check_delivered(&self, who: Who, id: MessageId, other: Fingerprint) -> Result<(), Wrong> {
        let has = |person: &Person| person.account.has(key(who), id);
        match self
            .people
            .iter()
            .find(|(candidate, _)| key(**candidate) == other)
        {
            Some((_, person)) if !has(person) => {
                Err(format!("{who}: {id:?} is shown as delivered, and is not"))
            }
            _ => Ok(()),
        }
    }
}
