//! A visit to a plaza, as [`Session`](super::Session) is one to a stranger: wishes in, news out. Public rooms need no keys, and what was
//! missed while the link was lost is shown by the server, if it keeps it.

mod driver;

mod machine;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::call::{self, Caller};
use super::event::{Ending, MessageId, Problem, Visit};
use super::{FAREWELL_PATIENCE, Options};
use crate::ids::{PlazaName, PostText, Subject};
use crate::limits::QUEUE_LEN;
use crate::protocol::Refusal;
use crate::protocol::plaza::{Member, MemberNumber, PlazaFacts, Post, PostNumber};

/// Which plaza to visit, and as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlazaVisit {
    /// The server, the name to go by, and how to get there. Habits have no meaning here.
    pub visit: Visit,
    /// The plaza.
    pub plaza: PlazaName,
}

/// What a person in a plaza wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlazaCommand {
    /// Say something to everybody. Answered by [`PlazaNews::Posted`] or [`PlazaNews::NotPosted`].
    Post {
        /// The sender's own number for it, unique within the visit.
        id: MessageId,
        /// What it is about.
        subject: Option<Subject>,
        /// The words.
        text: PostText,
    },
    /// Do not wait for the next attempt to come back: try now.
    TryNow,
    /// Say goodbye and go, at once.
    Leave,
}

/// What happened in a plaza.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlazaNews {
    /// On the way: looking the server up, connecting, asking to come in.
    Calling {
        /// 1 for the first try.
        attempt: u32,
    },
    /// Inside, for the first time or again. Who is here, oneself included, follows; who was here before is no longer known to be.
    Entered {
        /// Who we are there.
        member: MemberNumber,
    },
    /// Some of those who are here.
    Here(Vec<Member>),
    /// Somebody came.
    Came(Member),
    /// Somebody is gone.
    Went(MemberNumber),
    /// Somebody else's post, or one of ours that came to be known only after a lost link. None is told twice.
    Post(Post),
    /// Our post was taken.
    Posted {
        /// Our number for it.
        id: MessageId,
        /// Its place in the order of all.
        number: PostNumber,
        /// When, in seconds since 1970, UTC, by the server's clock.
        unix_secs: u64,
    },
    /// Our post was not taken, or is not known to have been: it belongs back into the composer.
    NotPosted {
        /// Our number for it.
        id: MessageId,
        /// What it was about.
        subject: Option<Subject>,
        /// The words, back.
        text: PostText,
        /// Why.
        reason: NotPosted,
    },
    /// The link was lost; it is tried to come back until somebody leaves.
    LinkLost {
        /// When the next attempt begins, in milliseconds from now.
        retry_in_millis: u64,
    },
    /// The visit is over, and the engine has ended.
    Closed(Ending),
}

/// Why a post was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotPosted {
    /// The server's word.
    Refused(Refusal),
    /// The link was lost before the answer came. It may have been taken.
    Unknown,
    /// We are not inside, or as many as may wait are waiting for an answer.
    NotTaken,
}

/// A visit to a plaza that goes on.
#[derive(Debug)]
pub struct PlazaSession {
    commands: mpsc::Sender<PlazaCommand>,
    driver: JoinHandle<()>,
}

/// The engine has more commands than it has taken, or has ended; the command comes back.
#[derive(Debug, thiserror::Error)]
#[error("the engine does not take commands at the moment")]
pub struct NotTaken(pub PlazaCommand);

/// Which plazas a server has, in its operator's order; none where it offers none.
///
/// # Errors
/// Why the server cannot be asked.
pub async fn list(options: Options, visit: Visit) -> Result<Vec<PlazaFacts>, Problem> {
    call::plazas(&visit, &Caller::new(options)).await
}

/// Begins a visit on the current tokio runtime. News wait in a bounded queue: an owner who does not take them is soon parted from by
/// the plaza, which waits for nobody, and comes back once they do.
///
/// # Panics
/// Outside a tokio runtime.
pub fn spawn(options: Options, visit: PlazaVisit) -> (PlazaSession, mpsc::Receiver<PlazaNews>) {
    let (commands, wishes) = mpsc::channel(QUEUE_LEN);
    let (happened, news) = mpsc::channel(QUEUE_LEN);
    let driver = tokio::spawn(driver::Driver::new(options, visit, wishes, happened).run());
    (PlazaSession { commands, driver }, news)
}

impl PlazaSession {
    /// Passes a wish on, waiting while the queue is full. Cancel-safe: a command that was not taken was not sent. Go on taking
    /// news meanwhile: an engine whose news nobody takes takes no commands.
    ///
    /// # Errors
    /// The engine has ended.
    pub async fn command(&self, command: PlazaCommand) -> Result<(), NotTaken> {
        let taken = self.commands.send(command).await;
        taken.map_err(|error| NotTaken(error.0))
    }

    /// Passes a wish on at once.
    ///
    /// # Errors
    /// The queue is full, or the engine has ended; the command comes back.
    pub fn try_command(&self, command: PlazaCommand) -> Result<(), NotTaken> {
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
