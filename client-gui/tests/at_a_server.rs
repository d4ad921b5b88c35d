//! The window, its own engine and a server in this process: in a plaza with others, on offer to a stranger meanwhile, with
//! somebody who has an old client, in a circle; and two windows at once.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper that cannot help fails its test"
)]

#[path = "at_a_server/codes.rs"]
mod codes;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use acaso::app::{App, Services, Wanted};
use acaso::bridge::{Bridge, Wake};
use acaso::keyring::Keyring;
use acaso::model::Now;
use acaso::notify::{Banner, Notifier};
use acaso::portal::Desktop;
use acaso::prefs::{AcquaintancesFile, AcquaintancesHandle, Language, Motion, NoKeeper, Settings};
use acaso_server::Classic;
use acaso_shared::address::ServerAddress;
use acaso_shared::ids::{CircleName, Code, Fingerprint, MessageText, Name};
use acaso_shared::session::circle::{self, Circle, CircleCommand, CircleNews, CircleSession, CircleVisit};
use acaso_shared::session::{Login, MessageId, Options, Visit};
use acaso_tests::house::{House, Setup};
use acaso_tests::plaza::{PRACA, praca};
use anyhow::{Context as _, Result, bail, ensure};
use eframe::egui::accesskit::Role;
use eframe::egui::{self, Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

struct NoDesk;
struct NoKeyring;

impl Notifier for NoDesk {
    fn show(&mut self, _banner: Banner) {}
    fn withdraw(&mut self) {}
}

impl Keyring for NoKeyring {
    fn is_there(&self) -> bool {
        false
    }
    fn look_up(&mut self, _server: &ServerAddress) {}
    fn found(&mut self) -> Option<(ServerAddress, Login)> {
        None
    }
    fn remember(&mut self, _server: &ServerAddress, _login: &Login) {}
    fn forget(&mut self, _server: &ServerAddress) {}
}

/// Ana at a real window, which has no screen.
struct Ana {
    window: Harness<'static, App>,
    /// The engine has something to tell.
    wakes: Receiver<()>,
    _desk: TempDir,
    // Dropped last: the window looks at it.
    _desktop: watch::Sender<Desktop>,
}

impl Ana {
    /// At the first screen, the server of this house in its field.
    fn sits_down(house: &House) -> Result<Self> {
        Self::sits_down_as(house, "Ana")
    }

    /// The same, under another name.
    fn sits_down_as(house: &House, name: &str) -> Result<Self> {
        let desk = TempDir::new()?;
        let (woken, wakes) = sync_channel(1024);
        let wake: Wake = Arc::new(move || {
            woken.try_send(()).ok();
        });
        let mut bridge = Bridge::start(desk.path().join("known_servers.toml"), Arc::clone(&wake))?;
        let file = AcquaintancesFile::within(desk.path());
        let (people, keep_people) = AcquaintancesHandle::new(file, move || wake());
        bridge.run_to_its_end(keep_people);
        let (desktop, said) = watch::channel(Desktop::default());
        let services = Services {
            engine: Box::new(bridge),
            notifier: Box::new(NoDesk),
            keyring: Box::new(NoKeyring),
            keeper: Box::new(NoKeeper),
            people: Box::new(people),
            desktop: said,
            hosts: Box::new(acaso::hosting::NoHosts),
            windows: Box::new(acaso::windows::ThisProgram::new(Vec::new())),
            clock: Box::new(Now::read),
        };
        let mut settings = Settings {
            language: Language::English,
            motion: Motion::Little,
            server: house.lobby().to_string(),
            name: name.to_owned(),
            old_clients: true,
            circles_agreed: true,
            ..Settings::default()
        };
        settings.accept_rules(&house.lobby().to_string().parse()?);
        let window = Harness::builder()
            .with_size(vec2(960.0, 680.0))
            .with_max_steps(20)
            .build_eframe(move |creation| {
                App::new(&creation.egui_ctx, settings, Wanted::default(), services)
            });
        Ok(Self {
            window,
            wakes,
            _desk: desk,
            _desktop: desktop,
        })
    }

    fn sees(&self, text: &str) -> bool {
        self.window.root().children_recursive().any(|node| {
            let node = node.accesskit_node();
            [node.label(), node.value()]
                .into_iter()
                .flatten()
                .any(|said| said.contains(text))
        })
    }

    /// Looks, each time the engine has told something, until this stands on the screen.
    fn waits_to_see(&mut self, text: &str) -> Result<()> {
        loop {
            self.window.step();
            if self.sees(text) {
                return Ok(());
            }
            self.wakes
                .recv_timeout(PATIENCE)
                .with_context(|| format!("Ana never sees {text:?}"))?;
        }
    }

    fn clicks(&mut self, label: &str) {
        self.window.get_by_role_and_label(Role::Button, label).click();
        self.window.step();
        self.window.step();
    }

    fn presses(&mut self, modifiers: Modifiers, key: Key) {
        self.window.key_press_modifiers(modifiers, key);
        self.window.step();
        self.window.step();
    }

    fn types(&mut self, text: &str) {
        self.window.event(egui::Event::Text(text.to_owned()));
        self.window.step();
        self.window.step();
    }

    fn goes_to_the_plaza(&mut self) -> Result<()> {
        self.presses(Modifiers::COMMAND, Key::P);
        self.waits_to_see(PRACA)?;
        self.clicks(PRACA);
        self.waits_to_see("Public: the host reads along · One person")
    }
}

/// Somebody in a circle, by the engine alone.
struct Friend {
    session: CircleSession,
    news: mpsc::Receiver<CircleNews>,
    _desk: TempDir,
}

impl Friend {
    fn goes_to(house: &House, runtime: &Runtime, name: &str, circle: Circle) -> Result<Self> {
        let desk = TempDir::new()?;
        let options = Options::new(desk.path().join("known_servers.toml"));
        let server = house.lobby().to_string().parse()?;
        let visit = Visit::new(server, Name::parse(name)?);
        let _inside = runtime.enter();
        let (session, news) = circle::spawn(options, CircleVisit { visit, circle });
        Ok(Self {
            session,
            news,
            _desk: desk,
        })
    }

    /// Waits for news of this kind; what else comes before it is not asked about.
    async fn hears<T>(&mut self, what: &str, is_it: impl Fn(&CircleNews) -> Option<T>) -> Result<T> {
        let heard = async {
            while let Some(news) = self.news.recv().await {
                if let Some(found) = is_it(&news) {
                    return Ok(found);
                }
            }
            bail!("the visit ended")
        };
        timeout(PATIENCE, heard)
            .await
            .with_context(|| format!("no news of {what}"))?
    }

    async fn gathers(&mut self) -> Result<(Fingerprint, Option<Code>)> {
        self.hears("gathering", |news| match news {
            CircleNews::Gathered { key, code, .. } => Some((*key, code.clone())),
            _ => None,
        })
        .await
    }

    async fn meets(&mut self, who: &str) -> Result<()> {
        let met = |news: &CircleNews| {
            matches!(news, CircleNews::Came { name, .. } if name.as_str() == who).then_some(())
        };
        self.hears(who, met).await
    }

    async fn hears_words(&mut self, words: &str) -> Result<()> {
        let said = |news: &CircleNews| {
            matches!(news, CircleNews::Said { text, .. } if text.as_str() == words).then_some(())
        };
        self.hears(words, said).await
    }

    async fn says(&self, id: u64, words: &str) -> Result<()> {
        let text = MessageText::parse(words)?;
        let id = MessageId(id);
        Ok(self.session.command(CircleCommand::Say { id, text }).await?)
    }
}

/// A house with a plaza and a port for old clients, and a runtime for everybody but Ana.
fn house() -> Result<(Runtime, House)> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let setup = Setup::default().plaza(praca()).classic(Classic::Pychat, Some(0));
    let house = runtime.block_on(House::open(setup))?;
    Ok((runtime, house))
}

