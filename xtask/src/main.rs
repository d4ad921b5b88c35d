//! The repository's chores: `cargo xtask test`, `demo`, `screenshots` and others. They install what they need where they may,
//! and say what to install where they may not.

mod aioquic;
mod chaos;
mod demo;
mod deny;
mod fuzz;
mod screenshots;
mod test;
mod web;

mod debian;
mod toolchain;

mod server;
mod sweep;
mod xvfb;

mod cargo;
mod lines;
mod run;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask CHORE

  test         everything that CI runs: formatting, lints, all tests, documentation, the window tests
  demo         a server and two strangers who meet: two windows, or two terminals where there is no display
  screenshots  draws every screen again into assets/screenshots
  chaos        pairs of clients talk through networks that fail: --runs N, --transport plain|tls|quic, --help for more
  aioquic      a client of another make joins a plaza over HTTP/3, hears and is heard; skipped without Python's packages
  deny         licences, bans and sources of all dependencies, and known defects where their database can be had
  web          the page in a headless Chromium: it is talked with, and drawn in light, dark and narrow
  fuzz         hostile bytes for everything that reads bytes, ten minutes for each target, or --smoke for ten seconds";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["test"] => test::test(),
        ["demo"] => demo::demo(),
        ["screenshots"] => screenshots::screenshots(),
        ["aioquic"] => aioquic::aioquic(),
        ["chaos", ref arguments @ ..] => chaos::chaos(arguments),
        ["deny"] => deny::deny(),
        ["web"] => web::web(),
        ["fuzz"] => fuzz::fuzz(false),
        ["fuzz", "--smoke"] => fuzz::fuzz(true),
        [sweep::CHORE, directory] => sweep::when_orphaned(directory.as_ref()),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
