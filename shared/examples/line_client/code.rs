//! Where a code comes from: the command line, which every user of the computer can read for as long as the program runs, or the first line of
//! the input. A code of four words is good for longer than that.

use std::io::{BufRead, IsTerminal, Read};
use std::str::FromStr;

use acaso_shared::ids::{BadCode, Code};
use anyhow::{Context, ensure};

/// Longer than any code.
const LINE_BYTES_MAX: u64 = 256;

/// Why a code is not one of a circle.
const NOT_OF_A_CIRCLE: &str = "the code of a circle has four words; one of two is an invitation, for --code";

/// A code, or where it is to be found.
#[derive(Clone, Debug)]
pub(crate) enum Given {
    Here(Code),
    FirstLine,
}

impl FromStr for Given {
    type Err = BadCode;

    fn from_str(typed: &str) -> Result<Self, BadCode> {
        match typed {
            "-" => Ok(Self::FirstLine),
            typed => typed.parse().map(Self::Here),
        }
    }
}

impl Given {
    /// The code; from the input it is read once.
    ///
    /// # Errors
    /// The input has none.
    pub(crate) fn code(&self) -> anyhow::Result<Code> {
        match self {
            Self::Here(code) => Ok(code.clone()),
            Self::FirstLine => first_line(),
        }
    }

    /// The same for a circle.
    ///
    /// # Errors
    /// The input has none, or that of an invitation.
    pub(crate) fn lasting_code(&self) -> anyhow::Result<Code> {
        let code = self.code()?;
        ensure!(code.is_lasting(), NOT_OF_A_CIRCLE);
        Ok(code)
    }
}

/// A circle's code, as far as it stands on the command line.
pub(crate) fn of_circle(typed: &str) -> Result<Given, String> {
    match typed.parse().map_err(|error: BadCode| error.to_string())? {
        Given::Here(code) if !code.is_lasting() => Err(NOT_OF_A_CIRCLE.to_owned()),
        given => Ok(given),
    }
}

fn first_line() -> anyhow::Result<Code> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprint!("Code: ");
    }
    let mut line = String::new();
    stdin.lock().take(LINE_BYTES_MAX).read_line(&mut line)?;
    line.trim()
        .parse()
        .context("the first line of the input is no code")
}
