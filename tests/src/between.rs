//! Somebody between the clients and a server: sees every byte that the server sees, and may change one.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use acaso_shared::codec::{self, HEADER_BYTES, Peek};
use acaso_shared::protocol::VersionRange;
use acaso_shared::protocol::lobby::LobbyRequest;
use acaso_shared::protocol::room::{Role, RoomEvent, RoomRequest};
use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::loopback::own_address;

/// What an old client speaks.
const OLD: VersionRange = VersionRange { min: 1, max: 1 };

/// What is done to the bytes on their way. Whoever does more than listen needs connections without TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meddling {
    /// Nothing.
    Listens,
    /// One bit of the third sealed frame of each connection is turned over: after the handshake and the introduction, this
    /// is the first thing somebody says.
    TurnsOneBit,
    /// The server is told that every client speaks the oldest version only.
    MakesClientsOld,
    /// Every client is told that its partner speaks the oldest version only.
    MakesPartnersOld,
}

/// Somebody in between, at an address of their own, with the lobby and the rooms at the server's ports.
#[derive(Debug)]
pub struct Between {
    lobby: SocketAddr,
    overheard: Overheard,
    _ears: JoinSet<()>,
}

/// What went by: one recording for each direction of each connection.
type Overheard = Arc<Mutex<Vec<Vec<u8>>>>;

impl Between {
    /// Listens at the lobby's port and those of the rooms, and passes everything on.
    ///
    /// # Errors
    /// A port is taken.
    pub async fn new(
        server: SocketAddr,
        rooms: impl IntoIterator<Item = u16>,
        meddling: Meddling,
    ) -> Result<Self> {
        let address = IpAddr::from(own_address());
        let overheard = Overheard::default();
        let mut ears = JoinSet::new();
        for port in rooms.into_iter().chain([server.port()]) {
            let listener = TcpListener::bind((address, port)).await?;
            let target = SocketAddr::new(server.ip(), port);
            let room = port != server.port();
            ears.spawn(pass_on(listener, target, room, meddling, overheard.clone()));
        }
        Ok(Self {
            lobby: SocketAddr::new(address, server.port()),
            overheard,
            _ears: ears,
        })
    }

    /// Where clients take this one for the server.
    pub fn lobby(&self) -> SocketAddr {
        self.lobby
    }

    /// Everything that went by so far, each direction of each connection by itself.
    pub fn overheard(&self) -> Vec<Vec<u8>> {
        recordings(&self.overheard).clone()
    }
}

async fn pass_on(
    listener: TcpListener,
    target: SocketAddr,
    room: bool,
    meddling: Meddling,
    overheard: Overheard,
) {
    let mut ways = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        // A door that is shut shuts this one too: the client sees its connection end.
        let Ok(server) = TcpStream::connect(target).await else {
            continue;
        };
        let (client, server) = (client.into_split(), server.into_split());
        let [from_client, from_server] = meddling.hands(room);
        ways.spawn(Way::new(client.0, server.1, from_client, &overheard).carry());
        ways.spawn(Way::new(server.0, client.1, from_server, &overheard).carry());
    }
}

/// What is done to each frame that goes one way; none: it passes as it is.
type Hand = Option<fn(&mut Frames, &mut Vec<u8>)>;

impl Meddling {
    /// What is done to what the client says, and to what the server says, at a room's door or in the lobby.
    fn hands(self, room: bool) -> [Hand; 2] {
        match (self, room) {
            (Self::TurnsOneBit, true) => [Some(|frames, frame| frames.turn_one_bit(frame)), None],
            (Self::MakesClientsOld, true) => [Some(|_, frame| make_guest_old(frame)), None],
            (Self::MakesClientsOld, false) => [Some(|_, frame| make_visitor_old(frame)), None],
            (Self::MakesPartnersOld, true) => [None, Some(|_, frame| make_partner_old(frame))],
            (Self::Listens, _) | (Self::TurnsOneBit | Self::MakesPartnersOld, false) => [None, None],
        }
    }
}

fn make_visitor_old(frame: &mut Vec<u8>) {
    if let Ok(LobbyRequest::Hello { .. }) = codec::decode(&frame[HEADER_BYTES..]) {
        *frame = codec::encode(&LobbyRequest::Hello { versions: OLD }).into();
    }
}

fn make_guest_old(frame: &mut Vec<u8>) {
    if let Ok(RoomRequest::Enter { ticket, .. }) = codec::decode(&frame[HEADER_BYTES..]) {
        let versions = OLD;
        *frame = codec::encode(&RoomRequest::Enter { ticket, versions }).into();
    }
}

