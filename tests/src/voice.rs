//! Somebody who speaks end to end by hand: honest with the server, and towards the partner as honest as a story wants it.

use acaso_shared::codec;
use acaso_shared::ids::{Code, ConversationNumber, MessageText, Name};
use acaso_shared::protocol::partner::{Envelope, PartnerControl, PartnerMessage};
use acaso_shared::protocol::room::{Pairing, RoomEvent, RoomRequest};
use acaso_shared::sealed::{Opened, SafetyPhrase, Sealed};
use anyhow::{Context, Result, bail};

use crate::guest::Seat;

/// Somebody in a conversation.
#[derive(Debug)]
pub struct Voice {
    /// Their seat.
    pub seat: Seat,
    sealed: Sealed,
    conversation: ConversationNumber,
    answer: Option<Envelope>,
}

impl Voice {
    /// Is told of a partner; whoever speaks first has spoken.
    ///
    /// # Errors
    /// There is no partner.
    pub async fn begins(mut seat: Seat) -> Result<(Self, Option<Envelope>)> {
        let pairing = seat.paired().await?;
        Self::begins_as(seat, &pairing).await
    }

    /// The same, having been told of the partner already.
    ///
    /// # Errors
    /// The link is closed.
    pub async fn begins_as(seat: Seat, pairing: &Pairing) -> Result<(Self, Option<Envelope>)> {
        let begun = Sealed::begin(seat.port, pairing)?;
        Self::begun(seat, pairing, begun).await
    }

    /// Is told of a partner who has that code, as they believe; whoever speaks first has spoken.
    ///
    /// # Errors
    /// There is no partner.
    pub async fn begins_with(mut seat: Seat, code: &Code) -> Result<(Self, Option<Envelope>)> {
        let pairing = seat.paired().await?;
        let begun = Sealed::begin_with(seat.port, &pairing, code)?;
        Self::begun(seat, &pairing, begun).await
    }

    async fn begun(
        seat: Seat,
        pairing: &Pairing,
        (sealed, first): (Sealed, Option<Envelope>),
    ) -> Result<(Self, Option<Envelope>)> {
        let mut voice = Self {
            seat,
            sealed,
            conversation: pairing.conversation,
            answer: None,
        };
        if let Some(first) = &first {
            voice.sends(first).await?;
        }
        Ok((voice, first))
    }

    /// Shakes hands and says a name; the partner's.
    ///
    /// # Errors
    /// Something else is said.
    pub async fn introduces(&mut self, name: &str) -> Result<Name> {
        loop {
            match self.hears_envelope().await? {
                Opened::Established(answer) => {
                    self.sends(&answer).await?;
                    self.answer = Some(answer);
                    let name = Name::parse(name)?;
                    self.says(&PartnerMessage::Introduce { name }).await?;
                }
                Opened::Message(PartnerMessage::Introduce { name }) => {
                    let conversation = self.conversation;
                    self.seat.link.send(&RoomRequest::Ready { conversation }).await?;
                    return Ok(name);
                }
                Opened::Compared(answer) => self.sends(&answer).await?,
                Opened::Revealed | Opened::Control(_) => {}
                other => bail!("instead of an introduction: {other:?}"),
            }
        }
    }

    /// What was answered to the handshake.
    pub fn answer(&self) -> Option<&Envelope> {
        self.answer.as_ref()
    }

    /// What both would read to each other.
    ///
    /// # Errors
    /// There is nothing yet.
    pub fn phrase(&self) -> Result<SafetyPhrase> {
        self.sealed.phrase().context("there is no phrase yet")
    }

    /// Says that; the envelope it went in.
    ///
    /// # Errors
    /// The link is closed.
    pub async fn says(&mut self, message: &PartnerMessage) -> Result<Envelope> {
        let envelope = self.sealed.seal(message)?;
        self.sends(&envelope).await?;
        Ok(envelope)
    }

    /// Says those words; the envelope they went in.
    ///
    /// # Errors
    /// The link is closed.
    pub async fn says_text(&mut self, text: &str) -> Result<Envelope> {
        let text = MessageText::parse(text)?;
        self.says(&PartnerMessage::Text { text }).await
    }

    /// Seals those words and keeps them.
    ///
    /// # Errors
    /// There is no conversation yet.
    pub fn seals_text(&mut self, text: &str) -> Result<Envelope> {
        let text = MessageText::parse(text)?;
        Ok(self.sealed.seal(&PartnerMessage::Text { text })?)
    }

    /// Says that about the conversation; the envelope it went in.
    ///
    /// # Errors
    /// The link is closed.
    pub async fn says_control(&mut self, control: &PartnerControl) -> Result<Envelope> {
        let envelope = self.sealed.seal_control(control)?;
        self.sends(&envelope).await?;
        Ok(envelope)
    }

    /// Sends those very bytes.
    ///
    /// # Errors
    /// The link is closed.
    pub async fn sends(&mut self, envelope: &Envelope) -> Result<()> {
        self.seat
            .says(self.conversation, &codec::encode_body(envelope))
            .await
    }

    /// The envelope that comes next.
    ///
    /// # Errors
    /// Something else is said.
    pub async fn receives(&mut self) -> Result<Envelope> {
        match self.seat.hears().await? {
            RoomEvent::Sealed(frame) => Ok(codec::decode(&frame.body)?),
            other => bail!("instead of an envelope: {other:?}"),
        }
    }

    /// What was in the envelope that comes next.
    ///
    /// # Errors
    /// Something else is said, or it does not verify.
    pub async fn hears_envelope(&mut self) -> Result<Opened> {
        let envelope = self.receives().await?;
        Ok(self.sealed.open(&envelope)?)
    }

    /// The words that the partner says next; what else is said is passed over.
    ///
    /// # Errors
    /// It does not verify.
    pub async fn hears_text(&mut self) -> Result<MessageText> {
        loop {
            if let Opened::Message(PartnerMessage::Text { text }) = self.hears_envelope().await? {
                return Ok(text);
            }
        }
    }

    /// Says goodbye and goes.
    ///
    /// # Errors
    /// The link is closed.
    pub async fn leaves(self) -> Result<()> {
        self.seat.leaves().await
    }
}
