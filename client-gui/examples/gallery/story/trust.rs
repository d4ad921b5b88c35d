//! Stories of what makes trust, or costs it: lines that are cut, messages and what became of them, links, and being asked who one is.

use std::time::{Duration, SystemTime};

use acaso::action::Action;
use acaso::hygiene::Link;
use acaso_shared::ids::Fingerprint;
use acaso_shared::session::{Event, Problem};
use acaso_shared::transport::Unvouched;
use anyhow::{Context, Result};

use super::{SERVER, Story, TALK};

impl Story {
    pub(super) fn meet_another_identity(&mut self, key: &[u8], unvouched: Option<Unvouched>) -> Result<()> {
        self.wish(Action::Meet);
        let four_days_before = self.began.1.timestamp().as_second() - 4 * 86_400;
        let since = Duration::from_secs(u64::try_from(four_days_before)?);
        self.fail(Problem::IdentityChanged {
            server: SERVER.parse()?,
            known: Fingerprint::of_spki(b"the key of a server"),
            since: SystemTime::UNIX_EPOCH + since,
            visits: 41,
            shown: Fingerprint::of_spki(key),
            unvouched,
        });
        Ok(())
    }

    pub(super) fn follow_a_link(&mut self) -> Result<()> {
        self.talk_to_the_end()?;
        let address = "https://bank.example@xn--80ak6aa92e.com/login?from=somebody-you-met-a-minute-ago";
        self.hear(&format!(
            "The recipe is here: {address} and there: https://example.org"
        ))?;
        self.wish(Action::AskLink(Link::parse(address).context("it is an address")?));
        Ok(())
    }

    pub(super) fn lose_the_line(&mut self) -> Result<()> {
        let soup = if self.portuguese {
            "Com limão?"
        } else {
            "With lemon?"
        };
        self.talk_to_the_end()?;
        self.heard(Event::LinkLost {
            conversation: TALK,
            retry_in_millis: 16_000,
            grace_left_millis: 60_000,
        });
        self.pass(8);
        self.say(soup)
    }

    pub(super) fn wait_for_marina(&mut self) -> Result<()> {
        self.talk_to_the_end()?;
        self.heard(Event::PartnerAway {
            conversation: TALK,
            grace_left_millis: 60_000,
        });
        self.pass(12);
        Ok(())
    }

    /// Seen, then delivered, then on its way, and somebody who writes; her name is spelt with a letter of another alphabet.
    pub(super) fn tell_what_became_of_it(&mut self) -> Result<()> {
        self.meet_as("M\u{430}rina")?;
        self.say("Hello, whoever you are 👋")?;
        let id = self.last_of_ours().context("something was said")?;
        self.heard(Event::Seen {
            conversation: TALK,
            id,
        });
        self.hear("Olá! It is raining sideways here 🌧️ See https://example.org/weather")?;
        self.pass(400);
        self.say("And yet you are out?")?;
        self.arrive()?;
        self.hear("The tram is dry.")?;
        self.say("Which one is it? The 28?")?;
        self.heard(Event::Typing {
            conversation: TALK,
            typing: true,
        });
        Ok(())
    }

    pub(super) fn be_refused(&mut self, problem: Problem) {
        self.wish(Action::Meet);
        self.heard(Event::Calling { attempt: 1 });
        self.fail(problem);
    }

    pub(super) fn be_asked_for_login(&mut self, problem: Problem) {
        self.model.first.has_keyring = true;
        self.be_refused(problem);
    }
}
