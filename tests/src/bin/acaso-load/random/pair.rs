//! One of two in a room.

use std::time::Duration;

use acaso_shared::ids::MessageText;
use acaso_shared::session::{self, Command, ConversationId, Event, MessageId, Options, Session, Visit};
use acaso_tests::patience::soon;
use anyhow::{Context, Result, bail, ensure};
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, sleep_until, timeout};

use super::{ARRIVALS, Dice, LAST_WORDS, Talk};

/// Meets somebody, and talks.
pub(super) async fn talks(options: Options, visit: Visit, talk: Talk, dice: Dice) -> Result<()> {
    let (session, mut events) = session::spawn(options);
    session.command(Command::Meet(visit)).await?;
    let conversation = timeout(ARRIVALS, meets(&mut events))
        .await
        .context("nobody came")??;
    talk.begin.wait().await;
    let mut talker = Talker {
        session,
        events,
        conversation,
        talk,
        dice,
        delivered: 0,
    };
    talker.talks().await?;
    // Nobody leaves before all have heard everything: a goodbye is no time to be cut short in.
    talker.talk.begin.wait().await;
    talker.session.finish().await;
    Ok(())
}

async fn meets(events: &mut Receiver<Event>) -> Result<ConversationId> {
    loop {
        match events.recv().await.context("the engine ended")? {
            Event::Paired(partner) => return Ok(partner.conversation),
            Event::Calling { .. } | Event::Waiting { .. } => {}
            other => bail!("instead of a partner: {other:?}"),
        }
    }
}

struct Talker {
    session: Session,
    events: Receiver<Event>,
    conversation: ConversationId,
    talk: Talk,
    dice: Dice,
    delivered: u32,
}

impl Talker {
    async fn talks(&mut self) -> Result<()> {
        let end = Instant::now() + self.talk.lasts;
        let mut next = Instant::now() + self.dice.pause(self.talk.pause_max);
        while next < end {
            tokio::select! {
                () = sleep_until(next) => {
                    self.says().await?;
                    next = Instant::now() + self.dice.pause(self.talk.pause_max);
                }
                event = self.events.recv() => self.happened(event.context("the engine ended")?)?,
            }
        }
        self.hears_out().await
    }

    async fn says(&mut self) -> Result<()> {
        let (sequence, text) = self.dice.text(self.talk.bytes_max);
        self.talk.ledger.said((self.dice.client, sequence), 1);
        let say = Command::Say {
            conversation: self.conversation,
            id: MessageId(sequence.into()),
            text: MessageText::parse(&text)?,
        };
        Ok(soon("the engine takes a command", self.session.command(say)).await??)
    }

    /// Goes on until the partner's engine has everything, and for a while longer for what the partner says.
    async fn hears_out(&mut self) -> Result<()> {
        let end = Instant::now() + LAST_WORDS;
        self.talk.ledger.falls_silent();
        while self.delivered < self.dice.sequence || !self.talk.is_settled() {
            match timeout(Duration::from_millis(100), self.events.recv()).await {
                Ok(event) => self.happened(event.context("the engine ended")?)?,
                Err(_) if Instant::now() > end => break,
                Err(_) => {}
            }
        }
        Ok(())
    }

    fn happened(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Message { conversation, text } => {
                ensure!(conversation == self.conversation, "from somebody else");
                self.talk.ledger.heard(self.dice.client, text.as_str());
            }
            Event::Delivered { id, .. } => self.delivered = u32::try_from(id.0)?,
            Event::Typing { .. } | Event::Seen { .. } => {}
            other => bail!("instead of a conversation: {other:?}"),
        }
        Ok(())
    }
}
