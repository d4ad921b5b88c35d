//! Writes the corpus that fuzzing begins with: every message there is, as the encoder says it. Without it a fuzzer would spend its
//! time on finding out what a frame is. Run it after a change of the protocol: `cargo run --example seeds` in `fuzz`.

mod known;

use std::fs;
use std::io;
use std::path::Path;

use acaso_http3::{Found, our_settings, put_frame, qpack};
use acaso_shared::codec;
use acaso_shared::ids::{
    AccountName, ConversationNumber, Generation, MessageText, Name, Password, PlazaName, PostText,
    ResumeToken, RoomPort, Subject, Ticket, VisitorToken,
};
use acaso_shared::protocol::lobby::{Access, LobbyReply, LobbyRequest, Offers, Wishes};
use acaso_shared::protocol::partner::{Envelope, OpenWords, PartnerControl, PartnerMessage};
use acaso_shared::protocol::plaza::{
    Member, MemberNumber, PlazaEvent, PlazaFacts, PlazaRequest, Post, PostNumber, PostTag,
};
use acaso_shared::protocol::room::{Closing, Pairing, Parting, Role, RoomEvent, RoomRequest, SealedFrame};
use acaso_shared::protocol::{Refusal, VERSIONS};

/// Found by fuzzing: bytes that announce more bytes than there are, for which a megabyte was reserved.
const ANNOUNCED: [&[u8]; 2] = [
    &[
        0, 0xab, 0xfc, 0x70, 0x13, 0x1e, 0, 0, 0x27, 0x0c, 5, 9, 4, 3, 0, 1,
    ],
    &[2, 1, 0xfc, 0x30, 0xfa, 0x11, 1, 0xfb, 0, 0x6d, 0xed, 0x2c, 1],
];

/// Found by fuzzing: a sealed frame whose tag takes three bytes instead of one.
const LONG_TAG: [u8; 6] = [0xfb, 0, 0, 1, 1, 9];

/// Found by fuzzing: a long list whose last element announces a text of a whole frame.
fn long_list() -> Vec<u8> {
    const TEXT_ANNOUNCED: [u8; 3] = [0xfb, 0xff, 0xff];
    let plazas = LobbyReply::Plazas(vec![plaza_facts(); 147]);
    let last = codec::encode_body(&plaza_facts()).len();
    let whole = codec::encode_body(&plazas);
    [&whole[..whole.len() - last], &TEXT_ANNOUNCED].concat()
}

fn main() -> io::Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let (requests, replies) = (lobby_requests(), lobby_replies());
    let lobby = requests.iter().map(codec::encode_body);
    write(
        &corpus.join("lobby"),
        lobby
            .chain(replies.iter().map(codec::encode_body))
            .chain(known::lobby())
            .chain([long_list()]),
    )?;
    let room = room_requests().into_iter().map(|said| codec::encode_body(&said));
    let events = room_events().into_iter().map(|said| codec::encode_body(&said));
    write(
        &corpus.join("room"),
        room.chain(events)
            .chain(known::room())
            .chain([ANNOUNCED[0].to_vec(), LONG_TAG.to_vec()]),
    )?;
    write(
        &corpus.join("partner"),
        partner().chain(known::partner()).chain([ANNOUNCED[1].to_vec()]),
    )?;
    write(&corpus.join("plaza"), plaza())?;
    write(&corpus.join("http3"), http3())?;
    let frames: Vec<Vec<u8>> = requests.iter().map(|said| codec::encode(said).to_vec()).collect();
    let all = frames.concat();
    write(
        &corpus.join("frame"),
        frames.into_iter().chain([all, vec![0xff; 4]]),
    )?;
    write(&corpus.join("handshake"), handshakes())
}

/// One file for each, named by its number.
fn write(directory: &Path, seeds: impl Iterator<Item = Vec<u8>>) -> io::Result<()> {
    if directory.exists() {
        fs::remove_dir_all(directory)?;
    }
    fs::create_dir_all(directory)?;
    for (number, seed) in seeds.enumerate() {
        fs::write(directory.join(format!("{number:02}")), seed)?;
    }
    Ok(())
}

