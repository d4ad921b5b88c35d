//! Among others: the list of plazas, a plaza by what stands on the screen, and the keys that work there.

use acaso::model::OfPlazas;
use acaso_shared::ids::{Name, PlazaName, PostText, Subject};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::plaza::{Member, MemberNumber, PlazaFacts, Post, PostNumber};
use acaso_shared::session::Ending;
use acaso_shared::session::plaza::{NotPosted, PlazaCommand, PlazaNews};

use crate::prelude::*;

const ME: MemberNumber = MemberNumber(9);

fn feira(people: u32) -> PlazaFacts {
    PlazaFacts {
        name: PlazaName::parse("Feira").unwrap(),
        people,
        people_max: 200,
        port: 1025,
        history: 50,
    }
}

fn member(number: u64, name: &str) -> Member {
    Member {
        number: MemberNumber(number),
        name: Name::parse(name).unwrap(),
    }
}

fn posted(number: u64, name: &str, subject: Option<&str>, text: &str) -> PlazaNews {
    PlazaNews::Post(Post {
        number: PostNumber(1),
        author: member(number, name),
        subject: subject.map(|subject| Subject::parse(subject).unwrap()),
        text: PostText::parse(text).unwrap(),
        // 14:02 of the person's day.
        unix_secs: 1_773_507_720,
    })
}

impl Person {
    fn is_told(&mut self, told: OfPlazas) {
        self.world.borrow_mut().of_plazas.push_back(told);
        self.window.step();
        self.look();
    }

    fn news(&mut self, news: PlazaNews) {
        self.is_told(OfPlazas::News(news));
    }

    fn finds(&mut self, plazas: Vec<PlazaFacts>) {
        self.is_told(OfPlazas::Listed(Ok(plazas)));
    }

    /// The list comes, with one plaza in it.
    pub(crate) fn finds_feira(&mut self) {
        self.finds(vec![feira(31)]);
    }

    /// In Feira, with Rui.
    pub(crate) fn goes_to_the_plaza(mut self) -> Self {
        self.presses_with(Modifiers::COMMAND, Key::P);
        self.finds(vec![feira(1)]);
        self.clicks("Feira");
        self.news(PlazaNews::Entered { member: ME });
        self.news(PlazaNews::Here(vec![member(ME.0, "Ana"), member(3, "Rui")]));
        self
    }

    /// The window's own button is pressed. Answers whether it closes.
    pub(crate) fn is_asked_to_close(&mut self) -> bool {
        let input = self.window.input_mut();
        let window = input.viewports.get_mut(&egui::ViewportId::ROOT).unwrap();
        window.events.push(egui::ViewportEvent::Close);
        self.window.step();
        let output = &self.window.output().viewport_output[&egui::ViewportId::ROOT];
        let stays = output.commands.contains(&egui::ViewportCommand::CancelClose);
        self.look();
        !stays
    }

    /// Subject and text of what was posted since the last time.
    fn posts(&self) -> Vec<(Option<String>, String)> {
        let asked = std::mem::take(&mut self.world.borrow_mut().asked_plaza);
        let post = |command| match command {
            PlazaCommand::Post { subject, text, .. } => Some((
                subject.map(|s: Subject| s.as_str().to_owned()),
                text.as_str().to_owned(),
            )),
            _ => None,
        };
        asked.into_iter().filter_map(post).collect()
    }
}

#[test]
fn the_plazas_of_a_server_are_listed_and_one_is_entered_by_the_keyboard_alone() {
    let mut ana = Person::known();
    ana.clicks("Plaza");
    assert_eq!(ana.world.borrow().looked.len(), 1);
    assert!(ana.sees("Asking which plazas there are."));
    assert!(ana.sees("Whoever is in one reads what you post, and so does the host."));
    ana.finds(vec![feira(31)]);
    assert_eq!(ana.keyboard_is_at(), "Feira");
    ana.presses(Key::Enter);
    let entered = ana.world.borrow().entered.clone();
    assert_eq!(entered[0].plaza.as_str(), "Feira");
    assert_eq!(entered[0].visit.name.as_str(), "Ana");
    assert!(
        ana.sees("Public: the host reads along"),
        "before anything is said"
    );
    assert!(ana.sees("On the way in") && !ana.sees("0 people"));
    ana.news(PlazaNews::Entered { member: ME });
    assert!(ana.sees("Nobody has written anything since you came."));
}

