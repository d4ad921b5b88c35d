//! Field sections of the RFC, of clients, and of nobody who means well.

use proptest::prelude::*;

use super::*;

fn field(name: &str, value: &str) -> Field {
    (name.into(), value.into())
}

#[test]
fn the_example_of_rfc_9204_is_decoded() {
    // B.1: a literal field line with a static name reference.
    let section = b"\0\0\x51\x0b/index.html";
    assert_eq!(decode(section).unwrap(), [field(":path", "/index.html")]);
}

#[test]
fn each_kind_of_line_is_said_as_the_rfc_has_it() {
    let section = encode(&[
        (":method", "CONNECT"),
        (":path", "/ws"),
        (":protocol", "websocket"),
    ]);
    let expected = [
        &[0, 0, 0xc0 | 15][..],
        b"\x51\x03/ws",
        b"\x27\x02:protocol\x09websocket",
    ];
    assert_eq!(section, expected.concat());
    // A number that does not fit into the first byte.
    assert_eq!(
        encode(&[("x-frame-options", "sameorigin")]),
        [0, 0, 0xff, 98 - 63]
    );
}

#[test]
fn the_static_table_has_its_fields_where_the_rfc_has_them() {
    for (number, name, value) in [
        (0, ":authority", ""),
        (15, ":method", "CONNECT"),
        (25, ":status", "200"),
        (52, "content-type", "text/html; charset=utf-8"),
        (71, ":status", "500"),
        (95, "user-agent", ""),
        (98, "x-frame-options", "sameorigin"),
    ] {
        assert_eq!(FIELDS[number], (name, value));
    }
}

#[test]
fn a_table_that_was_never_granted_cannot_be_referred_to() {
    for section in [
        // Something of the dynamic table is required; the base lies below zero.
        &[1, 0, 0xd1][..],
        &[0, 0x80, 0xd1],
        // By number, as a name, and after the base in both ways.
        &[0, 0, 0x80],
        &[0, 0, 0x40, 1, b'a'],
        &[0, 0, 0x10],
        &[0, 0, 0x00, 1, b'a'],
        // Beyond the static one.
        &[0, 0, 0xff, 99 - 63],
        // Nothing at all.
        &[],
        &[0],
    ] {
        assert_eq!(decode(section), Err(Violation::Decompression), "{section:x?}");
    }
}

#[test]
fn a_section_is_as_large_as_our_settings_say_and_no_larger() {
    let value = "v".repeat(FIELD_SECTION_BYTES_MAX - "a".len() - FIELD_BYTES);
    assert!(decode(&encode(&[("a", &value)])).is_ok());
    assert_eq!(
        decode(&encode(&[("a", &value), ("b", "")])),
        Err(Violation::ExcessiveLoad)
    );
    // One byte each on the wire, many in memory.
    let many = [&[0, 0][..], &[0xc0; 8000]].concat();
    assert_eq!(decode(&many), Err(Violation::ExcessiveLoad));
}

#[test]
fn the_streams_beside_have_nothing_to_say() {
    assert_eq!(read_encoder(&[0x20, 0x20]), Ok(2));
    // A capacity, and an insertion.
    assert_eq!(read_encoder(&[0x3f, 0x01]), Err(Violation::EncoderStream));
    assert_eq!(read_encoder(&[0xc0, 0x00]), Err(Violation::EncoderStream));
    // Stream 4 and stream 1,000 are given up; the third is not complete.
    assert_eq!(read_decoder(&[0x44, 0x7f, 0xa9, 0x07, 0x7f]), Ok(4));
    // An acknowledgement, and an increment.
    assert_eq!(read_decoder(&[0x84]), Err(Violation::DecoderStream));
    assert_eq!(read_decoder(&[0x01]), Err(Violation::DecoderStream));
    assert_eq!(read_decoder(&[0x7f; 1]), Ok(0));
    assert_eq!(
        read_decoder(&[&[0x7f][..], &[0xff; 12]].concat()),
        Err(Violation::DecoderStream)
    );
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded(fields in proptest::collection::vec(("[a-z:-]{0,20}", "[ -~]{0,40}"), 0..20)) {
        let said: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let expected: Vec<Field> = said.iter().map(|(name, value)| field(name, value)).collect();
        prop_assert_eq!(decode(&encode(&said)).unwrap(), expected);
    }

    #[test]
    fn no_bytes_do_any_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(fields) = decode(&bytes) {
            let size: usize = fields.iter().map(|(name, value)| name.len() + value.len() + FIELD_BYTES).sum();
            prop_assert!(size <= FIELD_SECTION_BYTES_MAX);
        }
        for read in [read_encoder(&bytes), read_decoder(&bytes)].into_iter().flatten() {
            prop_assert!(read <= bytes.len());
        }
    }
}

/// What AIO-CHAT's client asks with, as its library compresses it: Huffman-coded, and some fields by number.
const OF_A_CLIENT: &[u8] = &[
    0x00, 0x00, 0xcf, 0xd7, 0x50, 0x8a, 0xa0, 0xe4, 0x1d, 0x13, 0x9d, 0x09, 0xb8, 0xd3, 0x4c, 0xb3, 0x51,
    0x03, 0x2f, 0x77, 0x73, 0x2f, 0x00, 0xb9, 0x5d, 0x87, 0x49, 0xc8, 0x7a, 0x3f, 0x87, 0xf0, 0x58, 0xd0,
    0x72, 0x75, 0x2a, 0x7f, 0x5f, 0x50, 0x89, 0x19, 0x8f, 0xda, 0xd3, 0x11, 0x80, 0xae, 0x25, 0xc1, 0x2f,
    0x08, 0x41, 0x48, 0xb7, 0x82, 0xc6, 0x83, 0x93, 0xa9, 0x52, 0xb7, 0x72, 0xd8, 0x83, 0x1e, 0xaf, 0x02,
    0x31, 0x33, 0x2f, 0x08, 0x41, 0x48, 0xb7, 0x82, 0xc6, 0x83, 0x93, 0xa9, 0x52, 0xb5, 0x76, 0x1d, 0x27,
    0x21, 0xe8, 0x8b, 0x24, 0xe3, 0x4f, 0xd2, 0x88, 0xb6, 0xb2, 0xd8, 0x49, 0xc6, 0x9f,
];

#[test]
fn what_a_client_asks_with_is_understood_and_granted() {
    let fields = decode(OF_A_CLIENT).unwrap();
    let expected = [
        (":method", "CONNECT"),
        (":scheme", "https"),
        (":authority", "localhost:4433"),
        (":path", "/ws"),
        (":protocol", "websocket"),
        ("user-agent", "aioquic/1.2.0"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-protocol", "chat, superchat"),
    ];
    assert_eq!(fields, expected.map(|(name, value)| field(name, value)));
    assert!(crate::judge(&fields, "/ws").is_ok());
}
