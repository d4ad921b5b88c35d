//! Waiting for something to happen, with an end. The end is far away: it is there for what never happens, not for what is slow.

use std::fmt::Display;
use std::future::Future;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

/// How long anything may take on a computer that is busy with other things.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How often somebody looks who cannot be told: the state of a file or of a port is no event.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Waits for that.
///
/// # Errors
/// It did not happen.
pub async fn soon<T>(what: impl Display, happens: impl Future<Output = T>) -> Result<T> {
    timeout(PATIENCE, happens)
        .await
        .with_context(|| format!("it did not happen: {what}"))
}

/// Looks again and again until there is something to see. An error of the look is what there is to see.
///
/// # Errors
/// There was nothing to see in all that time; the last thing seen instead is told.
pub async fn seen<T, E: Display>(
    what: impl Display,
    mut look: impl AsyncFnMut() -> Result<Result<T, E>>,
) -> Result<T> {
    let end = Instant::now() + PATIENCE;
    let mut turns = interval(LOOK_EVERY);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        match look().await? {
            Ok(seen) => return Ok(seen),
            Err(instead) if Instant::now() > end => {
                bail!("it was not to be seen: {what}; instead: {instead}")
            }
            Err(_) => drop(turns.tick().await),
        }
    }
}