#[test]
fn a_server_without_plazas_and_one_that_does_not_answer_say_so() {
    let mut ana = Person::known();
    ana.presses_with(Modifiers::COMMAND, Key::P);
    ana.finds(Vec::new());
    assert!(ana.sees("This server has no plaza"));
    ana.clicks("Look again");
    assert_eq!(ana.world.borrow().looked.len(), 2);
    ana.is_told(OfPlazas::Listed(Err(Problem::TimedOut {
        host: "chat.example.org".to_owned(),
    })));
    assert!(ana.sees("No answer from chat.example.org"));
    assert_eq!(ana.keyboard_is_at(), "Look again");
    ana.presses(Key::Escape);
    assert!(ana.is_at_first());
    assert_eq!(ana.keyboard_is_at(), "Meet a stranger");
}

#[test]
fn the_rules_come_before_a_plaza_as_well_and_say_that_it_is_public() {
    let mut beginning = Beginning::known();
    beginning.settings.rules_accepted.clear();
    beginning.size = (960.0, 1000.0);
    let mut ana = beginning.open();
    ana.clicks("Plaza");
    assert!(ana.sees("Before you meet anyone"));
    assert!(ana.sees("In a plaza the host reads along, and so does everybody who is there."));
    assert!(ana.world.borrow().looked.is_empty(), "nobody is asked before");
    ana.window
        .get_by_role_and_label(Role::CheckBox, "I am 18 or older, and I will keep to these rules")
        .click();
    ana.look();
    ana.clicks("Agree and see the plazas");
    assert_eq!(ana.world.borrow().looked.len(), 1);
    assert!(ana.sees("Asking which plazas there are."));
}

#[test]
fn who_has_no_name_is_asked_for_one() {
    let mut beginning = Beginning::known();
    beginning.settings.name.clear();
    let mut ana = beginning.open();
    ana.presses_with(Modifiers::COMMAND, Key::P);
    ana.finds(vec![feira(31)]);
    assert_eq!(ana.keyboard_is_at(), "Your name");
    ana.types("Ana Maria");
    ana.presses(Key::Enter);
    assert_eq!(ana.keyboard_is_at(), "Feira");
    ana.presses(Key::Enter);
    assert_eq!(ana.world.borrow().entered[0].visit.name.as_str(), "Ana Maria");
}

#[test]
fn a_plaza_is_marked_as_public_in_every_window() {
    for beginning in [Beginning::known(), Beginning::known().narrow()] {
        let ana = beginning.open().goes_to_the_plaza();
        assert!(ana.sees("Public: the host reads along · 2 people"));
        assert_eq!(ana.keyboard_is_at(), "Write to the plaza");
    }
    let ana = Beginning::known().low().open().goes_to_the_plaza();
    assert!(
        ana.sees("public"),
        "a low window has no room for the line, but for this"
    );
}

#[test]
fn posts_are_read_and_written_with_a_subject_and_many_lines() {
    let mut ana = Person::known().goes_to_the_plaza();
    ana.news(posted(3, "Rui", Some("Soup"), "at seven"));
    assert!(ana.sees("Rui, 14:02, Soup: at seven"));
    ana.types("one");
    ana.presses(Key::Enter);
    ana.types("two");
    assert_eq!(ana.posts(), [], "Enter is a new line");
    ana.window.get_by_label("Subject, if you like").click();
    ana.look();
    ana.types("Bread");
    ana.presses_with(Modifiers::COMMAND, Key::Enter);
    assert_eq!(ana.posts(), [(Some("Bread".to_owned()), "one\ntwo".to_owned())]);
    assert!(ana.sees("Ana (you), 14:02: one\ntwo (Sending)"));
    assert_eq!(ana.keyboard_is_at(), "Write to the plaza");
    ana.news(PlazaNews::Posted {
        id: MessageId(0),
        number: PostNumber(2),
        unix_secs: 1_773_507_780,
    });
    assert!(ana.sees("Ana (you), 14:03, Bread: one\ntwo"));
    ana.types("once more");
    ana.clicks("Send");
    assert_eq!(ana.posts(), [(None, "once more".to_owned())]);
}

