//! The control: somebody who breaks the rules and says a canary *unsealed* to a partner who does not read, so that it waits in the
//! server's buffers. A search that does not find it there proves nothing.

use std::net::SocketAddr;
use std::time::Duration;

use acaso_shared::ids::VisitorToken;
use acaso_shared::limits::SEALED_BYTES_MAX;
use acaso_shared::link::{Link, LobbyGuest, RoomGuest};
use acaso_shared::protocol::VERSIONS;
use acaso_shared::protocol::lobby::{LobbyReply, LobbyRequest};
use acaso_shared::protocol::room::{Pairing, RoomEvent, RoomRequest, SealedFrame};
use acaso_shared::transport::{self, Security, Stream};
use anyhow::{Result, bail};
use socket2::SockRef;
use tokio::time::timeout;

use super::canary::{Canary, Form};

/// Who is not taken a frame of for so long pours into buffers that are full.
const FULL_AFTER: Duration = Duration::from_secs(1);

/// Longest time to pour: no system's buffers between the two hold more than is poured in it.
const POUR: Duration = Duration::from_secs(4);

/// Two who sit in one room without a handshake, one of whom does not read.
#[derive(Debug)]
pub(super) struct Control {
    _speaker: Link<Stream, RoomGuest>,
    _deaf: Link<Stream, RoomGuest>,
}

impl Control {
    /// Says the canary in all its forms, again and again, until nobody takes it any more.
    ///
    /// # Errors
    /// The two did not meet.
    pub(super) async fn begin(address: SocketAddr, canary: &Canary) -> Result<Self> {
        let mut speaker = sit_down(address).await?;
        let mut deaf = sit_down(address).await?;
        let pairing = paired(&mut speaker).await?;
        paired(&mut deaf).await?;
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
        })
    }
}

/// As much of the canary as fits a frame, in all its forms.
fn unsealed(canary: &Canary) -> Vec<u8> {
    let forms = Form::ALL.map(|form| canary.in_form(form)).concat();
    forms.repeat(SEALED_BYTES_MAX / forms.len())
}

/// Comes as everybody comes, to wherever the lobby sends them.
async fn sit_down(address: SocketAddr) -> Result<Link<Stream, RoomGuest>> {
    let mut lobby: Link<_, LobbyGuest> = Link::new(dial(address).await?);
    lobby.send(&LobbyRequest::Hello { versions: VERSIONS }).await?;
    let LobbyReply::Welcome { .. } = lobby.receive().await? else {
        bail!("the lobby does not welcome the control");
    };
    let visitor = VisitorToken::random();
    lobby.send(&LobbyRequest::Join { visitor }).await?;
    let LobbyReply::Assigned { port, ticket } = lobby.receive().await? else {
        bail!("the lobby has no seat for the control");
    };
    let door = SocketAddr::new(address.ip(), port.get());
    let mut room: Link<_, RoomGuest> = Link::new(dial(door).await?);
    let versions = VERSIONS;
    room.send(&RoomRequest::Enter { ticket, versions }).await?;
    match room.receive().await? {
        RoomEvent::Seated { .. } => Ok(room),
        other => bail!("the control got no seat: {other:?}"),
    }
}

/// Connects, with as little room as possible for what is not read: it is to wait in the server, not here.
async fn dial(address: SocketAddr) -> Result<Stream> {
    let (stream, _) = transport::connect(address, Security::first_use("acaso")).await?;
    if let Stream::Tls(tls) = &stream {
        SockRef::from(tls.get_ref().0).set_recv_buffer_size(1)?;
    }
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
