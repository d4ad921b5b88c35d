//! What waits to be written to one visitor. It is bounded in pieces and in bytes; when it is full its owner does not read, and is
//! not waited for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use acaso_shared::codec::Encoded;
use tokio::sync::mpsc;

/// What waits for one visitor at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) pieces: usize,
    pub(crate) bytes: usize,
}

/// Nothing more goes in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Full;

/// Where something is put for a visitor.
#[derive(Debug)]
pub(crate) struct Slot<E> {
    pieces: mpsc::Sender<Encoded<E>>,
    bytes: Arc<AtomicUsize>,
    bytes_max: usize,
}

/// Where the visitor's task takes it from.
#[derive(Debug)]
pub(crate) struct Mailbox<E> {
    pieces: mpsc::Receiver<Encoded<E>>,
    bytes: Arc<AtomicUsize>,
}

/// An empty one.
pub(crate) fn mailbox<E>(size: Size) -> (Slot<E>, Mailbox<E>) {
    let (sender, receiver) = mpsc::channel(size.pieces);
    let bytes = Arc::<AtomicUsize>::default();
    let slot = Slot {
        pieces: sender,
        bytes: Arc::clone(&bytes),
        bytes_max: size.bytes,
    };
    let mailbox = Mailbox {
        pieces: receiver,
        bytes,
    };
    (slot, mailbox)
}

impl<E> Slot<E> {
    /// Puts something in. For somebody who has just gone it is lost.
    ///
    /// # Errors
    /// Too much waits already.
    pub(crate) fn put(&self, said: &Encoded<E>) -> Result<(), Full> {
        let size = said.bytes();
        if self.bytes.fetch_add(size, Ordering::Relaxed) + size > self.bytes_max {
            return Err(Full);
        }
        match self.pieces.try_send(said.clone()) {
            Err(mpsc::error::TrySendError::Full(_)) => Err(Full),
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => Ok(()),
        }
    }

    /// Puts something in if it leaves half of the place to what matters more; otherwise it is lost. Tells whether it was put in.
    pub(crate) fn put_if_half_empty(&self, said: &Encoded<E>) -> bool {
        let is_half_empty = self.pieces.capacity() > self.pieces.max_capacity() / 2
            && self.bytes.load(Ordering::Relaxed) + said.bytes() <= self.bytes_max / 2;
        is_half_empty && self.put(said).is_ok()
    }
}

impl<E> Mailbox<E> {
    /// The next piece; `None` once nothing more will come. Cancel-safe.
    pub(crate) async fn next(&mut self) -> Option<Encoded<E>> {
        let said = self.pieces.recv().await;
        said.inspect(|said| self.taken(said))
    }

    /// The next piece, if one is there.
    pub(crate) fn next_there(&mut self) -> Option<Encoded<E>> {
        let said = self.pieces.try_recv().ok();
        said.inspect(|said| self.taken(said))
    }

    fn taken(&self, said: &Encoded<E>) {
        self.bytes.fetch_sub(said.bytes(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Said = Encoded<Vec<u8>>;

    const SIZE: Size = Size {
        pieces: 64,
        bytes: 64 * 1024,
    };

    fn of(bytes: usize) -> Said {
        Encoded::of(&vec![7; bytes])
    }

    #[tokio::test]
    async fn what_waits_is_bounded_in_pieces_and_in_bytes_and_reading_makes_room() {
        let (slot, mut mailbox) = mailbox(SIZE);
        let short = of(1);
        for _ in 0..SIZE.pieces {
            assert_eq!(slot.put(&short), Ok(()));
        }
        assert_eq!(slot.put(&short), Err(Full));
        assert!(mailbox.next().await.is_some());
        assert_eq!(slot.put(&short), Ok(()));

        let (slot, mut mailbox) = super::mailbox(SIZE);
        let long = of(10 * 1024);
        let put = (0..SIZE.pieces).take_while(|_| slot.put(&long).is_ok()).count();
        assert_eq!(put, 6);
        drop(slot);
        let mut taken = 0;
        while mailbox.next().await.is_some() {
            taken += 1;
        }
        assert_eq!(taken, put);
    }

    #[tokio::test]
    async fn what_matters_less_leaves_half_of_the_place() {
        for (size, there) in [(1, SIZE.pieces / 2), (10 * 1024, 3)] {
            let (slot, mut mailbox) = mailbox(SIZE);
            let said = of(size);
            for _ in 0..2 * SIZE.pieces {
                slot.put_if_half_empty(&said);
            }
            assert_eq!(slot.put(&said), Ok(()), "what matters has place");
            let taken = std::iter::from_fn(|| mailbox.next_there()).count();
            assert_eq!(taken, there + 1, "of {size} bytes");
        }
    }
}
