//! One old client's visit: what they say goes to the plaza, one message after the other; what is said there, their own words
//! included, goes to them. It holds one message of theirs at most.

use std::time::Duration;

use acaso_shared::limits::WRITE_TIMEOUT;
use acaso_shared::link::LinkError;
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::plaza::{Member, PlazaEvent, PlazaRequest, Post, PostNumber, PostTag};
use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::codec::FramedRead;

use super::Inside;
use super::wire::{Said, Wire, told};

/// Longest wait before a message is tried again.
const RETRY_MAX: Duration = Duration::from_secs(60);

/// One visit.
#[derive(Debug)]
pub(super) struct Bridge {
    heard: FramedRead<OwnedReadHalf, Wire>,
    line: OwnedWriteHalf,
    inside: Inside,
    /// Their message that has no answer yet; until it has one, no other is read.
    saying: Option<Said>,
    /// When it is said again.
    again: Option<Instant>,
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
    pub(super) fn new(line: TcpStream, inside: Inside) -> Self {
        let (heard, line) = line.into_split();
        Self {
            heard: FramedRead::new(heard, Wire::default()),
            line,
            inside,
            saying: None,
            again: None,
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
            let inside = &mut self.inside;
            match inside.naming.rename(inside.number, name.clone()).await {
                Ok(()) => inside.name = name.clone(),
                Err(Refusal::SlowDown { retry_after_secs }) => {
                    self.try_after(retry_after_secs);
                    return Ok(());
                }
                // They have to go, and hear of it by their link.
                Err(_) => return Ok(()),
            }
        }
        Ok(self.inside.link.send(&post).await?)
    }

    fn try_after(&mut self, secs: u32) {
        let wait = Duration::from_secs(secs.into()).min(RETRY_MAX);
        self.again = Some(Instant::now() + wait);
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
                self.try_after(retry_after_secs);
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
            number: self.inside.number,
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

    /// Tells them a post.
    async fn post(&mut self, post: &Post) -> Result<(), Over> {
        match timeout(WRITE_TIMEOUT, self.line.write_all(&told(post))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Over),
        }
    }
}
