//! How a conversation or a visit ends, by whomever.

use acaso_shared::protocol::room::{Closing, Parting};
use acaso_shared::session::{Command, Ending, Event, Goodbye, Problem};
use anyhow::{Result, bail, ensure};

use super::Stranger;

impl Stranger {
    /// Says goodbye, and is idle.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn leaves(&mut self) -> Result<()> {
        self.command(Command::Leave(Goodbye::Now)).await?;
        self.is_gone().await
    }

    /// Is idle, having said goodbye.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn is_gone(&mut self) -> Result<()> {
        match self.ends().await? {
            Ending::Left => Ok(()),
            other => bail!("{} meant to leave, but: {other:?}", self.visit.name),
        }
    }

    /// Is told that the partner is gone, and why.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn is_left(&mut self, why: Parting) -> Result<()> {
        match self.next().await? {
            Event::PartnerLeft { conversation, reason } if reason == why => {
                ensure!(conversation == self.conversation(), "somebody else left");
                self.partner = None;
                Ok(())
            }
            other => self.unexpected(&format!("is left ({why:?})"), &other),
        }
    }

    /// Is told that the server closes.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn is_told_closing(&mut self) -> Result<()> {
        match self.ends().await? {
            Ending::Closing(Closing::Server) => Ok(()),
            other => bail!("{} is told {other:?} instead of closing", self.visit.name),
        }
    }

    /// Is told why not.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn is_refused(&mut self) -> Result<Problem> {
        match self.ends().await? {
            Ending::Problem(problem) => Ok(problem),
            other => bail!("{} is not refused, but told {other:?}", self.visit.name),
        }
    }

    /// The visit is over.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn ends(&mut self) -> Result<Ending> {
        match self.next().await? {
            Event::Closed { ending, .. } => {
                self.partner = None;
                Ok(ending)
            }
            other => self.unexpected("is told the end", &other),
        }
    }
}