fn port() -> RoomPort {
    RoomPort::try_from(4127).expect("a port of a room")
}

fn lobby_requests() -> Vec<LobbyRequest> {
    let password = Password::parse("correct horse").expect("a password");
    let account = AccountName::parse("ana.b").expect("an account");
    let token = ResumeToken::from([7; 16]);
    vec![
        LobbyRequest::Hello { versions: VERSIONS },
        LobbyRequest::Login {
            account: None,
            password: password.clone(),
        },
        LobbyRequest::Login {
            account: Some(account),
            password,
        },
        LobbyRequest::Join {
            visitor: VisitorToken::from([8; 16]),
            wishes: Wishes::OLD_CLIENTS,
        },
        LobbyRequest::Resume { token },
        LobbyRequest::Abandon { token, block: None },
        LobbyRequest::Abandon {
            token,
            block: Some(ConversationNumber(3)),
        },
        LobbyRequest::Enter {
            ticket: Ticket::from([9; 16]),
            versions: VERSIONS,
        },
        LobbyRequest::Plazas,
        LobbyRequest::Visit {
            plaza: plaza_name(),
            name: member().name,
            seen: Some(PostNumber(70_000)),
        },
    ]
}

fn lobby_replies() -> Vec<LobbyReply> {
    let ticket = Ticket::from([9; 16]);
    let mut replies = vec![
        LobbyReply::LoggedIn,
        LobbyReply::Assigned { port: port(), ticket },
        LobbyReply::Over {
            reason: Parting::Removed,
        },
        LobbyReply::Entered {
            member: MemberNumber(300),
            newest: Some(PostNumber(70_000)),
        },
        LobbyReply::Plazas(vec![plaza_facts()]),
    ];
    let welcome = |access| LobbyReply::Welcome {
        version: 1,
        rooms_in_use: 70_000,
        access,
        offers: Offers::PLAZAS,
    };
    replies.extend([Access::Open, Access::Password, Access::Accounts].map(welcome));
    replies.extend(refusals().into_iter().map(LobbyReply::Refused));
    replies
}

fn refusals() -> Vec<Refusal> {
    let secs = 300;
    vec![
        Refusal::Version(VERSIONS),
        Refusal::Full {
            people: 17_948,
            retry_after_secs: secs,
        },
        Refusal::Closing,
        Refusal::BadTicket,
        Refusal::Unexpected,
        Refusal::Registry {
            retry_after_secs: secs,
        },
        Refusal::TooSlow,
        Refusal::Login {
            retry_after_secs: secs,
        },
        Refusal::SlowDown {
            retry_after_secs: secs,
        },
        Refusal::Banned { remaining_secs: secs },
        Refusal::Forgotten,
        Refusal::NoSuchPlaza,
        Refusal::NotReading,
    ]
}

fn sealed() -> SealedFrame {
    SealedFrame {
        conversation: ConversationNumber(3),
        body: codec::encode_body(&data(200)),
    }
}

fn room_requests() -> Vec<RoomRequest> {
    let conversation = ConversationNumber(70_000);
    vec![
        RoomRequest::Sealed(sealed()),
        RoomRequest::Enter {
            ticket: Ticket::from([9; 16]),
            versions: VERSIONS,
        },
        RoomRequest::Ready { conversation },
        RoomRequest::Leave,
        RoomRequest::Block { conversation },
        RoomRequest::Ping,
        RoomRequest::Pong,
    ]
}

