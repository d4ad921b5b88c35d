//! Finds frames in the bytes of a stream as they come (RFC 9114, 7). The payload of DATA passes through, field sections and settings
//! are collected up to a ceiling, what is unknown is skipped up to another.

use crate::varint;
use crate::violation::Violation;

/// Longest field section or settings in bytes: a browser's longest request for a WebSocket has some 2 KiB.
const COLLECTED_BYTES_MAX: u64 = 8 * 1024;

/// Bytes of unknown frames on one stream: clients send a few short ones, so that servers do not forget how to skip them.
const SKIPPED_BYTES_MAX: u64 = 64 * 1024;

const DATA: u64 = 0x00;
const HEADERS: u64 = 0x01;
const CANCEL_PUSH: u64 = 0x03;
const SETTINGS: u64 = 0x04;
const PUSH_PROMISE: u64 = 0x05;
const GOAWAY: u64 = 0x07;
const MAX_PUSH_ID: u64 = 0x0d;

/// Kinds that HTTP/2 had and HTTP/3 must not have.
const OF_HTTP2: [u64; 4] = [0x02, 0x06, 0x08, 0x09];

/// On which stream frames are looked for: it decides which may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The client's control stream, before its settings.
    ControlBegin,
    /// The client's control stream, after its settings.
    Control,
    /// A request, before its field section.
    RequestBegin,
    /// A tunnel: a request that was granted.
    Tunnel,
}

/// What stands next in a stream.
#[derive(Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// A part of DATA.
    Data(&'a [u8]),
    /// A whole field section.
    Headers(Vec<u8>),
    /// All of the settings.
    Settings(Vec<u8>),
    /// Nothing before more bytes come.
    Nothing,
}

/// Where in a stream the reading stands.
#[derive(Debug)]
pub struct Scanner {
    place: Place,
    within: Within,
    skipped: u64,
}

#[derive(Debug)]
enum Within {
    /// Between frames, or in the middle of a kind and a length: at most two integers.
    Head(Vec<u8>),
    Data {
        left: u64,
    },
    Skipped {
        left: u64,
    },
    Collected {
        kind: u64,
        left: usize,
        so_far: Vec<u8>,
    },
}

impl Default for Within {
    fn default() -> Self {
        Self::Head(Vec::new())
    }
}

impl Scanner {
    /// At the beginning of a stream, or of what follows there.
    pub fn new(place: Place) -> Self {
        Self {
            place,
            within: Within::default(),
            skipped: 0,
        }
    }

    /// From here on other frames may come.
    pub fn turn(&mut self, place: Place) {
        self.place = place;
    }

    /// Whether the stream may end here: not in the middle of a frame.
    pub fn is_between_frames(&self) -> bool {
        matches!(&self.within, Within::Head(head) if head.is_empty())
    }

    /// Takes what it can use from the front of `bytes`, and tells what it was. [`Found::Nothing`] has taken all.
    ///
    /// # Errors
    /// The client breaks the rules; the stream is of no more use.
    pub fn next<'a>(&mut self, bytes: &mut &'a [u8]) -> Result<Found<'a>, Violation> {
        loop {
            match &mut self.within {
                Within::Head(head) => {
                    let Some((kind, length)) = read_head(head, bytes) else {
                        return Ok(Found::Nothing);
                    };
                    self.within = self.begin(kind, length)?;
                }
                Within::Data { left: 0 } | Within::Skipped { left: 0 } => self.within = Within::default(),
                Within::Collected {
                    kind,
                    left: 0,
                    so_far,
                } => {
                    let (kind, collected) = (*kind, std::mem::take(so_far));
                    self.within = Within::default();
                    return Ok(match kind {
                        HEADERS => Found::Headers(collected),
                        _ => Found::Settings(collected),
                    });
                }
                _ if bytes.is_empty() => return Ok(Found::Nothing),
                Within::Data { left } => return Ok(Found::Data(take(bytes, left))),
                Within::Skipped { left } => {
                    take(bytes, left);
                }
                Within::Collected { left, so_far, .. } => {
                    let (taken, rest) = bytes.split_at(bytes.len().min(*left));
                    so_far.extend_from_slice(taken);
                    *left -= taken.len();
                    *bytes = rest;
                }
            }
        }
    }

    /// What is done with a frame of that kind and length in bytes.
    fn begin(&mut self, kind: u64, length: u64) -> Result<Within, Violation> {
        match (self.place, kind) {
            (Place::ControlBegin, SETTINGS) | (Place::RequestBegin, HEADERS) => collect(kind, length),
            (Place::ControlBegin, _) => Err(Violation::MissingSettings),
            (Place::Tunnel, DATA) => Ok(Within::Data { left: length }),
            // Said by clients that were promised something or leave. They have nothing to tell us.
            (Place::Control, CANCEL_PUSH | GOAWAY | MAX_PUSH_ID) => self.skip(length),
            (_, DATA | HEADERS | CANCEL_PUSH | SETTINGS | PUSH_PROMISE | GOAWAY | MAX_PUSH_ID) => {
                Err(Violation::FrameUnexpected)
            }
            _ if OF_HTTP2.contains(&kind) => Err(Violation::FrameUnexpected),
            _ => self.skip(length),
        }
    }

    /// The frame's head counts as well: without end they are work, too.
    fn skip(&mut self, length: u64) -> Result<Within, Violation> {
        self.skipped = self.skipped.saturating_add(length).saturating_add(2);
        match self.skipped > SKIPPED_BYTES_MAX {
            true => Err(Violation::ExcessiveLoad),
            false => Ok(Within::Skipped { left: length }),
        }
    }
}

fn collect(kind: u64, length: u64) -> Result<Within, Violation> {
    match usize::try_from(length) {
        Ok(left) if length <= COLLECTED_BYTES_MAX => Ok(Within::Collected {
            kind,
            left,
            // What is announced is believed only as far as it comes.
            so_far: Vec::new(),
        }),
        _ => Err(Violation::ExcessiveLoad),
    }
}

/// The kind and the length of the next frame, once both are there.
fn read_head(head: &mut Vec<u8>, bytes: &mut &[u8]) -> Option<(u64, u64)> {
    loop {
        let read = varint::read(head).and_then(|(kind, taken)| {
            let (length, _) = varint::read(&head[taken..])?;
            Some((kind, length))
        });
        if read.is_some() {
            head.clear();
            return read;
        }
        let (first, rest) = bytes.split_first()?;
        head.push(*first);
        *bytes = rest;
    }
}

/// Up to that many bytes from the front.
fn take<'a>(bytes: &mut &'a [u8], left: &mut u64) -> &'a [u8] {
    let length = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
    let (taken, rest) = bytes.split_at(length);
    *left -= taken.len() as u64;
    *bytes = rest;
    taken
}

/// Appends a frame: DATA, or HEADERS, or SETTINGS.
pub fn put_frame(frame: &Found<'_>, into: &mut Vec<u8>) {
    let (kind, payload) = match frame {
        Found::Data(payload) => (DATA, *payload),
        Found::Headers(payload) => (HEADERS, payload.as_slice()),
        Found::Settings(payload) => (SETTINGS, payload.as_slice()),
        Found::Nothing => return,
    };
    varint::put(kind, into);
    varint::put(payload.len() as u64, into);
    into.extend_from_slice(payload);
}

#[cfg(test)]
mod tests;
