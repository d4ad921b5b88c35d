//! Small stories that bring a model to each screen, told by the engine's events and a person's wishes.

mod circle;
mod host;
mod invite;
mod open;
mod parting;
mod plaza;
mod talk;
mod trust;

use std::time::{Duration, Instant};

use acaso::action::Action;
use acaso::model::{Field, Model, Now, Screen};
use acaso::prefs::Settings;
use acaso::wording::{Spoken, Words};
use acaso_shared::ids::{MessageText, Name, RoomPort};
use acaso_shared::protocol::room::{Parting, Role};
use acaso_shared::session::{ConversationId, Ending, Event, MessageId, NotSent, Partner, Problem};
use acaso_shared::transport::Unvouched;
use anyhow::{Context, Result, bail};
use jiff::Zoned;
use jiff::civil::date;
use jiff::tz::TimeZone;

/// Where the stories are set, and whom one meets there.
const SERVER: &str = "chat.example.org";
const MARINA: &str = "Marina";
const TALK: ConversationId = ConversationId(1);

/// A model and the time in which it lives.
pub(crate) struct Story {
    pub(crate) model: Model,
    began: (Instant, Zoned),
    secs: u64,
    portuguese: bool,
}

/// A key that is pressed once the screen stands, for what only a person can bring about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Press {
    AltDown,
    PageUp,
}

impl Story {
    /// The story that leads to this screen.
    pub(crate) fn of(screen: &str, language: Spoken) -> Result<Self> {
        let mut story = Self::beginning(language)?;
        match screen {
            "first" => {}
            "empty" => story.model.first.server.clear(),
            "servers" => story.model.first.focus = Some(Field::Server),
            "error" => story.mistype()?,
            "rules" => story.read_rules()?,
            "waiting" => story.wait(8)?,
            "offers" => story.wait(23)?,
            "again" => story.lose_the_way()?,
            "start" => {
                story.say_hello()?;
                story.arrive()?;
            }
            "chat" | "pill" => story.talk_to_the_end()?,
            "open" => story.talk_with_an_old_client(true)?,
            "open-start" => story.talk_with_an_old_client(false)?,
            "open-left" => story.lose_an_old_client()?,
            "plazas" => story.list_plazas(false)?,
            "plazas-none" => story.list_plazas(true)?,
            "plazas-waiting" => story.wait_beside_a_plaza()?,
            "plazas-name" => story.give_no_name()?,
            "plazas-failed" => story.find_no_plaza()?,
            "plaza-calling" => story.come_in(false)?,
            "plaza-empty" => story.come_in(true)?,
            "plaza" => story.stand_in_a_plaza()?,
            "plaza-met" => story.meet_beside_a_plaza()?,
            "plaza-lost" => story.lose_a_plaza()?,
            "plaza-unsent" => story.post_too_fast()?,
            "plaza-people" => story.see_who_is_there()?,
            "plaza-over" => story.plaza_closes()?,
            "circle-asks" => story.be_asked_about_circles(),
            "circle-door" => story.come_to_a_door()?,
            "circle-bad-code" => story.mistype_a_circles_code()?,
            "circle-empty" => story.begin_a_circle()?,
            "circle" => story.talk_in_a_circle()?,
            "circle-key" => story.compare_a_key()?,
            "circle-people" => story.see_a_circles_people()?,
            "circle-lost" => story.lose_the_lobby()?,
            "circle-code" => story.show_a_circles_code()?,
            "circle-over" => story.be_put_out_of_a_circle()?,
            "unsent" => story.write_too_fast()?,
            "phrase" => story.talk_and(Action::SafetyPhrase)?,
            "block" => story.talk_and(Action::AskBlock)?,
            "link" => story.follow_a_link()?,
            "lost" => story.lose_the_line()?,
            "away" => story.wait_for_marina()?,
            "states" => story.tell_what_became_of_it()?,
            "login" => story.be_asked_for_login(Problem::LoginNeeded {
                host: SERVER.to_owned(),
                account: true,
            }),
            "password" => story.be_asked_for_login(Problem::LoginWrong {
                account: false,
                retry_after_secs: 4,
            }),
            "barred" => story.be_refused(Problem::Banned {
                remaining_secs: 7_200,
            }),
            "left" => story.part(Parting::Left)?,
            "staying" => {
                story.part(Parting::Lost)?;
                story.wish(Action::WaitHere);
                story.pass(34);
            }
            "over" => story.server_closes()?,
            "identity" => story.meet_another_identity(b"another key", None)?,
            "outdated" => story.meet_another_identity(b"the key of a server", Some(Unvouched::Outdated))?,
            "host" => story.host()?,
            "host-form" => story.want_to_host()?,
            "host-taken" => story.find_the_port_taken()?,
            "host-stop" => story.stop_hosting()?,
            "invite" => story.invitations(acaso::model::Half::Making),
            "invited" => story.make_a_code()?,
            "invited-lost" => story.lose_the_way_to_a_code()?,
            "invite-enter" => story.type_a_code("7-crossover-clo"),
            "invite-bad" => story.mistype_a_code(),
            "invite-wrong" => story.guess_wrongly(),
            "invite-people" => story.look_whom_one_kept(false)?,
            "invite-forget" => story.look_whom_one_kept(true)?,
            "invited-kept" => story.wait_for_whom_one_kept()?,
            "known" => story.talk_by_code()?,
            "known-left" => story.part_by_code()?,
            "keep" => story.ask_to_keep()?,
            "kept" => story.keep_in_touch(false)?,
            "kept-stored" => story.keep_in_touch(true)?,
            "settings" => story.wish(Action::OpenSettings),
            _ => bail!("there is no screen called “{screen}”"),
        }
        story.tick();
        Ok(story)
    }

