//! What the program does instead of running a server: accounts, the password for all, the configuration file. Each ends with an
//! exit code and, if something is wrong, one sentence.

mod password;

use std::path::{Path, PathBuf};

use acaso_server::{
    AccountError, Accounts, ConfigError, DEFAULT_CONFIG_FILE, Decisions, IdentityError, check_certificate,
};
use acaso_shared::ids::AccountName;
use clap::Subcommand;

use self::password::NoPassword;
use crate::console::{Arguments, FAILED, FINE, NoDataDirectory, data_directory, fail, say};

/// What can be done with accounts. Passwords are typed at a prompt, or come as one line of standard input.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum AccountChore {
    /// Adds one; its password is asked for.
    Add {
        /// 1 to 32 of the characters a-z, 0-9, '.', '_' and '-'.
        #[arg(value_parser = parse_account)]
        name: AccountName,
    },
    /// Removes one.
    Remove {
        /// Its name.
        #[arg(value_parser = parse_account)]
        name: AccountName,
    },
    /// Lists the names of all.
    List,
    /// Gives one another password, which is asked for.
    Passwd {
        /// Its name.
        #[arg(value_parser = parse_account)]
        name: AccountName,
    },
}

/// What can be done with the password for all.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum PasswordChore {
    /// Sets it; it is asked for.
    Set,
    /// Removes it: nobody gets in by one any more.
    Clear,
}

/// What can be done with configuration files.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum ConfigChore {
    /// Prints a file with every key, its default and what it means.
    Default,
    /// Says what is wrong with a file, and where.
    Check {
        /// The file.
        file: PathBuf,
    },
}

/// Why a chore was not done.
#[derive(Debug, thiserror::Error)]
enum NotDone {
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Password(#[from] NoPassword),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Contradiction(#[from] acaso_server::Contradiction),
    #[error(transparent)]
    Certificate(#[from] IdentityError),
    #[error(transparent)]
    Data(#[from] NoDataDirectory),
    #[error("there was no password for all")]
    NoneSet,
}

/// Changes accounts; returns the exit code.
pub(crate) fn account(chore: &AccountChore, arguments: &Arguments) -> u8 {
    code(change_account(chore, arguments))
}

/// Changes the password for all; returns the exit code.
pub(crate) fn password(chore: PasswordChore, arguments: &Arguments) -> u8 {
    code(change_password(chore, arguments))
}

/// Shows or checks a file; returns the exit code.
pub(crate) fn config(chore: &ConfigChore) -> u8 {
    match chore {
        ConfigChore::Default => {
            say(DEFAULT_CONFIG_FILE);
            FINE
        }
        ConfigChore::Check { file } => code(check(file)),
    }
}

fn change_account(chore: &AccountChore, arguments: &Arguments) -> Result<String, NotDone> {
    let (accounts, directory) = accounts(arguments)?;
    let there = directory.display();
    match chore {
        AccountChore::Add { name } => {
            // Before anybody types a password for nothing.
            if accounts.has(name)? {
                return Err(AccountError::Exists(name.as_str().to_owned()).into());
            }
            accounts.add(name, &password::ask(name.as_str())?)?;
            Ok(format!("added {} in {there}\n", name.as_str()))
        }
        AccountChore::Passwd { name } => {
            if !accounts.has(name)? {
                return Err(AccountError::Unknown(name.as_str().to_owned()).into());
            }
            accounts.change_password(name, &password::ask(name.as_str())?)?;
            Ok(format!("changed the password of {} in {there}\n", name.as_str()))
        }
        AccountChore::Remove { name } => {
            accounts.remove(name)?;
            Ok(format!("removed {} in {there}\n", name.as_str()))
        }
        AccountChore::List => Ok(accounts.list()?.iter().map(|name| format!("{name}\n")).collect()),
    }
}

fn change_password(chore: PasswordChore, arguments: &Arguments) -> Result<String, NotDone> {
    let (accounts, directory) = accounts(arguments)?;
    let there = directory.display();
    match chore {
        PasswordChore::Set => {
            accounts.set_server_password(&password::ask("everybody")?)?;
            Ok(format!("the password for all is set in {there}\n"))
        }
        PasswordChore::Clear if accounts.clear_server_password()? => {
            Ok(format!("the password for all is removed in {there}\n"))
        }
        PasswordChore::Clear => Err(NotDone::NoneSet),
    }
}

/// The accounts, and where they are: it is said with whatever is changed, because a server under another account has others.
fn accounts(arguments: &Arguments) -> Result<(Accounts, PathBuf), NotDone> {
    let directory = data_directory(arguments.decisions()?.data)?;
    Ok((Accounts::open(&directory)?, directory))
}

fn check(file: &Path) -> Result<String, NotDone> {
    let decided = Decisions::read(file)?;
    if let Some(files) = &decided.certificate {
        check_certificate(files)?;
    }
    let bind = decided.bind.unwrap_or(std::net::Ipv4Addr::LOCALHOST.into());
    decided.config(bind, PathBuf::new())?;
    Ok(format!("{} is in order\n", file.display()))
}

fn code(done: Result<String, NotDone>) -> u8 {
    match done {
        Ok(said) => {
            say(&said);
            FINE
        }
        Err(error) => fail(&error, FAILED),
    }
}

fn parse_account(text: &str) -> Result<AccountName, acaso_shared::ids::BadAccountName> {
    AccountName::parse(text)
}
