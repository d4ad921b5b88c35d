//! What carries the words of a client that is not ours: text as it comes over TCP, or messages of a WebSocket over anything. It knows no
//! plaza and no dialect, only where one piece of text ends.

use std::future::Future;
use std::io;
use std::time::Duration;

use acaso_shared::limits::{POST_BYTES_MAX, WRITE_TIMEOUT};
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

/// Longest message of a WebSocket in bytes: the longest post with everything in it escaped that has to be, and a little around it.
const MESSAGE_BYTES_MAX: usize = 2 * POST_BYTES_MAX + 1024;

/// Bytes that one reading of a line takes: without framing a longer text is several.
const READ_BYTES: usize = 4 * 1024;

/// Longest piece of a character that waits for the rest of it.
const PIECE_BYTES_MAX: usize = 3;

/// Somebody's own connection.
pub(super) trait Wire: Send {
    /// The next piece of text; `None` once nothing more will come. Cancel-safe.
    fn hear(&mut self) -> impl Future<Output = Option<String>> + Send;

    /// Says something, within the time for a write.
    fn say(&mut self, text: &str) -> impl Future<Output = io::Result<()>> + Send;

    /// Says that this was all, and waits for the other end to close as well, but not for long.
    fn close(self, patience: Duration) -> impl Future<Output = ()> + Send;
}

/// TCP as it is: what one segment brings is a piece, or several if there are line breaks in it.
#[derive(Debug)]
pub(super) struct Raw {
    line: TcpStream,
    /// What was read and not handed out yet; never more than one reading.
    read: Vec<u8>,
}

impl Raw {
    pub(super) fn new(line: TcpStream) -> Self {
        Self {
            line,
            read: Vec::new(),
        }
    }

    /// The first piece of what was read. The beginning of a character waits for its end.
    fn piece(&mut self) -> Option<String> {
        let length = match self.read.iter().position(|byte| *byte == b'\n') {
            Some(at) => at + 1,
            None => self.read.len() - unfinished(&self.read),
        };
        let piece = self.read.drain(..length);
        (length > 0).then(|| String::from_utf8_lossy(piece.as_slice()).into_owned())
    }
}

impl Wire for Raw {
    async fn hear(&mut self) -> Option<String> {
        loop {
            if let Some(piece) = self.piece() {
                return Some(piece);
            }
            let mut space = [0; READ_BYTES];
            match self.line.read(&mut space).await {
                Ok(read @ 1..) => self.read.extend_from_slice(&space[..read]),
                Ok(0) | Err(_) => return None,
            }
        }
    }

    async fn say(&mut self, text: &str) -> io::Result<()> {
        timeout(WRITE_TIMEOUT, self.line.write_all(text.as_bytes())).await?
    }

    async fn close(mut self, patience: Duration) {
        let farewell = async {
            self.line.shutdown().await?;
            tokio::io::copy(&mut self.line, &mut tokio::io::sink()).await
        };
        // Somebody who has gone already needs no farewell.
        let _ = timeout(patience, farewell).await;
    }
}

/// How many bytes at the end are the beginning of a character.
fn unfinished(bytes: &[u8]) -> usize {
    let tail = &bytes[bytes.len().saturating_sub(PIECE_BYTES_MAX)..];
    let begins = |byte: &u8| byte & 0xc0 != 0x80;
    let Some(at) = tail.iter().rposition(begins) else {
        return 0;
    };
    let needs = match tail[at] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    let there = tail.len() - at;
    if there < needs { there } else { 0 }
}

/// A WebSocket, server's side, whose handshake was made.
pub(super) struct Web<S>(WebSocketStream<S>);

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Web<S> {
    pub(super) async fn new(stream: S) -> Self {
        let config = WebSocketConfig::default()
            .max_message_size(Some(MESSAGE_BYTES_MAX))
            .max_frame_size(Some(MESSAGE_BYTES_MAX))
            .read_buffer_size(READ_BYTES)
            .write_buffer_size(0)
            .max_write_buffer_size(2 * MESSAGE_BYTES_MAX);
        Self(WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Wire for Web<S> {
    async fn hear(&mut self) -> Option<String> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Some(text.as_str().to_owned()),
                Some(Ok(Message::Binary(bytes))) => {
                    return Some(String::from_utf8_lossy(&bytes).into_owned());
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    tracing::debug!(%error, "a WebSocket is over");
                    return None;
                }
                None => return None,
            }
        }
    }

    async fn say(&mut self, text: &str) -> io::Result<()> {
        let said = timeout(WRITE_TIMEOUT, self.0.send(Message::text(text))).await?;
        said.map_err(io::Error::other)
    }

    async fn close(mut self, patience: Duration) {
        let farewell = async {
            // Somebody who has gone already needs no farewell.
            let _ = self.0.close(None).await;
            while let Some(Ok(_)) = self.0.next().await {}
        };
        let _ = timeout(patience, farewell).await;
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    async fn pieces(segments: &[&[u8]]) -> Vec<String> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let mut raw = Raw::new(listener.accept().await.unwrap().0);
        let mut pieces = Vec::new();
        for segment in segments {
            raw.read.extend_from_slice(segment);
            while let Some(piece) = raw.piece() {
                pieces.push(piece);
            }
        }
        client.shutdown().await.unwrap();
        assert_eq!(raw.hear().await, None);
        pieces
    }

    #[tokio::test]
    async fn a_segment_is_a_piece_and_line_breaks_make_several() {
        assert_eq!(
            pieces(&[b"Ana", b"oi", b"a\nb\nc"]).await,
            ["Ana", "oi", "a\n", "b\n", "c"]
        );
    }

    #[tokio::test]
    async fn a_character_that_is_cut_is_put_together() {
        let boat = "⛵é".as_bytes();
        assert_eq!(
            pieces(&[&boat[..1], &boat[1..2], &boat[2..4], &boat[4..]]).await,
            ["⛵", "é"]
        );
        assert_eq!(
            pieces(&[b"a\xff", b"\x80\x80\x80\x80b"]).await,
            ["a\u{fffd}", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}b"]
        );
    }
}
