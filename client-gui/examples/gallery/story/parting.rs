//! The end of a conversation, and of a server.

use acaso_shared::protocol::room::{Closing, Parting};
use acaso_shared::session::{Ending, Event};
use anyhow::{Context, Result};

use super::{Story, TALK};

impl Story {
    pub(super) fn part(&mut self, reason: Parting) -> Result<()> {
        self.say_hello()?;
        self.say("And you?")?;
        self.pass(70);
        self.hear("Marina. Beirut, by way of Osaka.")?;
        self.hear("My grandmother would say: كل تأخيرة وفيها خيرة")?;
        self.pass(1500);
        self.say("Then we agree about soup. What would she have put in it?")?;
        self.arrive()?;
        self.pass(60);
        self.hear(
            "Lemon. Always lemon. I have to go, my tram is here. It was good to meet you, Ana from Porto 🍋",
        )?;
        self.pass(10);
        let conversation = self.model.conversation_mut().context("somebody is there")?;
        "I had just found the recipe, it was my aunt's".clone_into(&mut conversation.composer.text);
        self.heard(Event::PartnerLeft {
            conversation: TALK,
            reason,
        });
        Ok(())
    }

    pub(super) fn server_closes(&mut self) -> Result<()> {
        self.talk_to_the_end()?;
        self.heard(Event::Closed {
            conversation: Some(TALK),
            ending: Ending::Closing(Closing::Server),
        });
        Ok(())
    }
}
