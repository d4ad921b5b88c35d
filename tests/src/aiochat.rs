//! AIO-CHAT's clients as they were: over TCP, over a WebSocket, and over a WebSocket in HTTP/3. Each says exactly the bytes that the
//! original says, and hears bytes.

mod http3;
mod websocket;

use std::net::SocketAddr;

use acaso_server::{Classic, Gateway};
use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub use self::http3::{Http3, Http3Reply};
pub use self::websocket::{WebSocket, frame};
use crate::house::{House, Setup};
use crate::patience::soon;

/// `HH:MM:SS <> `: what stands before everything that others said.
const STAMP_BYTES: usize = 12;

impl Setup {
    /// The same, and clients of that older chat come to a port of their own.
    pub fn way_in(mut self, classic: Classic) -> Self {
        let port = Some(0);
        self.gateways.push(Gateway { classic, port });
        self
    }
}

impl House {
    /// Where clients of that older chat come to.
    ///
    /// # Panics
    /// Nowhere, or to the lobby's port.
    pub fn gateway(&self, classic: Classic) -> SocketAddr {
        let mut gateways = self.server().gateways().iter();
        let port = gateways.find(|gateway| gateway.classic == classic);
        let port = port
            .and_then(|gateway| gateway.port)
            .expect("a gateway with a port of its own");
        self.door(port)
    }
}

/// Somebody with the client over TCP.
#[derive(Debug)]
pub struct Terminal {
    line: TcpStream,
    heard: Vec<u8>,
}

impl Terminal {
    /// Connects, and says nothing yet.
    ///
    /// # Errors
    /// Nothing listens there.
    pub async fn connects(house: &House) -> Result<Self> {
        let line = TcpStream::connect(house.gateway(Classic::Aiochat)).await?;
        Ok(Self {
            line,
            heard: Vec::new(),
        })
    }

    /// Says those bytes in one send: the name first, then lines.
    ///
    /// # Errors
    /// The connection is gone.
    pub async fn sends(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(soon("the bytes are taken", self.line.write_all(bytes)).await??)
    }

    /// Is shown exactly that by others, after the time of day.
    ///
    /// # Errors
    /// Something else was shown.
    pub async fn hears(&mut self, expected: &str) -> Result<()> {
        let length = STAMP_BYTES + expected.len();
        let what = format!("{expected:?} is shown");
        soon(what, async {
            while self.heard.len() < length && self.line.read_buf(&mut self.heard).await? > 0 {}
            Ok::<_, std::io::Error>(())
        })
        .await??;
        let shown: Vec<u8> = self.heard.drain(..length.min(self.heard.len())).collect();
        is_stamped(std::str::from_utf8(&shown)?, expected)
    }

    /// Is shown the rest, until the connection ends.
    ///
    /// # Errors
    /// It does not end.
    pub async fn is_shown_out(mut self) -> Result<String> {
        let rest = self.line.read_to_end(&mut self.heard);
        // A reset is as good as an end.
        let _ = soon("the connection ends", rest).await?;
        Ok(String::from_utf8(self.heard)?)
    }

    /// The connection itself, for those without manners.
    pub fn line(&self) -> &TcpStream {
        &self.line
    }
}

/// Whether this is what was expected, after the time of day.
///
/// # Errors
/// It is not.
pub fn is_stamped(shown: &str, expected: &str) -> Result<()> {
    let (stamp, rest) = shown
        .split_at_checked(STAMP_BYTES)
        .with_context(|| format!("only {shown:?}"))?;
    let digits = stamp.bytes().zip(*b"00:00:00 <> ");
    let is_stamp = digits.into_iter().all(|(shown, form)| match form {
        b'0' => shown.is_ascii_digit(),
        form => shown == form,
    });
    ensure!(is_stamp && rest == expected, "instead of {expected:?}: {shown:?}");
    Ok(())
}
