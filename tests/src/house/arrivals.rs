//! Who comes to a house, and by which way.

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError};

use acaso_server::Classic;
use acaso_shared::ids::Name;
use acaso_shared::session::circle::Circle;
use acaso_shared::session::{Options, Visit, Way};
use anyhow::{Context, Result, ensure};

use super::House;
use crate::carrier::Carrier;
use crate::companion::Companion;
use crate::faults::Network;
use crate::old_pychat;
use crate::plaza::{Villager, named};
use crate::rude::Rude;
use crate::stranger::{Errand, Stranger};

impl House {
    /// Somebody with a client comes for the first time and asks for a partner.
    ///
    /// # Errors
    /// The name is none.
    pub async fn arrives(&self, name: &str) -> Result<Stranger> {
        self.arrives_at(self.lobby(), name).await
    }

    /// The way here for somebody with Pychat's client.
    ///
    /// # Errors
    /// Such clients are not let in.
    pub fn pychat(&self) -> Result<old_pychat::Errand> {
        let gateways = self.server.gateways();
        let pychat = gateways
            .iter()
            .find(|gateway| gateway.classic == Classic::Pychat)
            .context("no gateway for Pychat's clients")?;
        let port = pychat.port.unwrap_or(self.lobby().port());
        Ok(old_pychat::Errand {
            lobby: SocketAddr::new(self.lobby().ip(), port),
            from: None,
            book: self.book.clone(),
        })
    }

    /// The same by way of another address, which somebody in between listens on.
    ///
    /// # Errors
    /// The name is none.
    pub async fn arrives_at(&self, server: SocketAddr, name: &str) -> Result<Stranger> {
        self.arrives_as(server, name, |errand| errand).await
    }

    /// The same with another errand than the usual one.
    ///
    /// # Errors
    /// The name is none.
    pub async fn arrives_as(
        &self,
        server: SocketAddr,
        name: &str,
        change: impl FnOnce(Errand) -> Errand,
    ) -> Result<Stranger> {
        let desk = self.desks.path().join(self.engines().len().to_string());
        let errand = change(Errand::new(server, &desk)?.over(self.carrier));
        let stranger = Stranger::arrives(name, errand, &self.book).await?;
        self.engines().push(stranger.engine());
        Ok(stranger)
    }

    /// Somebody with a client comes for the first time and looks for whom that says.
    ///
    /// # Errors
    /// The name is none.
    pub async fn arrives_to(&self, way: Way, name: &str) -> Result<Stranger> {
        self.arrives_as(self.lobby(), name, |errand| errand.to(way)).await
    }

    /// Somebody with a client goes to that plaza for the first time.
    ///
    /// # Errors
    /// The name is none.
    pub async fn goes_to(&self, plaza: &str, name: &str) -> Result<Villager> {
        let visit = self.visit(name)?;
        Ok(self.goes_by(visit, plaza))
    }

    /// A visit to this house, as somebody of that name.
    ///
    /// # Errors
    /// The name is none.
    pub fn visit(&self, name: &str) -> Result<Visit> {
        Ok(Visit {
            plain: self.carrier == Carrier::Plain,
            transport: self.carrier.transport(),
            ..Visit::new(self.lobby().to_string().parse()?, Name::parse(name)?)
        })
    }

    /// Somebody with a client goes to that plaza by that visit.
    pub fn goes_by(&self, visit: Visit, plaza: &str) -> Villager {
        self.goes_with(visit, plaza, |_| {})
    }

    /// The same with an engine that is set up in another way.
    pub fn goes_with(&self, visit: Visit, plaza: &str, change: impl FnOnce(&mut Options)) -> Villager {
        let desk = self.desks.path().join(format!("plaza-{}", visit.name));
        let mut options = Options::new(desk.join("known_servers.toml"));
        change(&mut options);
        Villager::goes(options, visit, named(plaza))
    }

    /// Somebody with a client goes to that circle for the first time.
    ///
    /// # Errors
    /// The name is none.
    pub fn gathers(&self, name: &str, circle: Circle) -> Result<Companion> {
        Companion::goes(self.visit(name)?, circle, self.desks.path(), |_| {})
    }

    /// A network to this house, for some of its guests. It stands until the house closes, so that they can say goodbye.
    ///
    /// # Errors
    /// A port is taken.
    pub async fn network(&self) -> Result<Arc<Network>> {
        self.network_to(self.config.rooms.numbers().clone()).await
    }

    /// The same, and it lets nothing through but what goes to the lobby.
    ///
    /// # Errors
    /// A port is taken.
    pub async fn network_without_rooms(&self) -> Result<Arc<Network>> {
        self.network_to([]).await
    }

    async fn network_to(&self, rooms: impl IntoIterator<Item = u16>) -> Result<Arc<Network>> {
        let network = Arc::new(Network::new(self.lobby(), rooms, 1).await?);
        let mut networks = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        networks.push(Arc::clone(&network));
        Ok(network)
    }

    /// Two honest strangers come, meet each other and nobody else, talk and go: as if nothing were the matter.
    ///
    /// # Errors
    /// Something was.
    pub async fn two_strangers_meet(&self) -> Result<()> {
        let mut ana = self.arrives("Ana").await?;
        ana.waits().await?;
        let mut bia = self.arrives("Bia").await?;
        let there = bia.meets("Ana").await?.port;
        ensure!(ana.meets("Bia").await?.port == there, "in two rooms");
        ana.says("all well?").await?;
        bia.hears("all well?").await?;
        bia.leaves().await?;
        ana.is_left(acaso_shared::protocol::room::Parting::Left).await?;
        ana.leaves().await
    }

    /// Somebody knocks at the lobby without a word.
    ///
    /// # Errors
    /// Nothing listens there.
    pub async fn knock(&self) -> Result<Rude> {
        Rude::knocks(self.lobby()).await
    }
}
