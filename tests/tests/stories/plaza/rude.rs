//! Guests without manners in a plaza: they do not read, say what makes no sense, vanish. Nobody else notices.

use std::time::Duration;

use acaso_shared::codec;
use acaso_shared::limits::{FRAME_BYTES_MAX, POSTS_BURST};
use acaso_shared::protocol::lobby::LobbyReply;
use acaso_shared::protocol::plaza::{PlazaEvent, PlazaRequest};
use acaso_shared::protocol::{Refusal, VERSIONS};
use acaso_shared::transport::Stream;
use acaso_tests::house::{House, Setup, story, story_once};
use acaso_tests::patience::soon;
use acaso_tests::plaza::{PRACA, Passer};
use acaso_tests::rude::Rude;
use anyhow::{Result, bail, ensure};
use tokio::net::TcpSocket;
use tokio::task::JoinSet;

use super::with_plaza;

/// Who does not read.
const SLOW: &str = "Slow";

/// Members of a large plaza.
const MANY: u64 = 1000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_hear_what_one_says_though_one_of_them_does_not_read() -> Result<()> {
    let patient = Setup::plain()
        .plaza(acaso_tests::plaza::praca())
        .timings(|timings| {
            // Ana says nothing while a thousand come in: that is no reason to take her for dead.
            (timings.ping_after, timings.dead_after) = (Duration::from_secs(300), Duration::from_secs(600));
        });
    story_once(patient, async |house| {
        let mut ana = house.directions().in_plaza("Ana").await?;
        let mut listeners = JoinSet::new();
        for _ in 0..MANY - 2 {
            let passer = house.directions().in_plaza("Listener").await?;
            listeners.spawn(hears_posts(passer, u64::from(POSTS_BURST)));
        }
        // How much systems take for somebody who does not read differs; the story below makes sure that a line is stuck.
        let slow = with_small_pockets(house).await?;
        let long = "x".repeat(60 * 1024);
        for tag in 0..u64::from(POSTS_BURST) {
            ana.says(tag, &long).await?;
            // Were the slow one waited for, they would be gone before the last is taken.
            is_taken_while_all_are_there(&mut ana).await?;
        }
        let heard = soon("everybody hears", listeners.join_all()).await?;
        // Held until here: nobody else went.
        let _heard: Vec<_> = heard.into_iter().collect::<Result<_>>()?;
        drop(slow);
        Ok(())
    })
    .await
}

async fn is_taken_while_all_are_there(author: &mut Passer) -> Result<()> {
    loop {
        match author.hears().await? {
            PlazaEvent::Posted { .. } => return Ok(()),
            PlazaEvent::Went { .. } => bail!("somebody was waited for until they had to go"),
            _ => {}
        }
    }
}

/// Hears so many posts, and that nobody but the slow one goes before the last of them.
async fn hears_posts(mut passer: Passer, posts: u64) -> Result<Passer> {
    let (mut heard, mut slow) = (0, None);
    while heard < posts {
        match passer.hears().await? {
            PlazaEvent::Came(member) if member.name.as_str() == SLOW => slow = Some(member.number),
            PlazaEvent::Here { .. } | PlazaEvent::Came(_) => {}
            PlazaEvent::Went { member } if slow == Some(member) => {}
            PlazaEvent::Post(post) if post.number.short() == heard + 1 => heard += 1,
            other => bail!("instead of post {}: {other:?}", heard + 1),
        }
    }
    Ok(passer)
}

