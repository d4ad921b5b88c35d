//! What is said by and of people who know each other: at a rendezvous, and in a circle.

use acaso_shared::codec;
use acaso_shared::ids::{
    CircleName, ConversationNumber, Fingerprint, MessageText, Name, RendezvousNumber, RoomPort, Ticket,
    VisitorToken,
};
use acaso_shared::protocol::circle::{
    Challenge, CircleEvent, CircleKey, CircleMember, CircleRequest, Introduction, KeyProof,
};
use acaso_shared::protocol::lobby::{LobbyReply, LobbyRequest, Rendezvous};
use acaso_shared::protocol::partner::Envelope;
use acaso_shared::protocol::peer::{Acquaintance, PeerMessage};
use acaso_shared::protocol::room::{Closing, RoomEvent, RoomRequest};
use acaso_shared::protocol::{Refusal, VERSIONS};

fn number() -> RendezvousNumber {
    RendezvousNumber::try_from(70_000).expect("a code's number")
}

fn introduction() -> Introduction {
    let local = ["192.168.0.7:40000", "[fe80::7]:40000"].map(|address| address.parse().expect("an address"));
    Introduction {
        key: Fingerprint::from([7; 32]),
        local: local.to_vec(),
    }
}

pub fn lobby() -> Vec<Vec<u8>> {
    let visitor = VisitorToken::from([5; 16]);
    let number = number();
    let rendezvous = [
        Rendezvous::Open,
        Rendezvous::Come { number },
        Rendezvous::Either { number },
    ]
    .map(|at| codec::encode_body(&LobbyRequest::Rendezvous { visitor, at }));
    let named = CircleName::parse("Sol").expect("a name");
    let gather = [CircleKey::Named(named), CircleKey::Coded(number)].map(|circle| {
        codec::encode_body(&LobbyRequest::Gather {
            circle,
            introduction: introduction(),
        })
    });
    let replies = [
        LobbyReply::Invited {
            number,
            life_secs: 600,
            port: RoomPort::try_from(4127).expect("a room's port"),
            ticket: Ticket::from([9; 16]),
        },
        LobbyReply::Gathered {
            member: CircleMember(300),
            seen_at: introduction().local.first().copied(),
            relays: true,
            challenge: Challenge::from([8; 32]),
        },
        LobbyReply::Refused(Refusal::NoSuchInvitation),
        LobbyReply::Refused(Refusal::CircleFull),
    ]
    .map(|reply| codec::encode_body(&reply));
    [
        rendezvous.to_vec(),
        gather.to_vec(),
        replies.to_vec(),
        circle(),
        peers(),
    ]
    .concat()
}

fn circle() -> Vec<Vec<u8>> {
    let (member, datagram) = (CircleMember(300), vec![0xc3; 1200]);
    let requests = [
        CircleRequest::Introduce(introduction()),
        CircleRequest::Relay {
            to: member,
            datagram: datagram.clone(),
        },
        CircleRequest::Leave,
        CircleRequest::Ping,
        CircleRequest::Pong,
        CircleRequest::Prove(KeyProof {
            public: [9; 32],
            signature: [10; 64],
        }),
    ]
    .map(|said| codec::encode_body(&said));
    let events = [
        CircleEvent::Met {
            member,
            seen_at: introduction().local.first().copied(),
            introduction: introduction(),
        },
        CircleEvent::Went { member },
        CircleEvent::Relayed {
            from: member,
            datagram,
        },
        CircleEvent::Refused(Refusal::Closing),
        CircleEvent::Ping,
        CircleEvent::Pong,
    ]
    .map(|said| codec::encode_body(&said));
    [requests.to_vec(), events.to_vec()].concat()
}

fn peers() -> Vec<Vec<u8>> {
    [
        PeerMessage::Spake(vec![0x41; 33]),
        PeerMessage::Confirm([9; 32]),
        PeerMessage::Hello {
            versions: VERSIONS,
            name: Name::anonymous(),
            acquaintance: Acquaintance {
                ours: 70_000,
                theirs: Some(7),
            },
        },
        PeerMessage::Text {
            sequence: 300,
            text: MessageText::parse("hi").expect("visible"),
        },
        PeerMessage::Sync { next: 300 },
        PeerMessage::Ack { next: 7 },
        PeerMessage::Bye,
    ]
    .map(|said| codec::encode_body(&said))
    .to_vec()
}

pub fn room() -> Vec<Vec<u8>> {
    let conversation = ConversationNumber(70_000);
    vec![
        codec::encode_body(&RoomRequest::Keep { conversation }),
        codec::encode_body(&RoomEvent::Kept { conversation }),
        codec::encode_body(&RoomEvent::Closing(Closing::NobodyCame)),
        codec::encode_body(&RoomEvent::Closing(Closing::RendezvousOver)),
    ]
}

pub fn partner() -> Vec<Vec<u8>> {
    vec![codec::encode_body(&Envelope::Spake(vec![0x41; 33]))]
}
