//! A member with a real engine, and what happened to it.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

use super::lobby::Lobby;
use crate::ids::{CircleName, MessageText, Name};
use crate::protocol::circle::CircleMember;
use crate::session::circle::{Circle, CircleCommand, CircleNews, CircleSession, CircleVisit, Path, spawn};
use crate::session::event::{MessageId, Transport, Visit};
use crate::session::{Options, Timings};
use crate::transport::Liveness;

/// Long enough for the busiest computer, short enough to see that something hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody in a circle.
pub(super) struct Member {
    pub(super) name: String,
    session: CircleSession,
    news: mpsc::Receiver<CircleNews>,
    /// Everything that happened.
    pub(super) seen: Vec<CircleNews>,
    _known: tempfile::TempDir,
}

/// Times that a test can wait for, and that a busy computer keeps to.
pub(super) fn timings() -> Timings {
    Timings {
        pause: Duration::from_millis(200),
        grace: Duration::from_secs(20),
        message_every: Duration::from_millis(1),
        meeting: Duration::from_secs(1),
        unanswered: Duration::from_secs(10),
        members: Liveness {
            ping_after: Duration::from_millis(400),
            dead_after: Duration::from_secs(10),
        },
        ..Timings::default()
    }
}

pub(super) fn circle() -> Circle {
    Circle::Named(CircleName::parse("Sol").unwrap())
}

impl Member {
    pub(super) fn enter(lobby: &Lobby, name: &str, circle: Circle) -> Self {
        Self::enter_at(lobby.address, name, circle)
    }

    pub(super) fn enter_at(lobby: SocketAddr, name: &str, circle: Circle) -> Self {
        Self::enter_in(lobby, name, circle, timings())
    }

    pub(super) fn enter_in(lobby: SocketAddr, name: &str, circle: Circle, timings: Timings) -> Self {
        let known = tempfile::tempdir().unwrap();
        let options = Options {
            timings,
            ..Options::new(known.path().join("known_servers.toml"))
        };
        let server = lobby.to_string().parse().unwrap();
        let visit = Visit {
            transport: Transport::Quic,
            ..Visit::new(server, Name::parse(name).unwrap())
        };
        let (session, news) = spawn(options, CircleVisit { visit, circle });
        Self {
            name: name.to_owned(),
            session,
            news,
            seen: Vec::new(),
            _known: known,
        }
    }

    pub(super) async fn next(&mut self) -> CircleNews {
        let next = timeout(PATIENCE, self.news.recv()).await;
        let news = match next {
            Ok(news) => news.unwrap_or_else(|| panic!("{}: the engine ended: {:?}", self.name, self.seen)),
            Err(_) => panic!("{}: nothing happens after {:?}", self.name, self.seen),
        };
        self.seen.push(news.clone());
        news
    }

    /// Waits for the first thing that is of interest, also among what has been seen since the last time this was asked.
    pub(super) async fn until<T>(&mut self, interest: impl Fn(&CircleNews) -> Option<T>) -> T {
        loop {
            let news = self.next().await;
            if let Some(found) = interest(&news) {
                return found;
            }
        }
    }

    pub(super) async fn came_in(&mut self, others: usize) {
        while self.came().len() < others {
            self.next().await;
        }
    }

    /// Who came, and how.
    pub(super) fn came(&self) -> Vec<(String, Path)> {
        let came = self.seen.iter().filter_map(|news| match news {
            CircleNews::Came { name, path, .. } => Some((name.to_string(), *path)),
            _ => None,
        });
        came.collect()
    }

    pub(super) fn number_of(&self, wanted: &str) -> CircleMember {
        let mut came = self.seen.iter().rev().filter_map(|news| match news {
            CircleNews::Came { member, name, .. } if name.to_string() == wanted => Some(*member),
            _ => None,
        });
        came.next()
            .unwrap_or_else(|| panic!("{wanted} did not come: {:?}", self.seen))
    }

    pub(super) async fn say(&self, id: u64, text: &str) {
        let text = MessageText::parse(text).unwrap();
        self.command(CircleCommand::Say {
            id: MessageId(id),
            text,
        })
        .await;
    }

    pub(super) async fn command(&self, command: CircleCommand) {
        self.session.command(command).await.unwrap();
    }

    /// What that member said, as far as it was heard.
    pub(super) fn heard_from(&self, other: &str) -> Vec<String> {
        let member = self.number_of(other);
        let said = self.seen.iter().filter_map(|news| match news {
            CircleNews::Said { member: who, text } if *who == member => Some(text.as_str().to_owned()),
            _ => None,
        });
        said.collect()
    }

    /// Everything that all the others say.
    async fn hears(&mut self, names: &[String], first: usize, each: usize) {
        let own = self.name.clone();
        for other in names.iter().filter(|name| **name != own) {
            let expected: Vec<_> = (0..each).map(|turn| format!("{other} {first} {turn}")).collect();
            let mark = format!("{other} {first} ");
            loop {
                let mut heard = self.heard_from(other);
                heard.retain(|text| text.starts_with(&mark));
                assert!(expected.starts_with(&heard), "{} heard {heard:?}", self.name);
                if heard.len() == each {
                    break;
                }
                self.next().await;
            }
        }
    }

    /// Gone without a word, as a program that crashes.
    pub(super) async fn vanish(self) {
        self.session.driver.abort();
        // Only whether it has ended is of interest.
        let _ = self.session.driver.await;
    }

    /// Says that they leave, takes nothing more, and waits for the end.
    pub(super) async fn ends_after_leave(self) {
        self.command(CircleCommand::Leave).await;
        let ended = timeout(PATIENCE, self.session.driver).await;
        ended.expect("the engine goes on").unwrap();
    }

    /// Lets go of the commands only, takes nothing more, and waits for the end.
    pub(super) async fn ends_after_letting_go(self) {
        drop(self.session.commands);
        let ended = timeout(PATIENCE, self.session.driver).await;
        ended.expect("the engine goes on").unwrap();
    }

    pub(super) async fn leave(self) {
        self.session.finish().await;
    }
}

/// All of them in one circle, and each has met all the others.
pub(super) async fn gathered(lobby: &Lobby, names: &[&str]) -> Vec<Member> {
    let mut members: Vec<_> = names
        .iter()
        .map(|name| Member::enter(lobby, name, circle()))
        .collect();
    for member in &mut members {
        member.came_in(names.len() - 1).await;
    }
    members
}

/// Each says so many things; everybody hears all of them, once, in order.
pub(super) async fn say_all(members: &mut [Member], each: usize) {
    let first = members
        .iter()
        .map(|member| member.seen.len())
        .max()
        .unwrap_or_default();
    for turn in 0..each {
        for member in members.iter() {
            let id = u64::try_from(first + turn).unwrap();
            member.say(id, &format!("{} {first} {turn}", member.name)).await;
        }
    }
    let names: Vec<_> = members.iter().map(|member| member.name.clone()).collect();
    // All at once: whoever takes no news is waited for.
    let hear = members.iter_mut().map(|member| member.hears(&names, first, each));
    futures_util::future::join_all(hear).await;
}
