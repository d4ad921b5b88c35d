//! One connection with typed messages both ways. What can be said is fixed by the phase; saying goes under a time limit.

use std::io;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;
use tokio_util::codec::{Framed, LengthDelimitedCodec};

use crate::codec::{self, DecodeError, Encoded, HEADER_BYTES};
use crate::limits::{FRAME_BYTES_MAX, WRITE_TIMEOUT};
use crate::protocol::circle::{CircleEvent, CircleRequest};
use crate::protocol::lobby::{LobbyReply, LobbyRequest};
use crate::protocol::peer::PeerMessage;
use crate::protocol::plaza::{PlazaEvent, PlazaRequest};
use crate::protocol::room::{RoomEvent, RoomRequest};

/// What one side says and hears in a phase of the protocol.
pub trait Phase {
    /// What this side says.
    type Send: Serialize + Sync;
    /// What this side hears.
    type Receive: DeserializeOwned;
}

macro_rules! phase {
    ($(#[$doc:meta])* $name:ident says $send:ty, hears $receive:ty) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl Phase for $name {
            type Send = $send;
            type Receive = $receive;
        }
    };
}

phase! {
    /// A client in the lobby.
    LobbyGuest says LobbyRequest, hears LobbyReply
}
phase! {
    /// The server's side of a visit to the lobby.
    LobbyHost says LobbyReply, hears LobbyRequest
}
phase! {
    /// A client at a door or in a room.
    RoomGuest says RoomRequest, hears RoomEvent
}
phase! {
    /// The server's side of a door.
    RoomHost says RoomEvent, hears RoomRequest
}

phase! {
    /// A client in a plaza.
    PlazaGuest says PlazaRequest, hears PlazaEvent
}
phase! {
    /// The server's side of a plaza.
    PlazaHost says PlazaEvent, hears PlazaRequest
}

phase! {
    /// A member of a circle, to the server that introduces it.
    CircleGuest says CircleRequest, hears CircleEvent
}
phase! {
    /// The server's side of a circle.
    CircleHost says CircleEvent, hears CircleRequest
}
phase! {
    /// Either of two members of a circle, to the other.
    Peer says PeerMessage, hears PeerMessage
}

/// A connection in a phase.
#[derive(Debug)]
pub struct Link<S, P> {
    framed: Framed<S, LengthDelimitedCodec>,
    /// Since when something queued waits to be taken by the stream.
    unwritten_since: Option<Instant>,
    phase: PhantomData<fn() -> P>,
}

/// What [`Link::exchange`] came back with.
#[derive(Debug, PartialEq, Eq)]
pub enum Exchanged<M> {
    /// Everything queued was taken by the stream.
    Said,
    /// The other end said this.
    Heard(M),
}

