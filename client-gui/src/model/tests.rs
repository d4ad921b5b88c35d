//! Stories of one person at one window, told to the model without an engine and without a window.

use std::time::Duration;

use acaso_shared::ids::{Fingerprint, MessageText, Name, RoomPort};
use acaso_shared::protocol::room::{Closing, Parting, Role};
use acaso_shared::session::{
    Command, ConversationId, Ending, Event, Goodbye, MessageId, NotSent, Partner, Problem,
};
use jiff::civil::date;

use super::*;
use crate::action::{Action, Change};
use crate::prefs::Language;
use crate::wording::Spoken;

/// A person at a window, with a clock of their own.
struct Person {
    model: Model,
    now: Now,
}

impl Person {
    /// At the first screen, everything filled in, the rules of the server accepted before.
    fn at_first() -> Self {
        let mut settings = Settings {
            server: "chat.example.org".to_owned(),
            name: "Ana".to_owned(),
            ..Settings::default()
        };
        settings.accept_rules(&"chat.example.org".parse().unwrap());
        Self::with(settings)
    }

    fn with(settings: Settings) -> Self {
        Self {
            model: Model::new(settings, false),
            now: Now {
                instant: Instant::now(),
                local: date(2026, 3, 14)
                    .at(14, 2, 0, 0)
                    .in_tz("America/Sao_Paulo")
                    .unwrap(),
            },
        }
    }

    fn waiting() -> Self {
        let mut person = Self::at_first();
        person.does(Action::Meet);
        person.hears(Event::Calling { attempt: 1 });
        person.hears(Event::Waiting {
            port: port(),
            rooms_in_use: 107,
        });
        person
    }

    fn talking() -> Self {
        let mut person = Self::waiting();
        person.hears(joins(1, "Marina"));
        person
    }

    fn does(&mut self, action: Action) -> Vec<Effect> {
        self.model.wish(action, &self.now)
    }

    fn hears(&mut self, event: Event) -> Vec<Effect> {
        self.model.heard(event, &self.now)
    }

    fn waits(&mut self, time: Duration) -> Option<Duration> {
        self.now.instant += time;
        self.now.local = &self.now.local + time;
        self.model.tick(&self.now)
    }

    fn types(&mut self, text: &str) {
        self.chat().composer.text = text.to_owned();
    }

    /// Types, presses Enter, and answers what the engine was asked to say.
    fn says(&mut self, text: &str) -> Option<(ConversationId, MessageId, String)> {
        self.types(text);
        self.presses_enter()
    }

    fn presses_enter(&mut self) -> Option<(ConversationId, MessageId, String)> {
        match self.does(Action::Send).pop() {
            Some(Effect::Ask(Command::Say {
                conversation,
                id,
                text,
            })) => Some((conversation, id, text.as_str().to_owned())),
            _ => None,
        }
    }

    fn chat(&mut self) -> &mut Conversation {
        self.model
            .conversation_mut()
            .expect("a conversation is on screen")
    }

    fn composer(&mut self) -> &mut Composer {
        &mut self.chat().composer
    }

    /// What stands in the history, in order.
    fn reads(&mut self) -> Vec<String> {
        let said = |entry: &Entry| match &entry.what {
            What::Said { text, .. } => Some(text.clone()),
            _ => None,
        };
        self.chat().history.entries().iter().filter_map(said).collect()
    }
}

fn port() -> RoomPort {
    RoomPort::try_from(4127).unwrap()
}

fn words() -> Words {
    Words::speaking(Spoken::English)
}

fn text(words: &str) -> MessageText {
    MessageText::parse(words).unwrap()
}

fn joins(id: u64, name: &str) -> Event {
    Event::Paired(Partner {
        conversation: ConversationId(id),
        name: Name::parse(name).unwrap(),
        port: port(),
        role: Role::Initiator,
        meeting: [7; 32],
    })
}

fn writes(id: u64, words: &str) -> Event {
    Event::Message {
        conversation: ConversationId(id),
        text: text(words),
    }
}

fn leaves(id: u64) -> Event {
    Event::PartnerLeft {
        conversation: ConversationId(id),
        reason: Parting::Left,
    }
}

