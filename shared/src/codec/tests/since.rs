//! What was added to the wire since version 1 was frozen, at the ends of its enums: golden bytes that change together with their meaning
//! until they are frozen too.

use super::{TICKET, VERSIONS, golden, ticket};
use crate::codec::encode_body;
use crate::ids::{ConversationNumber, MessageText, Name, PlazaName, PostText, Subject};
use crate::protocol::Refusal;
use crate::protocol::lobby::{LobbyReply, LobbyRequest};
use crate::protocol::partner::{Envelope, OpenWords};
use crate::protocol::plaza::{
    Member, MemberNumber, PlazaEvent, PlazaFacts, PlazaRequest, Post, PostNumber, PostTag,
};
use crate::protocol::room::RoomEvent;

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
