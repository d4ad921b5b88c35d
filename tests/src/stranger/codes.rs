//! How somebody at a client meets somebody in particular, and how they may meet them again.

use acaso_shared::ids::Code;
use acaso_shared::session::{Command, Event, Problem, Way};
use anyhow::{Result, ensure};

use super::Stranger;

impl Stranger {
    /// Waits for whom the code is read to: that code.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn invites(&mut self) -> Result<Code> {
        match self.next().await? {
            Event::Invited { code, .. } => Ok(code),
            other => self.unexpected("waits with a code", &other),
        }
    }

    /// Has lost the link while nobody was there, and is on the way back.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn tries_again(&mut self) -> Result<()> {
        match self.next().await? {
            Event::TryingAgain { .. } => Ok(()),
            other => self.unexpected("tries again", &other),
        }
    }

    /// Is back where they waited, however often that was tried, with the same code.
    ///
    /// # Errors
    /// Something else happened, or it is another code.
    pub async fn invites_again(&mut self, code: &Code) -> Result<()> {
        loop {
            match self.next().await? {
                Event::TryingAgain { .. } => {}
                Event::Invited { code: again, .. } if again == *code => return Ok(()),
                other => return self.unexpected("waits with the same code", &other),
            }
        }
    }

    /// Leaves whatever they do, and looks for whom that says.
    ///
    /// # Errors
    /// The engine has ended.
    pub async fn looks_for(&mut self, way: Way) -> Result<()> {
        self.visit.way = way;
        self.asks_again().await
    }

    /// Is told why nobody was met, whether or not they sat down before.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn meets_nobody(&mut self) -> Result<Problem> {
        loop {
            match self.next().await? {
                Event::Waiting { .. } => {}
                event => {
                    self.kept.push_front(event);
                    return self.is_refused().await;
                }
            }
        }
    }

    /// Would like to meet the partner of now again.
    ///
    /// # Errors
    /// The engine has ended.
    pub async fn keeps(&mut self) -> Result<()> {
        let conversation = self.conversation();
        self.command(Command::Keep { conversation }).await
    }

    /// Is told that both would: the code.
    ///
    /// # Errors
    /// Something else happened.
    pub async fn is_kept(&mut self) -> Result<Code> {
        match self.next().await? {
            Event::Kept { conversation, code } => {
                ensure!(conversation == self.conversation(), "somebody else would");
                Ok(code)
            }
            other => self.unexpected("may meet the partner again", &other),
        }
    }
}
