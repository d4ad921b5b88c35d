//! The first screen: where to, as whom, and what stood in the way. And the house rules before the first visit somewhere.

use acaso_shared::address::{BadAddress, ServerAddress};
use acaso_shared::ids::{BadCode, BadName, Name};
use acaso_shared::limits::{ACCOUNT_NAME_BYTES_MAX, PASSWORD_BYTES_MAX};
use acaso_shared::protocol::room::Closing;
use acaso_shared::server_link::{BadLink, ServerLink};
use acaso_shared::session::{Problem, Visit};
use jiff::Zoned;

use super::LoginFields;
use crate::prefs::Settings;
use crate::wording::{Key, Sentence, Words};

/// The first screen.
#[derive(Debug)]
pub struct First {
    /// The server's address, as typed.
    pub server: String,
    /// The name, as typed; empty goes without one.
    pub name: String,
    /// What the server asked for.
    pub login: Option<LoginFields>,
    /// There is a keyring that can keep it.
    pub has_keyring: bool,
    /// What stands in the way.
    pub trouble: Option<Trouble>,
    /// Servers visited, the latest first.
    pub servers: Vec<ServerAddress>,
    /// What wants the keyboard; the view takes it.
    pub focus: Option<Field>,
    /// Seed of this person's half of a meeting, another one at each start.
    pub meeting: [u8; 32],
}

/// What can have the keyboard on the first screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The server's address; the caret goes to its end.
    Server,
    /// The name.
    Name,
    /// The account.
    Account,
    /// The password.
    Password,
    /// The code, on the screen of invitations.
    Code,
    /// The main button.
    Meet,
}

/// What stands in the way of a visit, or ended one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The server field holds no address.
    Address(BadAddress),
    /// The server field holds a link, of which a part is missing.
    Link,
    /// The name field holds no name.
    Name(BadName),
    /// The account field holds no account's name.
    Account,
    /// The password field holds no password.
    Password,
    /// The server field holds a link, of which the code is none.
    LinkedCode(BadCode),
    /// The code field holds no code.
    Code(BadCode),
    /// A code to meet somebody again is on no disk, and was not put away.
    CodeHeld {
        /// Whom.
        name: String,
    },
    /// Somebody with whom a lasting code is shared did not come in time.
    NobodyCame,
    /// The visit could not begin, or broke.
    Problem(Box<Failed>),
    /// The server or the operator ended it.
    Closing(Closing),
    /// The settings could not be read; the broken file was kept aside.
    SettingsBroken {
        /// Where it is now.
        path: String,
    },
    /// The settings could not be written.
    SettingsUnsaved {
        /// The operating system's word.
        detail: String,
    },
    /// Another window could not be opened.
    NoWindow {
        /// The operating system's word.
        detail: String,
    },
}

/// A problem, and when it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// What it was.
    pub problem: Problem,
    /// When, in local time.
    pub at: Zoned,
}

impl First {
    pub(super) fn new(settings: &Settings) -> Self {
        let mut first = Self {
            server: settings.server.clone(),
            name: settings.name.clone(),
            login: None,
            has_keyring: false,
            trouble: None,
            servers: settings.servers.clone(),
            focus: None,
            meeting: rand::random(),
        };
        first.focus_first();
        first
    }

    /// The field to mark and to focus, if what is wrong can be mended there.
    pub fn field_in_error(&self) -> Option<Field> {
        self.trouble.as_ref().and_then(Trouble::field)
    }

    /// Whom to visit, as typed, and what to say if the server asks.
    pub(super) fn visit(&self, plain: bool) -> Result<Visit, Trouble> {
        let ServerLink { server, identity, .. } = self.server.parse()?;
        let login = self.typed_login(&server)?.map(Box::new);
        let name = match Name::parse(&self.name) {
            Ok(name) => name,
            Err(BadName::Empty) => Name::anonymous(),
            Err(bad) => return Err(Trouble::Name(bad)),
        };
        Ok(Visit {
            plain,
            login,
            identity: identity.map(Box::new),
            ..Visit::new(server, name)
        })
    }

    /// Shows what went wrong, and gives the keyboard to where it can be mended.
    pub(super) fn fail(&mut self, trouble: Trouble) {
        self.focus = Some(trouble.field().unwrap_or(Field::Meet));
        self.trouble = Some(trouble);
    }

    /// The keyboard goes to the server if it is missing, else one Enter meets somebody.
    pub(super) fn focus_first(&mut self) {
        let field = if self.server.trim().is_empty() {
            Field::Server
        } else if self.login_fields().is_some() {
            self.login_focus()
        } else {
            Field::Meet
        };
        self.focus = Some(field);
    }
}