#[test]
fn ana_writes_and_reads_in_a_plaza() -> Result<()> {
    let (runtime, house) = house()?;
    let mut ana = Ana::sits_down(&house)?;
    ana.goes_to_the_plaza()?;
    let mut rui = runtime.block_on(async {
        let mut rui = house.goes_to(PRACA, "Rui").await?;
        rui.enters().await?;
        rui.sees(&["Ana", "Rui"]).await?;
        anyhow::Ok(rui)
    })?;
    ana.waits_to_see("Rui came")?;
    ana.waits_to_see("2 people")?;
    ana.types("hello,\neverybody");
    ana.presses(Modifiers::COMMAND, Key::Enter);
    runtime.block_on(rui.hears("Ana", "hello,\neverybody"))?;
    runtime.block_on(async {
        let id = rui.says_about(Some("Soup"), "at seven").await?;
        rui.is_posted(id).await
    })?;
    ana.waits_to_see("Soup: at seven")?;
    ensure!(!ana.sees("(Sending)"), "hers has its place before his");
    runtime.block_on(rui.leaves())?;
    ana.waits_to_see("Rui left")?;
    ana.presses(Modifiers::COMMAND, Key::L);
    ensure!(ana.sees("Meet someone by chance"));
    drop(ana);
    runtime.block_on(house.closes())
}

