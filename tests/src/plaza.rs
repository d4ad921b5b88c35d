//! People in a plaza: somebody at a client, who drives the same engine as the window does, and somebody who speaks the protocol by
//! hand, cheap enough to come by the thousand.

use std::collections::{BTreeMap, VecDeque};

use acaso_server::PlazaSetup;
use acaso_shared::ids::{Name, PlazaName, PostText, Subject};
use acaso_shared::link::{Link, LobbyGuest, PlazaGuest};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::lobby::{LobbyReply, LobbyRequest};
use acaso_shared::protocol::plaza::{
    Member, MemberNumber, PlazaEvent, PlazaRequest, Post, PostNumber, PostTag,
};
use acaso_shared::session::plaza::{self, NotPosted, PlazaCommand, PlazaNews, PlazaSession, PlazaVisit};
use acaso_shared::session::{Ending, MessageId, Options, Visit};
use acaso_shared::transport::Stream;
use anyhow::{Context, Result, bail, ensure};
use tokio::sync::mpsc::Receiver;

use crate::guest::Directions;
use crate::patience::soon;

/// The name of the plaza in most stories.
pub const PRACA: &str = "Praça";

/// A plaza as most are.
///
/// # Panics
/// This is no name.
pub fn praca() -> PlazaSetup {
    PlazaSetup::new(named(PRACA))
}

/// A plaza's name.
///
/// # Panics
/// This is none.
pub fn named(name: &str) -> PlazaName {
    PlazaName::parse(name).expect("stories give good names")
}

/// Somebody at a client.
#[derive(Debug)]
pub struct Villager {
    name: Name,
    session: PlazaSession,
    news: Receiver<PlazaNews>,
    /// Told, but not asked about yet.
    kept: VecDeque<PlazaNews>,
    /// Who is here, as far as they know.
    pub here: BTreeMap<MemberNumber, Name>,
    said: u64,
}

impl Villager {
    /// Goes to a plaza.
    pub fn goes(options: Options, visit: Visit, plaza: PlazaName) -> Self {
        let name = visit.name.clone();
        let (session, news) = plaza::spawn(options, PlazaVisit { visit, plaza });
        Self {
            name,
            session,
            news,
            kept: VecDeque::new(),
            here: BTreeMap::new(),
            said: 0,
        }
    }

    /// What is told next; who is here is noted on the way, and not told.
    ///
    /// # Errors
    /// Nothing is.
    pub async fn next(&mut self) -> Result<PlazaNews> {
        if let Some(news) = self.kept.pop_front() {
            return Ok(news);
        }
        let what = format!("{} is told something", self.name);
        soon(what, async {
            loop {
                let news = self.news.recv().await.context("the engine has ended")?;
                if let Some(news) = self.noted(news) {
                    return Ok(news);
                }
            }
        })
        .await?
    }

    fn noted(&mut self, news: PlazaNews) -> Option<PlazaNews> {
        let note = |here: &mut BTreeMap<_, _>, member: Member| _ = here.insert(member.number, member.name);
        match news {
            PlazaNews::Calling { .. } => {}
            PlazaNews::Here(members) => members
                .into_iter()
                .for_each(|member| note(&mut self.here, member)),
            PlazaNews::Came(member) => note(&mut self.here, member),
            PlazaNews::Went(number) => _ = self.here.remove(&number),
            PlazaNews::Entered { .. } => {
                self.here.clear();
                return Some(news);
            }
            news => return Some(news),
        }
        None
    }

