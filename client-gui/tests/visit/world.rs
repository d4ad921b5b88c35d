//! An engine, a desktop, a disk and a clock that the test holds in its hands, and what an engine can tell.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::rc::Rc;
use std::time::{Duration, Instant};

use acaso::app::Services;
use acaso::bridge::Engine;
use acaso::hosting::{Hosts, Order, Told};
use acaso::keyring::Keyring;
use acaso::model::{Now, OfPlazas};
use acaso::notify::{Banner, Notifier};
use acaso::portal::Desktop;
use acaso::prefs::{Acquaintance, Acquaintances, AcquaintancesError, Answer, Keeper, Settings, Wish};
use acaso::windows::Windows;
use acaso_shared::address::ServerAddress;
use acaso_shared::ids::{Fingerprint, MessageText, Name, RoomPort};
use acaso_shared::protocol::room::{Parting, Role as Part};
use acaso_shared::session::circle::{CircleCommand, CircleNews, CircleVisit};
use acaso_shared::session::plaza::{PlazaCommand, PlazaVisit};
use acaso_shared::session::{
    Command, ConversationId, Ending, Event, Login, MessageId, Partner, Problem, Visit,
};
use acaso_shared::transport::Unvouched;
use jiff::civil::date;
use tokio::sync::watch;

/// What the window did to the world, and what the world holds ready for it.
#[derive(Default)]
pub(crate) struct World {
    /// What was asked of the engine.
    pub(crate) asked: Vec<Command>,
    /// What the engine has to tell.
    pub(crate) events: VecDeque<Event>,
    /// The servers that were asked for their plazas.
    pub(crate) looked: Vec<Visit>,
    /// The plazas that were gone into.
    pub(crate) entered: Vec<PlazaVisit>,
    /// What was asked of the engine in a plaza.
    pub(crate) asked_plaza: Vec<PlazaCommand>,
    /// What there is to tell of plazas.
    pub(crate) of_plazas: VecDeque<OfPlazas>,
    /// The circles that were gone into.
    pub(crate) entered_circles: Vec<CircleVisit>,
    /// What was asked of the engine in a circle.
    pub(crate) asked_circle: Vec<CircleCommand>,
    /// What there is to tell of a circle.
    pub(crate) of_circle: VecDeque<CircleNews>,
    /// By what the server is known.
    pub(crate) pin: Option<Fingerprint>,
    /// What was found of that.
    pub(crate) pins: VecDeque<(ServerAddress, Fingerprint)>,
    /// Whether goodbye was said.
    pub(crate) ended: bool,
    /// The notices shown; taken back ones are not.
    pub(crate) notices: Vec<Banner>,
    /// How often the window took a notice back.
    pub(crate) withdrawn: usize,
    /// The settings as they were last kept.
    pub(crate) kept: Option<Settings>,
    /// What the keyring keeps, by server; nothing where there is no keyring.
    pub(crate) keyring: Option<BTreeMap<String, Login>>,
    /// What the keyring has to answer.
    pub(crate) found: VecDeque<(ServerAddress, Login)>,
    /// What was ordered of whoever runs servers.
    pub(crate) orders: Vec<Order>,
    /// What they have to tell.
    pub(crate) told: VecDeque<Told>,
    /// Whether all servers were ended with the window.
    pub(crate) hosts_ended: bool,
    /// The other windows that were opened, by what stands in their server's field.
    pub(crate) windows: Vec<Option<String>>,
    /// Those of them that begin with the screen of invitations.
    pub(crate) invitations: Vec<Option<String>>,
    /// The people who are kept on the disk.
    pub(crate) people: Vec<Acquaintance>,
    /// The disk takes its time to answer about them.
    pub(crate) late: bool,
    /// Why nobody can be kept.
    pub(crate) no_people: Option<AcquaintancesError>,
    /// What the disk has to answer about them.
    pub(crate) answers: VecDeque<Answer>,
    /// Why no other window can be opened.
    pub(crate) no_window: Option<String>,
    /// A complaint of the disk.
    pub(crate) complaint: Option<String>,
    /// How far the clock was moved.
    pub(crate) passed: Duration,
}

/// The world, as the window and the test both hold it.
pub(crate) type Shared = Rc<RefCell<World>>;

struct FakeEngine(Shared);
struct FakeDesk(Shared);
struct FakeDisk(Shared);
struct FakeKeyring(Shared);
struct FakeHosts(Shared);
struct FakeWindows(Shared);