#[test]
fn a_stranger_comes_while_ana_is_in_a_plaza() -> Result<()> {
    let (runtime, house) = house()?;
    let mut ana = Ana::sits_down(&house)?;
    ana.clicks("Meet a stranger");
    ana.waits_to_see("The other seat is free")?;
    ana.goes_to_the_plaza()?;
    ensure!(ana.sees("Your place is kept."));
    let mut marina = runtime.block_on(async {
        let mut marina = house.arrives("Marina").await?;
        marina.meets("Ana").await?;
        anyhow::Ok(marina)
    })?;
    ana.waits_to_see("Marina is in the other seat.")?;
    ana.clicks("Go to the room");
    ensure!(ana.sees("encrypted between you two"));
    ana.types("here I am");
    ana.presses(Modifiers::NONE, Key::Enter);
    runtime.block_on(marina.hears("here I am"))?;
    ana.presses(Modifiers::COMMAND, Key::L);
    ensure!(ana.sees("Public: the host reads along"), "back among the others");
    runtime.block_on(async {
        marina
            .is_left(acaso_shared::protocol::room::Parting::Left)
            .await?;
        marina.leaves().await
    })?;
    drop((ana, marina));
    runtime.block_on(house.closes())
}

#[test]
fn ana_talks_with_somebody_who_has_an_old_client_and_the_window_says_what_that_means() -> Result<()> {
    let (runtime, house) = house()?;
    let mut ana = Ana::sits_down(&house)?;
    ana.clicks("Meet a stranger");
    ana.waits_to_see("The other seat is free")?;
    let mut rui = runtime.block_on(async { house.pychat()?.asks().await?.enters().await })?;
    ana.waits_to_see("not private: old client")?;
    ensure!(ana.sees("Write to somebody with an old client"));
    ensure!(!ana.sees("Safety phrase") && !ana.sees("encrypted between you two"));
    runtime.block_on(rui.types_name("Rui"))?;
    ana.waits_to_see("Write to Rui")?;
    runtime.block_on(rui.types("oi"))?;
    ana.waits_to_see(": oi")?;
    ana.types("olá");
    ana.presses(Modifiers::NONE, Key::Enter);
    ana.waits_to_see("olá (Sent)")?;
    runtime.block_on(async {
        rui.hears("Server: Ana acabou de se juntar ao chat, diga ola!")
            .await?;
        rui.hears("Ana: ola").await?;
        rui.quits().await
    })?;
    ana.waits_to_see("Rui said goodbye")?;
    ensure!(ana.sees("The host could read them."));
    ana.presses(Modifiers::COMMAND, Key::L);
    drop(ana);
    runtime.block_on(house.closes())
}

#[test]
fn ana_talks_in_a_circle_that_the_server_only_introduces() -> Result<()> {
    let (runtime, house) = house()?;
    let mut ana = Ana::sits_down(&house)?;
    ana.presses(Modifiers::COMMAND, Key::K);
    ana.types("boat");
    ana.presses(Modifiers::NONE, Key::Enter);
    ana.waits_to_see("Nobody else is here yet.")?;
    let boat = Circle::Named(CircleName::parse("boat")?);
    let mut rui = Friend::goes_to(&house, &runtime, "Rui", boat)?;
    let (key, _) = runtime.block_on(rui.gathers())?;
    runtime.block_on(rui.meets("Ana"))?;
    ana.waits_to_see("came: Rui")?;
    ana.waits_to_see("Direct · 2 people")?;
    ana.types("Green.");
    ana.presses(Modifiers::NONE, Key::Enter);
    runtime.block_on(rui.hears_words("Green."))?;
    ana.waits_to_see("Green. (Delivered)")?;
    runtime.block_on(rui.says(1, "Again?"))?;
    ana.waits_to_see("Again?")?;
    ana.clicks("Compare the key of Rui · direct");
    ana.window.run();
    ensure!(ana.sees(&key.to_string()), "both read the same key");
    ana.presses(Modifiers::NONE, Key::Escape);
    runtime.block_on(rui.session.finish());
    ana.waits_to_see("said goodbye: Rui")?;
    ana.presses(Modifiers::COMMAND, Key::L);
    ensure!(ana.sees("Meet someone by chance"));
    drop(ana);
    runtime.block_on(house.closes())
}

#[test]
fn a_circle_with_a_code_goes_on_when_the_server_is_gone() -> Result<()> {
    let (runtime, house) = house()?;
    let mut rui = Friend::goes_to(&house, &runtime, "Rui", Circle::New)?;
    let (_, code) = runtime.block_on(rui.gathers())?;
    let code = code.context("a circle with a code has one")?;
    let mut ana = Ana::sits_down(&house)?;
    ana.presses(Modifiers::COMMAND, Key::K);
    ana.presses(Modifiers::NONE, Key::Tab);
    ana.presses(Modifiers::NONE, Key::Tab);
    ana.types(&code.to_string());
    ana.presses(Modifiers::NONE, Key::Enter);
    ana.waits_to_see("here already: Rui")?;
    runtime.block_on(rui.meets("Ana"))?;
    runtime.block_on(house.stops())?;
    ana.waits_to_see("The server is gone.")?;
    ana.types("Still here.");
    ana.presses(Modifiers::NONE, Key::Enter);
    runtime.block_on(rui.hears_words("Still here."))?;
    ana.waits_to_see("Still here. (Delivered)")?;
    drop(ana);
    runtime.block_on(rui.session.finish());
    Ok(())
}
