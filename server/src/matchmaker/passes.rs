//! Who of each network holds which seats: the guard's passes, kept from the reservation until the seat is empty.

use std::collections::HashMap;

use acaso_shared::ids::RoomPort;

use crate::guard::Pass;
use crate::room::VisitNumber;

/// All passes, by room and visit.
#[derive(Debug, Default)]
pub(super) struct Passes {
    /// At most two for each room.
    rooms: HashMap<RoomPort, Vec<(VisitNumber, Pass)>>,
}

impl Passes {
    /// Keeps one for a seat that was just reserved.
    pub(super) fn keep(&mut self, port: RoomPort, visit: VisitNumber, pass: Pass) {
        self.rooms.entry(port).or_default().push((visit, pass));
    }

    /// That seat is empty.
    pub(super) fn take(&mut self, port: RoomPort, visit: VisitNumber) -> Option<Pass> {
        let room = self.rooms.get_mut(&port)?;
        let at = room.iter().position(|(of, _)| *of == visit)?;
        let (_, pass) = room.swap_remove(at);
        if room.is_empty() {
            self.rooms.remove(&port);
        }
        Some(pass)
    }

    /// That room has ended.
    pub(super) fn forget(&mut self, port: RoomPort) {
        self.rooms.remove(&port);
    }

    /// The pass of whoever is alone in that room.
    pub(super) fn of_the_only_one(&self, port: RoomPort) -> Option<Pass> {
        match self.rooms.get(&port)?.as_slice() {
            [(_, pass)] => Some(pass.clone()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use acaso_shared::protocol::Refusal;

    use super::*;
    use crate::config::Limits;
    use crate::guard::Guard;

    #[test]
    fn a_pass_is_held_until_the_seat_is_empty() {
        let limits = Limits {
            connections: 1,
            ..Limits::default()
        };
        let guard = Guard::new(limits, Duration::ZERO, []);
        let enter = || guard.enter("192.0.2.7".parse().unwrap()).unwrap();
        let (port, visit) = (RoomPort::try_from(2000).unwrap(), VisitNumber(7));
        let mut passes = Passes::default();
        let first = enter();
        first.join().unwrap();
        passes.keep(port, visit, first);
        assert!(matches!(enter().join(), Err(Refusal::SlowDown { .. })));
        assert!(passes.take(port, VisitNumber(8)).is_none());
        drop(passes.take(port, visit));
        assert_eq!(enter().join(), Ok(()));
        assert!(passes.rooms.is_empty());
    }

    #[test]
    fn who_is_moved_takes_their_pass_along() {
        let guard = Guard::new(Limits::default(), Duration::ZERO, []);
        let (from, to) = (
            RoomPort::try_from(2000).unwrap(),
            RoomPort::try_from(2001).unwrap(),
        );
        let mut passes = Passes::default();
        passes.keep(
            from,
            VisitNumber(1),
            guard.enter("192.0.2.7".parse().unwrap()).unwrap(),
        );
        let pass = passes.of_the_only_one(from).unwrap();
        passes.keep(to, VisitNumber(2), pass);
        assert!(
            passes.of_the_only_one(from).is_some(),
            "until the old seat is empty"
        );
        passes.forget(from);
        assert!(passes.of_the_only_one(to).is_some());
        assert!(passes.of_the_only_one(from).is_none());
    }
}
