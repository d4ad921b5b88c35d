//! Somebody at a client: drives the same engine as the window does. Each verb waits for what it says, and nothing else may
//! happen before it.

mod codes;
mod errand;
mod going;
mod links;

use std::collections::VecDeque;
use std::sync::Arc;

use acaso_shared::ids::{Fingerprint, MessageText, Name, RoomPort};
use acaso_shared::limits::QUEUE_LEN;
use acaso_shared::session::{
    self, Command, ConversationId, Event, MessageId, NotSent, Partner, Session, Visit,
};
use anyhow::{Context, Result, bail, ensure};
use tokio::sync::mpsc::{Receiver, channel};

pub use self::errand::Errand;
use crate::book::{Book, Entry};
use crate::carrier::Carrier;
use crate::patience::soon;

/// Somebody at a client.
#[derive(Debug)]
pub struct Stranger {
    visit: Visit,
    session: Arc<Session>,
    events: Receiver<Event>,
    partner: Option<Partner>,
    /// The conversation with somebody who has an old client, if that is the last one.
    clear: Option<ConversationId>,
    said: u64,
    /// What the partner's program is known to have, counted from 1.
    delivered: u64,
    /// Of which it is not known whether they arrived, and never will be.
    uncertain: Vec<MessageId>,
    /// Told, but not asked about yet.
    kept: VecDeque<Event>,
}

impl Stranger {
    /// Starts a client and asks for a partner.
    ///
    /// # Errors
    /// The name is none.
    pub async fn arrives(name: &str, errand: Errand, book: &Book) -> Result<Self> {
        let (session, events) = session::spawn(errand.options);
        let stranger = Self {
            visit: Visit {
                plain: errand.carrier == Carrier::Plain,
                transport: errand.carrier.transport(),
                habits: errand.habits,
                identity: errand.linked.map(Box::new),
                old_clients: errand.old_clients,
                way: errand.way,
                ..Visit::new(errand.server, Name::parse(name)?)
            },
            session: Arc::new(session),
            events: noted(events, book.newcomer()),
            partner: None,
            clear: None,
            said: 0,
            delivered: 0,
            uncertain: Vec::new(),
            kept: VecDeque::new(),
        };
        stranger.asks_again().await?;
        Ok(stranger)
    }

    /// The engine, for whoever keeps it running longer than the story needs it.
    pub(crate) fn engine(&self) -> Arc<Session> {
        self.session.clone()
    }

    /// Asks for a partner as somebody who came by a link that names this identity.
    ///
    /// # Errors
    /// The engine has ended.
    pub async fn asks_by_link(&mut self, identity: Option<Fingerprint>) -> Result<()> {
        self.visit.identity = identity.map(Box::new);
        self.asks_again().await
    }

    /// The visit as the engine was asked for it.
    pub fn visit(&self) -> &Visit {
        &self.visit
    }

    /// Asks for a partner, as *Meet* and *Next* do.
    ///
    /// # Errors
    /// The engine has ended.
    pub async fn asks_again(&self) -> Result<()> {
        self.command(Command::Meet(self.visit.clone())).await
    }

    /// Asks the engine for something.
    ///
    /// # Errors
    /// The engine has ended.
    pub async fn command(&self, command: Command) -> Result<()> {
        let taken = soon("the engine takes a command", self.session.command(command)).await?;
        taken.with_context(|| format!("{}'s engine", self.visit.name))
    }

    /// What happens next to them, apart from being on the way and from what is told of messages that arrived or may not have.
    ///
    /// # Errors
    /// Nothing does.
    pub async fn next(&mut self) -> Result<Event> {
        if let Some(event) = self.kept.pop_front() {
            return Ok(event);
        }
        let what = format!("{} is told something", self.visit.name);
        let told = async {
            loop {
                if let Some(event) = self.told().await? {
                    return Ok(event);
                }
            }
        };
        soon(what, told).await?
    }

    /// Is told that everything said so far has arrived; what else happens meanwhile is told later.
    ///
    /// # Errors
    /// It has not.
    pub async fn is_sure(&mut self) -> Result<()> {
        let what = format!("{} knows that everything arrived", self.visit.name);
        let sure = async {
            while self.delivered < self.said {
                let event = self.told().await?;
                self.kept.extend(event);
            }
            Ok(())
        };
        soon(what, sure).await?
    }

    /// What the engine tells next, unless it is only noted.
    async fn told(&mut self) -> Result<Option<Event>> {
        match self.events.recv().await.context("the engine has ended")? {
            Event::Calling { .. } | Event::Comparing { .. } => Ok(None),
            Event::Delivered { conversation, id } | Event::Sent { conversation, id } => {
                ensure!(conversation == self.conversation(), "somebody else has it");
                let possible = self.delivered < id.0 && id.0 <= self.said;
                ensure!(possible, "{id:?} was delivered before, or never said");
                self.delivered = id.0;
                Ok(None)
            }
            Event::NotDelivered { conversation, id } => {
                ensure!(
                    conversation == self.conversation(),
                    "somebody else does not have it"
                );
                ensure!(
                    id.0 > self.delivered && id.0 <= self.said,
                    "{id:?} was delivered, or never said"
                );
                self.uncertain.push(id);
                Ok(None)
            }
            event => Ok(Some(event)),
        }
    }

