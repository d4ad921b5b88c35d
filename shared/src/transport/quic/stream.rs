//! One QUIC connection's only stream, with a socket's manners: whoever drops it has said everything before, and is not waited for.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use quinn::{Connection, RecvStream, SendStream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How long the last words of a stream that was dropped are sent again before the connection ends without them.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Where the other end of a connection is at one moment, and what tells whether it has proved that. QUIC goes on at another address as soon
/// as a datagram of the connection comes from there, and asks for a proof with everything it says until it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Footing {
    /// From where the other end speaks.
    pub address: SocketAddr,
    /// How often it was asked for a proof, wherever it was.
    pub challenges: u64,
    /// How much was said to it, in pieces.
    pub said: u64,
}

impl Footing {
    /// Whether the other end has not moved since, nor was asked for a proof. Had it left that address and come back, it would have been
    /// asked.
    #[must_use]
    pub fn is_as(&self, earlier: &Self) -> bool {
        (self.address, self.challenges) == (earlier.address, earlier.challenges)
    }

    /// Whether what was said since shows that the address is the other end's: it was not asked for a proof along with it.
    #[must_use]
    pub fn is_proved_since(&self, earlier: &Self) -> bool {
        self.is_as(earlier) && self.said > earlier.said
    }
}

/// An open stream.
pub struct QuicStream {
    /// `None` only once it is being dropped.
    open: Option<Open>,
    shutdown: Shutdown,
}

struct Open {
    connection: Connection,
    send: SendStream,
    receive: RecvStream,
    /// Keeps the socket open that the connection came by.
    _port: Option<Arc<dyn Any + Send + Sync>>,
}

enum Shutdown {
    NotYet,
    /// Until the peer has acknowledged all that was said, and that it was all.
    Waiting(Pin<Box<dyn Future<Output = ()> + Send + Sync>>),
    Done,
}

impl QuicStream {
    pub(super) fn new(
        connection: Connection,
        send: SendStream,
        receive: RecvStream,
        port: Option<Arc<dyn Any + Send + Sync>>,
    ) -> Self {
        Self {
            open: Some(Open {
                connection,
                send,
                receive,
                _port: port,
            }),
            shutdown: Shutdown::NotYet,
        }
    }

    /// Where the other end is now: its address may change.
    pub(in crate::transport) fn footing(&self) -> Option<Footing> {
        let connection = &self.open.as_ref()?.connection;
        let sent = connection.stats().frame_tx;
        Some(Footing {
            address: connection.remote_address(),
            challenges: sent.path_challenge,
            said: sent.stream,
        })
    }

    fn open(&mut self) -> &mut Open {
        self.open.as_mut().expect("only dropping takes it out")
    }

    /// The connection underneath.
    pub fn connection(&self) -> &Connection {
        &self.open.as_ref().expect("only dropping takes it out").connection
    }
}

impl AsyncRead for QuicStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        AsyncRead::poll_read(Pin::new(&mut self.get_mut().open().receive), cx, into)
    }
}

impl AsyncWrite for QuicStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        AsyncWrite::poll_write(Pin::new(&mut self.get_mut().open().send), cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // What was taken is on its way by itself.
        Poll::Ready(Ok(()))
    }

    /// Done when the peer has everything, or nobody is there any more.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Shutdown::NotYet = this.shutdown {
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

impl Drop for QuicStream {
    /// A connection that is dropped takes with it what the peer has not acknowledged. The system would go on sending for a TCP
    /// socket; here a task does, for a while.
    fn drop(&mut self) {
        let Some(mut open) = self.open.take() else { return };
        if open.connection.close_reason().is_some() || matches!(self.shutdown, Shutdown::Done) {
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        // Only a stream that is over already cannot be finished.
        let _ = open.send.finish();
        runtime.spawn(async move {
            let acknowledged = open.send.stopped();
            // Whoever does not acknowledge has gone.
            let _ = tokio::time::timeout(LAST_WORDS, acknowledged).await;
            drop(open);
        });
    }
}

impl fmt::Debug for QuicStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("QuicStream")
    }
}
