//! Version 1, frozen: clients and servers that speak it are out there. Nothing in this file changes any more; what is said in a new
//! way is a new variant at the end of its enum, or a new version, with a test of its own.

use super::{TICKET, TOKEN, VERSIONS, golden, port, ticket, token};
use crate::codec::encode_body;
use crate::ids::{AccountName, ConversationNumber, Generation, MessageText, Name, Password, VisitorToken};
use crate::protocol::lobby::{Access, LobbyReply, LobbyRequest, Offers, Wishes};
use crate::protocol::partner::{Envelope, PartnerControl, PartnerMessage};
use crate::protocol::room::{Closing, Pairing, Parting, Role, RoomEvent, RoomRequest, SealedFrame};
use crate::protocol::{Refusal, VersionRange};

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
            wishes: Wishes::OLD_CLIENTS,
        },
        &format!("12000000 02 {} 01", "aa".repeat(16)),
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
            offers: Offers::ROOMS_IN_LOBBY.and(Offers::PLAZAS),
        },
        "05000000 00 01 6b 02 03",
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
