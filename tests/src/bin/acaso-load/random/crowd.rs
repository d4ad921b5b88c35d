//! One of many in a plaza.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use acaso_shared::ids::{PlazaName, PostText};
use acaso_shared::protocol::Refusal;
use acaso_shared::session::plaza::{self, NotPosted, PlazaCommand, PlazaNews, PlazaSession, PlazaVisit};
use acaso_shared::session::{MessageId, Options, Visit};
use acaso_tests::patience::soon;
use acaso_tests::plaza::named;
use anyhow::{Context, Result, bail};
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, sleep_until, timeout};

use super::{ARRIVALS, Dice, LAST_WORDS, Talk};

/// Comes in, and talks.
pub(super) async fn talks(
    options: Options,
    visit: Visit,
    plaza: &'static str,
    talk: Talk,
    dice: Dice,
) -> Result<()> {
    let plaza: PlazaName = named(plaza);
    let (session, mut news) = plaza::spawn(options, PlazaVisit { visit, plaza });
    timeout(ARRIVALS, enters(&mut news))
        .await
        .context("nobody is let in")??;
    talk.begin.wait().await;
    let mut talker = Talker {
        session,
        news,
        talk,
        dice,
        waiting: VecDeque::new(),
        unanswered: BTreeMap::new(),
    };
    talker.talks().await?;
    // Nobody leaves before all have heard everything.
    talker.talk.begin.wait().await;
    talker.session.finish().await;
    Ok(())
}

async fn enters(news: &mut Receiver<PlazaNews>) -> Result<()> {
    loop {
        match news.recv().await.context("the engine ended")? {
            PlazaNews::Entered { .. } => return Ok(()),
            PlazaNews::Calling { .. } => {}
            other => bail!("instead of a plaza: {other:?}"),
        }
    }
}

struct Talker {
    session: PlazaSession,
    news: Receiver<PlazaNews>,
    talk: Talk,
    dice: Dice,
    /// What was not taken, and when it is said again.
    waiting: VecDeque<(Instant, u32, String)>,
    unanswered: BTreeMap<u32, String>,
}

impl Talker {
    async fn talks(&mut self) -> Result<()> {
        let end = Instant::now() + self.talk.lasts;
        let mut next = Instant::now() + self.dice.pause(self.talk.pause_max);
        while next < end {
            let again = self.waiting.front().map(|(at, ..)| *at);
            tokio::select! {
                // Somebody who was told to slow down says nothing new before that.
                () = sleep_until(next), if again.is_none() && self.unanswered.is_empty() => {
                    let (sequence, text) = self.dice.text(self.talk.bytes_max);
                    self.says(sequence, text).await?;
                    next = Instant::now() + self.dice.pause(self.talk.pause_max);
                }
                () = sleep_until(again.unwrap_or(next)), if again.is_some() => self.says_again().await?,
                news = self.news.recv() => self.happened(news.context("the engine ended")?)?,
            }
            next = next.max(again.unwrap_or(next));
        }
        self.hears_out().await
    }

    /// How many hear what is said.
    fn others(&self) -> u64 {
        u64::from(self.talk.clients - 1)
    }

    async fn says(&mut self, sequence: u32, text: String) -> Result<()> {
        self.talk.ledger.said((self.dice.client, sequence), self.others());
        let post = PlazaCommand::Post {
            id: MessageId(sequence.into()),
            subject: None,
            text: PostText::parse(&text)?,
        };
        self.unanswered.insert(sequence, text);
        Ok(soon("the engine takes a command", self.session.command(post)).await??)
    }

    async fn says_again(&mut self) -> Result<()> {
        match self.waiting.pop_front() {
            Some((_, sequence, text)) => self.says(sequence, text).await,
            None => Ok(()),
        }
    }

    /// Goes on until everything was taken and heard by everybody.
    async fn hears_out(&mut self) -> Result<()> {
        let end = Instant::now() + LAST_WORDS;
        let mut silent = false;
        while !(silent && self.talk.is_settled()) && Instant::now() < end {
            if !silent && !self.is_owed() {
                silent = true;
                self.talk.ledger.falls_silent();
                continue;
            }
            if self.waiting.front().is_some_and(|(at, ..)| *at <= Instant::now()) {
                self.says_again().await?;
            }
            if let Ok(news) = timeout(Duration::from_millis(100), self.news.recv()).await {
                self.happened(news.context("the engine ended")?)?;
            }
        }
        Ok(())
    }

    /// Whether something of ours was not taken yet.
    fn is_owed(&self) -> bool {
        !self.unanswered.is_empty() || !self.waiting.is_empty()
    }

    fn happened(&mut self, news: PlazaNews) -> Result<()> {
        match news {
            PlazaNews::Post(post) => self.talk.ledger.heard(self.dice.client, post.text.as_str()),
            PlazaNews::Posted { id, .. } => _ = self.unanswered.remove(&u32::try_from(id.0)?),
            PlazaNews::NotPosted {
                id,
                text,
                reason: NotPosted::Refused(Refusal::SlowDown { retry_after_secs }),
                ..
            } => {
                let sequence = u32::try_from(id.0)?;
                self.unanswered.remove(&sequence);
                self.talk
                    .ledger
                    .refused((self.dice.client, sequence), self.others());
                let again = Instant::now() + Duration::from_secs(retry_after_secs.into());
                self.waiting
                    .push_back((again, sequence, text.as_str().to_owned()));
            }
            PlazaNews::Here(_) | PlazaNews::Came(_) | PlazaNews::Went(_) => {}
            other => bail!("instead of talk: {other:?}"),
        }
        Ok(())
    }
}
