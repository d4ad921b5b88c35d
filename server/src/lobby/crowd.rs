//! Those who are in the lobby, in the order in which they came: when it is full, somebody goes who has asked for nothing.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::AbortHandle;

use crate::network::Network;

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
    visits: VecDeque<Visit>,
}

#[derive(Debug)]
struct Visit {
    task: AbortHandle,
    network: Network,
    standing: Standing,
}

impl Crowd {
    pub(super) fn count(&mut self, task: AbortHandle, address: IpAddr, standing: Standing) {
        if self.visits.len() >= LIST_FROM {
            self.visits.retain(|visit| !visit.task.is_finished());
        }
        let network = Network::of(address);
        self.visits.push_back(Visit {
            task,
            network,
            standing,
        });
    }

    /// Cuts off the longest silent of the network that has most who are silent: an honest client asks for something after two
    /// round trips, and should not make room for a crowd from elsewhere.
    pub(super) fn make_room(&mut self) {
        self.visits.retain(|visit| !visit.task.is_finished());
        let mut silent: HashMap<Network, usize> = HashMap::new();
        for visit in self.visits.iter().filter(|visit| visit.is_silent()) {
            *silent.entry(visit.network).or_default() += 1;
        }
        let most = silent.values().max().copied().unwrap_or_default();
        let of_most = |visit: &Visit| visit.is_silent() && silent.get(&visit.network) == Some(&most);
        let at = self.visits.iter().position(of_most);
        if let Some(visit) = at.and_then(|at| self.visits.remove(at)) {
            visit.task.abort();
        }
    }
}

impl Visit {
    fn is_silent(&self) -> bool {
        !self.standing.0.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use tokio::task::JoinHandle;

    use super::*;

    fn crowd(addresses: &[&str]) -> (Crowd, Vec<JoinHandle<()>>, Vec<Standing>) {
        let mut crowd = Crowd::default();
        let standings: Vec<_> = addresses.iter().map(|_| Standing::default()).collect();
        let visits = addresses.iter().zip(&standings).map(|(address, standing)| {
            let visit = tokio::spawn(std::future::pending());
            let address = address.parse().unwrap();
            crowd.count(visit.abort_handle(), address, standing.clone());
            visit
        });
        let visits = visits.collect();
        (crowd, visits, standings)
    }

    #[tokio::test]
    async fn the_longest_silent_makes_room_and_nobody_who_waits_for_us() {
        let (mut crowd, mut visits, standings) = crowd(&["192.0.2.7"; 4]);
        standings[0].has_asked();
        crowd.make_room();
        assert!(visits.remove(1).await.unwrap_err().is_cancelled());
        crowd.make_room();
        assert!(visits.remove(1).await.unwrap_err().is_cancelled());
        standings[3].has_asked();
        crowd.make_room();
        tokio::task::yield_now().await;
        assert!(visits.iter().all(|visit| !visit.is_finished()));
    }

    #[tokio::test]
    async fn a_crowd_makes_room_before_somebody_who_was_here_first() {
        let addresses = ["198.51.100.1", "2001:db8::1", "192.0.2.7", "2001:db8::2"];
        let (mut crowd, mut visits, _) = crowd(&addresses);
        crowd.make_room();
        assert!(
            visits.remove(1).await.unwrap_err().is_cancelled(),
            "the first of two in one /64"
        );
        crowd.make_room();
        assert!(
            visits.remove(0).await.unwrap_err().is_cancelled(),
            "the longest here of all"
        );
    }
}