fn room_events() -> Vec<RoomEvent> {
    let (conversation, resume) = (ConversationNumber(3), ResumeToken::from([7; 16]));
    let mut events = vec![
        RoomEvent::Seated {
            port: port(),
            generation: Generation(1 << 40),
            resume,
        },
        RoomEvent::Resumed { conversation, resume },
        RoomEvent::PartnerAway {
            conversation,
            grace_secs: 60,
        },
        RoomEvent::PartnerBack { conversation },
        RoomEvent::PartnerLeft {
            conversation,
            reason: Parting::Lost,
        },
        RoomEvent::Move {
            port: port(),
            ticket: Ticket::from([9; 16]),
        },
        RoomEvent::Closing(Closing::Room),
        RoomEvent::Refused(Refusal::BadTicket),
        RoomEvent::Ping,
        RoomEvent::Pong,
        RoomEvent::PairedOpen {
            conversation,
            both: true,
        },
    ];
    let paired = |role| {
        RoomEvent::Paired(Pairing {
            generation: Generation(9),
            conversation,
            role,
            version: 1,
            initiator_versions: VERSIONS,
            responder_versions: VERSIONS,
        })
    };
    events.extend([Role::Initiator, Role::Responder].map(paired));
    events
}

fn plaza_name() -> PlazaName {
    PlazaName::parse("Praça do Sol").expect("a name")
}

fn plaza_facts() -> PlazaFacts {
    PlazaFacts {
        name: plaza_name(),
        people: 3,
        people_max: 1000,
        port: 1025,
        history: 50,
    }
}

fn member() -> Member {
    Member {
        number: MemberNumber(300),
        name: Name::parse("Bia").expect("a name"),
    }
}

fn plaza() -> impl Iterator<Item = Vec<u8>> {
    let (tag, number, unix_secs) = (PostTag(70_000), PostNumber(300), 1_800_000_000);
    let subject = Some(Subject::parse("the sea").expect("a subject"));
    let text = PostText::parse("two\nlines").expect("a text");
    let refusal = Refusal::SlowDown { retry_after_secs: 3 };
    let requests = [
        PlazaRequest::Post {
            tag,
            subject: subject.clone(),
            text: text.clone(),
        },
        PlazaRequest::Leave,
        PlazaRequest::Ping,
        PlazaRequest::Pong,
    ];
    let events = [
        PlazaEvent::Here {
            members: vec![member(), member()],
        },
        PlazaEvent::Post(Post {
            number,
            author: member(),
            subject,
            text,
            unix_secs,
        }),
        PlazaEvent::Posted {
            tag,
            number,
            unix_secs,
        },
        PlazaEvent::NotPosted { tag, refusal },
        PlazaEvent::Came(member()),
        PlazaEvent::Went {
            member: member().number,
        },
        PlazaEvent::Refused(refusal),
        PlazaEvent::Ping,
        PlazaEvent::Pong,
    ];
    let requests = requests.map(|said| codec::encode_body(&said)).into_iter();
    requests.chain(events.map(|said| codec::encode_body(&said)))
}

/// The first byte says what the others are: settings, a field section, a control stream, or a request and its tunnel.
fn http3() -> impl Iterator<Item = Vec<u8>> {
    let section = qpack::encode(&[
        (":method", "CONNECT"),
        (":path", "/ws"),
        (":protocol", "websocket"),
        ("sec-websocket-version", "13"),
    ]);
    // Huffman-coded: the path and the protocol.
    let coded = [
        0, 0, 0xcf, 0x51, 0x83, 0x63, 0xf0, 0x47, 0x27, 0x00, 0xb9, 0x5d, 0x87, 0x49, 0xc8, 0x7a, 0x3f, 0x87,
    ];
    let framed = |frames: &[Found<'_>]| {
        let mut bytes = Vec::new();
        frames.iter().for_each(|frame| put_frame(frame, &mut bytes));
        bytes
    };
    let settings = our_settings();
    let control = framed(&[Found::Settings(settings.clone())]);
    let request = framed(&[
        Found::Headers(section.clone()),
        Found::Data(b"hello"),
        Found::Data(b""),
    ]);
    // A frame that nobody knows, in the middle.
    let greased = [request.as_slice(), &[0x21, 2, 0, 0, 0, 1, b'!']].concat();
    [
        [&[0], settings.as_slice()].concat(),
        [&[1], section.as_slice()].concat(),
        [&[1], coded.as_slice()].concat(),
        [&[2], control.as_slice(), &[13, 1, 0, 7, 1, 0]].concat(),
        [&[3], request.as_slice()].concat(),
        [&[3], greased.as_slice()].concat(),
    ]
    .into_iter()
}