fn not_sent(id: u64, message: u64, words: &str, reason: NotSent) -> Event {
    Event::NotSent {
        conversation: ConversationId(id),
        id: MessageId(message),
        text: text(words),
        reason,
    }
}

fn closed(problem: Problem) -> Event {
    Event::Closed {
        conversation: None,
        ending: Ending::Problem(problem),
    }
}

fn identity_changed() -> Event {
    closed(Problem::IdentityChanged {
        server: "chat.example.org".parse().unwrap(),
        known: Fingerprint::of_spki(b"known"),
        since: std::time::SystemTime::UNIX_EPOCH,
        visits: 41,
        shown: Fingerprint::of_spki(b"shown"),
    })
}

const SECOND: Duration = Duration::from_secs(1);

// ── First screen and rules ──

#[test]
fn the_rules_of_a_server_are_asked_for_once_and_only_accepted_when_confirmed() {
    let mut person = Person::with(Settings::default());
    "Chat.Example.org".clone_into(&mut person.model.first.server);
    person.does(Action::Meet);
    assert!(matches!(person.model.screen, Screen::Rules(_)));
    assert_eq!(person.does(Action::AgreeToRules), [], "the box is not ticked");
    let Screen::Rules(rules) = &mut person.model.screen else {
        panic!("rules")
    };
    rules.confirmed = true;
    let effects = person.does(Action::AgreeToRules);
    assert!(matches!(
        effects[..],
        [Effect::Save, Effect::Ask(Command::Meet(_))]
    ));
    assert!(matches!(person.model.screen, Screen::Waiting(_)));

    person.does(Action::Cancel);
    person.does(Action::Meet);
    assert!(matches!(person.model.screen, Screen::Waiting(_)), "asked once");
    person.does(Action::Cancel);
    person.model.first.server.push_str(":2000");
    person.does(Action::Meet);
    assert!(matches!(person.model.screen, Screen::Rules(_)), "another server");
    person.does(Action::DeclineRules);
    assert!(matches!(person.model.screen, Screen::First));
}

#[test]
fn what_cannot_be_a_server_or_a_name_is_said_beside_its_field() {
    let mut person = Person::at_first();
    person.model.first.server.clear();
    assert_eq!(person.does(Action::Meet), []);
    assert_eq!(person.model.first.focus.take(), Some(Field::Server));
    "chat.example.org:99999".clone_into(&mut person.model.first.server);
    person.does(Action::Meet);
    assert_eq!(person.model.first.field_in_error(), Some(Field::Server));
    "chat.example.org".clone_into(&mut person.model.first.server);
    person.model.first.name = "x".repeat(40);
    person.does(Action::Meet);
    assert_eq!(person.model.first.field_in_error(), Some(Field::Name));
    person.model.first.name.clear();
    let effects = person.does(Action::Meet);
    let Some(Effect::Ask(Command::Meet(visit))) = effects.last() else {
        panic!("{effects:?}")
    };
    assert!(
        visit.name.as_str().starts_with("anonymous-"),
        "no name is a name, too"
    );
}

#[test]
fn a_problem_on_the_way_is_said_on_the_first_screen_filled_in() {
    let mut person = Person::at_first();
    person.does(Action::Meet);
    person.hears(Event::Calling { attempt: 1 });
    person.hears(closed(Problem::NameNotFound {
        host: "chat.example.org".to_owned(),
    }));
    assert!(matches!(person.model.screen, Screen::First));
    let first = &person.model.first;
    assert_eq!(
        (first.server.as_str(), first.name.as_str()),
        ("chat.example.org", "Ana")
    );
    assert_eq!(
        (first.field_in_error(), first.focus),
        (Some(Field::Server), Some(Field::Server))
    );
    let sentence = first.trouble.as_ref().unwrap().sentence(&words());
    assert_eq!(sentence.what, "There is no server called chat.example.org");
    person.does(Action::Meet);
    assert_eq!(person.model.first.trouble, None, "gone with the next try");
}

