//! Letters of a name or a value (RFC 7541, 5.2): a length, and before it one bit that says whether they are Huffman-coded.

use httlib_huffman::DecoderSpeed;

use super::integer;
use crate::settings::FIELD_SECTION_BYTES_MAX;
use crate::violation::Violation;

/// Takes letters whose length begins in that many bits of the first byte; the bit above tells whether they are coded.
///
/// # Errors
/// They end too early, are too many, or the code is damaged.
pub(super) fn take(bytes: &mut &[u8], bits: u32) -> Result<Vec<u8>, Violation> {
    let (length, first) = integer::take(bytes, bits)?;
    let length = usize::try_from(length).map_err(|_| Violation::Decompression)?;
    let letters = bytes.get(..length).ok_or(Violation::Decompression)?;
    *bytes = &bytes[length..];
    if length > FIELD_SECTION_BYTES_MAX {
        return Err(Violation::ExcessiveLoad);
    }
    match first >> bits & 1 {
        0 => Ok(letters.to_vec()),
        _ => decoded(letters),
    }
}

/// The shortest code of a letter has 5 bits, so no more than 8 for 5 come of it.
fn decoded(coded: &[u8]) -> Result<Vec<u8>, Violation> {
    let mut letters = Vec::with_capacity(coded.len() * 8 / 5);
    // One bit at a time: nothing here is large, and this way nothing but the table decides.
    httlib_huffman::decode(coded, &mut letters, DecoderSpeed::OneBit)
        .map_err(|_| Violation::Decompression)?;
    // There is one good way to code letters, its last byte filled up with ones: the decoder alone would take some others, too.
    let mut again = Vec::with_capacity(coded.len());
    httlib_huffman::encode(&letters, &mut again).map_err(|_| Violation::Decompression)?;
    match again == coded {
        true => Ok(letters),
        false => Err(Violation::Decompression),
    }
}

/// Appends letters as they are; their length begins in that many bits of the first byte, the others are `flags`.
pub(super) fn put(letters: &str, bits: u32, flags: u8, into: &mut Vec<u8>) {
    integer::put(letters.len() as u64, bits, flags, into);
    into.extend_from_slice(letters.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 7541, C.4 and C.6.
    const CODED: [(&str, &[u8]); 4] = [
        (
            "www.example.com",
            &[
                0x8c, 0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff,
            ],
        ),
        ("no-cache", &[0x86, 0xa8, 0xeb, 0x10, 0x64, 0x9c, 0xbf]),
        (
            "custom-key",
            &[0x88, 0x25, 0xa8, 0x49, 0xe9, 0x5b, 0xa9, 0x7d, 0x7f],
        ),
        ("302", &[0x82, 0x64, 0x02]),
    ];

    #[test]
    fn the_examples_of_rfc_7541_are_decoded() {
        for (letters, coded) in CODED {
            let mut rest = coded;
            assert_eq!(take(&mut rest, 7).unwrap(), letters.as_bytes());
            assert!(rest.is_empty());
        }
    }

    #[test]
    fn a_code_that_is_not_the_one_is_refused() {
        // 'a' is 00011: filled up with zeros, with a byte too many of ones, and the end of all codes itself.
        for coded in [
            &[0x81, 0b0001_1000][..],
            &[0x82, 0b0001_1111, 0xff],
            &[0x84, 0xff, 0xff, 0xff, 0xff],
        ] {
            assert_eq!(take(&mut { coded }, 7), Err(Violation::Decompression));
        }
        assert_eq!(take(&mut [0x81, 0b0001_1111].as_slice(), 7).unwrap(), b"a");
    }

    #[test]
    fn letters_that_are_announced_must_be_there() {
        assert_eq!(
            take(&mut [0x03, b'a', b'b'].as_slice(), 7),
            Err(Violation::Decompression)
        );
        assert_eq!(
            take(&mut [0x7f, 0xff, 0xff, 0x7f].as_slice(), 7),
            Err(Violation::Decompression)
        );
    }
}