impl Engine for FakeEngine {
    fn ask(&mut self, command: Command) {
        self.0.borrow_mut().asked.push(command);
    }

    fn hear(&mut self) -> Option<Event> {
        self.0.borrow_mut().events.pop_front()
    }

    fn look_for_plazas(&mut self, visit: Visit) {
        self.0.borrow_mut().looked.push(visit);
    }

    fn enter_plaza(&mut self, visit: PlazaVisit) {
        self.0.borrow_mut().entered.push(visit);
    }

    fn ask_plaza(&mut self, command: PlazaCommand) {
        self.0.borrow_mut().asked_plaza.push(command);
    }

    fn hear_of_plazas(&mut self) -> Option<OfPlazas> {
        self.0.borrow_mut().of_plazas.pop_front()
    }

    fn enter_circle(&mut self, visit: CircleVisit) {
        self.0.borrow_mut().entered_circles.push(visit);
    }

    fn ask_circle(&mut self, command: CircleCommand) {
        self.0.borrow_mut().asked_circle.push(command);
    }

    fn hear_of_circle(&mut self) -> Option<CircleNews> {
        self.0.borrow_mut().of_circle.pop_front()
    }

    fn look_for_pin(&mut self, server: ServerAddress) {
        let mut world = self.0.borrow_mut();
        let found = world.pin.map(|pin| (server, pin));
        world.pins.extend(found);
    }

    fn hear_of_pin(&mut self) -> Option<(ServerAddress, Fingerprint)> {
        self.0.borrow_mut().pins.pop_front()
    }

    fn end(&mut self) {
        self.0.borrow_mut().ended = true;
    }
}

impl Hosts for FakeHosts {
    fn is_offered(&self) -> bool {
        true
    }

    fn order(&mut self, order: Order) {
        self.0.borrow_mut().orders.push(order);
    }

    fn hear(&mut self) -> Option<Told> {
        self.0.borrow_mut().told.pop_front()
    }

    fn end(&mut self) {
        self.0.borrow_mut().hosts_ended = true;
    }
}

impl Windows for FakeWindows {
    fn open(&mut self, link: Option<&str>, invitation: bool) -> io::Result<()> {
        let mut world = self.0.borrow_mut();
        if let Some(why) = &world.no_window {
            return Err(io::Error::other(why.clone()));
        }
        if invitation {
            world.invitations.push(link.map(str::to_owned));
        }
        world.windows.push(link.map(str::to_owned));
        Ok(())
    }
}

impl Acquaintances for FakeDisk {
    fn ask(&mut self, to: Wish) {
        let mut world = self.0.borrow_mut();
        let world = &mut *world;
        let people = match (&to, &world.no_people) {
            (Wish::Keep(_), Some(why)) => Err(why.clone()),
            (Wish::Keep(person), None) => {
                world.people.insert(0, person.clone());
                Ok(world.people.clone())
            }
            (Wish::Forget(code), _) => {
                world.people.retain(|known| known.code != *code);
                Ok(world.people.clone())
            }
            (Wish::Look, _) => Ok(world.people.clone()),
        };
        world.answers.push_back(Answer { to, people });
    }

    fn hear(&mut self) -> Option<Answer> {
        let mut world = self.0.borrow_mut();
        if world.late {
            return None;
        }
        world.answers.pop_front()
    }
}

impl Notifier for FakeDesk {
    fn show(&mut self, banner: Banner) {
        self.0.borrow_mut().notices.push(banner);
    }

    fn withdraw(&mut self) {
        self.0.borrow_mut().withdrawn += 1;
    }
}

impl Keeper for FakeDisk {
    fn keep(&mut self, settings: &Settings) {
        self.0.borrow_mut().kept = Some(settings.clone());
    }

    fn complaint(&mut self) -> Option<String> {
        self.0.borrow_mut().complaint.take()
    }
}

impl Keyring for FakeKeyring {
    fn is_there(&self) -> bool {
        self.0.borrow().keyring.is_some()
    }

    fn look_up(&mut self, server: &ServerAddress) {
        let mut world = self.0.borrow_mut();
        let kept = world
            .keyring
            .as_ref()
            .and_then(|kept| kept.get(&server.to_string()).cloned());
        world.found.extend(kept.map(|login| (server.clone(), login)));
    }

