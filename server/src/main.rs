//! `acaso-server`: runs a server from a terminal, a double-click or a service manager.

mod console;

mod chores;

mod self_test;

mod signals;

use std::process::ExitCode;

use crate::console::Chore;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let arguments = match console::arguments() {
        Ok(arguments) => arguments,
        Err(code) => return ExitCode::from(code),
    };
    // Warnings and errors only, unless asked for more: the terminal belongs to the console.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // A log that cannot be written, on a full disk for one, would be complained about on stderr, and if that is the log
        // the complaint panics.
        .log_internal_errors(false)
        .init();
    let code = match tokio::runtime::Runtime::new() {
        Ok(runtime) => {
            let code = runtime.block_on(async {
                match &arguments.chore {
                    Some(Chore::Account(chore)) => chores::account(chore, &arguments),
                    Some(Chore::Password(chore)) => chores::password(*chore, &arguments),
                    Some(Chore::Config(chore)) => chores::config(chore),
                    Some(Chore::SelfTest(what)) => self_test::run(what).await,
                    None => console::run(arguments).await,
                }
            });
            // Whatever still runs has had its time.
            runtime.shutdown_background();
            code
        }
        Err(error) => {
            eprintln!(
                "acaso-server: the system gives no threads to run with ({error}): close other programs, then start again"
            );
            1
        }
    };
    ExitCode::from(code)
}
