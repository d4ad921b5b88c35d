//! Frames and messages: nothing panics, allocates out of proportion or spins; and what two parts read, they read alike.

use std::fmt::Debug;

use acaso_shared::codec::{self, HEADER_BYTES, Peek};
use acaso_shared::limits::{FRAME_BYTES_MAX, LIST_LEN_MAX, SEALED_BYTES_MAX};
use acaso_shared::link::{Link, LinkError, LobbyHost};
use acaso_shared::protocol::circle::{CircleEvent, CircleRequest};
use acaso_shared::protocol::lobby::{LobbyReply, LobbyRequest};
use acaso_shared::protocol::partner::{Envelope, PartnerControl, PartnerMessage};
use acaso_shared::protocol::peer::PeerMessage;
use acaso_shared::protocol::plaza::{PlazaEvent, PlazaRequest};
use acaso_shared::protocol::room::{RoomEvent, RoomRequest};
use futures_util::FutureExt;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::memory::within;

/// What a list may take, all together, while it grows to its longest by doubling: no element is larger than 64 bytes.
const LIST_BYTES_MAX: usize = 2 * 64 * LIST_LEN_MAX;

/// What decoding one body may allocate: what may be announced, a copy of what is there, a list, and a little for an error's words.
fn decoding_max(body: &[u8]) -> usize {
    FRAME_BYTES_MAX + 2 * body.len() + LIST_BYTES_MAX + 1024
}

/// What a link may allocate for each frame: a buffer, which grows in steps, and the message.
const LINK_BYTES_MAX: usize = 4 * FRAME_BYTES_MAX;

/// A peer's bytes: a link must hear exactly what stands in the frames that the relay's reader finds, and then the same kind of end.
pub fn frame(bytes: &[u8]) {
    let mut link: Link<_, LobbyHost> = Link::new(tokio::io::join(bytes, tokio::io::sink()));
    let mut rest = bytes;
    loop {
        let found = codec::first_frame(rest);
        let heard =
            within(LINK_BYTES_MAX, || link.receive().now_or_never()).expect("bytes are there at once");
        match (found, heard) {
            (Ok(Some(body)), heard) => {
                assert!(body.len() <= FRAME_BYTES_MAX);
                let decoded = within(decoding_max(body), || codec::decode::<LobbyRequest>(body));
                match (decoded, heard) {
                    (Ok(decoded), Ok(heard)) => assert_eq!(decoded, heard),
                    (Err(_), Err(LinkError::Unexpected(_))) => return,
                    other => panic!("a link and the codec disagree: {other:?}"),
                }
                rest = &rest[HEADER_BYTES + body.len()..];
            }
            (Ok(None), Err(LinkError::Closed(_))) | (Err(_), Err(LinkError::FrameTooLong)) => return,
            other => panic!("a link and the relay's reader disagree: {other:?}"),
        }
    }
}

/// What a client or a server says in the lobby, and of a circle on the lobby's link; and what two members of one say.
pub fn lobby(body: &[u8]) {
    reads_back::<CircleRequest>(body);
    reads_back::<CircleEvent>(body);
    reads_back::<PeerMessage>(body);
    reads_back::<LobbyRequest>(body);
    reads_back::<LobbyReply>(body);
}

/// What a client or a server says in a room. The relay looks without decoding, and must come to what decoding comes to.
pub fn room(body: &[u8]) {
    let request = reads_back::<RoomRequest>(body);
    let event = reads_back::<RoomEvent>(body);
    match (within(0, || codec::peek(body)), request, event) {
        (Peek::Sealed(conversation), Some(RoomRequest::Sealed(said)), Some(RoomEvent::Sealed(heard))) => {
            assert_eq!((said.conversation, &said), (conversation, &heard));
            assert!(heard.body.len() <= SEALED_BYTES_MAX);
        }
        (Peek::Sealed(_), request, event) => panic!("handed over, but unreadable: {request:?}, {event:?}"),
        // Nobody says the tag in a longer form than it needs; a room refuses who does.
        (Peek::Control, Some(RoomRequest::Sealed(_)), _) => {
            assert_ne!(body.first(), Some(&0), "a sealed frame was taken for another");
        }
        (Peek::Malformed, Some(RoomRequest::Sealed(said)), _) => {
            assert!(
                said.body.len() > SEALED_BYTES_MAX,
                "a good frame was called malformed"
            );
        }
        (Peek::Control | Peek::Malformed, ..) => {}
    }
}

/// What partners say to each other, sealed and around it.
pub fn partner(body: &[u8]) {
    reads_back::<Envelope>(body);
    reads_back::<PartnerMessage>(body);
    reads_back::<PartnerControl>(body);
}

/// What a client or a server says in a plaza.
pub fn plaza(body: &[u8]) {
    reads_back::<PlazaRequest>(body);
    reads_back::<PlazaEvent>(body);
}

/// Decodes, within bounds; what is a message must survive being said again.
fn reads_back<T: DeserializeOwned + Serialize + PartialEq + Debug>(body: &[u8]) -> Option<T> {
    let message = within(decoding_max(body), || codec::decode::<T>(body)).ok()?;
    let again = codec::encode_body(&message);
    // Numbers may have come in a longer form than they are said in.
    assert!(again.len() <= body.len());
    assert_eq!(
        codec::decode::<T>(&again).expect("what was encoded decodes"),
        message
    );
    // What is printed about it must be printable, too.
    let _ = format!("{message:?}");
    Some(message)
}
