//! A circle by what stands on the screen: the question before the first one, the ways in, who comes and goes, and what is said.

use acaso_shared::ids::{Fingerprint, Name};
use acaso_shared::protocol::circle::CircleMember;
use acaso_shared::session::Ending;
use acaso_shared::session::circle::{Circle, CircleCommand, CircleNews, NotSaid, Path};

use crate::prelude::*;

const ME: CircleMember = CircleMember(5);
const RUI: CircleMember = CircleMember(2);
const EWA: CircleMember = CircleMember(8);
const CODE: &str = "417318-crossover-clockwork-adroitness-crackdown";

fn comes(member: CircleMember, name: &str) -> CircleNews {
    CircleNews::Came {
        member,
        name: Name::parse(name).unwrap(),
        key: Fingerprint::of_spki(name.as_bytes()),
        path: Path::Direct,
    }
}

fn speaks(member: CircleMember, words: &str) -> CircleNews {
    CircleNews::Said {
        member,
        text: text(words),
    }
}

impl Beginning {
    /// The second circle of this person.
    fn agreed() -> Self {
        let mut beginning = Self::known();
        beginning.settings.circles_agreed = true;
        beginning
    }
}

impl Person {
    fn circle_news(&mut self, news: CircleNews) {
        self.world.borrow_mut().of_circle.push_back(news);
        self.window.step();
        self.look();
    }

    fn gathers(&mut self, code: Option<&str>) {
        self.circle_news(CircleNews::Gathered {
            member: ME,
            key: Fingerprint::of_spki(b"Ana"),
            code: code.map(|code| code.parse().unwrap()),
        });
    }

    /// In the circle “boat”, with Rui, who was there, and Ewa, who came.
    fn goes_to_the_circle(mut self) -> Self {
        self.presses_with(Modifiers::COMMAND, Key::K);
        self.types("boat");
        self.presses(Key::Enter);
        self.gathers(None);
        self.circle_news(comes(RUI, "Rui"));
        self.circle_news(comes(EWA, "Ewa"));
        self
    }

    fn in_a_circle() -> Self {
        Beginning::agreed().open().goes_to_the_circle()
    }

    /// The circles that were gone into.
    fn entered(&self) -> Vec<Circle> {
        let entered = self.world.borrow().entered_circles.clone();
        entered.into_iter().map(|visit| visit.circle).collect()
    }

    /// What was said to the circle, since the last time.
    fn told_the_circle(&self) -> Vec<(MessageId, String)> {
        let asked = std::mem::take(&mut self.world.borrow_mut().asked_circle);
        let said = |command| match command {
            CircleCommand::Say { id, text } => Some((id, text.as_str().to_owned())),
            _ => None,
        };
        asked.into_iter().filter_map(said).collect()
    }

    fn wished_of_the_circle(&self) -> Vec<CircleCommand> {
        std::mem::take(&mut self.world.borrow_mut().asked_circle)
    }

    fn words_to_the_circle(&self) -> String {
        let circle = self.model().circle().expect("the person is in a circle");
        circle.draft.body.text.clone()
    }
}

#[test]
fn what_a_circle_means_is_asked_once_and_by_the_keyboard_alone() {
    let mut ana = Person::known();
    ana.clicks("Circle");
    assert!(ana.sees("Before your first circle"));
    assert!(ana.sees("The others see your network address."));
    assert!(ana.sees("The server only introduces you."));
    assert_eq!(ana.keyboard_is_at(), "Agree");
    ana.presses(Key::Enter);
    assert!(ana.world.borrow().kept.as_ref().unwrap().circles_agreed);
    assert_eq!(ana.keyboard_is_at(), "Name of the circle");
    ana.presses(Key::Escape);
    assert!(ana.is_at_first());
    ana.presses_with(Modifiers::COMMAND, Key::K);
    assert!(!ana.sees("Before your first circle"), "never again");
    assert!(ana.sees("Name of the circle") && ana.entered().is_empty());
}

#[test]
fn not_now_leads_back_and_the_question_comes_again() {
    let mut ana = Person::known();
    ana.clicks("Circle");
    ana.clicks("Not now");
    assert!(ana.is_at_first() && !ana.sees("Before your first circle"));
    assert_eq!(ana.keyboard_is_at(), "Meet a stranger");
    ana.clicks("Circle");
    assert!(ana.sees("Before your first circle"));
}

