//! HTTP/3 as the server reads it from somebody with an old client: frames, field sections, settings and the request itself.

use acaso_http3::{Found, Place, Scanner, check_settings, judge, qpack};

use crate::memory::within;

/// What one run may allocate: field sections and settings are collected, decoded and looked through; the rest passes.
const HTTP3_BYTES_MAX: usize = 512 * 1024;

/// The first byte says what the others are.
pub fn http3(bytes: &[u8]) {
    let Some((what, bytes)) = bytes.split_first() else {
        return;
    };
    within(HTTP3_BYTES_MAX, || match what % 4 {
        0 => drop(check_settings(bytes)),
        1 => section(bytes),
        2 => control(bytes),
        _ => request(bytes),
    });
}

/// What was decompressed is said again and means the same.
fn section(bytes: &[u8]) {
    let Ok(fields) = qpack::decode(bytes) else { return };
    let _ = judge(&fields, "/ws");
    let text = |letters: &[u8]| String::from_utf8(letters.to_vec());
    let said: Result<Vec<_>, _> = fields
        .iter()
        .map(|(name, value)| Ok::<_, std::string::FromUtf8Error>((text(name)?, text(value)?)))
        .collect();
    let Ok(said) = said else { return };
    let said: Vec<_> = said
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let again = qpack::decode(&qpack::encode(&said)).expect("what was encoded decodes");
    assert_eq!(again, fields);
}

fn control(mut bytes: &[u8]) {
    let mut scanner = Scanner::new(Place::ControlBegin);
    while let Ok(found) = scanner.next(&mut bytes) {
        match found {
            Found::Settings(settings) => {
                let _ = check_settings(&settings);
                scanner.turn(Place::Control);
            }
            Found::Nothing => return assert!(bytes.is_empty(), "something is left"),
            Found::Data(_) | Found::Headers(_) => panic!("a request on the control stream"),
        }
    }
}

/// A request and its tunnel, as they come and byte by byte: both find the same.
fn request(bytes: &[u8]) {
    let whole = tunnelled([bytes].into_iter());
    assert_eq!(whole, tunnelled(bytes.chunks(1)));
}

fn tunnelled<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Option<Vec<u8>>, u64, bool) {
    let mut scanner = Scanner::new(Place::RequestBegin);
    let (mut section, mut payload) = (None, 0);
    for mut rest in pieces {
        loop {
            match scanner.next(&mut rest) {
                Ok(Found::Headers(found)) => {
                    assert!(section.is_none(), "two field sections");
                    section = Some(found);
                    scanner.turn(Place::Tunnel);
                }
                Ok(Found::Data(part)) => payload += part.len() as u64,
                Ok(Found::Nothing) => break,
                Ok(Found::Settings(_)) => panic!("settings in a request"),
                Err(_) => return (section, payload, true),
            }
        }
    }
    (section, payload, false)
}
