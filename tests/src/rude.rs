//! Somebody without manners: raw bytes, at the lobby or at a door, before or inside TLS.

use std::net::SocketAddr;
use std::time::Duration;

use acaso_shared::codec::{self, HEADER_BYTES};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::lobby::LobbyReply;
use acaso_shared::protocol::room::RoomEvent;
use acaso_shared::transport::Stream;
use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;
use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::guest::Directions;
use crate::patience::soon;

/// Somebody without manners.
#[derive(Debug)]
pub struct Rude {
    stream: Stream,
}

impl From<Stream> for Rude {
    /// Somebody who had manners so far.
    fn from(stream: Stream) -> Self {
        Self { stream }
    }
}

impl Rude {
    /// Connects, and does nothing that was expected: under TLS not even a handshake.
    ///
    /// # Errors
    /// Nothing listens there.
    pub async fn knocks(address: SocketAddr) -> Result<Self> {
        let socket = TcpStream::connect(address)
            .await
            .context("nothing listens there")?;
        Ok(Self {
            stream: Stream::Plain(socket),
        })
    }

    /// Connects as everybody does, TLS included, and forgets all manners there.
    ///
    /// # Errors
    /// The connection does not stand.
    pub async fn comes_in(directions: &Directions, port: u16) -> Result<Self> {
        Ok(Self {
            stream: directions.dial(port).await?,
        })
    }

    /// Says those bytes.
    ///
    /// # Errors
    /// The connection is gone.
    pub async fn says(&mut self, bytes: &[u8]) -> Result<()> {
        soon("somebody takes the bytes", self.stream.write_all(bytes)).await??;
        Ok(soon("somebody takes the bytes", self.stream.flush()).await??)
    }

    /// Says those bytes again and again until nobody takes them any more.
    ///
    /// # Errors
    /// They are taken for ever.
    pub async fn says_for_ever(&mut self, bytes: &[u8]) -> Result<()> {
        let taken = async { while self.stream.write_all(bytes).await.is_ok() {} };
        soon("the server has had enough", taken).await
    }

    /// Says that there will be nothing more, and goes on listening.
    ///
    /// # Errors
    /// The connection is gone.
    pub async fn says_no_more(&mut self) -> Result<()> {
        Ok(self.stream.shutdown().await?)
    }

    /// Listens until the connection is closed, and tells everything that was said until then.
    ///
    /// # Errors
    /// It stays open.
    pub async fn is_shown_out(&mut self) -> Result<Vec<u8>> {
        let mut heard = Vec::new();
        // A reset is as good as an end: the bytes before it are kept either way.
        let _ = soon(
            "the server closes the connection",
            self.stream.read_to_end(&mut heard),
        )
        .await?;
        Ok(heard)
    }

    /// Breaks the connection off with a reset.
    ///
    /// # Errors
    /// The system does not know how.
    pub fn resets(self) -> Result<()> {
        if let Stream::Plain(socket) = &self.stream {
            SockRef::from(socket).set_linger(Some(Duration::ZERO))?;
        }
        Ok(())
    }
}

/// The reason that the lobby gave at the end of what was heard.
///
/// # Errors
/// It gave none.
pub fn refusal_in_lobby(heard: &[u8]) -> Result<Refusal> {
    match last_message(heard)? {
        LobbyReply::Refused(refusal) => Ok(refusal),
        other => bail!("instead of a refusal: {other:?}"),
    }
}

/// The reason that a door or a room gave at the end of what was heard.
///
/// # Errors
/// It gave none.
pub fn refusal_in_room(heard: &[u8]) -> Result<Refusal> {
    match last_message(heard)? {
        RoomEvent::Refused(refusal) => Ok(refusal),
        other => bail!("instead of a refusal: {other:?}"),
    }
}

fn last_message<T: DeserializeOwned>(mut heard: &[u8]) -> Result<T> {
    let mut last = None;
    while let Some(body) = codec::first_frame(heard)? {
        last = Some(codec::decode(body)?);
        heard = &heard[HEADER_BYTES + body.len()..];
    }
    last.context("nothing was said")
}