#[test]
fn the_rules_of_the_house_come_before_that_question() {
    let mut beginning = Beginning::known();
    beginning.settings.rules_accepted.clear();
    beginning.size = (960.0, 1000.0);
    let mut ana = beginning.open();
    ana.clicks("Circle");
    assert!(ana.sees("Before you meet anyone"));
    let ticked = "I am 18 or older, and I will keep to these rules";
    ana.window.get_by_role_and_label(Role::CheckBox, ticked).click();
    ana.look();
    ana.clicks("Agree and go on");
    assert!(ana.sees("Before your first circle"));
}

#[test]
fn a_circle_is_entered_by_its_name() {
    let mut ana = Beginning::agreed().open();
    ana.clicks("Circle");
    ana.types("boat");
    ana.clicks("Enter by name");
    assert!(matches!(&ana.entered()[..], [Circle::Named(name)] if name.as_str() == "boat"));
    assert!(ana.sees("On the way in"));
    ana.gathers(None);
    assert!(ana.sees("Direct · nobody else is here"));
    assert!(ana.sees("Nobody else is here yet. Whoever knows the name can come."));
    ana.circle_news(comes(EWA, "Ewa"));
    assert!(ana.sees("Direct · 2 people") && ana.sees("came: Ewa · 14:02"));
    assert!(ana.sees("Compare the key of Ewa · direct"));
}

#[test]
fn a_new_circle_shows_its_code_to_be_told() {
    let mut ana = Beginning::agreed().open();
    ana.clicks("Circle");
    ana.clicks("New circle with a code");
    assert_eq!(ana.entered(), [Circle::New]);
    ana.gathers(Some(CODE));
    assert!(ana.sees("Circle with a code") && ana.sees(CODE));
    ana.clicks("Copy the code");
    assert_eq!(ana.copied().as_deref(), Some(CODE));
    ana.circle_news(comes(EWA, "Ewa"));
    assert!(!ana.sees(CODE), "it is a sheet away from now on");
    ana.clicks("Code");
    assert!(ana.sees(CODE) && ana.keyboard_is_at() == "Close");
    ana.clicks("Copy");
    assert_eq!(ana.copied().as_deref(), Some(CODE));
    assert!(ana.sees("Copied"));
    ana.presses(Key::Escape);
    assert_eq!(ana.keyboard_is_at(), "Write to the circle");
}

#[test]
fn a_circle_is_entered_by_a_code_however_it_is_typed() {
    let mut ana = Beginning::agreed().open();
    ana.clicks("Circle");
    ana.presses(Key::Tab);
    ana.presses(Key::Tab);
    assert_eq!(ana.keyboard_is_at(), "Code");
    ana.types(&CODE.to_uppercase().replace('-', " "));
    ana.presses(Key::Enter);
    assert_eq!(ana.entered(), [Circle::Coded(CODE.parse().unwrap())]);
}

#[test]
fn a_bad_code_says_which_word_and_stays_to_be_mended() {
    let mut ana = Beginning::agreed().open();
    ana.clicks("Circle");
    ana.presses(Key::Tab);
    ana.presses(Key::Tab);
    ana.types("417318-crossover-clockwrok");
    ana.presses(Key::Enter);
    assert!(ana.entered().is_empty());
    assert!(ana.sees("“clockwrok” cannot be word 2 of a code"));
    assert_eq!(ana.keyboard_is_at(), "Code");
    assert!(ana.sees("417318-crossover-clockwrok"));
    ana.types("x");
    assert!(!ana.sees("cannot be word 2 of a code"), "it is being mended");
}

#[test]
fn the_words_of_a_code_are_completed_by_tab() {
    let mut ana = Beginning::agreed().open();
    ana.clicks("Circle");
    ana.presses(Key::Tab);
    ana.presses(Key::Tab);
    for begun in ["417318-crossov", "clockw", "adroitn", "crackd"] {
        ana.types(begun);
        ana.presses(Key::Tab);
    }
    assert_eq!(ana.keyboard_is_at(), "Code");
    ana.presses(Key::Enter);
    assert_eq!(ana.entered(), [Circle::Coded(CODE.parse().unwrap())]);
}

