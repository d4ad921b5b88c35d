//! A server for a demonstration: on this computer only, on a free port, stopped by its own `q`.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::lines::{Ended, Lines};
use crate::run::cannot_start;

/// A server makes its key and its database at the first start; a busy machine may take its time.
const START: Duration = Duration::from_secs(20);

/// `q` promises three seconds with a full house; here are two strangers at most.
const STOP: Duration = Duration::from_secs(5);

/// A running server.
pub(crate) struct Server {
    process: Child,
    console: ChildStdin,
    address: SocketAddr,
    ended: Ended,
}

impl Server {
    /// Starts `program` with its data in `data` and those arguments besides, and waits until it listens. What it says goes to our output.
    ///
    /// # Errors
    /// If it does not start, or does not say in time where it listens.
    pub(crate) fn start(program: &Path, data: &Path, arguments: &[&str]) -> Result<Self> {
        let mut command = Command::new(program);
        command
            .args(["--bind", "127.0.0.1", "--port", "0", "--data"])
            .arg(data)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut process = command.spawn().with_context(|| cannot_start(&command))?;
        let console = process.stdin.take().expect("its stdin was asked for as a pipe");
        let lines = Lines::of(process.stdout.take().expect("its stdout was asked for as a pipe"));
        let listening = lines.find("the server's address", START, |line| {
            say(line);
            address(line)
        });
        let address = match listening {
            Ok(address) => address,
            Err(error) => {
                kill(&mut process);
                return Err(error.context("the server did not start"));
            }
        };
        Ok(Self {
            process,
            console,
            address,
            ended: lines.show_rest(say),
        })
    }

    /// Where its lobby is.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Says `q` and waits for its end.
    ///
    /// # Errors
    /// If it does not end in time, and is killed then, or does not end well.
    pub(crate) fn stop(mut self) -> Result<()> {
        // If it has ended already, its exit status tells more than the broken pipe.
        let _ = self.console.write_all(b"q\n");
        if !self.ended.comes(STOP) {
            bail!(
                "the server did not stop within {} s of `q` and was killed",
                STOP.as_secs()
            );
        }
        let status = self.process.wait().context("the server's end is unknown")?;
        ensure!(status.success(), "the server ended badly ({status})");
        Ok(())
    }
}

/// Whatever happens, no server is left behind.
impl Drop for Server {
    fn drop(&mut self) {
        kill(&mut self.process);
    }
}

/// Both calls fail only on a process that has ended, which is what they are for.
fn kill(process: &mut Child) {
    let _ = process.kill();
    let _ = process.wait();
}

fn say(line: &str) {
    println!("  server | {line}");
}

fn address(line: &str) -> Option<SocketAddr> {
    line.strip_prefix("listening on ")?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_the_line_that_tells_it() {
        let told = address("listening on 127.0.0.1:40123");
        assert_eq!(told, Some(SocketAddr::from(([127, 0, 0, 1], 40123))));
        assert_eq!(address("rooms 1026 to 9999"), None);
    }
}
