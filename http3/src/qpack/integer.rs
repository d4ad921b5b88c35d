//! Integers that begin in the lower bits of a byte (RFC 7541, 5.1).

use crate::violation::Violation;

/// Bytes of the longest that is believed: enough for 62 bits.
pub(super) const BYTES_MAX: usize = 10;

/// Takes an integer whose first byte has that many bits for it. Tells the first byte as well.
///
/// # Errors
/// It ends too early, or is larger than anything that could be meant.
pub(super) fn take(bytes: &mut &[u8], bits: u32) -> Result<(u64, u8), Violation> {
    let (first, mut rest) = bytes.split_first().ok_or(Violation::Decompression)?;
    let full = (1 << bits) - 1;
    let mut value = u64::from(*first) & full;
    if value == full {
        for shift in (0..).step_by(7).take(BYTES_MAX - 2) {
            let (next, after) = rest.split_first().ok_or(Violation::Decompression)?;
            rest = after;
            // At most 8 bytes of 7 bits: no more than 56 bits and one carry.
            value += u64::from(next & 0x7f) << shift;
            if next & 0x80 == 0 {
                *bytes = rest;
                return Ok((value, *first));
            }
        }
        return Err(Violation::Decompression);
    }
    *bytes = rest;
    Ok((value, *first))
}

/// Appends an integer; its first byte has that many bits for it, the others are `flags`.
pub(super) fn put(mut value: u64, bits: u32, flags: u8, into: &mut Vec<u8>) {
    let full = (1_u8 << bits).wrapping_sub(1);
    if let Some(short) = u8::try_from(value).ok().filter(|short| *short < full) {
        return into.push(flags | short);
    }
    into.push(flags | full);
    value -= u64::from(full);
    loop {
        let [low, ..] = value.to_le_bytes();
        value >>= 7;
        if value == 0 {
            return into.push(low & 0x7f);
        }
        into.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_examples_of_rfc_7541_are_read_and_said() {
        for (value, bits, bytes) in [
            (10, 5, &[0b01010][..]),
            (1337, 5, &[0b11111, 0b1001_1010, 0b1010]),
        ] {
            let (mut rest, mut said) = (bytes, Vec::new());
            assert_eq!(take(&mut rest, bits).unwrap().0, value);
            assert!(rest.is_empty());
            put(value, bits, 0, &mut said);
            assert_eq!(said, bytes);
        }
        assert_eq!(take(&mut [42].as_slice(), 8).unwrap().0, 42);
    }

    #[test]
    fn what_ends_too_early_or_never_is_refused() {
        for bytes in [&[][..], &[0xff], &[0xff, 0x80], &[0xff; 40]] {
            assert_eq!(take(&mut { bytes }, 8), Err(Violation::Decompression));
        }
    }

    proptest! {
        #[test]
        fn every_integer_is_read_back(value in 0_u64..1 << 50, bits in 3_u32..8) {
            let mut bytes = Vec::new();
            put(value, bits, 0, &mut bytes);
            let mut rest = bytes.as_slice();
            prop_assert_eq!(take(&mut rest, bits).unwrap().0, value);
            prop_assert!(rest.is_empty());
        }
    }
}
