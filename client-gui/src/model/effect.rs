//! What the model asks of the program: it does nothing itself.

use std::fmt;

use acaso_shared::address::ServerAddress;
use acaso_shared::session::circle::{CircleCommand, CircleVisit};
use acaso_shared::session::plaza::{PlazaCommand, PlazaVisit};
use acaso_shared::session::{Command, Login, Visit};

use super::Who;
use crate::hosting::Order;
use crate::hygiene::Link;
use crate::prefs::Wish;

/// What the program has to do for the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Ask this of the engine.
    Ask(Command),
    /// Ask a server for its plazas.
    LookForPlazas(Visit),
    /// Go into a plaza, and out of any other.
    EnterPlaza(PlazaVisit),
    /// Ask this of the engine that is in a plaza.
    AskPlaza(PlazaCommand),
    /// Go into a circle, and out of any other.
    EnterCircle(CircleVisit),
    /// Ask this of the engine that is in a circle.
    AskCircle(CircleCommand),
    /// Tell the person, whose window is not in front.
    Tell(Notice),
    /// The person is looking: take the notice back.
    Withdraw,
    /// Write the settings.
    Save,
    /// Look up what this server is known by, where no authority vouches for it: a link to it says so.
    LookForPin(ServerAddress),
    /// Put this on the clipboard.
    Copy(Clipping),
    /// Show this in the browser.
    Browse(Link),
    /// Ask the keyring what this server wants to hear.
    Recall(ServerAddress),
    /// Have the keyring keep what this server wants to hear.
    Remember(ServerAddress, Login),
    /// Have the keyring forget it.
    Unremember(ServerAddress),
    /// Minimise the window.
    Minimise,
    /// Close the window.
    Close,
    /// Ask this of whoever runs servers here.
    Host(Order),
    /// Open another window of this program.
    NewWindow {
        /// What stands in its server's field.
        link: Option<String>,
        /// Whether it begins with the screen of invitations.
        invitation: bool,
    },
    /// Look who was kept, keep somebody, or forget them.
    People(Wish),
}

/// What is worth a notice.
#[derive(Clone, PartialEq, Eq)]
pub enum Notice {
    /// Somebody took the other seat.
    Joined {
        /// Who.
        who: Who,
    },
    /// The partner wrote.
    Wrote {
        /// Who.
        who: Who,
        /// Their words.
        text: String,
    },
    /// Somebody came to a server that is hosted here.
    Arrived {
        /// How many people are there now.
        people: usize,
    },
    /// Somebody posted something in a plaza.
    Posted {
        /// The plaza.
        plaza: String,
        /// The name they go by.
        name: String,
        /// Their words.
        text: String,
    },
    /// Somebody came into a circle.
    CameToCircle {
        /// Its name, if it has one.
        circle: Option<String>,
        /// The name they go by.
        name: String,
    },
    /// Somebody said something in a circle.
    SaidInCircle {
        /// Its name, if it has one.
        circle: Option<String>,
        /// The name they go by.
        name: String,
        /// Their words.
        text: String,
    },
}

/// Words and names stay out of logs.
impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Joined { .. } => "Joined",
            Self::Arrived { .. } => "Arrived",
            Self::Wrote { .. } => "Wrote",
            Self::Posted { .. } => "Posted",
            Self::CameToCircle { .. } => "CameToCircle",
            Self::SaidInCircle { .. } => "SaidInCircle",
        })
    }
}

/// A text for the clipboard: a code, a safety phrase, somebody's words.
#[derive(Clone, PartialEq, Eq)]
pub struct Clipping(pub String);

/// It stays out of logs.
impl fmt::Debug for Clipping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clipping({} bytes)", self.0.len())
    }
}

impl From<String> for Clipping {
    fn from(text: String) -> Self {
        Self(text)
    }
}
