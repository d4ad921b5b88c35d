//! One of two who talk: says numbered texts, listens at the same time, and notes what is heard and what is told.

use std::path::Path;
use std::time::Duration;

use acaso_shared::address::ServerAddress;
use acaso_shared::ids::{MessageText, Name};
use acaso_shared::session::{
    self, Command, ConversationId, Event, Goodbye, MessageId, Options, Session, Visit,
};
use anyhow::{Context, Result, bail, ensure};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::sync::mpsc::Receiver;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::{DEAD_AFTER, PING_AFTER};
use crate::carrier::Carrier;
use crate::patience::soon;

/// Messages that each says at least.
pub(super) const MESSAGES: u64 = 100;

/// And at most, however long the trouble lasts.
const MESSAGES_MAX: u64 = 600;

/// Messages that may be on their way at once: well below what an engine holds.
const UNDERWAY: u64 = 120;

/// The longest text but a few.
const TEXT_BYTES: usize = 300;

/// One of the two.
pub(super) struct Talker {
    session: Session,
    events: Receiver<Event>,
    conversation: ConversationId,
    port: Option<u16>,
    dice: StdRng,
    said: u64,
    delivered: u64,
    /// How many this one will have said in all, once that is known.
    in_all: watch::Sender<Option<u64>>,
    heard: Vec<u64>,
    came_back: u64,
}

impl Talker {
    /// Starts a client and asks for a partner.
    pub(super) async fn arrives(
        name: &str,
        server: impl ToString,
        carrier: Carrier,
        desk: &Path,
        seed: u64,
    ) -> Result<Self> {
        let mut options = Options::new(desk.join("known_servers.toml"));
        options.timings.ping_after = PING_AFTER;
        options.timings.dead_after = DEAD_AFTER;
        options.timings.pause = Duration::from_millis(10);
        options.timings.message_every = Duration::from_millis(1);
        let (session, events) = session::spawn(options);
        let server: ServerAddress = server.to_string().parse()?;
        let visit = Visit {
            plain: carrier == Carrier::Plain,
            transport: carrier.transport(),
            ..Visit::new(server, Name::parse(name)?)
        };
        session.command(Command::Meet(visit)).await?;
        Ok(Self {
            session,
            events,
            conversation: ConversationId(0),
            port: None,
            dice: StdRng::seed_from_u64(seed),
            said: 0,
            delivered: 0,
            in_all: watch::Sender::new(None),
            heard: Vec::new(),
            came_back: 0,
        })
    }

    /// Is seated.
    pub(super) async fn waits(&mut self) -> Result<()> {
        loop {
            match self.event("a seat").await? {
                Event::Calling { .. } => {}
                Event::Waiting { .. } => return Ok(()),
                other => bail!("instead of a seat: {other:?}"),
            }
        }
    }

    /// Is shown a partner.
    pub(super) async fn meets(&mut self) -> Result<()> {
        loop {
            match self.event("a partner").await? {
                Event::Calling { .. } | Event::Waiting { .. } => {}
                Event::Paired(partner) => {
                    self.conversation = partner.conversation;
                    self.port = Some(partner.port.get());
                    return Ok(());
                }
                other => bail!("instead of a partner: {other:?}"),
            }
        }
    }

    async fn event(&mut self, what: &str) -> Result<Event> {
        soon(what, self.events.recv())
            .await?
            .context("the engine has ended")
    }

    /// Learns how many this one will have said in all.
    pub(super) fn in_all(&self) -> watch::Receiver<Option<u64>> {
        self.in_all.subscribe()
    }

    /// Talks until it is calm, everything said is known to have arrived, and everything the other said is here.
    pub(super) async fn talks(
        &mut self,
        mut calm: watch::Receiver<bool>,
        mut theirs: watch::Receiver<Option<u64>>,
    ) -> Result<()> {
        let mut next = Instant::now();
        loop {
            let over = *calm.borrow_and_update() && self.said >= MESSAGES;
            if over {
                self.in_all.send_replace(Some(self.said));
            }
            let expected = *theirs.borrow_and_update();
            let all_heard = expected.is_some_and(|expected| self.heard.len() as u64 >= expected);
            if over && self.delivered == self.said && all_heard {
                return Ok(());
            }
            let may_speak = !over && self.said < MESSAGES_MAX && self.said - self.delivered < UNDERWAY;
            tokio::select! {
                event = self.events.recv() => self.told(event.context("the engine has ended")?)?,
                () = sleep_until(next), if may_speak => next = self.speaks()?,
                // Whoever promised that has gone wrong and will say so.
                Ok(()) = calm.changed() => {}
                Ok(()) = theirs.changed() => {}
            }
        }
    }

    /// Says the next text; when to say the one after it.
    fn speaks(&mut self) -> Result<Instant> {
        let padding = self.dice.random_range(0..TEXT_BYTES);
        let text = format!("{} {}", self.said, ".".repeat(padding));
        let command = Command::Say {
            conversation: self.conversation,
            id: MessageId(self.said),
            text: MessageText::parse(&text)?,
        };
        // A full queue is no news: it is tried again after the next pause.
        self.said += u64::from(self.session.try_command(command).is_ok());
        let pause = Duration::from_millis(self.dice.random_range(0..12));
        Ok(Instant::now() + pause)
    }

    fn told(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Message { conversation, text } => {
                ensure!(
                    conversation == self.conversation,
                    "a message of another conversation"
                );
                let number = text.as_str().split(' ').next().unwrap_or_default();
                self.heard
                    .push(number.parse().context("a text that nobody said")?);
            }
            Event::Delivered { conversation, id } => {
                ensure!(
                    conversation == self.conversation,
                    "delivered in another conversation"
                );
                ensure!(
                    id.0 < self.said && id.0 >= self.delivered,
                    "told that {} arrived; {} were said, {} had arrived",
                    id.0,
                    self.said,
                    self.delivered
                );
                self.delivered = id.0 + 1;
            }
            Event::LinkBack { .. } => self.came_back += 1,
            Event::LinkLost { .. }
            | Event::PartnerAway { .. }
            | Event::PartnerBack { .. }
            | Event::Calling { .. } => {}
            other => bail!("in the middle of the conversation: {other:?}"),
        }
        Ok(())
    }

    /// The room, once there is a partner in it.
    pub(super) fn port(&self) -> Option<u16> {
        self.port
    }

    /// How many texts were said.
    pub(super) fn said(&self) -> u64 {
        self.said
    }

    /// The numbers of the texts that were heard.
    pub(super) fn heard(&self) -> &[u64] {
        &self.heard
    }

    /// How often the link came back.
    pub(super) fn came_back(&self) -> u64 {
        self.came_back
    }

    /// Says goodbye and ends.
    pub(super) async fn goes(self) {
        // An engine that has ended has said its goodbye.
        let _ = self.session.try_command(Command::Leave(Goodbye::Now));
        drop(self.events);
        self.session.finish().await;
    }
}