    fn found(&mut self) -> Option<(ServerAddress, Login)> {
        self.0.borrow_mut().found.pop_front()
    }

    fn remember(&mut self, server: &ServerAddress, login: &Login) {
        if let Some(kept) = &mut self.0.borrow_mut().keyring {
            kept.insert(server.to_string(), login.clone());
        }
    }

    fn forget(&mut self, server: &ServerAddress) {
        if let Some(kept) = &mut self.0.borrow_mut().keyring {
            kept.remove(&server.to_string());
        }
    }
}

/// Everything the window stands on.
pub(crate) fn services(world: &Shared, desktop: watch::Receiver<Desktop>) -> Services {
    Services {
        engine: Box::new(FakeEngine(Rc::clone(world))),
        notifier: Box::new(FakeDesk(Rc::clone(world))),
        keyring: Box::new(FakeKeyring(Rc::clone(world))),
        keeper: Box::new(FakeDisk(Rc::clone(world))),
        people: Box::new(FakeDisk(Rc::clone(world))),
        desktop,
        hosts: Box::new(FakeHosts(Rc::clone(world))),
        windows: Box::new(FakeWindows(Rc::clone(world))),
        clock: clock(world),
    }
}

/// A clock that goes when the test says so.
fn clock(world: &Shared) -> Box<dyn Fn() -> Now> {
    let (world, begin) = (Rc::clone(world), Instant::now());
    let local = date(2026, 3, 14)
        .at(14, 2, 0, 0)
        .in_tz("America/Sao_Paulo")
        .unwrap();
    Box::new(move || {
        let passed = world.borrow().passed;
        Now {
            instant: begin + passed,
            local: &local + passed,
        }
    })
}

pub(crate) fn port() -> RoomPort {
    RoomPort::try_from(4127).unwrap()
}

pub(crate) fn text(words: &str) -> MessageText {
    MessageText::parse(words).unwrap()
}

pub(crate) fn joins(id: u64, name: &str) -> Event {
    Event::Paired(Partner {
        conversation: ConversationId(id),
        name: Name::parse(name).unwrap(),
        port: port(),
        role: Part::Initiator,
        phrase: acaso_shared::sealed::SafetyPhrase::from_hash(&[7; 32]),
        meeting: [7; 32],
        can_keep: true,
        had_code: false,
    })
}

pub(crate) fn writes(id: u64, words: &str) -> Event {
    Event::Message {
        conversation: ConversationId(id),
        text: text(words),
    }
}

pub(crate) fn delivered(id: u64, message: u64) -> Event {
    Event::Delivered {
        conversation: ConversationId(id),
        id: MessageId(message),
    }
}

pub(crate) fn seen(id: u64, message: u64) -> Event {
    Event::Seen {
        conversation: ConversationId(id),
        id: MessageId(message),
    }
}

pub(crate) fn typing(id: u64, typing: bool) -> Event {
    Event::Typing {
        conversation: ConversationId(id),
        typing,
    }
}

pub(crate) fn link_lost(id: u64, retry_in_secs: u64, grace_left_secs: u64) -> Event {
    Event::LinkLost {
        conversation: ConversationId(id),
        retry_in_millis: retry_in_secs * 1000,
        grace_left_millis: grace_left_secs * 1000,
    }
}

pub(crate) fn leaves(id: u64) -> Event {
    Event::PartnerLeft {
        conversation: ConversationId(id),
        reason: Parting::Left,
    }
}

pub(crate) fn closed(problem: Problem) -> Event {
    Event::Closed {
        conversation: None,
        ending: Ending::Problem(problem),
    }
}

pub(crate) fn identity_changed() -> Event {
    another_identity(b"shown", None)
}

/// An authority had vouched for the server, whose key was made of `known`, and does not now.
pub(crate) fn no_longer_vouched(key: &[u8], why: Unvouched) -> Event {
    another_identity(key, Some(why))
}

fn another_identity(key: &[u8], unvouched: Option<Unvouched>) -> Event {
    closed(Problem::IdentityChanged {
        server: "chat.example.org".parse().unwrap(),
        known: Fingerprint::of_spki(b"known"),
        since: std::time::UNIX_EPOCH + Duration::from_secs(1_772_500_000),
        visits: 41,
        shown: Fingerprint::of_spki(key),
        unvouched,
    })
}
