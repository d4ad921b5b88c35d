//! The wire, pinned: golden bytes of each message, round trips, and what a hostile peer may send instead.

use proptest::prelude::*;

use super::*;
use crate::ids::{
    AccountName, Generation, MessageText, Name, Password, ResumeToken, RoomPort, Ticket, VisitorToken,
};
use crate::protocol::lobby::{Access, LobbyReply, LobbyRequest};
use crate::protocol::partner::{Envelope, PartnerControl, PartnerMessage};
use crate::protocol::room::{Closing, Pairing, Parting, Role, RoomEvent, RoomRequest, SealedFrame};
use crate::protocol::{Refusal, VersionRange};

/// A message and its frame, as hexadecimal digits with a space between fields.
#[track_caller]
fn golden<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(message: &T, hex: &str) {
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
fn lobby_requests_have_these_bytes() {
    golden(
        &LobbyRequest::Hello { versions: VERSIONS },
        "05000000 00 01 fb2c01",
    );
    let password = Password::parse("pw").unwrap();
    golden(
        &LobbyRequest::Login {
            account: None,
            password: password.clone(),
        },
        "05000000 01 00 02 7077",
    );
    golden(
        &LobbyRequest::Login {
            account: Some(AccountName::parse("ana").unwrap()),
            password,
        },
        "09000000 01 01 03 616e61 02 7077",
    );
    golden(
        &LobbyRequest::Join {
            visitor: VisitorToken::from([0xaa; 16]),
        },
        &format!("11000000 02 {}", "aa".repeat(16)),
    );
    golden(
        &LobbyRequest::Resume { token: token() },
        &format!("11000000 03 {TOKEN}"),
    );
    golden(
        &LobbyRequest::Abandon {
            token: token(),
            block: None,
        },
        &format!("12000000 04 {TOKEN} 00"),
    );
    golden(
        &LobbyRequest::Abandon {
            token: token(),
            block: Some(ConversationNumber(3)),
        },
        &format!("13000000 04 {TOKEN} 01 03"),
    );
}

#[test]
fn lobby_replies_have_these_bytes() {
    golden(
        &LobbyReply::Welcome {
            version: 1,
            rooms_in_use: 107,
            access: Access::Accounts,
        },
        "04000000 00 01 6b 02",
    );
    golden(&LobbyReply::LoggedIn, "01000000 01");
    golden(
        &LobbyReply::Assigned {
            port: port(),
            ticket: ticket(),
        },
        &format!("14000000 02 fb1f10 {TICKET}"),
    );
    golden(
        &LobbyReply::Over {
            reason: Parting::Left,
        },
        "02000000 03 00",
    );
    golden(&LobbyReply::Refused(Refusal::Closing), "02000000 04 02");
    assert_eq!(encode_body(&Access::Open), [0]);
    assert_eq!(encode_body(&Access::Password), [1]);
}

#[test]
fn refusals_have_these_bytes() {
    golden(&Refusal::Version(VERSIONS), "05000000 00 01 fb2c01");
    golden(
        &Refusal::Full {
            people: 17948,
            retry_after_secs: 10,
        },
        "05000000 01 fb1c46 0a",
    );
    golden(&Refusal::Closing, "01000000 02");
    golden(&Refusal::BadTicket, "01000000 03");
    golden(&Refusal::Unexpected, "01000000 04");
    golden(&Refusal::Registry { retry_after_secs: 5 }, "02000000 05 05");
    golden(&Refusal::TooSlow, "01000000 06");
    golden(&Refusal::Login { retry_after_secs: 2 }, "02000000 07 02");
    golden(&Refusal::SlowDown { retry_after_secs: 9 }, "02000000 08 09");
    golden(
        &Refusal::Banned {
            remaining_secs: 86_400,
        },
        "06000000 09 fc80510100",
    );
    golden(&Refusal::Forgotten, "01000000 0a");
}

#[test]
fn room_requests_have_these_bytes() {
    let sealed = SealedFrame {
        conversation: ConversationNumber(3),
        body: vec![0xfe, 0xff],
    };
    golden(&RoomRequest::Sealed(sealed), "05000000 00 03 02 feff");
    golden(
        &RoomRequest::Enter {
            ticket: ticket(),
            versions: VERSIONS,
        },
        &format!("15000000 01 {TICKET} 01 fb2c01"),
    );
    golden(
        &RoomRequest::Ready {
            conversation: ConversationNumber(3),
        },
        "02000000 02 03",
    );
    golden(&RoomRequest::Leave, "01000000 03");
    golden(
        &RoomRequest::Block {
            conversation: ConversationNumber(3),
        },
        "02000000 04 03",
    );
    golden(&RoomRequest::Ping, "01000000 05");
    golden(&RoomRequest::Pong, "01000000 06");
}

#[test]
fn room_events_have_these_bytes() {
    let sealed = SealedFrame {
        conversation: ConversationNumber(3),
        body: vec![0xfe, 0xff],
    };
    golden(&RoomEvent::Sealed(sealed), "05000000 00 03 02 feff");
    golden(
        &RoomEvent::Seated {
            port: port(),
            generation: Generation(9),
            resume: token(),
        },
        &format!("15000000 01 fb1f10 09 {TOKEN}"),
    );
    golden(
        &RoomEvent::Resumed {
            conversation: ConversationNumber(3),
            resume: token(),
        },
        &format!("12000000 02 03 {TOKEN}"),
    );
    golden(
        &RoomEvent::PartnerAway {
            conversation: ConversationNumber(3),
            grace_secs: 60,
        },
        "03000000 03 03 3c",
    );
    golden(
        &RoomEvent::PartnerBack {
            conversation: ConversationNumber(3),
        },
        "02000000 04 03",
    );
    let pairing = Pairing {
        generation: Generation(9),
        conversation: ConversationNumber(3),
        role: Role::Responder,
        version: 1,
        initiator_versions: VERSIONS,
        responder_versions: VersionRange { min: 1, max: 1 },
    };
    golden(
        &RoomEvent::Paired(pairing),
        "0b000000 05 09 03 01 01 01fb2c01 0101",
    );
    golden(
        &RoomEvent::PartnerLeft {
            conversation: ConversationNumber(3),
            reason: Parting::Lost,
        },
        "03000000 06 03 01",
    );
    golden(
        &RoomEvent::Move {
            port: port(),
            ticket: ticket(),
        },
        &format!("14000000 07 fb1f10 {TICKET}"),
    );
    golden(&RoomEvent::Closing(Closing::Room), "02000000 08 01");
    golden(&RoomEvent::Refused(Refusal::BadTicket), "02000000 09 03");
    golden(&RoomEvent::Ping, "01000000 0a");
    golden(&RoomEvent::Pong, "01000000 0b");
}

#[test]
fn partner_messages_have_these_bytes() {
    golden(
        &PartnerMessage::Reveal { nonce: [0xbb; 32] },
        &format!("21000000 00 {}", "bb".repeat(32)),
    );
    golden(
        &PartnerMessage::Introduce {
            name: Name::parse("Ana").unwrap(),
        },
        "05000000 01 03 416e61",
    );
    golden(
        &PartnerMessage::Text {
            text: MessageText::parse("olá").unwrap(),
        },
        "06000000 02 04 6f6cc3a1",
    );
    golden(&PartnerControl::Sync { next: 7 }, "02000000 00 07");
    golden(&PartnerControl::Ack { next: 7 }, "02000000 01 07");
    golden(&PartnerControl::Seen { next: 7 }, "02000000 02 07");
    golden(&PartnerControl::Typing, "01000000 03");
    golden(&PartnerControl::Bye { next: 7 }, "02000000 04 07");
}

#[test]
fn envelopes_have_these_bytes() {
    assert_eq!(encode_body(&Envelope::First(vec![1, 2])), [0, 2, 1, 2]);
    assert_eq!(encode_body(&Envelope::Second(vec![3])), [1, 1, 3]);
    assert_eq!(
        encode_body(&Envelope::Data {
            sequence: 7,
            ciphertext: vec![9]
        }),
        [2, 7, 1, 9]
    );
    assert_eq!(
        encode_body(&Envelope::Control {
            counter: 7,
            ciphertext: vec![9]
        }),
        [3, 7, 1, 9]
    );
}

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
