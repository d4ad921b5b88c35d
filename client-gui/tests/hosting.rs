//! Really hosting: servers on threads of this program, people with real engines at them, and what the window is told of it.
#![cfg(feature = "host")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper that cannot help fails its test"
)]

use std::net::{IpAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use acaso::bridge::{Bridge, Engine as _, Wake};
use acaso::host::{HostLog, Launcher};
use acaso::hosting::{Census, HostId, Hosts as _, Order, Plan, Refused, Standing, Told};
use acaso_shared::ids::Name;
use acaso_shared::protocol::room::Closing;
use acaso_shared::server_link::ServerLink;
use acaso_shared::session::{Command, Ending, Event, Visit};
use tempfile::TempDir;

/// Whatever takes longer than this does not happen.
const PATIENCE: Duration = Duration::from_secs(30);

const FIRST: HostId = HostId(1);
const SECOND: HostId = HostId(2);

/// A window's servers, and what wakes the window.
struct Desk {
    launcher: Launcher,
    wakes: Receiver<()>,
    data: TempDir,
}

fn waker() -> (Wake, Receiver<()>) {
    let (woken, wakes) = sync_channel(1024);
    let wake = Arc::new(move || {
        woken.try_send(()).ok();
    });
    (wake, wakes)
}

impl Desk {
    fn new() -> Self {
        let data = TempDir::new().unwrap();
        let (wake, wakes) = waker();
        let launcher = Launcher::new(data.path().to_owned(), HostLog::default(), wake);
        Self {
            launcher,
            wakes,
            data,
        }
    }

    fn starts(&mut self, id: HostId, plan: Plan) {
        self.launcher.order(Order::Start(id, plan));
    }

    /// The next thing told, for which the window was woken.
    fn hears(&mut self) -> Told {
        loop {
            if let Some(told) = self.launcher.hear() {
                return told;
            }
            self.wakes
                .recv_timeout(PATIENCE)
                .expect("the window is woken for each");
        }
    }

    fn is_started(&mut self, id: HostId) -> Standing {
        loop {
            match self.hears() {
                Told::Started(started, standing) if started == id => return standing,
                Told::Counted(..) | Told::Logged(..) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Waits until the server's numbers are as wished.
    fn counts(&mut self, is_it: impl Fn(&Census) -> bool) -> Census {
        loop {
            match self.hears() {
                Told::Counted(_, census) if is_it(&census) => return census,
                Told::Counted(..) | Told::Logged(..) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    fn is_stopped(&mut self, id: HostId) {
        loop {
            match self.hears() {
                Told::Stopped(stopped) if stopped == id => return,
                Told::Counted(..) | Told::Logged(..) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

/// Each test has an address of its own, so that they do not take each other's ports.
fn plan(last: u8) -> Plan {
    Plan {
        bind: IpAddr::from([127, 1, 7, last]),
        port: 1025,
        single_port: false,
        plaza: None,
    }
}

/// Somebody at a client of their own.
struct Stranger {
    bridge: Bridge,
    wakes: Receiver<()>,
    _desk: TempDir,
}

impl Stranger {
    /// Comes by the link that the host hands on.
    fn comes(link: &ServerLink, name: &str) -> Self {
        let desk = TempDir::new().unwrap();
        let (wake, wakes) = waker();
        let mut bridge = Bridge::start(desk.path().join("known_servers.toml"), wake).unwrap();
        bridge.ask(Command::Meet(Visit {
            identity: link.identity.map(Box::new),
            ..Visit::new(link.server.clone(), Name::parse(name).unwrap())
        }));
        Self {
            bridge,
            wakes,
            _desk: desk,
        }
    }

    fn until<T>(&mut self, look: impl Fn(&Event) -> Option<T>) -> T {
        loop {
            match self.bridge.hear() {
                Some(event) => {
                    if let Some(found) = look(&event) {
                        return found;
                    }
                    assert!(!matches!(event, Event::Closed { .. }), "{event:?}");
                }
                None => self.wakes.recv_timeout(PATIENCE).expect("something happens"),
            }
        }
    }

    fn meets(&mut self, name: &str) {
        let met = self.until(|event| match event {
            Event::Paired(partner) => Some(partner.name.as_str().to_owned()),
            _ => None,
        });
        assert_eq!(met, name);
    }
}

#[test]
fn two_meet_at_a_server_that_a_window_hosts_and_hear_its_goodbye() {
    let mut desk = Desk::new();
    desk.starts(FIRST, plan(1));
    let standing = desk.is_started(FIRST);
    let link: ServerLink = standing.link_for_others().unwrap().to_string().parse().unwrap();
    assert!(link.identity.is_some() && standing.has_usual_port());
    let mut ana = Stranger::comes(&link, "Ana");
    let alone = desk.counts(|census| census.waiting() == 1);
    assert_eq!((alone.people(), alone.carried), (1, 0));
    let mut bia = Stranger::comes(&link, "Bia");
    bia.meets("Ana");
    ana.meets("Bia");
    let together = desk.counts(|census| census.people() == 2 && census.waiting() == 0 && census.carried > 0);
    assert_eq!(together.rooms.len(), 1);
    desk.launcher.order(Order::Stop(FIRST));
    for stranger in [&mut ana, &mut bia] {
        stranger.until(|event| match event {
            Event::Closed {
                ending: Ending::Closing(Closing::Server),
                ..
            } => Some(()),
            _ => None,
        });
    }
    desk.is_stopped(FIRST);
}

#[test]
fn servers_run_beside_each_other_and_all_end_with_the_window() {
    let mut desk = Desk::new();
    let one_port = Plan {
        single_port: true,
        plaza: Some("Feira".to_owned()),
        port: 10_025,
        ..plan(2)
    };
    desk.starts(FIRST, plan(2));
    desk.is_started(FIRST);
    desk.starts(SECOND, one_port);
    let standing = desk.is_started(SECOND);
    assert!(standing.single_port && !standing.has_usual_port());
    let link = standing.link_for_others().unwrap();
    let mut ana = Stranger::comes(&link, "Ana");
    let census = desk.counts(|census| census.waiting() == 1);
    assert_eq!(census.plazas[0].name, "Feira");
    desk.launcher.end();
    ana.until(|event| match event {
        Event::Closed {
            ending: Ending::Closing(Closing::Server),
            ..
        } => Some(()),
        _ => None,
    });
    // Both ports are free, and nobody holds a directory any more.
    drop(TcpListener::bind((plan(2).bind, 1025)).unwrap());
    assert!(is_unlocked(&desk.data.path().join("1025")) && is_unlocked(&desk.data.path().join("10025")));
}

fn is_unlocked(data: &Path) -> bool {
    let lock = std::fs::File::open(data.join("lock")).unwrap();
    lock.try_lock().is_ok()
}

#[test]
fn what_keeps_a_server_from_running_is_told_apart() {
    let mut desk = Desk::new();
    let other = TcpListener::bind((plan(3).bind, 0)).unwrap();
    let port = other.local_addr().unwrap().port();
    let mut refused = |plan: Plan| {
        desk.starts(FIRST, plan);
        let why = match desk.hears() {
            Told::NotStarted(FIRST, refused) => refused,
            other => panic!("{other:?}"),
        };
        desk.is_stopped(FIRST);
        why
    };
    assert_eq!(refused(Plan { port, ..plan(3) }), Refused::PortTaken { port });
    let elsewhere: IpAddr = "192.0.2.1".parse().unwrap();
    let not_ours = refused(Plan {
        bind: elsewhere,
        ..plan(3)
    });
    assert_eq!(not_ours, Refused::NotOurs { ip: elsewhere });
    let plaza = Some("\u{7}".to_owned());
    assert_eq!(refused(Plan { plaza, ..plan(3) }), Refused::Plaza);
    // The same port at another address would share the directory.
    desk.starts(FIRST, plan(3));
    desk.is_started(FIRST);
    desk.starts(SECOND, plan(4));
    loop {
        match desk.hears() {
            Told::NotStarted(SECOND, Refused::DataHeld { path }) => {
                assert!(path.ends_with("1025"), "{path}");
                break;
            }
            Told::Counted(..) | Told::Logged(..) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_survey_finds_a_port_that_is_free() {
    let mut desk = Desk::new();
    desk.launcher.order(Order::Survey);
    let Told::Surveyed { own, port } = desk.hears() else {
        panic!("something else was told");
    };
    assert!(own.iter().all(|own| !own.ip.is_loopback()));
    assert!(port == 1025 || port >= 10_025, "{port}");
}
