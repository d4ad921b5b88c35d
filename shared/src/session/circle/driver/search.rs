//! Attempts at connections to other members, in both directions. Each is a task that ends with its owner.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::sleep;

use crate::ids::Fingerprint;
use crate::limits::QUEUE_LEN;
use crate::session::circle::machine::Target;
use crate::transport::quic::peers::{Dialled, PeerConnection, PeerEndpoint};

/// Handshakes with whoever dials us that go on at the same time; nobody has to prove anything before.
const ANSWERED_MAX: usize = 32;

/// Of those so many may come from addresses at which nobody is known to be: opening a way through routers has no time to ask back.
const FORGED_MAX: usize = ANSWERED_MAX / 4;

/// Where we are turned away, the other end may not have been told of us yet: how long until we try again.
const AGAIN_AFTER: Duration = Duration::from_millis(300);

/// All attempts that go on.
pub(super) struct Searches {
    endpoint: Arc<PeerEndpoint>,
    dialling: BTreeMap<Fingerprint, Vec<AbortHandle>>,
    tasks: JoinSet<()>,
    answers: JoinSet<()>,
    standing: mpsc::Sender<PeerConnection>,
    stood: mpsc::Receiver<PeerConnection>,
}

impl Searches {
    pub(super) fn new(endpoint: Arc<PeerEndpoint>) -> Self {
        let (standing, stood) = mpsc::channel(QUEUE_LEN);
        Self {
            endpoint,
            dialling: BTreeMap::new(),
            tasks: JoinSet::new(),
            answers: JoinSet::new(),
            standing,
            stood,
        }
    }

    /// The next connection that stands. Cancel-safe.
    pub(super) async fn stood(&mut self) -> Option<PeerConnection> {
        let stood = self.stood.recv().await;
        while self.tasks.try_join_next().is_some() {}
        stood
    }

    /// Tries all of these at once, until it is stopped.
    pub(super) fn dial(&mut self, key: Fingerprint, targets: Vec<Target>) {
        self.stop(key);
        while self.tasks.try_join_next().is_some() {}
        let attempts = targets.into_iter().map(|target| {
            let attempt = dial(Arc::clone(&self.endpoint), target, key, self.standing.clone());
            self.tasks.spawn(attempt)
        });
        self.dialling.insert(key, attempts.collect());
    }

    pub(super) fn stop(&mut self, key: Fingerprint) {
        for attempt in self.dialling.remove(&key).unwrap_or_default() {
            attempt.abort();
        }
    }

    /// Shakes hands with whoever dials us.
    pub(super) fn answer(&mut self, dialled: Dialled) {
        while self.answers.try_join_next().is_some() {}
        match self.answers.len() {
            // Dropping refuses.
            ANSWERED_MAX.. => return,
            // Addresses can be forged, and whoever does that is not to keep the others from being answered.
            FORGED_MAX.. if !dialled.is_there() => return dialled.ask_again(),
            _ => {}
        }
        let standing = self.standing.clone();
        self.answers.spawn(async move {
            match dialled.stand().await {
                // A driver that has ended wants no connections.
                Ok(connection) => drop(standing.send(connection).await),
                Err(error) => tracing::trace!(%error, "who dialled us came to nothing"),
            }
        });
    }
}

async fn dial(
    endpoint: Arc<PeerEndpoint>,
    target: Target,
    key: Fingerprint,
    standing: mpsc::Sender<PeerConnection>,
) {
    sleep(target.after).await;
    loop {
        match endpoint.dial(target.route, key).await {
            // A driver that has ended wants no connections.
            Ok(connection) => return drop(standing.send(connection).await),
            Err(error) => tracing::trace!(%error, "a member is not reached"),
        }
        sleep(AGAIN_AFTER).await;
    }
}
