//! Who fits whom, by what they and their clients are. What they did before is not its business.

use super::Blocks;
use super::rooms::Person;
use crate::room::{Client, Wish};

/// Whether these two can sit together at all: two people who understand each other, neither of whom wants the other gone.
pub(super) fn could_meet(a: Wish, b: Wish, blocked: &Blocks) -> bool {
    a.visitor != b.visitor && understand(a, b) && !blocked.holds(a.visitor, b.visitor)
}

/// Whether somebody may be sent to sit beside whoever waits there. Of two with clients of different kinds, whoever has the old one sits
/// first: they may be a port scan, which is to cost nobody of ours a partner. Then one of ours comes, or is moved, to them.
pub(super) fn may_join(waits: Person, newcomer: Wish) -> bool {
    match (waits.wish.client, newcomer.client) {
        (Client::Old(_), Client::Ours { .. }) => waits.seated,
        (Client::Ours { .. }, Client::Old(_)) => false,
        (Client::Ours { .. }, Client::Ours { .. }) | (Client::Old(_), Client::Old(_)) => true,
    }
}

/// Whether their client understands that it is to go to another room.
pub(super) fn can_be_moved(wish: Wish) -> bool {
    match wish.client {
        Client::Ours { .. } => true,
        Client::Old(_) => false,
    }
}

/// Whether their clients can talk to each other, and may.
fn understand(a: Wish, b: Wish) -> bool {
    match (a.client, b.client) {
        (Client::Ours { .. }, Client::Ours { .. }) => a.versions.highest_common(b.versions).is_some(),
        (Client::Old(_), Client::Old(_)) => true,
        (Client::Ours { meets_old }, Client::Old(_)) | (Client::Old(_), Client::Ours { meets_old }) => {
            meets_old
        }
    }
}
