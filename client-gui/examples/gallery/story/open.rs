//! Somebody with an old client: the host reads along.

use acaso::action::{Action, Change};
use acaso_shared::ids::Name;
use acaso_shared::protocol::room::Parting;
use acaso_shared::session::Event;
use anyhow::{Context, Result};

use super::{Story, TALK, room, seed};

impl Story {
    /// They come, say something, and are called by a name from then on; with `named` all of it.
    pub(super) fn talk_with_an_old_client(&mut self, named: bool) -> Result<()> {
        self.wish(Action::Change(Change::OldClients(true)));
        self.wait(30)?;
        self.heard(Event::PairedOpen {
            conversation: TALK,
            port: room()?,
        });
        self.model
            .conversation_mut()
            .context("somebody is there")?
            .meeting = seed(3);
        if !named {
            return Ok(());
        }
        self.pass(20);
        self.heard(Event::Introduced {
            conversation: TALK,
            name: Name::parse("Rui")?,
        });
        self.hear(if self.portuguese {
            "oi! este terminal tem dez anos e ainda conversa"
        } else {
            "hi! this terminal is ten years old and it still talks"
        })?;
        self.pass(30);
        self.say(if self.portuguese {
            "O meu tem uma janela. Mas o anfitrião nos lê, viu?"
        } else {
            "Mine has a window. The host reads us, though, did you know?"
        })?;
        let id = self.last_of_ours().context("something was said")?;
        self.heard(Event::Sent {
            conversation: TALK,
            id,
        });
        self.pass(40);
        self.hear(if self.portuguese {
            "que leia. so falo do tempo"
        } else {
            "let it. I only talk about the weather"
        })
    }

    /// The connection with them is lost, which is the end.
    pub(super) fn lose_an_old_client(&mut self) -> Result<()> {
        self.talk_with_an_old_client(true)?;
        self.heard(Event::PartnerLeft {
            conversation: TALK,
            reason: Parting::Lost,
        });
        Ok(())
    }
}
