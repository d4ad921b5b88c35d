//! The whole product as a person has it: two real windows, a real server, a desktop that shows notices.
//!
//! Everything runs on a display and a message bus of this test's own. Nothing waits for a clock, only for what should happen.
#![cfg(target_os = "linux")]

mod desk;
mod hand;
mod journal;
mod notices;
mod program;
mod server;
mod watched;
mod window;

use std::rc::Rc;

use anyhow::Result;
use egui::accesskit::Role;
use egui::{Key, Modifiers};

use crate::desk::Desk;
use crate::journal::{Failed, Journal};
use crate::notices::Notices;
use crate::server::Server;
use crate::window::Window;

/// What is around the windows.
struct World {
    journal: Journal,
    desk: Rc<Desk>,
    notices: Notices,
    server: Server,
    // Last: everything in it is closed before it is removed.
    directory: tempfile::TempDir,
}

impl World {
    fn new(journal: &Journal) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        Ok(Self {
            journal: journal.clone(),
            desk: Rc::new(Desk::new(journal)?),
            notices: Notices::new(directory.path(), journal)?,
            server: Server::start(&directory.path().join("server"))?,
            directory,
        })
    }

    fn open(&self, name: &'static str) -> Result<Window> {
        let directory = self.directory.path().join(name);
        Window::open(name, &self.desk, &self.notices, &directory, &self.journal)
    }
}

/// Runs a story in a world of its own, and tells how it went if it fails.
fn story(story: impl FnOnce(&World) -> Result<()>) -> Result<(), Failed> {
    let journal = Journal::new();
    journal.tells(|| story(&World::new(&journal)?))
}

#[test]
#[ignore = "opens windows on a display of its own: needs Xvfb, dbus-daemon and built programs; `cargo xtask test` runs it"]
fn two_windows_meet_talk_and_part() -> Result<(), Failed> {
    story(meet_talk_and_part)
}

fn meet_talk_and_part(world: &World) -> Result<()> {
    let mut ana = world.open("Ana")?;
    joins_as_a_newcomer(&mut ana, world)?;
    ana.hand.sees("The other seat is free")?;
    world.server.wait_for_rooms(&[1])?;

    let mut bia = world.open("Bia")?;
    joins_as_a_newcomer(&mut bia, world)?;
    bia.hand.sees("encrypted between you two")?;
    world.server.wait_for_rooms(&[2])?;
    // Bia looks at her window: only Ana is told.
    let joined = world.notices.next()?;
    assert_eq!(joined.summary, "Bia is here");
    assert!(
        joined.actions.contains(&"default".to_owned()),
        "a click is wanted: {joined:?}"
    );

    bia.says("olá 🌻 你好 שלום")?;
    let wrote = world.notices.next()?;
    assert_eq!(
        (wrote.summary.as_str(), wrote.body.as_str()),
        ("Bia", "olá 🌻 你好 שלום")
    );
    assert_eq!(wrote.id, joined.id, "one notice for one conversation");
    ana.waits_for_title("(1) Bia · Acaso")?;
    bia.says("<b>& you?</b>")?;
    let markup = world.notices.next()?;
    assert_eq!(markup.body, "&lt;b&gt;&amp; you?&lt;/b&gt;");

    // As soon as it is on screen: the click may come before the window has heard that the notice was taken.
    world.notices.click(&markup)?;
    ana.comes_forward_by_itself()?;
    ana.waits_for_title("Bia · Acaso")?;
    ana.hand.sees("olá 🌻 你好 שלום")?;
    ana.hand.sees("<b>& you?</b>")?;

    // Ana looks at her window now, and Bia does not.
    ana.says("hello, Bia")?;
    assert_eq!(world.notices.next()?.body, "hello, Bia");
    bia.waits_for_title("(1) Ana · Acaso")?;

    ana.says("QUIT")?;
    ana.hand.sees("Meet a stranger")?;
    ana.hand.wait("the server's address, kept", |shown| {
        shown.says(&world.server.address().to_string()).then_some(())
    })?;
    bia.hand.sees("Ana said goodbye")?;
    bia.hand.sees("hello, Bia")?;
    world.server.wait_for_rooms(&[1])?;

    bia.closes()?;
    world.server.wait_for_rooms(&[])?;
    ana.closes()?;
    world.server.stops()
}

#[test]
#[ignore = "opens windows on a display of its own: needs Xvfb, dbus-daemon and built programs; `cargo xtask test` runs it"]
fn a_window_in_front_is_not_announced_to() -> Result<(), Failed> {
    story(tell_whom_it_concerns)
}

fn tell_whom_it_concerns(world: &World) -> Result<()> {
    let mut ana = world.open("Ana")?;
    joins_as_a_newcomer(&mut ana, world)?;
    let mut bia = world.open("Bia")?;
    joins_as_a_newcomer(&mut bia, world)?;
    assert_eq!(world.notices.next()?.summary, "Bia is here");

    // Typed in front, sent from behind: when it arrives, Bia's window is the one in front.
    ana.comes_forward()?;
    ana.types("can you see this?")?;
    bia.comes_forward()?;
    ana.hand.clicks(Role::Button, "Send")?;
    bia.hand.sees("can you see this?")?;
    bia.waits_for_title("Ana · Acaso")?;

    // Whatever she had been told would come before this.
    ana.says("and this?")?;
    assert_eq!(world.notices.next()?.body, "and this?");

    ana.closes()?;
    bia.hand.sees("Ana said goodbye")?;
    bia.closes()?;
    world.server.wait_for_rooms(&[])?;
    world.server.stops()
}

/// Fills in the first screen, agrees to the rules, and is on the way.
fn joins_as_a_newcomer(window: &mut Window, world: &World) -> Result<()> {
    window.comes_forward()?;
    let (name, hand) = (window.name(), &mut window.hand);
    hand.fills("Server", &world.server.address().to_string())?;
    hand.fills("Your name", name)?;
    hand.clicks(Role::Button, "Meet a stranger")?;
    hand.sees("Before you meet anyone")?;
    hand.clicks(Role::CheckBox, "I am 18 or older, and I will keep to these rules")?;
    hand.clicks(Role::Button, "Agree and meet a stranger")
}

impl Window {
    /// Writes into the composer of the conversation.
    fn types(&mut self, text: &str) -> Result<()> {
        let composer = self
            .hand
            .wait("the composer", |shown| shown.name_of(Role::MultilineTextInput))?;
        self.hand.clicks(Role::MultilineTextInput, &composer)?;
        self.hand.types(text)?;
        // Its name depends on what stands in it.
        self.hand.wait(&format!("“{text}” in the composer"), |shown| {
            shown.field(None)?.contains(text).then_some(())
        })
    }

    /// Writes it and presses Enter.
    fn says(&mut self, text: &str) -> Result<()> {
        self.comes_forward()?;
        self.types(text)?;
        self.hand.presses(Key::Enter, Modifiers::NONE)
    }
}
