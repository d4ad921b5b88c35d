//! The client's streams that go one way (RFC 9114, 6.2): settings, and what belongs to compression. None of them has anything to say that
//! changes what we do, but each has rules, and whoever breaks them is parted with.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use quinn::{Connection, RecvStream, VarInt};
use tokio::task::JoinSet;

use crate::connection::more;
use crate::frame::{Found, Place, Scanner};
use crate::qpack;
use crate::settings::check_settings;
use crate::varint;
use crate::violation::Violation;

const CONTROL: u64 = 0x00;
const PUSH: u64 = 0x01;
const ENCODER: u64 = 0x02;
const DECODER: u64 = 0x03;

/// Streams that one connection can begin, one after the other: honest clients begin three, and some to keep servers used to others.
const STREAMS_MAX: usize = 64;

/// Bytes of one such stream: a client has some 50 to say.
const BYTES_MAX: usize = 64 * 1024;

/// Says of a stream that nobody listens to it.
const UNKNOWN: VarInt = VarInt::from_u32(0x103);

/// Which of those streams that come once have come: one bit each.
#[derive(Debug, Default)]
struct Seen(AtomicU8);

/// Reads all such streams until the connection ends, or until the client breaks a rule, which ends it.
pub(crate) async fn listen(connection: Connection) {
    let (seen, mut reading, mut begun) = (Arc::new(Seen::default()), JoinSet::new(), 0);
    let violation = loop {
        tokio::select! {
            Some(ended) = reading.join_next() => match ended {
                Ok(Err(violation)) => break violation,
                Ok(Ok(())) => {}
                Err(error) => {
                    tracing::error!(%error, "a stream's reading has failed");
                    return;
                }
            },
            stream = connection.accept_uni() => match stream {
                // Their number at any moment is bounded by the transport.
                Ok(stream) if begun < STREAMS_MAX => {
                    begun += 1;
                    reading.spawn(read(stream, Arc::clone(&seen)));
                }
                Ok(_) => break Violation::ExcessiveLoad,
                Err(_) => return,
            },
        }
    };
    connection.close(violation.code(), violation.to_string().as_bytes());
}

async fn read(mut stream: RecvStream, seen: Arc<Seen>) -> Result<(), Violation> {
    let mut begin = Vec::new();
    let (kind, taken) = loop {
        if let Some(kind) = varint::read(&begin) {
            break kind;
        }
        let Some(bytes) = more(&mut stream).await else {
            return Ok(());
        };
        begin.extend_from_slice(&bytes);
    };
    let begin = &begin[taken..];
    match kind {
        CONTROL | ENCODER | DECODER => {
            seen.once(kind)?;
            follow(stream, begin, kind).await
        }
        PUSH => Err(Violation::StreamCreation),
        _ => {
            // Only a stream that is over already cannot be stopped.
            let _ = stream.stop(UNKNOWN);
            Ok(())
        }
    }
}

/// Reads a stream that lives as long as its connection.
async fn follow(mut stream: RecvStream, begin: &[u8], kind: u64) -> Result<(), Violation> {
    let mut reader = Reader::new(kind);
    let mut all = begin.len();
    reader.read(begin)?;
    while let Some(bytes) = more(&mut stream).await {
        all += bytes.len();
        if all > BYTES_MAX {
            return Err(Violation::ExcessiveLoad);
        }
        reader.read(&bytes)?;
    }
    Err(Violation::ClosedCriticalStream)
}

/// What is done with the bytes of each kind.
enum Reader {
    Control(Scanner),
    Encoder,
    /// What is not complete yet.
    Decoder(Vec<u8>),
}

impl Reader {
    fn new(kind: u64) -> Self {
        match kind {
            ENCODER => Self::Encoder,
            DECODER => Self::Decoder(Vec::new()),
            _ => Self::Control(Scanner::new(Place::ControlBegin)),
        }
    }

    fn read(&mut self, mut bytes: &[u8]) -> Result<(), Violation> {
        match self {
            Self::Control(scanner) => loop {
                match scanner.next(&mut bytes)? {
                    Found::Settings(settings) => {
                        check_settings(&settings)?;
                        scanner.turn(Place::Control);
                    }
                    Found::Nothing => return Ok(()),
                    Found::Data(_) | Found::Headers(_) => return Err(Violation::FrameUnexpected),
                }
            },
            Self::Encoder => qpack::read_encoder(bytes).map(drop),
            Self::Decoder(incomplete) => {
                incomplete.extend_from_slice(bytes);
                let read = qpack::read_decoder(incomplete)?;
                incomplete.drain(..read);
                Ok(())
            }
        }
    }
}

impl Seen {
    fn once(&self, kind: u64) -> Result<(), Violation> {
        let bit = 1 << kind;
        match self.0.fetch_or(bit, Ordering::Relaxed) & bit {
            0 => Ok(()),
            _ => Err(Violation::StreamCreation),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_first_and_in_pieces_too() {
        let mut control = Reader::new(CONTROL);
        for byte in [4, 2, 8, 1, 13, 1, 0] {
            control.read(&[byte]).unwrap();
        }
        assert_eq!(control.read(&[4, 0]), Err(Violation::FrameUnexpected));
        let early = Reader::new(CONTROL).read(&[7, 1, 0]);
        assert_eq!(early, Err(Violation::MissingSettings));
    }

    #[test]
    fn what_is_cut_on_the_decoder_stream_is_put_together() {
        let mut decoder = Reader::new(DECODER);
        for byte in [0x44, 0x7f, 0xa9, 0x07] {
            decoder.read(&[byte]).unwrap();
        }
        assert_eq!(decoder.read(&[0x80]), Err(Violation::DecoderStream));
    }

    #[test]
    fn each_comes_once() {
        let seen = Seen::default();
        for kind in [CONTROL, DECODER, ENCODER] {
            assert_eq!(seen.once(kind), Ok(()));
            assert_eq!(seen.once(kind), Err(Violation::StreamCreation));
        }
    }
}
