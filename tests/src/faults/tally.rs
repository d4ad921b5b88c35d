//! How often what went wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::fault::Kind;

/// One more than the last kind's number.
const KINDS: usize = Kind::Rebind as usize + 1;

/// Counts, shared by whoever makes things go wrong.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    counts: Arc<[AtomicU64; KINDS]>,
    seats: Arc<AtomicU64>,
}

impl Tally {
    /// It happened once more; to a seat's link, or to a visit to the lobby.
    pub(super) fn note(&self, kind: Kind, seat: bool) {
        self.counts[kind as usize].fetch_add(1, Ordering::Relaxed);
        if seat && kind.cuts() {
            self.seats.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How often that happened.
    pub fn of(&self, kind: Kind) -> u64 {
        self.counts[kind as usize].load(Ordering::Relaxed)
    }

    /// How often somebody in a seat was cut off.
    pub fn seats_cut(&self) -> u64 {
        self.seats.load(Ordering::Relaxed)
    }
}