/// Begins to read at last, and is told why they had to go.
async fn is_parted_from(slow: &mut Passer) -> Result<()> {
    loop {
        if let PlazaEvent::Refused(refusal) = slow.hears().await? {
            ensure!(refusal == Refusal::NotReading, "{refusal:?}");
            return Ok(());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_read_is_parted_from_and_told_why() -> Result<()> {
    /// As many as it takes to write more than waits for one member, on the way and in the plaza, before each has to slow down.
    const WRITERS: u64 = 30;
    // Time enough for who begins to read at last.
    let patient = Setup::plain()
        .plaza(acaso_tests::plaza::praca())
        .timings(|timings| timings.farewell = Duration::from_secs(120));
    story_once(patient, async |house| {
        let mut slow = with_small_pockets(house).await?;
        let mut writers = Vec::new();
        for _ in 0..WRITERS {
            writers.push(house.directions().in_plaza("Writer").await?);
        }
        let writers = writers
            .into_iter()
            .map(|writer| writes_and_sees_go(writer, slow.number.0));
        let writers = JoinSet::from_iter(writers);
        let written: Result<Vec<_>> = soon("the slow one goes", writers.join_all())
            .await?
            .into_iter()
            .collect();
        ensure!(written?.len() as u64 == WRITERS);
        is_parted_from(&mut slow).await
    })
    .await
}

/// Comes in by a connection of small segments whose end here keeps little of what is not read: the other end, which makes room for
/// so many segments, then keeps little as well.
async fn with_small_pockets(house: &House) -> Result<Passer> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(16 * 1024)?;
    #[cfg(unix)]
    socket2::SockRef::from(&socket).set_tcp_mss(1024)?;
    let stream = soon("a connection", socket.connect(house.lobby())).await??;
    let link = house
        .directions()
        .welcomed_by(Stream::Plain(stream), VERSIONS)
        .await?;
    match house
        .directions()
        .asks_for_plaza_by(link, PRACA, SLOW, None)
        .await?
    {
        (link, LobbyReply::Entered { member, newest }) => Ok(Passer {
            link: link.turn(),
            number: member,
            newest,
        }),
        (_, other) => bail!("instead of a plaza: {other:?}"),
    }
}

/// Writes the longest posts, one after the other, until that member has gone.
async fn writes_and_sees_go(mut writer: Passer, slow: u64) -> Result<Passer> {
    let long = "x".repeat(60 * 1024);
    let mut answered = true;
    loop {
        if answered {
            writer.says(0, &long).await?;
        }
        let event = writer.hears().await?;
        if matches!(event, PlazaEvent::Went { member } if member.0 == slow) {
            return Ok(writer);
        }
        answered = matches!(event, PlazaEvent::Posted { .. } | PlazaEvent::NotPosted { .. });
    }
}

#[tokio::test]
async fn nonsense_ends_one_visit_and_no_other() -> Result<()> {
    story(with_plaza(), async |house| {
        let (mut ana, mut bia) = super::two(house).await?;
        let too_long = u32::try_from(FRAME_BYTES_MAX + 1)?.to_le_bytes();
        let nothing_we_know = [3, 0, 0, 0, 99, 1, 2];
        let no_post = {
            // A post whose text is longer than any.
            let mut body = vec![0, 1, 0, 251];
            body.extend_from_slice(&61_500u16.to_le_bytes());
            body.resize(body.len() + 61_500, b'x');
            let mut frame = u32::try_from(body.len())?.to_le_bytes().to_vec();
            frame.extend(body);
            frame
        };
        for nonsense in [&too_long[..], &nothing_we_know[..], &no_post[..]] {
            let mut rude = enters_rudely(house).await?;
            rude.says(nonsense).await?;
            let heard = rude.is_shown_out().await?;
            ensure!(refusal_in_plaza(&heard)? == Refusal::Unexpected);
        }
        // Half a word, and gone.
        let mut rude = enters_rudely(house).await?;
        rude.says(&[200, 0]).await?;
        drop(rude);
        ana.sees(&["Ana", "Bia"]).await?;
        ana.posts("all well?").await?;
        bia.hears("Ana", "all well?").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn who_floods_with_little_words_is_slowed_down_and_nobody_else() -> Result<()> {
    story(with_plaza(), async |house| {
        let (mut ana, mut bia) = super::two(house).await?;
        let rude = house.directions().in_plaza("Rude").await?;
        ana.sees(&["Ana", "Bia", "Rude"]).await?;
        let mut flood = Rude::from(rude.link.into_parts().0);
        let ping = codec::encode(&PlazaRequest::Ping);
        let pings = ping.repeat(20_000);
        let flooding = tokio::spawn(async move {
            // Until nobody takes them any more, or the story is over.
            let _ = flood.says(&pings).await;
            flood
        });
        for text in ["one", "two", "three"] {
            ana.posts(text).await?;
            bia.hears("Ana", text).await?;
        }
        flooding.abort();
        Ok(())
    })
    .await
}

async fn enters_rudely(house: &House) -> Result<Rude> {
    let (link, _) = house.directions().asks_for_plaza(PRACA, "Rude", None).await?;
    Ok(Rude::from(link.into_parts().0))
}

fn refusal_in_plaza(mut heard: &[u8]) -> Result<Refusal> {
    let mut last = None;
    while let Some(body) = codec::first_frame(heard)? {
        last = Some(codec::decode::<PlazaEvent>(body)?);
        heard = &heard[codec::HEADER_BYTES + body.len()..];
    }
    match last {
        Some(PlazaEvent::Refused(refusal)) => Ok(refusal),
        other => bail!("instead of a refusal: {other:?}"),
    }
}
