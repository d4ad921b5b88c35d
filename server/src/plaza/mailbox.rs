//! What waits to be written to one member. It is bounded in pieces and in bytes; when it is full its owner does not read, and is
//! not waited for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use acaso_shared::codec::Encoded;
use acaso_shared::protocol::plaza::PlazaEvent;
use tokio::sync::mpsc;

/// Pieces that wait for one member. A thousand people who come within a second are a thousand pieces to each of them.
const PIECES_MAX: usize = 1024;

/// Bytes that wait for one member: fifty of the longest posts, which newcomers may be shown at once, and a few more. They are shared by all
/// members, so that a thousand who do not read hold not much more than one.
const BYTES_MAX: usize = 7 * 512 * 1024;

/// Nothing more goes in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Full;

/// Where something is put for a member.
#[derive(Debug)]
pub(super) struct Slot {
    pieces: mpsc::Sender<Encoded<PlazaEvent>>,
    bytes: Arc<AtomicUsize>,
}

/// Where the member's task takes it from.
#[derive(Debug)]
pub(super) struct Mailbox {
    pieces: mpsc::Receiver<Encoded<PlazaEvent>>,
    bytes: Arc<AtomicUsize>,
}

/// An empty one.
pub(super) fn mailbox() -> (Slot, Mailbox) {
    let (sender, receiver) = mpsc::channel(PIECES_MAX);
    let bytes = Arc::<AtomicUsize>::default();
    let slot = Slot {
        pieces: sender,
        bytes: Arc::clone(&bytes),
    };
    let mailbox = Mailbox {
        pieces: receiver,
        bytes,
    };
    (slot, mailbox)
}

impl Slot {
    /// Puts something in. For somebody who has just gone it is lost.
    ///
    /// # Errors
    /// Too much waits already.
    pub(super) fn put(&self, said: &Encoded<PlazaEvent>) -> Result<(), Full> {
        let size = said.bytes();
        if self.bytes.fetch_add(size, Ordering::Relaxed) + size > BYTES_MAX {
            return Err(Full);
        }
        match self.pieces.try_send(said.clone()) {
            Err(mpsc::error::TrySendError::Full(_)) => Err(Full),
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => Ok(()),
        }
    }
}

impl Mailbox {
    /// The next piece; `None` once nothing more will come. Cancel-safe.
    pub(super) async fn next(&mut self) -> Option<Encoded<PlazaEvent>> {
        let said = self.pieces.recv().await;
        said.inspect(|said| self.taken(said))
    }

    /// The next piece, if one is there.
    pub(super) fn next_there(&mut self) -> Option<Encoded<PlazaEvent>> {
        let said = self.pieces.try_recv().ok();
        said.inspect(|said| self.taken(said))
    }

    fn taken(&self, said: &Encoded<PlazaEvent>) {
        self.bytes.fetch_sub(said.bytes(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use acaso_shared::ids::{Name, PostText};
    use acaso_shared::protocol::plaza::{Member, MemberNumber, Post, PostNumber};

    use super::*;

    fn longest() -> Encoded<PlazaEvent> {
        Encoded::of(&PlazaEvent::Post(Post {
            number: PostNumber(1),
            author: Member {
                number: MemberNumber(1),
                name: Name::anonymous(),
            },
            subject: None,
            text: PostText::parse(&"x".repeat(60 * 1024)).unwrap(),
            unix_secs: 0,
        }))
    }

    #[tokio::test]
    async fn what_waits_is_bounded_in_pieces_and_in_bytes_and_reading_makes_room() {
        let (slot, mut mailbox) = mailbox();
        let ping = Encoded::of(&PlazaEvent::Ping);
        for _ in 0..PIECES_MAX {
            assert_eq!(slot.put(&ping), Ok(()));
        }
        assert_eq!(slot.put(&ping), Err(Full));
        assert!(mailbox.next().await.is_some());
        assert_eq!(slot.put(&ping), Ok(()));

        let (slot, mut mailbox) = super::mailbox();
        let longest = longest();
        let put = (0..PIECES_MAX).take_while(|_| slot.put(&longest).is_ok()).count();
        assert!((50..60).contains(&put), "{put}");
        drop(slot);
        let mut taken = 0;
        while mailbox.next().await.is_some() {
            taken += 1;
        }
        assert_eq!(taken, put);
    }
}
