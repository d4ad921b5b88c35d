//! Hosting from the window: the form, a server that runs, the question before people are sent away, and other windows.

use std::net::IpAddr;

use acaso::hosting::{
    Census, HostId, Line, Order, OwnAddress, Plan, PlazaSeen, PostSeen, Reach, Refused, RoomInUse, Standing,
    Told,
};
use acaso::model::Page;
use acaso::prefs::Language;
use acaso_shared::ids::Fingerprint;
use eframe::egui::{ViewportCommand, ViewportEvent, ViewportId};

use crate::prelude::*;

const FIRST: HostId = HostId(1);

fn lan() -> IpAddr {
    "192.168.1.20".parse().unwrap()
}

fn standing(bind: &str) -> Standing {
    Standing {
        address: bind.parse().unwrap(),
        identity: Some(Fingerprint::of_spki(b"a key")),
        rooms: 1026..=9999,
        single_port: false,
        own: vec![lan()],
    }
}

fn census(rooms: &[(u16, u8)]) -> Census {
    let rooms = rooms.iter().map(|&(port, seats)| RoomInUse { port, seats });
    Census {
        rooms: rooms.collect(),
        carried: 12,
        plazas: Vec::new(),
    }
}

impl Person {
    fn host_tells(&mut self, told: Told) {
        self.world.borrow_mut().told.push_back(told);
        self.window.step();
        self.look();
    }

    fn orders(&self) -> Vec<Order> {
        std::mem::take(&mut self.world.borrow_mut().orders)
    }

    /// At the form, which knows this computer.
    fn at_the_form(beginning: Beginning) -> Self {
        let mut ana = beginning.open();
        ana.presses_with(Modifiers::COMMAND, Key::H);
        assert_eq!(ana.orders(), [Order::Survey]);
        ana.host_tells(Told::Surveyed {
            own: vec![OwnAddress {
                ip: lan(),
                interface: "eth0".to_owned(),
            }],
            port: 1025,
        });
        ana
    }

    /// Hosting for the network, nobody there yet.
    fn hosting() -> Self {
        // High enough that nothing has to be scrolled to.
        let high = Beginning {
            size: (960.0, 1400.0),
            ..Beginning::known()
        };
        let mut ana = Self::at_the_form(high);
        ana.presses(Key::Enter);
        ana.host_tells(Told::Started(FIRST, standing("192.168.1.20:1025")));
        ana.orders();
        ana
    }

    fn picks(&mut self, row: &str) {
        self.window.get_by_role_and_label(Role::RadioButton, row).click();
        self.look();
    }

    /// Somebody presses the window's own close button. Answers whether it stays.
    fn closes_window(&mut self) -> bool {
        let root = self
            .window
            .input_mut()
            .viewports
            .entry(ViewportId::ROOT)
            .or_default();
        root.events.push(ViewportEvent::Close);
        self.window.step();
        let output = self.window.output();
        let commands = output
            .viewport_output
            .get(&ViewportId::ROOT)
            .map(|root| root.commands.clone());
        let stays = commands.is_some_and(|commands| commands.contains(&ViewportCommand::CancelClose));
        self.window
            .input_mut()
            .viewports
            .entry(ViewportId::ROOT)
            .or_default()
            .events
            .clear();
        self.look();
        stays
    }
}

#[test]
fn the_forms_defaults_work_as_they_are() {
    let mut ana = Person::at_the_form(Beginning::known());
    assert!(ana.sees("Host on this computer") && ana.sees("192.168.1.20"));
    ana.presses(Key::Enter);
    let plan = Plan {
        bind: Reach::THIS_COMPUTER,
        port: 1025,
        single_port: false,
        plaza: None,
    };
    assert_eq!(ana.orders(), [Order::Start(FIRST, plan)]);
    assert!(ana.sees("Starting…"));
}

#[test]
fn what_is_chosen_in_the_form_is_what_starts() {
    let mut ana = Person::at_the_form(Beginning::known());
    ana.picks("Who may come: Your network (eth0), 192.168.1.20");
    let one_port = "All rooms behind this one port";
    ana.window.get_by_role_and_label(Role::Switch, one_port).click();
    ana.window
        .get_by_role_and_label(Role::TextInput, "Plaza, if you like")
        .focus();
    ana.look();
    ana.types("Feira");
    ana.presses(Key::Enter);
    let plan = Plan {
        bind: lan(),
        port: 1025,
        single_port: true,
        plaza: Some("Feira".to_owned()),
    };
    assert_eq!(ana.orders(), [Order::Start(FIRST, plan)]);
}

