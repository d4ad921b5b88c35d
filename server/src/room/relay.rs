//! Carries what two seats say to each other: bytes it cannot read, from one stream to the other, without a task, a channel or
//! an idle buffer between them. Whatever is said to the room itself comes out as a value.
//!
//! All whole frames of one read go out in one write: a write for each would cost three times as much. A frame for a seat that
//! is present is never dropped: while somebody does not take what they were sent, nothing is read from their partner.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use acaso_shared::codec::{self, HEADER_BYTES, Peek};
use acaso_shared::ids::ConversationNumber;
use acaso_shared::limits::{FRAME_BYTES_MAX, SEALED_BYTES_MAX};
use acaso_shared::protocol::room::RoomRequest;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::blame::Turns;
use super::line::Line;
use super::seat::{Side, Two};

/// Looks at both lines in one turn of the task, before others get theirs: two that never stop talking are not alone here.
const ROUNDS_MAX: usize = 16;

/// Wishes to meet somebody never again that reach the room in one conversation: about its partner, and about the one before.
const BLOCKS_MAX: u8 = 2;

thread_local! {
    /// What is being read: one buffer for each thread instead of one for each connection.
    static SCRATCH: RefCell<Vec<u8>> = RefCell::new(vec![0; FRAME_BYTES_MAX]);
}

/// Something that concerns the room.
#[derive(Debug)]
pub(super) enum Said {
    /// The partner's encryption stands in that conversation.
    Ready(ConversationNumber),
    /// Goodbye; everything said before it has been handed over.
    Leave,
    /// Something that has no place in a room.
    Unexpected,
    /// The line is closed or broken.
    Lost(io::Error),
    /// They do not take what is said to them; how long that lasts is to be watched.
    Stuck,
    /// They have said too much; when they may go on is to be watched.
    Rests,
    /// They do not want to meet their partner of that conversation again.
    Block(ConversationNumber),
    /// They would like to.
    Keep(ConversationNumber),
}

/// The lines of both seats, and the conversation that goes on between them, if there is one.
#[derive(Debug)]
pub(super) struct Relay<S> {
    pub(super) lines: Two<Option<Box<Line<S>>>>,
    /// The time of the handshake, while there is one.
    pub(super) turns: Option<Turns>,
    conversation: Option<ConversationNumber>,
    first: Side,
    carried: Carried,
}

/// How many sealed frames a server's rooms have carried since its start: messages, and what belongs to them. Touched once for each
/// read, however much came with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Carried(Arc<AtomicU64>);

impl Carried {
    /// How many so far.
    pub(crate) fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add(&self, frames: u32) {
        self.0.fetch_add(frames.into(), Ordering::Relaxed);
    }
}

