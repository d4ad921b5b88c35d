//! The strangers who chat: whole client engines, as a window or a terminal has them, with names and messages that are canaries.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use acaso_shared::address::ServerAddress;
use acaso_shared::ids::{Code, MessageText, Name};
use acaso_shared::limits::PADDED_BYTES;
use acaso_shared::session::{
    self, Command, ConversationId, Event, MessageId, Options, Session, Transport, Visit, Way,
};
use anyhow::{Context, Result, bail};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use super::canary::Canary;

/// Messages that each says: one for each size that messages are padded to.
pub(super) const MESSAGES: usize = PADDED_BYTES.len();

/// What carries their links, in turn: whom each meets is chance, so there are chats over one, over the other and over both.
const CARRIERS: [Transport; 2] = [Transport::Tcp, Transport::Quic];

/// How many come at the same time: on a slow machine more handshakes at once would run into their time limits.
const ARRIVALS: usize = 32;

/// What one person brings along.
#[derive(Clone, Debug)]
pub(super) struct Words {
    name: Canary,
    messages: [Canary; MESSAGES],
}

impl Words {
    /// Words that nobody ever said.
    pub(super) fn hatch() -> Self {
        Self {
            name: Canary::hatch(),
            messages: std::array::from_fn(|_| Canary::hatch()),
        }
    }

    /// All of them: the name, then the messages.
    pub(super) fn canaries(&self) -> impl Iterator<Item = &Canary> {
        std::iter::once(&self.name).chain(&self.messages)
    }
}

/// What a canary was, by its place among those of [`Words::canaries`] of so many people, and the codes behind them.
pub(super) fn kind(canary: usize, people: usize) -> &'static str {
    match canary % (1 + MESSAGES) {
        _ if canary >= people * (1 + MESSAGES) => "the words of a code",
        0 => "a name",
        _ => "a message",
    }
}

/// Somebody who has come to talk.
#[derive(Debug)]
pub(super) struct Person {
    session: Session,
    events: mpsc::Receiver<Event>,
}

/// Has as many people as there are words come, meet in twos, and say it all. Everybody stays.
///
/// # Errors
/// Somebody could not come, or did not hear everything.
pub(super) async fn meet(address: SocketAddr, words: &[Words], desk: &Path) -> Result<Vec<Person>> {
    let turns = Arc::new(Semaphore::new(ARRIVALS));
    let mut talking = JoinSet::new();
    for (words, transport) in words.iter().cloned().zip(CARRIERS.into_iter().cycle()) {
        let server: ServerAddress = address.to_string().parse()?;
        let visit = Visit {
            transport,
            ..Visit::new(server, Name::parse(words.name.as_str())?)
        };
        let options = Options::new(desk.join("known_servers.toml"));
        let turns = Arc::clone(&turns);
        talking.spawn(async move {
            let turn = turns.acquire_owned().await?;
            let (mut person, met) = Person::comes(options, visit).await?;
            drop(turn);
            let conversation = match met {
                Some(conversation) => conversation,
                None => person.meets().await?,
            };
            person.talks(conversation, &words.messages).await?;
            Ok::<_, anyhow::Error>(person)
        });
    }
    let mut people = Vec::with_capacity(words.len());
    while let Some(person) = talking.join_next().await {
        people.push(person??);
    }
    Ok(people)
}

/// Has so many pairs meet by codes, each made by one and told to the other, over one carrier and the other in turn. Everybody stays.
///
/// # Errors
/// Somebody could not come, or did not meet whom they were told of.
pub(super) async fn meet_by_codes(
    address: SocketAddr,
    pairs: usize,
    desk: &Path,
) -> Result<(Vec<Person>, Vec<Canary>)> {
    let (mut people, mut codes) = (Vec::new(), Vec::new());
    for transport in CARRIERS.into_iter().cycle().take(pairs) {
        let start = async |name: &str, way| {
            let visit = Visit {
                transport,
                way,
                ..Visit::new(address.to_string().parse()?, Name::parse(name)?)
            };
            Person::starts(Options::new(desk.join("known_servers.toml")), visit).await
        };
        let mut ana = start("Ana", Way::Invite).await?;
        let code = ana.invites().await?;
        let mut bia = start("Bia", Way::Code(code.clone())).await?;
        bia.meets().await?;
        ana.meets().await?;
        people.extend([ana, bia]);
        codes.push(Canary::of(&code));
    }
    Ok((people, codes))
}

