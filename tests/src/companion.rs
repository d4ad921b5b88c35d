//! Somebody at a client in a circle, who drives the same engine as the window does.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path as FilePath;
use std::time::{Duration, Instant};

use acaso_shared::ids::{Code, MessageText, Name};
use acaso_shared::protocol::circle::CircleMember;
use acaso_shared::session::circle::{
    self, Circle, CircleCommand, CircleNews, CircleSession, CircleVisit, Path,
};
use acaso_shared::session::{Ending, MessageId, Options, Visit};
use anyhow::{Context, Result, bail, ensure};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{self, Receiver};

use crate::patience::{PATIENCE, soon};

/// More news than a story makes.
const NEWS_LEN: usize = 4096;

/// Longest wait for one thing among others: news of attempts to reach a server that is gone never end.
const AMONG_OTHERS: Duration = PATIENCE.saturating_mul(4);

/// Somebody at a client. Dropped, they vanish without a word.
#[derive(Debug)]
pub struct Companion {
    /// What they go by.
    pub name: Name,
    session: Option<CircleSession>,
    news: Receiver<CircleNews>,
    /// Told, but not asked about yet.
    kept: VecDeque<CircleNews>,
    /// Who is here, as far as they know.
    pub here: BTreeMap<CircleMember, Name>,
    said: u64,
    /// The engine's own, so that it can end as a computer does that loses its power.
    runtime: Option<Runtime>,
}

impl Companion {
    /// Goes to a circle by that visit. Known servers are kept in that directory.
    ///
    /// # Errors
    /// The system has no thread for the engine.
    pub fn goes(
        visit: Visit,
        circle: Circle,
        desk: &FilePath,
        change: impl FnOnce(&mut Options),
    ) -> Result<Self> {
        let mut options = Options::new(
            desk.join(format!("circle-{}", visit.name))
                .join("known_servers.toml"),
        );
        change(&mut options);
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let name = visit.name.clone();
        let (session, mut told) = {
            let _inside = runtime.enter();
            circle::spawn(options, CircleVisit { visit, circle })
        };
        // An engine waits for whoever takes no news, and a story asks one companion after the other.
        let (tells, news) = mpsc::channel(NEWS_LEN);
        runtime.spawn(async move {
            while let Some(news) = told.recv().await
                && tells.send(news).await.is_ok()
            {}
        });
        Ok(Self {
            name,
            session: Some(session),
            news,
            kept: VecDeque::new(),
            here: BTreeMap::new(),
            said: 0,
            runtime: Some(runtime),
        })
    }

    async fn told(&mut self) -> Result<CircleNews> {
        let news = soon(format!("{} is told something", self.name), self.news.recv()).await?;
        let news = news.context("the engine has ended")?;
        match &news {
            CircleNews::Came { member, name, .. } => _ = self.here.insert(*member, name.clone()),
            CircleNews::Went { member, .. } => _ = self.here.remove(member),
            _ => {}
        }
        Ok(news)
    }

    /// The next that is told of which something can be made; what is told before it stays to be asked about.
    ///
    /// # Errors
    /// Nothing is.
    pub async fn hears_of<T>(
        &mut self,
        what: &str,
        mut is_it: impl FnMut(&CircleNews) -> Option<T>,
    ) -> Result<T> {
        if let Some((at, it)) = self
            .kept
            .iter()
            .enumerate()
            .find_map(|(at, news)| Some((at, is_it(news)?)))
        {
            self.kept.remove(at);
            return Ok(it);
        }
        let until = Instant::now() + AMONG_OTHERS;
        loop {
            let news = self
                .told()
                .await
                .with_context(|| format!("{} waits to hear that {what}", self.name))?;
            if let Some(it) = is_it(&news) {
                return Ok(it);
            }
            ensure!(
                !matches!(news, CircleNews::Closed(_)),
                "{} is at the end: {news:?}",
                self.name
            );
            self.kept.push_back(news);
            ensure!(
                Instant::now() < until,
                "{} hears of much, but not that {what}: {:?}",
                self.name,
                self.kept
            );
        }
    }