impl Trouble {
    /// Where it can be mended.
    fn field(&self) -> Option<Field> {
        match self {
            Self::Address(_) | Self::Link | Self::LinkedCode(_) => Some(Field::Server),
            Self::Name(_) => Some(Field::Name),
            Self::Account => Some(Field::Account),
            Self::Password => Some(Field::Password),
            Self::Code(_) => Some(Field::Code),
            Self::Problem(failed) => field_of(&failed.problem),
            Self::Closing(_)
            | Self::NobodyCame
            | Self::CodeHeld { .. }
            | Self::SettingsBroken { .. }
            | Self::SettingsUnsaved { .. }
            | Self::NoWindow { .. } => None,
        }
    }

    /// It, in words.
    pub fn sentence(&self, words: &Words) -> Sentence {
        match self {
            Self::Address(bad) => words.bad_address(bad),
            Self::Link => words.sentence(Key::TroubleLink, Key::TroubleLinkNext, &[]),
            Self::Name(bad) => words.bad_name(*bad),
            Self::Account => words.sentence(
                Key::TroubleAccount,
                Key::TroubleAccountNext,
                &[("max", ACCOUNT_NAME_BYTES_MAX.into())],
            ),
            Self::Password => words.sentence(
                Key::TroublePassword,
                Key::TroublePasswordNext,
                &[("max", PASSWORD_BYTES_MAX.into())],
            ),
            Self::Code(bad) | Self::LinkedCode(bad) => words.bad_code(bad),
            Self::CodeHeld { name } => {
                words.sentence(Key::KeptHeld, Key::KeptHeldNext, &[("name", name.into())])
            }
            Self::NobodyCame => words.sentence(Key::InviteNobodyCame, Key::InviteNobodyCameNext, &[]),
            Self::Problem(failed) => words.problem(&failed.problem, &failed.at),
            Self::Closing(closing) => words.closing(*closing),
            Self::SettingsBroken { path } => words.sentence(
                Key::TroubleSettingsBroken,
                Key::TroubleSettingsBrokenNext,
                &[("path", path.into())],
            ),
            Self::NoWindow { detail } => words.sentence(
                Key::TroubleNoWindow,
                Key::TroubleNoWindowNext,
                &[("detail", detail.into())],
            ),
            Self::SettingsUnsaved { detail } => words.sentence(
                Key::TroubleSettingsUnsaved,
                Key::TroubleSettingsUnsavedNext,
                &[("detail", detail.into())],
            ),
        }
    }
}

impl From<BadLink> for Trouble {
    fn from(bad: BadLink) -> Self {
        match bad {
            BadLink::Address(bad) => Self::Address(bad),
            BadLink::Identity => Self::Link,
            BadLink::Code(bad) => Self::LinkedCode(bad),
        }
    }
}

/// Where a problem can be mended.
fn field_of(problem: &Problem) -> Option<Field> {
    match problem {
        Problem::NameNotFound { .. }
        | Problem::ConnectionRefused { .. }
        | Problem::TimedOut { .. }
        | Problem::NotAcaso { .. }
        | Problem::OtherThanLinked { .. } => Some(Field::Server),
        // One does not know which of the two is wrong; it is the one that cannot be read.
        Problem::LoginNeeded { account: false, .. } | Problem::LoginWrong { .. } => Some(Field::Password),
        Problem::LoginNeeded { account: true, .. } => Some(Field::Account),
        Problem::NoSuchInvitation | Problem::WrongCode { .. } | Problem::CodeSpent => Some(Field::Code),
        _ => None,
    }
}

/// The house rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The server they are accepted for; nothing when they are only read again.
    pub server: Option<ServerAddress>,
    /// Whether the 18+ box is ticked; only then can they be accepted.
    pub confirmed: bool,
    /// Where one was going.
    pub way: Way,
}

/// Where one goes from the first screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To a stranger.
    Stranger,
    /// To the plazas.
    Plaza,
    /// To somebody one knows.
    Invitation,
    /// To a circle.
    Circle,
}

impl Rules {
    /// Before the first visit to this server.
    pub fn before(server: ServerAddress, way: Way) -> Self {
        Self {
            server: Some(server),
            confirmed: false,
            way,
        }
    }

    /// Read again, nothing to accept.
    pub fn again() -> Self {
        Self {
            server: None,
            confirmed: false,
            way: Way::Stranger,
        }
    }
}
