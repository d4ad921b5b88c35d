//! Stories of one person at one window, told to the model without an engine and without a window.

mod circle;
mod drafts;
mod first;
mod history;
mod host;
mod identity;
mod invitation;
mod leaving;
mod notices;
mod outing;
mod plaza;
mod talking;
mod waiting;

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

fn named(name: &str) -> Who {
    Who::Named(name.to_owned())
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
        phrase: acaso_shared::sealed::SafetyPhrase::from_hash(&[7; 32]),
        meeting: [7; 32],
        can_keep: true,
        had_code: false,
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
        unvouched: None,
    })
}

const SECOND: Duration = Duration::from_secs(1);
