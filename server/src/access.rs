//! Whether somebody may have a seat: nothing is asked, one password, or an account's. Passwords are compared with what the
//! registry keeps, slowly on purpose, a few at a time, and the guard makes whoever guesses wait.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use acaso_shared::ids::{AccountName, Password};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::lobby::Access;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::guard::Pass;
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
        let turn = self.turn().await?;
        // And again, since others of the same network may have been wrong meanwhile: who guesses in parallel gains nothing.
        pass.may_log_in()?;
        let hash = match (asked, account) {
            (Access::Open, _) => return Ok(()),
            (Access::Password, _) => self.registry.secret(Whose::Server).await,
            (Access::Accounts, Some(name)) => self.registry.secret(Whose::Account(name)).await,
            (Access::Accounts, None) => Ok(None),
        };
        let hash = hash.map_err(|_| Refusal::Registry {
            retry_after_secs: REGISTRY_RETRY_SECS,
        })?;
        self.compare(password, hash, pass.clone(), turn).await
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        let _place = self.queue.try_acquire().map_err(|_| Refusal::SlowDown {
            retry_after_secs: QUEUE_RETRY_SECS,
        })?;
        let turn = self.turns.clone().acquire_owned().await;
        Ok(turn.expect("the gate's semaphores are never closed"))
    }

    /// Compares on a thread that may be busy. Everything is done and counted there, so that nobody escapes by going away.
    async fn compare(
        &self,
        password: Password,
        hash: Option<String>,
        pass: Pass,
        turn: OwnedSemaphorePermit,
    ) -> Result<(), Refusal> {
        let compared = Arc::clone(&self.compared);
        let verdict = tokio::task::spawn_blocking(move || {
            let fits = passwords::fits(&password, hash.as_deref().unwrap_or(passwords::DECOY));
            compared.fetch_add(1, Ordering::Relaxed);
            let verdict = match fits && hash.is_some() {
                true => {
                    pass.right_login();
                    Ok(())
                }
                false => Err(pass.wrong_login()),
            };
            drop(turn);
            verdict
        });
        // Only a runtime that is being shut down does not carry it out.
        verdict.await.unwrap_or(Err(Refusal::Closing))
    }
}
