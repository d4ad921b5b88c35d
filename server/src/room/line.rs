//! One seat's connection, and the little that is kept for it: the start of a frame, or what it would not take yet. It does not
//! know who sits in the other seat.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use acaso_shared::codec;
use acaso_shared::protocol::room::RoomEvent;
use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::time::Instant;

use super::allowance::Allowance;

/// A peer that asks for signs of life without reading them gets no more than this many bytes of them kept.
const PONGS_BYTES_MAX: usize = 1024;

#[derive(Debug)]
pub(super) struct Line<S> {
    pub(super) stream: S,
    /// What was read and not handled: the start of a frame, or whatever came after a word for the room.
    pub(super) inbox: Vec<u8>,
    /// Whether the inbox is to be looked at before more is read.
    pub(super) inbox_waits: bool,
    /// What the stream has not taken yet. Bounded: while there is anything, nothing is read from the partner.
    outbox: BytesMut,
    unflushed: bool,
    owed_since: Option<Instant>,
    reported_owed: bool,
    broken: bool,
    /// When anything was last heard.
    pub(super) heard: Instant,
    /// Questions for a sign of life since then.
    pub(super) pings: u32,
    /// Sealed frames said in this conversation.
    pub(super) frames: u32,
    /// Whether anything at all came from them since they were seated.
    pub(super) spoke: bool,
    /// Wishes in this conversation not to meet somebody again.
    pub(super) blocks: u8,
    /// Whether they said that they would like to meet their partner of this conversation again.
    pub(super) keeps: bool,
    /// How much they may say.
    pub(super) allowance: Allowance,
    /// Until when nothing is read from them.
    pub(super) rests_until: Option<Instant>,
    /// Whether they said that this conversation's encryption stands; nobody says so twice.
    pub(super) ready: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Line<S> {
    /// A line over an open stream, from which `read` was read already.
    pub(super) fn new(stream: S, read: &[u8], now: Instant) -> Self {
        Self {
            stream,
            inbox: read.to_vec(),
            inbox_waits: !read.is_empty(),
            outbox: BytesMut::new(),
            unflushed: false,
            owed_since: None,
            reported_owed: false,
            broken: false,
            heard: now,
            pings: 0,
            frames: 0,
            spoke: false,
            blocks: 0,
            keeps: false,
            allowance: Allowance::full(now),
            rests_until: None,
            ready: false,
        }
    }

    /// Whether it is to be left alone for now.
    pub(super) fn rests(&self) -> bool {
        self.rests_until.is_some()
    }

    /// It may be heard again, if its time has come.
    pub(super) fn end_rest(&mut self, now: Instant) {
        self.rests_until = self.rests_until.filter(|until| *until > now);
    }

    /// Says something, after what is owed.
    pub(super) fn say(&mut self, event: &RoomEvent) {
        self.outbox.extend_from_slice(&codec::encode(event));
    }

    /// Keeps what was read and not handled. An idle line keeps no buffer: `Vec::new` holds no memory.
    pub(super) fn keep(&mut self, rest: &[u8], waits: bool) {
        self.inbox_waits = waits && !rest.is_empty();
        self.inbox = if rest.is_empty() {
            Vec::new()
        } else {
            rest.to_vec()
        };
    }

    /// Answers a question for a sign of life, unless it already has answers waiting.
    pub(super) fn say_pong(&mut self) {
        if self.outbox.len() < PONGS_BYTES_MAX {
            self.say(&RoomEvent::Pong);
        }
    }

    /// Whether something was not taken yet: then the partner is not read from.
    pub(super) fn is_owed(&self) -> bool {
        !self.outbox.is_empty() || self.unflushed
    }

    /// Since when the stream has not taken what was said.
    pub(super) fn owed_since(&self) -> Option<Instant> {
        self.owed_since
    }

    /// True once for each time that the stream stops taking what is said, so that its time can be watched.
    pub(super) fn is_newly_owed(&mut self) -> bool {
        let newly = self.owed_since.is_some() && !self.reported_owed;
        self.reported_owed |= newly;
        newly
    }

    /// Hands over bytes at once; what is not taken is kept, and goes first from then on.
    pub(super) fn hand_over(&mut self, mut bytes: &[u8], cx: &mut Context<'_>) {
        while !self.is_owed() && !self.broken && !bytes.is_empty() {
            match Pin::new(&mut self.stream).poll_write(cx, bytes) {
                Poll::Ready(Ok(taken)) if taken > 0 => bytes.advance(taken),
                Poll::Ready(_) => self.broken = true,
                Poll::Pending => break,
            }
        }
        self.outbox.extend_from_slice(bytes);
        if self.outbox.is_empty() {
            self.unflushed = true;
        }
        // A failure shows again when the line itself is next looked at.
        let _ = self.poll_send(cx);
    }

    /// Writes what is owed. Ready once everything is out.
    ///
    /// # Errors
    /// The stream is broken.
    pub(super) fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.broken {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if !self.is_owed() {
            return Poll::Ready(Ok(()));
        }
        let sent = self.poll_drain(cx);
        match &sent {
            Poll::Pending => _ = self.owed_since.get_or_insert_with(Instant::now),
            Poll::Ready(Err(_)) => self.broken = true,
            Poll::Ready(Ok(())) => {
                // An idle line keeps no buffer.
                self.outbox = BytesMut::new();
                self.owed_since = None;
                self.reported_owed = false;
            }
        }
        sent
    }

    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut stream = Pin::new(&mut self.stream);
        while !self.outbox.is_empty() {
            match ready!(stream.as_mut().poll_write(cx, &self.outbox))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                taken => self.outbox.advance(taken),
            }
            self.unflushed = true;
        }
        ready!(stream.poll_flush(cx))?;
        self.unflushed = false;
        Poll::Ready(Ok(()))
    }

    /// Hands over the last words and closes, waiting until the other end has closed as well: closing a socket with unread
    /// bytes in it would reset it, and the reset could overtake the last words. Gives up after `patience`.
    pub(super) async fn close(mut self, patience: Duration) {
        let farewell = async {
            std::future::poll_fn(|cx| self.poll_send(cx)).await?;
            self.stream.shutdown().await?;
            tokio::io::copy(&mut self.stream, &mut tokio::io::sink()).await
        };
        if let Ok(Err(error)) = tokio::time::timeout(patience, farewell).await {
            tracing::trace!(%error, "somebody was gone before the farewell");
        }
    }
}