    /// Is seated, with nobody in the other seat.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn waits(&mut self) -> Result<RoomPort> {
        match self.next().await? {
            Event::Waiting { port, .. } => Ok(port),
            other => self.unexpected("waits in a room", &other),
        }
    }

    /// Is shown a partner, who goes by that name.
    ///
    /// # Errors
    /// Something else happened, or somebody else came.
    pub async fn meets(&mut self, name: &str) -> Result<Partner> {
        let partner = self.meets_somebody().await?;
        ensure!(
            partner.name.as_str() == name,
            "{} meets {}, not {name}",
            self.visit.name,
            partner.name
        );
        Ok(partner)
    }

    /// Is shown a partner, whoever that is.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn meets_somebody(&mut self) -> Result<Partner> {
        let what = format!("{} meets somebody", self.visit.name);
        let partner = soon(what, self.sees_a_partner()).await??;
        self.partner = Some(partner.clone());
        self.clear = None;
        // What was said to somebody else is between those two.
        self.delivered = self.said;
        Ok(partner)
    }

    async fn sees_a_partner(&mut self) -> Result<Partner> {
        loop {
            match self.next().await? {
                Event::Waiting { .. } | Event::Invited { .. } => {}
                Event::Paired(partner) => return Ok(partner),
                other => return self.unexpected("meets somebody", &other),
            }
        }
    }

    /// Is shown that somebody with an old client came, and in which room.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn meets_an_old_client(&mut self) -> Result<RoomPort> {
        let what = format!("{} meets somebody with an old client", self.visit.name);
        let met = async {
            loop {
                match self.next().await? {
                    Event::Waiting { .. } => {}
                    Event::PairedOpen { conversation, port } => return Ok((conversation, port)),
                    other => return self.unexpected("meets an old client", &other),
                }
            }
        };
        let (conversation, port) = soon(what, met).await??;
        (self.partner, self.clear) = (None, Some(conversation));
        self.delivered = self.said;
        Ok(port)
    }

    /// Is told the name that somebody with an old client typed.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn learns_the_name(&mut self, expected: &str) -> Result<()> {
        match self.next().await? {
            Event::Introduced { conversation, name }
                if conversation == self.conversation() && name.as_str() == expected =>
            {
                Ok(())
            }
            other => self.unexpected(&format!("learns the name {expected:?}"), &other),
        }
    }

    /// Says something to the partner met last.
    ///
    /// # Errors
    /// It is no message, or the engine has ended.
    pub async fn says(&mut self, text: &str) -> Result<MessageId> {
        let conversation = self.conversation();
        self.said += 1;
        let id = MessageId(self.said);
        let text = MessageText::parse(text)?;
        let command = Command::Say {
            conversation,
            id,
            text,
        };
        self.command(command).await?;
        Ok(id)
    }

    /// Hears exactly that from the partner.
    ///
    /// # Errors
    /// Something else happened, or was said.
    pub async fn hears(&mut self, text: &str) -> Result<()> {
        match self.next().await? {
            Event::Message {
                conversation,
                text: heard,
            } => {
                ensure!(conversation == self.conversation(), "somebody else said it");
                ensure!(
                    heard.as_str() == text,
                    "{:?} was said, not {text:?}",
                    heard.as_str()
                );
                Ok(())
            }
            other => self.unexpected(&format!("hears {text:?}"), &other),
        }
    }

    /// Gets a text back that was not handed over.
    ///
    /// # Errors
    /// Something else happened, or another text came back.
    pub async fn gets_back(&mut self, text: &str) -> Result<NotSent> {
        match self.next().await? {
            Event::NotSent {
                text: back, reason, ..
            } if back.as_str() == text => Ok(reason),
            other => self.unexpected(&format!("gets {text:?} back"), &other),
        }
    }

    /// The partner met last, unless they left.
    pub fn partner(&self) -> Option<&Partner> {
        self.partner.as_ref()
    }

    /// The conversation with the partner met last.
    pub fn conversation(&self) -> ConversationId {
        let sealed = self.partner.as_ref().map(|partner| partner.conversation);
        sealed.or(self.clear).unwrap_or(ConversationId(0))
    }

    fn unexpected<T>(&self, expected: &str, event: &Event) -> Result<T> {
        bail!(
            "it was expected that {} {expected}, but: {event:?}",
            self.visit.name
        )
    }
}

/// Passes events on, and notes in the book what they say about seats, whether or not anybody still listens.
fn noted(mut events: Receiver<Event>, entry: Entry) -> Receiver<Event> {
    let (passed_on, listener) = channel(QUEUE_LEN);
    tokio::spawn(async move {
        while let Some(event) = events.recv().await {
            match &event {
                Event::Waiting { port, .. } | Event::Invited { port, .. } => entry.sits(*port),
                Event::Calling { .. } | Event::TryingAgain { .. } | Event::Closed { .. } => entry.stands(),
                // Everything else happens in the same seat.
                _ => {}
            }
            // A story may have heard enough of somebody who is still there.
            let _ = passed_on.send(event).await;
        }
    });
    listener
}
