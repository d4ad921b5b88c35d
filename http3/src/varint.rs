//! QUIC's integers (RFC 9000, 16): the two highest bits of the first byte say whether it is 1, 2, 4 or 8 bytes.

/// Bytes of the longest.
pub(crate) const BYTES_MAX: usize = 8;

/// The integer at the beginning of these bytes, and how many it takes; `None` while some are missing.
pub(crate) fn read(bytes: &[u8]) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let length = 1 << (first >> 6);
    let rest = bytes.get(1..length)?;
    let value = rest.iter().fold(u64::from(first & 0x3f), |value, byte| {
        value << 8 | u64::from(*byte)
    });
    Some((value, length))
}

/// Appends an integer in its shortest form. It has 62 bits at most: here lengths are of what is held in memory, kinds and settings are
/// constants.
pub(crate) fn put(value: u64, into: &mut Vec<u8>) {
    let form = match value {
        0..0x40 => 0,
        0x40..0x4000 => 1,
        0x4000..0x4000_0000 => 2,
        _ => 3,
    };
    debug_assert!(value >> 62 == 0, "an integer of more than 62 bits");
    let bytes = (value | form << (8 * (1_u64 << form) - 2)).to_be_bytes();
    into.extend_from_slice(&bytes[BYTES_MAX - (1 << form)..]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_examples_of_rfc_9000_are_read() {
        let read = |bytes: &[u8]| read(bytes).unwrap();
        assert_eq!(
            read(&[0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c]),
            (151_288_809_941_952_652, 8)
        );
        assert_eq!(read(&[0x9d, 0x7f, 0x3e, 0x7d]), (494_878_333, 4));
        assert_eq!(read(&[0x7b, 0xbd]), (15_293, 2));
        assert_eq!(read(&[0x25]), (37, 1));
        assert_eq!(read(&[0x40, 0x25]), (37, 2), "a longer form than it needs");
    }

    #[test]
    fn what_is_missing_is_waited_for() {
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8]), None);
    }

    proptest! {
        #[test]
        fn every_integer_is_read_back(value in 0_u64..1 << 62) {
            let mut bytes = Vec::new();
            put(value, &mut bytes);
            prop_assert_eq!(read(&bytes), Some((value, bytes.len())));
        }
    }
}
