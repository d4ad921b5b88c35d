//! The policy played against simulated rooms: many random schedules of coming, going, failing and time passing, with what must
//! never be checked after each step. Planted mistakes have to be found, or the check itself is broken.

mod world;

use std::net::Ipv4Addr;
use std::num::NonZero;

use acaso_shared::ids::VisitorToken;
use acaso_shared::protocol::VersionRange;

use self::world::World;
use crate::room::{Client, Wish};

/// A way in which the policy can be made wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mistake {
    /// A full room stays on offer.
    OffersFullRooms,
    /// A port is used again as soon as the last seat is empty, not only once the room has ended.
    FreesPortsEarly,
    /// Who met whom is not remembered.
    ForgetsMeetings,
    /// Those who are alone are left alone.
    LeavesTheLonely,
    /// Who does not want to meet whom is not remembered.
    ForgetsBlocks,
    /// People who cannot understand each other are brought together.
    IgnoresVersions,
    /// Somebody is sent beside an old client that is not there yet, or an old client beside somebody else.
    OffersTheUnseated,
    /// Old clients are told to go to another room.
    MovesOldClients,
    /// Everybody is taken for somebody who would meet old clients.
    ForgetsConsent,
    /// A room that is kept for two is offered to strangers.
    OffersKeptRooms,
    /// A number is good once more after two have met by it.
    KeepsNumbers,
    /// A room calls a seat empty as soon as its link is lost, and keeps it all the same.
    CallsAwayEmpty,
}

impl Mistake {
    /// What the policy takes a wish for.
    pub(super) fn misread(self, wish: Wish) -> Wish {
        match self {
            Self::IgnoresVersions => Wish {
                versions: VersionRange { min: 1, max: 2 },
                ..wish
            },
            Self::ForgetsConsent if wish.client == (Client::Ours { meets_old: false }) => Wish {
                client: Client::Ours { meets_old: true },
                ..wish
            },
            _ => wish,
        }
    }
}

fn visitors() -> Vec<Wish> {
    // Two who speak only what is old, one who speaks only what is new, and four who speak both, of whom two would meet old clients;
    // and three who have one.
    let versions = |number| match number {
        0 | 1 => VersionRange { min: 1, max: 1 },
        2 => VersionRange { min: 2, max: 2 },
        _ => VersionRange { min: 1, max: 2 },
    };
    let client = |number| match number {
        0..5 => Client::Ours { meets_old: false },
        5 | 6 => Client::Ours { meets_old: true },
        _ => Client::Old(Ipv4Addr::LOCALHOST.into()),
    };
    let wish = |number| Wish {
        visitor: VisitorToken::random().hash(),
        versions: versions(number),
        client: client(number),
    };
    (0..10).map(wish).collect()
}

/// Plays that many schedules, on all processors; the first that breaks a rule, if there is one.
fn search(schedules: u64, mistake: Option<Mistake>) -> Result<(), String> {
    let visitors = &visitors();
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let play = |seed| {
        World::new(seed, visitors, mistake)
            .play(40)
            .map_err(|what| format!("seed {seed}: {what}"))
    };
    std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..threads)
            .map(|first| scope.spawn(move || (0..schedules).skip(first).step_by(threads).try_for_each(play)))
            .collect();
        lanes.into_iter().try_for_each(|lane| lane.join().unwrap())
    })
}

#[test]
fn no_schedule_breaks_a_rule() {
    search(100_000, None).unwrap();
}

#[test]
fn planted_mistakes_are_found() {
    for mistake in [
        Mistake::OffersFullRooms,
        Mistake::FreesPortsEarly,
        Mistake::ForgetsMeetings,
        Mistake::LeavesTheLonely,
        Mistake::ForgetsBlocks,
        Mistake::IgnoresVersions,
        Mistake::CallsAwayEmpty,
        Mistake::OffersTheUnseated,
        Mistake::MovesOldClients,
        Mistake::ForgetsConsent,
        Mistake::OffersKeptRooms,
        Mistake::KeepsNumbers,
    ] {
        assert!(
            search(10_000, Some(mistake)).is_err(),
            "{mistake:?} was not found"
        );
    }
}
