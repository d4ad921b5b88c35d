//! The window as a program: it listens to the engine, shows the model, and does what the model asks for. Everything it decides
//! by itself is how keys and the desktop reach the model.

mod keys;
mod logic;
mod perform;
mod ui;

pub use logic::tell_to_end;

use egui::Context;
use tokio::sync::watch;

use crate::action::{Action, Invite};
use crate::bridge::Engine;
use crate::fonts;
use crate::hosting::Hosts;
use crate::keyring::Keyring;
use crate::model::{Model, Now};
use crate::notify::Notifier;
use crate::portal::Desktop;
use crate::prefs::{Acquaintances, Carrier, Keeper, Language, Settings};
use crate::theme;
use crate::windows::Windows;
use crate::wording::Words;

/// What the window stands on; tests bring their own.
pub struct Services {
    /// The engine.
    pub engine: Box<dyn Engine>,
    /// The desktop's notices.
    pub notifier: Box<dyn Notifier>,
    /// The system's keyring.
    pub keyring: Box<dyn Keyring>,
    /// The file of settings.
    pub keeper: Box<dyn Keeper>,
    /// The file of people to meet again.
    pub people: Box<dyn Acquaintances>,
    /// What the desktop says about looks.
    pub desktop: watch::Receiver<Desktop>,
    /// Whoever runs servers in this program.
    pub hosts: Box<dyn Hosts>,
    /// Whoever opens other windows.
    pub windows: Box<dyn Windows>,
    /// The clock.
    pub clock: Box<dyn Fn() -> Now>,
}

/// What the command line asks for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The server, instead of the last one.
    pub server: Option<String>,
    /// The name, instead of the last one.
    pub name: Option<String>,
    /// The language of this run, until another is chosen in the settings.
    pub language: Option<Language>,
    /// What carries the links in this run, until another is chosen in the settings.
    pub carrier: Option<Carrier>,
    /// Speak without TLS.
    pub plain: bool,
    /// The rules of the server are accepted by having been read elsewhere.
    pub rules_accepted: bool,
    /// Meet somebody at once.
    pub meet: bool,
    /// Begin with the screen of invitations.
    pub invitation: bool,
}

/// The window.
pub struct App {
    model: Model,
    words: Words,
    services: Services,
    /// A language for this run only.
    language: Option<Language>,
    /// What was told to the desktop and to egui already.
    told: Told,
}

/// Only changes are told: each of these costs a round trip or a redraw.
#[derive(Default)]
struct Told {
    title: String,
    text_percent: u16,
    theme: Option<egui::ThemePreference>,
}

impl App {
    /// The window, before its first frame.
    pub fn new(ctx: &Context, settings: Settings, wanted: Wanted, services: Services) -> Self {
        fonts::install(ctx);
        theme::install(ctx);
        // Text size is a setting; egui's own zoom would not be remembered.
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        let language = wanted.language;
        let words = Words::new(language.unwrap_or(settings.language));
        let mut app = Self {
            model: Model::new(settings, wanted.plain),
            words,
            services,
            language,
            told: Told::default(),
        };
        app.begin(ctx, wanted);
        app
    }

    /// What the window knows.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The words it speaks.
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// Something about the settings that the person should read.
    pub fn complain(&mut self, trouble: crate::model::Trouble) {
        self.model.complain(trouble);
    }

    /// Does what the command line asks for.
    fn begin(&mut self, ctx: &Context, wanted: Wanted) {
        self.model.host.offered = self.services.hosts.is_offered();
        self.model.fill_in(wanted.server, wanted.name);
        self.model.carry_by(wanted.carrier);
        if wanted.rules_accepted {
            self.model.accept_rules();
        }
        if wanted.meet {
            self.act(ctx, Action::Meet);
        } else if wanted.invitation || self.model.first.has_linked_code() {
            // Nobody is called by that: it is a page to press a button on.
            self.act(ctx, Action::Invitation(Invite::Open));
        }
    }
}