fn make_partner_old(frame: &mut Vec<u8>) {
    if let Ok(RoomEvent::Paired(mut told)) = codec::decode(&frame[HEADER_BYTES..]) {
        told.version = OLD.max;
        match told.role {
            Role::Initiator => told.responder_versions = OLD,
            Role::Responder => told.initiator_versions = OLD,
        }
        *frame = codec::encode(&RoomEvent::Paired(told)).into();
    }
}

/// One direction of one connection.
struct Way {
    from: OwnedReadHalf,
    to: OwnedWriteHalf,
    hand: Hand,
    overheard: Overheard,
    recording: usize,
}

impl Way {
    fn new(from: OwnedReadHalf, to: OwnedWriteHalf, hand: Hand, overheard: &Overheard) -> Self {
        let recording = {
            let mut all = recordings(overheard);
            all.push(Vec::new());
            all.len() - 1
        };
        let overheard = overheard.clone();
        Self {
            from,
            to,
            hand,
            overheard,
            recording,
        }
    }

    async fn carry(mut self) {
        let mut bytes = vec![0; 16 * 1024];
        let mut said = Frames::default();
        while let Ok(length @ 1..) = self.from.read(&mut bytes).await {
            let read = &bytes[..length];
            recordings(&self.overheard)[self.recording].extend_from_slice(read);
            let passed_on = match self.hand {
                None => self.to.write_all(read).await,
                Some(hand) => self.to.write_all(&said.meddle(read, hand)).await,
            };
            if passed_on.is_err() {
                return;
            }
        }
        // The other end of this direction learns of it by the half that is dropped here.
    }
}

/// Whole frames, as they come together.
#[derive(Default)]
struct Frames {
    partial: Vec<u8>,
    sealed: u32,
}

impl Frames {
    /// The whole frames so far, after the hand was laid on each.
    fn meddle(&mut self, read: &[u8], hand: fn(&mut Self, &mut Vec<u8>)) -> Vec<u8> {
        self.partial.extend_from_slice(read);
        let mut out = Vec::new();
        while let Ok(Some(body)) = codec::first_frame(&self.partial) {
            let length = HEADER_BYTES + body.len();
            let mut frame = self.partial.drain(..length).collect();
            hand(self, &mut frame);
            out.append(&mut frame);
        }
        out
    }

    fn turn_one_bit(&mut self, frame: &mut [u8]) {
        if let Peek::Sealed(_) = codec::peek(&frame[HEADER_BYTES..]) {
            self.sealed += 1;
            if let Some(last) = frame.last_mut().filter(|_| self.sealed == 3) {
                *last ^= 1;
            }
        }
    }
}

fn recordings(overheard: &Overheard) -> std::sync::MutexGuard<'_, Vec<Vec<u8>>> {
    overheard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether the text is to be found there, as it is, in UTF-16, in hexadecimal or in base64.
pub fn shows(bytes: &[u8], text: &str) -> bool {
    let lower = bytes.to_ascii_lowercase();
    let found = |needle: &[u8]| contains(bytes, needle);
    let encoded = || {
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        [text.as_bytes().to_vec(), little, big]
    };
    encoded().iter().any(|plain| {
        found(plain)
            || contains(&lower, hex(plain).as_bytes())
            || (0..3).any(|skip| found(&base64(&plain[skip..])))
    })
}

/// Whether these bytes are to be found there.
pub fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Base64 (RFC 4648) of the whole groups of three: what comes after them depends on what follows the text.
fn base64(bytes: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |group: &[u8; 3]| {
        let [a, b, c] = group.map(u32::from);
        let bits = a << 16 | b << 8 | c;
        [18, 12, 6, 0].map(|shift| DIGITS[(bits >> shift & 63) as usize])
    };
    bytes.as_chunks::<3>().0.iter().flat_map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_in_whatever_dress_it_goes() {
        let text = "a secret between Ana and Bia";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let dresses = [
            text.as_bytes().to_vec(),
            utf16.clone(),
            hex(text.as_bytes()).to_uppercase().into_bytes(),
            hex(&utf16).into_bytes(),
            base64(text.as_bytes()),
            base64(&utf16),
        ];
        for dress in dresses {
            let hidden = [b"before ".as_slice(), &dress, b" after"].concat();
            assert!(shows(&hidden, text), "{}", String::from_utf8_lossy(&hidden));
        }
        for before in ["x", "xy", "xyz"] {
            let whole = base64(format!("{before}{text}. And what follows.").as_bytes());
            assert!(shows(&whole, text), "after {before}");
        }
        assert!(!shows(b"a secret between Ana and Bob, and nothing else", text));
    }

    #[test]
    fn base64_is_as_everybody_writes_it() {
        assert_eq!(base64(b"Man"), b"TWFu");
        assert_eq!(base64(b"\xfb\xff\xbfMa"), b"+/+/");
    }
}
