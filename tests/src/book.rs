//! Who of a story's guests holds a seat, and where: the third witness beside the registry and the server.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use acaso_shared::ids::RoomPort;

/// How many seats are held in which room.
pub type Seats = BTreeMap<u16, u8>;

/// The list of all guests of one house.
#[derive(Clone, Debug, Default)]
pub struct Book {
    pages: Arc<Mutex<Pages>>,
}

#[derive(Debug, Default)]
struct Pages {
    guests: u64,
    seats: BTreeMap<u64, RoomPort>,
    ports: BTreeSet<u16>,
}

/// One guest's line in the book; struck out when dropped.
#[derive(Debug)]
pub struct Entry {
    book: Book,
    guest: u64,
}

impl Book {
    /// A line for somebody who holds no seat yet.
    pub fn newcomer(&self) -> Entry {
        let guest = self.write(|pages| {
            pages.guests += 1;
            pages.guests
        });
        Entry {
            book: self.clone(),
            guest,
        }
    }

    /// The seats that are held now.
    pub fn seats(&self) -> Seats {
        self.write(|pages| {
            let mut seats = Seats::new();
            for port in pages.seats.values() {
                *seats.entry(port.get()).or_default() += 1;
            }
            seats
        })
    }

    /// All ports that somebody held a seat at, ever.
    pub fn ports(&self) -> BTreeSet<u16> {
        self.write(|pages| pages.ports.clone())
    }

    fn write<T>(&self, change: impl FnOnce(&mut Pages) -> T) -> T {
        // A story that failed while it wrote has failed: the book is only looked at again to say so.
        change(&mut self.pages.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Entry {
    /// They hold a seat there, and no other.
    pub fn sits(&self, port: RoomPort) {
        self.book.write(|pages| {
            pages.seats.insert(self.guest, port);
            pages.ports.insert(port.get());
        });
    }

    /// They hold no seat.
    pub fn stands(&self) {
        self.book.write(|pages| pages.seats.remove(&self.guest));
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.stands();
    }
}
