//! One old client's visit: what they say goes to the plaza, one message after the other; what is said there, their own words
//! included, goes to them. It holds one message of theirs at most.

use std::time::Duration;

use acaso_shared::limits::WRITE_TIMEOUT;
use acaso_shared::link::LinkError;
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::plaza::{
    Member, MemberNumber, PlazaEvent, PlazaRequest, Post, PostNumber, PostTag,
};
use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::codec::FramedRead;

use super::wire::{Said, Wire, told};
use super::{Inside, Way};
use crate::plaza::{Meter, Rate};

/// How often somebody may call themselves something else: each time they go and come again.
const RENAMES: Rate = Rate {
    burst: 3,
    per_second: 1,
};

/// Longest wait before a message is tried again.
const RETRY_MAX: Duration = Duration::from_secs(60);

/// One visit.
#[derive(Debug)]
pub(super) struct Bridge {
    heard: FramedRead<OwnedReadHalf, Wire>,
    line: OwnedWriteHalf,
    inside: Inside,
    way: Way,
    /// Their message that has no answer yet; until it has one, no other is read.
    saying: Option<Said>,
    /// When it is said again.
    again: Option<Instant>,
    renames: Meter,
    /// The last post they were told.
    seen: Option<PostNumber>,
}

/// The visit is over.
#[derive(Debug)]
struct Over;

impl From<LinkError> for Over {
    fn from(error: LinkError) -> Self {
        tracing::debug!(%error, "an old client's visit to a plaza ended");
        Self
    }
}

impl Bridge {
    pub(super) fn new(line: TcpStream, inside: Inside, way: Way) -> Self {
        let (heard, line) = line.into_split();
        Self {
            heard: FramedRead::new(heard, Wire::default()),
            line,
            inside,
            way,
            saying: None,
            again: None,
            renames: Meter::new(RENAMES, Instant::now()),
            seen: None,
        }
    }

    /// Translates until either side has had enough.
    pub(super) async fn run(mut self) {
        while self.turn().await.is_ok() {}
        // What they said before they went was taken first.
        let _ = self.inside.link.send(&PlazaRequest::Leave).await;
    }

    async fn turn(&mut self) -> Result<(), Over> {
        let again = self.again.unwrap_or_else(Instant::now);
        tokio::select! {
            event = self.inside.link.receive() => self.told(event?).await,
            () = sleep_until(again), if self.again.is_some() => self.say().await,
            heard = self.heard.next(), if self.saying.is_none() => match heard {
                Some(Ok(Some(said))) => {
                    self.saying = Some(said);
                    self.say().await
                }
                Some(Ok(None)) => Ok(()),
                Some(Err(error)) => {
                    tracing::debug!(%error, "an old client says what cannot be");
                    Err(Over)
                }
                None => Err(Over),
            },
        }
    }

    /// Says their message to the plaza, under the name that it gives them.
    async fn say(&mut self) -> Result<(), Over> {
        self.again = None;
        let Some(Said { name, subject, text }) = &self.saying else {
            return Ok(());
        };
        let post = PlazaRequest::Post {
            tag: PostTag(0),
            subject: subject.clone(),
            text: text.clone(),
        };
        if *name != self.inside.name {
            let now = Instant::now();
            let wait = self.renames.wait(1, now);
            if !wait.is_zero() {
                self.again = Some(now + wait);
                return Ok(());
            }
            self.renames.charge(1, now);
            self.rename().await?;
        }
        Ok(self.inside.link.send(&post).await?)
    }

    /// Comes in under another name, then goes under the old one, so that nothing is missed in between.
    async fn rename(&mut self) -> Result<(), Over> {
        let Some(said) = &self.saying else {
            return Ok(());
        };
        let entered = self.way.enter(said.name.clone()).await;
        let fresh = entered.map_err(|refusal| {
            tracing::debug!(?refusal, "an old client cannot come in under another name");
            Over
        })?;
        let newest = fresh.newest;
        let mut old = std::mem::replace(&mut self.inside, fresh);
        old.link.send(&PlazaRequest::Leave).await?;
        while let Ok(event) = old.link.receive().await {
            if let PlazaEvent::Post(post) = event
                && Some(post.number) <= newest
            {
                self.post(&post).await?;
            }
        }
        self.seen = self.seen.max(newest);
        Ok(())
    }

    async fn told(&mut self, event: PlazaEvent) -> Result<(), Over> {
        match event {
            PlazaEvent::Post(post) => self.post(&post).await,
            PlazaEvent::Posted {
                number, unix_secs, ..
            } => self.posted(number, unix_secs).await,
            PlazaEvent::NotPosted {
                refusal: Refusal::SlowDown { retry_after_secs },
                ..
            } => {
                let wait = Duration::from_secs(retry_after_secs.into()).min(RETRY_MAX);
                self.again = Some(Instant::now() + wait);
                Ok(())
            }
            PlazaEvent::NotPosted { .. } => {
                self.saying = None;
                Ok(())
            }
            PlazaEvent::Ping => Ok(self.inside.link.send(&PlazaRequest::Pong).await?),
            PlazaEvent::Refused(_) => Err(Over),
            PlazaEvent::Here { .. } | PlazaEvent::Came(_) | PlazaEvent::Went { .. } | PlazaEvent::Pong => {
                Ok(())
            }
        }
    }

    /// They hear their own words as well, as from everybody else.
    async fn posted(&mut self, number: PostNumber, unix_secs: u64) -> Result<(), Over> {
        let Some(Said { name, subject, text }) = self.saying.take() else {
            return Ok(());
        };
        let author = Member {
            number: MemberNumber(0),
            name,
        };
        self.post(&Post {
            number,
            author,
            subject,
            text,
            unix_secs,
        })
        .await
    }

    /// Tells them a post, unless they were told before.
    async fn post(&mut self, post: &Post) -> Result<(), Over> {
        if Some(post.number) <= self.seen {
            return Ok(());
        }
        self.seen = Some(post.number);
        match timeout(WRITE_TIMEOUT, self.line.write_all(&told(post))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Over),
        }
    }
}
