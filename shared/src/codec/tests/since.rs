//! What was added to the wire since version 1 was frozen, at the ends of its enums: golden bytes that change together with their meaning
//! until they are frozen too.

use super::{TICKET, VERSIONS, golden, ticket};
use crate::codec::encode_body;
use crate::ids::{
    CircleName, ConversationNumber, Fingerprint, MessageText, Name, PlazaName, PostText, RendezvousNumber,
    RoomPort, Subject, VisitorToken,
};
use crate::protocol::Refusal;
use crate::protocol::circle::{
    Challenge, CircleEvent, CircleKey, CircleMember, CircleRequest, Introduction, KeyProof,
};
use crate::protocol::lobby::{LobbyReply, LobbyRequest, Rendezvous};
use crate::protocol::partner::{Envelope, OpenWords};
use crate::protocol::peer::{Acquaintance, PeerMessage};
use crate::protocol::plaza::{
    Member, MemberNumber, PlazaEvent, PlazaFacts, PlazaRequest, Post, PostNumber, PostTag,
};
use crate::protocol::room::{Closing, RoomEvent, RoomRequest};

fn plaza() -> PlazaName {
    PlazaName::parse("Sol").unwrap()
}

fn ana() -> Member {
    Member {
        number: MemberNumber(5),
        name: Name::parse("Ana").unwrap(),
    }
}

#[test]
fn the_lobby_leads_to_rooms_and_plazas() {
    golden(
        &LobbyRequest::Enter {
            ticket: ticket(),
            versions: VERSIONS,
        },
        &format!("15000000 05 {TICKET} 01 fb2c01"),
    );
    golden(&LobbyRequest::Plazas, "01000000 06");
    golden(
        &LobbyRequest::Visit {
            plaza: plaza(),
            name: ana().name,
            seen: None,
        },
        "0a000000 07 03 536f6c 03 416e61 00",
    );
    golden(
        &LobbyRequest::Visit {
            plaza: plaza(),
            name: ana().name,
            seen: Some(PostNumber(7)),
        },
        "0b000000 07 03 536f6c 03 416e61 01 07",
    );
    let facts = PlazaFacts {
        name: plaza(),
        people: 2,
        people_max: 100,
        port: 1025,
        history: 50,
    };
    golden(
        &LobbyReply::Plazas(vec![facts]),
        "0c000000 05 01 03 536f6c 02 64 fb0104 32",
    );
    golden(
        &LobbyReply::Entered {
            member: MemberNumber(5),
            newest: Some(PostNumber(7)),
        },
        "04000000 06 05 01 07",
    );
    golden(&Refusal::NoSuchPlaza, "01000000 0b");
    golden(&Refusal::NotReading, "01000000 0c");
}

#[test]
fn a_plaza_is_told() {
    golden(
        &PlazaRequest::Post {
            tag: PostTag(9),
            subject: Some(Subject::parse("sea").unwrap()),
            text: PostText::parse("a\nb").unwrap(),
        },
        "0b000000 00 09 01 03 736561 03 610a62",
    );
    golden(&PlazaRequest::Leave, "01000000 01");
    golden(&PlazaRequest::Ping, "01000000 02");
    golden(&PlazaRequest::Pong, "01000000 03");
}

#[test]
fn a_plaza_tells() {
    golden(
        &PlazaEvent::Here { members: vec![ana()] },
        "07000000 00 01 05 03 416e61",
    );
    let post = Post {
        number: PostNumber(7),
        author: ana(),
        subject: None,
        text: PostText::parse("hi").unwrap(),
        unix_secs: 1_800_000_000,
    };
    golden(
        &PlazaEvent::Post(post),
        "10000000 01 07 05 03 416e61 00 02 6869 fc00d2496b",
    );
    golden(
        &PlazaEvent::Posted {
            tag: PostTag(9),
            number: PostNumber(7),
            unix_secs: 1,
        },
        "04000000 02 09 07 01",
    );
    golden(
        &PlazaEvent::NotPosted {
            tag: PostTag(9),
            refusal: Refusal::SlowDown { retry_after_secs: 3 },
        },
        "04000000 03 09 08 03",
    );
    golden(&PlazaEvent::Came(ana()), "06000000 04 05 03 416e61");
    golden(
        &PlazaEvent::Went {
            member: MemberNumber(5),
        },
        "02000000 05 05",
    );
    golden(&PlazaEvent::Refused(Refusal::Closing), "02000000 06 02");
    golden(&PlazaEvent::Ping, "01000000 07");
    golden(&PlazaEvent::Pong, "01000000 08");
}

#[test]
fn old_clients_are_talked_to_in_clear() {
    golden(
        &RoomEvent::PairedOpen {
            conversation: ConversationNumber(3),
            both: true,
        },
        "03000000 0c 03 01",
    );
    let open = |words| encode_body(&Envelope::Open(words));
    assert_eq!(open(OpenWords::Verbatim(vec![9, 8])), [4, 0, 2, 9, 8]);
    let name = ana().name;
    assert_eq!(open(OpenWords::Introduce { name }), [4, 1, 3, 0x41, 0x6e, 0x61]);
    let text = MessageText::parse("hi").unwrap();
    assert_eq!(open(OpenWords::Text { text }), [4, 2, 2, 0x68, 0x69]);
}

