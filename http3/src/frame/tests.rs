//! Frames whole, in pieces, in the wrong place and without end.

use proptest::prelude::*;

use super::*;

fn scan(place: Place, bytes: &[u8]) -> Result<Vec<Found<'_>>, Violation> {
    let (mut scanner, mut rest, mut all) = (Scanner::new(place), bytes, Vec::new());
    loop {
        match scanner.next(&mut rest)? {
            Found::Nothing => return Ok(all),
            found => all.push(found),
        }
        if place == Place::ControlBegin {
            scanner.turn(Place::Control);
        }
    }
}

#[test]
fn data_passes_and_the_unknown_is_skipped() {
    // A reserved kind (0x21, RFC 9114, 7.2.8) with three bytes between two of DATA, one of them empty.
    let bytes = [0x00, 2, b'h', b'i', 0x21, 3, 1, 2, 3, 0x00, 0, 0x00, 1, b'!'];
    assert_eq!(
        scan(Place::Tunnel, &bytes).unwrap(),
        [Found::Data(b"hi"), Found::Data(b"!")]
    );
}

#[test]
fn a_field_section_is_collected_whole() {
    let bytes = [0x40, 0x01, 3, 7, 8, 9];
    assert_eq!(
        scan(Place::RequestBegin, &bytes).unwrap(),
        [Found::Headers(vec![7, 8, 9])]
    );
    let mut scanner = Scanner::new(Place::RequestBegin);
    for byte in &bytes[..5] {
        assert_eq!(scanner.next(&mut [*byte].as_slice()), Ok(Found::Nothing));
        assert!(!scanner.is_between_frames());
    }
    assert_eq!(
        scanner.next(&mut [9].as_slice()),
        Ok(Found::Headers(vec![7, 8, 9]))
    );
    assert!(scanner.is_between_frames());
}

#[test]
fn a_control_stream_begins_with_settings_and_has_them_once() {
    assert_eq!(
        scan(Place::ControlBegin, &[4, 2, 6, 1, 13, 1, 0, 7, 1, 0]).unwrap(),
        [Found::Settings(vec![6, 1])]
    );
    assert_eq!(
        scan(Place::ControlBegin, &[13, 1, 0]),
        Err(Violation::MissingSettings)
    );
    assert_eq!(
        scan(Place::ControlBegin, &[4, 0, 4, 0]),
        Err(Violation::FrameUnexpected)
    );
}

#[test]
fn frames_in_the_wrong_place_are_refused() {
    let wrong: &[(Place, &[u64])] = &[
        (Place::Control, &[DATA, HEADERS, PUSH_PROMISE]),
        (
            Place::RequestBegin,
            &[DATA, SETTINGS, CANCEL_PUSH, PUSH_PROMISE, GOAWAY, MAX_PUSH_ID],
        ),
        (
            Place::Tunnel,
            &[HEADERS, SETTINGS, GOAWAY, 0x02, 0x06, 0x08, 0x09],
        ),
    ];
    for (place, kinds) in wrong {
        for kind in *kinds {
            let mut bytes = Vec::new();
            varint::put(*kind, &mut bytes);
            bytes.push(0);
            let scanned = scan(*place, &bytes);
            assert_eq!(scanned, Err(Violation::FrameUnexpected), "{kind} at {place:?}");
        }
    }
}

#[test]
fn nothing_is_collected_or_skipped_without_end() {
    let mut long = Vec::new();
    varint::put(HEADERS, &mut long);
    varint::put(COLLECTED_BYTES_MAX + 1, &mut long);
    assert_eq!(scan(Place::RequestBegin, &long), Err(Violation::ExcessiveLoad));
    let mut endless = Vec::new();
    varint::put(0x21, &mut endless);
    varint::put((1 << 62) - 1, &mut endless);
    assert_eq!(scan(Place::Tunnel, &endless), Err(Violation::ExcessiveLoad));
    let many = [0x21, 0].repeat(usize::try_from(SKIPPED_BYTES_MAX / 2).unwrap() + 1);
    assert_eq!(scan(Place::Tunnel, &many), Err(Violation::ExcessiveLoad));
}

proptest! {
    #[test]
    fn what_is_found_does_not_depend_on_where_the_bytes_are_cut(
        bytes in proptest::collection::vec(prop_oneof![0_u8..14, any::<u8>()], 0..200),
        cut in 1_usize..20,
    ) {
        for place in [Place::ControlBegin, Place::Control, Place::RequestBegin, Place::Tunnel] {
            let whole = gathered(place, &[&bytes]);
            let pieces: Vec<&[u8]> = bytes.chunks(cut).collect();
            prop_assert_eq!(whole, gathered(place, &pieces));
        }
    }
}

/// Everything that is found, DATA in one piece, until the first violation.
fn gathered(place: Place, pieces: &[&[u8]]) -> (Vec<u8>, Vec<Vec<u8>>, Option<Violation>) {
    let (mut scanner, mut data, mut others) = (Scanner::new(place), Vec::new(), Vec::new());
    for piece in pieces {
        let mut rest = *piece;
        loop {
            match scanner.next(&mut rest) {
                Ok(Found::Nothing) => break,
                Ok(Found::Data(part)) => data.extend_from_slice(part),
                Ok(Found::Headers(other) | Found::Settings(other)) => others.push(other),
                Err(violation) => return (data, others, Some(violation)),
            }
        }
        assert!(rest.is_empty(), "nothing found, and something left");
    }
    (data, others, None)
}