#[test]
fn what_keeps_a_server_from_running_is_said_where_it_can_be_mended() {
    for (refused, said, field) in [
        (
            Refused::PortTaken { port: 1025 },
            "Port 1025 is taken",
            Some("Port"),
        ),
        (
            Refused::PortForbidden { port: 80 },
            "Port 80 is kept by the system",
            Some("Port"),
        ),
        (
            Refused::DataHeld {
                path: "/data/1025".to_owned(),
            },
            "Another server uses what belongs to this port",
            Some("Port"),
        ),
        (
            Refused::Plaza,
            "A plaza cannot be called that",
            Some("Plaza, if you like"),
        ),
        (
            Refused::NotOurs { ip: lan() },
            "192.168.1.20 is not an address of this computer",
            None,
        ),
    ] {
        let mut ana = Person::at_the_form(Beginning::known());
        ana.presses(Key::Enter);
        ana.host_tells(Told::NotStarted(FIRST, refused));
        assert!(ana.sees(said), "{said}");
        if let Some(field) = field {
            assert!(
                ana.window
                    .get_by_role_and_label(Role::TextInput, field)
                    .is_focused(),
                "{field}"
            );
        }
        // Its end is told as well, and changes nothing.
        ana.host_tells(Told::Stopped(FIRST));
        assert!(ana.sees(said), "{said}");
    }
    let mut ana = Person::at_the_form(Beginning::known());
    ana.window.get_by_role_and_label(Role::TextInput, "Port").focus();
    ana.look();
    ana.types("x");
    ana.presses(Key::Enter);
    assert!(ana.sees("That is no port") && ana.orders().is_empty());
}

#[test]
fn a_server_that_runs_shows_how_others_come_and_who_is_there() {
    let mut ana = Person::hosting();
    for said in [
        "Hosting on this computer",
        "Others type",
        "192.168.1.20",
        "Port 1025, the usual one",
        "1025 and 1026–9999, TCP and UDP",
        "The server runs",
        "No room in use, nobody here.",
    ] {
        assert!(ana.sees(said), "{said}");
    }
    let fingerprint = Fingerprint::of_spki(b"a key").groups()[..8].join(" ");
    assert!(ana.sees(&fingerprint));
    ana.host_tells(Told::Counted(FIRST, census(&[(4127, 2), (9000, 1)])));
    for said in [
        "2 rooms in use, 3 people, 1 of them waiting.",
        "12 sealed envelopes have passed through",
        "Rooms: 2 of 8974 in use, one waits in 1",
        "Room 4127: two are in",
        "Room 9000: one waits",
    ] {
        assert!(ana.sees(said), "{said}");
    }
    ana.host_tells(Told::Counted(FIRST, census(&[(4127, 1)])));
    assert!(ana.sees("Room 4127: one waits") && ana.sees("Room 9000 is free again"));
    let line = Line {
        is_warning: true,
        text: "the registry takes no entries".to_owned(),
    };
    ana.host_tells(Told::Logged(FIRST, vec![line]));
    assert!(ana.sees("the registry takes no entries"));
}

#[test]
fn the_link_is_copied_whole_and_says_so() {
    let mut ana = Person::hosting();
    ana.clicks("Copy link");
    let link: acaso_shared::server_link::ServerLink = ana.copied().unwrap().parse().unwrap();
    assert_eq!(link, standing("192.168.1.20:1025").link_for_others().unwrap());
    assert!(link.identity.is_some() && ana.sees("Link copied"));
}

#[test]
fn a_plaza_shows_who_is_in_it_and_what_is_said() {
    let mut ana = Person::hosting();
    let name = |name| acaso_shared::ids::Name::parse(name).unwrap();
    let mut there = census(&[]);
    there.plazas.push(PlazaSeen {
        name: "Feira".to_owned(),
        people: 2,
        members: vec![name("Bia"), name("Caio")],
        posts: vec![PostSeen {
            unix_secs: 1_773_500_000,
            name: name("Bia"),
            text: "Peras: há peras".to_owned(),
        }],
    });
    ana.host_tells(Told::Counted(FIRST, there));
    for said in [
        "Feira",
        "2 people · public: you read along",
        "Bia, Caio",
        "Peras: há peras",
    ] {
        assert!(ana.sees(said), "{said}");
    }
}

#[test]
fn several_servers_are_told_apart_and_each_stops_by_itself() {
    let mut ana = Person::hosting();
    ana.clicks("Another server");
    assert_eq!(ana.orders(), [Order::Survey]);
    ana.host_tells(Told::Surveyed {
        own: Vec::new(),
        port: 10_025,
    });
    ana.presses(Key::Enter);
    let Some(Order::Start(second, Plan { port: 10_025, .. })) = ana.orders().pop() else {
        panic!("the free port was not proposed");
    };
    ana.host_tells(Told::Started(second, standing("127.0.0.1:10025")));
    assert!(ana.sees("On this computer one types") && ana.sees("127.0.0.1:10025"));
    ana.picks("Servers: 192.168.1.20:1025");
    assert!(ana.sees("Others type"));
    ana.clicks("Stop");
    assert_eq!(ana.orders(), [Order::Stop(FIRST)]);
    assert!(ana.sees("Saying goodbye…"));
    ana.host_tells(Told::Stopped(FIRST));
    assert!(ana.sees("On this computer one types"), "the other one is shown");
}

