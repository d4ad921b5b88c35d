//! What a server asks for before it lets somebody in: the fields for it, and what is known of earlier in this run. Passwords are
//! kept in memory only, and printed nowhere.

use std::fmt;

use acaso_shared::address::ServerAddress;
use acaso_shared::ids::{AccountName, Password};
use acaso_shared::server_link::ServerLink;
use acaso_shared::session::{Ending, Login, Problem};

use super::{Effect, Field, First, Model, Screen, Trouble};

/// The fields that appear when a server asks.
#[derive(Clone, PartialEq, Eq)]
pub struct LoginFields {
    /// The server that asked.
    pub server: ServerAddress,
    /// The account as typed, where there are accounts.
    pub account: Option<String>,
    /// The password as typed.
    pub password: String,
    /// It is to be kept in the keyring, where there is one.
    pub remember: bool,
    /// The keyring had it.
    recalled: bool,
}

impl fmt::Debug for LoginFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LoginFields({}, …)", self.server)
    }
}

/// As many servers as anybody logs in to in one run.
const LOGINS_MAX: usize = 32;

/// What let somebody in, or may, in this run.
#[derive(Debug, Default)]
pub(super) struct Logins(Vec<(ServerAddress, Login)>);

impl Logins {
    /// What was last said to this server.
    pub(super) fn of(&self, server: &ServerAddress) -> Option<&Login> {
        self.0
            .iter()
            .find(|(known, _)| known == server)
            .map(|(_, login)| login)
    }

    /// Keeps what is said to this server from now on.
    pub(super) fn keep(&mut self, server: &ServerAddress, login: Login) {
        self.forget(server);
        self.0.insert(0, (server.clone(), login));
        self.0.truncate(LOGINS_MAX);
    }

    /// What was said to this server is wrong, or it is not to be known any more.
    pub(super) fn forget(&mut self, server: &ServerAddress) {
        self.0.retain(|(known, _)| known != server);
    }
}

impl LoginFields {
    fn asked_by(server: ServerAddress, account: bool) -> Self {
        Self {
            server,
            account: account.then(String::new),
            password: String::new(),
            remember: false,
            recalled: false,
        }
    }

    /// The field to be filled in next.
    fn first_empty(&self) -> Field {
        match &self.account {
            Some(account) if account.trim().is_empty() => Field::Account,
            _ if self.password.is_empty() => Field::Password,
            _ => Field::Meet,
        }
    }

    fn read(&self) -> Result<Login, Trouble> {
        let account = match &self.account {
            Some(typed) => Some(AccountName::parse(typed).map_err(|_| Trouble::Account)?),
            None => None,
        };
        let password = Password::parse(&self.password).map_err(|_| Trouble::Password)?;
        Ok(Login { account, password })
    }

    /// What the keyring is asked, once these fields have let somebody in.
    pub(super) fn keyring(&self, login: &Login) -> Option<Effect> {
        match (self.remember, self.recalled) {
            (true, _) => Some(Effect::Remember(self.server.clone(), login.clone())),
            (false, true) => Some(Effect::Unremember(self.server.clone())),
            (false, false) => None,
        }
    }
}

impl First {
    /// The fields of the login, if the server in the field asked for one.
    pub fn login_fields(&mut self) -> Option<&mut LoginFields> {
        let server = self.server.parse::<ServerLink>().ok()?.server;
        self.login.as_mut().filter(|login| login.server == server)
    }

    /// What is said to the server if it asks, as typed.
    pub(super) fn typed_login(&self, server: &ServerAddress) -> Result<Option<Login>, Trouble> {
        match &self.login {
            Some(fields) if fields.server == *server => fields.read().map(Some),
            _ => Ok(None),
        }
    }

    /// The server asks, or what was said is wrong: its fields are there, an account typed before in them. A wrong password is not
    /// worth mending letter by letter where nobody sees it.
    pub(super) fn ask_for_login(&mut self, server: &ServerAddress, account: bool) {
        let typed = self.login.take().filter(|fields| fields.server == *server);
        let mut fields = LoginFields::asked_by(server.clone(), account);
        if let Some(typed) = typed {
            fields.remember = typed.remember;
            fields.recalled = typed.recalled;
            fields.account = fields.account.map(|_| typed.account.unwrap_or_default());
        }
        self.login = Some(fields);
    }

    /// Where the keyboard belongs in the login's fields.
    pub(super) fn login_focus(&self) -> Field {
        self.login.as_ref().map_or(Field::Meet, LoginFields::first_empty)
    }

    /// The keyring knows what this server asks for. What the person has typed meanwhile is theirs.
    pub(super) fn recall(&mut self, server: &ServerAddress, known: Login) {
        let Some(fields) = self.login.as_mut().filter(|fields| fields.server == *server) else {
            return;
        };
        if !fields.password.is_empty() || fields.account.is_some() != known.account.is_some() {
            return;
        }
        if let (Some(typed), Some(account)) = (&mut fields.account, known.account) {
            if !typed.is_empty() && typed.as_str() != account.as_str() {
                return;
            }
            account.as_str().clone_into(typed);
        }
        known.password.as_str().clone_into(&mut fields.password);
        (fields.remember, fields.recalled) = (true, true);
        self.focus = Some(Field::Meet);
    }
}

impl Model {
    /// The server lets nobody in who does not say what it asks for: the fields for it are there from now on.
    pub(super) fn ask_for_login(&mut self, ending: &Ending) -> Vec<Effect> {
        let (
            Ending::Problem(Problem::LoginNeeded { account, .. } | Problem::LoginWrong { account, .. }),
            Some(visit),
        ) = (ending, &mut self.visit)
        else {
            return Vec::new();
        };
        let server = visit.server.clone();
        visit.login = None;
        self.logins.forget(&server);
        self.lend_field_to(&server);
        self.first.ask_for_login(&server, *account);
        // What the keyring knows was wrong already, or would have been asked for.
        let needed = matches!(ending, Ending::Problem(Problem::LoginNeeded { .. }));
        if needed {
            vec![Effect::Recall(server)]
        } else {
            Vec::new()
        }
    }

    /// The keyring knows what that server asks for.
    pub fn recalled(&mut self, server: &ServerAddress, login: Login) {
        if matches!(self.screen, Screen::First | Screen::Invitation) {
            self.first.recall(server, login);
        }
    }

    /// The server let us in: what was said to it is right, and its fields are no longer needed.
    pub(super) fn let_in(&mut self, server: &ServerAddress) -> Vec<Effect> {
        self.take_field_back();
        let Some(fields) = self.first.login.take_if(|fields| fields.server == *server) else {
            return Vec::new();
        };
        let login = self.logins.of(server);
        login
            .and_then(|login| fields.keyring(login))
            .into_iter()
            .collect()
    }
}
