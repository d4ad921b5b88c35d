//! Where a password comes from: the environment, or a person at a terminal. Never the command line, which everybody can read.

use std::io::Write;

use acaso_shared::ids::{AccountName, Password};
use acaso_shared::session::Login;
use anyhow::Context;

/// The variable that scripts put a password in.
const VARIABLE: &str = "ACASO_PASSWORD";

/// What is said if the server asks, if it is known beforehand.
pub(crate) fn from_environment(account: Option<AccountName>) -> anyhow::Result<Option<Box<Login>>> {
    let Some(password) = std::env::var_os(VARIABLE) else {
        return Ok(None);
    };
    let password = password.to_str().context("ACASO_PASSWORD is not UTF-8")?;
    let password = Password::parse(password).context(VARIABLE)?;
    Ok(Some(Box::new(Login { account, password })))
}

/// Asks a person; what is typed as the password is not shown.
pub(crate) fn ask(
    host: &str,
    account: Option<AccountName>,
    account_asked: bool,
) -> anyhow::Result<Box<Login>> {
    let account = match account {
        None if account_asked => Some(ask_account(host)?),
        given => given,
    };
    let password = rpassword::prompt_password(format!("Password for {host}: "))?;
    let password = Password::parse(&password)?;
    Ok(Box::new(Login { account, password }))
}

fn ask_account(host: &str) -> anyhow::Result<AccountName> {
    eprint!("Account at {host}: ");
    std::io::stderr().flush()?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(AccountName::parse(&line)?)
}
