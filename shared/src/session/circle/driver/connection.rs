//! One connection to another member: waits to be chosen, proves the words if there are any, then passes on what is said both ways.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::AbortHandle;

use crate::ids::{Code, Fingerprint};
use crate::limits::{OUTBOX_MESSAGES_MAX, RELAY_FRAMES_PER_SECOND};
use crate::link::{Exchanged, Link, LinkError, Peer};
use crate::protocol::peer::PeerMessage;
use crate::session::HANG_UP_PATIENCE;
use crate::session::circle::machine::LinkId;
use crate::session::circle::proof::{Keys, Unproven, prove};
use crate::session::pacer::Pacer;
use crate::transport::quic::QuicStream;
use crate::transport::quic::peers::PeerConnection;

/// What waits for a connection to take it: the rest waits where it can be said again.
const SAY_LEN: usize = 16;

/// What a member may say at once, and then how often: a whole outbox said again with what goes with it, and more than a person types.
/// Whoever says more is read more slowly, and keeps nobody from hearing the others.
const HEARD_BURST: usize = 2 * OUTBOX_MESSAGES_MAX;

/// What a connection tells of itself.
#[derive(Debug)]
pub(super) enum Happened {
    /// The other end is about to learn whether its words are ours, once it may.
    Asks,
    /// Its stream stands, and the words are proved.
    Begun,
    /// The other end said that.
    Heard(PeerMessage),
    /// There is room for more to be said.
    Taken,
    /// The other end does not know the words, or hung up when it was told whether they are right.
    WrongWords {
        /// It did not hang up.
        stayed: bool,
    },
    /// It is no more.
    Broken,
}

/// A connection whose task goes on.
pub(super) struct Attended {
    pub(super) say: mpsc::Sender<PeerMessage>,
    /// What is said now is heard after the proof.
    pub(super) begun: bool,
    /// That the other end may learn whether its words are ours.
    pub(super) judge: Arc<Notify>,
    begin: Option<oneshot::Sender<bool>>,
    task: Option<AbortHandle>,
}

impl Attended {
    pub(super) fn held_by(mut self, task: AbortHandle) -> Self {
        self.task = Some(task);
        self
    }

    /// It is chosen; `opens` if it is us who open the stream.
    pub(super) fn begin(&mut self, opens: bool) {
        if let Some(begin) = self.begin.take() {
            // A task that has ended will have told that it is broken.
            let _ = begin.send(opens);
        }
    }

    /// Closes it: what was said is on its way, if there was anybody to say it to.
    pub(super) fn part(self) {
        if !self.begun
            && let Some(task) = &self.task
        {
            task.abort();
        }
    }

    pub(super) fn say_goodbye(self) {
        if self.begun {
            // One that takes nothing is closed without.
            let _ = self.say.try_send(PeerMessage::Bye);
        }
        self.part();
    }
}

/// A connection, and the task that has to be spawned for it.
pub(super) fn attend(
    link: LinkId,
    connection: PeerConnection,
    ours: Fingerprint,
    code: Option<Code>,
    happening: mpsc::Sender<(LinkId, Happened)>,
) -> (Attended, impl Future<Output = ()> + Send + 'static) {
    let (say, said) = mpsc::channel(SAY_LEN);
    let (begin, chosen) = oneshot::channel();
    let attended = Attended {
        say,
        begun: false,
        judge: Arc::default(),
        begin: Some(begin),
        task: None,
    };
    let keys = Keys {
        ours,
        theirs: connection.key,
    };
    let teller = Teller { link, happening };
    let judged = Arc::clone(&attended.judge);
    let task = async move {
        let counted = async {
            teller.tell(Happened::Asks).await;
            judged.notified().await;
        };
        let last = match begun(connection, chosen, code, keys, counted).await {
            Ok(stream) => {
                teller.tell(Happened::Begun).await;
                talk(stream, said, &teller).await;
                Happened::Broken
            }
            Err(happened) => happened,
        };
        teller.tell(last).await;
    };
    (attended, task)
}

struct Teller {
    link: LinkId,
    happening: mpsc::Sender<(LinkId, Happened)>,
}

impl Teller {
    async fn tell(&self, happened: Happened) {
        // A driver that has ended wants to know nothing.
        let _ = self.happening.send((self.link, happened)).await;
    }
}

/// Waits until the connection is chosen, opens or takes its stream, and proves the words.
async fn begun(
    connection: PeerConnection,
    chosen: oneshot::Receiver<bool>,
    code: Option<Code>,
    keys: Keys,
    counted: impl Future<Output = ()>,
) -> Result<Link<QuicStream, Peer>, Happened> {
    let opens = tokio::select! {
        chosen = chosen => chosen.map_err(|_| Happened::Broken)?,
        () = connection.closed() => return Err(Happened::Broken),
    };
    let stream = connection.stream(opens).await;
    let mut link = Link::new(stream.map_err(|_| Happened::Broken)?);
    let Some(code) = code else { return Ok(link) };
    match prove(&mut link, &code, keys, opens, counted).await {
        Ok(()) => Ok(link),
        Err(Unproven::WrongWords) => Err(Happened::WrongWords { stayed: true }),
        Err(Unproven::HungUp) => Err(Happened::WrongWords { stayed: false }),
        Err(error @ (Unproven::Broken(_) | Unproven::NoProof)) => {
            tracing::debug!(%error, "the words were not compared");
            Err(Happened::Broken)
        }
    }
}

/// Passes on what is said, both ways, until either end has enough.
async fn talk(mut link: Link<QuicStream, Peer>, mut said: mpsc::Receiver<PeerMessage>, teller: &Teller) {
    let each = Duration::from_secs(1) / RELAY_FRAMES_PER_SECOND;
    let mut pacer = Pacer::new(u32::try_from(HEARD_BURST).unwrap_or(u32::MAX), each);
    loop {
        let idle = link.is_idle();
        tokio::select! {
            message = said.recv(), if idle => match message {
                Some(message) => {
                    if link.queue(&message).is_err() {
                        return;
                    }
                }
                None => {
                    link.close(HANG_UP_PATIENCE).await;
                    return;
                }
            },
            exchanged = link.exchange() => match exchanged {
                Ok(Exchanged::Said) => teller.tell(Happened::Taken).await,
                Ok(Exchanged::Heard(message)) => {
                    teller.tell(Happened::Heard(message)).await;
                    rest(&mut pacer).await;
                }
                Err(error) => return ended(&error),
            },
        }
    }
}

async fn rest(pacer: &mut Pacer) {
    if let Err(next) = pacer.take(Instant::now()) {
        tokio::time::sleep_until(next.into()).await;
    }
}

fn ended(error: &LinkError) {
    tracing::debug!(%error, "a link to a member ended");
}