#[test]
fn a_problem_that_no_field_can_mend_leaves_the_keyboard_with_the_main_button() {
    let mut person = Person::at_first();
    person.does(Action::Meet);
    person.hears(Event::Closed {
        conversation: None,
        ending: Ending::Closing(Closing::Server),
    });
    assert_eq!(person.model.first.focus, Some(Field::Meet));
    assert_eq!(
        person.model.first.trouble,
        Some(Trouble::Closing(Closing::Server))
    );
}

#[test]
fn servers_that_let_us_in_are_remembered_the_latest_first() {
    let mut person = Person::waiting();
    assert_eq!(person.model.first.servers, ["chat.example.org".parse().unwrap()]);
    let again = person.hears(Event::Waiting {
        port: port(),
        rooms_in_use: 1,
    });
    assert_eq!(again, [], "nothing new to write");
    person.does(Action::Cancel);
    person.hears(Event::Closed {
        conversation: None,
        ending: Ending::Left,
    });
    person.does(Action::ForgetServer("chat.example.org".parse().unwrap()));
    assert!(person.model.first.servers.is_empty() && person.model.settings.servers.is_empty());
}

// ── Waiting ──

#[test]
fn waiting_counts_the_time_and_offers_things_after_a_while() {
    let mut person = Person::waiting();
    assert_eq!(
        person.waits(Duration::from_millis(8_300)),
        Some(Duration::from_millis(700))
    );
    let Screen::Waiting(waiting) = &person.model.screen else {
        panic!("waiting")
    };
    assert_eq!(waiting.elapsed.as_secs(), 8);
    assert!(!waiting.has_offers());
    person.waits(7 * SECOND);
    let Screen::Waiting(waiting) = &person.model.screen else {
        panic!("waiting")
    };
    assert!(waiting.has_offers());
}