#[test]
fn nobody_is_sent_away_without_a_question() {
    let mut ana = Person::hosting();
    ana.host_tells(Told::Counted(FIRST, census(&[(4127, 2)])));
    ana.clicks("Stop");
    assert!(ana.orders().is_empty() && ana.sees("2 people are here and will be told"));
    ana.presses(Key::Escape);
    assert!(!ana.sees("2 people are here and will be told") && ana.sees("Others type"));
    ana.clicks("Stop");
    ana.clicks("Stop hosting");
    assert_eq!(ana.orders(), [Order::Stop(FIRST)]);
    ana.host_tells(Told::Stopped(FIRST));
    assert!(ana.sees("Start hosting"), "the form is back");
}

#[test]
fn the_window_asks_before_it_closes_on_people_and_closes_after_the_goodbye() {
    let mut ana = Person::hosting();
    ana.host_tells(Told::Counted(FIRST, census(&[(4127, 2), (4128, 1)])));
    ana.clicks("Back");
    assert!(ana.closes_window() && ana.sees("3 people are here; stop hosting and close?"));
    ana.clicks("Keep hosting");
    assert!(ana.orders().is_empty());
    assert!(ana.closes_window());
    ana.clicks("Stop and close");
    assert_eq!(ana.orders(), [Order::Stop(FIRST)]);
    ana.host_tells(Told::Stopped(FIRST));
    assert!(!ana.closes_window(), "nothing holds it any more");
}

#[test]
fn a_failed_server_says_so_and_stays_to_be_read_about() {
    let mut ana = Person::hosting();
    ana.host_tells(Told::Failed(FIRST));
    ana.host_tells(Told::Stopped(FIRST));
    assert!(ana.sees("This server has failed"));
    ana.clicks("Put away");
    assert!(ana.sees("Start hosting"));
    assert!(!ana.closes_window());
}

#[test]
fn somebodys_coming_is_told_if_wished_and_only_behind_the_window() {
    let mut ana = Person::hosting();
    let notices = |ana: &Person| ana.world.borrow().notices.len();
    ana.focuses(false);
    ana.host_tells(Told::Counted(FIRST, census(&[(4127, 1)])));
    assert_eq!(notices(&ana), 0, "nobody wished for it");
    ana.window
        .get_by_role_and_label(Role::Switch, "Tell me when somebody comes")
        .click();
    ana.look();
    ana.host_tells(Told::Counted(FIRST, census(&[(4127, 2)])));
    assert_eq!(notices(&ana), 1);
    ana.host_tells(Told::Counted(FIRST, census(&[(4127, 1)])));
    assert_eq!(notices(&ana), 1, "who goes is not told");
    ana.focuses(true);
    ana.host_tells(Told::Counted(FIRST, census(&[(4127, 2)])));
    assert_eq!(notices(&ana), 1, "the person is looking");
}

#[test]
fn another_window_goes_to_the_server_that_is_hosted_here() {
    let mut ana = Person::known();
    ana.presses_with(Modifiers::COMMAND | Modifiers::SHIFT, Key::N);
    assert_eq!(ana.world.borrow().windows, [None]);
    let mut ana = Person::at_the_form(Beginning::known());
    ana.presses(Key::Enter);
    ana.host_tells(Told::Started(FIRST, standing("0.0.0.0:10025")));
    ana.clicks("New window");
    let link = ana.world.borrow().windows[0].clone().unwrap();
    assert!(link.starts_with("acaso://127.0.0.1:10025/#"), "{link}");
    ana.world.borrow_mut().no_window = Some("too many processes".to_owned());
    ana.clicks("New window");
    ana.clicks("Back");
    assert!(ana.sees("Another window cannot be opened") && ana.sees("too many processes"));
}

#[test]
fn hosting_goes_on_behind_a_visit_and_fits_every_window() {
    let mut ana = Person::hosting();
    ana.clicks("Back");
    assert!(ana.model().page.is_none() && ana.sees("Hosting: nobody here yet"));
    for beginning in [Beginning::known().narrow(), Beginning::known().low()] {
        let mut ana = Person::at_the_form(beginning);
        assert_eq!(ana.model().page, Some(Page::Host));
        ana.presses(Key::Enter);
        ana.host_tells(Told::Started(FIRST, standing("192.168.1.20:1025")));
        assert!(ana.sees("Others type") && ana.sees("Stop"));
    }
    let mut bia = Person::at_the_form(Beginning::known().in_portuguese());
    bia.presses(Key::Enter);
    bia.host_tells(Told::Started(FIRST, standing("192.168.1.20:1025")));
    assert_eq!(bia.model().settings.language, Language::Portuguese);
    assert!(bia.sees("Os outros digitam") && bia.sees("Libere no firewall"));
}
