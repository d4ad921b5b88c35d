//! The one well-known port: lets visitors in, each in a task of its own, and takes nobody's word before their turn.

mod visitor;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::budget::Place;
use crate::entrance::{Caller, Entrance};
use crate::matchmaker::Matchmaker;
use crate::room::{Context, is_the_peers};

/// Visits at once; the rest wait in the listener's queue. A visit takes a few round trips, so this many come and go within
/// a second, while those who say nothing cannot take everything.
const VISITS_MAX: usize = 1024;

/// Length of the listener's queue.
pub(crate) const BACKLOG: i32 = 1024;

/// How long the lobby rests when the system gives no connection: descriptors come back as others leave.
const ACCEPT_REST: Duration = Duration::from_millis(100);

/// Lets visitors in until the context's stop.
pub(crate) async fn run(entrance: Entrance, context: Arc<Context>, matchmaker: Matchmaker) {
    let turns = Arc::new(Semaphore::new(VISITS_MAX));
    let stop = context.stop.clone();
    while let Some((caller, turn, place)) = stop.run_until_cancelled(next(&entrance, &turns, &context)).await
    {
        let visit = visitor::receive(caller, Arc::clone(&context), matchmaker.clone());
        context.tracker.spawn(async move {
            visit.await;
            drop((turn, place));
        });
    }
}

async fn next(
    entrance: &Entrance,
    turns: &Arc<Semaphore>,
    context: &Context,
) -> (Caller, OwnedSemaphorePermit, Place) {
    let turn = turns.clone().acquire_owned().await;
    let turn = turn.expect("the lobby's semaphore is never closed");
    let place = context.budget.wait_passing().await;
    loop {
        match entrance.accept().await {
            Ok(caller) => return (caller, turn, place),
            Err(error) if is_the_peers(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "the lobby gets no connection");
                tokio::time::sleep(ACCEPT_REST).await;
            }
        }
    }
}
