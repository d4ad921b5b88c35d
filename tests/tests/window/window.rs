//! The real window, with somebody sitting before it.

use std::path::Path;
use std::rc::Rc;

use anyhow::{Context as _, Result, ensure};

use crate::desk::Desk;
use crate::hand::Hand;
use crate::journal::Journal;
use crate::notices::Notices;
use crate::program::{Process, program};

/// Who says in the log where the control listens, and before what.
const CONTROLLED: &str = "egui_inspection";
const CONTROL: &str = "egui_inspection: listening on ";

/// A window on a desk.
pub(crate) struct Window {
    /// What clicks and types in it, and reads it.
    pub(crate) hand: Hand,
    name: &'static str,
    desk: Rc<Desk>,
    process: Process,
}

impl Window {
    /// Opens it on that desk, its settings and what it remembers in that directory.
    pub(crate) fn open(
        name: &'static str,
        desk: &Rc<Desk>,
        notices: &Notices,
        directory: &Path,
        journal: &Journal,
    ) -> Result<Self> {
        let mut command = program("acaso")?;
        command
            .args(["--lang", "en", "--config"])
            .arg(directory.join("config"))
            .arg("--data")
            .arg(directory.join("data"))
            .env("EGUI_INSPECTION", "127.0.0.1:0")
            .env("RUST_LOG", log())
            .env("NO_COLOR", "1")
            .env("DISPLAY", desk.display())
            .env("DBUS_SESSION_BUS_ADDRESS", notices.address())
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("WAYLAND_SOCKET");
        let process = Process::start(&mut command)?;
        journal.note(format!("{name} is process {}", process.id()));
        let control = process
            .line("where its control listens", |line| {
                line.split_once(CONTROL)?.1.trim().parse().ok()
            })
            .context("the window offers no control: is it built with `e2e`?")?;
        desk.wait_for_window(process.id())
            .with_context(|| format!("{name}'s window does not open"))?;
        Ok(Self {
            hand: Hand::reach(name, control, journal)?,
            name,
            desk: Rc::clone(desk),
            process,
        })
    }

    /// Who sits before it.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Gives it the keyboard, and waits until it has noticed.
    pub(crate) fn comes_forward(&mut self) -> Result<()> {
        self.desk.focus(self.process.id())?;
        // The display has told the windows before it told us; what a window was told before one look, it has read by the next.
        self.hand.look()?;
        self.hand.look()?;
        Ok(())
    }

    /// Waits until it asks to be raised, and does so.
    pub(crate) fn comes_forward_by_itself(&mut self) -> Result<()> {
        self.desk.wait_for_raise(self.process.id())?;
        self.comes_forward()
    }

    /// Waits until the title is exactly this, without touching the window: it has to change by itself.
    pub(crate) fn waits_for_title(&self, title: &str) -> Result<()> {
        self.desk.wait_for_title(self.process.id(), title)
    }

    /// Closes the window, and waits until the program has ended well.
    pub(crate) fn closes(mut self) -> Result<()> {
        self.desk.close(self.process.id())?;
        let status = self.process.end()?;
        ensure!(status.success(), "{}'s window ended badly ({status})", self.name);
        Ok(())
    }
}

/// What to ask a window to log: whatever is asked of the test, else its own complaints; and where it can be controlled.
fn log() -> String {
    let asked = std::env::var("RUST_LOG");
    format!(
        "{},{CONTROLLED}=info",
        asked.as_deref().unwrap_or("error,acaso=warn")
    )
}
