//! The client engine on a terminal: a line typed is a message, a line shown is an event. Scripts and tests drive it with `--json`.

use std::path::PathBuf;
use std::process::ExitCode;

use acaso_shared::ids::Name;
use acaso_shared::session::{Habits, Options, Visit};
use anyhow::Context;
use arguments::Arguments;
use clap::Parser;
use tokio::io::{BufReader, Lines, Stdin};

mod arguments;
mod circle;
mod code;
mod login;
mod partner;
mod plaza;
mod show;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Into::into)
        .and_then(|runtime| {
            let outcome = runtime.block_on(run(arguments));
            // A thread may still wait for the next line on stdin, which nobody is going to type.
            runtime.shutdown_background();
            outcome
        });
    outcome.unwrap_or_else(|error: anyhow::Error| {
        eprintln!("line_client: {error:#}");
        ExitCode::FAILURE
    })
}

async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    if arguments.plain {
        eprintln!(
            "line_client: --plain: whoever is on the way sees when and how much you write, and can pose as the server"
        );
    }
    let (way, in_circle) = (arguments.way()?, arguments.in_circle()?);
    let options = Options::new(known_servers(arguments.data)?);
    let visit = Visit {
        plain: arguments.plain,
        transport: arguments.transport,
        login: login::from_environment(arguments.user.clone())?,
        habits: Habits {
            typing: arguments.tell,
            seen: arguments.tell,
        },
        identity: arguments.server.identity.map(Box::new),
        old_clients: arguments.allow_classic,
        way,
        ..Visit::new(
            arguments.server.server,
            arguments.name.unwrap_or_else(Name::anonymous),
        )
    };
    let show = show::Show { json: arguments.json };
    if let Some(circle) = in_circle {
        return circle::run(options, visit, circle, show).await;
    }
    if let Some(plaza) = arguments.plaza {
        return plaza::run(options, visit, plaza, arguments.subject, show).await;
    }
    let person = partner::Person {
        user: arguments.user,
        trust_new: arguments.trust_new,
        keeps: arguments.keep,
    };
    partner::run(options, visit, person, show).await
}

fn known_servers(data: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    let directory = match data {
        Some(directory) => directory,
        None => directories::ProjectDirs::from("org", "Acaso", "acaso")
            .context(
                "this account has no home directory: say where to keep the known servers with --data DIR",
            )?
            .data_dir()
            .to_owned(),
    };
    Ok(directory.join("known_servers.toml"))
}

async fn next_line(lines: Option<&mut Lines<BufReader<Stdin>>>) -> std::io::Result<Option<String>> {
    match lines {
        Some(lines) => lines.next_line().await,
        None => std::future::pending().await,
    }
}
