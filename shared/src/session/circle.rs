//! A visit to a circle, as [`Session`](super::Session) is one to a stranger: wishes in, news out. The server introduces the members; what
//! they say goes from one to each other directly, encrypted between the two.

mod driver;

mod machine;
mod proof;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::event::{Ending, MessageId, Visit};
use super::{FAREWELL_PATIENCE, Options};
use crate::ids::{CircleName, Code, Fingerprint, MessageText, Name};
use crate::limits::QUEUE_LEN;
use crate::protocol::circle::CircleMember;

/// Which circle to visit, and as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CircleVisit {
    /// The server, the name to go by, and how to get there. Habits and its way have no meaning here.
    pub visit: Visit,
    /// The circle.
    pub circle: Circle,
}

/// Which circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Circle {
    /// Whoever knows the name may come.
    Named(CircleName),
    /// A new one, which only those can join to whom its code is told.
    New,
    /// The one of that code, which has to be a lasting one.
    Coded(Code),
}

/// What a member wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CircleCommand {
    /// Say something to everybody who is there now.
    Say {
        /// The sender's own number for it, unique within the visit.
        id: MessageId,
        /// The words.
        text: MessageText,
    },
    /// Do not wait for the next attempts to reach the server and the members that are away: try now.
    TryNow,
    /// Say goodbye to all and go, at once.
    Leave,
}

/// How another member is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// From computer to computer.
    Direct,
    /// Through the server, which cannot read it.
    Relayed,
}

/// What happened in a circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CircleNews {
    /// On the way: looking the server up, connecting, asking to be introduced.
    Calling {
        /// 1 for the first try.
        attempt: u32,
    },
    /// Introduced: whoever is there follows one by one, as each is reached.
    Gathered {
        /// Who we are there.
        member: CircleMember,
        /// The key that the others see of us, and can ask us to read out.
        key: Fingerprint,
        /// What others need to come, where a code is needed.
        code: Option<Code>,
    },
    /// A member is reached: its handshake stands, and what is said from here on is for it, too.
    Came {
        /// Who.
        member: CircleMember,
        /// The name they go by; whatever they say it is.
        name: Name,
        /// Their key, to be compared over another way of talking.
        key: Fingerprint,
        /// How.
        path: Path,
    },
    /// A member is reached another way than before.
    Path {
        /// Who.
        member: CircleMember,
        /// How.
        path: Path,
    },
    /// A member was introduced to whom no way was found; tried again now and then.
    Unreachable {
        /// Who.
        member: CircleMember,
    },
    /// A member said something; each thing once, in the order in which they said it.
    Said {
        /// Who.
        member: CircleMember,
        /// The words.
        text: MessageText,
    },
    /// That member's program has our message, and all before it.
    Delivered {
        /// Our number for it.
        id: MessageId,
        /// Who has it.
        member: CircleMember,
    },
    /// That member left, or never came back, before our message was known to have arrived there.
    NotDelivered {
        /// Our number for it.
        id: MessageId,
        /// Who may not have it.
        member: CircleMember,
    },
    /// A text was not taken: it belongs back into the composer.
    NotSaid {
        /// Our number for it.
        id: MessageId,
        /// The words, back.
        text: MessageText,
        /// Why.
        reason: NotSaid,
    },
    /// The link to a member is lost. What is said is kept for them.
    Away {
        /// Who.
        member: CircleMember,
    },
    /// They are back; what they missed is on its way.
    Back {
        /// Who.
        member: CircleMember,
        /// How they are reached.
        path: Path,
    },
    /// A member is gone for good: they said goodbye, or were away for too long.
    Went {
        /// Who.
        member: CircleMember,
        /// Whether they said goodbye.
        left: bool,
    },
    /// Somebody came to a circle with a code and did not know the words. After a few of them nobody new is let in.
    WrongWords {
        /// Whether newcomers are still let in.
        open: bool,
    },
    /// The link to the server is lost: nobody new can be introduced. The circle goes on.
    LobbyLost {
        /// When it is tried again, in milliseconds from now.
        retry_in_millis: u64,
    },
    /// The server is back.
    LobbyBack,
    /// The visit is over, and the engine has ended.
    Closed(Ending),
}

/// Why a text was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSaid {
    /// Nobody is there to hear it.
    Nobody,
    /// Too many messages wait their turn.
    TooFast {
        /// When to try again, in seconds.
        retry_after_secs: u32,
    },
}

/// A visit to a circle that goes on.
#[derive(Debug)]
pub struct CircleSession {
    commands: mpsc::Sender<CircleCommand>,
    driver: JoinHandle<()>,
}

/// The engine has more commands than it has taken, or has ended; the command comes back.
#[derive(Debug, thiserror::Error)]
#[error("the engine does not take commands at the moment")]
pub struct NotTaken(pub CircleCommand);

/// Begins a visit on the current tokio runtime, with a new key. News wait in a bounded queue: the members wait for an owner who does not
/// take them, for a while. One who has said that they leave and then takes none for half a second is told no more, not even
/// [`CircleNews::Closed`].
///
/// # Panics
/// Outside a tokio runtime.
pub fn spawn(options: Options, visit: CircleVisit) -> (CircleSession, mpsc::Receiver<CircleNews>) {
    let (commands, wishes) = mpsc::channel(QUEUE_LEN);
    let (happened, news) = mpsc::channel(QUEUE_LEN);
    let driver = tokio::spawn(driver::run(options, visit, wishes, happened));
    (CircleSession { commands, driver }, news)
}

impl CircleSession {
    /// Passes a wish on, waiting while the queue is full. Cancel-safe: a command that was not taken was not sent. Go on taking
    /// news meanwhile: an engine whose news nobody takes takes no commands.
    ///
    /// # Errors
    /// The engine has ended.
    pub async fn command(&self, command: CircleCommand) -> Result<(), NotTaken> {
        let taken = self.commands.send(command).await;
        taken.map_err(|error| NotTaken(error.0))
    }

    /// Passes a wish on at once.
    ///
    /// # Errors
    /// The queue is full, or the engine has ended; the command comes back.
    pub fn try_command(&self, command: CircleCommand) -> Result<(), NotTaken> {
        let taken = self.commands.try_send(command);
        taken.map_err(|error| NotTaken(error.into_inner()))
    }

    /// Says goodbye if there is anybody to say it to, and ends the engine, within a second and a half.
    pub async fn finish(self) {
        drop(self.commands);
        let abort = self.driver.abort_handle();
        if tokio::time::timeout(FAREWELL_PATIENCE, self.driver)
            .await
            .is_err()
        {
            abort.abort();
        }
    }
}

#[cfg(test)]
mod tests;
