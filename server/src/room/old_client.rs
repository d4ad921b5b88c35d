//! A translator: stands in a seat for somebody with Pychat's client. To the room it is a guest like any other, who says and hears our
//! frames; to the client it is what Pychat's own server was, raw bytes without frames or ends of lines.

mod words;

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use acaso_shared::codec;
use acaso_shared::ids::ConversationNumber;
use acaso_shared::link::{Exchanged, Link, LinkError, RoomGuest};
use acaso_shared::protocol::partner::{Envelope, OpenWords};
use acaso_shared::protocol::room::{RoomEvent, RoomRequest, SealedFrame};
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::net::TcpStream;
use tokio::time::timeout;

use self::words::{Listener, Speaker};
use super::Context;
use crate::budget::Place;

/// Most that is read from an old client at once; what one person says at once is seldom longer.
const PIECE_BYTES_MAX: usize = 4096;

/// What lies between the room and its translator in each direction: a frame or two. More makes the room wait, as a network does.
const BETWEEN_BYTES: usize = 8 * 1024;

/// An old client says nothing for as long as its person thinks, and knows no question for a sign of life. The system asks instead.
const KEEPALIVE_AFTER: Duration = Duration::from_secs(60);

/// How often it asks again while there is no answer.
const KEEPALIVE_EVERY: Duration = Duration::from_secs(15);

/// Somebody in the door with an old client: they come from where one is expected, and say nothing.
#[derive(Debug)]
pub(crate) struct OldArrival {
    pub(super) line: TcpStream,
    pub(super) ip: IpAddr,
    pub(super) place: Place,
}

/// Begins to translate for them. Returns the end that is the room's; whoever closes it ends the translation.
pub(super) fn translate(line: TcpStream, context: &Arc<Context>) -> DuplexStream {
    let (ours, rooms) = tokio::io::duplex(BETWEEN_BYTES);
    let translator = Translator {
        line,
        link: Link::new(ours),
        listener: Listener::default(),
        speaker: Speaker::default(),
        talk: None,
        write_patience: context.timings.write,
    };
    let farewell = context.timings.farewell;
    context.tracker.spawn(translator.run(farewell));
    rooms
}

struct Translator {
    line: TcpStream,
    link: Link<DuplexStream, RoomGuest>,
    listener: Listener,
    speaker: Speaker,
    talk: Option<Talk>,
    write_patience: Duration,
}

/// What goes on with whoever sits in the other seat.
#[derive(Clone, Copy)]
struct Talk {
    number: ConversationNumber,
    /// They have an old client too.
    both: bool,
}

