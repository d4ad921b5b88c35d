//! WebSocket by hand: frames as a client says them (RFC 6455, 5.2), masked, and as a server does, not masked.

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use super::is_stamped;
use crate::patience::soon;

/// What a client masks its frames with; any four bytes will do.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;

/// A client's whole frame.
pub fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x80 | opcode];
    match u16::try_from(payload.len()) {
        Ok(length @ ..126) => bytes.push(0x80 | u8::try_from(length).expect("less than 126")),
        Ok(length) => {
            bytes.push(0x80 | 126);
            bytes.extend(length.to_be_bytes());
        }
        Err(_) => {
            bytes.push(0x80 | 127);
            bytes.extend((payload.len() as u64).to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(
        payload
            .iter()
            .zip(MASK.iter().cycle())
            .map(|(byte, mask)| byte ^ mask),
    );
    bytes
}

/// A client's end of a WebSocket, over anything.
#[derive(Debug)]
pub struct WebSocket<S> {
    stream: S,
}

impl WebSocket<TcpStream> {
    /// Opens one over HTTP/1.1, with those lines beside the usual ones; tells the answer's head as well.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn opens(address: std::net::SocketAddr, lines: &str) -> Result<(Self, String)> {
        let mut stream = TcpStream::connect(address).await?;
        let request = format!(
            "GET /ws HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{lines}\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(soon("an answer", stream.read_u8()).await??);
        }
        Ok((Self { stream }, String::from_utf8(head)?))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> WebSocket<S> {
    /// One whose handshake was made.
    pub fn over(stream: S) -> Self {
        Self { stream }
    }

    /// Says a text.
    ///
    /// # Errors
    /// The connection is gone.
    pub async fn says(&mut self, text: &str) -> Result<()> {
        self.sends(&frame(TEXT, text.as_bytes())).await
    }

    /// Says those bytes, whatever they are.
    ///
    /// # Errors
    /// The connection is gone.
    pub async fn sends(&mut self, bytes: &[u8]) -> Result<()> {
        soon("the bytes are taken", self.stream.write_all(bytes)).await??;
        Ok(self.stream.flush().await?)
    }

    /// The next text.
    ///
    /// # Errors
    /// There is none, or it is masked.
    pub async fn text(&mut self) -> Result<String> {
        loop {
            match soon("something is said", self.frame()).await?? {
                (TEXT, payload) => return Ok(String::from_utf8(payload)?),
                (PING, _) => {}
                (opcode, _) => anyhow::bail!("instead of a text: a frame of kind {opcode}"),
            }
        }
    }

    /// Hears exactly that, its own words unchanged.
    ///
    /// # Errors
    /// It hears something else.
    pub async fn hears(&mut self, expected: &str) -> Result<()> {
        let heard = self.text().await?;
        ensure!(heard == expected, "instead of {expected:?}: {heard:?}");
        Ok(())
    }

    /// Is shown exactly that by others, after the time of day.
    ///
    /// # Errors
    /// Something else was shown.
    pub async fn is_shown(&mut self, expected: &str) -> Result<()> {
        is_stamped(&self.text().await?, expected)
    }

    /// Listens until nothing more comes, and tells whether that was said with a close frame. Texts on the way are of no interest.
    ///
    /// # Errors
    /// It does not end.
    pub async fn is_shown_out(&mut self) -> Result<bool> {
        soon("the end", async {
            loop {
                match self.frame().await {
                    Ok((CLOSE, _)) => return true,
                    Ok(_) => {}
                    Err(_) => return false,
                }
            }
        })
        .await
    }

    async fn frame(&mut self) -> Result<(u8, Vec<u8>)> {
        let [first, second] = [self.stream.read_u8().await?, self.stream.read_u8().await?];
        ensure!(first & 0x80 != 0 && second & 0x80 == 0, "in pieces, or masked");
        let length = match second {
            126 => self.stream.read_u16().await?.into(),
            127 => self.stream.read_u64().await?,
            short => u64::from(short),
        };
        let mut payload = vec![0; usize::try_from(length).context("a length")?];
        self.stream.read_exact(&mut payload).await?;
        Ok((first & 0xf, payload))
    }
}
