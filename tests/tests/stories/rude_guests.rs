//! Every kind of guest without manners is shown out within its time, and nobody else notices: while they are still there, two
//! honest strangers meet as if nothing were the matter.

use std::time::Duration;

use acaso_shared::codec;
use acaso_shared::ids::{ConversationNumber, VisitorToken};
use acaso_shared::limits::FRAME_BYTES_MAX;
use acaso_shared::protocol::lobby::{LobbyReply, LobbyRequest, Wishes};
use acaso_shared::protocol::room::{RoomEvent, RoomRequest, SealedFrame};
use acaso_shared::protocol::{Refusal, VERSIONS};
use acaso_tests::carrier::Carrier;
use acaso_tests::house::{Entrance, House, Setup, story};
use acaso_tests::patience::soon;
use acaso_tests::rude::{Rude, refusal_in_lobby, refusal_in_room};
use anyhow::Result;
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};

/// Short enough for a story that waits for it, long enough for honest guests on a busy computer.
const SHORT: Duration = Duration::from_millis(1500);

#[tokio::test]
async fn silence_in_the_lobby() -> Result<()> {
    let short = Setup::default().timings(|timings| timings.lobby_visit = SHORT);
    story(short, async |house| {
        let mut before_tls = house.knock().await?;
        let mut after_tls = comes_in(house).await?;
        let mut after_hello = house.directions().welcomed().await?;
        house.two_strangers_meet().await?;
        let heard = before_tls.is_shown_out().await?;
        match house.carrier() {
            Carrier::Plain => assert_eq!(refusal_in_lobby(&heard)?, Refusal::TooSlow),
            // Before the handshake there is nothing that could be said in a way to be understood.
            Carrier::Tls | Carrier::Quic => assert_eq!(heard, b""),
        }
        let heard = after_tls.is_shown_out().await?;
        match house.carrier() {
            // A stream on which nothing was said is not there for the other end (RFC 9000 §3): nothing can be said on it.
            Carrier::Quic => assert_eq!(heard, b""),
            Carrier::Plain | Carrier::Tls => assert_eq!(refusal_in_lobby(&heard)?, Refusal::TooSlow),
        }
        let told = soon("a word", after_hello.receive()).await??;
        assert_eq!(told, LobbyReply::Refused(Refusal::TooSlow));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_crowd_of_silent_ones_in_the_lobby() -> Result<()> {
    story(Setup::default(), async |house| {
        let mut crowd = Vec::new();
        for _ in 0..500 {
            crowd.push(house.knock().await?);
        }
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn silence_at_the_door() -> Result<()> {
    let short = Setup::default()
        .by(Entrance::Doors)
        .forgetful()
        .timings(|timings| timings.arrival = SHORT);
    story(short, async |house| {
        let directions = house.directions();
        let (one, other) = (directions.assigned().await?, directions.assigned().await?);
        let mut before_tls = Rude::knocks(house.door(one.port.get())).await?;
        let mut after_tls = Rude::comes_in(&directions, one.port.get()).await?;
        let (mut one, mut other) = (one.enters().await?, other.enters().await?);
        one.befriended().await?;
        other.befriended().await?;
        house.two_strangers_meet().await?;
        let heard = before_tls.is_shown_out().await?;
        match house.carrier() {
            Carrier::Plain => assert_eq!(refusal_in_room(&heard)?, Refusal::TooSlow),
            Carrier::Tls | Carrier::Quic => assert_eq!(heard, b""),
        }
        let heard = after_tls.is_shown_out().await?;
        match house.carrier() {
            Carrier::Quic => assert_eq!(heard, b""),
            Carrier::Plain | Carrier::Tls => assert_eq!(refusal_in_room(&heard)?, Refusal::TooSlow),
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_crowd_of_silent_ones_at_the_door() -> Result<()> {
    story(Setup::default().by(Entrance::Doors).forgetful(), async |house| {
        let directions = house.directions();
        let (one, other) = (directions.assigned().await?, directions.assigned().await?);
        let mut crowd = Vec::new();
        for _ in 0..40 {
            crowd.push(Rude::knocks(house.door(one.port.get())).await?);
        }
        let (mut one, mut other) = (one.enters().await?, other.enters().await?);
        one.befriended().await?;
        other.befriended().await?;
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn a_frame_without_end() -> Result<()> {
    story(Setup::default().by(Entrance::Doors), async |house| {
        let directions = house.directions();
        let assigned = directions.assigned().await?;
        let mut in_lobby = comes_in(house).await?;
        let mut at_door = Rude::comes_in(&directions, assigned.port.get()).await?;
        for guest in [&mut in_lobby, &mut at_door] {
            guest.says(&u32::MAX.to_le_bytes()).await?;
        }
        assert_eq!(
            refusal_in_lobby(&in_lobby.is_shown_out().await?)?,
            Refusal::Unexpected
        );
        assert_eq!(
            refusal_in_room(&at_door.is_shown_out().await?)?,
            Refusal::Unexpected
        );

        // Announced within bounds, but never finished, and then never stopped.
        assigned.enters().await?.leaves().await?;
        let mut again = comes_in(house).await?;
        again.says_for_ever(&[0xff; 4096]).await?;
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn garbage_everywhere() -> Result<()> {
    story(Setup::default().by(Entrance::Doors), async |house| {
        let directions = house.directions();
        let mut rng = StdRng::seed_from_u64(3);
        for _ in 0..30 {
            let mut garbage = vec![0; rng.random_range(1..2000)];
            rng.fill_bytes(&mut garbage);
            let mut before_tls = house.knock().await?;
            before_tls.says(&garbage).await?;
            before_tls.says_no_more().await?;
            before_tls.is_shown_out().await?;

            let mut after_tls = comes_in(house).await?;
            after_tls.says(&garbage).await?;
            after_tls.says_no_more().await?;
            after_tls.is_shown_out().await?;

            let assigned = directions.assigned().await?;
            let mut at_door = Rude::comes_in(&directions, assigned.port.get()).await?;
            at_door.says(&garbage).await?;
            at_door.says_no_more().await?;
            at_door.is_shown_out().await?;

            let mut in_room = Rude::from(assigned.enters().await?.link.into_parts().0);
            in_room.says(&garbage).await?;
            in_room.says_no_more().await?;
            in_room.is_shown_out().await?;
        }
        house.registers(&[]).await?;
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn a_whole_frame_of_garbage_is_answered() -> Result<()> {
    story(Setup::default(), async |house| {
        let mut frame = u32::try_from(FRAME_BYTES_MAX)?.to_le_bytes().to_vec();
        frame.resize(4 + FRAME_BYTES_MAX, 0xee);
        let mut guest = comes_in(house).await?;
        guest.says(&frame).await?;
        assert_eq!(
            refusal_in_lobby(&guest.is_shown_out().await?)?,
            Refusal::Unexpected
        );
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn the_right_words_at_the_wrong_time() -> Result<()> {
    story(Setup::default().by(Entrance::Doors), async |house| {
        let visitor = VisitorToken::random();
        let join = codec::encode(&LobbyRequest::Join {
            visitor,
            wishes: Wishes::default(),
        });
        let hello = codec::encode(&LobbyRequest::Hello { versions: VERSIONS });
        let leave = codec::encode(&RoomRequest::Leave);
        let in_lobby: [&[&[u8]]; 3] = [&[&join], &[&hello, &hello], &[&leave]];
        for words in in_lobby {
            let mut guest = comes_in(house).await?;
            guest.says(&words.concat()).await?;
            assert_eq!(
                refusal_in_lobby(&guest.is_shown_out().await?)?,
                Refusal::Unexpected
            );
        }

        let directions = house.directions();
        let assigned = directions.assigned().await?;
        let sealed = codec::encode(&RoomRequest::Sealed(SealedFrame {
            conversation: ConversationNumber(1),
            body: b"for nobody".to_vec(),
        }));
        for words in [&leave, &sealed] {
            let mut guest = Rude::comes_in(&directions, assigned.port.get()).await?;
            guest.says(words).await?;
            assert_eq!(
                refusal_in_room(&guest.is_shown_out().await?)?,
                Refusal::Unexpected
            );
        }

        // And once seated, asking to enter again.
        let (ticket, mut seat) = (assigned.ticket, assigned.enters().await?);
        let versions = VERSIONS;
        seat.link.send(&RoomRequest::Enter { ticket, versions }).await?;
        assert_eq!(seat.hears().await?, RoomEvent::Refused(Refusal::Unexpected));
        drop(seat);
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn connecting_and_breaking_off_a_thousand_times() -> Result<()> {
    story(Setup::default().by(Entrance::Doors), async |house| {
        let waiting = house.directions().assigned().await?;
        for turn in 0..1000 {
            let address = if turn % 2 == 0 {
                house.lobby()
            } else {
                house.door(waiting.port.get())
            };
            Rude::knocks(address).await?.resets()?;
        }
        waiting.enters().await?.leaves().await?;
        house.registers(&[]).await?;
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn asking_for_a_seat_and_vanishing() -> Result<()> {
    story(Setup::default(), async |house| {
        for _ in 0..50 {
            let mut guest = house.directions().welcomed().await?;
            let visitor = VisitorToken::random();
            guest
                .send(&LobbyRequest::Join {
                    visitor,
                    wishes: Wishes::default(),
                })
                .await?;
            drop(guest);
        }
        // Their seats are given back at once or, where they were told, when the tickets run out.
        house.registers(&[]).await?;
        house.two_strangers_meet().await
    })
    .await
}

async fn comes_in(house: &House) -> Result<Rude> {
    Rude::comes_in(&house.directions(), house.lobby().port()).await
}
