//! `acaso-load`: brings many strangers to a server on this computer and tells what came of it. Counts and times are bounded, and
//! everything stays on loopback addresses.

mod arrive;
mod chaos;
mod house;
mod random;
mod relay;

mod child;
mod meter;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Load for an Acaso server on this computer.
#[derive(Parser)]
#[command(name = "acaso-load")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// People arrive one after the other and nobody leaves: is everybody in exactly one pair?
    Arrive(arrive::Arguments),
    /// Pairs talk: what does a message cost, beside a relay that does nothing but carry bytes?
    Relay(relay::Arguments),
    /// Rooms fill up and stay: what does one more connection cost?
    House(house::Arguments),
    /// People say things of random sizes at random moments, in rooms or in a plaza: is everything heard, and how soon?
    Random(random::Arguments),
    /// Pairs talk through networks that fail: is anything lost, doubled or out of order?
    Chaos(chaos::Arguments),
    /// A server, until the end of input.
    #[command(hide = true)]
    Serve {
        /// Without TLS.
        #[arg(long)]
        plain: bool,
        /// With all rooms behind the lobby's port.
        #[arg(long)]
        shared: bool,
        /// With a plaza.
        #[arg(long)]
        plaza: bool,
    },
    /// A relay that does nothing but carry bytes between every two who connect, until the end of input.
    #[command(hide = true)]
    Carry,
}

fn main() -> ExitCode {
    let Arguments { task } = Arguments::parse();
    let done = match task {
        // One thread, as the relay it is measured beside: what is compared is work, not how it is spread.
        Task::Carry => runtime(1).and_then(|runtime| runtime.block_on(child::carry())),
        Task::Serve { plain, shared, plaza } => {
            runtime(0).and_then(|runtime| runtime.block_on(child::serve(plain, shared, plaza)))
        }
        Task::Arrive(arguments) => runtime(0).and_then(|runtime| runtime.block_on(arrive::run(&arguments))),
        Task::Random(arguments) => runtime(0).and_then(|runtime| runtime.block_on(random::run(&arguments))),
        Task::Chaos(arguments) => runtime(0).and_then(|runtime| runtime.block_on(chaos::run(&arguments))),
        Task::Relay(arguments) => runtime(0).and_then(|runtime| runtime.block_on(relay::run(&arguments))),
        Task::House(arguments) => runtime(0).and_then(|runtime| runtime.block_on(house::run(&arguments))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("acaso-load: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A runtime with so many threads; with 0, one for each processor.
fn runtime(threads: usize) -> anyhow::Result<tokio::runtime::Runtime> {
    let mut builder = match threads {
        1 => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    Ok(builder.enable_all().build()?)
}