    /// What a person has to press to bring the screen about.
    pub(crate) fn press(screen: &str) -> Option<Press> {
        match screen {
            "servers" => Some(Press::AltDown),
            "pill" => Some(Press::PageUp),
            _ => None,
        }
    }

    /// What happens after that key.
    pub(crate) fn after_press(&mut self, screen: &str) -> Result<()> {
        if screen == "login" {
            // Once more, now that the window has its size: the field comes into sight.
            self.model.first.focus = Some(Field::Account);
        }
        if screen == "pill" {
            self.pass(40);
            self.hear("And yours?")?;
            self.hear("Let me guess. Something with noodles.")?;
            self.hear("Or did you forget lunch again?")?;
        }
        Ok(())
    }

    /// Brings everything that counts time up to the story's present.
    pub(crate) fn tick(&mut self) {
        let now = self.now();
        self.model.tick(&now);
    }

    fn beginning(language: Spoken) -> Result<Self> {
        let servers = ["chat.example.org", "192.168.1.20", "[2001:db8::7]:2025"];
        let settings = Settings {
            server: SERVER.to_owned(),
            name: "Ana".to_owned(),
            servers: servers
                .iter()
                .map(|text| text.parse())
                .collect::<Result<_, _>>()?,
            rules_accepted: vec![SERVER.parse()?],
            ..Settings::default()
        };
        let saturday = date(2026, 3, 7).at(14, 1, 30, 0).to_zoned(TimeZone::UTC)?;
        let mut model = Model::new(settings, false);
        model.first.meeting = seed(7);
        // As in the program that people get.
        model.host.offered = true;
        Ok(Self {
            model,
            began: (Instant::now(), saturday),
            secs: 0,
            portuguese: language == Spoken::Portuguese,
        })
    }

    fn now(&self) -> Now {
        let (instant, local) = &self.began;
        let local = local.saturating_add(jiff::Span::new().seconds(i64::try_from(self.secs).unwrap_or(0)));
        Now {
            instant: *instant + Duration::from_secs(self.secs),
            local,
        }
    }

    fn pass(&mut self, secs: u64) {
        self.secs += secs;
        self.tick();
    }

    fn wish(&mut self, action: Action) {
        let now = self.now();
        let _ = self.model.wish(action, &now);
    }

    fn heard(&mut self, event: Event) {
        let now = self.now();
        let _ = self.model.heard(event, &now);
    }

    fn mistype(&mut self) -> Result<()> {
        let host = "chat.exmaple.org".to_owned();
        self.model.first.server.clone_from(&host);
        self.model.settings.rules_accepted.push(host.parse()?);
        self.wish(Action::Meet);
        self.fail(Problem::NameNotFound { host });
        Ok(())
    }

