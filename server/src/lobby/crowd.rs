//! Those who are in the lobby, in the order in which they came: when it is full, whoever has asked for nothing for longest goes.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::AbortHandle;

/// How many visits are listed before those that have ended are taken out.
const LIST_FROM: usize = 1024;

/// Whether somebody has said what they want.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing(Arc<AtomicBool>);

impl Standing {
    /// They want something, and wait for us from now on.
    pub(super) fn has_asked(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[derive(Debug, Default)]
pub(super) struct Crowd {
    /// The longest here first.
    visits: VecDeque<(AbortHandle, Standing)>,
}

impl Crowd {
    pub(super) fn count(&mut self, visit: AbortHandle, standing: Standing) {
        if self.visits.len() >= LIST_FROM {
            self.visits.retain(|(visit, _)| !visit.is_finished());
        }
        self.visits.push_back((visit, standing));
    }

    /// Cuts off whoever has asked for nothing for longest: an honest client does after two round trips.
    pub(super) fn make_room(&mut self) {
        self.visits.retain(|(visit, _)| !visit.is_finished());
        let silent = |(_, standing): &(AbortHandle, Standing)| !standing.0.load(Ordering::Relaxed);
        if let Some((visit, _)) = self
            .visits
            .iter()
            .position(silent)
            .and_then(|at| self.visits.remove(at))
        {
            visit.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_longest_silent_makes_room_and_nobody_who_waits_for_us() {
        let mut crowd = Crowd::default();
        let mut visits: Vec<_> = (0..4)
            .map(|_| tokio::spawn(std::future::pending::<()>()))
            .collect();
        let standings: Vec<_> = visits.iter().map(|_| Standing::default()).collect();
        for (visit, standing) in visits.iter().zip(&standings) {
            crowd.count(visit.abort_handle(), standing.clone());
        }
        standings[0].has_asked();
        crowd.make_room();
        assert!(visits.remove(1).await.unwrap_err().is_cancelled());
        crowd.make_room();
        assert!(visits.remove(1).await.unwrap_err().is_cancelled());
        assert!(visits.iter().all(|visit| !visit.is_finished()));
        standings[3].has_asked();
        crowd.make_room();
        tokio::task::yield_now().await;
        assert!(visits.iter().all(|visit| !visit.is_finished()));
    }
}