/// Why a link cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The other end closed it, or it broke.
    #[error("the link is closed: {0}")]
    Closed(#[from] io::Error),
    /// The other end said something that this phase does not know.
    #[error(transparent)]
    Unexpected(#[from] DecodeError),
    /// The other end announced a frame over the ceiling.
    #[error("a frame of more than {FRAME_BYTES_MAX} bytes was announced")]
    FrameTooLong,
    /// More waits to be taken than an end that reads could ever cause.
    #[error("the other end does not read: {0} bytes wait")]
    NotReading(usize),
    /// The other end took nothing for too long.
    #[error("the other end does not read: nothing was taken for {} s", .0.as_secs())]
    WriteTimeout(Duration),
}

impl<S: AsyncRead + AsyncWrite + Unpin, P: Phase> Link<S, P> {
    /// A link in this phase over an open stream.
    pub fn new(stream: S) -> Self {
        let codec = LengthDelimitedCodec::builder()
            .little_endian()
            .length_field_length(HEADER_BYTES)
            .max_frame_length(FRAME_BYTES_MAX)
            .new_codec();
        Self {
            framed: Framed::new(stream, codec),
            unwritten_since: None,
            phase: PhantomData,
        }
    }

    /// Says one thing, in one write, and waits at most [`WRITE_TIMEOUT`] until the stream has taken it.
    ///
    /// # Errors
    /// The link is closed, or the other end does not read. After a time-out half a frame may be on its way: drop the link.
    pub async fn send(&mut self, message: &P::Send) -> Result<(), LinkError> {
        let body = codec::encode_body(message);
        tokio::time::timeout(WRITE_TIMEOUT, self.framed.send(Bytes::from(body)))
            .await
            .map_err(|_| LinkError::WriteTimeout(WRITE_TIMEOUT))??;
        Ok(())
    }

    /// Hears the next thing. Cancel-safe: what has arrived of a frame stays in the link. Waits as long as it takes.
    ///
    /// # Errors
    /// The link is closed, or what came is not part of this phase; the link is of no more use then.
    pub async fn receive(&mut self) -> Result<P::Receive, LinkError> {
        heard::<P>(self.framed.next().await)
    }

    /// Queues one thing for [`Link::exchange`] to say. What can wait is queued when the link [is idle](Link::is_idle).
    ///
    /// # Errors
    /// A frame's worth of bytes waits already; the link is of no more use then.
    pub fn queue(&mut self, message: &P::Send) -> Result<(), LinkError> {
        self.queue_body(codec::encode_body(message).into())
    }

    /// Queues what was encoded before, for whoever tells the same to many.
    ///
    /// # Errors
    /// As [`Link::queue`].
    pub fn queue_encoded(&mut self, message: &Encoded<P::Send>) -> Result<(), LinkError> {
        self.queue_body(message.body())
    }

    fn queue_body(&mut self, body: Bytes) -> Result<(), LinkError> {
        let waiting = self.queued_bytes();
        if waiting > FRAME_BYTES_MAX {
            return Err(LinkError::NotReading(waiting));
        }
        Pin::new(&mut self.framed).start_send(body)?;
        self.unwritten_since.get_or_insert_with(Instant::now);
        Ok(())
    }

    /// How many bytes are queued that the stream has not taken.
    pub fn queued_bytes(&self) -> usize {
        self.framed.write_buffer().len()
    }

    /// Whether everything queued was taken by the stream.
    pub fn is_idle(&self) -> bool {
        self.unwritten_since.is_none()
    }

    /// Says what was queued while it listens: a partner who does not read cannot keep us from hearing. Cancel-safe in both directions.
    ///
    /// # Errors
    /// As [`Link::send`] and [`Link::receive`].
    pub async fn exchange(&mut self) -> Result<Exchanged<P::Receive>, LinkError> {
        let Some(since) = self.unwritten_since else {
            return self.receive().await.map(Exchanged::Heard);
        };
        // Here too, since whoever talks without pause would keep the clock below from ever being looked at.
        if since.elapsed() > WRITE_TIMEOUT {
            return Err(LinkError::WriteTimeout(WRITE_TIMEOUT));
        }
        tokio::select! {
            biased;
            exchanged = std::future::poll_fn(|cx| self.poll_exchange(cx)) => exchanged,
            () = tokio::time::sleep_until(since + WRITE_TIMEOUT) => Err(LinkError::WriteTimeout(WRITE_TIMEOUT)),
        }
    }

    /// Says what was queued and hears nothing meanwhile. Cancel-safe.
    ///
    /// # Errors
    /// As [`Link::send`], counted from when the first of it was queued.
    pub async fn flush(&mut self) -> Result<(), LinkError> {
        let Some(since) = self.unwritten_since else {
            return Ok(());
        };
        tokio::time::timeout_at(since + WRITE_TIMEOUT, SinkExt::<Bytes>::flush(&mut self.framed))
            .await
            .map_err(|_| LinkError::WriteTimeout(WRITE_TIMEOUT))??;
        self.unwritten_since = None;
        Ok(())
    }

    fn poll_exchange(&mut self, cx: &mut Context<'_>) -> Poll<Result<Exchanged<P::Receive>, LinkError>> {
        if let Poll::Ready(flushed) = Sink::<Bytes>::poll_flush(Pin::new(&mut self.framed), cx) {
            self.unwritten_since = None;
            return Poll::Ready(flushed.map(|()| Exchanged::Said).map_err(LinkError::from));
        }
        Pin::new(&mut self.framed)
            .poll_next(cx)
            .map(|frame| heard::<P>(frame).map(Exchanged::Heard))
    }

    /// The same connection in another phase of the protocol; what has arrived and what is queued stays.
    pub fn turn<Q: Phase>(self) -> Link<S, Q> {
        Link {
            framed: self.framed,
            unwritten_since: self.unwritten_since,
            phase: PhantomData,
        }
    }

    /// What carries it.
    pub fn stream(&self) -> &S {
        self.framed.get_ref()
    }

    /// The stream, and what was read from it but not yet heard.
    pub fn into_parts(self) -> (S, BytesMut) {
        let parts = self.framed.into_parts();
        (parts.io, parts.read_buf)
    }

    /// Says what is queued and that nothing more will follow, then reads until the other end closes too, for at most
    /// `patience`: closing a socket with unread bytes in it would reset it, and a reset overtakes what was said last. Tells whether
    /// the other end did: if not, nobody may have heard the last words.
    pub async fn close(mut self, patience: Duration) -> bool {
        let farewell = async {
            SinkExt::<Bytes>::close(&mut self.framed).await?;
            tokio::io::copy(self.framed.get_mut(), &mut tokio::io::sink()).await
        };
        match tokio::time::timeout(patience, farewell).await {
            Ok(Ok(_)) => true,
            Ok(Err(error)) => {
                tracing::trace!(%error, "the other end was gone already");
                false
            }
            Err(_) => false,
        }
    }
}

/// What a frame, or the lack of one, means in a phase.
fn heard<P: Phase>(frame: Option<io::Result<BytesMut>>) -> Result<P::Receive, LinkError> {
    match frame {
        Some(Ok(body)) => Ok(codec::decode(&body)?),
        Some(Err(error)) if error.kind() == io::ErrorKind::InvalidData => Err(LinkError::FrameTooLong),
        Some(Err(error)) => Err(error.into()),
        None => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;
    use crate::protocol::VERSIONS;
    use crate::protocol::lobby::{Access, Offers, Wishes};

    fn pair() -> (
        Link<tokio::io::DuplexStream, LobbyGuest>,
        Link<tokio::io::DuplexStream, LobbyHost>,
    ) {
        let (guest, host) = tokio::io::duplex(64);
        (Link::new(guest), Link::new(host))
    }

    #[tokio::test]
    async fn what_one_says_the_other_hears() {
        let (mut guest, mut host) = pair();
        let hello = LobbyRequest::Hello { versions: VERSIONS };
        guest.send(&hello).await.unwrap();
        assert_eq!(host.receive().await.unwrap(), hello);
    }

    #[tokio::test]
    async fn a_receive_that_is_cancelled_loses_nothing() {
        let (mut stream, host) = tokio::io::duplex(64);
        let mut host: Link<_, LobbyHost> = Link::new(host);
        let frame = codec::encode(&LobbyRequest::Hello { versions: VERSIONS });
        stream.write_all(&frame[..5]).await.unwrap();
        tokio::select! {
            biased;
            _ = host.receive() => panic!("only half of it was sent"),
            () = tokio::task::yield_now() => {}
        }
        stream.write_all(&frame[5..]).await.unwrap();
        assert!(host.receive().await.is_ok());
    }

    #[tokio::test]
    async fn an_announcement_over_the_ceiling_is_refused_before_anything_is_read() {
        let (mut stream, host) = tokio::io::duplex(64);
        let mut host: Link<_, LobbyHost> = Link::new(host);
        stream.write_all(&u32::MAX.to_le_bytes()).await.unwrap();
        assert!(matches!(host.receive().await, Err(LinkError::FrameTooLong)));
    }

    #[tokio::test]
    async fn garbage_and_the_end_are_told_apart() {
        let (mut stream, host) = tokio::io::duplex(64);
        let mut host: Link<_, LobbyHost> = Link::new(host);
        stream.write_all(&[1, 0, 0, 0, 99]).await.unwrap();
        assert!(matches!(host.receive().await, Err(LinkError::Unexpected(_))));
        drop(stream);
        assert!(matches!(host.receive().await, Err(LinkError::Closed(_))));
    }

    #[tokio::test]
    async fn a_partner_who_does_not_read_is_still_heard() {
        let (mut guest, mut host) = pair();
        for _ in 0..10 {
            guest
                .queue(&LobbyRequest::Join {
                    visitor: [0; 16].into(),
                    wishes: Wishes::default(),
                })
                .unwrap();
        }
        host.send(&LobbyReply::Welcome {
            version: 1,
            rooms_in_use: 0,
            access: Access::Open,
            offers: Offers::default(),
        })
        .await
        .unwrap();
        assert!(matches!(guest.exchange().await, Ok(Exchanged::Heard(_))));
        assert!(!guest.is_idle());
        let listener = tokio::spawn(async move { while host.receive().await.is_ok() {} });
        assert_eq!(guest.exchange().await.unwrap(), Exchanged::Said);
        assert!(guest.is_idle());
        drop(guest);
        listener.await.unwrap();
    }

    #[tokio::test]
    async fn what_waits_for_somebody_who_does_not_read_is_bounded() {
        let (mut guest, _host) = pair();
        let join = LobbyRequest::Join {
            visitor: [0; 16].into(),
            wishes: Wishes::default(),
        };
        let queued = (0..100_000).take_while(|_| guest.queue(&join).is_ok()).count();
        assert!((2_000..4_000).contains(&queued), "{queued}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_goodbye_is_known_to_be_heard_if_the_other_end_closes_too() {
        let (guest, mut host) = pair();
        let host = tokio::spawn(async move { while host.receive().await.is_ok() {} });
        assert!(guest.close(Duration::from_secs(1)).await);
        host.await.unwrap();
        let (guest, _host) = pair();
        assert!(!guest.close(Duration::from_secs(1)).await, "nobody reads");
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_read_is_not_waited_for() {
        let (mut guest, _host) = pair();
        let hello = LobbyRequest::Join {
            visitor: [0; 16].into(),
            wishes: Wishes::default(),
        };
        let stuck = loop {
            if let Err(error) = guest.send(&hello).await {
                break error;
            }
        };
        assert!(matches!(stuck, LinkError::WriteTimeout(_)));
    }
}
