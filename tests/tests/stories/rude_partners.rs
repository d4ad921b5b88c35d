//! Partners without manners: whoever sits in a room and does not do their part loses the seat, and the other waits on.

use std::time::Duration;

use acaso_shared::codec;
use acaso_shared::ids::ConversationNumber;
use acaso_shared::limits::{RELAY_FRAMES_BURST, RELAY_FRAMES_PER_SECOND, SEALED_BYTES_MAX};
use acaso_shared::link::{Link, LinkError, RoomGuest};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::room::{Parting, RoomEvent, RoomRequest, SealedFrame};
use acaso_shared::transport::Stream;
use acaso_tests::guest::Seat;
use acaso_tests::house::{House, Setup, story};
use acaso_tests::patience::soon;
use acaso_tests::rude::{Rude, refusal_in_room};
use anyhow::{Result, bail};
use tokio::io::AsyncWriteExt;
use tokio::time::interval;

/// Short enough for a story that waits for it, long enough for honest guests on a busy computer.
const SHORT: Duration = Duration::from_millis(1500);

#[tokio::test]
async fn a_frame_in_a_room_that_is_longer_than_any_sealed_one() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut honest, rude) = two_together(house).await?;
        let mut rude = Rude::from(rude.link.into_parts().0);
        let length = u32::try_from(SEALED_BYTES_MAX + 1)?;
        rude.says(&length.to_le_bytes()).await?;
        assert_eq!(refusal_in_room(&rude.is_shown_out().await?)?, Refusal::Unexpected);
        honest.is_left(Parting::Lost).await?;
        house.registers(&[(honest.port.get(), 1)]).await?;
        honest.leaves().await?;
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn seated_but_never_shaking_hands() -> Result<()> {
    let short = Setup::default().timings(|timings| timings.sealed_handshake = SHORT);
    story(short, async |house| {
        let mut ana = house.arrives("Ana").await?;
        let room = ana.waits().await?;
        let mut mute = house.directions().seated().await?;
        assert_eq!(mute.port, room);
        mute.paired().await?;
        loop {
            match mute.hears().await? {
                RoomEvent::Sealed(_) => {}
                RoomEvent::Refused(refusal) => break assert_eq!(refusal, Refusal::TooSlow),
                other => bail!("unexpected: {other:?}"),
            }
        }
        drop(mute);
        // She was never shown anybody, and is on offer again.
        let mut bia = house.arrives("Bia").await?;
        assert_eq!(bia.meets("Ana").await?.port, room);
        ana.meets("Bia").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn half_open_and_mute() -> Result<()> {
    let short = Setup::default().forgetful().timings(|timings| {
        timings.ping_after = SHORT / 3;
        timings.dead_after = SHORT;
    });
    story(short, async |house| {
        let (mut honest, half_open) = two_together(house).await?;
        // It is there, but neither reads nor writes any more.
        honest.is_left(Parting::Lost).await?;
        house.registers(&[(honest.port.get(), 1)]).await?;
        drop(half_open);
        let mut next = house.directions().seated().await?;
        honest.befriended().await?;
        next.befriended().await?;
        drop((honest, next));
        house.registers(&[]).await?;
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn half_closed_in_the_middle_of_a_word() -> Result<()> {
    story(Setup::default().forgetful(), async |house| {
        let (mut honest, rude) = two_together(house).await?;
        let mut rude = Rude::from(rude.link.into_parts().0);
        rude.says(&[200, 0, 0, 0, 0, 1]).await?;
        rude.says_no_more().await?;
        honest.is_left(Parting::Lost).await?;
        rude.is_shown_out().await?;
        honest.leaves().await?;
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn a_reader_who_stops_reading() -> Result<()> {
    let short = Setup::default().forgetful().timings(|timings| {
        timings.write = SHORT;
        timings.ping_after = SHORT / 3;
        timings.dead_after = 2 * SHORT;
    });
    story(short, async |house| {
        let (talker, stuck) = two_together(house).await?;
        let stuck = stuck.link.into_parts().0;
        takes_little(&stuck)?;
        let conversation = ConversationNumber(1);
        let word = codec::encode(&RoomRequest::Sealed(SealedFrame {
            conversation,
            // As much as fits: whoever says more than an outbox at once is slowed down.
            body: vec![7; SEALED_BYTES_MAX - 16],
        }));
        let (hearing, mut speaking) = tokio::io::split(talker.link.into_parts().0);
        let mut hearing: Link<_, RoomGuest> = Link::new(tokio::io::join(hearing, tokio::io::sink()));
        let mut talking = async || -> std::io::Result<()> {
            // More than that would be read slowly, and its end, behind it, late.
            for _ in 0..RELAY_FRAMES_BURST {
                speaking.write_all(&word).await?;
            }
            // Where the system takes all of it, silence tells of the one, and a word now and then of the other.
            let mut turns = interval(SHORT / 10);
            loop {
                turns.tick().await;
                speaking.write_all(&word).await?;
            }
        };
        let told = async {
            loop {
                match hearing.receive().await? {
                    RoomEvent::Ping | RoomEvent::PartnerAway { .. } => {}
                    event => return Ok::<_, LinkError>(event),
                }
            }
        };
        let left = tokio::select! {
            ended = talking() => bail!("the talker was shown out: {ended:?}"),
            told = soon("the talker is told", told) => told??,
        };
        let reason = Parting::Lost;
        assert_eq!(left, RoomEvent::PartnerLeft { conversation, reason });
        drop((stuck, hearing, speaking));
        house.registers(&[]).await?;
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn whoever_says_too_much_at_once_is_slowed_down_and_loses_nothing() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut talker, mut listener) = two_together(house).await?;
        let conversation = ConversationNumber(1);
        let frames = u16::try_from(RELAY_FRAMES_BURST + RELAY_FRAMES_PER_SECOND)?;
        for number in 0..frames {
            talker.says(conversation, &number.to_le_bytes()).await?;
        }
        listener.says(conversation, b"calm down").await?;
        talker.hears_bytes(b"calm down").await?;
        for number in 0..frames {
            listener.hears_bytes(&number.to_le_bytes()).await?;
        }
        talker.leaves().await?;
        listener.leaves().await
    })
    .await
}

/// Their system holds little of what they do not read: it would take more than anybody may say before it is slowed down.
fn takes_little(stream: &Stream) -> Result<()> {
    let socket = match stream {
        Stream::Plain(socket) => socket,
        Stream::Tls(stream) => stream.get_ref().0,
        // Its windows are narrow as they are.
        Stream::Quic(_) | Stream::Memory(_) => return Ok(()),
    };
    Ok(socket2::SockRef::from(socket).set_recv_buffer_size(4096)?)
}

/// Two who speak by hand sit together, and each has said that all is well.
async fn two_together(house: &House) -> Result<(Seat, Seat)> {
    let directions = house.directions();
    let (mut one, mut other) = (directions.seated().await?, directions.seated().await?);
    one.befriended().await?;
    other.befriended().await?;
    Ok((one, other))
}
