//! Accounts and the password for all, as their operator changes them: through a connection of its own to the file, also while a
//! server uses it. Passwords come in and hashes are kept.

use std::path::Path;
use std::time::{Duration, SystemTime};

use acaso_shared::ids::{AccountName, Password};
use rusqlite::{Connection, params};

use super::sql::seconds_since_1970;
use super::{FILE_NAME, OpenError, schema};
use crate::data::{self, DataError};
use crate::passwords;

/// How long somebody at a terminal waits for a server that is just writing.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why an account was not changed. Each is one sentence.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The directory cannot be made.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The file does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// There is one of that name.
    #[error("there is an account {0} already: change its password with `account passwd {0}`")]
    Exists(String),
    /// There is none of that name.
    #[error("there is no account {0}: `account list` shows all")]
    Unknown(String),
    /// The file cannot be written.
    #[error(
        "the registry cannot be written ({0}): check the data directory's permissions and free space, then try again"
    )]
    Sqlite(#[from] rusqlite::Error),
}

/// The accounts in one data directory.
#[derive(Debug)]
pub struct Accounts {
    database: Connection,
}

impl Accounts {
    /// Opens them; directory and file are made if there are none.
    ///
    /// # Errors
    /// Says what is wrong with the file.
    pub fn open(directory: &Path) -> Result<Self, AccountError> {
        data::make(directory)?;
        let database = schema::open_beside(&directory.join(FILE_NAME), PATIENCE)?;
        Ok(Self { database })
    }

    /// A new one.
    ///
    /// # Errors
    /// There is one of that name, or nothing can be written.
    pub fn add(&self, name: &AccountName, password: &Password) -> Result<(), AccountError> {
        let insert = "INSERT INTO accounts (name, hash, created) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        let (hash, now) = (passwords::hash(password), seconds_since_1970(SystemTime::now()));
        match self.database.execute(insert, params![name.as_str(), hash, now])? {
            0 => Err(AccountError::Exists(name.as_str().to_owned())),
            _ => Ok(()),
        }
    }

    /// Another password for it.
    ///
    /// # Errors
    /// There is none of that name, or nothing can be written.
    pub fn change_password(&self, name: &AccountName, password: &Password) -> Result<(), AccountError> {
        let update = "UPDATE accounts SET hash = ?2 WHERE name = ?1";
        let changed = self
            .database
            .execute(update, params![name.as_str(), passwords::hash(password)])?;
        some(changed, name)
    }

    /// Removes it. Whoever is in the lobby or in a room with it stays.
    ///
    /// # Errors
    /// There is none of that name, or nothing can be written.
    pub fn remove(&self, name: &AccountName) -> Result<(), AccountError> {
        let delete = "DELETE FROM accounts WHERE name = ?1";
        some(self.database.execute(delete, [name.as_str()])?, name)
    }

    /// Whether there is one of that name.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn has(&self, name: &AccountName) -> Result<bool, AccountError> {
        Ok(self.list()?.iter().any(|other| other == name.as_str()))
    }

    /// The names of all, sorted.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn list(&self) -> Result<Vec<String>, AccountError> {
        let mut names = self.database.prepare("SELECT name FROM accounts ORDER BY name")?;
        let names = names.query_map([], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// Whether there is a password for all.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn has_server_password(&self) -> Result<bool, AccountError> {
        let count = "SELECT count(*) FROM password";
        Ok(self.database.query_row(count, [], |row| row.get::<_, u8>(0))? > 0)
    }

    /// The password that is the same for all.
    ///
    /// # Errors
    /// Nothing can be written.
    pub fn set_server_password(&self, password: &Password) -> Result<(), AccountError> {
        let set = "INSERT OR REPLACE INTO password (id, hash) VALUES (1, ?1)";
        self.database.execute(set, [passwords::hash(password)])?;
        Ok(())
    }

    /// No password for all any more: nobody gets in by one. False if there was none.
    ///
    /// # Errors
    /// Nothing can be written.
    pub fn clear_server_password(&self) -> Result<bool, AccountError> {
        Ok(self.database.execute("DELETE FROM password", [])? > 0)
    }
}

fn some(changed: usize, name: &AccountName) -> Result<(), AccountError> {
    match changed {
        0 => Err(AccountError::Unknown(name.as_str().to_owned())),
        _ => Ok(()),
    }
}
