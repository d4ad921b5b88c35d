//! `acaso-server self-test`: what operators can have this program prove about itself, on their own machine.

#[cfg(target_os = "linux")]
mod blind;
#[cfg(target_os = "linux")]
mod control;
#[cfg(target_os = "linux")]
mod people;
#[cfg(target_os = "linux")]
mod subject;

#[cfg(target_os = "linux")]
mod search;

#[cfg(target_os = "linux")]
mod canary;

use clap::Subcommand;

/// Chats at once, unless a test wants fewer.
const CHATS: u16 = 200;

/// The most chats that one machine has loopback ports and descriptors for without being asked twice.
const CHATS_MAX: i64 = 1000;

/// It was proven.
#[cfg(target_os = "linux")]
const PROVEN: u8 = 0;

/// It was refuted, or it could not be proven.
#[cfg(target_os = "linux")]
const NOT_PROVEN: u8 = 1;

/// It cannot be tried on this system.
#[cfg(not(target_os = "linux"))]
const NOT_HERE: u8 = 2;

/// What can be proven.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub(crate) enum SelfTest {
    /// Proves that a server holds nothing readable of what people say: starts one, has strangers chat there, and searches its
    /// memory, its files and its log for every name and every message, in eight forms. Linux only; takes less than a minute.
    Blind {
        /// How many chats at once.
        #[arg(long, hide = true, default_value_t = CHATS, value_parser = clap::value_parser!(u16).range(1..=CHATS_MAX))]
        chats: u16,
    },
}

/// Proves it, or not; returns the exit code.
pub(crate) async fn run(what: &SelfTest) -> u8 {
    let SelfTest::Blind { chats } = *what;
    blind(chats).await
}

#[cfg(target_os = "linux")]
async fn blind(chats: u16) -> u8 {
    use std::time::Duration;

    use crate::signals::asked_to_end;

    /// Longer than a slow machine needs for the default number of chats; then something hangs.
    const PATIENCE: Duration = Duration::from_secs(120);

    let tested = tokio::select! {
        tested = tokio::time::timeout(PATIENCE, blind::test(chats)) => tested,
        () = asked_to_end(true) => {
            eprintln!("acaso-server: the self-test was broken off");
            return NOT_PROVEN;
        }
    };
    match tested {
        Ok(Ok(())) => PROVEN,
        Ok(Err(error)) => {
            eprintln!("acaso-server: not proven: {error:#}");
            NOT_PROVEN
        }
        Err(_) => {
            eprintln!(
                "acaso-server: not proven: the self-test did not end within {} s; try again on a quieter machine",
                PATIENCE.as_secs()
            );
            NOT_PROVEN
        }
    }
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unused_async, reason = "where it can be tried, it takes a while")]
async fn blind(_chats: u16) -> u8 {
    eprintln!("acaso-server: this self-test reads another process's memory, which it can on Linux only");
    NOT_HERE
}
