//! Acting: a wish goes to the model, and what the model asks for is done.

use egui::{Context, OpenUrl, UserAttentionType, ViewportCommand};

use super::App;
use crate::action::{Action, Change};
use crate::hosting::Order;
use crate::model::{Effect, Notice};
use crate::notify::Banner;
use crate::prefs::Language;
use crate::wording::{Key, Words};

impl App {
    /// Does what the person wishes.
    pub(super) fn act(&mut self, ctx: &Context, action: Action) {
        if let Action::Change(Change::Language(language)) = action {
            self.speak(language);
        }
        let effects = self.model.wish(action, &(self.services.clock)());
        self.perform(ctx, effects);
    }

    /// Does what the model asks for.
    pub(super) fn perform(&mut self, ctx: &Context, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask(command) => self.services.engine.ask(command),
                Effect::LookForPlazas(visit) => self.services.engine.look_for_plazas(visit),
                Effect::EnterPlaza(visit) => self.services.engine.enter_plaza(visit),
                Effect::AskPlaza(command) => self.services.engine.ask_plaza(command),
                Effect::EnterCircle(visit) => self.services.engine.enter_circle(visit),
                Effect::AskCircle(command) => self.services.engine.ask_circle(command),
                Effect::LookForPin(server) => self.services.engine.look_for_pin(server),
                Effect::Tell(notice) => self.tell(ctx, notice),
                Effect::Withdraw => {
                    self.services.notifier.withdraw();
                    ctx.send_viewport_cmd(ViewportCommand::RequestUserAttention(UserAttentionType::Reset));
                }
                Effect::Save => self.services.keeper.keep(&self.model.settings),
                Effect::Copy(text) => ctx.copy_text(text.0),
                Effect::Browse(link) => ctx.open_url(OpenUrl::new_tab(link.as_str())),
                Effect::Recall(server) => self.services.keyring.look_up(&server),
                Effect::Remember(server, login) => self.services.keyring.remember(&server, &login),
                Effect::Unremember(server) => self.services.keyring.forget(&server),
                Effect::Host(order) => self.services.hosts.order(order),
                Effect::People(wish) => self.services.people.ask(wish),
                Effect::NewWindow { link, invitation } => {
                    if let Err(error) = self.services.windows.open(link.as_deref(), invitation) {
                        let detail = error.to_string();
                        self.model.complain(crate::model::Trouble::NoWindow { detail });
                    }
                }
                Effect::Close => ctx.send_viewport_cmd(ViewportCommand::Close),
                Effect::Minimise => ctx.send_viewport_cmd(ViewportCommand::Minimized(true)),
            }
        }
    }

    /// Says goodbye, and keeps what is to be kept.
    pub(super) fn end(&mut self) {
        // The tasks that write files end when nobody can leave any more with them.
        self.services.keeper = Box::new(crate::prefs::NoKeeper);
        self.services.people = Box::new(crate::prefs::NoAcquaintances);
        // Servers begin their goodbyes first: they need longer than a visit does.
        for server in &self.model.host.servers {
            self.services.hosts.order(Order::Stop(server.id));
        }
        self.services.engine.end();
        self.services.hosts.end();
    }

    fn speak(&mut self, language: Language) {
        self.language = None;
        self.words = Words::new(language);
    }

    /// A notice, and the window's own call for attention, for desktops that show no notices.
    fn tell(&mut self, ctx: &Context, notice: Notice) {
        self.services.notifier.show(banner(notice, &self.words));
        ctx.send_viewport_cmd(ViewportCommand::RequestUserAttention(
            UserAttentionType::Informational,
        ));
    }
}

/// A notice in words.
fn banner(notice: Notice, words: &Words) -> Banner {
    let (summary, body) = match notice {
        Notice::Joined { who } => (
            words.fill(Key::NoticeJoined, &[("name", who.called_first(words).into())]),
            words.get(Key::NoticeJoinedBody),
        ),
        Notice::Wrote { who, text } => (who.called_first(words), text),
        Notice::Arrived { people } => (
            words.get(Key::HostArrived),
            words.fill(Key::HostArrivedBody, &[("people", people.into())]),
        ),
        Notice::Posted { plaza, name, text } => {
            let values = [("name", name.into()), ("plaza", plaza.into())];
            (words.fill(Key::NoticePosted, &values), text)
        }
        Notice::CameToCircle { circle, name } => (
            words.fill(Key::NoticeCircleCame, &[("name", name.into())]),
            words.circle(circle.as_deref()),
        ),
        Notice::SaidInCircle { circle, name, text } => {
            let place = words.circle(circle.as_deref());
            let values = [("name", name.into()), ("plaza", place.into())];
            (words.fill(Key::NoticePosted, &values), text)
        }
    };
    Banner {
        summary,
        body,
        open: words.get(Key::NoticeOpen),
    }
}
