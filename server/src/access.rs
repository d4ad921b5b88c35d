//! Whether somebody may have a seat: nothing is asked, one password, or an account's. Passwords are compared with what the
//! registry keeps, slowly on purpose, a few at a time, and the guard makes whoever guesses wait.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use acaso_shared::ids::{AccountName, Password};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::lobby::Access;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::guard::{LoginTurn, Pass};
use crate::passwords;
use crate::registry::{Registry, Whose};

/// Passwords compared at once: each takes a core for some 30 ms and 19 MB, and people are to be served meanwhile.
const HASHES_MAX: usize = 2;

/// People waiting for it. At some 60 comparisons a second the last of them waits two seconds.
const QUEUE_MAX: usize = 128;

/// When somebody may try again who found the queue full.
const QUEUE_RETRY_SECS: u32 = 5;

/// When somebody may try again while the registry cannot be read.
const REGISTRY_RETRY_SECS: u32 = 10;

/// What is asked, and whether an answer is right.
#[derive(Debug)]
pub(crate) struct Gate {
    asked: Mutex<Access>,
    registry: Registry,
    queue: Semaphore,
    turns: Arc<Semaphore>,
    compared: Arc<AtomicU64>,
}

/// Leave to compare one password.
struct Turn {
    of_network: LoginTurn,
    _of_all: OwnedSemaphorePermit,
}

impl Gate {
    pub(crate) fn new(asked: Access, registry: Registry) -> Self {
        Self {
            asked: Mutex::new(asked),
            registry,
            queue: Semaphore::new(QUEUE_MAX),
            turns: Arc::new(Semaphore::new(HASHES_MAX)),
            compared: Arc::default(),
        }
    }

    /// What is asked of whoever comes now.
    pub(crate) fn asked(&self) -> Access {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on something else is asked. Whoever is in already stays.
    pub(crate) fn ask(&self, access: Access) {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = access;
    }

    /// How many passwords were compared so far.
    pub(crate) fn compared(&self) -> u64 {
        self.compared.load(Ordering::Relaxed)
    }

    /// Whether this is the right answer to what was `asked`. An unknown account takes as long as a wrong password.
    ///
    /// # Errors
    /// The refusal to say.
    pub(crate) async fn log_in(
        &self,
        asked: Access,
        account: Option<AccountName>,
        password: Password,
        pass: &Pass,
    ) -> Result<(), Refusal> {
        // Before the queue, so that whoever has to wait takes no place in it.
        pass.may_log_in()?;
        let turn = self.turn(pass).await?;
        let hash = match (asked, account) {
            (Access::Open, _) => return Ok(()),
            (Access::Password, _) => self.registry.secret(Whose::Server).await,
            (Access::Accounts, Some(name)) => self.registry.secret(Whose::Account(name)).await,
            (Access::Accounts, None) => Ok(None),
        };
        let hash = hash.map_err(|_| Refusal::Registry {
            retry_after_secs: REGISTRY_RETRY_SECS,
        })?;
        self.compare(password, hash, turn).await
    }

    /// A turn of their network, then one of all.
    async fn turn(&self, pass: &Pass) -> Result<Turn, Refusal> {
        let _place = self.queue.try_acquire().map_err(|_| Refusal::SlowDown {
            retry_after_secs: QUEUE_RETRY_SECS,
        })?;
        let of_network = pass.login_turn().await?;
        let of_all = self.turns.clone().acquire_owned().await;
        Ok(Turn {
            of_network,
            _of_all: of_all.expect("the gate's semaphores are never closed"),
        })
    }

    /// Compares on a thread that may be busy. Everything is done and counted there, so that nobody escapes by going away.
    async fn compare(&self, password: Password, hash: Option<String>, turn: Turn) -> Result<(), Refusal> {
        let compared = Arc::clone(&self.compared);
        let verdict = tokio::task::spawn_blocking(move || {
            // Taken along as a whole: the turn ends when this does, not when whoever waits goes away.
            let turn = turn;
            let fits = passwords::fits(&password, hash.as_deref().unwrap_or(passwords::DECOY));
            compared.fetch_add(1, Ordering::Relaxed);
            match fits && hash.is_some() {
                true => Ok(()),
                false => Err(turn.of_network.wrong_login()),
            }
        });
        // Only a runtime that is being shut down does not carry it out.
        verdict.await.unwrap_or(Err(Refusal::Closing))
    }
}
