//! Which way leads into the rooms of a server: each through its own door, or all through the lobby's port. Decided on values; who
//! dials is elsewhere.

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use super::Failed;
use crate::ids::RoomPort;
use crate::known_servers::Unreached;
use crate::protocol::lobby::Offers;
use crate::session::event::Problem;
use crate::transport::ConnectError;

/// How long doors that were not reached are left alone: firewalls change, and so do the networks that people are in.
const DOORS_REST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The way into a server's rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Each room's own door; if that is not reached, the lobby.
    Doors,
    /// The lobby's port, where no door is to be reached, or lately none was.
    Lobby,
}

impl Way {
    /// The way to be tried at a server that offers that, and of which it is known when its doors were not reached.
    pub(super) fn of(offers: Offers, unreached: Option<Unreached>, now: SystemTime) -> Self {
        let lately = |unreached: &Unreached| {
            // A clock that was put back says nothing about how long ago that was.
            let ago = now.duration_since(unreached.since);
            ago.is_ok_and(|ago| ago < DOORS_REST) && unreached.offers == offers
        };
        if offers.include(Offers::ROOMS_IN_LOBBY) || unreached.as_ref().is_some_and(lately) {
            Self::Lobby
        } else {
            Self::Doors
        }
    }
}

/// How a door was missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missed {
    /// Nothing listens there: it is shut, or something says so for it.
    Refused,
    /// No answer in time.
    Silent,
    /// What answers breaks off. A door that shuts does that to whoever stands in its queue.
    Broken,
    /// What answers is another server.
    Impostor,
}

impl Missed {
    /// Whether the lobby is worth trying with the same ticket. Whoever sits at a door in the server's place is to be told of.
    pub(super) fn may_be_passed_by(self) -> bool {
        self != Self::Impostor
    }

    /// Why there is no seat, if there was no other way either.
    pub(super) fn failed(self, port: RoomPort, address: IpAddr) -> Failed {
        let shut = |refused| Failed::DoorShut {
            port,
            address,
            refused,
        };
        match self {
            Self::Refused => shut(true),
            Self::Broken => shut(false),
            Self::Silent => Problem::RoomUnreachable { port, address }.into(),
            Self::Impostor => Problem::RoomIdentity { port }.into(),
        }
    }
}

impl From<ConnectError> for Missed {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::Refused(_) => Self::Refused,
            // One that took the connection is behind no firewall, only slow.
            ConnectError::NotOurs(..) | ConnectError::NoHandshake(_) => Self::Broken,
            ConnectError::TimedOut(_) => Self::Silent,
            ConnectError::OtherIdentity { .. } => Self::Impostor,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    fn noon() -> SystemTime {
        SystemTime::UNIX_EPOCH + 20_000 * DAY
    }

    #[test]
    fn doors_are_tried_unless_there_are_none_or_they_were_lately_not_reached() {
        let (none, shared) = (Offers::default(), Offers::ROOMS_IN_LOBBY);
        let noted = |since, offers| Some(Unreached { since, offers });
        for (offers, unreached, way) in [
            (none, None, Way::Doors),
            (shared, None, Way::Lobby),
            (shared.and(Offers::PLAZAS), None, Way::Lobby),
            (none, noted(noon(), none), Way::Lobby),
            (none, noted(noon() - 6 * DAY, none), Way::Lobby),
            (none, noted(noon() - 7 * DAY, none), Way::Doors),
            (none, noted(noon() + DAY, none), Way::Doors),
            (none, noted(noon(), Offers::PLAZAS), Way::Doors),
            (Offers::PLAZAS, noted(noon(), none), Way::Doors),
            (shared, noted(noon() - 30 * DAY, none), Way::Lobby),
        ] {
            assert_eq!(
                Way::of(offers, unreached, noon()),
                way,
                "{offers:?}, {unreached:?}"
            );
        }
    }

    #[test]
    fn what_is_told_when_both_ways_fail_is_what_the_door_said() {
        let (port, address) = (RoomPort::try_from(2000).unwrap(), Ipv4Addr::LOCALHOST.into());
        let failed = |missed: Missed| missed.failed(port, address);
        assert!(matches!(
            failed(Missed::Refused),
            Failed::DoorShut { refused: true, .. }
        ));
        assert!(matches!(
            failed(Missed::Broken),
            Failed::DoorShut { refused: false, .. }
        ));
        let Failed::Problem(problem) = failed(Missed::Silent) else {
            panic!("a door that does not answer is no shut one");
        };
        assert_eq!(*problem, Problem::RoomUnreachable { port, address });
        let Failed::Problem(problem) = failed(Missed::Impostor) else {
            panic!("somebody else's door is no shut one");
        };
        assert_eq!(*problem, Problem::RoomIdentity { port });
    }

    #[test]
    fn nobody_passes_by_an_impostor() {
        for missed in [Missed::Refused, Missed::Silent, Missed::Broken] {
            assert!(missed.may_be_passed_by());
        }
        assert!(!Missed::Impostor.may_be_passed_by());
    }
}
