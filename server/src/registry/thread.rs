//! The thread that owns the database: takes what is queued, writes it in one transaction, and only then answers. It waits for
//! nothing but orders, so one commit carries whatever came in during the one before.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use acaso_shared::ids::RoomPort;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::NotRecorded;
use super::sql::{Row, Rows, Whose};
use crate::guard::Ban;
use crate::network::Network;

/// Orders in one transaction: more would only make the first of them wait longer.
const BATCH_MAX: usize = 1024;

/// How soon a row that could not be lowered or deleted is tried again if no order comes in between.
const OWED_RETRY: Duration = Duration::from_millis(500);

/// One order, and its place in the queue.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) errand: Errand,
    pub(super) _place: OwnedSemaphorePermit,
}

/// What is to be done.
#[derive(Debug)]
pub(super) enum Errand {
    /// One more seat is given. May be refused.
    Raise {
        port: RoomPort,
        connections: u8,
        done: oneshot::Sender<Result<(), NotRecorded>>,
    },
    /// A seat is empty again. Is never given up.
    Lower {
        port: RoomPort,
        connections: u8,
        done: oneshot::Sender<()>,
    },
    /// What a password is compared with.
    Secret {
        whose: Whose,
        done: oneshot::Sender<Result<Option<String>, NotRecorded>>,
    },
    /// All bans.
    Bans {
        done: oneshot::Sender<Result<Vec<Ban>, NotRecorded>>,
    },
    /// A network is barred.
    Ban {
        ban: Ban,
        done: oneshot::Sender<Result<(), NotRecorded>>,
    },
    /// A network is let in again.
    Unban {
        network: Network,
        done: oneshot::Sender<Result<(), NotRecorded>>,
    },
    /// The server ends.
    Close { done: oneshot::Sender<()> },
}

/// A lowered row that is not written yet, and whoever waits for it. One per room, so there is a ceiling.
#[derive(Default)]
struct Owed {
    connections: u8,
    waiting: Vec<oneshot::Sender<()>>,
}

struct Desk {
    rows: Rows,
    owed: HashMap<RoomPort, Owed>,
    /// Whether the last transaction failed; a failure is logged when it begins and when it ends.
    failing: bool,
}

/// Carries out orders until told to close, or until nobody is left who could order.
pub(super) fn run(rows: Rows, queue: &Receiver<Order>) {
    let mut desk = Desk {
        rows,
        owed: HashMap::new(),
        failing: false,
    };
    let mut closing = None;
    while closing.is_none() {
        let first = match desk.owed.is_empty() {
            true => queue.recv().map_err(RecvTimeoutError::from),
            false => queue.recv_timeout(OWED_RETRY),
        };
        if matches!(first, Err(RecvTimeoutError::Disconnected)) {
            break;
        }
        let orders = first.into_iter().chain(queue.try_iter()).take(BATCH_MAX);
        closing = desk.carry_out(orders.map(|order| order.errand));
    }
    if let Err(error) = desk.rows.clear() {
        tracing::warn!(%error, "the registry still lists rooms; the next start removes them");
    }
    drop(desk);
    if let Some(done) = closing {
        // Whoever asked may be gone by now, and nobody else is to be told.
        let _ = done.send(());
    }
}

impl Desk {
    /// One transaction for all of them; the answer to a `Close` among them is handed back.
    fn carry_out(&mut self, errands: impl Iterator<Item = Errand>) -> Option<oneshot::Sender<()>> {
        // What is owed from before comes first: a later order for the same room has the last word.
        let mut rows: Vec<Row> = self.owed.iter().map(|(port, owed)| owed.row(*port)).collect();
        let (mut raised, mut closing) = (Vec::new(), None);
        for errand in errands {
            match errand {
                Errand::Raise {
                    port,
                    connections,
                    done,
                } => {
                    rows.push(Row { port, connections });
                    raised.push(done);
                }
                Errand::Lower {
                    port,
                    connections,
                    done,
                } => {
                    rows.push(Row { port, connections });
                    let owed = self.owed.entry(port).or_default();
                    owed.connections = connections;
                    owed.waiting.push(done);
                }
                Errand::Close { done } => closing = Some(done),
                Errand::Secret { whose, done } => answer(done, self.rows.secret(&whose)),
                Errand::Bans { done } => answer(done, self.rows.bans()),
                Errand::Ban { ban, done } => answer(done, self.rows.ban(&ban)),
                Errand::Unban { network, done } => answer(done, self.rows.unban(network)),
            }
        }
        let written = self.write(rows);
        // Answers nobody waits for any more are no loss: memory decides, the rows follow it.
        for done in raised {
            let _ = done.send(written);
        }
        if written.is_ok() {
            for done in self.owed.drain().flat_map(|(_, owed)| owed.waiting) {
                let _ = done.send(());
            }
        }
        closing
    }

    fn write(&mut self, rows: Vec<Row>) -> Result<(), NotRecorded> {
        if rows.is_empty() {
            return Ok(());
        }
        let written = self.rows.write(rows);
        match &written {
            Err(error) if !self.failing => {
                tracing::error!(%error, "the registry takes no entries: newcomers are refused until it does");
            }
            Ok(()) if self.failing => tracing::warn!("the registry takes entries again"),
            _ => {}
        }
        self.failing = written.is_err();
        written.map_err(|_| NotRecorded)
    }
}

/// Answers a question that has nothing to do with rooms. Whoever asked may have gone.
fn answer<T>(done: oneshot::Sender<Result<T, NotRecorded>>, found: rusqlite::Result<T>) {
    let _ = done.send(found.map_err(|error| {
        tracing::error!(%error, "the registry cannot be asked about accounts and bans");
        NotRecorded
    }));
}

impl Owed {
    fn row(&self, port: RoomPort) -> Row {
        Row {
            port,
            connections: self.connections,
        }
    }
}
