//! Whom somebody visits, by what, and with what they remember.

use std::fmt::Display;
use std::path::Path;

use acaso_shared::address::ServerAddress;
use acaso_shared::ids::Fingerprint;
use acaso_shared::session::{Habits, Options, Way};
use anyhow::Result;

use crate::carrier::Carrier;

/// Whom somebody visits, and with what they remember.
#[derive(Clone, Debug)]
pub struct Errand {
    /// The lobby.
    pub server: ServerAddress,
    /// What carries the links.
    pub carrier: Carrier,
    /// How their engine is set up.
    pub options: Options,
    /// What they tell besides words.
    pub habits: Habits,
    /// Whether they would meet people with old clients.
    pub old_clients: bool,
    /// The identity in the link that they came by.
    pub linked: Option<Fingerprint>,
    /// Whom they look for.
    pub way: Way,
}

impl Errand {
    /// A visit to that server, with the memory kept in that directory.
    ///
    /// # Errors
    /// This is no server's address.
    pub fn new(server: impl Display, desk: &Path) -> Result<Self> {
        Ok(Self {
            server: server.to_string().parse()?,
            carrier: Carrier::Tls,
            options: Options::new(desk.join("known_servers.toml")),
            habits: Habits::default(),
            old_clients: false,
            linked: None,
            way: Way::Stranger,
        })
    }

    /// The same over that.
    pub fn over(self, carrier: Carrier) -> Self {
        Self { carrier, ..self }
    }

    /// The same, having come by a link that names this identity.
    pub fn by_link(self, linked: Option<Fingerprint>) -> Self {
        Self { linked, ..self }
    }

    /// The same, telling everything besides words too.
    pub fn open_hearted(self) -> Self {
        let habits = Habits {
            typing: true,
            seen: true,
        };
        Self { habits, ..self }
    }

    /// The same, for whoever would meet people with old clients too.
    pub fn tolerant(self) -> Self {
        let old_clients = true;
        Self { old_clients, ..self }
    }

    /// The same, to look for whom that says.
    pub fn to(self, way: Way) -> Self {
        Self { way, ..self }
    }

    /// The same with an engine that is set up in another way.
    pub fn options(mut self, change: impl FnOnce(&mut Options)) -> Self {
        change(&mut self.options);
        self
    }
}
