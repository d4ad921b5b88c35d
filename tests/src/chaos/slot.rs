//! A place for one pair after the other: two networks to one server, and what two clients remember.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tempfile::TempDir;
use tokio::sync::{Mutex, watch};
use tokio::time::{Instant, interval, timeout};

use super::mischief::mischief;
use super::run::Verdict;
use super::talker::Talker;
use crate::carrier::Carrier;
use crate::faults::{Kind, Network};
use crate::house::House;
use crate::patience::soon;

/// How long after the last fault everything must be well.
const WELL_AFTER: Duration = Duration::from_secs(30);

/// Two meet and two part one pair at a time: nobody else is there who could be brought together with them.
pub(super) type Doorstep = Arc<Mutex<()>>;

/// A place for one pair after the other.
pub(super) struct Slot {
    house: Arc<House>,
    doorstep: Doorstep,
    networks: [Network; 2],
    desks: [TempDir; 2],
    carrier: Carrier,
}

impl Slot {
    pub(super) async fn new(house: Arc<House>, doorstep: Doorstep, carrier: Carrier) -> Result<Self> {
        let rooms = house.config().rooms.clone();
        let network = || Network::new(house.lobby(), rooms.numbers().clone(), 0);
        Ok(Self {
            networks: [network().await?, network().await?],
            desks: [TempDir::new()?, TempDir::new()?],
            doorstep,
            carrier,
            house,
        })
    }

    /// One pair meets, talks while everything goes wrong, and parts. What became of their words, and whether it ended as it should.
    pub(super) async fn run(&self, seed: u64) -> (Verdict, Result<()>) {
        let mut dice = StdRng::seed_from_u64(seed);
        for network in &self.networks {
            network.seeds(dice.random());
        }
        let mut pair = match self.meet(&mut dice).await {
            Ok(pair) => pair,
            Err(error) => return (Verdict::default(), Err(error.context("they did not meet"))),
        };
        let talked = self.talk(&mut pair, &mut dice).await;
        let [ana, bia] = &pair;
        let mut verdict = Verdict::of(ana.said(), bia.heard());
        verdict.add(&Verdict::of(bia.said(), ana.heard()));
        verdict.came_back = ana.came_back() + bia.came_back();
        let ended = talked.map(|longest| verdict.longest = longest);
        let parted = self.part(pair).await;
        (verdict, ended.and(parted))
    }

    async fn meet(&self, dice: &mut StdRng) -> Result<[Talker; 2]> {
        let [one, other] = &self.networks;
        let _alone = self.doorstep.lock().await;
        let (desk, seed) = (self.desks[0].path(), dice.random());
        let mut ana = Talker::arrives("Ana", one.lobby(), self.carrier, desk, seed).await?;
        ana.waits().await?;
        let (desk, seed) = (self.desks[1].path(), dice.random());
        let mut bia = Talker::arrives("Bia", other.lobby(), self.carrier, desk, seed).await?;
        bia.meets().await?;
        ana.meets().await?;
        Ok([ana, bia])
    }

    /// Both talk while everything goes wrong; how long it took from then on until all was well.
    async fn talk(&self, pair: &mut [Talker; 2], dice: &mut StdRng) -> Result<Duration> {
        let (calms, calm) = watch::channel(false);
        let [ana, bia] = pair;
        let (anas, bias) = (ana.in_all(), bia.in_all());
        let talking = async { tokio::try_join!(ana.talks(calm.clone(), bias), bia.talks(calm, anas)) };
        tokio::pin!(talking);
        let [one, other] = &self.networks;
        tokio::select! {
            // It goes on until it is calm; before that it can only go wrong.
            talked = &mut talking => talked.map(drop)?,
            trouble = mischief([one, other], self.carrier, dice) => trouble?,
        }
        let calm_since = Instant::now();
        calms.send_replace(true);
        timeout(WELL_AFTER, talking)
            .await
            .with_context(|| format!("{} s after the last fault not all is well", WELL_AFTER.as_secs()))??;
        Ok(calm_since.elapsed())
    }

    async fn part(&self, [ana, bia]: [Talker; 2]) -> Result<()> {
        let _alone = self.doorstep.lock().await;
        let room = ana.port();
        tokio::join!(ana.goes(), bia.goes());
        let Some(room) = room else { return Ok(()) };
        soon(format!("room {room} is empty"), self.is_empty(room)).await
    }

    /// Looks until nobody has a seat there.
    async fn is_empty(&self, room: u16) {
        let mut turns = interval(Duration::from_millis(5));
        while self.house.rooms().await.contains_key(&room) {
            turns.tick().await;
        }
    }

    /// How often what went wrong here.
    pub(super) fn counts(&self) -> Vec<(Kind, u64)> {
        let kinds: &[Kind] = match self.carrier {
            Carrier::Plain | Carrier::Tls => &Kind::TCP,
            Carrier::Quic => &Kind::UDP,
        };
        let of = |kind| self.networks.iter().map(|network| network.tally().of(kind)).sum();
        kinds.iter().map(|kind| (*kind, of(*kind))).collect()
    }

    /// How often somebody was cut off here.
    pub(super) fn cut(&self) -> u64 {
        self.networks
            .iter()
            .map(|network| network.tally().seats_cut())
            .sum()
    }
}
