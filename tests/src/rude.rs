//! Somebody without manners: raw bytes, at the lobby or at a door, before or inside TLS.

use std::net::SocketAddr;
use std::time::Duration;

use acaso_shared::codec::{self, HEADER_BYTES};
use acaso_shared::transport::Stream;
use anyhow::{Context, Result};
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

/// The messages in what was heard, as far as they are whole.
///
/// # Errors
/// There is something else among them.
pub fn messages<T: DeserializeOwned>(mut heard: &[u8]) -> Result<Vec<T>> {
    let mut messages = Vec::new();
    while let Some(body) = codec::first_frame(heard)? {
        messages.push(codec::decode(body)?);
        heard = &heard[HEADER_BYTES + body.len()..];
    }
    Ok(messages)
}
