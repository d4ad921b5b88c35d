//! Asking for a password: at a terminal twice and unseen, else one line of standard input. Never from the command line, which
//! everybody on the machine can read.

use std::io::{self, BufRead, IsTerminal};

use acaso_shared::ids::{BadPassword, Password};
use acaso_shared::limits::PASSWORD_BYTES_MAX;

/// Longest line looked at: a password and the end of the line.
const LINE_BYTES_MAX: usize = PASSWORD_BYTES_MAX + 2;

/// Why there is no password.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoPassword {
    #[error(
        "no password could be read ({0}): type it at a terminal, or give it as one line of standard input"
    )]
    Unreadable(#[from] io::Error),
    #[error("{0}: nothing was changed")]
    Bad(#[from] BadPassword),
    #[error("the two were not the same: nothing was changed, try again")]
    Differ,
}

/// Asks for the password of that one.
pub(super) fn ask(whose: &str) -> Result<Password, NoPassword> {
    if !io::stdin().is_terminal() {
        return from_line(io::stdin().lock());
    }
    let first = rpassword::prompt_password(format!("Password for {whose}: "))?;
    // Told at once, not after it was typed again.
    let password = Password::parse(&first)?;
    match rpassword::prompt_password("The same again: ")? == first {
        true => Ok(password),
        false => Err(NoPassword::Differ),
    }
}

fn from_line(input: impl BufRead) -> Result<Password, NoPassword> {
    let mut line = String::new();
    input
        .take(u64::try_from(LINE_BYTES_MAX).unwrap_or(u64::MAX))
        .read_line(&mut line)?;
    let password = line.strip_suffix('\n').unwrap_or(&line);
    Ok(Password::parse(password.strip_suffix('\r').unwrap_or(password))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_password_without_its_end() {
        let read = |text: &str| from_line(text.as_bytes()).map(|password| password.as_str().to_owned());
        assert_eq!(read(" open sesame \nmore\n").unwrap(), " open sesame ");
        assert_eq!(read("secret\r\n").unwrap(), "secret");
        assert_eq!(read("no end").unwrap(), "no end");
        assert!(matches!(read(""), Err(NoPassword::Bad(_))));
        assert!(matches!(read("\n"), Err(NoPassword::Bad(_))));
        let longest = "x".repeat(PASSWORD_BYTES_MAX);
        assert_eq!(read(&format!("{longest}\r\n")).unwrap(), longest);
        assert!(matches!(read(&format!("{longest}x\n")), Err(NoPassword::Bad(_))));
    }
}
