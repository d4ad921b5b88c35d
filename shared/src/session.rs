//! The client engine: a person's wishes in ([`Command`]), what happened out ([`Event`]). It knows no window and no terminal.
//!
//! Decisions are plain values in `state`; `driver` owns the sockets and clocks and does what they say; `call` is one attempt from an
//! address to a seat, new or one's own.

mod driver;

mod call;
mod state;

mod pacer;

pub mod circle;
pub mod event;
pub mod plaza;

use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::limits::{
    DEAD_AFTER, GRACE, MEETING_TIMEOUT, MEMBER_DEAD_AFTER, MEMBER_PING_AFTER, MEMBER_UNANSWERED_AFTER,
    MESSAGES_PER_SECOND, PING_AFTER, QUEUE_LEN,
};
use crate::protocol::{VERSIONS, VersionRange};
use crate::transport::{Authorities, Dialler, Liveness};
pub use event::{
    Command, ConversationId, Ending, Event, Goodbye, Habits, Login, MessageId, NotSent, Partner, Problem,
    Transport, Visit, Way,
};

/// How long [`Session::finish`] waits for the goodbye to be taken by the network.
const FAREWELL_PATIENCE: Duration = Duration::from_millis(1500);

/// How long a goodbye may take to reach the network; nobody waits for it but the end of the program.
const HANG_UP_PATIENCE: Duration = Duration::from_secs(1);

/// When a goodbye whose end the server has not confirmed is told to the lobby as well: early enough that this can be done before the
/// program ends.
const HEARD_PATIENCE: Duration = Duration::from_millis(500);

/// What an engine needs to know before it begins.
#[derive(Clone, Debug)]
pub struct Options {
    /// The file of known servers; see [`KnownServers`](crate::known_servers::KnownServers).
    pub known_servers: PathBuf,
    /// The versions it speaks; only tests have a reason for others than [`VERSIONS`].
    pub versions: VersionRange,
    /// How long things may take.
    pub timings: Timings,
    /// What it dials with. Engines that share one share its sockets; it should keep to the same times.
    pub dialler: Dialler,
    /// Those who can vouch for a server's name.
    pub authorities: Authorities,
}

impl Options {
    /// Everything as usual, with that file of known servers.
    pub fn new(known_servers: PathBuf) -> Self {
        Self {
            known_servers,
            versions: VERSIONS,
            timings: Timings::default(),
            dialler: Dialler::default(),
            authorities: Authorities::default(),
        }
    }
}

/// How long things may take. The defaults are what the protocol promises; only tests have a reason for others.
#[derive(Clone, Copy, Debug)]
pub struct Timings {
    /// Silence after which the server is asked for a sign of life.
    pub ping_after: Duration,
    /// Silence after which a link is dead.
    pub dead_after: Duration,
    /// The first pause between attempts to come back; it doubles up to thirty times this.
    pub pause: Duration,
    /// How long it is tried to come back to a conversation.
    pub grace: Duration,
    /// After a burst, one message is let through each so long.
    pub message_every: Duration,
    /// How long all ways to another member of a circle are tried at once.
    pub meeting: Duration,
    /// How long something said to another member may go without an answer before the link counts as lost.
    pub unanswered: Duration,
    /// When a silent link to another member is asked for a sign of life, and when it is dead.
    pub members: Liveness,
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            ping_after: PING_AFTER,
            dead_after: DEAD_AFTER,
            pause: Duration::from_secs(1),
            grace: GRACE,
            message_every: Duration::from_secs(1) / MESSAGES_PER_SECOND,
            meeting: MEETING_TIMEOUT,
            unanswered: MEMBER_UNANSWERED_AFTER,
            members: Liveness {
                ping_after: MEMBER_PING_AFTER,
                dead_after: MEMBER_DEAD_AFTER,
            },
        }
    }
}

/// A running engine.
#[derive(Debug)]
pub struct Session {
    commands: mpsc::Sender<Command>,
    driver: JoinHandle<()>,
}

/// The engine has more commands than it has taken, or has ended; the command comes back.
#[derive(Debug, thiserror::Error)]
#[error("the engine does not take commands at the moment")]
pub struct NotTaken(pub Command);

/// Starts an engine on the current tokio runtime. It is idle until [`Command::Meet`]. Events wait in a bounded queue: an owner who
/// does not take them stops the conversation, and nothing is lost.
///
/// # Panics
/// Outside a tokio runtime.
pub fn spawn(options: Options) -> (Session, mpsc::Receiver<Event>) {
    let (commands, wishes) = mpsc::channel(QUEUE_LEN);
    let (happened, events) = mpsc::channel(QUEUE_LEN);
    let driver = tokio::spawn(driver::Driver::new(options, wishes, happened).run());
    (Session { commands, driver }, events)
}

impl Session {
    /// Passes a wish on, waiting while the queue is full. Cancel-safe: a command that was not taken was not sent. Go on taking
    /// events meanwhile: an engine whose events nobody takes takes no commands.
    ///
    /// # Errors
    /// The engine has ended.
    pub async fn command(&self, command: Command) -> Result<(), NotTaken> {
        self.commands
            .send(command)
            .await
            .map_err(|error| NotTaken(error.0))
    }

    /// Passes a wish on at once.
    ///
    /// # Errors
    /// The queue is full, or the engine has ended; the command comes back.
    #[expect(
        clippy::result_large_err,
        reason = "what was passed in comes back, and is moved once more"
    )]
    pub fn try_command(&self, command: Command) -> Result<(), NotTaken> {
        self.commands
            .try_send(command)
            .map_err(|error| NotTaken(error.into_inner()))
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
