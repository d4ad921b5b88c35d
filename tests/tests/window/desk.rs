//! A desk with windows on it: a display that no screen shows, and the smallest window manager there is. It maps what wants
//! to be mapped, gives the focus to whom the story or the window itself asks for, and tells what it sees.

use std::process::Command;
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result};
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ConfigureWindowAux, ConnectionExt as _, EventMask, InputFocus,
    PropMode, Window,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::hand::legible;
use crate::journal::Journal;
use crate::program::Process;
use crate::watched::Watched;

x11rb::atom_manager! {
    /// The names that windows and their manager talk by.
    Atoms: AtomsCookie {
        _NET_ACTIVE_WINDOW,
        _NET_WM_NAME,
        _NET_WM_PID,
        UTF8_STRING,
        WM_DELETE_WINDOW,
        WM_PROTOCOLS,
        WM_STATE,
    }
}

/// Space for two windows side by side.
const SCREEN: &str = "1600x900x24";

/// `NormalState` of the inter-client conventions (ICCCM 4.1.3.1): mapped and not an icon.
const NORMAL_STATE: u32 = 1;

/// What the manager knows of a window.
#[derive(Clone, Debug)]
struct Seen {
    window: Window,
    process: u32,
    title: String,
    /// How often it asked to be raised.
    raised: u32,
}

/// The display and its manager.
pub(crate) struct Desk {
    connection: Arc<RustConnection>,
    atoms: Atoms,
    windows: Watched<Vec<Seen>>,
    display: String,
    // Last: the manager's thread ends with the display.
    _xvfb: Process,
}

impl Desk {
    /// Starts the display under a number that is free, and manages it.
    pub(crate) fn new(journal: &Journal) -> Result<Self> {
        let xvfb = Process::start(Command::new("Xvfb").args([
            "-displayfd",
            "1",
            "-nolisten",
            "tcp",
            "-screen",
            "0",
            SCREEN,
        ]))?;
        let number: u16 = xvfb.line("the number of the display", |line| line.trim().parse().ok())?;
        let display = format!(":{number}");
        let (connection, screen) = RustConnection::connect(Some(&display))?;
        let root = connection.setup().roots[screen].root;
        let atoms = Atoms::new(&connection)?.reply()?;
        let connection = Arc::new(connection);
        let manages = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        connection
            .change_window_attributes(root, &ChangeWindowAttributesAux::new().event_mask(manages))?
            .check()
            .context("the display has another window manager")?;
        // Nobody has the focus until somebody gives it; by default it would follow the pointer.
        focus(&connection, x11rb::NONE)?;
        let windows = Watched::new(Vec::new());
        let manager = Manager {
            connection: Arc::clone(&connection),
            atoms,
            windows: windows.clone(),
            journal: journal.clone(),
        };
        thread::spawn(move || manager.manage());
        Ok(Self {
            connection,
            atoms,
            windows,
            display,
            _xvfb: xvfb,
        })
    }

    /// The value of `DISPLAY` for programs that shall appear here.
    pub(crate) fn display(&self) -> &str {
        &self.display
    }

    /// Waits until the process shows its window.
    pub(crate) fn wait_for_window(&self, process: u32) -> Result<()> {
        self.wait(process, "a window", |_| Some(()))
    }

    /// Waits until the window has this title.
    pub(crate) fn wait_for_title(&self, process: u32, title: &str) -> Result<()> {
        let mut last = String::new();
        self.wait(process, &format!("the title “{title}”"), |seen| {
            last = legible(&seen.title);
            (last == title).then_some(())
        })
        .with_context(|| format!("the title is “{last}”"))
    }

    /// Waits until the window asks to be raised, once for each time it does.
    pub(crate) fn wait_for_raise(&self, process: u32) -> Result<()> {
        self.wait(process, "a wish to be raised", |seen| {
            (seen.raised > 0).then(|| seen.raised -= 1)
        })
    }

    /// Gives the keyboard to the window of that process.
    pub(crate) fn focus(&self, process: u32) -> Result<()> {
        let window = self.wait(process, "a window", |seen| Some(seen.window))?;
        focus(&self.connection, window)
    }