    /// Is introduced, and has the code that others need to come.
    ///
    /// # Errors
    /// That does not happen.
    pub async fn gathers(&mut self) -> Result<(CircleMember, Option<Code>)> {
        self.hears_of("they are introduced", |news| match news {
            CircleNews::Gathered { member, code, .. } => Some((*member, code.clone())),
            _ => None,
        })
        .await
    }

    /// Reaches so many others.
    ///
    /// # Errors
    /// There are more or fewer.
    pub async fn is_with(&mut self, others: usize) -> Result<()> {
        let until = Instant::now() + AMONG_OTHERS;
        while self.here.len() != others {
            ensure!(
                Instant::now() < until,
                "{} is with {} of {others}: {:?}",
                self.name,
                self.here.len(),
                self.kept
            );
            let news = self.told().await;
            let news =
                news.with_context(|| format!("{} is with {} of {others}", self.name, self.here.len()))?;
            self.kept.push_back(news);
        }
        Ok(())
    }

    /// Reaches somebody of that name, and how.
    ///
    /// # Errors
    /// That does not happen.
    pub async fn meets(&mut self, wanted: &str) -> Result<(CircleMember, Path)> {
        self.hears_of(&format!("{wanted} came"), |news| match news {
            CircleNews::Came {
                member, name, path, ..
            } if name.as_str() == wanted => Some((*member, *path)),
            _ => None,
        })
        .await
    }

    /// Says something to everybody who is here.
    ///
    /// # Errors
    /// The engine has ended, or this is no message.
    pub async fn says(&mut self, text: &str) -> Result<()> {
        self.said += 1;
        let id = MessageId(self.said);
        let text = MessageText::parse(text)?;
        self.command(CircleCommand::Say { id, text }).await
    }

    /// The next that anybody said: whose, and what.
    ///
    /// # Errors
    /// Nobody says anything.
    pub async fn hears(&mut self) -> Result<(CircleMember, String)> {
        self.hears_of("somebody says something", |news| match news {
            CircleNews::Said { member, text } => Some((*member, text.as_str().to_owned())),
            _ => None,
        })
        .await
    }

    /// Learns that somebody is gone for good, and whether they said goodbye.
    ///
    /// # Errors
    /// They are not.
    pub async fn loses(&mut self, wanted: CircleMember) -> Result<bool> {
        self.hears_of("somebody went", |news| match news {
            CircleNews::Went { member, left } if *member == wanted => Some(*left),
            _ => None,
        })
        .await
    }

    /// Asks the engine for something.
    ///
    /// # Errors
    /// The engine has ended.
    pub async fn command(&self, command: CircleCommand) -> Result<()> {
        let session = self.session.as_ref().context("they have left")?;
        let taken = soon("the engine takes a command", session.command(command)).await?;
        taken.with_context(|| format!("{}'s engine", self.name))
    }

    /// Says goodbye and goes.
    ///
    /// # Errors
    /// The engine did not.
    pub async fn leaves(mut self) -> Result<()> {
        self.command(CircleCommand::Leave).await?;
        loop {
            match self.told().await? {
                CircleNews::Closed(Ending::Left) => return Ok(()),
                CircleNews::Closed(other) => bail!("instead of a goodbye: {other:?}"),
                _ => {}
            }
        }
    }

    /// Is gone in this moment, and tells nobody.
    pub fn vanishes(self) {
        drop(self);
    }
}

impl Drop for Companion {
    fn drop(&mut self) {
        let (session, runtime) = (self.session.take(), self.runtime.take());
        // Its tasks end where they stand, and only then is the engine let go of, which would say goodbye.
        std::thread::spawn(move || {
            if let Some(runtime) = runtime {
                runtime.shutdown_timeout(PATIENCE);
            }
            drop(session);
        });
    }
}
