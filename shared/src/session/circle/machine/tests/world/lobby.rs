//! The lobby of this world, which introduces whoever comes, and goes away now and then.

use super::{Arrival, CircleEvent, CircleMember, Introduction, Problem, Who, World, key};

impl World {
    pub(super) fn lobby_works(&mut self, who: Who) {
        let now = self.now;
        let lobby_up = self.lobby_up;
        let person = self.person(who);
        if !lobby_up {
            if person.calling {
                person.calling = false;
                person.machine.failed(&Problem::LinkLost, now);
            } else if person.inside.take().is_some() {
                person.untold.clear();
                person.machine.lobby_lost(&Problem::LinkLost, now);
            }
        } else if person.calling {
            self.introduce(who);
        } else if !person.untold.is_empty() {
            let event = person.untold.remove(0);
            person.machine.told(event, now);
        }
    }

    pub(super) fn introduce(&mut self, who: Who) {
        self.next_number += 1;
        let (member, now) = (CircleMember(self.next_number), self.now);
        let arrival = Arrival {
            member,
            seen_at: None,
            relays: true,
            at_home: false,
        };
        let others: Vec<_> = self
            .people
            .iter()
            .filter_map(|(other, person)| person.inside.map(|member| met(*other, member)))
            .collect();
        for person in self.people.values_mut().filter(|person| person.inside.is_some()) {
            person.untold.push(met(who, member));
        }
        let person = self.person(who);
        (person.calling, person.inside, person.untold) = (false, Some(member), others);
        person.machine.gathered(arrival, now);
    }

    /// It loses sight of somebody.
    pub(super) fn out(&mut self, who: Who) {
        let Some(member) = self.person(who).inside.take() else {
            return;
        };
        for person in self.people.values_mut().filter(|person| person.inside.is_some()) {
            person.untold.push(CircleEvent::Went { member });
        }
    }

    /// It has forgotten everybody, and counts anew.
    pub(super) fn restart_lobby(&mut self) {
        let now = self.now;
        self.next_number = 0;
        for person in self.people.values_mut().filter(|person| person.inside.is_some()) {
            person.inside = None;
            person.untold.clear();
            person.machine.lobby_lost(&Problem::LinkLost, now);
        }
    }
}

fn met(who: Who, member: CircleMember) -> CircleEvent {
    CircleEvent::Met {
        member,
        seen_at: Some(format!("192.0.2.{who}:9000").parse().unwrap()),
        introduction: Introduction {
            key: key(who),
            local: Vec::new(),
        },
    }
}