    /// Comes in.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn enters(&mut self) -> Result<MemberNumber> {
        match self.next().await? {
            PlazaNews::Entered { member } => Ok(member),
            other => self.unexpected("enters", &other),
        }
    }

    /// Knows that just these are here, in whatever order they came.
    ///
    /// # Errors
    /// Others are.
    pub async fn sees(&mut self, names: &[&str]) -> Result<()> {
        let mut wanted: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        wanted.sort();
        let what = format!("{} sees {names:?}", self.name);
        soon(what, async {
            loop {
                let mut here: Vec<_> = self.here.values().map(|name| name.as_str().to_owned()).collect();
                here.sort();
                if here == wanted {
                    return Ok(());
                }
                let news = self.news.recv().await.context("the engine has ended")?;
                let news = self.noted(news);
                self.kept.extend(news);
            }
        })
        .await?
    }

    /// Knows that so many are here, whatever they are called.
    ///
    /// # Errors
    /// There are more or fewer.
    pub async fn sees_so_many(&mut self, people: usize) -> Result<()> {
        let what = format!("{} sees {people} people", self.name);
        soon(what, async {
            while self.here.len() != people {
                let news = self.news.recv().await.context("the engine has ended")?;
                let news = self.noted(news);
                self.kept.extend(news);
            }
            Ok(())
        })
        .await?
    }

    /// Says something, and does not wait for the answer.
    ///
    /// # Errors
    /// The engine has ended, or this is no post.
    pub async fn says(&mut self, text: &str) -> Result<MessageId> {
        self.says_about(None, text).await
    }

    /// Says something about a subject, and does not wait for the answer.
    ///
    /// # Errors
    /// The engine has ended, or this is no post.
    pub async fn says_about(&mut self, subject: Option<&str>, text: &str) -> Result<MessageId> {
        self.said += 1;
        let id = MessageId(self.said);
        let subject = subject.map(Subject::parse).transpose()?;
        let text = PostText::parse(text)?;
        self.command(PlazaCommand::Post { id, subject, text }).await?;
        Ok(id)
    }

    /// Says something, and is told that it was taken.
    ///
    /// # Errors
    /// It was not.
    pub async fn posts(&mut self, text: &str) -> Result<PostNumber> {
        let id = self.says(text).await?;
        self.is_posted(id).await
    }

    /// Is told that this was taken; what else is told meanwhile is told later.
    ///
    /// # Errors
    /// It was not.
    pub async fn is_posted(&mut self, wanted: MessageId) -> Result<PostNumber> {
        let mut earlier = std::mem::take(&mut self.kept);
        loop {
            match self.next().await? {
                PlazaNews::Posted { id, number, .. } if id == wanted => {
                    earlier.append(&mut self.kept);
                    self.kept = earlier;
                    return Ok(number);
                }
                post @ PlazaNews::Post(_) => earlier.push_back(post),
                other => return self.unexpected("has posted something", &other),
            }
        }
    }

    /// Hears this next, from somebody of that name.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn hears(&mut self, author: &str, text: &str) -> Result<Post> {
        match self.next().await? {
            PlazaNews::Post(post) => {
                let heard = (post.author.name.as_str(), post.text.as_str());
                ensure!(heard == (author, text), "{} heard something else", self.name);
                Ok(post)
            }
            other => self.unexpected("hears somebody", &other),
        }
    }

    /// Is told that something was not taken, and gets it back.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn is_given_back(&mut self, text: &str) -> Result<NotPosted> {
        match self.next().await? {
            PlazaNews::NotPosted {
                text: back, reason, ..
            } => {
                ensure!(back.as_str() == text, "something else came back");
                Ok(reason)
            }
            other => self.unexpected("gets something back", &other),
        }
    }

    /// Is told that the link was lost.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn loses_the_link(&mut self) -> Result<()> {
        match self.next().await? {
            PlazaNews::LinkLost { .. } => Ok(()),
            other => self.unexpected("loses the link", &other),
        }
    }

    /// Is told that the visit is over, and why.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn is_closed(&mut self) -> Result<Ending> {
        match self.next().await? {
            PlazaNews::Closed(ending) => Ok(ending),
            other => self.unexpected("has come to the end", &other),
        }
    }

    /// Asks the engine for something.
    ///
    /// # Errors
    /// The engine has ended.
    pub async fn command(&self, command: PlazaCommand) -> Result<()> {
        let taken = soon("the engine takes a command", self.session.command(command)).await?;
        taken.with_context(|| format!("{}'s engine", self.name))
    }

    /// Says goodbye and goes.
    ///
    /// # Errors
    /// The engine did not.
    pub async fn leaves(mut self) -> Result<()> {
        self.command(PlazaCommand::Leave).await?;
        loop {
            match self.next().await? {
                PlazaNews::Closed(Ending::Left) => return Ok(()),
                PlazaNews::Post(_) | PlazaNews::NotPosted { .. } => {}
                other => return self.unexpected("leaves", &other),
            }
        }
    }

    fn unexpected<T>(&self, what: &str, instead: &PlazaNews) -> Result<T> {
        bail!("instead of that {} {what}: {instead:?}", self.name)
    }
}