/// Why there is nothing more to translate.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("they said goodbye")]
    Left,
    #[error("the room sends them away")]
    ByRoom,
    #[error("their connection broke: {0}")]
    Line(#[from] io::Error),
    #[error("they take nothing that is said to them")]
    NotReading,
    #[error("the room is gone: {0}")]
    Room(#[from] LinkError),
}

impl Translator {
    async fn run(mut self, farewell: Duration) {
        let Err(ended) = self.carry().await;
        tracing::debug!(%ended, "an old client is not translated for any more");
        if matches!(ended, Ended::Left) && self.link.queue(&RoomRequest::Leave).is_ok() {
            self.link.close(farewell).await;
        } else {
            // The room takes a link that ends without a word for a lost one.
            drop(self.link);
        }
        close(self.line, farewell).await;
    }

    async fn carry(&mut self) -> Result<std::convert::Infallible, Ended> {
        let keepalive = TcpKeepalive::new()
            .with_time(KEEPALIVE_AFTER)
            .with_interval(KEEPALIVE_EVERY);
        SockRef::from(&self.line).set_tcp_keepalive(&keepalive)?;
        let mut piece = vec![0; PIECE_BYTES_MAX];
        loop {
            // Whoever is not listened to by the room is not listened to here: what they say waits in the network.
            let may_speak = self.link.is_idle();
            tokio::select! {
                exchanged = self.link.exchange() => match exchanged? {
                    Exchanged::Said => {}
                    Exchanged::Heard(event) => self.heard(event).await?,
                },
                read = self.line.read(&mut piece), if may_speak => match read? {
                    0 => return Err(Ended::Left),
                    read => self.said(&piece[..read])?,
                },
            }
        }
    }

    /// Their person, or their program, said that.
    fn said(&mut self, piece: &[u8]) -> Result<(), Ended> {
        let goes_on = piece.len() == PIECE_BYTES_MAX;
        // Also while nobody is there to hear it: whoever comes is told the name.
        let words = self.listener.hear(piece, goes_on);
        match self.talk {
            None => Ok(()),
            Some(Talk { number, both: true }) => self.say(number, OpenWords::Verbatim(piece.to_vec())),
            Some(Talk { number, both: false }) => {
                words.into_iter().try_for_each(|words| self.say(number, words))
            }
        }
    }

    fn say(&mut self, conversation: ConversationNumber, words: OpenWords) -> Result<(), Ended> {
        let body = codec::encode_body(&Envelope::Open(words));
        Ok(self
            .link
            .queue(&RoomRequest::Sealed(SealedFrame { conversation, body }))?)
    }

    /// The room said something.
    async fn heard(&mut self, event: RoomEvent) -> Result<(), Ended> {
        match event {
            RoomEvent::PairedOpen { conversation, both } => self.begin(conversation, both),
            RoomEvent::Sealed(frame) => self.translate(&frame).await,
            RoomEvent::PartnerLeft { .. } => {
                self.talk = None;
                let goodbye = self.speaker.part();
                self.write(&goodbye).await
            }
            RoomEvent::Ping => Ok(self.link.queue(&RoomRequest::Pong)?),
            RoomEvent::Closing(_) | RoomEvent::Refused(_) | RoomEvent::Move { .. } => Err(Ended::ByRoom),
            // What nobody with an old client is told, or what means nothing to them.
            RoomEvent::Seated { .. }
            | RoomEvent::Resumed { .. }
            | RoomEvent::PartnerAway { .. }
            | RoomEvent::PartnerBack { .. }
            | RoomEvent::Paired(_)
            | RoomEvent::Kept { .. }
            | RoomEvent::Pong => Ok(()),
        }
    }

    fn begin(&mut self, number: ConversationNumber, both: bool) -> Result<(), Ended> {
        self.talk = Some(Talk { number, both });
        match self.listener.name().filter(|_| !both) {
            Some(name) => self.say(number, OpenWords::Introduce { name }),
            None => Ok(()),
        }
    }

    /// What the partner said, in the words of an old client.
    async fn translate(&mut self, frame: &SealedFrame) -> Result<(), Ended> {
        let Some(talk) = self.talk.filter(|talk| talk.number == frame.conversation) else {
            return Ok(());
        };
        let line = match codec::decode(&frame.body) {
            Ok(Envelope::Open(OpenWords::Verbatim(bytes))) if talk.both => words::ascii_bytes(bytes),
            Ok(Envelope::Open(OpenWords::Introduce { name })) if !talk.both => self.speaker.introduce(&name),
            Ok(Envelope::Open(OpenWords::Text { text })) if !talk.both => self.speaker.say(&text),
            // A partner who breaks the protocol is heard by nobody.
            _ => return Ok(()),
        };
        self.write(&line).await
    }

    async fn write(&mut self, line: &[u8]) -> Result<(), Ended> {
        let written = timeout(self.write_patience, self.line.write_all(line)).await;
        Ok(written.map_err(|_| Ended::NotReading)??)
    }
}

/// Closes, and waits until they have closed as well: a socket that is closed with unread bytes in it is reset, and the reset could
/// overtake what they were told last.
async fn close(mut line: TcpStream, patience: Duration) {
    let farewell = async {
        line.shutdown().await?;
        tokio::io::copy(&mut line, &mut tokio::io::sink()).await
    };
    if let Ok(Err(error)) = timeout(patience, farewell).await {
        tracing::trace!(%error, "an old client was gone before the farewell");
    }
}