#[test]
fn a_post_of_very_many_lines_is_folded_until_somebody_wants_it_all() {
    let mut ana = Person::known().goes_to_the_plaza();
    let poem: String = (1..=500).map(|n| format!("line {n}\n")).collect();
    ana.news(posted(3, "Rui", None, &poem));
    let shown = |ana: &Person| ana.model().plaza().unwrap().unfolded;
    assert!(ana.sees("Rui, 14:02: line 1\n") && !ana.sees("line 500"));
    ana.clicks("Show all 500 lines");
    assert!(shown(&ana).is_some() && ana.sees("line 500"));
    assert!(
        !ana.model().plaza().unwrap().at_bottom,
        "whoever wants to read on is not taken to the end"
    );
    ana.window.key_press_modifiers(Modifiers::COMMAND, Key::End);
    // The list comes to rest like anything that is thrown.
    ana.window.run_steps(60);
    ana.clicks("Show less");
    assert_eq!(shown(&ana), None);
    assert!(!ana.sees("line 500"));
}

#[test]
fn what_was_not_taken_is_back_in_the_composer_with_the_reason() {
    let mut ana = Person::known().goes_to_the_plaza();
    ana.types("too fast");
    ana.presses_with(Modifiers::COMMAND, Key::Enter);
    ana.news(PlazaNews::NotPosted {
        id: MessageId(0),
        subject: None,
        text: PostText::parse("too fast").unwrap(),
        reason: NotPosted::Refused(Refusal::SlowDown { retry_after_secs: 3 }),
    });
    assert!(ana.sees("you wrote faster than the plaza takes. It is back below; send it in 3 s."));
    assert_eq!(ana.model().plaza().unwrap().draft.body.text, "too fast");
    ana.waits(4);
    ana.posts();
    ana.presses_with(Modifiers::COMMAND, Key::Enter);
    assert_eq!(ana.posts(), [(None, "too fast".to_owned())]);
}

#[test]
fn who_is_here_stands_beside_the_posts_or_behind_a_button() {
    let mut ana = Person::known().goes_to_the_plaza();
    assert!(ana.sees("Ana (you)") && ana.sees("Rui"));
    ana.news(PlazaNews::Came(member(4, "Rui")));
    assert!(ana.sees("Rui · no. 3") && ana.sees("Rui · no. 4") && ana.sees("Rui came"));
    ana.news(PlazaNews::Went(MemberNumber(3)));
    assert!(ana.sees("Rui came · Rui left") && !ana.sees("Rui · no. 4"));

    let mut ana = Beginning::known().narrow().open().goes_to_the_plaza();
    assert!(!ana.sees("Ana (you)"));
    ana.presses_with(Modifiers::COMMAND, Key::M);
    assert!(ana.sees("Ana (you)"));
    assert_eq!(ana.keyboard_is_at(), "Close");
    ana.presses(Key::Escape);
    assert!(!ana.sees("Ana (you)"));
    assert_eq!(ana.keyboard_is_at(), "Write to the plaza");
    ana.clicks("2 people");
    assert!(ana.sees("Ana (you)"));
}

#[test]
fn a_lost_link_says_when_it_tries_again_and_can_be_told_to_at_once() {
    let mut ana = Person::known().goes_to_the_plaza();
    ana.news(PlazaNews::LinkLost {
        retry_in_millis: 4_000,
    });
    assert!(ana.sees("Connection lost. Trying again in 4 s; nothing you wrote is lost."));
    ana.waits(1);
    assert!(ana.sees("Trying again in 3 s"));
    ana.clicks("Try now");
    assert_eq!(ana.world.borrow().asked_plaza, [PlazaCommand::TryNow]);
    ana.news(PlazaNews::Entered { member: ME });
    assert!(!ana.sees("Connection lost."));
}

#[test]
fn links_in_posts_open_only_after_one_has_seen_where_they_lead() {
    let mut ana = Person::known().goes_to_the_plaza();
    ana.news(posted(3, "Rui", None, "look: https://example.org/soup"));
    ana.window
        .get_by_role_and_label(Role::Link, "https://example.org/soup")
        .click();
    ana.look();
    assert!(ana.sees("It leads to example.org.") && ana.browsed().is_none());
    ana.clicks("Open");
    assert_eq!(ana.browsed().as_deref(), Some("https://example.org/soup"));
}

#[test]
fn text_that_hides_or_turns_is_made_harmless_in_a_plaza_as_well() {
    let mut ana = Person::known().goes_to_the_plaza();
    ana.news(posted(3, "Rui", Some("a\u{202e}b"), "c\u{202e}d"));
    assert!(ana.sees("Rui, 14:02, ab: cd"));
}