    /// Closes the window, as its title bar's button would.
    pub(crate) fn close(&self, process: u32) -> Result<()> {
        let window = self.wait(process, "a window", |seen| Some(seen.window))?;
        let data = [self.atoms.WM_DELETE_WINDOW, x11rb::CURRENT_TIME, 0, 0, 0];
        let wish =
            x11rb::protocol::xproto::ClientMessageEvent::new(32, window, self.atoms.WM_PROTOCOLS, data);
        self.connection
            .send_event(false, window, EventMask::NO_EVENT, wish)?
            .check()?;
        Ok(())
    }

    fn wait<R>(&self, process: u32, what: &str, mut pick: impl FnMut(&mut Seen) -> Option<R>) -> Result<R> {
        self.windows
            .wait(&format!("{what} of process {process}"), |windows| {
                windows
                    .iter_mut()
                    .find(|seen| seen.process == process)
                    .and_then(&mut pick)
            })
    }
}

/// Moves the keyboard focus, and returns when the display has told both windows.
fn focus(connection: &RustConnection, window: Window) -> Result<()> {
    connection
        .set_input_focus(InputFocus::NONE, window, x11rb::CURRENT_TIME)?
        .check()?;
    Ok(())
}

/// What answers the windows, on a thread of its own.
struct Manager {
    connection: Arc<RustConnection>,
    atoms: Atoms,
    windows: Watched<Vec<Seen>>,
    journal: Journal,
}

impl Manager {
    /// Until the display is gone.
    fn manage(&self) {
        while let Ok(event) = self.connection.wait_for_event() {
            // A window may be gone before its wish is read: the next event says so.
            let _ = self.answer(&event);
        }
    }

    fn answer(&self, event: &Event) -> Result<()> {
        match event {
            Event::MapRequest(wish) => self.map(wish.window),
            Event::ConfigureRequest(wish) => {
                let as_wished = ConfigureWindowAux::from_configure_request(wish);
                self.connection.configure_window(wish.window, &as_wished)?;
                Ok(self.connection.flush()?)
            }
            Event::PropertyNotify(change) if change.atom == self.atoms._NET_WM_NAME => {
                let title = self.title(change.window)?;
                self.note(change.window, |seen| seen.title = title, "now has its title");
                Ok(())
            }
            Event::ClientMessage(wish) if wish.type_ == self.atoms._NET_ACTIVE_WINDOW => {
                self.note(wish.window, |seen| seen.raised += 1, "wants to be raised");
                Ok(())
            }
            Event::UnmapNotify(gone) => {
                self.note(gone.window, |_| (), "is closed");
                self.windows
                    .change(|windows| windows.retain(|seen| seen.window != gone.window));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn map(&self, window: Window) -> Result<()> {
        let listens = ChangeWindowAttributesAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        self.connection.change_window_attributes(window, &listens)?;
        let state = [NORMAL_STATE, x11rb::NONE];
        let wm_state = self.atoms.WM_STATE;
        self.connection
            .change_property32(PropMode::REPLACE, window, wm_state, wm_state, &state)?;
        self.connection.map_window(window)?.check()?;
        let seen = Seen {
            window,
            process: self.process(window)?,
            title: self.title(window)?,
            raised: 0,
        };
        self.windows.change(|windows| windows.push(seen));
        self.note(window, |_| (), "opens");
        Ok(())
    }

    fn note(&self, window: Window, change: impl FnOnce(&mut Seen), what: &str) {
        self.windows.change(|windows| {
            if let Some(seen) = windows.iter_mut().find(|seen| seen.window == window) {
                change(seen);
                let (process, title) = (seen.process, legible(&seen.title));
                self.journal
                    .note(format!("the window “{title}” of process {process} {what}"));
            }
        });
    }

    fn title(&self, window: Window) -> Result<String> {
        let (name, utf8) = (self.atoms._NET_WM_NAME, self.atoms.UTF8_STRING);
        let reply = self
            .connection
            .get_property(false, window, name, utf8, 0, 1024)?
            .reply()?;
        Ok(String::from_utf8_lossy(&reply.value).into_owned())
    }

    fn process(&self, window: Window) -> Result<u32> {
        let (name, kind) = (self.atoms._NET_WM_PID, AtomEnum::CARDINAL);
        let reply = self
            .connection
            .get_property(false, window, name, kind, 0, 1)?
            .reply()?;
        let mut values = reply.value32().context("a process id has 32 bits")?;
        values.next().context("the window names no process")
    }
}
