//! What an operator sees and types: a question at the start if need be, one line per fact, then commands.

mod arguments;
mod ask;
mod commands;
mod facts;
mod lines;
mod orders;

use std::io::{IsTerminal, Write};
use std::net::IpAddr;
use std::pin::pin;

use acaso_server::{Config, Decisions, Server, StartError};
use clap::Parser;

pub(crate) use self::arguments::{Arguments, Chore, NoDataDirectory, data_directory};
use self::ask::{Answer, Choices};
use self::commands::Command;
use self::lines::Lines;
use crate::signals::{Reloads, asked_to_end};

/// Said where the terminal would close with the program, and the message with it.
const WAITING: &str = "Press Enter to close this window.";

/// The flag that asks for it, also where the rest of the command line makes no sense.
const WAIT_ON_ERROR: &str = "--wait-on-error";

/// Everything went well.
pub(crate) const FINE: u8 = 0;

/// The server could not start, or it failed.
pub(crate) const FAILED: u8 = 1;

/// The program was called in a way that makes no sense.
const USAGE: u8 = 2;

/// The operator did not wait for the goodbye.
const INTERRUPTED: i32 = 130;

/// Runs a server until it is asked to end; returns the exit code.
pub(crate) async fn run(mut arguments: Arguments) -> u8 {
    let is_terminal = std::io::stdin().is_terminal();
    let mut lines = Lines::from_stdin();
    // From the first moment on: unwatched, this signal ends a program.
    let reloads = Reloads::watch(is_terminal);
    let code = match start(&mut arguments, is_terminal, &mut lines).await {
        Ok(server) => run_until_told(server, &mut arguments, is_terminal, &mut lines, reloads).await,
        Err(code) => code,
    };
    if code != FINE && arguments.wait_on_error && is_terminal {
        eprintln!("{WAITING}");
        lines.next().await;
    }
    code
}

async fn run_until_told(
    server: Server,
    arguments: &mut Arguments,
    is_terminal: bool,
    lines: &mut Lines,
    reloads: Reloads,
) -> u8 {
    say(&facts::of(&server, arguments.file_kept_to()));
    let code = serve(&server, arguments, is_terminal, lines, reloads).await;
    say("goodbye\n");
    tokio::select! {
        () = server.stop() => code,
        () = asked_to_end(false) => {
            // Asked a second time: at once means at once.
            std::process::exit(INTERRUPTED);
        }
    }
}

/// Starts the server. On a terminal without `--bind` it asks where, and asks again if that does not work.
async fn start(arguments: &mut Arguments, is_terminal: bool, lines: &mut Lines) -> Result<Server, u8> {
    arguments.keep_to_file().map_err(|error| fail(&error, USAGE))?;
    let decided = arguments.decisions().map_err(|error| fail(&error, USAGE))?;
    if let Some(bind) = decided.bind {
        let config = config(decided, bind)?;
        return Server::start(config).await.map_err(|error| fail(&error, FAILED));
    }
    if !is_terminal {
        let why = "there is no terminal to ask which address to listen on: say --bind 127.0.0.1 for this computer only, or --bind 0.0.0.0 for everybody";
        return Err(fail(&why, USAGE));
    }
    let choices = Choices::new(acaso_server::addresses_of_this_computer());
    loop {
        let Some(bind) = choose(&choices, lines).await else {
            say("\nno address was chosen, so nothing was started\n");
            return Err(FINE);
        };
        match Server::start(config(decided.clone(), bind)?).await {
            Ok(server) => return Ok(server),
            Err(error) if is_about_the_address(&error) => say(&format!("{}\n", sentence(&error))),
            Err(error) => return Err(fail(&error, FAILED)),
        }
    }
}

/// A server as decided, at that address; on a contradiction, `Err` holds the exit code.
fn config(decided: Decisions, bind: IpAddr) -> Result<Config, u8> {
    let data = data_directory(decided.data.clone()).map_err(|error| fail(&error, USAGE))?;
    decided.config(bind, data).map_err(|error| fail(&error, USAGE))
}

/// Asks until the answer makes sense; `None` at the end of input or when asked to end.
async fn choose(choices: &Choices, lines: &mut Lines) -> Option<IpAddr> {
    say(&choices.question());
    let mut ended = pin!(asked_to_end(true));
    loop {
        let line = tokio::select! {
            line = lines.next() => line?,
            () = &mut ended => return None,
        };
        match choices.parse(&line) {
            Ok(Answer::Address(address)) => return Some(address),
            Ok(Answer::Quit) => return None,
            Err(why) => say(&format!("{}\n{}", sentence(&why), choices.prompt())),
        }
    }
}

/// Answers commands until one of them, the system, or a failure ends it.
async fn serve(
    server: &Server,
    arguments: &mut Arguments,
    is_terminal: bool,
    lines: &mut Lines,
    mut reloads: Reloads,
) -> u8 {
    // One watch for the whole time: a signal that comes while a command is answered counts as well.
    let mut ended = pin!(asked_to_end(is_terminal));
    loop {
        let line = tokio::select! {
            line = lines.next() => line,
            () = reloads.next() => {
                orders::reload(server, arguments);
                continue;
            }
            () = &mut ended => return FINE,
            failed = server.failed() => return fail(&failed, FAILED),
        };
        match line.as_deref().map(Command::parse) {
            Some(Command::Nothing) => {}
            Some(Command::Quit) => return FINE,
            Some(Command::Rooms) => say(&commands::list(&server.rooms().await)),
            Some(Command::Plazas) => say(&commands::list_plazas(&server.plazas())),
            Some(Command::Circles) => say(&commands::count_circles(server.circles().await)),
            Some(Command::Help) => say(commands::HELP),
            Some(Command::Order(order)) => orders::carry_out(order, server, arguments).await,
            Some(Command::Unclear(why)) => say(&format!("{}\n", sentence(&why))),
            Some(Command::Unknown(word)) => say(&commands::hint(&word)),
            // The terminal is gone, and with it whoever could type `q`.
            None if is_terminal => return FINE,
            // A service manager gives no input at all; it ends the server by a signal.
            None => lines.stop(),
        }
    }
}

/// Whether another answer to the question could help.
fn is_about_the_address(error: &StartError) -> bool {
    matches!(
        error,
        StartError::NotOurs { .. }
            | StartError::PortTaken { .. }
            | StartError::PortForbidden { .. }
            | StartError::Listen { .. }
    )
}

/// Prints and makes sure that it is seen at once, also by a program that reads our output.
pub(crate) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    // Nobody may be reading; the server goes on without an audience.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

pub(crate) fn fail(error: &dyn std::fmt::Display, code: u8) -> u8 {
    eprintln!("acaso-server: {error}");
    code
}

/// The error as a sentence of its own.
fn sentence(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}.", first.to_uppercase(), letters.as_str())
    })
}

/// Parses the command line; on an error, `Err` holds the exit code.
pub(crate) fn arguments() -> Result<Arguments, u8> {
    Arguments::try_parse().map_err(|error| {
        // A closed output is no reason to do anything else.
        let _ = error.print();
        let code = if error.use_stderr() { USAGE } else { FINE };
        if code != FINE && std::env::args().any(|argument| argument == WAIT_ON_ERROR) {
            eprintln!("{WAITING}");
            // Whatever comes, even nothing, ends the wait.
            let _ = std::io::stdin().read_line(&mut String::new());
        }
        code
    })
}