#[test]
fn leaving_keeps_what_was_being_written() {
    let mut ana = Person::known().goes_to_the_plaza();
    ana.types("half a");
    ana.presses_with(Modifiers::COMMAND, Key::L);
    assert!(ana.is_at_first());
    assert_eq!(ana.world.borrow().asked_plaza, [PlazaCommand::Leave]);
    let ana = ana.goes_to_the_plaza();
    assert_eq!(ana.model().plaza().unwrap().draft.body.text, "half a");
}

#[test]
fn closing_the_window_asks_if_a_post_was_not_finished() {
    let mut ana = Person::known().goes_to_the_plaza();
    assert!(ana.is_asked_to_close(), "nothing is lost by it");
    ana.types("half a");
    assert!(!ana.is_asked_to_close());
    assert!(ana.sees("What you wrote to Feira was not posted, or has no answer yet."));
    assert_eq!(ana.keyboard_is_at(), "Keep it open");
    ana.presses(Key::Escape);
    assert!(!ana.sees("Close this window?"));
    ana.presses_with(Modifiers::COMMAND, Key::L);
    assert!(!ana.is_asked_to_close(), "kept for this window only");
    ana.clicks("Close");
    assert!(ana.is_asked_to_close());
}

#[test]
fn undoing_never_brings_back_what_was_typed_in_another_plaza() {
    let mut ana = Person::known().goes_to_the_plaza();
    ana.types("here");
    ana.presses_with(Modifiers::COMMAND, Key::Enter);
    ana.news(PlazaNews::Posted {
        id: MessageId(0),
        number: PostNumber(2),
        unix_secs: 1_773_507_780,
    });
    ana.presses_with(Modifiers::COMMAND, Key::L);
    let mut ana = ana.goes_to_the_plaza();
    ana.presses_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(ana.model().plaza().unwrap().draft.body.text, "");
}

#[test]
fn whoever_waits_is_offered_a_plaza_and_their_place_is_kept() {
    let mut ana = Person::waiting();
    ana.waits(16);
    ana.finds(vec![feira(31)]);
    assert!(ana.sees("Look into a plaza"));
    ana.clicks("Look into a plaza");
    ana.finds(vec![feira(31)]);
    ana.clicks("Feira");
    ana.news(PlazaNews::Entered { member: ME });
    assert!(ana.sees("The other seat is still free. Your place is kept."));
    ana.clicks("Go back");
    assert!(ana.sees("The other seat is free"));
    ana.clicks("Back to Feira");
    ana.types("half a");
    ana.hears(joins(1, "Marina"));
    assert!(ana.sees("Marina is in the other seat."));
    assert_eq!(
        ana.keyboard_is_at(),
        "Write to the plaza",
        "nobody types into the room what was meant for the plaza"
    );
    ana.clicks("Go to the room");
    assert_eq!(ana.keyboard_is_at(), "Write to Marina");
    ana.says("hello");
    assert_eq!(ana.said(), [(1, "hello".to_owned())]);
    ana.chooses("Back to Feira");
    assert_eq!(ana.model().plaza().unwrap().draft.body.text, "half a");
    ana.presses_with(Modifiers::COMMAND, Key::L);
    assert!(ana.sees("Write to Marina"), "the room goes on");
}

#[test]
fn a_plaza_that_ends_says_why_and_leads_to_the_others() {
    let mut ana = Person::known().goes_to_the_plaza();
    ana.news(posted(3, "Rui", None, "hello"));
    ana.news(PlazaNews::Closed(Ending::Problem(Problem::Closing)));
    assert!(ana.sees("The server is closing") && ana.sees("Rui, 14:02: hello"));
    ana.clicks("See the plazas");
    assert_eq!(ana.world.borrow().looked.len(), 2);
    assert!(ana.sees("Asking which plazas there are."));
}

#[test]
fn a_notice_tells_of_a_post_behind_ones_back() {
    let mut ana = Person::known().goes_to_the_plaza();
    ana.focuses(false);
    ana.news(posted(3, "Rui", None, "hello"));
    let notices = ana.world.borrow().notices.clone();
    assert_eq!(
        (notices[0].summary.as_str(), notices[0].body.as_str()),
        ("Rui · Feira", "hello")
    );
}

#[test]
fn enter_held_down_begins_several_lines_in_a_plaza() {
    let mut ana = Person::known().goes_to_the_plaza();
    ana.types("a");
    for _ in 0..3 {
        ana.window.key_down(Key::Enter);
        ana.look();
    }
    assert_eq!(ana.model().plaza().unwrap().draft.body.text, "a\n\n\n");
}