#[test]
fn a_lost_link_says_what_and_counts_down_to_the_next_try() {
    let mut person = Person::waiting();
    person.hears(Event::TryingAgain {
        problem: Problem::LinkLost,
        in_millis: 3_500,
    });
    let secs = |person: &Person| match &person.model.screen {
        Screen::Waiting(Waiting {
            state: WaitState::TryingAgain { in_secs, problem, .. },
            ..
        }) => {
            assert_eq!(*problem, Problem::LinkLost);
            *in_secs
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(secs(&person), 4);
    person.waits(SECOND);
    assert_eq!(secs(&person), 3);
    let effects = person.does(Action::TryNow);
    assert!(matches!(effects[..], [Effect::Ask(Command::Meet(_))]));
}

#[test]
fn cancelling_is_instant_and_whatever_comes_late_changes_nothing() {
    let mut person = Person::waiting();
    assert_eq!(
        person.does(Action::Cancel),
        [Effect::Ask(Command::Leave(Goodbye::Now))]
    );
    assert!(matches!(person.model.screen, Screen::First));
    person.hears(joins(1, "Marina"));
    person.hears(writes(1, "hello?"));
    assert!(matches!(person.model.screen, Screen::First), "too late");
    person.hears(Event::Closed {
        conversation: Some(ConversationId(1)),
        ending: Ending::Left,
    });
    assert_eq!(person.model.first.trouble, None);
    person.does(Action::Meet);
    person.hears(Event::Calling { attempt: 1 });
    person.hears(joins(2, "Rui"));
    assert_eq!(person.chat().name, "Rui", "the next visit is heard");
}

#[test]
fn meeting_again_before_the_goodbye_is_answered_is_not_answered_by_it() {
    let mut person = Person::waiting();
    person.does(Action::Cancel);
    person.does(Action::Meet);
    person.hears(Event::Closed {
        conversation: None,
        ending: Ending::Left,
    });
    assert!(
        matches!(person.model.screen, Screen::Waiting(_)),
        "that was the visit before"
    );
    person.hears(Event::Calling { attempt: 1 });
    person.hears(Event::Waiting {
        port: port(),
        rooms_in_use: 3,
    });
    let Screen::Waiting(waiting) = &person.model.screen else {
        panic!("waiting")
    };
    assert!(matches!(waiting.state, WaitState::Seated { rooms_in_use: 3, .. }));
}

// ── Talking ──

#[test]
fn each_text_names_the_conversation_it_was_typed_for() {
    let mut person = Person::talking();
    assert_eq!(
        person.says("olá 🌻 你好"),
        Some((ConversationId(1), MessageId(0), "olá 🌻 你好".to_owned()))
    );
    assert_eq!(person.composer().text, "");
    assert_eq!(
        person.says("  two\nlines "),
        Some((ConversationId(1), MessageId(1), "  two\nlines ".to_owned()))
    );
    assert_eq!(person.says(" \n "), None, "nothing is never said");
    person.hears(writes(1, "oi"));
    assert_eq!(person.reads(), ["olá 🌻 你好", "  two\nlines ", "oi"]);
    person.hears(writes(9, "from nobody we know"));
    assert_eq!(person.reads().len(), 3);
}

#[test]
fn quit_leaves_erases_and_comes_back_to_the_first_screen_filled_in() {
    let mut person = Person::talking();
    person.hears(writes(1, "secret"));
    person.types("QUIT");
    assert_eq!(
        person.does(Action::Send),
        [Effect::Ask(Command::Leave(Goodbye::Now))]
    );
    assert!(matches!(person.model.screen, Screen::First));
    assert_eq!(person.model.first.server, "chat.example.org");
    person.hears(not_sent(1, 0, "half a sentence", NotSent::ConversationEnded));
    person.hears(Event::Closed {
        conversation: Some(ConversationId(1)),
        ending: Ending::Left,
    });
    person.does(Action::Meet);
    person.hears(Event::Calling { attempt: 1 });
    person.hears(joins(2, "Rui"));
    assert_eq!(person.reads(), [""; 0], "erased");
    assert_eq!(person.composer().text, "", "and so is what was on its way");
}

#[test]
fn say_quit_says_it() {
    let mut person = Person::talking();
    assert_eq!(person.says("/say QUIT").unwrap().2, "QUIT");
    assert_eq!(
        person.says("/leave").unwrap().2,
        "/leave",
        "no other text is special"
    );
    assert_eq!(person.reads(), ["QUIT", "/leave"]);
}

#[test]
fn a_text_too_long_stays_in_the_composer_and_says_so() {
    let mut person = Person::talking();
    let long = "ж".repeat(3_000);
    assert_eq!(person.says(&long), None);
    assert_eq!(person.composer().text, long);
    assert_eq!(person.composer().note, Some(Note::TooLong { bytes: 6_000 }));
    person.types("");
    person.waits(SECOND);
    assert_eq!(person.composer().note, None, "gone with the text");
}

#[test]
fn what_was_not_sent_comes_back_in_order_before_what_is_typed_now() {
    let mut person = Person::talking();
    person.says("one");
    person.says("two");
    person.types("thr");
    let too_fast = NotSent::TooFast { retry_after_secs: 3 };
    person.hears(not_sent(1, 0, "one", too_fast));
    person.hears(not_sent(1, 1, "two", too_fast));
    assert_eq!(person.composer().text, "one\ntwo\nthr");
    assert_eq!(person.composer().note, Some(Note::TooFast { secs: 3 }));
    assert_eq!(person.reads(), [""; 0], "nothing looks said that was not");
    person.waits(2 * SECOND);
    assert_eq!(person.composer().note, Some(Note::TooFast { secs: 1 }));
    person.waits(2 * SECOND);
    assert_eq!(person.composer().note, Some(Note::TooFast { secs: 0 }));
    assert!(
        person.presses_enter().is_some(),
        "to the one it was typed for it goes at one press"
    );
}

#[test]
fn next_wants_its_key_twice_once_words_were_exchanged() {
    let mut person = Person::talking();
    person.hears(writes(1, "oi"));
    assert_eq!(person.does(Action::Next), []);
    assert!(person.chat().asks_next_again());
    person.waits(4 * SECOND);
    assert!(!person.chat().asks_next_again());
    assert_eq!(person.does(Action::Next), [], "too late: this is the first again");
    person.waits(2 * SECOND);
    assert!(matches!(
        person.does(Action::Next)[..],
        [Effect::Ask(Command::Meet(_))]
    ));
    assert!(matches!(person.model.screen, Screen::Waiting(_)));

    let mut silent = Person::talking();
    assert!(
        matches!(silent.does(Action::Next)[..], [Effect::Ask(Command::Meet(_))]),
        "nothing to lose"
    );
}

#[test]
fn saying_something_takes_back_the_first_press_of_next() {
    let mut person = Person::talking();
    person.hears(writes(1, "oi"));
    person.does(Action::Next);
    person.says("wait");
    assert_eq!(person.does(Action::Next), []);
}

// ── Never the wrong person ──

#[test]
fn a_draft_stays_when_they_leave_and_goes_to_the_next_one_only_when_sent_twice() {
    let mut person = Person::talking();
    person.types("I had just found the recipe");
    person.hears(leaves(1));
    assert_eq!(person.presses_enter(), None, "nobody is there");
    assert_eq!(person.composer().text, "I had just found the recipe");

    person.waits(SECOND);
    person.hears(joins(2, "Rui"));
    assert_eq!(person.composer().text, "I had just found the recipe");
    assert_eq!(
        person.composer().note,
        Some(Note::Kept {
            from: "Marina".to_owned()
        })
    );
    assert_eq!(person.presses_enter(), None, "an Enter meant for Marina");
    assert_eq!(
        person.composer().note,
        Some(Note::Kept {
            from: "Marina".to_owned()
        }),
        "it does not even count"
    );
    person.waits(2 * SECOND);
    assert_eq!(person.presses_enter(), None);
    assert_eq!(
        person.composer().note,
        Some(Note::Sure {
            from: "Marina".to_owned()
        })
    );
    assert_eq!(person.presses_enter(), None, "a double click is one press");
    person.waits(SECOND);
    assert_eq!(
        person.presses_enter(),
        Some((
            ConversationId(2),
            MessageId(0),
            "I had just found the recipe".to_owned()
        ))
    );
    assert_eq!(
        person.says("and this is for you"),
        Some((ConversationId(2), MessageId(1), "and this is for you".to_owned()))
    );
}

#[test]
fn typing_on_does_not_make_a_kept_draft_the_newcomers() {
    let mut person = Person::talking();
    person.types("my address is");
    person.hears(leaves(1));
    person.hears(joins(2, "Rui"));
    person.waits(5 * SECOND);
    person.types("my address is 12, Rua");
    assert_eq!(person.presses_enter(), None);
    person.types("my address is 12, Rua Nova");
    assert_eq!(person.presses_enter(), None, "another text is another question");
    person.types("");
    person.waits(SECOND);
    assert!(person.says("hello").is_some(), "an empty composer is nobody's");
}

#[test]
fn who_appears_under_the_fingers_gets_nothing_for_a_second() {
    let mut person = Person::talking();
    person.hears(leaves(1));
    person.hears(joins(2, "Rui"));
    assert_eq!(person.says("to Marina, typed blind"), None);
    assert_eq!(
        person.composer().text,
        "to Marina, typed blind",
        "and nothing is lost"
    );
    person.waits(SECOND);
    assert!(person.presses_enter().is_some());
}

#[test]
fn a_draft_survives_next_and_waits_for_a_deliberate_press() {
    let mut person = Person::talking();
    person.types("half a thought");
    person.does(Action::Next);
    person.hears(not_sent(1, 0, "and one on its way", NotSent::ConversationEnded));
    person.hears(Event::Calling { attempt: 1 });
    person.hears(joins(2, "Rui"));
    assert_eq!(person.composer().text, "half a thought\nand one on its way");
    assert_eq!(person.composer().kept_from(), Some("Marina"));
}

#[test]
fn what_comes_back_after_somebody_else_sits_there_is_nobodys() {
    let mut person = Person::talking();
    person.says("for Marina");
    person.hears(leaves(1));
    person.hears(joins(2, "Rui"));
    person.hears(not_sent(1, 0, "for Marina", NotSent::ConversationEnded));
    person.waits(5 * SECOND);
    assert_eq!(person.composer().text, "for Marina");
    assert_eq!(
        person.composer().note,
        Some(Note::Ended {
            name: "Marina".to_owned()
        })
    );
    assert_eq!(person.presses_enter(), None);
    assert_eq!(
        person.composer().note,
        Some(Note::Sure {
            from: "Marina".to_owned()
        })
    );
}

#[test]
fn a_draft_for_the_first_goes_on_being_theirs_past_the_second() {
    let mut person = Person::talking();
    person.types("for Marina");
    person.hears(leaves(1));
    person.hears(joins(2, "Rui"));
    person.hears(leaves(2));
    person.hears(joins(3, "Zé"));
    assert_eq!(person.composer().kept_from(), Some("Marina"));
}

// ── They leave ──

#[test]
fn when_they_leave_the_text_stays_until_somebody_enters() {
    let mut person = Person::talking();
    person.hears(writes(1, "my tram is here"));
    person.hears(leaves(1));
    assert_eq!(person.reads(), ["my tram is here"]);
    let Presence::Left(left) = &person.chat().presence else {
        panic!("left")
    };
    assert_eq!((left.reason, left.staying), (Parting::Left, false));
    person.hears(writes(1, "an echo"));
    assert_eq!(person.reads().len(), 1);
    person.does(Action::WaitHere);
    person.waits(8 * SECOND);
    let Presence::Left(left) = &person.chat().presence else {
        panic!("left")
    };
    assert_eq!((left.staying, left.elapsed.as_secs()), (true, 8));
    person.hears(joins(2, "Rui"));
    assert_eq!(person.reads(), [""; 0], "the old text goes");
    assert!(person.chat().is_talking());
}

#[test]
fn alone_next_needs_no_second_press_and_leave_erases() {
    let mut person = Person::talking();
    person.hears(writes(1, "bye"));
    person.hears(leaves(1));
    assert!(matches!(
        person.does(Action::Next)[..],
        [Effect::Ask(Command::Meet(_))]
    ));

    let mut person = Person::talking();
    person.hears(leaves(1));
    assert_eq!(
        person.does(Action::Leave),
        [Effect::Ask(Command::Leave(Goodbye::Now))]
    );
    assert!(matches!(person.model.screen, Screen::First));
}

#[test]
fn a_seat_lost_while_alone_is_looked_for_again_over_the_old_text() {
    let mut person = Person::talking();
    person.hears(writes(1, "bye"));
    person.hears(leaves(1));
    person.hears(Event::TryingAgain {
        problem: Problem::LinkLost,
        in_millis: 1_000,
    });
    person.hears(Event::Calling { attempt: 2 });
    person.hears(Event::Waiting {
        port: port(),
        rooms_in_use: 3,
    });
    assert_eq!(person.reads(), ["bye"]);
    let Presence::Left(left) = &person.chat().presence else {
        panic!("left")
    };
    assert!(matches!(left.state, WaitState::Seated { .. }));
}

#[test]
fn a_conversation_that_breaks_keeps_its_text_and_its_draft_on_screen() {
    let mut person = Person::talking();
    person.hears(writes(1, "and then"));
    person.types("yes?");
    person.hears(Event::Closed {
        conversation: Some(ConversationId(1)),
        ending: Ending::Problem(Problem::LinkLost),
    });
    let Presence::Over(over) = &person.chat().presence else {
        panic!("over")
    };
    assert_eq!(over.ending, Ending::Problem(Problem::LinkLost));
    assert_eq!(person.reads(), ["and then"]);
    assert_eq!(person.presses_enter(), None);
    assert_eq!(person.composer().text, "yes?");
    assert!(matches!(
        person.does(Action::Next)[..],
        [Effect::Ask(Command::Meet(_))]
    ));
    person.hears(Event::Calling { attempt: 1 });
    person.hears(joins(2, "Rui"));
    assert_eq!(person.composer().text, "yes?", "survives the next visit, too");
}

#[test]
fn leaving_what_is_over_asks_nothing_of_the_engine() {
    let mut person = Person::talking();
    person.hears(closed(Problem::LinkLost));
    assert_eq!(person.does(Action::Leave), []);
    assert!(matches!(person.model.screen, Screen::First));
    person.does(Action::Meet);
    person.hears(Event::Calling { attempt: 1 });
    person.hears(joins(2, "Rui"));
    assert_eq!(person.chat().name, "Rui");
}

// ── Another identity ──

#[test]
fn another_identity_blocks_until_trusted_or_left() {
    let mut person = Person::at_first();
    person.does(Action::Meet);
    person.hears(identity_changed());
    assert!(matches!(person.model.screen, Screen::Identity(_)));
    person.does(Action::OpenSettings);
    assert_eq!(person.model.page, None, "no way past it");
    person.does(Action::DoNotConnect);
    assert!(matches!(person.model.screen, Screen::First));

    person.does(Action::Meet);
    person.hears(identity_changed());
    let effects = person.does(Action::CopyFingerprints);
    let [Effect::Copy(copied)] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(copied.lines().count(), 3);
    let effects = person.does(Action::TrustIdentity);
    let [Effect::Ask(Command::TrustIdentity { shown, .. })] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(*shown, Fingerprint::of_spki(b"shown"));
    assert!(matches!(person.model.screen, Screen::Waiting(_)));
}

#[test]
fn another_identity_while_words_are_on_screen_loses_none_of_them() {
    let mut person = Person::talking();
    person.hears(writes(1, "see you"));
    person.types("a draft");
    person.hears(leaves(1));
    person.hears(identity_changed());
    assert!(matches!(person.model.screen, Screen::Identity(_)));
    person.does(Action::DoNotConnect);
    assert_eq!(person.reads(), ["see you"]);
    assert_eq!(person.composer().text, "a draft");
    assert!(matches!(person.chat().presence, Presence::Over(_)));

    person.does(Action::Next);
    person.hears(identity_changed());
    person.does(Action::TrustIdentity);
    person.hears(Event::Calling { attempt: 1 });
    person.hears(joins(2, "Rui"));
    assert_eq!(person.composer().text, "a draft");
    assert_eq!(person.composer().kept_from(), Some("Marina"));
}

// ── Title, unread, notices ──

#[test]
fn what_happens_behind_the_persons_back_is_counted_and_told() {
    let mut person = Person::waiting();
    person.model.focus(false);
    let effects = person.hears(joins(1, "Marina"));
    assert_eq!(
        effects,
        [Effect::Tell(Notice::Joined {
            name: "Marina".to_owned()
        })]
    );
    for words in ["hello", "anybody?"] {
        let effects = person.hears(writes(1, words));
        let (name, text) = ("Marina".to_owned(), words.to_owned());
        assert_eq!(effects, [Effect::Tell(Notice::Wrote { name, text })]);
    }
    assert_eq!(person.model.title(&words()), "(2) Marina · Acaso");
    assert_eq!(person.model.focus(true), [Effect::Withdraw]);
    assert_eq!(person.model.title(&words()), "Marina · Acaso");
    assert_eq!(
        person.hears(writes(1, "there you are")),
        [],
        "nothing for a window in front"
    );
    assert_eq!(person.model.title(&words()), "Marina · Acaso");
}

#[test]
fn notices_can_be_switched_off_and_asked_for_once() {
    let mut person = Person::waiting();
    person.does(Action::Change(Change::Notices(false)));
    assert_eq!(person.does(Action::TellMe), [Effect::Minimise]);
    person.model.focus(false);
    assert_eq!(person.hears(joins(1, "Marina")).len(), 1, "asked for");
    assert_eq!(person.hears(writes(1, "hello")), [], "switched off");
    assert_eq!(
        person.model.title(&words()),
        "(1) Marina · Acaso",
        "the title counts all the same"
    );
}

#[test]
fn what_comes_while_the_settings_are_open_counts_until_they_are_closed() {
    let mut person = Person::talking();
    person.does(Action::OpenSettings);
    assert_eq!(person.hears(writes(1, "psst")), []);
    assert_eq!(person.model.title(&words()), "(1) Marina · Acaso");
    person.does(Action::ReadRules);
    assert!(matches!(
        person.model.page,
        Some(Page::Rules(Rules { server: None, .. }))
    ));
    person.does(Action::ClosePage);
    assert_eq!(person.model.page, Some(Page::Settings));
    person.does(Action::ClosePage);
    assert_eq!(person.model.title(&words()), "Marina · Acaso");
}

#[test]
fn somebody_who_comes_closes_the_settings() {
    let mut person = Person::waiting();
    person.does(Action::OpenSettings);
    person.does(Action::Change(Change::Language(Language::Portuguese)));
    person.hears(joins(1, "Marina"));
    assert_eq!(person.model.page, None);
    assert_eq!(person.model.settings.language, Language::Portuguese);
}

#[test]
fn the_pill_counts_what_comes_below_the_screen() {
    let mut person = Person::talking();
    person.hears(writes(1, "seen"));
    assert_eq!(person.chat().below, 0);
    person.chat().at_bottom = false;
    person.hears(writes(1, "below"));
    person.hears(writes(1, "below, too"));
    assert_eq!(person.chat().below, 2);
    person.does(Action::ToNewest);
    assert!(std::mem::take(&mut person.chat().to_newest));
    assert_eq!(person.chat().below, 0);
}

// ── History ──

#[test]
fn messages_group_by_sender_and_five_minutes() {
    let mut person = Person::talking();
    person.hears(writes(1, "a"));
    person.waits(60 * SECOND);
    person.hears(writes(1, "b"));
    person.says("c");
    person.hears(writes(1, "d"));
    person.waits(301 * SECOND);
    person.hears(writes(1, "e"));
    let history = &person.chat().history;
    let opens: Vec<bool> = history.entries().iter().map(|e| e.opens).collect();
    assert_eq!(opens, [true, true, false, true, true, true]);
    let closes: Vec<bool> = (1..6).map(|i| history.closes(i)).collect();
    assert_eq!(closes, [false, true, true, true, true]);
}

#[test]
fn a_message_taken_back_leaves_a_whole_group_behind() {
    let mut person = Person::talking();
    person.says("a");
    person.says("b");
    person.says("c");
    person.hears(not_sent(1, 0, "a", NotSent::TooFast { retry_after_secs: 1 }));
    let entries = person.chat().history.entries();
    assert_eq!(
        entries.iter().map(|e| e.opens).collect::<Vec<_>>(),
        [true, true, false]
    );
}

#[test]
fn a_new_day_gets_a_line() {
    let mut person = Person::talking();
    person.hears(writes(1, "good night"));
    person.waits(Duration::from_secs(10 * 3600));
    person.hears(writes(1, "good morning"));
    let days: Vec<&What> = person
        .chat()
        .history
        .entries()
        .iter()
        .map(|e| &e.what)
        .filter(|w| matches!(w, What::Day(_)))
        .collect();
    assert_eq!(days, [&What::Day(date(2026, 3, 15))]);
}

#[test]
fn a_partner_who_writes_without_end_does_not_fill_the_memory() {
    let mut history = History::beginning(Person::at_first().now.local);
    let at = Person::at_first().now.local;
    for _ in 0..45_000 {
        history.say(at.clone(), By::Them, &text("x"), None);
    }
    assert!(history.entries().len() <= 20_000);
    assert!(history.entries()[0].opens, "what is left begins with a group");
}

// ── Names ──

#[test]
fn a_strangers_name_cannot_hide_or_turn_what_stands_beside_it() {
    let shown = |name: &str| shown_name(&Name::parse(name).unwrap());
    assert_eq!(shown("Ana"), "Ana");
    assert_eq!(shown("a\u{202E}b\u{2066}c\u{200F}"), "abc");
    assert_eq!(shown("\u{200B}\u{2060}"), "?");
    assert_eq!(shown("Z\u{301}\u{302}\u{303}\u{304}o"), "Z\u{301}\u{302}o");
    assert_eq!(shown("👨‍👩‍👧"), "👨‍👩‍👧", "a family stays one");
    assert_eq!(shown("Việt"), "Việt");
}
