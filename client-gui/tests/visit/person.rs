//! A person at the real window, who reads it like a screen reader and uses it by keyboard and mouse.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use acaso::app::{App, Wanted};
use acaso::model::{Model, Screen};
use acaso::portal::Desktop;
use acaso::prefs::{Acquaintance, Language, Motion, Settings};
use acaso_shared::session::{Command, Event};
use eframe::egui::accesskit::Role;
use eframe::egui::{self, Key, Modifiers, OutputCommand, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{AccessKitNode, NodeT as _, Queryable as _};
use tokio::sync::watch;

use crate::world::{Shared, joins, port, services};

/// A person at a window.
pub(crate) struct Person {
    pub(crate) window: Harness<'static, App>,
    pub(crate) world: Shared,
    pub(crate) desktop: watch::Sender<Desktop>,
    /// What the window asked of the desktop: to copy, to open.
    commands: Commands,
}

type Commands = Arc<Mutex<Vec<OutputCommand>>>;

/// How the window begins.
pub(crate) struct Beginning {
    pub(crate) settings: Settings,
    pub(crate) wanted: Wanted,
    pub(crate) size: (f32, f32),
    /// Who was kept before.
    pub(crate) people: Vec<Acquaintance>,
}

impl Default for Beginning {
    fn default() -> Self {
        let settings = Settings {
            language: Language::English,
            // A picture that draws itself is never done within a step.
            motion: Motion::Little,
            ..Settings::default()
        };
        Self {
            settings,
            wanted: Wanted::default(),
            size: (960.0, 680.0),
            people: Vec::new(),
        }
    }
}

impl Beginning {
    /// The second time at this server.
    pub(crate) fn known() -> Self {
        let mut beginning = Self::default();
        beginning.settings.server = "chat.example.org".to_owned();
        beginning.settings.name = "Ana".to_owned();
        beginning
            .settings
            .remember_server(&"192.0.2.7:2000".parse().unwrap());
        beginning
            .settings
            .remember_server(&"chat.example.org".parse().unwrap());
        beginning
            .settings
            .accept_rules(&"chat.example.org".parse().unwrap());
        beginning
    }

    pub(crate) fn narrow(mut self) -> Self {
        self.size = (480.0, 560.0);
        self
    }

    /// As 800 by 600 at double text size: here a point is a pixel whatever the text size.
    pub(crate) fn low(mut self) -> Self {
        self.size = (400.0, 300.0);
        self
    }

    pub(crate) fn in_portuguese(mut self) -> Self {
        self.settings.language = Language::Portuguese;
        self
    }

    pub(crate) fn open(self) -> Person {
        Person::at(self)
    }
}

impl Person {
    fn at(beginning: Beginning) -> Self {
        let world = Shared::default();
        world.borrow_mut().people = beginning.people;
        let (desktop, said) = watch::channel(Desktop::default());
        let services = services(&world, said);
        let (settings, wanted) = (beginning.settings, beginning.wanted);
        let window = Harness::builder()
            .with_size(vec2(beginning.size.0, beginning.size.1))
            // The program's fonts have no Chinese; where there is a system, the system's are used.
            .allow_missing_glyphs()
            // The mouse wheel scrolls over several frames.
            .with_max_steps(20)
            .build_eframe(move |creation| App::new(&creation.egui_ctx, settings, wanted, services));
        let commands = Commands::default();
        let noted = Arc::clone(&commands);
        // Each frame's, whichever of them is looked at in the end.
        let note = move |ui: &mut egui::Ui| {
            let new = ui.output(|output| output.commands.clone());
            noted.lock().unwrap().extend(new);
        };
        window.ctx.on_end_pass("commands", Arc::new(note));
        let mut person = Self {
            window,
            world,
            desktop,
            commands,
        };
        person.look();
        person
    }

    /// At the first screen, for the second time.
    pub(crate) fn known() -> Self {
        Beginning::known().open()
    }

    /// In a room, the other seat free.
    pub(crate) fn waiting() -> Self {
        Beginning::known().open().goes_waiting()
    }

    /// With Marina in the other seat.
    pub(crate) fn talking() -> Self {
        Beginning::known().open().goes_waiting().goes_talking()
    }

    pub(crate) fn goes_waiting(mut self) -> Self {
        self.presses(Key::Enter);
        self.hears(Event::Calling { attempt: 1 });
        self.hears(Event::Waiting {
            port: port(),
            rooms_in_use: 107,
        });
        self
    }

    pub(crate) fn goes_talking(mut self) -> Self {
        self.hears(joins(1, "Marina"));
        self
    }

    /// Lets the window draw until nothing changes any more.
    pub(crate) fn look(&mut self) {
        self.window.run();
    }

    pub(crate) fn hears(&mut self, event: Event) {
        self.world.borrow_mut().events.push_back(event);
        self.window.step();
        self.look();
    }

    /// Clicks the topmost button of this name.
    pub(crate) fn clicks(&mut self, label: &str) {
        let mut buttons = self.window.query_all_by_role_and_label(Role::Button, label);
        let button = buttons
            .next()
            .unwrap_or_else(|| panic!("no button says {label:?}"));
        button.click();
        drop(buttons);
        self.look();
    }

    /// Opens the menu of the header, and chooses this.
    pub(crate) fn chooses(&mut self, row: &str) {
        self.clicks("More");
        self.window.get_by_role_and_label(Role::MenuItem, row).click();
        self.look();
    }

    pub(crate) fn presses(&mut self, key: Key) {
        self.window.key_press(key);
        self.look();
    }

    pub(crate) fn presses_with(&mut self, modifiers: Modifiers, key: Key) {
        self.window.key_press_modifiers(modifiers, key);
        self.look();
    }

    /// Types into whatever has the keyboard.
    pub(crate) fn types(&mut self, text: &str) {
        self.window.event(egui::Event::Text(text.to_owned()));
        self.look();
    }

    pub(crate) fn says(&mut self, text: &str) {
        self.types(text);
        self.presses(Key::Enter);
    }

    pub(crate) fn waits(&mut self, secs: u64) {
        self.world.borrow_mut().passed += Duration::from_secs(secs);
        self.window.step();
        self.look();
    }

    /// Another window comes to the front, or this one comes back.
    pub(crate) fn focuses(&mut self, focused: bool) {
        self.window.input_mut().focused = focused;
        self.window.event(egui::Event::WindowFocused(focused));
        self.look();
    }

    pub(crate) fn model(&self) -> &Model {
        self.window.state().model()
    }

    /// Whether this stands on the screen, as a whole or within something.
    pub(crate) fn sees(&self, text: &str) -> bool {
        self.window.root().children_recursive().any(|node| {
            shown_by(&node.accesskit_node())
                .iter()
                .any(|said| said.contains(text))
        })
    }

    /// What was copied last, since the last time.
    pub(crate) fn copied(&self) -> Option<String> {
        let commands = std::mem::take(&mut *self.commands.lock().unwrap());
        commands.into_iter().rev().find_map(|command| match command {
            OutputCommand::CopyText(text) => Some(text),
            _ => None,
        })
    }

    /// The address that was opened last, since the last time.
    pub(crate) fn browsed(&self) -> Option<String> {
        let commands = std::mem::take(&mut *self.commands.lock().unwrap());
        commands.into_iter().rev().find_map(|command| match command {
            OutputCommand::OpenUrl(open) => Some(open.url),
            _ => None,
        })
    }

    /// What is asked of the engine since the last time.
    pub(crate) fn asked(&self) -> Vec<Command> {
        std::mem::take(&mut self.world.borrow_mut().asked)
    }

    /// The texts handed to the engine since the last time, and for which conversation.
    pub(crate) fn said(&self) -> Vec<(u64, String)> {
        let said = |command| match command {
            Command::Say {
                conversation, text, ..
            } => Some((conversation.0, text.as_str().to_owned())),
            _ => None,
        };
        self.asked().into_iter().filter_map(said).collect()
    }

    /// The text in the composer.
    pub(crate) fn draft(&self) -> String {
        self.model()
            .conversation()
            .expect("a conversation is on screen")
            .composer
            .text
            .clone()
    }

    /// The accessible name of what has the keyboard.
    pub(crate) fn keyboard_is_at(&self) -> String {
        let focused = self
            .window
            .root()
            .children_recursive()
            .find(|node| node.accesskit_node().is_focused());
        focused
            .and_then(|node| node.accesskit_node().label())
            .unwrap_or_default()
    }

    pub(crate) fn is_at_first(&self) -> bool {
        matches!(self.model().screen, Screen::First)
    }
}

/// Everything a node says to a screen reader.
fn shown_by(node: &AccessKitNode<'_>) -> Vec<String> {
    [node.label(), node.value(), node.placeholder().map(str::to_owned)]
        .into_iter()
        .flatten()
        .collect()
}
