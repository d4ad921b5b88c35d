//! Bytes in both directions inside DATA frames of one stream, with a socket's manners: whoever drops it has said everything before.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use quinn::{Connection, RecvStream, SendStream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::task::AbortOnDropHandle;

use crate::connection::READ_BYTES;
use crate::frame::{Found, Scanner, put_frame};
use crate::violation::{NO_ERROR, Violation};

/// Longest payload of one frame in bytes, so that what waits to be written is bounded.
const PAYLOAD_BYTES_MAX: usize = 16 * 1024;

/// How long the last words of a tunnel that was dropped are sent again before the connection ends without them.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// A request that was granted.
pub struct Tunnel {
    /// `None` only once it is being dropped.
    open: Option<Open>,
    scanner: Scanner,
    /// What has come and is not looked at yet.
    arrived: BytesMut,
    /// What is left of a frame that the stream did not take at once.
    unsent: BytesMut,
    shutdown: Shutdown,
}

struct Open {
    connection: Connection,
    send: SendStream,
    receive: RecvStream,
    /// Closing it would end the connection.
    _control: SendStream,
    _asides: AbortOnDropHandle<()>,
}

enum Shutdown {
    NotYet,
    /// Until the client has acknowledged all that was said, and that it was all.
    Waiting(Pin<Box<dyn Future<Output = ()> + Send + Sync>>),
    Done,
}

impl Tunnel {
    pub(crate) fn new(
        connection: Connection,
        (send, receive, control): (SendStream, RecvStream, SendStream),
        asides: AbortOnDropHandle<()>,
        scanner: Scanner,
        arrived: BytesMut,
    ) -> Self {
        Self {
            open: Some(Open {
                connection,
                send,
                receive,
                _control: control,
                _asides: asides,
            }),
            scanner,
            arrived,
            unsent: BytesMut::new(),
            shutdown: Shutdown::NotYet,
        }
    }

    fn open(&mut self) -> &mut Open {
        self.open.as_mut().expect("only dropping takes it out")
    }

    /// Puts the next payload that has come already into `into`; false if more bytes are needed for that.
    fn take(&mut self, into: &mut ReadBuf<'_>) -> Result<bool, Violation> {
        // As much as fits, so that no payload is longer than what it goes into.
        let length = self.arrived.len().min(into.remaining());
        let mut rest = &self.arrived[..length];
        let is_filled = match self.scanner.next(&mut rest)? {
            Found::Data(payload) => {
                into.put_slice(payload);
                !payload.is_empty()
            }
            Found::Nothing => false,
            Found::Headers(_) | Found::Settings(_) => return Err(Violation::FrameUnexpected),
        };
        let taken = length - rest.len();
        self.arrived.advance(taken);
        Ok(is_filled)
    }

    fn part(&mut self, violation: Violation) -> io::Error {
        let reason = violation.to_string();
        self.open().connection.close(violation.code(), reason.as_bytes());
        io::Error::new(io::ErrorKind::InvalidData, violation)
    }

    /// Gives the stream what is left of the last frame.
    fn poll_unsent(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.unsent.is_empty() {
            let open = self.open.as_mut().expect("only dropping takes it out");
            let taken = ready!(AsyncWrite::poll_write(Pin::new(&mut open.send), cx, &self.unsent))?;
            self.unsent.advance(taken);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Tunnel {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if into.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        loop {
            while !this.arrived.is_empty() {
                match this.take(into) {
                    Ok(true) => return Poll::Ready(Ok(())),
                    Ok(false) => {}
                    Err(violation) => return Poll::Ready(Err(this.part(violation))),
                }
            }
            let mut space = [0; READ_BYTES];
            let mut read = ReadBuf::new(&mut space);
            ready!(AsyncRead::poll_read(
                Pin::new(&mut this.open().receive),
                cx,
                &mut read
            ))?;
            if read.filled().is_empty() {
                let is_cut = !this.scanner.is_between_frames();
                return Poll::Ready(match is_cut {
                    true => Err(this.part(Violation::Frame)),
                    false => Ok(()),
                });
            }
            this.arrived.extend_from_slice(read.filled());
        }
    }
}

impl AsyncWrite for Tunnel {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.poll_unsent(cx))?;
        let payload = &bytes[..bytes.len().min(PAYLOAD_BYTES_MAX)];
        if !payload.is_empty() {
            let mut frame = Vec::with_capacity(payload.len() + 8);
            put_frame(&Found::Data(payload), &mut frame);
            this.unsent.extend_from_slice(&frame);
            // What is not taken now is taken before the next frame, or when flushed.
            if let Poll::Ready(Err(error)) = this.poll_unsent(cx) {
                return Poll::Ready(Err(error));
            }
        }
        Poll::Ready(Ok(payload.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // What the stream has taken is on its way by itself.
        self.get_mut().poll_unsent(cx)
    }

    /// Done when the client has everything, or nobody is there any more.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Shutdown::NotYet = this.shutdown {
            ready!(this.poll_unsent(cx))?;
            let send = &mut this.open().send;
            // Only a stream that is over already cannot be finished.
            let _ = send.finish();
            let acknowledged = send.stopped();
            this.shutdown = Shutdown::Waiting(Box::pin(async move {
                // Without anybody there, nobody is left to be told.
                let _ = acknowledged.await;
            }));
        }
        if let Shutdown::Waiting(acknowledged) = &mut this.shutdown {
            ready!(acknowledged.as_mut().poll(cx));
            this.shutdown = Shutdown::Done;
        }
        Poll::Ready(Ok(()))
    }
}

impl Drop for Tunnel {
    /// A connection that is closed takes with it what the client has not acknowledged; so a task waits for that, for a while.
    fn drop(&mut self) {
        let Some(mut open) = self.open.take() else { return };
        if open.connection.close_reason().is_some() {
            return;
        }
        let is_said = matches!(self.shutdown, Shutdown::Done);
        let runtime = tokio::runtime::Handle::try_current();
        let (false, Ok(runtime)) = (is_said, runtime) else {
            return open.connection.close(NO_ERROR, b"");
        };
        // Only a stream that is over already cannot be finished.
        let _ = open.send.finish();
        runtime.spawn(async move {
            // Whoever does not acknowledge has gone.
            let _ = tokio::time::timeout(LAST_WORDS, open.send.stopped()).await;
            open.connection.close(NO_ERROR, b"");
        });
    }
}

impl fmt::Debug for Tunnel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tunnel")
    }
}
