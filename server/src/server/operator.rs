//! What an operator asks of a running server, beside stopping it: bans, and other decisions without a restart.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use acaso_shared::protocol::lobby::Access;

use super::Server;
use crate::circles::CirclesLook;
use crate::config::Config;
use crate::guard::{BANS_MAX, Ban, whole_secs};
use crate::network::Network;
use crate::room::Removal;

/// Longest ban: what is meant for ever is better done by the firewall.
const BAN_MAX: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// Why a ban is not as it was wished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BanError {
    /// More than are looked at for each newcomer.
    #[error("there are {BANS_MAX} bans already: lift some with unban, or bar a larger network")]
    TooMany,
    /// It would have no end.
    #[error("a ban lasts ten years at most: for longer use the firewall")]
    TooLong,
    /// The registry takes no entries.
    #[error("done, but it could not be written down and will not outlive this run: see the log")]
    NotKept,
}

impl Server {
    /// How the server was set up when it started.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What is asked of people who come now.
    pub fn access(&self) -> Access {
        self.hall.gate.asked()
    }

    /// How many passwords were compared since the start.
    pub fn passwords_compared(&self) -> u64 {
        self.hall.gate.compared()
    }

    /// How many sealed frames were carried from one partner to the other since the start: messages, and the signs that belong to
    /// them. A server cannot tell which is which.
    pub fn frames_carried(&self) -> u64 {
        self.context.carried.count()
    }

    /// How many circles there are, and how many people were introduced in them and are still here. Which they are is nobody's business.
    pub async fn circles(&self) -> CirclesLook {
        self.hall.circles.look().await
    }

    /// The bans that hold, by network.
    pub fn bans(&self) -> Vec<Ban> {
        self.hall.guard.bans()
    }

    /// Bars a network from now on, for so long. A ban that it had is replaced. Whoever is here from there is taken out.
    ///
    /// # Errors
    /// Nothing was done, unless it is only that it [cannot be kept](BanError::NotKept).
    pub async fn ban(&self, network: Network, time: Duration) -> Result<Ban, BanError> {
        if time > BAN_MAX {
            return Err(BanError::TooLong);
        }
        let bans = self.bans();
        if bans.len() >= BANS_MAX && bans.iter().all(|ban| ban.network != network) {
            return Err(BanError::TooMany);
        }
        let until = SystemTime::now() + time;
        let ban = Ban { network, until };
        // It holds at once, also if the disk is full.
        self.hall.guard.ban(ban);
        self.take_out(network, time).await;
        let kept = self.context.registry.ban(ban).await;
        kept.map(|()| ban).map_err(|_| BanError::NotKept)
    }

    /// Takes everybody out who comes from there; they are told for how long they are barred. Whoever has a ticket is told at the
    /// door.
    async fn take_out(&self, network: Network, time: Duration) {
        let removal = Removal {
            is_from: Arc::new(move |address| network.contains(address)),
            remaining_secs: whole_secs(time),
        };
        self.hall.plazas.remove(&removal).await;
        self.hall.circles.remove(&removal).await;
        self.hall.matchmaker.remove(removal).await;
    }

    /// Lets a network in again; false if it was not barred.
    ///
    /// # Errors
    /// It may come until the next start, at which the ban holds again.
    pub async fn unban(&self, network: Network) -> Result<bool, BanError> {
        let was_barred = self.hall.guard.unban(network);
        let forgotten = self.context.registry.unban(network).await;
        forgotten.map(|()| was_barred).map_err(|_| BanError::NotKept)
    }

    /// From now on limits and access are as decided there; nobody is disconnected. Names the other decisions that are not as
    /// they were at the start: they need a restart.
    pub fn reload(&self, config: &Config) -> Vec<&'static str> {
        self.hall.guard.set_limits(config.limits.clone());
        self.hall.gate.ask(config.access);
        let is = &self.config;
        let differs = [
            ("bind", is.bind != config.bind),
            ("port", is.port != config.port),
            ("rooms", is.rooms != config.rooms),
            ("data", is.data != config.data),
            ("plain", is.plain != config.plain),
            ("plaza", is.plazas != config.plazas),
            ("gateways", is.gateways != config.gateways),
            ("circles", is.circles != config.circles),
        ];
        let differing = differs.into_iter().filter(|(_, differs)| *differs);
        differing.map(|(name, _)| name).collect()
    }
}