#[test]
fn an_invitations_code_is_sent_to_where_it_belongs() {
    let mut ana = Beginning::agreed().open();
    ana.clicks("Circle");
    ana.presses(Key::Tab);
    ana.presses(Key::Tab);
    ana.types("7-crossover-clockwork");
    ana.clicks("Enter by code");
    assert!(ana.sees("That is the code of an invitation, for two"));
}

#[test]
fn who_is_turned_away_reads_why_and_has_the_name_still() {
    let mut ana = Beginning::agreed().open();
    ana.clicks("Circle");
    ana.types("boat");
    ana.presses(Key::Enter);
    ana.circle_news(CircleNews::Closed(Ending::Problem(Problem::CircleFull)));
    assert!(ana.sees("boat") && ana.sees("Name of the circle"));
    ana.presses(Key::Enter);
    assert_eq!(ana.entered().len(), 2, "the same again is one key away");
}

#[test]
fn a_name_to_go_by_is_asked_for_where_there_is_none() {
    let mut beginning = Beginning::agreed();
    beginning.settings.name.clear();
    let mut ana = beginning.open();
    ana.clicks("Circle");
    assert_eq!(ana.keyboard_is_at(), "Your name");
    ana.types("Ana");
    ana.presses(Key::Enter);
    assert_eq!(ana.keyboard_is_at(), "Name of the circle");
    ana.types("boat");
    ana.presses(Key::Enter);
    let visit = ana.world.borrow().entered_circles[0].visit.clone();
    assert_eq!(visit.name.as_str(), "Ana");
}

#[test]
fn what_is_said_goes_to_everybody_and_who_has_it_is_told() {
    let mut ana = Person::in_a_circle();
    ana.says("Green.");
    let said = ana.told_the_circle();
    assert_eq!(said[0].1, "Green.");
    assert!(ana.sees("You, 14:02: Green. (Sending)"));
    let id = said[0].0;
    ana.circle_news(CircleNews::Delivered { id, member: RUI });
    assert!(ana.sees("(Sent to 1 of 2)"));
    ana.circle_news(CircleNews::Delivered { id, member: EWA });
    assert!(ana.sees("(Delivered to all 2)"));
    ana.circle_news(speaks(RUI, "Again?"));
    assert!(ana.sees("Rui, 14:02: Again?"));
    assert_eq!(ana.keyboard_is_at(), "Write to the circle");
}

#[test]
fn who_is_away_and_who_comes_back_and_who_does_not() {
    let mut ana = Person::in_a_circle();
    ana.circle_news(CircleNews::Away { member: EWA });
    assert!(ana.sees("connection lost: Ewa") && ana.sees("Compare the key of Ewa · away"));
    assert!(ana.sees("Direct · 3 people"), "she is waited for");
    let path = Path::Relayed;
    ana.circle_news(CircleNews::Back { member: EWA, path });
    assert!(ana.sees("back: Ewa") && ana.sees("Compare the key of Ewa · through the server"));
    assert!(ana.sees("3 people · 1 of them through the server, encrypted"));
    ana.says("Green.");
    let id = ana.told_the_circle()[0].0;
    ana.circle_news(CircleNews::Away { member: EWA });
    ana.circle_news(CircleNews::NotDelivered { id, member: EWA });
    ana.circle_news(CircleNews::Went {
        member: EWA,
        left: false,
    });
    assert!(ana.sees("did not come back: Ewa") && ana.sees("Not delivered to Ewa"));
    ana.circle_news(CircleNews::Went {
        member: RUI,
        left: true,
    });
    assert!(ana.sees("said goodbye: Rui") && ana.sees("Direct · nobody else is here"));
}

#[test]
fn somebody_who_cannot_be_reached_is_there_and_counts_for_nothing() {
    let mut ana = Person::in_a_circle();
    ana.circle_news(CircleNews::Unreachable {
        member: CircleMember(9),
    });
    assert!(ana.sees("Somebody is here whom you cannot reach"));
    assert!(ana.sees("Somebody · not reachable") && ana.sees("Direct · 3 people"));
    ana.clicks("Try now");
    assert_eq!(ana.wished_of_the_circle(), [CircleCommand::TryNow]);
    ana.circle_news(comes(CircleMember(9), "Yael"));
    assert!(!ana.sees("Try now"), "nobody is missed");
    assert!(!ana.sees("Somebody · not reachable"));
    assert!(ana.sees("Compare the key of Yael · direct"));
}

