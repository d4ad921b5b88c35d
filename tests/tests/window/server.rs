//! The real server, as an operator runs it.

use std::cell::RefCell;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};
use rusqlite::{Connection, OpenFlags};

use crate::program::{Process, program};
use crate::watched::PATIENCE;

/// A running server.
pub(crate) struct Server {
    // Whoever writes to its console writes to it alone; no test shares a server between threads.
    process: RefCell<Process>,
    address: SocketAddr,
    database: PathBuf,
}

impl Server {
    /// Starts it on this computer only, with its data in that directory.
    pub(crate) fn start(data: &Path) -> Result<Self> {
        let mut command = program("acaso-server")?;
        command.args([
            "--bind",
            "127.0.0.1",
            "--port",
            "0",
            "--rooms",
            "1026-9999",
            "--data",
        ]);
        let process = Process::start(command.arg(data))?;
        let address = process.line("listening on …", |line| {
            line.strip_prefix("listening on ")?.parse().ok()
        })?;
        Ok(Self {
            process: RefCell::new(process),
            address,
            database: data.join("acaso.db"),
        })
    }

    /// Where the lobby is.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until the registry has just so many rooms, with so many people in each.
    pub(crate) fn wait_for_rooms(&self, people: &[i64]) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let registered = self.people()?;
            if registered == people {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("the registry has rooms with {registered:?} people, not {people:?}");
            }
            // An answer from its console is a sign that time has passed for the server too.
            self.types("r")?;
            self.process
                .borrow()
                .line("the list of rooms", |line| line.contains(" in use").then_some(()))?;
        }
    }

    /// Says `q`, and waits until it has ended well.
    pub(crate) fn stops(&self) -> Result<()> {
        self.types("q")?;
        let status = self.process.borrow_mut().end()?;
        ensure!(status.success(), "the server ended badly ({status})");
        Ok(())
    }

    fn types(&self, line: &str) -> Result<()> {
        writeln!(self.process.borrow_mut().stdin()?, "{line}").context("the server's console is closed")
    }

    fn people(&self) -> Result<Vec<i64>> {
        let database = Connection::open_with_flags(&self.database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        database.busy_timeout(PATIENCE)?;
        let mut query = database.prepare("select connections from rooms order by id")?;
        let rows = query.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
