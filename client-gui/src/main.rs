//! The desktop client's program: reads the command line and the settings, opens the window, and says in one line why if it
//! cannot.

#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

#[path = "main/arguments.rs"]
mod arguments;
#[path = "main/signals.rs"]
mod signals;
#[path = "main/startup.rs"]
mod startup;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use acaso::app::{App, Services, tell_to_end};
use acaso::bridge::{Bridge, Wake};
use acaso::hosting::Hosts;
use acaso::keyring::SystemKeyring;
use acaso::model::{Now, Trouble};
use acaso::notify::Notices;
use acaso::prefs::{AcquaintancesHandle, Keeper, KeeperHandle, Loaded, NoKeeper, Settings, SettingsFile};
use acaso::windows::ThisProgram;
use acaso::wording::Words;
use acaso::{fonts, portal};
use anyhow::Context as _;
use clap::Parser as _;
use eframe::egui::{Context, ViewportCommand};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::prelude::*;

use arguments::{Arguments, Places};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let host_log = start_log();
    let places = match arguments.places() {
        Ok(places) => places,
        Err(error) => {
            eprintln!("acaso: {error}");
            return ExitCode::FAILURE;
        }
    };
    let (settings, trouble) = load(&places.settings);
    let words = Words::new(arguments.language.unwrap_or(settings.language));
    if !startup::has_display() {
        eprintln!("{}", startup::no_display(&words));
        return ExitCode::FAILURE;
    }
    startup::explain_panics(&words);
    match open_window(&arguments, places, settings, trouble, host_log) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", startup::explain(&error, &words));
            ExitCode::FAILURE
        }
    }
}

/// What is logged unless `RUST_LOG` asks for something else: warnings, without those of the toolkit about displays and locales that
/// it then copes with.
const QUIET: &str = "warn,sctk_adwaita=off,winit=error,egui_system_font_provider=error";

/// What hosted servers log, for the window.
#[cfg(feature = "host")]
type ServersLog = acaso::host::HostLog;
/// Nothing is hosted here.
#[cfg(not(feature = "host"))]
type ServersLog = tracing_subscriber::layer::Identity;

/// Starts the log, on standard error; what hosted servers log goes to the window as well.
fn start_log() -> ServersLog {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(QUIET));
    let stderr = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        // A log that cannot be written, on a full disk for one, would be complained about on stderr, and if that is the log
        // the complaint panics.
        .log_internal_errors(false);
    let servers = ServersLog::default();
    tracing_subscriber::registry()
        .with(stderr.with_filter(filter))
        .with(servers.clone())
        .init();
    servers
}

/// The settings, and what was wrong with them. Those that could not be read are not written either.
fn load(file: &SettingsFile) -> (Settings, Option<Trouble>) {
    match file.load() {
        Ok(Loaded::Fine(settings)) => (settings, None),
        Ok(Loaded::SetAside { kept }) => {
            let path = kept.display().to_string();
            (Settings::default(), Some(Trouble::SettingsBroken { path }))
        }
        Err(error) => {
            let detail = error.to_string();
            (Settings::default(), Some(Trouble::SettingsUnsaved { detail }))
        }
    }
}

/// Opens the window and stays until it is closed.
fn open_window(
    arguments: &Arguments,
    places: Places,
    settings: Settings,
    trouble: Option<Trouble>,
    host_log: ServersLog,
) -> eframe::Result {
    let wanted = arguments.wanted();
    let windows = ThisProgram::new(arguments.for_another_window());
    eframe::run_native(
        "Acaso",
        startup::window_options(arguments.geometry),
        Box::new(move |creation| {
            let ctx = &creation.egui_ctx;
            fonts::look_up_system_fonts(ctx);
            let writable = !matches!(trouble, Some(Trouble::SettingsUnsaved { .. }));
            let services = services(ctx, places, &settings, writable, windows, host_log)?;
            let mut app = App::new(ctx, settings, wanted, services);
            if let Some(trouble) = trouble {
                app.complain(trouble);
            }
            Ok(Box::new(app))
        }),
    )
}

/// The engine and what runs beside it.
fn services(
    ctx: &Context,
    places: Places,
    settings: &Settings,
    writable: bool,
    windows: ThisProgram,
    host_log: ServersLog,
) -> anyhow::Result<Services> {
    let wake = waker(ctx);
    let hosts = hosts(places.hosted, host_log, &wake);
    let mut bridge =
        Bridge::start(places.known_servers, Arc::clone(&wake)).context("the engine does not start")?;
    let (notices, serve_notices) = Notices::new(raiser(ctx));
    bridge.run(serve_notices);
    let (desktop, follow_desktop) = portal::follow(Arc::clone(&wake));
    bridge.run(follow_desktop);
    bridge.run(close_when_asked(ctx.clone()));
    let keyring = SystemKeyring::new(Arc::clone(&wake));
    let for_people = Arc::clone(&wake);
    let keeper: Box<dyn Keeper> = if writable {
        let (keeper, write) = KeeperHandle::new(places.settings, settings.clone(), move || wake());
        bridge.run_to_its_end(write);
        Box::new(keeper)
    } else {
        Box::new(NoKeeper)
    };
    let (people, keep_people) = AcquaintancesHandle::new(places.people, move || for_people());
    bridge.run_to_its_end(keep_people);
    Ok(Services {
        engine: Box::new(bridge),
        notifier: Box::new(notices),
        keyring: Box::new(keyring),
        keeper,
        people: Box::new(people),
        desktop,
        hosts,
        windows: Box::new(windows),
        clock: Box::new(Now::read),
    })
}

#[cfg(feature = "host")]
fn hosts(data: PathBuf, log: ServersLog, wake: &Wake) -> Box<dyn Hosts> {
    Box::new(acaso::host::Launcher::new(data, log, Arc::clone(wake)))
}

#[cfg(not(feature = "host"))]
fn hosts(_: PathBuf, _: ServersLog, _: &Wake) -> Box<dyn Hosts> {
    Box::new(acaso::hosting::NoHosts)
}

/// Closes the window as its own button would, with a goodbye.
async fn close_when_asked(ctx: Context) {
    signals::asked_to_end().await;
    tell_to_end(&ctx);
}

/// Has the window look at what is new.
fn waker(ctx: &Context) -> Wake {
    let ctx = ctx.clone();
    Arc::new(move || ctx.request_repaint())
}

/// Brings the window to the front.
fn raiser(ctx: &Context) -> Wake {
    let ctx = ctx.clone();
    Arc::new(move || {
        ctx.send_viewport_cmd(ViewportCommand::Minimized(false));
        ctx.send_viewport_cmd(ViewportCommand::Focus);
        ctx.request_repaint();
    })
}
