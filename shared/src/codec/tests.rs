//! The wire, pinned: golden bytes of each message, round trips, and what a hostile peer may send instead.

mod since;
mod version_1;

use proptest::prelude::*;

use super::*;
use crate::ids::{MessageText, Name, ResumeToken, RoomPort, Ticket};
use crate::protocol::lobby::{LobbyReply, LobbyRequest};
use crate::protocol::partner::{Envelope, PartnerControl, PartnerMessage};
use crate::protocol::plaza::{PlazaEvent, PlazaRequest};
use crate::protocol::room::{RoomEvent, RoomRequest, SealedFrame};
use crate::protocol::{Refusal, VersionRange};

/// A message and its frame, as hexadecimal digits with a space between fields.
#[track_caller]
fn golden<T: Serialize + DeserializeOwned + PartialEq + fmt::Debug>(message: &T, hex: &str) {
    let bytes: Vec<u8> = hex
        .split_whitespace()
        .flat_map(|field| (0..field.len()).step_by(2).map(move |i| &field[i..i + 2]))
        .map(|byte| u8::from_str_radix(byte, 16).unwrap())
        .collect();
    let frame = encode(message);
    assert_eq!(frame.as_ref(), bytes, "{message:?} is {frame:02x?}");
    let body = first_frame(&bytes).unwrap().unwrap();
    assert_eq!(&decode::<T>(body).unwrap(), message);
}

fn port() -> RoomPort {
    RoomPort::try_from(4127).unwrap()
}

fn ticket() -> Ticket {
    Ticket::from(std::array::from_fn(|i| u8::try_from(i).unwrap()))
}

fn token() -> ResumeToken {
    ResumeToken::from([0xcc; 16])
}

const TOKEN: &str = "cccccccccccccccccccccccccccccccc";
const TICKET: &str = "000102030405060708090a0b0c0d0e0f";
const VERSIONS: VersionRange = VersionRange { min: 1, max: 300 };

#[test]
fn a_sealed_frame_has_the_same_bytes_in_both_directions_and_is_seen_by_the_relay() {
    let sealed = SealedFrame {
        conversation: ConversationNumber(70_000),
        body: vec![7; 300],
    };
    let said = encode(&RoomRequest::Sealed(sealed.clone()));
    assert_eq!(said, encode(&RoomEvent::Sealed(sealed)));
    let body = first_frame(&said).unwrap().unwrap();
    assert_eq!(peek(body), Peek::Sealed(ConversationNumber(70_000)));
    assert_eq!(peek(&encode_body(&RoomRequest::Leave)), Peek::Control);
    assert_eq!(peek(&[]), Peek::Control);
}

#[test]
fn a_sealed_frame_that_the_partner_could_not_read_is_malformed() {
    let whole = encode_body(&RoomRequest::Sealed(SealedFrame {
        conversation: ConversationNumber(1),
        body: vec![7; 9],
    }));
    assert_eq!(peek(&whole[..whole.len() - 1]), Peek::Malformed, "cut short");
    assert_eq!(
        peek(&[whole.as_slice(), &[0]].concat()),
        Peek::Malformed,
        "something after it"
    );
    let long = SealedFrame {
        conversation: ConversationNumber(1),
        body: vec![7; SEALED_BYTES_MAX + 1],
    };
    assert_eq!(
        peek(&encode_body(&RoomRequest::Sealed(long))),
        Peek::Malformed,
        "over the ceiling"
    );
}

#[test]
fn a_sealed_frame_whose_tag_is_longer_than_it_need_be_is_none_for_the_relay() {
    let body = [0xfb, 0, 0, 1, 1, 9];
    assert!(matches!(decode(&body), Ok(RoomRequest::Sealed(_))));
    assert_eq!(peek(&body), Peek::Control, "and so a room refuses it");
}

#[test]
fn a_frame_is_found_whole_or_not_at_all() {
    assert_eq!(first_frame(&[1, 0, 0]), Ok(None));
    assert_eq!(first_frame(&[2, 0, 0, 0, 9]), Ok(None));
    assert_eq!(first_frame(&[2, 0, 0, 0, 9, 8, 7]), Ok(Some([9, 8].as_slice())));
    assert_eq!(first_frame(&[1, 0, 1, 0]), Err(FrameTooLong(65_537)));
    assert_eq!(first_frame(&[0xff; 4]), Err(FrameTooLong(u32::MAX as usize)));
}

#[test]
fn a_list_is_believed_only_as_far_as_it_goes() {
    let nobody = encode_body(&PlazaEvent::Here { members: Vec::new() });
    assert_eq!(nobody, [0, 0]);
    let member = [1, 1, b'a'];
    let here = |announced: &[u8], there: usize| [&[0], announced, &member.repeat(there)].concat();
    let listed = |body: &[u8]| decode::<PlazaEvent>(body).map(|_| ()).is_ok();
    assert!(listed(&here(&[0xfb, 0, 1], 256)));
    assert!(!listed(&here(&[0xfb, 1, 1], 257)), "more than a page");
    assert!(
        !listed(&here(&[0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0], 1)),
        "2^56 are announced"
    );
}

#[test]
fn a_message_that_breaks_a_rule_of_its_type_is_no_message() {
    assert!(decode::<RoomPort>(&[80]).is_err(), "a port no room can have");
    assert!(
        decode::<Name>(b"\x01\x07").is_err(),
        "a control character in a name"
    );
    assert!(decode::<MessageText>(b"\x02  ").is_err(), "an empty message");
    assert!(matches!(
        decode::<Refusal>(&[2, 0]),
        Err(DecodeError::Trailing(1))
    ));
    assert!(
        decode::<Vec<u8>>(b"\xfd\xff\xff\xff\xff\xff\xff\xff\xff").is_err(),
        "2^64 bytes are announced"
    );
}

proptest! {
    #[test]
    fn no_bytes_make_decoding_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode::<LobbyRequest>(&body);
        let _ = decode::<LobbyReply>(&body);
        let _ = decode::<RoomRequest>(&body);
        let _ = decode::<RoomEvent>(&body);
        let _ = decode::<Envelope>(&body);
        let _ = decode::<PartnerMessage>(&body);
        let _ = decode::<PartnerControl>(&body);
        let _ = decode::<PlazaRequest>(&body);
        let _ = decode::<PlazaEvent>(&body);
        let _ = peek(&body);
        let _ = first_frame(&body);
    }

    #[test]
    fn what_the_relay_hands_over_the_partner_can_decode(body in proptest::collection::vec(any::<u8>(), 0..100)) {
        let body = [vec![0], body].concat();
        if let Peek::Sealed(conversation) = peek(&body) {
            let event = decode::<RoomEvent>(&body);
            let same = matches!(event, Ok(RoomEvent::Sealed(frame)) if frame.conversation == conversation);
            prop_assert!(same);
        }
    }

    #[test]
    fn any_text_goes_through_unchanged(text in "\\PC{1,200}") {
        if let Ok(text) = MessageText::parse(&text) {
            let message = PartnerMessage::Text { text };
            prop_assert_eq!(decode::<PartnerMessage>(&encode_body(&message)).unwrap(), message);
        }
    }
}
