//! The SQLite file that says which rooms exist and how many seats of each are given: a record, right at any moment, for
//! whoever looks from outside. Nothing is decided by it; the server's memory is the truth for choosing. Beside the rooms it keeps
//! what outlives a run: accounts, the password for all, bans.

mod accounts;
mod schema;
mod sql;
mod thread;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use acaso_shared::ids::RoomPort;
use tokio::sync::{Semaphore, oneshot};

pub use self::accounts::{AccountError, Accounts};
pub use self::schema::OpenError;
pub(crate) use self::sql::Whose;
use self::thread::{Errand, Order};
use crate::guard::Ban;
use crate::network::Network;

/// Name of the database in the data directory.
pub const FILE_NAME: &str = "acaso.db";

/// Orders waiting for the thread. Full means that the disk is slower than people come: whoever orders next waits.
const QUEUE_LEN: usize = 1024;

/// How long the thread waits for somebody else's lock on the database: longer than any reader needs, and short enough
/// that newcomers are refused while they still watch.
const BUSY_TIMEOUT: Duration = Duration::from_millis(500);

/// The row could not be written: the disk is full, or somebody holds the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the registry takes no entries at the moment")]
pub(crate) struct NotRecorded;

/// Hands orders to the thread that owns the database. Orders of one sender are carried out in their order.
#[derive(Clone, Debug)]
pub(crate) struct Registry {
    orders: SyncSender<Order>,
    /// One permit for each place in the queue, so that waiting for a place blocks no thread.
    places: Arc<Semaphore>,
}

impl Registry {
    /// Opens the database in that directory, takes out the rooms of an earlier run, which are gone, and starts the thread.
    ///
    /// # Errors
    /// Says what is wrong with the file; one of a newer schema is left as it is.
    pub(crate) fn open(directory: &Path) -> Result<Self, OpenError> {
        let rows = sql::Rows::new(schema::open(&directory.join(FILE_NAME), BUSY_TIMEOUT)?);
        let (orders, queue) = sync_channel(QUEUE_LEN);
        std::thread::Builder::new()
            .name("registry".into())
            .spawn(move || thread::run(rows, &queue))
            .map_err(OpenError::Thread)?;
        Ok(Self {
            orders,
            places: Arc::new(Semaphore::new(QUEUE_LEN)),
        })
    }

    /// One more seat of that room is given: on return, its row says so.
    ///
    /// # Errors
    /// Nothing was written.
    pub(crate) async fn raise(&self, port: RoomPort, connections: u8) -> Result<(), NotRecorded> {
        let (done, answer) = oneshot::channel();
        self.order(Errand::Raise {
            port,
            connections,
            done,
        })
        .await;
        answer.await.unwrap_or(Err(NotRecorded))
    }

    /// A seat of that room is empty again; with none given the row goes. Returns once that is written, which is tried until
    /// it succeeds, also if this future is dropped once it has found its place in the queue.
    pub(crate) async fn lower(&self, port: RoomPort, connections: u8) {
        let (done, answer) = oneshot::channel();
        self.order(Errand::Lower {
            port,
            connections,
            done,
        })
        .await;
        // No answer: the thread has ended, and with it every row.
        let _ = answer.await;
    }

    /// Removes all rows and writes everything into the one file. Later orders come to nothing.
    pub(crate) async fn close(&self) {
        let (done, answer) = oneshot::channel();
        self.order(Errand::Close { done }).await;
        let _ = answer.await;
    }

    /// The hash that a password is compared with; `None` if there is no such account, or no password was set.
    ///
    /// # Errors
    /// The file cannot be read at the moment.
    pub(crate) async fn secret(&self, whose: Whose) -> Result<Option<String>, NotRecorded> {
        self.ask(|done| Errand::Secret { whose, done }).await
    }

    /// All bans that were kept.
    ///
    /// # Errors
    /// The file cannot be read at the moment.
    pub(crate) async fn bans(&self) -> Result<Vec<Ban>, NotRecorded> {
        self.ask(|done| Errand::Bans { done }).await
    }

    /// Keeps a ban.
    ///
    /// # Errors
    /// Nothing was written.
    pub(crate) async fn ban(&self, ban: Ban) -> Result<(), NotRecorded> {
        self.ask(|done| Errand::Ban { ban, done }).await
    }

    /// Forgets a ban.
    ///
    /// # Errors
    /// Nothing was written.
    pub(crate) async fn unban(&self, network: Network) -> Result<(), NotRecorded> {
        self.ask(|done| Errand::Unban { network, done }).await
    }

    async fn ask<T>(
        &self,
        errand: impl FnOnce(oneshot::Sender<Result<T, NotRecorded>>) -> Errand,
    ) -> Result<T, NotRecorded> {
        let (done, answer) = oneshot::channel();
        self.order(errand(done)).await;
        answer.await.unwrap_or(Err(NotRecorded))
    }

    async fn order(&self, errand: Errand) {
        let Ok(place) = self.places.clone().acquire_owned().await else {
            return;
        };
        // Fails only once the thread has ended; the errand's answer, dropped with it, says so.
        let _ = self.orders.try_send(Order {
            errand,
            _place: place,
        });
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use self::tests::Stalled;