/// Somebody in a plaza who speaks the protocol by hand. Dropped, they are cut off.
#[derive(Debug)]
pub struct Passer {
    /// The link to the plaza.
    pub link: Link<Stream, PlazaGuest>,
    /// Who they are there.
    pub number: MemberNumber,
    /// The newest post when they came.
    pub newest: Option<PostNumber>,
}

impl Directions {
    /// Asks to come into a plaza, and hears the answer.
    ///
    /// # Errors
    /// There is none.
    pub async fn asks_for_plaza(
        &self,
        plaza: &str,
        name: &str,
        seen: Option<PostNumber>,
    ) -> Result<(Link<Stream, LobbyGuest>, LobbyReply)> {
        let link = self.welcomed().await?;
        self.asks_for_plaza_by(link, plaza, name, seen).await
    }

    /// The same by a link of one's own.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn asks_for_plaza_by(
        &self,
        mut link: Link<Stream, LobbyGuest>,
        plaza: &str,
        name: &str,
        seen: Option<PostNumber>,
    ) -> Result<(Link<Stream, LobbyGuest>, LobbyReply)> {
        let (plaza, name) = (named(plaza), Name::parse(name)?);
        link.send(&LobbyRequest::Visit { plaza, name, seen }).await?;
        let reply = soon("an answer in the lobby", link.receive()).await??;
        Ok((link, reply))
    }

    /// Comes into the usual plaza.
    ///
    /// # Errors
    /// One does not come in.
    pub async fn in_plaza(&self, name: &str) -> Result<Passer> {
        match self.asks_for_plaza(PRACA, name, None).await? {
            (link, LobbyReply::Entered { member, newest }) => Ok(Passer {
                link: link.turn(),
                number: member,
                newest,
            }),
            (_, other) => bail!("instead of a plaza: {other:?}"),
        }
    }

    /// Is not let into the usual plaza.
    ///
    /// # Errors
    /// One is.
    pub async fn not_in_plaza(&self, plaza: &str) -> Result<Refusal> {
        match self.asks_for_plaza(plaza, "Ana", None).await? {
            (_, LobbyReply::Refused(refusal)) => Ok(refusal),
            (_, other) => bail!("instead of a refusal: {other:?}"),
        }
    }
}

impl Passer {
    /// What the plaza says next; questions for a sign of life are answered on the way.
    ///
    /// # Errors
    /// The link is closed, or nothing is said.
    pub async fn hears(&mut self) -> Result<PlazaEvent> {
        loop {
            match soon("the plaza says something", self.link.receive()).await?? {
                PlazaEvent::Ping => self.link.send(&PlazaRequest::Pong).await?,
                event => return Ok(event),
            }
        }
    }

    /// The next that is a post, or becomes of one.
    ///
    /// # Errors
    /// The link is closed, or nothing is said.
    pub async fn hears_of_posts(&mut self) -> Result<PlazaEvent> {
        loop {
            match self.hears().await? {
                PlazaEvent::Here { .. } | PlazaEvent::Came(_) | PlazaEvent::Went { .. } => {}
                event => return Ok(event),
            }
        }
    }

    /// Says something.
    ///
    /// # Errors
    /// The link is closed, or this is no post.
    pub async fn says(&mut self, tag: u64, text: &str) -> Result<()> {
        let post = PlazaRequest::Post {
            tag: PostTag(tag),
            subject: None,
            text: PostText::parse(text)?,
        };
        Ok(self.link.send(&post).await?)
    }
}