fn seven() -> RendezvousNumber {
    RendezvousNumber::try_from(7).unwrap()
}

#[test]
fn two_who_share_a_code_look_for_each_other() {
    let visitor = VisitorToken::from([9; 16]);
    let token = "09090909090909090909090909090909";
    let rendezvous = |at| LobbyRequest::Rendezvous { visitor, at };
    golden(&rendezvous(Rendezvous::Open), &format!("12000000 08 {token} 00"));
    let number = seven();
    golden(
        &rendezvous(Rendezvous::Come { number }),
        &format!("13000000 08 {token} 01 07"),
    );
    golden(
        &rendezvous(Rendezvous::Either { number }),
        &format!("13000000 08 {token} 02 07"),
    );
    golden(
        &LobbyReply::Invited {
            number,
            life_secs: 600,
            port: RoomPort::try_from(1026).unwrap(),
            ticket: ticket(),
        },
        &format!("18000000 07 07 fb5802 fb0204 {TICKET}"),
    );
    golden(&Refusal::NoSuchInvitation, "01000000 0d");
    assert_eq!(encode_body(&Envelope::Spake(vec![8, 9])), [5, 2, 8, 9]);
    golden(&RoomEvent::Closing(Closing::NobodyCame), "02000000 08 02");
    golden(&RoomEvent::Closing(Closing::RendezvousOver), "02000000 08 03");
}

#[test]
fn two_may_meet_again() {
    let conversation = ConversationNumber(3);
    golden(&RoomRequest::Keep { conversation }, "02000000 07 03");
    golden(&RoomEvent::Kept { conversation }, "02000000 0d 03");
}

#[test]
fn a_circle_is_introduced() {
    let key = "07".repeat(32);
    let introduction = Introduction {
        key: Fingerprint::from([7; 32]),
        local: vec!["10.0.0.2:9".parse().unwrap()],
    };
    let circle = CircleKey::Named(CircleName::parse("Sol").unwrap());
    golden(
        &LobbyRequest::Gather {
            circle,
            introduction: introduction.clone(),
        },
        &format!("2d000000 09 00 03 536f6c {key} 01 00 0a000002 09"),
    );
    golden(
        &LobbyRequest::Gather {
            circle: CircleKey::Coded(seven()),
            introduction: introduction.clone(),
        },
        &format!("2a000000 09 01 07 {key} 01 00 0a000002 09"),
    );
    let member = CircleMember(2);
    golden(
        &LobbyReply::Gathered {
            member,
            seen_at: None,
            relays: true,
            challenge: Challenge::from([8; 32]),
        },
        &format!("24000000 08 02 00 01 {}", "08".repeat(32)),
    );
    golden(&Refusal::CircleFull, "01000000 0e");
    golden(
        &CircleRequest::Introduce(introduction.clone()),
        &format!("28000000 00 {key} 01 00 0a000002 09"),
    );
    let datagram = vec![5, 6];
    golden(
        &CircleRequest::Relay {
            to: member,
            datagram: datagram.clone(),
        },
        "05000000 01 02 02 0506",
    );
    golden(&CircleRequest::Leave, "01000000 02");
    golden(&CircleRequest::Ping, "01000000 03");
    golden(&CircleRequest::Pong, "01000000 04");
    golden(
        &CircleRequest::Prove(KeyProof {
            public: [9; 32],
            signature: [10; 64],
        }),
        &format!("62000000 05 {} 40 {}", "09".repeat(32), "0a".repeat(64)),
    );
    golden(
        &CircleEvent::Met {
            member,
            seen_at: Some("192.0.2.7:9".parse().unwrap()),
            introduction,
        },
        &format!("30000000 00 02 01 00 c0000207 09 {key} 01 00 0a000002 09"),
    );
    golden(&CircleEvent::Went { member }, "02000000 01 02");
    golden(
        &CircleEvent::Relayed {
            from: member,
            datagram,
        },
        "05000000 02 02 02 0506",
    );
    golden(&CircleEvent::Refused(Refusal::Closing), "02000000 03 02");
    golden(&CircleEvent::Ping, "01000000 04");
    golden(&CircleEvent::Pong, "01000000 05");
}

#[test]
fn members_of_a_circle_talk_to_each_other() {
    golden(&PeerMessage::Spake(vec![8, 9]), "04000000 00 02 0809");
    golden(
        &PeerMessage::Confirm([7; 32]),
        &format!("21000000 01 {}", "07".repeat(32)),
    );
    let hello = |theirs| PeerMessage::Hello {
        versions: VERSIONS,
        name: Name::parse("Ana").unwrap(),
        acquaintance: Acquaintance { ours: 5, theirs },
    };
    golden(&hello(None), "0b000000 02 01 fb2c01 03 416e61 05 00");
    golden(&hello(Some(6)), "0c000000 02 01 fb2c01 03 416e61 05 01 06");
    let text = MessageText::parse("hi").unwrap();
    golden(&PeerMessage::Text { sequence: 4, text }, "05000000 03 04 02 6869");
    golden(&PeerMessage::Sync { next: 4 }, "02000000 04 04");
    golden(&PeerMessage::Ack { next: 4 }, "02000000 05 04");
    golden(&PeerMessage::Bye, "01000000 06");
}
