//! What the client remembers between two runs: settings, the last server and name, where rules were accepted. Here are the
//! values; the file is `file`'s. Apart from them, the people one has agreed with to meet again.

mod acquaintances;
mod file;
mod keeper;
mod shared_file;

pub use acquaintances::{
    ACQUAINTANCES_MAX, Acquaintance, Acquaintances, AcquaintancesError, AcquaintancesFile,
    AcquaintancesHandle, Answer, NoAcquaintances, Wish,
};
pub use file::{Loaded, SettingsFile, SettingsFileError};
pub use keeper::{Keeper, KeeperHandle, NoKeeper};

use acaso_shared::address::ServerAddress;
use acaso_shared::server_link::ServerLink;
use acaso_shared::session::{Habits, Transport};
use serde::{Deserialize, Serialize};

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ThemeChoice {
    /// As the desktop says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// The language of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// The first of the system's languages that we speak, else English.
    #[default]
    #[serde(rename = "system")]
    System,
    /// English.
    #[serde(rename = "en")]
    English,
    /// Brazilian Portuguese.
    #[serde(rename = "pt-BR")]
    Portuguese,
}

/// How much moves in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Motion {
    /// As the desktop says; where it says nothing, all of it.
    #[default]
    System,
    /// Drawings appear complete.
    Little,
    /// The meeting is drawn in.
    Full,
}

/// What carries the links.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Carrier {
    /// Whatever stands first.
    #[default]
    Auto,
    /// QUIC alone.
    Quic,
    /// TCP alone.
    Tcp,
}

impl From<Carrier> for Transport {
    fn from(carrier: Carrier) -> Self {
        match carrier {
            Carrier::Auto => Self::Auto,
            Carrier::Quic => Self::Quic,
            Carrier::Tcp => Self::Tcp,
        }
    }
}

/// The text sizes offered, in percent.
pub const TEXT_PERCENTS: [u16; 4] = [100, 125, 150, 200];

/// Everything remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Light or dark.
    pub theme: ThemeChoice,
    /// The language of the window.
    pub language: Language,
    /// The size of text, in percent; one of [`TEXT_PERCENTS`].
    pub text_percent: u16,
    /// How much moves.
    pub motion: Motion,
    /// Whether notices appear when somebody joins or writes and the window is not in front.
    pub notices: bool,
    /// Whether partners see that something is being written, and are seen writing.
    pub typing: bool,
    /// Whether partners see that their messages were looked at, and tell the same.
    pub seen: bool,
    /// What carries the links.
    pub carrier: Carrier,
    /// Whether people with old clients may be met, with whom nothing can be encrypted.
    pub old_clients: bool,
    /// The server field as it was last used.
    pub server: String,
    /// The name field as it was last used.
    pub name: String,
    /// Servers visited, the latest first; at most [`SERVERS_MAX`].
    pub servers: Vec<ServerAddress>,
    /// Servers whose rules were accepted.
    pub rules_accepted: Vec<ServerAddress>,
    /// What it means to be in a circle was read, and agreed to.
    pub circles_agreed: bool,
}

/// As many servers as a menu can show.
pub const SERVERS_MAX: usize = 12;

/// More servers than anybody visits; keeps the file small.
const ACCEPTED_MAX: usize = 500;

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::default(),
            language: Language::default(),
            text_percent: 100,
            motion: Motion::default(),
            notices: true,
            typing: true,
            // Who reads, and when, is told by nobody who did not ask to.
            seen: false,
            carrier: Carrier::default(),
            // A conversation the host can read is for who asked for it.
            old_clients: false,
            server: String::new(),
            name: String::new(),
            servers: Vec::new(),
            rules_accepted: Vec::new(),
            circles_agreed: false,
        }
    }
}

impl Settings {
    /// What partners are told besides words.
    pub fn habits(&self) -> Habits {
        Habits {
            typing: self.typing,
            seen: self.seen,
        }
    }

    /// Puts this server first among the known ones. Answers whether that changed anything.
    pub fn remember_server(&mut self, server: &ServerAddress) -> bool {
        if self.servers.first() == Some(server) {
            return false;
        }
        self.servers.retain(|known| known != server);
        self.servers.insert(0, server.clone());
        self.servers.truncate(SERVERS_MAX);
        true
    }

    /// Of a link to this server, its address is enough from now on: what the link says of its identity is known by itself. Answers
    /// whether that changed anything.
    pub fn shorten_link(&mut self, server: &ServerAddress) -> bool {
        let to_it = |link: &ServerLink| link.identity.is_some() && link.server == *server;
        let links = self.server.parse().as_ref().is_ok_and(to_it);
        if links {
            self.server = server.to_string();
        }
        links
    }

    /// Strikes this server off the known ones; its rules are asked for again.
    pub fn forget_server(&mut self, server: &ServerAddress) {
        self.servers.retain(|known| known != server);
        self.rules_accepted.retain(|known| known != server);
    }

    /// The rules of this server are accepted, once and for all.
    pub fn accept_rules(&mut self, server: &ServerAddress) {
        if !self.rules_accepted.contains(server) {
            self.rules_accepted.insert(0, server.clone());
            self.rules_accepted.truncate(ACCEPTED_MAX);
        }
    }
}
