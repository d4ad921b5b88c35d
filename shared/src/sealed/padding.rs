//! Lengths tell what was said, so there are only a few of them: a `u16` little-endian length, the bytes, zeros up to the next size.

use crate::limits::PADDED_BYTES;

const LENGTH_BYTES: usize = 2;

/// The bytes at the next larger of the padded sizes.
pub(super) fn pad(bytes: &[u8]) -> Vec<u8> {
    let size = PADDED_BYTES
        .into_iter()
        .find(|size| *size >= bytes.len() + LENGTH_BYTES)
        .expect("the largest size was chosen to hold the longest message");
    let length = u16::try_from(bytes.len()).expect("the largest size is less than 2^16");
    let mut padded = Vec::with_capacity(size);
    padded.extend_from_slice(&length.to_le_bytes());
    padded.extend_from_slice(bytes);
    padded.resize(size, 0);
    padded
}

/// The bytes that were padded, or `None` if the length is not true.
pub(super) fn unpad(padded: &[u8]) -> Option<&[u8]> {
    let (length, rest) = padded.split_first_chunk::<LENGTH_BYTES>()?;
    rest.get(..usize::from(u16::from_le_bytes(*length)))
}
