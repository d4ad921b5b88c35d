//! Settings (RFC 9114, 7.2.4): what we tell every client, and what a client must not tell us. None of theirs changes what we do.

use crate::varint;
use crate::violation::Violation;

const QPACK_MAX_TABLE_CAPACITY: u64 = 0x01;
const MAX_FIELD_SECTION_SIZE: u64 = 0x06;
const QPACK_BLOCKED_STREAMS: u64 = 0x07;
const ENABLE_CONNECT_PROTOCOL: u64 = 0x08;

/// Settings that HTTP/2 had and HTTP/3 must not have.
const OF_HTTP2: [u64; 4] = [0x02, 0x03, 0x04, 0x05];

/// The largest field section in bytes, by QPACK's way of counting.
pub(crate) const FIELD_SECTION_BYTES_MAX: usize = 8 * 1024;

/// Settings that one client can have.
const SETTINGS_MAX: usize = 64;

/// The settings of this server: extended CONNECT is understood, and there is no table that could fill.
pub fn our_settings() -> Vec<u8> {
    let ours = [
        (QPACK_MAX_TABLE_CAPACITY, 0),
        (QPACK_BLOCKED_STREAMS, 0),
        (MAX_FIELD_SECTION_SIZE, FIELD_SECTION_BYTES_MAX as u64),
        (ENABLE_CONNECT_PROTOCOL, 1),
    ];
    let mut bytes = Vec::new();
    for (which, value) in ours {
        varint::put(which, &mut bytes);
        varint::put(value, &mut bytes);
    }
    bytes
}

/// Looks a client's settings through.
///
/// # Errors
/// They end in the middle, one comes twice, or one belongs to HTTP/2.
pub fn check_settings(mut bytes: &[u8]) -> Result<(), Violation> {
    let mut seen = Vec::new();
    while !bytes.is_empty() {
        let which = next(&mut bytes)?;
        let value = next(&mut bytes)?;
        let is_a_switch = which == ENABLE_CONNECT_PROTOCOL;
        if OF_HTTP2.contains(&which) || seen.contains(&which) || is_a_switch && value > 1 {
            return Err(Violation::Settings);
        }
        if seen.len() >= SETTINGS_MAX {
            return Err(Violation::ExcessiveLoad);
        }
        seen.push(which);
    }
    Ok(())
}

fn next(bytes: &mut &[u8]) -> Result<u64, Violation> {
    let (value, taken) = varint::read(bytes).ok_or(Violation::Frame)?;
    *bytes = &bytes[taken..];
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ours_are_good_and_say_what_we_can() {
        assert_eq!(our_settings(), [1, 0, 7, 0, 6, 0x60, 0, 8, 1]);
        assert_eq!(check_settings(&our_settings()), Ok(()));
    }

    #[test]
    fn what_contradicts_itself_or_is_of_another_age_is_refused() {
        assert_eq!(check_settings(&[]), Ok(()));
        assert_eq!(check_settings(&[0x21, 5]), Ok(()), "unknown ones are for others");
        assert_eq!(check_settings(&[0x21, 5, 0x21, 5]), Err(Violation::Settings));
        assert_eq!(check_settings(&[0x03, 1]), Err(Violation::Settings));
        assert_eq!(check_settings(&[0x08, 2]), Err(Violation::Settings));
        assert_eq!(check_settings(&[0x06]), Err(Violation::Frame));
        let many: Vec<u8> = (0x40..0x40 + 65).flat_map(|which| [0x40, which, 0]).collect();
        assert_eq!(check_settings(&many), Err(Violation::ExcessiveLoad));
    }
}
