//! The control: somebody who breaks the rules and says a canary *unsealed* to a partner who does not read, so that it waits in the
//! server's buffers. A search that does not find it there proves nothing.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use acaso_shared::ids::{Ticket, VisitorToken};
use acaso_shared::limits::SEALED_BYTES_MAX;
use acaso_shared::link::{Link, LobbyGuest, RoomGuest};
use acaso_shared::protocol::VERSIONS;
use acaso_shared::protocol::lobby::{LobbyReply, LobbyRequest, Wishes};
use acaso_shared::protocol::room::{Pairing, RoomEvent, RoomRequest, SealedFrame};
use acaso_shared::transport::{self, Security, Stream};
use anyhow::{Result, bail};
use socket2::SockRef;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::canary::{Canary, Form};

/// Who is not taken a frame of for so long pours into buffers that are full.
const FULL_AFTER: Duration = Duration::from_secs(1);

/// Longest time to pour: no system's buffers between the two hold more than is poured in it.
const POUR: Duration = Duration::from_secs(4);

/// Longest segment on the way to who does not read: the least that every network carries (RFC 9293 §3.7.1).
const SEGMENT_BYTES: u32 = 536;

/// Two who sit in one room without a handshake, one of whom does not read.
#[derive(Debug)]
pub(super) struct Control {
    _speaker: Link<Stream, RoomGuest>,
    _deaf: Link<Stream, RoomGuest>,
    _passage: Passage,
}

impl Control {
    /// Says the canary in all its forms, again and again, until nobody takes it any more.
    ///
    /// # Errors
    /// The two did not meet.
    pub(super) async fn begin(address: SocketAddr, canary: &Canary) -> Result<Self> {
        let mut speaker = enter(assigned(address).await?).await?;
        let (door, ticket) = assigned(address).await?;
        let passage = Passage::to(door).await?;
        let mut deaf = enter((passage.entrance, ticket)).await?;
        let pairing = paired(&mut speaker).await?;
        paired(&mut deaf).await?;
        passage.shut.notify_one();
        let said = RoomRequest::Sealed(SealedFrame {
            conversation: pairing.conversation,
            body: unsealed(canary),
        });
        let pour = async { while let Ok(Ok(())) = timeout(FULL_AFTER, speaker.send(&said)).await {} };
        // Either way there is more than the partner takes.
        let _ = timeout(POUR, pour).await;
        Ok(Self {
            _speaker: speaker,
            _deaf: deaf,
            _passage: passage,
        })
    }
}

/// A way to a door that carries until it is shut, and that holds next to nothing itself: what does not go through any more waits in the
/// server, not in the system's buffers on the way, which hold megabytes.
#[derive(Debug)]
struct Passage {
    entrance: SocketAddr,
    shut: Arc<Notify>,
    _carrying: JoinSet<()>,
}

impl Passage {
    async fn to(door: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind((door.ip(), 0)).await?;
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(1)?;
        // The server's system takes the size of a segment as the measure for its own buffer.
        SockRef::from(&socket).set_tcp_mss(SEGMENT_BYTES)?;
        let (entrance, shut) = (listener.local_addr()?, Arc::new(Notify::new()));
        let mut carrying = JoinSet::new();
        carrying.spawn(carry(listener, socket, door, Arc::clone(&shut)));
        Ok(Self {
            entrance,
            shut,
            _carrying: carrying,
        })
    }
}

async fn carry(listener: TcpListener, socket: TcpSocket, door: SocketAddr, shut: Arc<Notify>) {
    let (Ok((mut near, _)), Ok(mut far)) = tokio::join!(listener.accept(), socket.connect(door)) else {
        return;
    };
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
        // Both stay open, and nobody reads.
        () = shut.notified() => std::future::pending().await,
    }
}

/// As much of the canary as fits a frame, in all its forms.
fn unsealed(canary: &Canary) -> Vec<u8> {
    let forms = Form::ALL.map(|form| canary.in_form(form)).concat();
    forms.repeat(SEALED_BYTES_MAX / forms.len())
}

/// Asks for a seat as everybody does; tells the door and the ticket for it.
async fn assigned(lobby: SocketAddr) -> Result<(SocketAddr, Ticket)> {
    let mut link: Link<_, LobbyGuest> = Link::new(dial(lobby).await?);
    link.send(&LobbyRequest::Hello { versions: VERSIONS }).await?;
    let LobbyReply::Welcome { .. } = link.receive().await? else {
        bail!("the lobby does not welcome the control");
    };
    let visitor = VisitorToken::random();
    link.send(&LobbyRequest::Join {
        visitor,
        wishes: Wishes::default(),
    })
    .await?;
    match link.receive().await? {
        LobbyReply::Assigned { port, ticket } => Ok((SocketAddr::new(lobby.ip(), port.get()), ticket)),
        other => bail!("the lobby has no seat for the control: {other:?}"),
    }
}

async fn enter((door, ticket): (SocketAddr, Ticket)) -> Result<Link<Stream, RoomGuest>> {
    let mut room = Link::new(dial(door).await?);
    let versions = VERSIONS;
    room.send(&RoomRequest::Enter { ticket, versions }).await?;
    match room.receive().await? {
        RoomEvent::Seated { .. } => Ok(room),
        other => bail!("the control got no seat: {other:?}"),
    }
}

async fn dial(address: SocketAddr) -> Result<Stream> {
    let (stream, _) = transport::connect(address, Security::first_use("acaso")).await?;
    Ok(stream)
}

async fn paired(link: &mut Link<Stream, RoomGuest>) -> Result<Pairing> {
    loop {
        match link.receive().await? {
            RoomEvent::Paired(pairing) => return Ok(pairing),
            RoomEvent::Ping => {}
            other => bail!("the two of the control did not meet: {other:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_has_the_canary_in_every_form_and_passes_as_sealed() {
        let canary = Canary::hatch();
        let body = unsealed(&canary);
        assert!(body.len() <= SEALED_BYTES_MAX && body.len() > SEALED_BYTES_MAX / 2);
        for form in Form::ALL {
            let looked_for = canary.in_form(form);
            assert!(
                body.windows(looked_for.len()).any(|bytes| bytes == looked_for),
                "{form}"
            );
        }
    }
}
