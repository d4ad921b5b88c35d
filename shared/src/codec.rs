//! Frames and bytes: a `u32` little-endian length, then a body in bincode's standard encoding. The only place that knows either.
//!
//! bincode's limits are set, whole bodies must be consumed, and no type of the protocol is recursive or holds elements without
//! size: the first would overflow the stack on hostile input, the second spin for ever.

use std::fmt;
use std::marker::PhantomData;

use bincode::config::{Configuration, Limit, LittleEndian, Varint};
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ids::ConversationNumber;
use crate::limits::{FRAME_BYTES_MAX, SEALED_BYTES_MAX};

/// Bytes of a frame's length field.
pub const HEADER_BYTES: usize = 4;

/// bincode 2's standard encoding (variable-length integers, little endian), with the frame's ceiling as its limit.
const WIRE: Configuration<LittleEndian, Varint, Limit<FRAME_BYTES_MAX>> =
    bincode::config::standard().with_limit::<FRAME_BYTES_MAX>();

/// Why a body is no message.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The bytes do not have the message's form.
    #[error("the bytes are no message of this phase: {0}")]
    Malformed(#[from] bincode::error::DecodeError),
    /// A message, and something after it.
    #[error("{0} bytes follow the message")]
    Trailing(usize),
}

/// A frame announces more bytes than any frame may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a frame of {0} bytes was announced, {FRAME_BYTES_MAX} are allowed")]
pub struct FrameTooLong(pub usize);

/// The message as a body, without the length before it.
pub fn encode_body<T: Serialize>(message: &T) -> Vec<u8> {
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    bincode::serde::encode_to_vec(message, WIRE)
        .expect("types of the protocol have an encoding, and are smaller than a frame")
}

/// The message as a whole frame.
pub fn encode<T: Serialize>(message: &T) -> Bytes {
    let body = encode_body(message);
    let length = u32::try_from(body.len()).expect("a body is smaller than a frame");
    let mut frame = Vec::with_capacity(HEADER_BYTES + body.len());
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(&body);
    frame.into()
}

/// A message encoded once for many to be told: clones share its bytes.
pub struct Encoded<T> {
    body: Bytes,
    message: PhantomData<fn() -> T>,
}

impl<T> Encoded<T> {
    /// Bytes of its body.
    pub fn bytes(&self) -> usize {
        self.body.len()
    }

    /// Its body, without the length before it.
    pub(crate) fn body(&self) -> Bytes {
        self.body.clone()
    }
}

impl<T: Serialize> Encoded<T> {
    /// Encodes it.
    pub fn of(message: &T) -> Self {
        Self {
            body: encode_body(message).into(),
            message: PhantomData,
        }
    }
}

impl<T: DeserializeOwned> Encoded<T> {
    /// The message again.
    pub fn message(&self) -> T {
        decode(&self.body).expect("what was encoded here can be decoded here")
    }
}

impl<T> Clone for Encoded<T> {
    fn clone(&self) -> Self {
        Self {
            body: self.body.clone(),
            message: PhantomData,
        }
    }
}

/// Says how much it is: what somebody wrote does not print.
impl<T> fmt::Debug for Encoded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encoded({} bytes)", self.body.len())
    }
}

/// Reads a message from a body.
///
/// # Errors
/// The bytes are not exactly one message of that type.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeError> {
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    let (message, consumed) = bincode::serde::decode_from_slice(body, WIRE)?;
    if consumed == body.len() {
        Ok(message)
    } else {
        Err(DecodeError::Trailing(body.len() - consumed))
    }
}

/// The body of the first frame in `bytes`, or `None` while it is not whole.
///
/// # Errors
/// The frame announces more than [`FRAME_BYTES_MAX`]; nothing after it can be trusted.
pub fn first_frame(bytes: &[u8]) -> Result<Option<&[u8]>, FrameTooLong> {
    let Some((header, rest)) = bytes.split_first_chunk::<HEADER_BYTES>() else {
        return Ok(None);
    };
    let length = u32::from_le_bytes(*header) as usize;
    if length > FRAME_BYTES_MAX {
        return Err(FrameTooLong(length));
    }
    Ok(rest.get(..length))
}

/// What the relay sees of a frame in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peek {
    /// For the partner, whole and well-formed on the outside: to be handed over as it is.
    Sealed(ConversationNumber),
    /// For the room itself.
    Control,
    /// Meant for the partner, but no sealed frame: the partner's engine could not read it.
    Malformed,
}

/// Looks at a body in either direction of a room without copying or decoding what is sealed.
pub fn peek(body: &[u8]) -> Peek {
    /// `Sealed` is variant 0 in both directions.
    const SEALED: u8 = 0;
    if body.first() != Some(&SEALED) {
        return Peek::Control;
    }
    match bincode::serde::borrow_decode_from_slice::<(u32, u32, &[u8]), _>(body, WIRE) {
        Ok(((_, conversation, sealed), consumed))
            if consumed == body.len() && sealed.len() <= SEALED_BYTES_MAX =>
        {
            Peek::Sealed(ConversationNumber(conversation))
        }
        _ => Peek::Malformed,
    }
}

#[cfg(test)]
mod tests;