#[test]
fn two_of_one_name_are_told_apart() {
    let mut ana = Person::in_a_circle();
    ana.circle_news(comes(CircleMember(9), "EWA"));
    assert!(ana.sees("Compare the key of Ewa · no. 8") && ana.sees("Compare the key of EWA · no. 9"));
    ana.circle_news(speaks(EWA, "I was first."));
    assert!(ana.sees("Ewa · no. 8, 14:02: I was first."));
    ana.circle_news(comes(CircleMember(10), "Ana"));
    assert!(ana.sees("Ana · no. 10"), "nor is anybody taken for oneself");
}

#[test]
fn without_the_server_the_circle_goes_on() {
    let mut ana = Person::in_a_circle();
    ana.circle_news(CircleNews::LobbyLost {
        retry_in_millis: 4000,
    });
    assert!(ana.sees("The server is gone. The circle goes on. Nobody new can come. Next try in 4 s."));
    ana.waits(2);
    assert!(ana.sees("Next try in 2 s."));
    ana.says("Still here.");
    assert_eq!(ana.told_the_circle().len(), 1);
    ana.presses_with(Modifiers::COMMAND, Key::R);
    ana.clicks("Try now");
    assert_eq!(ana.wished_of_the_circle(), vec![CircleCommand::TryNow; 2]);
    ana.circle_news(CircleNews::LobbyBack);
    assert!(!ana.sees("The server is gone."));
}

#[test]
fn keys_are_compared_by_whoever_wants_to() {
    let mut ana = Person::in_a_circle();
    ana.clicks("Compare the key of Rui · direct");
    let key = Fingerprint::of_spki(b"Rui").to_string();
    assert!(ana.sees(&format!("The key of Rui: {key}")));
    assert!(ana.sees("Ask Rui to read their own key to you"));
    ana.clicks("Copy");
    assert_eq!(ana.copied(), Some(key));
    ana.presses(Key::Escape);
    assert!(!ana.sees("The key of Rui"));
    ana.clicks("Your own key");
    let own = Fingerprint::of_spki(b"Ana").to_string();
    assert!(ana.sees(&format!("Your key here: {own}")));
}

#[test]
fn wrong_words_are_told_until_nobody_new_is_let_in() {
    let mut ana = Person::in_a_circle();
    ana.circle_news(CircleNews::WrongWords { open: true });
    assert!(ana.sees("Somebody came who did not know the words"));
    ana.circle_news(CircleNews::WrongWords { open: false });
    assert!(ana.sees("nobody new is let in"));
}

#[test]
fn what_was_not_taken_is_back_with_the_reason() {
    let mut ana = Person::in_a_circle();
    ana.says("one");
    let id = ana.told_the_circle()[0].0;
    ana.types("two");
    ana.circle_news(CircleNews::NotSaid {
        id,
        text: text("one"),
        reason: NotSaid::TooFast { retry_after_secs: 3 },
    });
    assert_eq!(ana.words_to_the_circle(), "one\ntwo");
    assert!(ana.sees("send it in 3 s."));
    ana.waits(3);
    assert!(ana.sees("send it now."));
}

#[test]
fn alone_the_words_wait_for_somebody() {
    let mut ana = Beginning::agreed().open();
    ana.clicks("Circle");
    ana.types("boat");
    ana.presses(Key::Enter);
    ana.gathers(None);
    ana.says("Hello?");
    assert!(ana.told_the_circle().is_empty());
    assert!(ana.sees("nobody is here to hear it.") && ana.words_to_the_circle() == "Hello?");
    ana.circle_news(comes(EWA, "Ewa"));
    assert!(!ana.sees("nobody is here to hear it."));
    ana.presses(Key::Enter);
    assert_eq!(ana.told_the_circle()[0].1, "Hello?");
}

#[test]
fn in_a_narrow_window_the_people_are_a_sheet_away() {
    let mut ana = Beginning::agreed().narrow().open().goes_to_the_circle();
    assert!(!ana.sees("Compare the key of Rui"));
    ana.presses_with(Modifiers::COMMAND, Key::M);
    assert!(ana.sees("Compare the key of Rui · direct"));
    ana.clicks("Compare the key of Rui · direct");
    assert!(ana.sees("The key of Rui"));
    ana.presses(Key::Escape);
    assert_eq!(ana.keyboard_is_at(), "Write to the circle");
}