/// What a look at one line came to.
enum Look {
    Said(Said),
    /// Something moved, so there may be more.
    Moved,
    /// Nothing to do until the stream says otherwise.
    Idle,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Relay<S> {
    pub(super) fn new(carried: Carried) -> Self {
        Self {
            lines: Two::default(),
            turns: None,
            conversation: None,
            first: Side::A,
            carried,
        }
    }

    /// From here on frames of this conversation are carried, and others dropped; with `None`, all are.
    pub(super) fn set_conversation(&mut self, conversation: Option<ConversationNumber>) {
        self.conversation = conversation;
        self.turns = None;
        for line in self.lines.iter_mut().flatten() {
            line.frames = 0;
            line.ready = false;
            line.blocks = 0;
            line.keeps = false;
        }
    }

    /// Carries until somebody says something to the room. Cancel-safe.
    pub(super) async fn carry(&mut self) -> (Side, Said) {
        poll_fn(|cx| self.poll_carry(cx)).await
    }

    fn poll_carry(&mut self, cx: &mut Context<'_>) -> Poll<(Side, Said)> {
        for _ in 0..ROUNDS_MAX {
            self.first = self.first.other();
            let mut idle = true;
            for side in [self.first, self.first.other()] {
                match self.look(side, cx) {
                    Look::Said(said) => return Poll::Ready((side, said)),
                    Look::Moved => idle = false,
                    Look::Idle => {}
                }
            }
            if idle {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn look(&mut self, side: Side, cx: &mut Context<'_>) -> Look {
        let (Some(line), partner) = self.lines.split_mut(side) else {
            return Look::Idle;
        };
        let mut partner = partner.as_deref_mut();
        let is_heard = partner.is_some();
        let (owed, frames) = (line.is_owed(), line.frames);
        match line.poll_send(cx) {
            Poll::Ready(Err(error)) => return Look::Said(Said::Lost(error)),
            Poll::Pending if line.is_newly_owed() => return Look::Said(Said::Stuck),
            _ => {}
        }
        let read = match &partner {
            Some(partner) if partner.is_owed() => Look::Idle,
            _ if line.rests() => Look::Idle,
            _ => listen(line, partner.take(), self.conversation, cx),
        };
        if line.frames > frames {
            if is_heard {
                self.carried.add(line.frames - frames);
            }
            if let Some(turns) = &mut self.turns {
                turns.said(side, line.frames - frames, Instant::now());
            }
        }
        match read {
            // The partner was not read from for as long as something was owed.
            Look::Idle if owed && !line.is_owed() => Look::Moved,
            read => read,
        }
    }
}

/// Reads once, unless something read before still waits, and handles what came.
fn listen<S: AsyncRead + AsyncWrite + Unpin>(
    line: &mut Line<S>,
    partner: Option<&mut Line<S>>,
    conversation: Option<ConversationNumber>,
    cx: &mut Context<'_>,
) -> Look {
    if line.inbox_waits {
        let waiting = std::mem::take(&mut line.inbox);
        return handle(line, partner, conversation, &waiting, None, Instant::now(), cx);
    }
    SCRATCH.with_borrow_mut(|scratch| {
        let kept = line.inbox.len();
        scratch[..kept].copy_from_slice(&line.inbox);
        let mut buffer = ReadBuf::new(&mut scratch[kept..]);
        let read = match Pin::new(&mut line.stream).poll_read(cx, &mut buffer) {
            Poll::Pending => return Look::Idle,
            Poll::Ready(Err(error)) => return Look::Said(Said::Lost(error)),
            Poll::Ready(Ok(())) => buffer.filled().len(),
        };
        if read == 0 {
            return Look::Said(Said::Lost(io::ErrorKind::UnexpectedEof.into()));
        }
        let now = Instant::now();
        line.heard = now;
        line.spoke = true;
        line.pings = 0;
        line.allowance.charge_bytes(read, now);
        handle(
            line,
            partner,
            conversation,
            &scratch[..kept + read],
            None,
            now,
            cx,
        )
    })
}

/// Hands over what is for the partner and stops at the first word for the room; what is behind it waits in the inbox. The wish to meet the
/// partner again is heard after whatever was read with it, and taken out before: neither by what the partner is handed, nor when, nor by how
/// much may be said after it is it seen that it was said.
fn handle<S: AsyncRead + AsyncWrite + Unpin>(
    line: &mut Line<S>,
    mut partner: Option<&mut Line<S>>,
    conversation: Option<ConversationNumber>,
    bytes: &[u8],
    wish: Option<Said>,
    now: Instant,
    cx: &mut Context<'_>,
) -> Look {
    let mut scan = Scan::new(bytes, conversation);
    let mut words = 0;
    let (said, rest) = loop {
        let piece = scan.next();
        if let End::Said(Said::Keep(kept)) = piece.end
            && !std::mem::replace(&mut line.keeps, true)
        {
            // Once in a conversation, so this is no way to have the same bytes copied again and again.
            let without = [piece.run, scan.rest()].concat();
            line.allowance
                .give_back_bytes(piece.behind.len() - scan.rest().len());
            line.allowance.charge_frames(words, now);
            let wish = Some(Said::Keep(kept));
            return handle(line, partner, conversation, &without, wish, now, cx);
        }
        line.frames = line.frames.saturating_add(piece.frames);
        words += piece.frames;
        if let Some(partner) = partner.as_deref_mut()
            && !piece.run.is_empty()
        {
            partner.hand_over(piece.run, cx);
        }
        if matches!(piece.end, End::Partial) || wish.is_some() && matches!(piece.end, End::Said(_)) {
            break (wish, piece.behind);
        }
        words += 1;
        let said = hear(line, piece.end);
        if said.is_some() {
            break (said, scan.rest());
        }
    };
    line.keep(rest, said.is_some());
    line.allowance.charge_frames(words, now);
    line.rests_until = line.allowance.rests_until(now);
    let rests = line.rests_until.map(|_| Said::Rests);
    said.or(rests).map_or(Look::Moved, Look::Said)
}

/// What a word that is not for the partner comes to. Of what may be said without end nothing reaches the room.
fn hear<S: AsyncRead + AsyncWrite + Unpin>(line: &mut Line<S>, word: End) -> Option<Said> {
    let said = match word {
        End::Said(said) => said,
        End::Ping => {
            line.say_pong();
            return None;
        }
        End::Stale | End::Partial => return None,
    };
    match said {
        Said::Ready(_) if line.ready => return Some(Said::Unexpected),
        Said::Ready(_) => line.ready = true,
        Said::Block(_) if line.blocks >= BLOCKS_MAX => return None,
        Said::Block(_) => line.blocks += 1,
        // The first one was taken out before.
        Said::Keep(_) => return None,
        _ => {}
    }
    Some(said)
}

/// Finds the frames in what was read.
struct Scan<'a> {
    bytes: &'a [u8],
    conversation: Option<ConversationNumber>,
}

/// Whole frames for the partner, one behind the other, and what follows them.
struct Piece<'a> {
    run: &'a [u8],
    frames: u32,
    end: End,
    /// What follows them, and all behind it.
    behind: &'a [u8],
}

enum End {
    /// A frame of another conversation: dropped.
    Stale,
    /// A question for a sign of life.
    Ping,
    /// Not all of a frame, perhaps nothing of it.
    Partial,
    /// A word for the room.
    Said(Said),
}

impl<'a> Scan<'a> {
    fn new(bytes: &'a [u8], conversation: Option<ConversationNumber>) -> Self {
        Self { bytes, conversation }
    }

    /// What was not taken out yet.
    fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    fn next(&mut self) -> Piece<'a> {
        let (mut run_len, mut frames) = (0, 0);
        let (end, end_len) = loop {
            let frame = match frame_at(&self.bytes[run_len..]) {
                Ok(Some(frame)) => frame,
                Ok(None) => break (End::Partial, 0),
                Err(TooLong) => break (End::Said(Said::Unexpected), 0),
            };
            match codec::peek(&frame[HEADER_BYTES..]) {
                Peek::Sealed(conversation) if Some(conversation) == self.conversation => {
                    run_len += frame.len();
                    frames += 1;
                }
                Peek::Sealed(_) => break (End::Stale, frame.len()),
                Peek::Control => break (self.understand(&frame[HEADER_BYTES..]), frame.len()),
                Peek::Malformed => break (End::Said(Said::Unexpected), frame.len()),
            }
        };
        let (run, behind) = self.bytes.split_at(run_len);
        self.bytes = &behind[end_len..];
        Piece {
            run,
            frames,
            end,
            behind,
        }
    }

    /// A word for the room. Of what may come without end nothing reaches it, or it would be busy with nothing else.
    fn understand(&self, body: &[u8]) -> End {
        match codec::decode(body) {
            Ok(RoomRequest::Ready { conversation }) if Some(conversation) != self.conversation => End::Stale,
            Ok(RoomRequest::Ready { conversation }) => End::Said(Said::Ready(conversation)),
            Ok(RoomRequest::Leave) => End::Said(Said::Leave),
            Ok(RoomRequest::Ping) => End::Ping,
            // To have been heard is all that it is for; like a stale frame it goes nowhere.
            Ok(RoomRequest::Pong) => End::Stale,
            Ok(RoomRequest::Block { conversation }) => End::Said(Said::Block(conversation)),
            // What is said again, or of an earlier conversation, is as if it had not been said.
            Ok(RoomRequest::Keep { conversation }) if Some(conversation) != self.conversation => End::Stale,
            Ok(RoomRequest::Keep { conversation }) => End::Said(Said::Keep(conversation)),
            Ok(RoomRequest::Enter { .. } | RoomRequest::Sealed(_)) | Err(_) => End::Said(Said::Unexpected),
        }
    }
}

/// A frame over the ceiling of a room, which is lower than that of the wire.
struct TooLong;

/// The first frame, header and all, or `None` while it is not whole. The announced length is checked before anything else.
fn frame_at(bytes: &[u8]) -> Result<Option<&[u8]>, TooLong> {
    let Some(header) = bytes.first_chunk::<HEADER_BYTES>() else {
        return Ok(None);
    };
    match u32::from_le_bytes(*header) as usize {
        length if length > SEALED_BYTES_MAX => Err(TooLong),
        length => Ok(bytes.get(..HEADER_BYTES + length)),
    }
}

#[cfg(test)]
mod tests;
