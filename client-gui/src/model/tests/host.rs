//! Hosting: who would be sent away, and a window that closes on its servers.

use super::*;
use crate::action::HostWish;
use crate::hosting::{Census, HostId, Order, PlazaSeen, Standing, Told};
use crate::model::Closing as Asked;

const FIRST: HostId = HostId(1);
const NEXT: HostId = HostId(2);

impl Person {
    fn is_told_of_host(&mut self, told: Told) -> Vec<Effect> {
        self.model.heard_of_host(told, &self.now)
    }

    /// Starts a server, which runs.
    fn hosts(&mut self, id: HostId) -> Vec<Effect> {
        self.model.host.form.port = "1025".to_owned();
        let asked = self.does(Action::Host(HostWish::Start));
        assert!(matches!(asked[..], [Effect::Host(Order::Start(..))]), "{asked:?}");
        self.is_told_of_host(Told::Started(id, standing()))
    }

    fn hosting() -> Self {
        let mut person = Self::at_first();
        assert_eq!(person.hosts(FIRST), []);
        person
    }

    fn asks_to_close(&mut self) -> Option<Asked> {
        let may = self.model.may_close();
        assert_eq!(may, self.model.closing.is_none());
        self.model.closing.clone()
    }
}

fn standing() -> Standing {
    Standing {
        address: "127.0.0.1:1025".parse().unwrap(),
        identity: None,
        rooms: 1026..=9999,
        single_port: false,
        own: Vec::new(),
    }
}

/// So many in a plaza, and nobody in a room.
fn census(in_plaza: u32) -> Census {
    let plaza = PlazaSeen {
        name: "Feira".to_owned(),
        people: in_plaza,
        members: Vec::new(),
        posts: Vec::new(),
    };
    Census {
        plazas: vec![plaza],
        ..Census::default()
    }
}

fn stops(id: HostId) -> Effect {
    Effect::Host(Order::Stop(id))
}

#[test]
fn a_window_that_stays_open_after_all_hosts_again() {
    let mut person = Person::in_a_plaza();
    person.square().draft.body.text = "pears, and".to_owned();
    person.hosts(FIRST);
    let hosting = Asked::Hosting { people: 0 };
    assert_eq!(person.asks_to_close(), Some(hosting));
    assert_eq!(person.does(Action::CloseAnyway), [stops(FIRST)]);
    assert_eq!(person.is_told_of_host(Told::Stopped(FIRST)), [Effect::Close]);
    let draft = person.asks_to_close();
    assert!(matches!(draft, Some(Asked::Draft { .. })), "{draft:?}");
    person.does(Action::KeepOpen);
    assert_eq!(person.hosts(NEXT), [], "it is not stopped at once");
    assert_eq!(
        person.is_told_of_host(Told::Stopped(NEXT)),
        [],
        "nor does the window close with it"
    );
}

#[test]
fn a_goodbye_under_way_is_not_asked_about_again() {
    let mut person = Person::hosting();
    person.asks_to_close();
    assert_eq!(person.does(Action::CloseAnyway), [stops(FIRST)]);
    assert_eq!(
        person.asks_to_close(),
        None,
        "whoever closes twice waits for no window"
    );
}

#[test]
fn a_server_that_fails_over_its_goodbye_does_not_hold_the_window() {
    let mut person = Person::hosting();
    person.asks_to_close();
    person.does(Action::CloseAnyway);
    assert_eq!(person.is_told_of_host(Told::Failed(FIRST)), []);
    assert_eq!(person.is_told_of_host(Told::Stopped(FIRST)), [Effect::Close]);
}

#[test]
fn who_is_in_a_plaza_is_not_sent_away_without_a_question_either() {
    let mut person = Person::hosting();
    person.is_told_of_host(Told::Counted(FIRST, census(200)));
    assert_eq!(person.does(Action::Host(HostWish::Stop)), []);
    assert_eq!(person.model.host.people_asked_about(), 200);
    let hosting = Asked::Hosting { people: 200 };
    assert_eq!(person.asks_to_close(), Some(hosting));
    assert_eq!(person.does(Action::Host(HostWish::StopAnyway)), [stops(FIRST)]);
}

#[test]
fn who_comes_to_a_plaza_is_told_as_well() {
    let mut person = Person::hosting();
    person.does(Action::Host(HostWish::TellJoins(true)));
    person.model.focused = false;
    let told = person.is_told_of_host(Told::Counted(FIRST, census(1)));
    assert_eq!(told, [Effect::Tell(Notice::Arrived { people: 1 })]);
    assert_eq!(person.is_told_of_host(Told::Counted(FIRST, census(0))), []);
}
