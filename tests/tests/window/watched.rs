//! Something that one thread changes and another waits for.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Two debug builds that draw without a graphics card, on a busy machine, may take this long over what is done at once.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A shared value whose changes can be waited for.
pub(crate) struct Watched<T>(Arc<(Mutex<T>, Condvar)>);

impl<T> Clone for Watched<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Watched<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Arc::new((Mutex::new(value), Condvar::new())))
    }

    /// Changes the value and wakes whoever waits.
    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let (value, changed) = &*self.0;
        let result = change(&mut value.lock().unwrap_or_else(PoisonError::into_inner));
        changed.notify_all();
        result
    }

    /// Waits until `pick` finds in the value what it looks for; `what` names it in the error.
    pub(crate) fn wait<R>(&self, what: &str, mut pick: impl FnMut(&mut T) -> Option<R>) -> Result<R> {
        let deadline = Instant::now() + PATIENCE;
        let (value, changed) = &*self.0;
        let mut value = value.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(found) = pick(&mut value) {
                return Ok(found);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                bail!("{what} did not happen within {} s", PATIENCE.as_secs());
            }
            (value, _) = changed
                .wait_timeout(value, left)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}
