//! What somebody is told of links that are lost, their own and the partner's, and of what was said meanwhile.

use acaso_shared::session::{Event, MessageId};
use anyhow::Result;

use super::Stranger;
use crate::patience::soon;

impl Stranger {
    /// Is told that the link is lost, and that the conversation goes on. In how many milliseconds it is tried again.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn is_cut_off(&mut self) -> Result<u64> {
        match self.next().await? {
            Event::LinkLost {
                conversation,
                retry_in_millis,
                ..
            } if conversation == self.conversation() => Ok(retry_in_millis),
            other => self.unexpected("is cut off", &other),
        }
    }

    /// Is told that the link is back, however often it was tried.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn is_back(&mut self) -> Result<()> {
        loop {
            match self.next().await? {
                Event::LinkLost { .. } => {}
                Event::LinkBack { conversation } if conversation == self.conversation() => return Ok(()),
                other => return self.unexpected("is back", &other),
            }
        }
    }

    /// Is told that the partner's link is lost.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn misses_the_partner(&mut self) -> Result<()> {
        match self.next().await? {
            Event::PartnerAway { conversation, .. } if conversation == self.conversation() => Ok(()),
            other => self.unexpected("misses the partner", &other),
        }
    }

    /// Is told that the partner is back.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn has_the_partner_back(&mut self) -> Result<()> {
        match self.next().await? {
            Event::PartnerBack { conversation } if conversation == self.conversation() => Ok(()),
            other => self.unexpected("has the partner back", &other),
        }
    }

    /// Is told of one text that it may not have arrived, or gets it back.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn is_unsure_of(&mut self, text: MessageId) -> Result<()> {
        let what = format!("{} learns what became of {text:?}", self.visit.name);
        let told = async {
            while !self.uncertain.contains(&text) {
                match self.told().await? {
                    Some(Event::NotSent { id, .. }) if id == text => return Ok(()),
                    event => self.kept.extend(event),
                }
            }
            Ok(())
        };
        soon(what, told).await?
    }
}
