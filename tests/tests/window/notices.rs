//! A message bus of our own, and on it a stand-in for the desktop's notifications that records what arrives.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use zbus::{Connection, OwnedVariant, connection};

use crate::hand::legible;
use crate::journal::Journal;
use crate::program::Process;
use crate::watched::{PATIENCE, Watched};

const PATH: &str = "/org/freedesktop/Notifications";
const NAME: &str = "org.freedesktop.Notifications";

/// Everybody on it may do everything, and it starts no service by itself: an installed notification daemon would take the
/// stand-in's name.
const CONFIGURATION: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=DIRECTORY</listen>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// A notification, as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// Its number, or that of the one it replaces.
    pub(crate) id: u32,
    /// The bold line.
    pub(crate) summary: String,
    /// What stands below.
    pub(crate) body: String,
    /// Pairs of identifier and wording.
    pub(crate) actions: Vec<String>,
}

/// The bus and the stand-in.
pub(crate) struct Notices {
    arrived: Watched<VecDeque<Notice>>,
    connection: Connection,
    address: String,
    journal: Journal,
    // Its one thread answers the windows whatever the story waits for.
    runtime: Runtime,
    // Last: the connection ends before the bus does.
    _bus: Process,
}

impl Notices {
    /// Starts the bus with its socket in `directory`, and listens on it.
    pub(crate) fn new(directory: &Path, journal: &Journal) -> Result<Self> {
        let configuration = directory.join("bus.conf");
        let text = CONFIGURATION.replace("DIRECTORY", &directory.display().to_string());
        std::fs::write(&configuration, text)?;
        let bus = Process::start(
            Command::new("dbus-daemon")
                .args(["--nofork", "--nopidfile", "--print-address", "--config-file"])
                .arg(configuration),
        )?;
        let address = bus.line("the address of the bus", |line| {
            line.starts_with("unix:").then(|| line.trim().to_owned())
        })?;
        let arrived = Watched::new(VecDeque::new());
        let daemon = Daemon {
            arrived: arrived.clone(),
            journal: journal.clone(),
            last_id: 0,
        };
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("notices")
            .enable_all()
            .build()?;
        let connection = runtime
            .block_on(async { timeout(PATIENCE, join(&address, daemon)).await })
            .context("the bus does not answer")??;
        Ok(Self {
            arrived,
            connection,
            address,
            journal: journal.clone(),
            runtime,
            _bus: bus,
        })
    }

    /// The value of `DBUS_SESSION_BUS_ADDRESS` for programs that shall notify here.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Waits for the next notice, whatever it is.
    pub(crate) fn next(&self) -> Result<Notice> {
        self.arrived.wait("a notice", VecDeque::pop_front)
    }

    /// Clicks on a notice.
    pub(crate) fn click(&self, notice: &Notice) -> Result<()> {
        self.journal.note(format!("a click on notice {}", notice.id));
        let body = (notice.id, "default");
        let signal = self
            .connection
            .emit_signal(None::<&str>, PATH, NAME, "ActionInvoked", &body);
        self.runtime
            .block_on(async { timeout(PATIENCE, signal).await })
            .context("the bus takes no click")??;
        Ok(())
    }
}

/// Puts the stand-in on the bus.
async fn join(address: &str, daemon: Daemon) -> zbus::Result<Connection> {
    connection::Builder::address(address)
        .serve_at(PATH, daemon)
        .name(NAME)
        .build()
        .await
}

/// The stand-in, as the bus sees it.
struct Daemon {
    arrived: Watched<VecDeque<Notice>>,
    journal: Journal,
    last_id: u32,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Daemon {
    #[expect(clippy::too_many_arguments, reason = "the specification's signature")]
    fn notify(
        &mut self,
        _application: &str,
        replaces: u32,
        _icon: &str,
        summary: &str,
        body: &str,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedVariant>,
        _timeout: i32,
    ) -> u32 {
        let id = if replaces == 0 { self.last_id + 1 } else { replaces };
        self.last_id = self.last_id.max(id);
        let notice = Notice {
            id,
            summary: legible(summary),
            body: legible(body),
            actions,
        };
        self.journal.note(format!("a notice: {notice:?}"));
        self.arrived.change(|arrived| arrived.push_back(notice));
        id
    }

    fn close_notification(&self, id: u32) {
        self.journal.note(format!("notice {id} is taken back"));
    }

    fn get_capabilities(&self) -> Vec<String> {
        ["actions", "body", "body-markup"].map(str::to_owned).to_vec()
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        let [name, vendor, version, specification] = ["stand-in", "acaso", "1", "1.2"].map(str::to_owned);
        (name, vendor, version, specification)
    }
}