/// Everybody says goodbye and goes.
pub(super) async fn part(people: Vec<Person>) {
    let mut leaving = JoinSet::new();
    for Person { session, .. } in people {
        leaving.spawn(session.finish());
    }
    while leaving.join_next().await.is_some() {}
}

impl Person {
    /// Comes and gets a seat; tells the conversation if somebody sits there already.
    async fn comes(options: Options, visit: Visit) -> Result<(Self, Option<ConversationId>)> {
        let mut person = Self::starts(options, visit).await?;
        let met = loop {
            match person.next().await? {
                Event::Waiting { .. } => break None,
                Event::Paired(partner) => break Some(partner.conversation),
                _ => {}
            }
        };
        Ok((person, met))
    }

    async fn starts(options: Options, visit: Visit) -> Result<Self> {
        let (session, events) = session::spawn(options);
        session.command(Command::Meet(visit)).await?;
        Ok(Self { session, events })
    }

    /// Gets a seat to wait in for whom the code is told.
    async fn invites(&mut self) -> Result<Code> {
        loop {
            if let Event::Invited { code, .. } = self.next().await? {
                return Ok(code);
            }
        }
    }

    /// Waits until somebody comes.
    async fn meets(&mut self) -> Result<ConversationId> {
        loop {
            if let Event::Paired(partner) = self.next().await? {
                return Ok(partner.conversation);
            }
        }
    }

    /// Says each of these, and hears as many.
    async fn talks(&mut self, conversation: ConversationId, messages: &[Canary; MESSAGES]) -> Result<()> {
        for ((canary, padded), id) in messages.iter().zip(PADDED_BYTES).zip(0..) {
            let say = Command::Say {
                conversation,
                id: MessageId(id),
                text: text(canary, padded)?,
            };
            self.session.command(say).await?;
        }
        let mut heard = 0;
        while heard < MESSAGES {
            match self.next().await? {
                Event::Message { .. } => heard += 1,
                Event::NotSent { reason, .. } => bail!("a message was not sent: {reason:?}"),
                Event::PartnerLeft { reason, .. } => bail!("somebody left too early: {reason:?}"),
                _ => {}
            }
        }
        Ok(())
    }

    async fn next(&mut self) -> Result<Event> {
        match self.events.recv().await.context("an engine has ended")? {
            Event::Closed { ending, .. } => bail!("somebody could not stay: {ending:?}"),
            event => Ok(event),
        }
    }
}

/// A message with nothing but that canary in it, long enough to be padded to that size and not to a smaller one.
fn text(canary: &Canary, padded: usize) -> Result<MessageText> {
    let letters: String = canary.as_str().chars().cycle().take(padded / 2).collect();
    Ok(MessageText::parse(&letters)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_message_has_its_canary_whole() {
        for padded in PADDED_BYTES {
            let canary = Canary::hatch();
            let text = text(&canary, padded).unwrap();
            assert!(text.as_str().contains(canary.as_str()));
        }
    }

    #[test]
    fn what_a_canary_was_is_told_by_its_place() {
        let words = [Words::hatch(), Words::hatch()];
        let kinds: Vec<_> = (0..words.iter().flat_map(Words::canaries).count())
            .map(|canary| kind(canary, words.len()))
            .collect();
        assert_eq!(kinds.len(), 10);
        assert_eq!((kinds[0], kinds[5]), ("a name", "a name"));
        assert_eq!(kinds.iter().filter(|kind| **kind == "a message").count(), 8);
        assert_eq!(kind(kinds.len(), words.len()), "the words of a code");
    }
}