fn data(bytes: u8) -> Envelope {
    Envelope::Data {
        sequence: 300,
        ciphertext: (0..bytes).collect(),
    }
}

fn partner() -> impl Iterator<Item = Vec<u8>> {
    let envelopes = [
        Envelope::First(vec![1; 64]),
        Envelope::Second(vec![2; 96]),
        data(144),
        Envelope::Control {
            counter: 1 << 62,
            ciphertext: vec![3; 144],
        },
        Envelope::Open(OpenWords::Verbatim(b"Bia: oi".to_vec())),
        Envelope::Open(OpenWords::Introduce { name: member().name }),
        Envelope::Open(OpenWords::Text {
            text: MessageText::parse("oi").expect("a text"),
        }),
    ];
    let messages = [
        PartnerMessage::Reveal { nonce: [4; 32] },
        PartnerMessage::Introduce {
            name: Name::parse("Anastácia 金").expect("a name"),
        },
        PartnerMessage::Text {
            text: MessageText::parse("olá, 金丝雀 👨‍👩‍👧‍👦\nand more").expect("a text"),
        },
    ];
    let controls = [
        PartnerControl::Sync { next: 7 },
        PartnerControl::Ack { next: 300 },
        PartnerControl::Seen { next: 70_000 },
        PartnerControl::Typing,
        PartnerControl::Bye { next: 1 << 40 },
    ];
    let envelopes = envelopes.map(|said| codec::encode_body(&said)).into_iter();
    let messages = messages.map(|said| codec::encode_body(&said)).into_iter();
    envelopes
        .chain(messages)
        .chain(controls.map(|said| codec::encode_body(&said)))
}

/// Steps as the target reads them: what is done and at which end (the lowest bit), then what that needs.
fn handshakes() -> impl Iterator<Item = Vec<u8>> {
    /// What the initiator said first goes over, the answer comes back, the nonce goes over.
    const HONEST: [u8; 6] = [0, 0, 1, 0, 0, 1];
    let then = |steps: &[u8]| [HONEST.as_slice(), steps].concat();
    /// The same after both have said what they compare; the highest bits say which codes they have.
    const WITH_A_CODE: [u8; 10] = [0x80, 0, 1, 0, 0, 1, 1, 1, 0, 2];
    let with = |codes: u8| [&[WITH_A_CODE[0] | codes], &WITH_A_CODE[1..]].concat();
    let invented = codec::encode_body(&Envelope::First(vec![1; 64]));
    let length = u8::try_from(invented.len()).expect("a short envelope");
    [
        HONEST.to_vec(),
        // Each says something long and something about the conversation, and it goes over.
        then(&[6, 200, 7, 3, 8, 5, 9, 6, 0, 2, 1, 1, 0, 3, 1, 2]),
        // The same comes twice, and the beginning comes again.
        then(&[6, 65, 0, 2, 0, 2, 0, 0, 1, 0]),
        // One bit is turned in each of the three, and something is cut and grows.
        vec![4, 0, 40, 1, 1, 0],
        [&HONEST[..2], &[5, 0, 70, 4]].concat(),
        [&HONEST[..4], &[4, 1, 9, 8]].concat(),
        then(&[6, 65, 4, 2, 30, 0]),
        then(&[6, 65, 4, 2, 30, 255]),
        // A message under another number.
        then(&[6, 65, 10, 9, 2]),
        // Somebody in between begins a handshake of their own.
        [&[13, length], invented.as_slice(), &[1, 0, 0, 1]].concat(),
        // The same code, and a message; another one; only one has one; what is compared is damaged, or said again.
        [with(0).as_slice(), &[6, 200, 0, 3]].concat(),
        with(0x40),
        vec![0x40, 0, 1, 0],
        vec![0x84, 0, 12, 1, 1, 0],
        vec![0x80, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1],
    ]
    .into_iter()
}