#[test]
fn in_a_low_window_everything_can_be_reached() {
    let mut ana = Beginning::agreed().low().open().goes_to_the_circle();
    ana.says("Green.");
    assert_eq!(ana.told_the_circle().len(), 1);
    ana.clicks("3 people");
    assert!(ana.sees("Compare the key of Ewa · direct"));
    ana.presses(Key::Escape);
    ana.clicks("Leave");
    assert!(ana.is_at_first());
}

#[test]
fn what_comes_below_is_counted_while_something_older_is_read() {
    let mut ana = Person::in_a_circle();
    for n in 0..30 {
        ana.circle_news(speaks(RUI, &format!("word {n}")));
    }
    ana.presses(Key::PageUp);
    ana.circle_news(speaks(EWA, "one"));
    ana.circle_news(speaks(EWA, "two"));
    ana.clicks("2 new messages");
    assert!(ana.sees("Ewa, 14:02: two") && !ana.sees("2 new messages"));
}

#[test]
fn sixteen_are_all_within_reach_of_the_keyboard() {
    let mut ana = Person::in_a_circle();
    for n in 20..33 {
        ana.circle_news(comes(CircleMember(n), &format!("Guest {n}")));
    }
    assert!(ana.sees("Direct · 16 people"));
    for _ in 0..40 {
        ana.presses(Key::Tab);
        if ana.keyboard_is_at() == "Compare the key of Guest 32 · direct" {
            break;
        }
    }
    ana.presses(Key::Enter);
    assert!(ana.sees("The key of Guest 32"));
}

#[test]
fn leaving_says_goodbye_and_a_draft_is_there_again() {
    let mut ana = Person::in_a_circle();
    ana.types("half a");
    ana.presses_with(Modifiers::COMMAND, Key::L);
    assert!(ana.is_at_first());
    assert_eq!(ana.wished_of_the_circle(), [CircleCommand::Leave]);
    let mut ana = ana.goes_to_the_circle();
    assert_eq!(ana.words_to_the_circle(), "half a");
    assert!(ana.sees("you were writing this when you left."));
    ana.presses(Key::Enter);
    assert_eq!(ana.told_the_circle()[0].1, "half a");
}

#[test]
fn behind_another_window_a_notice_tells_who_came_and_who_wrote() {
    let mut ana = Person::in_a_circle();
    ana.focuses(false);
    ana.circle_news(comes(CircleMember(9), "Yael"));
    ana.circle_news(speaks(RUI, "Look at that boat"));
    let notices = ana.world.borrow().notices.clone();
    let told: Vec<_> = notices
        .iter()
        .map(|n| (n.summary.as_str(), n.body.as_str()))
        .collect();
    assert_eq!(told, [("Yael came", "boat"), ("Rui · boat", "Look at that boat")]);
}

#[test]
fn when_the_visit_ends_it_says_why_and_leads_to_another() {
    let mut ana = Person::in_a_circle();
    ana.types("half a");
    ana.circle_news(CircleNews::Closed(Ending::Problem(Problem::Protocol)));
    assert!(ana.sees("Over") && ana.words_to_the_circle() == "half a");
    ana.clicks("To another circle");
    assert!(ana.sees("Name of the circle"));
    assert!(ana.wished_of_the_circle().is_empty(), "nobody to take leave of");
}

#[test]
fn the_window_asks_before_it_closes_on_what_has_not_arrived() {
    let mut ana = Person::in_a_circle();
    ana.says("Green.");
    assert!(!ana.is_asked_to_close());
    assert!(ana.sees("boat: what you wrote was not sent, or has not reached everybody."));
    ana.clicks("Keep it open");
    assert_eq!(ana.keyboard_is_at(), "Write to the circle");
}

#[test]
fn everything_can_be_said_in_portuguese() {
    let mut ana = Beginning::agreed().in_portuguese().open();
    ana.clicks("Círculo");
    ana.types("barco");
    ana.presses(Key::Enter);
    ana.gathers(None);
    ana.circle_news(comes(RUI, "Rui"));
    assert!(ana.sees("Direto · 2 pessoas") && ana.sees("já estava aqui: Rui"));
}
