//! Two strangers meet, for somebody who has just cloned this: in two windows, or in two terminals if there is no display.

mod conversation;
mod display;
mod stranger;
mod windows;

use std::path::PathBuf;

use anyhow::Result;

use crate::cargo::{Profile, Program, build};
use crate::debian;
use crate::server::Server;
use crate::sweep::Swept;

/// Builds what it takes, shows it, and leaves nothing behind.
///
/// # Errors
/// If something cannot be built or started, or does not go as it should.
pub(crate) fn demo() -> Result<()> {
    if !display::is_usable() {
        println!("there is no display: two terminal clients will talk instead of two windows");
        return in_terminals();
    }
    debian::ensure(&debian::WINDOW)?;
    println!("building the server and the desktop client (some minutes the first time)");
    let [server, window] = build(Profile::Release, [Program::Server, Program::Window])?;
    let stage = Stage::set(&server)?;
    match windows::show(&window, &stage)? {
        windows::Outcome::Closed => stage.clear(),
        windows::Outcome::NoWindow => {
            stage.clear()?;
            println!("no window could be opened on this display: two terminal clients will talk instead");
            in_terminals()
        }
    }
}

fn in_terminals() -> Result<()> {
    println!("building the server and the terminal client (some minutes the first time)");
    let [server, client] = build(Profile::Release, [Program::Server, Program::LineClient])?;
    let stage = Stage::set(&server)?;
    conversation::show(&client, &stage)?;
    stage.clear()?;
    println!("both are gone and the server has stopped: that is all there is to it");
    Ok(())
}

/// Where a demonstration takes place: directories of its own, and a server in them. The server stands first, so that on the
/// way out of an error it is gone before its directories are.
struct Stage {
    server: Server,
    directories: Swept,
}

impl Stage {
    fn set(server: &std::path::Path) -> Result<Self> {
        let directories = Swept::new()?;
        let server = Server::start(server, &directories.directory("server")?, &[])?;
        Ok(Self { server, directories })
    }

    /// The lobby's address, as a client takes it.
    fn server(&self) -> String {
        self.server.address().to_string()
    }

    /// A new directory for one of the strangers.
    fn directory(&self, name: &str) -> Result<PathBuf> {
        self.directories.directory(name)
    }

    /// Stops the server and removes the directories.
    fn clear(self) -> Result<()> {
        self.server.stop()
    }
}
