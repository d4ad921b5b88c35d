//! The server that is tested: this very program, as anybody starts it, in a process of its own that knows nothing of the test.
//! Everything it writes stands in one directory.

mod memory;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

use super::search::{Search, Tally};

/// How long a server may take to start.
const START: Duration = Duration::from_secs(20);

/// How long a server may take to end; it promises three seconds.
const END: Duration = Duration::from_secs(10);

/// How often it is looked whether it has ended.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How its first line begins.
const LISTENING: &str = "listening on ";

/// Its log, at the most talkative.
const LOG: &str = "log";

/// What it prints.
const CONSOLE: &str = "console";

#[derive(Debug)]
pub(super) struct Subject {
    child: Child,
    pid: Pid,
    /// Where its lobby listens.
    pub(super) address: SocketAddr,
    /// Everything it writes is in here.
    ground: PathBuf,
}

/// What was looked through at one moment.
#[derive(Debug, Default)]
pub(super) struct Looked {
    pub(super) tally: Tally,
    pub(super) memory_bytes: u64,
    pub(super) files: usize,
    pub(super) file_bytes: u64,
    pub(super) log_lines: usize,
}

impl Subject {
    /// Starts a server in an empty directory and waits until it listens.
    ///
    /// # Errors
    /// It does not start; its own words are in the error.
    pub(super) fn start(ground: &Path) -> Result<Self> {
        let mut child = command(ground)?.spawn().context("the server does not start")?;
        let pid = Pid::from_child(&child);
        let output = child.stdout.take().context("its output is a pipe")?;
        let console = File::create(ground.join(CONSOLE))?;
        let (tell, told) = sync_channel(1);
        std::thread::Builder::new()
            .name("console of the tested".into())
            .spawn(move || keep(output, console, &tell))?;
        let mut subject = Self {
            child,
            pid,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            ground: ground.to_owned(),
        };
        let Ok(address) = told.recv_timeout(START) else {
            bail!("the server does not start: {}", subject.last_log_line());
        };
        subject.address = address.context("the server says where it listens")?;
        Ok(subject)
    }

    /// Looks through its memory, everything it has written, and every file it holds open, all at one moment: it is frozen meanwhile.
    ///
    /// # Errors
    /// Something of it cannot be read, or it has ended.
    pub(super) fn look(&self, search: &Search) -> Result<Looked> {
        let _frozen = self.freeze()?;
        let mut looked = Looked::default();
        looked.memory_bytes = memory::look(self.pid, search, &mut looked.tally)?;
        self.look_at_files(search, &mut looked)?;
        for open in memory::open_files(self.pid, &self.ground)? {
            look_at_file(&open, search, &mut looked)?;
        }
        Ok(looked)
    }

    /// Looks through its memory only.
    ///
    /// # Errors
    /// As [`look`](Self::look).
    pub(super) fn look_at_memory(&self, search: &Search) -> Result<Tally> {
        let _frozen = self.freeze()?;
        let mut tally = Tally::default();
        memory::look(self.pid, search, &mut tally)?;
        Ok(tally)
    }

    /// Asks it to end, as service managers do, and looks through what it leaves behind.
    ///
    /// # Errors
    /// It does not end, or not well; or something it left cannot be read.
    pub(super) async fn end(mut self, search: &Search) -> Result<Looked> {
        kill_process(self.pid, Signal::TERM)?;
        let ended = async {
            loop {
                if let Some(status) = self.child.try_wait()? {
                    return Ok::<_, std::io::Error>(status);
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        let status = tokio::time::timeout(END, ended)
            .await
            .context("the server does not end")??;
        ensure!(
            status.success(),
            "the server failed ({status}): {}",
            self.last_log_line()
        );
        let mut looked = Looked::default();
        self.look_at_files(search, &mut looked)?;
        Ok(looked)
    }

    fn look_at_files(&self, search: &Search, looked: &mut Looked) -> Result<()> {
        for path in files_below(&self.ground)? {
            look_at_file(&path, search, looked)?;
        }
        let log = fs::read(self.ground.join(LOG))?;
        looked.log_lines = log.split(|byte| *byte == b'\n').count() - 1;
        Ok(())
    }

    fn freeze(&self) -> Result<Frozen> {
        kill_process(self.pid, Signal::STOP).context("the server cannot be stopped for a moment")?;
        let frozen = Frozen(self.pid);
        let status = waitpid(Some(self.pid), WaitOptions::UNTRACED)?;
        ensure!(
            status.is_some_and(|(_, status)| status.stopped()),
            "the server has ended by itself: {}",
            self.last_log_line()
        );
        Ok(frozen)
    }

    fn last_log_line(&self) -> String {
        let log = fs::read_to_string(self.ground.join(LOG)).unwrap_or_default();
        log.lines()
            .last()
            .map_or_else(|| "it says nothing".into(), ToOwned::to_owned)
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        // It may have ended; otherwise nobody waits for its goodbye.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A stopped process; it goes on when this is dropped.
struct Frozen(Pid);

impl Drop for Frozen {
    fn drop(&mut self) {
        // If it is gone, there is nothing to go on.
        let _ = kill_process(self.0, Signal::CONT);
    }
}

/// The server as anybody starts it, with the most talkative log. Nothing of our own environment decides how it is set up, and
/// whatever it might write at a place of the user's own is written where it is looked for.
fn command(ground: &Path) -> Result<Command> {
    let (data, home) = (ground.join("data"), ground.join("home"));
    fs::create_dir(&data)?;
    fs::create_dir(&home)?;
    let log = File::create(ground.join(LOG))?;
    let program = std::env::current_exe().context("the path of this program is unknown")?;
    let mut command = Command::new(program);
    command
        .args(["--bind", "127.0.0.1", "--port", "0", "--data"])
        .arg(data)
        .env_clear()
        .env("RUST_LOG", "trace")
        .env("HOME", &home)
        .env("TMPDIR", &home)
        .current_dir(&home)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log);
    Ok(command)
}

/// Keeps what the server prints, and tells where it listens.
fn keep(
    output: ChildStdout,
    mut console: File,
    tell: &SyncSender<Result<SocketAddr, std::net::AddrParseError>>,
) {
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        if let Some(address) = line.strip_prefix(LISTENING) {
            // Whoever asked may have given up.
            let _ = tell.send(address.parse());
        }
        if writeln!(console, "{line}").is_err() {
            return;
        }
    }
}

fn look_at_file(path: &Path, search: &Search, looked: &mut Looked) -> Result<()> {
    let cannot = || format!("{} cannot be read", path.display());
    let file = File::open(path).with_context(cannot)?;
    let length = file.metadata().with_context(cannot)?.len();
    // No further than its length: some files of the system have no end.
    let bytes = search
        .look_through(file.take(length), &path.display().to_string(), &mut looked.tally)
        .with_context(cannot)?;
    looked.files += 1;
    looked.file_bytes += bytes;
    Ok(())
}

/// All files in a directory and below.
fn files_below(directory: &Path) -> Result<Vec<PathBuf>> {
    let (mut files, mut directories) = (Vec::new(), vec![directory.to_owned()]);
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory)? {
            let entry = entry?;
            match entry.file_type()? {
                kind if kind.is_dir() => directories.push(entry.path()),
                kind if kind.is_file() => files.push(entry.path()),
                _ => {}
            }
        }
    }
    Ok(files)
}