    fn fail(&mut self, problem: Problem) {
        self.heard(Event::Closed {
            conversation: None,
            ending: Ending::Problem(problem),
        });
    }

    fn read_rules(&mut self) -> Result<()> {
        self.model.settings.rules_accepted.clear();
        self.wish(Action::Meet);
        let Screen::Rules(rules) = &mut self.model.screen else {
            bail!("the rules were not asked for")
        };
        rules.confirmed = true;
        Ok(())
    }

    fn wait(&mut self, secs: u64) -> Result<()> {
        self.wish(Action::Meet);
        self.heard(Event::Calling { attempt: 1 });
        let Screen::Waiting(waiting) = &mut self.model.screen else {
            bail!("nobody waits")
        };
        waiting.meeting = seed(21);
        self.heard(Event::Waiting {
            port: room()?,
            rooms_in_use: 107,
        });
        self.pass(secs);
        Ok(())
    }

    fn lose_the_way(&mut self) -> Result<()> {
        self.wait(41)?;
        self.heard(Event::TryingAgain {
            problem: Problem::LinkLost,
            in_millis: 4_000,
        });
        Ok(())
    }

    fn meet(&mut self) -> Result<()> {
        self.meet_as(MARINA)
    }

    fn meet_as(&mut self, name: &str) -> Result<()> {
        self.wait(30)?;
        let partner = self.partner(name, room()?)?;
        self.heard(Event::Paired(partner));
        Ok(())
    }

    fn partner(&self, name: &str, port: RoomPort) -> Result<Partner> {
        Ok(Partner {
            conversation: TALK,
            name: Name::parse(name)?,
            port,
            role: Role::Initiator,
            phrase: acaso_shared::sealed::SafetyPhrase::from_hash(&[7; 32]),
            meeting: seed(3),
            can_keep: true,
            had_code: false,
        })
    }

    fn hear(&mut self, text: &str) -> Result<()> {
        let text = MessageText::parse(text)?;
        self.heard(Event::Message {
            conversation: TALK,
            text,
        });
        self.pass(4);
        Ok(())
    }

    fn say(&mut self, text: &str) -> Result<()> {
        let conversation = self.model.conversation_mut().context("nobody is there")?;
        text.clone_into(&mut conversation.composer.text);
        self.wish(Action::Send);
        self.pass(4);
        Ok(())
    }

    /// The talk, and everything of it has arrived.
    fn talk_to_the_end(&mut self) -> Result<()> {
        self.talk()?;
        self.arrive()
    }

    /// Everything said so far has arrived.
    fn arrive(&mut self) -> Result<()> {
        let id = self.last_of_ours().context("something was said")?;
        self.heard(Event::Delivered {
            conversation: TALK,
            id,
        });
        Ok(())
    }

    fn talk_and(&mut self, action: Action) -> Result<()> {
        self.talk_to_the_end()?;
        self.wish(action);
        Ok(())
    }

    fn write_too_fast(&mut self) -> Result<()> {
        self.talk_to_the_end()?;
        let text = "Wait, which tram was it? The 28 or the 12?";
        self.say(text)?;
        let id = self.last_of_ours().context("something was said")?;
        self.heard(Event::NotSent {
            conversation: TALK,
            id,
            text: MessageText::parse(text)?,
            reason: NotSent::TooFast { retry_after_secs: 3 },
        });
        Ok(())
    }

    fn last_of_ours(&self) -> Option<MessageId> {
        let entries = self.model.conversation()?.history.entries();
        entries.iter().rev().find_map(|entry| match &entry.what {
            acaso::model::What::Said { message, .. } => *message,
            _ => None,
        })
    }
}

fn room() -> Result<RoomPort> {
    Ok(RoomPort::try_from(4127)?)
}

/// The seeds of the pictures in the gallery: any would do, these are pleasant.
fn seed(first: u8) -> [u8; 32] {
    std::array::from_fn(|byte| {
        u8::try_from(byte)
            .unwrap_or(0)
            .wrapping_mul(73)
            .wrapping_add(first)
    })
}

/// The title the window would have.
pub(crate) fn title(model: &Model, words: &Words) -> String {
    model.title(words)
}
